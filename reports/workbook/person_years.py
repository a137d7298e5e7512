"""Sheets of the persons who decide: the balance of each, its years of the plan, what departures leave."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from math import nan

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Departures, Money, PlanAfter
from reports.data import columns
from reports.data.shown_rows import shown_persons
from reports.format.gains import before_investment, value_basis
from reports.format.numbers import fr, percent
from reports.view.view import View
from reports.workbook.cells import (
    Cell,
    CellKind,
    Role,
    Row,
    Sheet,
    at,
    body_row,
    heads,
    number,
    sum_of,
    table_sheet,
    text,
    titled,
)
from reports.workbook.table import SheetTable

FIRST, OTHER = 14.0, 16.0
"""Widths of columns, in characters."""

PERSON_WIDTH = 15
PERSONS_A_PAGE = 8
"""More would not be read on a printed page."""


def persons_sheet(view: View) -> Sheet | None:
    """Return the balance of each person who may be named; None without euros."""
    rows = shown_persons(view)
    if not rows:
        return None
    note = _(
        "Beside building nothing: no plant, no operation. "
        "What a person pays itself is neither a gain nor a loss."
    )
    money = view.result.money
    gain = before_investment("", is_taxed=bool(money and money.total and money.total.is_taxed))
    gain = _("Gain: {before}.").format(before=gain)
    top = titled(_("Persons"), " ".join([note, gain, value_basis()]))
    lines = SheetTable.of(
        view,
        columns.PERSONS,
        rows,
        top,
    )
    return lines.sheet(_("Persons"), PERSON_WIDTH)


def person_years_sheet(view: View) -> Sheet | None:
    """Return the years of each person who may be named, the others as one; None without a plan."""
    persons, money = shown_persons(view), view.result.money
    if money is None or money.plan is None or not persons or not all(p.by_year_eur_ht for p in persons):
        return None
    note = _(
        "What enters and leaves each account, tax on profit paid. Year 0 builds. Each price and cost grows "
        "as the hypotheses say; what a person pays itself cancels."
    )
    top = titled(_("Year by year"), f"{note} {value_basis()}")
    first = body_row(top)
    years = [_year_row(persons, year, first + year) for year in range(len(persons[0].by_year_eur_ht))]
    head = heads([_("Year"), *(person.name for person in persons), _("Together")])
    rows = (head, *years, _sums(persons, first, len(years)), (), *_departures(money, persons))
    sheet = table_sheet(_("Year by year"), top, rows, (2.0 * FIRST, *(OTHER,) * (len(persons) + 3)))
    return replace(sheet, pages_across=-(-len(persons) // PERSONS_A_PAGE))


def _year_row(persons: Sequence[PersonMoney], year: int, row: int) -> Row:
    gains = [person.by_year_eur_ht[year] for person in persons]
    formula = f"=SUM({at(row, 1)}:{at(row, len(gains))})"
    total = number(sum(gains), CellKind.EUR, Role.TOTAL, formula)
    return number(year, CellKind.COUNT), *(number(gain, CellKind.EUR) for gain in gains), total


def _sums(persons: Sequence[PersonMoney], first: int, years: int) -> Row:
    """Return the sum of each column: nothing is discounted here."""
    sums = [sum(person.by_year_eur_ht) for person in persons]
    cells = [
        number(value, CellKind.EUR, Role.TOTAL, sum_of(first, first + years - 1, 1 + column))
        for column, value in enumerate([*sums, sum(sums)])
    ]
    return text(_("All years, not discounted"), Role.TOTAL), *cells


def _departures(money: Money, persons: Sequence[PersonMoney]) -> tuple[Row, ...]:
    """Return the present value of everybody, plants and persons with and without departures."""
    assert money.plan is not None
    words = [
        _("Present value, €"),
        *(person.name for person in persons),
        _("Together"),
        _("Plants"),
        _("Debt cover, lowest"),
    ]
    named = {person.id for person in persons if person.id}
    rows = [
        _case(
            _("as planned"),
            [nan if person.npv_eur_ht is None else person.npv_eur_ht for person in persons],
            money.plan.npv_eur_ht,
            money.plan.dscr_min,
        )
    ]
    for after in money.plans_after:
        values = after.persons_npv_eur_ht
        others = sum(value for id_, value in values.items() if id_ not in named)
        own = [values[person.id] if person.id else others for person in persons]
        rows.append(_case(_title(after), own, after.npv_eur_ht, after.dscr_min))
    section = (text(_("When members leave"), Role.SECTION),)
    return section, heads(words), *rows


def _title(after: PlanAfter) -> str:
    if after.case is Departures.CHURN:
        text_ = _("{ratio} leave each year after year {year}")
        return text_.format(ratio=percent(after.churn_ratio or 0.0), year=fr(after.commitment_years))
    return _("all who lose leave ({count})").format(count=fr(len(after.left)))


def _case(title: str, own: Sequence[float], plants: float, cover: float | None) -> Row:
    figures: list[Cell] = [number(value, CellKind.EUR) for value in own]
    return (
        text(title),
        *figures,
        number(sum(own), CellKind.EUR, Role.TOTAL),
        number(plants, CellKind.EUR),
        number(nan if cover is None else cover, CellKind.PRICE),
    )
