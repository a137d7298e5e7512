"""The screen of the first ten minutes: whether sharing is worth it, in bars and sentences; who loses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from typing import NamedTuple

from acc.accounts.values import ParticipantMoney
from acc.i18n import N_, semicolons
from acc.result.outcomes import Outcomes, outcomes
from acc.result.result import Result
from acc.worth.result import Alternative, Gain, Way, WayState, Worth, value_eur
from reports.format.axis import ticks
from reports.format.draws import question_text
from reports.format.gains import before_investment, before_tax
from reports.format.labels import capital
from reports.format.money import range_ends, reason_text
from reports.format.numbers import FIXED, fr, span
from reports.page.amounts import eur_text, rounded_eur, signed_eur, with_unit
from reports.page.member_outcome import ROWS, MemberSituation, member_situations, pooled_name
from reports.page.names import Names
from reports.page.rows import Axis, axis_between
from reports.studies.worth import labels
from reports.view.privacy import drawn_names

NAMED = 5
"""Losers told by name; the others are counted."""


class Part(NamedTuple):
    """A piece of a bar, its start and width as parts of the axis; `kind` is members, plants or loss."""

    kind: str
    start_share: float
    width_share: float


class Bar(NamedTuple):
    """One choice beside doing nothing, and the ends of its range on the axis, None before the draws."""

    title: str
    value: str
    parts: tuple[Part, ...]
    tone: str
    is_best: bool
    low_share: float | None = None
    high_share: float | None = None
    range: str = ""


class Loser(NamedTuple):
    """A member who loses: its sites, its name with the amount a year, and why; homes together say none."""

    sites: tuple[str, ...]
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionScreen:
    """Everything that the screen prints.

    Attributes:
        is_yes: whether the draws say so: the band is then green.
        same_euros: what the amounts have to do with those of the screen of a meeting.
        parted: whether members and plants share a bar somewhere.
        missing: choices without figures, and why.
        others: how many losers are not named.
        table: the figures of the bars, the titles first.
        ask: the one thing to ask, whose answer narrows the range most; empty before the draws.
    """

    verdict: str
    second: str
    is_yes: bool
    is_drawn: bool
    heading: str
    bars: tuple[Bar, ...]
    axis: Axis
    same_euros: str
    parted: bool
    missing: tuple[str, ...]
    losers_title: str
    losers: tuple[Loser, ...]
    others: str
    tipping: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    ask: str = ""


def question_screen(worth: Worth, result: Result, names: Names) -> QuestionScreen:
    """Contents of the screen.

    Args:
        result: of the folder itself, for losers; what its draws would have answered first.
        names: what to call whom.
    """
    known = sorted(
        ((way, way.total) for way in worth.distinct if way.total is not None),
        key=lambda pair: (pair[0].choice is not Way.FOLDER, -value_eur(pair[1])),
    )
    best = max(known, key=lambda pair: value_eur(pair[1]))
    axis = _axis(known, drawn=worth.draws > 0)
    result_of = outcomes(result)
    names = names.in_rows()
    losing = [situation for situation in member_situations(result_of, names) if situation.loses]
    losers, chances = _losers(result, losing), labels.chances_sentence(worth) if worth.draws else ""
    return QuestionScreen(
        verdict=names.veiled(labels.verdict(worth)),
        second=names.veiled(" ".join(filter(None, [chances, labels.proposal_text(worth)]))),
        is_yes=worth.draws > 0 and worth.is_value and labels.says_yes(worth),
        is_drawn=worth.draws > 0,
        heading=_("Gain of all, in €, {words}, beside “{nothing}”").format(
            words=labels.value_words(worth), nothing=labels.choice_title(Way.NOTHING)
        ),
        bars=tuple(
            _bar(pair, axis, worth, is_best=pair is best and labels.is_tinted(worth)) for pair in known
        ),
        axis=axis,
        same_euros=_same_euros(worth, result_of),
        parted=any(way.shares and way.plants_npv_eur for way, _total in known),
        missing=tuple(names.veiled(_missing(way)) for way in worth.distinct if not way.total),
        losers_title=_losers_title(losing),
        losers=tuple(losers[:NAMED]),
        others=_others(len(losers) - NAMED),
        tipping=tuple(map(names.veiled, labels.tipping_sentences(worth))),
        table=_table(known, worth),
        notes=tuple(map(names.veiled, worth.notes)),
        ask=question_text(result.drawn, _names_for_questions(result, names)),
    )


def _names_for_questions(result: Result, names: Names) -> dict[str, str]:
    """Return the names of the sites that a question may name, by id: open ones."""
    drawn = drawn_names(result.scenario).items()
    return {id_: names.sites.get(id_, name) for id_, name in drawn if id_ not in names.closed}


MISSING = {
    (Way.BATTERY, WayState.NOT_COMPARABLE): N_("no battery is described, or its cost is missing"),
    (Way.BATTERY, WayState.NOT_POSSIBLE): N_("no size of it pays"),
    (Way.PPA, WayState.NOT_COMPARABLE): N_("no price of one buyer is given"),
}
"""Why a choice has no figures, without the names of settings; other reasons as they are."""


def _missing(alternative: Alternative) -> str:
    reason = MISSING.get((alternative.choice, alternative.state))
    return f"{labels.choice_title(alternative.choice)}{FIXED}: {_(reason) if reason else alternative.reason}."


def _axis(known: Sequence[tuple[Alternative, Gain]], *, drawn: bool) -> Axis:
    """Axis of the bars; their marks are few, and none is left out."""
    values = [0.0]
    for way, total in known:
        pieces = [eur for _kind, eur in _pieces(way, total)]
        values += [sum(eur for eur in pieces if eur > 0.0), sum(eur for eur in pieces if eur < 0.0)]
        values += [total.at_most.low_eur, total.high_eur] if drawn else []
    low, high = min(values), max(*values, 1.0)
    low, high = low - (high - low) * 0.02, high + (high - low) * 0.02
    return axis_between(low, high, [(eur, fr(eur)) for eur in ticks(low, high, 3)], letter_share=0.0)


def _same_euros(worth: Worth, outcome: Outcomes) -> str:
    """Reason why these euros differ from those of the meeting screen."""
    gain = outcome.together.gain_eur_ht
    if gain is None or outcome.plan_years is None:
        return ""
    text = _("Here {words}, the investment deducted; under “Meeting”, a year {before}: {eur}.")
    year = with_unit(eur_text(gain / outcome.period_years), _("€/year"))
    return text.format(
        words=labels.value_words(worth), before=before_investment("", is_taxed=worth.is_taxed), eur=year
    )


def _pieces(alternative: Alternative, total: Gain) -> list[tuple[str, float]]:
    """Parts of a bar: members and plants where all is shared, one part elsewhere."""
    value = value_eur(total)
    if alternative.shares and alternative.plants_npv_eur:
        plants = sum(alternative.plants_npv_eur.values())
        return [("members", value - plants), ("plants", plants)]
    return [("plants" if value > 0.0 else "loss", value)]


def _bar(pair: tuple[Alternative, Gain], axis: Axis, worth: Worth, *, is_best: bool) -> Bar:
    way, total = pair
    parts, ends = [], {True: 0.0, False: 0.0}
    for kind, eur in _pieces(way, total):
        start = ends[eur > 0.0]
        ends[eur > 0.0] = start + eur
        low, high = sorted((axis.at(start), axis.at(start + eur)))
        parts.append(Part(kind, low, round(high - low, 4)))
    value, late = value_eur(total), value_eur(total.at_most)
    is_drawn = worth.draws > 0 and way.choice is not Way.NOTHING
    return Bar(
        title=labels.row_title(worth, way),
        value=_signed_range(total),
        parts=tuple(part for part in parts if part.width_share > 0.0),
        tone="worse" if value < 0.0 else "better" if late > 0.0 and labels.is_tinted(worth) else "",
        is_best=is_best,
        low_share=axis.at(total.at_most.low_eur) if is_drawn else None,
        high_share=axis.at(total.high_eur) if is_drawn else None,
        range=_drawn_range(total) if is_drawn else "",
    )


def _drawn_range(total: Gain) -> str:
    return span(*range_ends(total.at_most.low_eur, total.high_eur))


def _signed_range(total: Gain) -> str:
    """Return a value, from where connections that nobody knows cost their upper figure."""
    low, high = (_signed(value_eur(of)) for of in (total.at_most, total))
    return high if low == high else f"{low} … {high}"


def _signed(amount_eur: float) -> str:
    return signed_eur(amount_eur) if rounded_eur(amount_eur) else "0"


def _losers(result: Result, lose: Sequence[MemberSituation]) -> list[Loser]:
    if result.money is None:
        return []
    sites = {site.id: site for site in result.money.participants}
    losers = []
    for loser in sorted([row for row in lose if not row.is_pooled], key=lambda row: row.eur or 0.0):
        eur = with_unit(signed_eur(loser.eur or 0.0), _("€/year"))
        own = loser.outcome.site_ids
        losers.append(Loser(own, f"{loser.name}, {eur}", _why([sites[site_id] for site_id in own])))
    rows = ([situation for situation in lose if situation.row == row] for row in ROWS)
    return [*losers, *(Loser((), pooled_name(row), "") for row in rows if row)]


def _why(sites: Sequence[ParticipantMoney]) -> str:
    """Reason for the largest loss among the sites, and number of other losing sites of the member."""
    lose = sorted([site for site in sites if site.reasons], key=lambda site: site.saving_eur_ht or 0.0)
    if not lose:
        return ""
    parts = [reason_text(reason) for reason in lose[0].reasons]
    others = len(lose) - 1
    if others:
        text = ngettext("{count} other site loses too", "{count} other sites lose too", others)
        parts.append(text.format(count=fr(others)))
    return f"{capital(semicolons(parts))}."


def _losers_title(lose: Sequence[MemberSituation]) -> str:
    if not lose:
        return _("Nobody loses by it")
    text = ngettext("Who loses by it: {count} member", "Who loses by it: {count} members", len(lose))
    return text.format(count=fr(len(lose)))


def _others(count: int) -> str:
    if count < 1:
        return ""
    return ngettext("and {count} other", "and {count} others", count).format(count=fr(count))


def _table(known: Sequence[tuple[Alternative, Gain]], worth: Worth) -> tuple[tuple[str, ...], ...]:
    first = _("First year, €")
    if worth.is_taxed:
        first = f"{first} ({before_tax(is_taxed=True)})"
    columns: dict[str, Callable[[Alternative, Gain], str]] = {
        _("Choice"): lambda way, _total: labels.row_title(worth, way),
        first: lambda way, total: labels.choice_gain(way, total).printed().number,
        _("Value, €"): labels.gain_cell,
        _("Payback"): lambda way, _total: labels.payback_cell(way),
    }
    if worth.draws > 0:
        columns |= {
            _("8 chances in 10"): lambda _way, total: _drawn_range(total),
            _("Risk of losing"): lambda _way, total: labels.loss_words(total),
            _("Best"): lambda way, _total: labels.best_words(way),
        }
    return (tuple(columns), *(tuple(text(*pair) for text in columns.values()) for pair in known))
