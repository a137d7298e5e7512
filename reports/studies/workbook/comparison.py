"""The workbook of a comparison: every key or scenario x every row, kWh, euros, indicators, live totals."""

from collections.abc import Sequence
from gettext import gettext as _
from math import isfinite, nan
from typing import TypeAlias

from acc.accounts.price_corridor import pays_tax
from acc.arrays import FloatArray
from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.format.draws import drawn_note
from reports.format.gains import before_investment, before_tax, losers_head, value_basis
from reports.format.labels import not_counted
from reports.studies.workbook.cells import (
    Cell,
    CellKind,
    Role,
    Row,
    Sheet,
    at,
    body_row,
    heads,
    number,
    table_sheet,
    text,
    titled,
    total_of,
)
from reports.studies.workbook.write import write_workbook
from reports.view.comparison import ComparedScenario, Comparison, compared

FIRST_WIDTH, WIDTH = 40, 18

Line: TypeAlias = tuple[str, CellKind, Sequence[float | None]]
"""What it is, its kind, and its value of each case."""

ENDS = (("P10", "low_eur"), ("P50", "middle_eur"), ("P90", "high_eur"))
"""Of a range, as a workbook names them."""


def comparison_workbook(results: Sequence[Result], drawn: PairedDraws | None = None) -> bytes:
    """Return the workbook of the keys of one result, or of several results as scenarios.

    Raises:
        InputError: households that may not be shown, alone or by difference between scenarios.
    """
    comparison = compared(results, drawn)
    return write_workbook(comparison_sheets(comparison), comparison.view)


def comparison_sheets(comparison: Comparison) -> tuple[Sheet, ...]:
    """Return the sheets: indicators, kWh, parts of the need of each row, savings where they are known."""
    kwh = _("{unit}/year").format(unit="kWh") if comparison.view.is_year else "kWh"
    title = _("Energy received ({unit})").format(unit=kwh)
    pairs = [(case.received_kwh, case.shared_kwh) for case in comparison.cases]
    sheets = [_indicators(comparison, kwh), _table(comparison, _("Received"), title, CellKind.KWH, pairs)]
    if any(isfinite(value) for case in comparison.cases for value in case.saving_eur_ht):
        title = _("Saving ({unit} without tax)").format(unit=comparison.view.eur_unit)
        pairs = [(case.saving_eur_ht, case.total_saving_eur_ht) for case in comparison.cases]
        sheets.append(_table(comparison, _("Savings"), title, CellKind.EUR, pairs))
    return (*sheets, *_persons(comparison))


def _persons(comparison: Comparison) -> list[Sheet]:
    """Gains of each person in each scenario, then ranges and frequency of improvement."""
    if comparison.ranking is None or comparison.are_keys:
        return []
    before = before_investment("", is_taxed=pays_tax(comparison.view.result.scenario))
    title = _("Gain of each person (EUR without tax, {before})").format(before=before)
    if comparison.ranking is not None and comparison.ranking.is_value:
        title = " – ".join([_("Present value of each person"), value_basis()])
    rows = [(person.name, CellKind.EUR, person.amounts_eur) for person in comparison.persons]
    sheets = [_by_person(comparison, _("Persons"), title, rows)]
    if comparison.drawn is None:
        return sheets
    drawn = comparison.drawn
    cases = range(len(comparison.cases))
    chances = [(p.name, [drawn.chance(case, p.ids) for case in cases]) for p in comparison.persons]
    ends = [
        (f"{name}, {end}", CellKind.EUR, [getattr(chance, column) for chance in of])
        for name, of in chances
        for end, column in ENDS
    ]
    better = [(name, CellKind.PERCENT, [chance.better_ratio for chance in of]) for name, of in chances]
    note = drawn_note(drawn, comparison.cases[comparison.reference].title)
    sheets.append(_by_person(comparison, _("Ranges"), note, ends))
    return [*sheets, _by_person(comparison, _("Chances"), note, better)]


def _by_person(comparison: Comparison, name: str, title: str, lines: Sequence[Line]) -> Sheet:
    return _lines_sheet(comparison, name, titled(name, title), _("Member"), lines)


def _lines_sheet(
    comparison: Comparison, name: str, top: Sequence[Row], first: str, lines: Sequence[Line]
) -> Sheet:
    rows = [(text(what), *(number(value, kind) for value in values)) for what, kind, values in lines]
    return table_sheet(name, top, (_heads(comparison, first), *rows), _widths(comparison))


def _indicators(comparison: Comparison, kwh: str) -> Sheet:
    top = titled(
        _("Comparison"),
        _("Consumption, production and rules are those of each column; totals are live on the next sheets."),
        *filter(None, [not_counted(comparison.left_out)]),
    )
    return _lines_sheet(comparison, _("Comparison"), top, _("Indicator"), _lines(comparison, kwh))


def _widths(comparison: Comparison) -> tuple[float, ...]:
    return (FIRST_WIDTH, *(WIDTH,) * len(comparison.cases))


def _lines(comparison: Comparison, kwh: str) -> list[Line]:
    cases, ranked = comparison.cases, comparison.ranking
    served = [case.served or (nan, nan) for case in cases]
    lines: list[Line] = [
        (_("Shared ({unit})").format(unit=kwh), CellKind.KWH, [case.shared_kwh for case in cases]),
        (
            _("Surplus ({unit})").format(unit=kwh),
            CellKind.KWH,
            [float(case.energy.surplus_kwh.sum()) for case in cases],
        ),
        (_("Autoconsommation"), CellKind.PERCENT, [case.energy.autoconsommation_ratio for case in cases]),
        (_("Part of the need served"), CellKind.PERCENT, [c.energy.autoproduction_ratio for c in cases]),
        (_("Worst served"), CellKind.PERCENT, [low for low, _high in served]),
        (_("Best served"), CellKind.PERCENT, [high for _low, high in served]),
        (_("Equality (Gini)"), CellKind.EXACT, [round(case.fairness.gini, 3) for case in cases]),
        (
            _("Saving ({unit} without tax)").format(unit=comparison.view.eur_unit),
            CellKind.EUR,
            [case.total_saving_eur_ht for case in cases],
        ),
    ]
    if ranked is not None:
        title = _("Everybody, producers included: NPV €") if ranked.is_value else _("Everybody €")
        if not ranked.is_value and pays_tax(comparison.view.result.scenario):
            title = f"{title} ({before_tax(is_taxed=True)})"
        lines.append((title, CellKind.EUR, ranked.together_eur))
        lose = losers_head(ranked.plan_years, is_year=comparison.view.is_year).replace("\n", " ")
        lines.append((lose, CellKind.COUNT, ranked.losers))
    if comparison.drawn is not None:
        chances = [comparison.drawn.chance(case) for case in range(len(cases))]
        lines += [
            (
                _("Everybody, {end} €").format(end=end),
                CellKind.EUR,
                [getattr(chance, column) for chance in chances],
            )
            for end, column in ENDS
        ]
        better = [chance.better_ratio for chance in chances]
        title = _("Draws in which it brings more than {title}")
        lines.append((title.format(title=cases[comparison.reference].title), CellKind.PERCENT, better))
    return lines


def _table(
    comparison: Comparison, name: str, title: str, kind: CellKind, cases: Sequence[tuple[FloatArray, float]]
) -> Sheet:
    """Return a sheet with a line a row compared and a column a case, under each its total, live."""
    top = titled(title, _("A dash: does not take part, or not known. The total is a formula."))
    first = body_row(top)
    body: list[Row] = [
        (text(row), *(number(float(values[place]), kind) for values, _total in cases))
        for place, row in enumerate(comparison.rows)
    ]
    totals: list[Cell] = [
        total_of([float(value) for value in values], total, kind, first, column)
        for column, (values, total) in enumerate(cases, start=1)
    ]
    more: list[Row] = [_differences(totals, first + len(comparison.rows))] if len(cases) > 1 else []
    total: Row = (text(_("Together"), Role.TOTAL), *totals)
    rows = (_heads(comparison, _("Participant")), *body, total, *more)
    return table_sheet(name, top, rows, _widths(comparison))


def _differences(totals: Sequence[Cell], row: int) -> Row:
    """Return, live, how far the total of each case is from the first one's; nothing where one is unknown."""
    base, cells = totals[0].value, []
    for column, cell in enumerate(totals, start=1):
        apart = nan if isinstance(cell.value, str) or isinstance(base, str) else cell.value - base
        cells.append(number(apart, cell.kind, Role.NOTE, f"={at(row, column)}-{at(row, 1)}"))
    return (text(_("Against the first"), Role.NOTE), *cells)


def _heads(comparison: Comparison, first: str) -> Row:
    return heads([first, *(_title(case, is_best=case is comparison.best) for case in comparison.cases)])


def _title(case: ComparedScenario, *, is_best: bool) -> str:
    return _("{title} (recommended)").format(title=case.title) if is_best else case.title
