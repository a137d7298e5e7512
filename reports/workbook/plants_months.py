"""Sheets of plants and months: what is injected, shared and left, in kWh."""

from gettext import gettext as _
from math import nan

import numpy as np

from acc.arrays import FloatArray
from acc.time_aggregates import Bins, bins, totals_by
from reports.format.numbers import long_date, month_name
from reports.format.palette import SHARED, SUN, SUPPLIER
from reports.view.view import View
from reports.words.page3_when import months_alt
from reports.workbook.cells import (
    Cell,
    Chart,
    Kind,
    Role,
    Row,
    Sheet,
    at,
    heads,
    number,
    sum_of,
    text,
    titled,
)
from reports.workbook.participants import energy_unit

KWP, OWN_USE, INJECTED, SHARED_COLUMN, LEFT = range(1, 6)


def plants_sheet(view: View) -> Sheet:
    """Return what each plant makes, shares and leaves."""
    top = titled(_("Plants"), _("Injected: what reaches the network, after own use behind the meter."))
    first = len(top) + 2
    body = [_plant(view, index, first + index) for index in range(len(view.result.scenario.plants))]
    last = first + len(body) - 1
    return Sheet(
        title=_("Plants"),
        rows=(*top, (), _plant_heads(view), *body, _plants_total(view, first, last)),
        widths=(36, 12, *(15,) * 5),
        freeze=(first, 1),
        names={
            "total_kwp": (last + 1, KWP),
            "total_own_use": (last + 1, OWN_USE),
            "total_injected": (last + 1, INJECTED),
            "total_surplus": (last + 1, LEFT),
        },
        landscape=True,
    )


def _plant_heads(view: View) -> Row:
    unit = energy_unit(view)
    return heads(
        [
            _("Plant"),
            _("Power (kWp)"),
            _("Own use ({unit})").format(unit=unit),
            _("Injected ({unit})").format(unit=unit),
            _("Shared ({unit})").format(unit=unit),
            _("Surplus ({unit})").format(unit=unit),
            _("Used on the spot"),
        ]
    )


def _plant_columns(view: View) -> tuple[FloatArray, ...]:
    energy = view.result.energy
    return (energy.own_use_kwh, energy.production_kwh, energy.shared_kwh, energy.surplus_kwh)


def _plant(view: View, index: int, row: int) -> Row:
    plant, energy = view.result.scenario.plants[index], view.result.energy
    return (
        text(view.names[plant.id]),
        number(plant.kwp, Kind.EXACT),
        *(number(float(values[index]), Kind.KWH) for values in _plant_columns(view)),
        _used(float(energy.shared_kwh[index]), float(energy.production_kwh[index]), row),
    )


def _plants_total(view: View, first: int, last: int) -> Row:
    energy, columns = view.result.energy, _plant_columns(view)
    sums = [(view.kwp, Kind.EXACT), *((float(values.sum()), Kind.KWH) for values in columns)]
    return (
        text(_("Together"), Role.TOTAL),
        *(
            number(value, kind, Role.TOTAL, sum_of(first, last, column))
            for column, (value, kind) in enumerate(sums, start=KWP)
        ),
        _used(float(energy.shared_kwh.sum()), float(energy.production_kwh.sum()), last + 1, Role.TOTAL),
    )


def _used(shared_kwh: float, injected_kwh: float, row: int, role: Role = Role.BODY) -> Cell:
    ratio = shared_kwh / injected_kwh if injected_kwh > 0.0 else nan
    return number(ratio, Kind.PERCENT, role, f"={at(row, SHARED_COLUMN)}/{at(row, INJECTED)}")


def months_sheet(view: View) -> Sheet:
    """Return the months of the whole group (or its days when the period is short), with their chart."""
    cut = bins(view.result.exchange.steps)
    title = _("Days") if cut.by_day else _("Months")
    top = titled(title, _("All participants and plants together, in kWh."))
    first = len(top) + 2
    sums = _month_sums(view, cut)
    body = [
        (text(label), *_flows(sums[index], first + index))
        for index, label in enumerate(bin_labels(view, cut))
    ]
    last = first + len(body) - 1
    total = tuple(
        Cell(cell.value, cell.kind, Role.TOTAL, sum_of(first, last, column))
        for column, cell in enumerate(_flows(sums.sum(axis=0), last + 1), start=1)
    )
    first_head = _("Day") if cut.by_day else _("Month")
    words = [first_head, _("Injected"), _("Need"), _("Shared"), _("Complement"), _("Surplus")]
    return Sheet(
        title=title,
        rows=(*top, (), heads(words), *body, (text(_("Together"), Role.TOTAL), *total)),
        widths=(20, *(13,) * 5),
        freeze=(first, 1),
        chart=_chart(view, first, last),
        landscape=True,
    )


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


def _flows(sums: FloatArray, row: int) -> tuple[Cell, ...]:
    made, need, received, surplus = (float(value) for value in sums)
    return (
        number(made, Kind.KWH),
        number(need, Kind.KWH),
        number(received, Kind.KWH),
        number(max(need - received, 0.0), Kind.KWH, formula=f"=MAX({at(row, 2)}-{at(row, 3)},0)"),
        number(surplus, Kind.KWH),
    )


def _chart(view: View, first: int, last: int) -> Chart:
    return Chart(
        title=_("Shared, complement and production"),
        alt=months_alt(view),
        unit="kWh",
        labels=0,
        bars=((3, SHARED), (4, SUPPLIER)),
        line=(1, SUN),
        rows=(first, last),
        at=(first - 1, 7),
        size=(20, 12),
    )


def bin_labels(view: View, cut: Bins) -> list[str]:
    """Return the name of each month, with its year where the period holds several; or each day."""
    if cut.by_day:
        return [long_date(day) for day in cut.starts]
    one = view.first_day.year == view.last_day.year
    return [month_name(day.month) + ("" if one else f" {day.year}") for day in cut.starts]
