"""Sheets of plants and months: what is injected, shared and left, in kWh."""

from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.time_aggregates import Bins, bins, totals_by
from reports.data import columns
from reports.data.rows import MonthRow
from reports.data.shown_rows import shown_plants
from reports.format.numbers import long_date, month_name
from reports.format.palette import SHARED, SUN, SUPPLIER
from reports.sentences.audiences import months_alt
from reports.view.view import View
from reports.workbook.cells import Chart, Role, Sheet, table_sheet, text, titled
from reports.workbook.participants import complement_formula
from reports.workbook.table import SheetTable

PLANT_WIDTH, MONTH_WIDTH, MONTH_NAME_WIDTH = 15, 13, 20
NAMES = {
    "total_kwp": "kwp",
    "total_own_use": "own_use_kwh",
    "total_injected": "production_kwh",
    "total_surplus": "surplus_kwh",
}
"""Totals that other sheets read: the name of the cell, and its column."""


def plants_sheet(view: View) -> Sheet:
    """Production, shared energy and surplus of each plant."""
    top = titled(_("Plants"), _("Injected: what reaches the network, after own use behind the meter."))
    lines = SheetTable.of(
        view,
        columns.PLANTS,
        shown_plants(view),
        top,
    )
    return lines.sheet(_("Plants"), PLANT_WIDTH, NAMES)


def months_sheet(view: View) -> Sheet:
    """Return the months of the whole group (or its days when the period is short), with their chart."""
    cut = bins(view.result.exchange.steps)
    title = _("Days") if cut.by_day else _("Months")
    top = titled(title, _("All participants and plants together, in kWh."))
    lines = SheetTable.of(
        view,
        columns.MONTHS,
        _months(view, cut),
        top,
        live={"complement_kwh": complement_formula},
    )
    first_head = text(_("Day") if cut.by_day else _("Month"), Role.HEAD)
    rows = ((first_head, *lines.heads()[1:]), *lines.body(), lines.total())
    widths = (MONTH_NAME_WIDTH, *lines.widths(MONTH_WIDTH)[1:])
    return table_sheet(title, top, rows, widths, chart=_chart(view, lines))


def _months(view: View, cut: Bins) -> list[MonthRow]:
    sums = _month_sums(view, cut)
    return [MonthRow(label, *map(float, row)) for label, row in zip(bin_labels(view, cut), sums, strict=True)]


def _month_sums(view: View, cut: Bins) -> FloatArray:
    """Return injected, needed, received and left in each month, shape (months, 4)."""
    exchange, allocation = view.result.exchange, view.result.allocation
    series = (
        exchange.production_kwh,
        exchange.consumption_kwh,
        allocation.received_kwh,
        allocation.surplus_kwh,
    )
    return totals_by(np.stack([values.sum(axis=1) for values in series], axis=1), cut.group, cut.count)


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
