"""The rows of scenarios side by side: what each brings, how often it is better, whether it is lawful."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext

from acc.result.change import PairedDraws
from acc.result.outcomes import outcomes
from acc.result.proposal import Ranking
from acc.result.result import Result
from reports.format.connection import payback_quantity
from reports.format.draw_labels import FEWEST_FOR_CHANCES
from reports.format.labels import key_title, kwp_text
from reports.format.money import range_ends
from reports.format.numbers import FIXED, MISSING, fr, listed, long_date, percent, span, unit
from reports.format.paired import EQUAL
from reports.format.unlawful import status_text
from reports.page.amounts import eur_text, with_unit
from reports.page.member_outcome import price_text
from reports.view.comparison import Comparison

NAMED = 4
"""Members named in a sentence; the others are counted."""


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


def eur_with_unit(eur: float) -> str:
    """Return an amount with its unit."""
    return with_unit(eur_text(eur), "€")


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


def _plain(title: str, texts: Sequence[str]) -> CompareRow:
    return CompareRow(title, tuple(CompareCell(text) for text in texts))


def euro_rows(
    comparison: Comparison, results: Sequence[Result], ranked: Ranking | None, when: str
) -> list[CompareRow]:
    """Gain of all with its confidence, composition and losers; empty without euros.

    Args:
        when: over what gains are counted.
    """
    if ranked is None:
        return []
    outcomes_of = [outcomes(result) for result in results]
    first = [outcome.together.gain_eur_ht for outcome in outcomes_of]
    years = [outcome.period_years for outcome in outcomes_of]
    yearly = [None if eur is None else eur / of for eur, of in zip(first, years, strict=True)]
    saved = [outcome.together.saving_eur_ht / outcome.period_years for outcome in outcomes_of]
    a_year = _("€/year")
    rows = [
        replace(
            _row(
                comparison,
                _("Gain of everybody {when}").format(when=when),
                [(eur, eur_with_unit(eur)) for eur in ranked.together_eur],
            ),
            is_lead=True,
        )
    ]
    if comparison.drawn is not None:
        rows += [
            _plain(
                _chances_title(comparison.drawn), [_range(comparison.drawn, at) for at in range(len(results))]
            ),
            _plain(_("Beats the reference"), [_beats(comparison.drawn, at) for at in range(len(results))]),
        ]
    return [
        *rows,
        _row(
            comparison,
            _("Gain a year, before the investment"),
            [(eur, with_unit(eur_text(eur), a_year) if eur is not None else MISSING) for eur in yearly],
        ),
        _row(
            comparison,
            _("of which saved on bills"),
            [(eur, with_unit(eur_text(eur), a_year)) for eur in saved],
        ),
        _row(comparison, _("Paid back in"), [_payback(result) for result in results], most=False),
        _losers(comparison, ranked, when),
    ]


def _chances_title(drawn: PairedDraws) -> str:
    return _("8 chances in 10") if drawn.count >= FEWEST_FOR_CHANCES else _("Range of the draws")


def _range(drawn: PairedDraws, case: int) -> str:
    chance = drawn.chance(case)
    return f"{span(*range_ends(chance.low_eur, chance.high_eur, chance.middle_eur))}{FIXED}€"


def _beats(drawn: PairedDraws, case: int) -> str:
    """Return in how many draws a scenario brings everybody more than the reference."""
    if case == drawn.reference:
        return _("reference")
    if drawn.chance(case).is_equal:
        return _("equal in every draw")
    text = _("{better} draws out of {count}")
    return text.format(better=better_counts(drawn, case), count=fr(drawn.count))


def better_counts(drawn: PairedDraws, case: int, ids: frozenset[str] | None = None) -> str:
    """Return in how many draws some gain more than in the reference; two counts where connections decide."""
    chance = drawn.chance(case, ids)
    if chance.is_equal:
        return EQUAL
    both = (chance.better_ratio or 0.0, chance.connected_better_ratio or 0.0)
    return " / ".join(dict.fromkeys(fr(round(ratio * drawn.count)) for ratio in both))


def _payback(result: Result) -> tuple[float | None, str]:
    plan = result.money.plan if result.money else None
    if plan is None:
        return None, MISSING
    years = plan.payback_years
    if years is None:
        return float("inf"), _("never in {years} years").format(years=fr(plan.horizon_years))
    return years, str(payback_quantity(years, plan.latest_payback_years))


def _losers(comparison: Comparison, ranked: Ranking, when: str) -> CompareRow:
    """Number of losers in each scenario, with names that the documents print."""
    losers: list[tuple[float | None, str]] = []
    for ids in ranked.loser_ids:
        named = [
            person.name for person in comparison.persons if len(person.ids) == 1 and person.ids <= set(ids)
        ]
        rest = len(ids) - len(named)
        shown = named[:NAMED]
        if more := rest + len(named) - len(shown):
            shown.append(ngettext("{count} other", "{count} others", more).format(count=fr(more)))
        losers.append((float(len(ids)), f"{fr(len(ids))}{FIXED}: {listed(shown)}" if ids else _("nobody")))
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
    return (
        f"{price} · {kwp_text(sum(plant.kwp for plant in scenario.plants))} · {key_title(scenario.key.name)}"
    )
