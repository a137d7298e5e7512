"""Sheets of participants, plants, months, keys and persons: annual sums that follow the local price."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from gettext import gettext as _
from math import isfinite, nan

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Departures, Money, PlanAfter
from acc.arrays import FloatArray
from acc.time_aggregates import Bins, bins, totals_by
from reports.data import columns
from reports.data.rows import (
    KeyResultRow,
    MonthRow,
    ParticipantResultRow,
    local_eur_per_mwh,
    shown_key,
    shown_participants,
    shown_persons,
    shown_plants,
    shown_totals,
    shown_unit,
)
from reports.data.table import Unit
from reports.format.gains import before_investment, value_basis
from reports.format.labels import key_sentence
from reports.format.numbers import fr, long_date, month_name, percent
from reports.format.palette import SHARED, SUN, SUPPLIER
from reports.format.wording import text_of
from reports.sentences.audiences import months_alt
from reports.sentences.limits import homes_shown
from reports.studies.workbook.cells import (
    FIRST_WIDTH,
    Address,
    Cell,
    CellKind,
    Chart,
    Live,
    Role,
    Row,
    Sheet,
    SheetTable,
    at,
    body_row,
    heads,
    named,
    number,
    sum_of,
    table_sheet,
    text,
    titled,
    total_of,
)
from reports.view.view import View

PARTICIPANT_WIDTH = 14
PARTICIPANT_NAMES = {
    "total_need": "consumption_kwh",
    "total_shared": "received_kwh",
    "total_saving": "saving_eur_ht",
}
"""Totals that other sheets read: the name of the cell, and its column."""


def energy_unit(view: View) -> str:
    """Return "kWh/year", or "kWh" when the period is not a year."""
    return shown_unit(view, Unit.KWH)


def participants_sheet(view: View) -> Sheet:
    """Needs, received energy and savings of each row; savings follow the yellow local price."""
    notes = [f"{homes_shown(view)} {text_of('companies-that-did')}"]
    if view.has_savings:
        notes.append(text_of("saving-shared-energy"))
    top = titled(_("Participants"), *notes)
    lines = SheetTable(
        view,
        columns.PARTICIPANTS,
        shown_participants(view),
        top,
        live={
            "complement_kwh": complement_formula,
            "saving_eur_ht": lambda row, place: _saving(view, row, place),
            "break_even_eur_per_mwh": _break_even,
        },
        totals=shown_totals(view),
    )
    return lines.sheet(_("Participants"), PARTICIPANT_WIDTH, PARTICIPANT_NAMES)


def complement_formula(_row: object, place: Address) -> str:
    """Formula of the complement; clipped at zero, as a rounding would read as a sale."""
    return f"=MAX({place('consumption_kwh')}-{place('received_kwh')},0)"


def _saving(view: View, row: ParticipantResultRow, place: Address) -> str:
    shared = place("received_kwh")
    if isfinite(row.worth_eur_per_mwh):
        return f"={shared}*({place('worth_eur_per_mwh')}-{named('local_price')})/1000"
    return saving_formula(view, nan if row.saving_eur_ht is None else row.saving_eur_ht, shared)


def saving_formula(view: View, saving_eur: float, shared: str) -> str:
    """Return a saving that falls by one euro for each MWh received and each EUR/MWh of local price.

    Args:
        shared: address of what is received, in kWh.
    """
    price = local_eur_per_mwh(view)
    if not isfinite(price) or not isfinite(saving_eur):
        return ""
    return f"={saving_eur:.9f}+{shared}*({price:.9f}-{named('local_price')})/1000"


def _break_even(row: ParticipantResultRow, _place: Address) -> str:
    """Return the supplier's price under which one row gains nothing; it rises with the local price."""
    limit, price = row.break_even_eur_per_mwh, row.local_eur_per_mwh
    return "" if limit is None or not isfinite(price) else f"={named('local_price')}{limit - price:+.9f}"


PLANT_WIDTH, MONTH_WIDTH, MONTH_NAME_WIDTH = 15, 13, 20
PLANT_NAMES = {
    "total_kwp": "kwp",
    "total_own_use": "own_use_kwh",
    "total_injected": "production_kwh",
    "total_surplus": "surplus_kwh",
}
"""Totals that other sheets read: the name of the cell, and its column."""


def plants_sheet(view: View) -> Sheet:
    """Production, shared energy and surplus of each plant."""
    top = titled(_("Plants"), _("Injected: what reaches the network, after own use behind the meter."))
    lines = SheetTable(view, columns.PLANTS, shown_plants(view), top)
    return lines.sheet(_("Plants"), PLANT_WIDTH, PLANT_NAMES)


def months_sheet(view: View) -> Sheet:
    """Return the months of the whole group (or its days when the period is short), with their chart."""
    cut = bins(view.result.exchange.steps)
    title = _("Days") if cut.by_day else _("Months")
    top = titled(title, _("All participants and plants together, in kWh."))
    live: Live[MonthRow] = {"complement_kwh": complement_formula}
    lines = SheetTable(view, columns.MONTHS, _months(view, cut), top, live)
    first_head = text(_("Day") if cut.by_day else _("Month"), Role.HEAD)
    rows = ((first_head, *lines.heads()[1:]), *lines.body(), lines.total())
    widths = (MONTH_NAME_WIDTH, *lines.widths(MONTH_WIDTH)[1:])
    return table_sheet(title, top, rows, widths, chart=_chart(view, lines))


def _months(view: View, cut: Bins) -> list[MonthRow]:
    exchange, allocation = view.result.exchange, view.result.allocation
    kwh = exchange.production_kwh, exchange.consumption_kwh, allocation.received_kwh, allocation.surplus_kwh
    each_step = np.stack([values.sum(axis=1) for values in kwh], axis=1)
    sums = totals_by(each_step, cut.group, cut.count)  # injected, needed, received, left: (months, 4)
    return [MonthRow(label, *map(float, row)) for label, row in zip(bin_labels(view, cut), sums, strict=True)]


def _chart(view: View, lines: SheetTable[MonthRow]) -> Chart:
    return Chart(
        title=_("Shared, complement and production"),
        alt=months_alt(view),
        unit="kWh",
        labels=lines.place("label"),
        bars=((lines.place("received_kwh"), SHARED), (lines.place("complement_kwh"), SUPPLIER)),
        line=(lines.place("production_kwh"), SUN),
        rows=(lines.first, lines.last),
        at=(lines.first - 1, len(lines.columns) + 1),
        size=(20, 12),
    )


def bin_labels(view: View, cut: Bins) -> list[str]:
    """Return the name of each month, with its year where the period holds several; or each day."""
    if cut.by_day:
        return [long_date(day) for day in cut.starts]
    single_year = view.first_day.year == view.last_day.year
    return [month_name(day.month) + ("" if single_year else f" {day.year}") for day in cut.starts]


KEY_WIDTH = 18


def keys_sheet(view: View) -> Sheet:
    """Return totals, kWh and savings of every key side by side; savings follow the yellow local price."""
    top = titled(_("Keys"), _("The same consumption and production, shared by each key."))
    # Title, heads and total of a block, with the blank row before it: 4 rows more than its participants.
    block = len(view.order) + 4
    energy_first = len(top) + 2 + len(view.keys) + 3
    savings_first = energy_first + block
    totals = _totals(view, top, savings_first + len(view.order))
    rows: tuple[Row, ...] = (totals.heads(), *totals.body(), (), *_energy(view, energy_first))
    if view.has_savings:
        rows = (*rows, (), *_savings(view, energy_first, savings_first))
    rows = (*rows, *_sentences(view))
    widths = (FIRST_WIDTH, *(KEY_WIDTH,) * max(5, len(totals.columns) - 1, len(view.keys)))
    # Blocks one below the other: the heads of none stay in sight.
    return replace(table_sheet(_("Keys"), top, rows, widths), freeze=(0, 1))


def _totals(view: View, top: Sequence[Row], savings_total: int) -> SheetTable[KeyResultRow]:
    place = {key.name: column for column, key in enumerate(view.keys, start=1)}
    return SheetTable(
        view,
        columns.KEYS,
        [shown_key(key, key.marked) for key in view.keys],
        top,
        live={"saving_eur_ht": lambda row, _place: f"={at(savings_total, place[row.name])}"},
    )


def _sentences(view: View) -> tuple[Row, ...]:
    lines = [f"{key.title}{_(': ')}{key_sentence(key.name)}" for key in view.keys if key_sentence(key.name)]
    notes = [(text(line, Role.NOTE),) for line in lines]
    return (), (text(_("How each key shares"), Role.SECTION),), *notes


def _energy(view: View, first: int) -> tuple[Row, ...]:
    body = [[number(float(key.received_kwh[row]), CellKind.KWH) for key in view.keys] for row in view.order]
    total = _key_totals(view, CellKind.KWH, first, ((key.received_kwh, key.shared_kwh) for key in view.keys))
    return _block(view, _("Shared energy by key ({unit})").format(unit=energy_unit(view)), body, total)


def _savings(view: View, energy_first: int, first: int) -> tuple[Row, ...]:
    def cell(saving_eur: float, row: int, column: int) -> Cell:
        return number(saving_eur, CellKind.EUR, formula=saving_formula(view, saving_eur, at(row, column)))

    body = [
        [cell(float(key.saving_eur_ht[row]), at_row, column) for column, key in enumerate(view.keys, start=1)]
        for at_row, row in enumerate(view.order, start=energy_first)
    ]
    savings = ((key.saving_eur_ht, key.total_saving_eur_ht) for key in view.keys)
    title = _("Saving by key ({unit} without tax)").format(unit=view.eur_unit)
    return _block(view, title, body, _key_totals(view, CellKind.EUR, first, savings))


def _key_totals(
    view: View, kind: CellKind, first: int, sums: Iterable[tuple[FloatArray, float]]
) -> list[Cell]:
    return [
        total_of(values[view.order].tolist(), total, kind, first, column)
        for column, (values, total) in enumerate(sums, start=1)
    ]


def _block(view: View, title: str, body: Sequence[Sequence[Cell]], total: Sequence[Cell]) -> tuple[Row, ...]:
    rows = [(text(view.groups[row].name), *cells) for row, cells in zip(view.order, body, strict=True)]
    return (
        (text(title, Role.SECTION),),
        heads([_("Participant"), *(key.marked for key in view.keys)]),
        *rows,
        (text(view.together, Role.TOTAL), *total),
    )


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
    money = view.result.money
    gain = before_investment("", is_taxed=bool(money and money.total and money.total.is_taxed))
    gain = _("Gain: {before}.").format(before=gain)
    top = titled(_("Persons"), " ".join([text_of("beside-building-nothing"), gain, value_basis()]))
    return SheetTable(view, columns.PERSONS, rows, top).sheet(_("Persons"), PERSON_WIDTH)


def person_years_sheet(view: View) -> Sheet | None:
    """Return the years of each person who may be named, the others as one; None without a plan."""
    persons, money = shown_persons(view), view.result.money
    if money is None or money.plan is None or not persons or not all(p.by_year_eur_ht for p in persons):
        return None
    top = titled(_("Year by year"), f"{text_of('what-enters-and-leaves')} {value_basis()}")
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
    words = [_("Present value, €"), *(person.name for person in persons)]
    words += [_("Together"), _("Plants"), _("Debt cover, lowest")]
    named = {person.id for person in persons if person.id}
    own = [nan if person.npv_eur_ht is None else person.npv_eur_ht for person in persons]
    rows = [_case(_("as planned"), own, money.plan.npv_eur_ht, money.plan.dscr_min)]
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
    figures = [*(number(value, CellKind.EUR) for value in own), number(sum(own), CellKind.EUR, Role.TOTAL)]
    return text(title), *figures, number(plants, CellKind.EUR), number(cover, CellKind.PRICE)
