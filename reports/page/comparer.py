"""Kept scenarios side by side: what each brings, to whom, how often it is better, why; keys crossed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from typing import NamedTuple

from acc.i18n import N_
from acc.result.change import ExplainedChange, PairedDraws
from acc.result.outcomes import outcomes
from acc.result.proposal import Ranking
from acc.result.result import Result
from reports.format.axis import root_of, root_ticks
from reports.format.draws import chance_text, drawn_note, range_head, range_text
from reports.format.gains import payback_quantity, ranked_words
from reports.format.labels import key_title, kwp_text
from reports.format.numbers import FIXED, MISSING, fr, long_date, percent, signed, some, unit
from reports.format.unlawful import status_text, titles_with_status
from reports.format.wording import sentence
from reports.nodes.tree import TextTable
from reports.page.amounts import a_year, eur_text, gap, rounded_eur, signed_eur, signed_units, with_unit
from reports.page.member_outcome import NAMED, price_text
from reports.page.rows import Axis, axis_between, tone_of
from reports.sentences.paired import MOST_COLUMNS, ChangeWords, change_words, persons_rows, scenarios_table
from reports.view import quantities
from reports.view.comparison import ComparedPerson, Comparison, compared

BETTER = N_("Better than the reference, times in 10")


@dataclass(frozen=True, slots=True)
class CompareCell:
    """What one scenario says in a row; `is_best` where it says the best of it, and others less."""

    text: str
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A row of figures, a cell each scenario; `is_lead` the one that decides."""

    title: str
    cells: tuple[CompareCell, ...]
    is_lead: bool = False


def without_best(row: CompareRow) -> CompareRow:
    """Return a row in which nothing is called the best: states of the data are not chosen from."""
    return replace(row, cells=tuple(replace(cell, is_best=False) for cell in row.cells))


def eur_with_unit(amount_eur: float | None, per: str = "€") -> str:
    """Return an amount with its unit."""
    return MISSING if amount_eur is None else with_unit(eur_text(amount_eur), per)


def _row(
    comparison: Comparison,
    title: str,
    pairs: Sequence[tuple[float | None, str]],
    *,
    most: bool = True,
    is_count: bool = False,
) -> CompareRow:
    """Return a row whose best lawful scenario is marked; none where they say the same.

    Args:
        pairs: the value and the text of each scenario.
        most: whether the most is the best.
        is_count: whether equal values are as good whatever their texts say; else equal texts are.
    """
    known = [
        (value if most else -value, value if is_count else text)
        for (value, text), case in zip(pairs, comparison.cases, strict=True)
        if case.is_lawful and value is not None
    ]
    apart = len({text for _value, text in known}) > 1
    best = max(known, key=lambda pair: pair[0])[1] if apart else None
    cells = (
        CompareCell(text, apart and case.is_lawful and (value if is_count else text) == best)
        for (value, text), case in zip(pairs, comparison.cases, strict=True)
    )
    return CompareRow(title, tuple(cells))


def _plain(title: str, texts: Iterable[str]) -> CompareRow:
    return CompareRow(title.replace("\n", " "), tuple(map(CompareCell, texts)))


def euro_rows(
    comparison: Comparison, results: Sequence[Result], ranked: Ranking | None, when: str
) -> list[CompareRow]:
    """Gain of all with its confidence, composition and losers; empty without euros.

    Args:
        when: over what gains are counted.
    """
    if ranked is None:
        return []
    of = [outcomes(result) for result in results]
    yearly = [a_year(each.together.gain_eur_ht, each.period_years) for each in of]
    saved = [each.together.saving_eur_ht / each.period_years for each in of]
    title, per = _("Gain of everybody {when}").format(when=when), _("€/year")
    lead = _row(comparison, title, [(eur, eur_with_unit(eur)) for eur in ranked.together_eur])
    rows = [replace(lead, is_lead=True)]
    if drawn := comparison.drawn:
        chances = [drawn.chance(at) for at in range(len(results))]
        rows.append(_plain(range_head(drawn), map(range_text, chances)))
        rows.append(_plain(_(BETTER), map(chance_text, chances)))
    before = _("Gain a year, before the investment")
    return [
        *rows,
        _row(comparison, before, [(eur, eur_with_unit(eur, per)) for eur in yearly]),
        _row(comparison, _("of which saved on bills"), [(eur, eur_with_unit(eur, per)) for eur in saved]),
        _row(comparison, _("Paid back in"), [_payback(result) for result in results], most=False),
        _losers(comparison, ranked, when),
    ]


def _payback(result: Result) -> tuple[float | None, str]:
    plan = result.money.plan if result.money else None
    if plan is None:
        return None, MISSING
    years = plan.payback_years
    if years is None:
        return float("inf"), _("never in {years} years").format(years=fr(plan.horizon_years))
    return years, str(payback_quantity(*quantities.payback(plan)))


def _losers(comparison: Comparison, ranked: Ranking, when: str) -> CompareRow:
    """Number of losers in each scenario, with names that the documents print."""
    losers: list[tuple[float | None, str]] = []
    for ids in ranked.loser_ids:
        alone = (person for person in comparison.persons if len(person.ids) == 1)
        named = [person.name for person in alone if person.ids <= set(ids)]
        shown = some(named, NAMED, unnamed=len(ids) - len(named))
        losers.append((float(len(ids)), f"{fr(len(ids))}{FIXED}: {shown}" if ids else _("nobody")))
    return _row(comparison, _("Lose {when}").format(when=when), losers, most=False, is_count=True)


def other_rows(
    comparison: Comparison, results: Sequence[Result], kept: Sequence[date | None]
) -> list[CompareRow]:
    """Shared energy, legal status, settings and dates of the kept scenarios."""
    shared = [
        case.shared_kwh / 1000.0 / outcomes(result).period_years
        for case, result in zip(comparison.cases, results, strict=True)
    ]
    served = [case.served for case in comparison.cases]
    mwh = _("MWh/year")
    verify = [sum(check.state == "to-verify" for check in result.rules) for result in results]
    return [
        _row(comparison, _("Electricity shared"), [(kwh, with_unit(fr(kwh), mwh)) for kwh in shared]),
        _row(
            comparison,
            _("The least served of those who receive"),
            [(ends[0], percent(ends[0])) if ends else (None, MISSING) for ends in served],
        ),
        _plain(
            _("Rules"),
            [status_text(result.status, verify=count) for result, count in zip(results, verify, strict=True)],
        ),
        _plain(_("Price, power, key"), [_settings(result) for result in results]),
        _plain(_("Kept"), [_("on {day}").format(day=long_date(day)) if day else MISSING for day in kept]),
    ]


def _settings(result: Result) -> str:
    scenario = result.scenario
    local = scenario.prices.local_eur_per_kwh
    price = (
        unit(local * 1000.0, "€/MWh", 0 if (local * 1000.0).is_integer() else 1)
        if local is not None
        else price_text(result)
    )
    power = kwp_text(sum(plant.kwp for plant in scenario.plants))
    return f"{price} · {power} · {key_title(scenario.key.name)}"


SHAPES = ("disc", "diamond", "square")
"""Of the marks, one a scenario: as many are set side by side."""


class ComparedMember(NamedTuple):
    """What a scenario changes for a member beside the reference: euros, kWh, draws in which it is better."""

    eur: str
    kwh: str
    better: str
    tone: str


class PersonLine(NamedTuple):
    """The row of a member: its gain in the reference, its marks (shape, place), the other scenarios."""

    name: str
    eur: str
    marks: tuple[tuple[str, float], ...]
    others: tuple[ComparedMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparerScreen:
    """Everything that the screen prints; the first scenario is the reference.

    Attributes:
        names: of the scenarios, in their order.
        when: over what gains are counted.
        why: of each scenario but the first, what makes the difference.
        is_drawn: whether chances are told.
    """

    title: str
    second: str
    names: tuple[str, ...]
    rows: tuple[CompareRow, ...]
    persons: tuple[PersonLine, ...]
    axis: Axis
    when: str
    why: tuple[tuple[str, ChangeWords], ...]
    is_drawn: bool
    better: str
    note: str


def comparer_screen(
    results: Sequence[Result],
    names: Sequence[str],
    kept: Sequence[date | None],
    drawn: PairedDraws | None,
    changes: Sequence[ExplainedChange],
    sites: Mapping[str, str],
    closed: Collection[str] = (),
) -> ComparerScreen:
    """Return the screen of two or three scenarios.

    Args:
        names: how the page calls each.
        kept: when each was kept.
        sites: what to call each site and plant, by id.
        closed: ids of whom no figure of their own is told.

    Raises:
        InputError: homes that may not be shown, alone or by difference between scenarios.
    """
    comparison = compared(results, drawn if drawn is None else replace(drawn, reference=0))
    ranked, is_year = comparison.ranking, comparison.view.is_year
    when = ranked_words(ranked.plan_years if ranked else (), is_year=is_year)
    axis, persons = _axis(comparison), persons_rows(comparison) if ranked else []
    return ComparerScreen(
        title=_title(comparison, names, when),
        second=_second(comparison, names),
        names=titles_with_status(names, [result.status for result in results]),
        rows=(*euro_rows(comparison, results, ranked, when), *other_rows(comparison, results, kept)),
        persons=tuple(_person(comparison, person, axis) for person in persons),
        axis=axis,
        when=when,
        why=tuple(
            (name, change_words(change, sites, is_year=is_year, closed=closed))
            for name, change in zip(names[1:], changes, strict=False)
        ),
        is_drawn=comparison.drawn is not None,
        better=_(BETTER),
        note=drawn_note(comparison.drawn, names[0]) if comparison.drawn else "",
    )


def _title(comparison: Comparison, names: Sequence[str], when: str) -> str:
    ranked = comparison.ranking
    if ranked is None:
        shared = [case.shared_kwh / 1000.0 for case in comparison.cases]
        most = max(range(1, len(shared)), key=lambda case: shared[case])
        text = _("“{name}” shares {change} MWh beside “{reference}”")
        change = signed_units(shared[most] - shared[0])
        return text.format(name=names[most], change=change, reference=names[0])
    at = _subject(comparison, ranked)
    if at is None:
        return _("To compare only: none of these scenarios is lawful")
    change_eur = ranked.together_eur[at] - ranked.together_eur[0]
    word = "brings-more" if change_eur > 0.0 else "brings-less"
    word = word if rounded_eur(change_eur) else "brings-as-much"
    amount = eur_with_unit(abs(change_eur))
    return sentence(word, name=names[at], amount=amount, reference=names[0], when=when)


def _subject(comparison: Comparison, ranked: Ranking) -> int | None:
    """Return the lawful scenario of which the title speaks: that which brings most, but the reference."""
    lawful = [case for case in ranked.order if case and comparison.cases[case].is_lawful]
    return lawful[0] if lawful else None


def _second(comparison: Comparison, names: Sequence[str]) -> str:
    """Members who gain less than in the reference, worst first."""
    ranked = comparison.ranking
    at = None if ranked is None else _subject(comparison, ranked)
    if at is None:
        return ""
    less = sorted(
        (
            (change, person)
            for person in comparison.persons
            if (change := _change(person, at)) is not None and rounded_eur(change) < 0.0
        ),
        key=lambda pair: pair[0],
    )
    if not less:
        return _("Beside “{reference}”, nobody gains less.").format(reference=names[0])
    count = sum(len(person.ids) for _change_eur, person in less)
    named = [f"{person.name} ({with_unit(signed_eur(change), '€')})" for change, person in less]
    return sentence("gain-less-than-with", count, count=count, reference=names[0], names=some(named, NAMED))


def _change(person: ComparedPerson, case: int) -> float | None:
    return gap(person.amounts_eur[case], person.amounts_eur[0])


LETTER, EDGE = 0.026, 0.08
"""Width of a letter of the marks, as a part of the axis."""


def _axis(comparison: Comparison) -> Axis:
    values = [eur for person in comparison.persons for eur in person.amounts_eur if eur is not None]
    low, high = root_of(min([*values, 0.0])), root_of(max([*values, 1.0]))
    room, marks = (high - low) * 0.04, [(root_of(mark), fr(mark)) for mark in root_ticks(low, high, 5)]
    return axis_between(low - room, high + room, marks, LETTER, EDGE)


def _person(comparison: Comparison, person: ComparedPerson, axis: Axis) -> PersonLine:
    amounts = zip(SHAPES, person.amounts_eur, strict=False)
    marks = tuple((shape, axis.at(root_of(eur))) for shape, eur in amounts if eur is not None)
    others = tuple(_compared_member(comparison, person, case) for case in range(1, len(comparison.cases)))
    return PersonLine(person.name, eur_text(person.amounts_eur[0]), marks, others)


def _compared_member(comparison: Comparison, person: ComparedPerson, case: int) -> ComparedMember:
    change = _change(person, case)
    eur = MISSING if change is None else signed_eur(change)
    change_kwh = gap(person.received_kwh[case], person.received_kwh[0])
    kwh = MISSING if change_kwh is None else _energy(change_kwh / 1000.0)
    drawn = comparison.drawn
    known = drawn is not None and change is not None
    better = chance_text(drawn.chance(case, person.ids)) if known and drawn is not None else MISSING
    return ComparedMember(eur, kwh, better, "" if change is None else tone_of(eur))


def _energy(energy_mwh: float) -> str:
    """Return a change in MWh, with a decimal below ten; "=" where it rounds to nothing."""
    if abs(energy_mwh) >= 9.95:
        return signed_units(energy_mwh)
    return signed(energy_mwh, 1) if round(energy_mwh, 1) else "="


MOST_CROSSED = MOST_COLUMNS


def crossing_table(results: Sequence[Result], drawn: PairedDraws | None) -> TextTable:
    """Return the scenarios side by side.

    Raises:
        InputError: homes that may not be shown, alone or by difference between scenarios.
    """
    return scenarios_table(compared(results, drawn))
