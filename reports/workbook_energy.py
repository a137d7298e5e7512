"""Sheets of energy: participants, plants, months. Annual sums of the rows that may be shown, in kWh."""

from collections.abc import Sequence
from gettext import gettext as _
from math import isfinite, nan

import numpy as np

from acc.patterns import Bins, bins, totals_by
from reports.content_money import member_ids
from reports.content_when import months_alt
from reports.euros import band
from reports.format import long_date, month_name
from reports.style import SHARED, SUN, SUPPLIER
from reports.view import View
from reports.workbook_cells import (
    Cell,
    Chart,
    Kind,
    Role,
    Row,
    Sheet,
    at,
    heads,
    named,
    number,
    sum_of,
    text,
    titled,
    total_of,
)

NAME, KIND, NEED, SHARED_COLUMN, PART, COMPLEMENT, WORTH, SAVING, BREAK_EVEN, LOW, HIGH = range(11)


def energy_unit(view: View) -> str:
    """Return "kWh/year", or "kWh" when the period is not a year."""
    return _("{unit}/year").format(unit="kWh") if view.is_year else "kWh"


def participants_sheet(view: View) -> Sheet:
    """Return who needs, receives and saves what; savings follow the yellow local price."""
    notes = [_("Households stand in groups of ten or more; companies that did not agree stand together.")]
    if view.has_savings:
        notes.append(
            _(
                "Saving = shared energy × (worth of a local kWh − local price). The worth counts all that a "
                "local kWh spares, less the fees and fixed parts of taking part."
            )
        )
    top = titled(_("Participants"), *notes)
    first = len(top) + 2
    body = [_participant(view, row, first + place) for place, row in enumerate(view.order)]
    last = first + len(body) - 1
    names = {"total_need": (last + 1, NEED), "total_shared": (last + 1, SHARED_COLUMN)}
    if view.has_savings:
        names["total_saving"] = (last + 1, SAVING)
    return Sheet(
        title=_("Participants"),
        rows=(*top, (), _participant_heads(view), *body, _participants_total(view, first, last)),
        widths=(36, 18, *(14,) * 9)[: len(_participant_heads(view))],
        freeze=(first, 1),
        names=names,
        landscape=True,
    )


def _participant_heads(view: View) -> Row:
    energy = energy_unit(view)
    words = [
        _("Participant"),
        _("Kind"),
        _("Need ({unit})").format(unit=energy),
        _("Shared ({unit})").format(unit=energy),
        _("Part of the need served"),
        _("Complement ({unit})").format(unit=energy),
    ]
    if view.has_savings:
        words += [
            _("Worth of a local kWh (€/MWh)"),
            _("Saving ({unit} without tax)").format(unit=view.eur_unit),
            _("Gain gone under this supplier’s price (€/MWh)"),
        ]
    if view.has_savings and view.result.ranges is not None:
        words += [_("Low saving (passed 9 times out of 10)"), _("High saving (passed once out of 10)")]
    return heads(words, left=(NAME, KIND))


def _participant(view: View, row: int, at_row: int) -> Row:
    group = view.groups[row]
    need, received = float(view.need_kwh[row]), float(view.chosen.received_kwh[row])
    energy = (
        text(group.name),
        text(group.kind),
        number(need, Kind.KWH),
        number(received, Kind.KWH),
        number(float(view.chosen.ratio[row]), Kind.PERCENT, formula=_part(at_row)),
        number(max(need - received, 0.0), Kind.KWH, formula=_complement(at_row)),
    )
    return (*energy, *_euros(view, row, at_row)) if view.has_savings else energy


def _part(row: int) -> str:
    return f"={at(row, SHARED_COLUMN)}/{at(row, NEED)}"


def _complement(row: int) -> str:
    # A rounding below zero would read as a sale.
    return f"=MAX({at(row, NEED)}-{at(row, SHARED_COLUMN)},0)"


def _euros(view: View, row: int, at_row: int) -> Row:
    saving, received = float(view.chosen.saving_eur_ht[row]), float(view.chosen.received_kwh[row])
    price = local_eur_per_mwh(view)
    worth = saving * 1000.0 / received + price if received > 0.0 else nan
    shared = at(at_row, SHARED_COLUMN)
    formula = f"={shared}*({at(at_row, WORTH)}-{named('local_price')})/1000"
    if not worth > 0.0:
        # Loses at any price: a worth below zero would say nothing.
        worth, formula = nan, saving_formula(view, saving, shared)
    cells = [
        number(worth, Kind.PRICE),
        number(saving, Kind.EUR, formula=formula),
        _break_even(view, row, price),
    ]
    if view.result.ranges is not None:
        ids = member_ids(view, row)
        found = band(view, "saving_eur_ht", ids[0]) if len(ids) == 1 else None
        low, high = (found[0], found[2]) if found else (nan, nan)
        cells += [number(low, Kind.EUR), number(high, Kind.EUR)]
    return tuple(cells)


def saving_formula(view: View, saving_eur: float, shared: str) -> str:
    """Return a saving that falls by one euro for each MWh received and each EUR/MWh of local price.

    Args:
        shared: address of what is received, in kWh.
    """
    price = local_eur_per_mwh(view)
    if not isfinite(price) or not isfinite(saving_eur):
        return ""
    return f"={saving_eur:.9f}+{shared}*({price:.9f}-{named('local_price')})/1000"


def local_eur_per_mwh(view: View) -> float:
    """Return the mean local price; nan when it is not decided."""
    money = view.result.money
    return nan if money is None or money.local_eur_per_kwh is None else money.local_eur_per_kwh * 1000.0


def _break_even(view: View, row: int, price: float) -> Cell:
    """Return the supplier's price under which one row gains nothing; it rises with the local price."""
    ids, money = member_ids(view, row), view.result.money
    assert money is not None
    one = next(p for p in money.participants if p.id == ids[0])
    if len(ids) > 1 or one.loses or one.break_even_supply_eur_per_kwh is None or not isfinite(price):
        return number(nan, Kind.PRICE)
    limit = one.break_even_supply_eur_per_kwh * 1000.0
    return number(limit, Kind.PRICE, formula=f"={named('local_price')}{limit - price:+.9f}")


def _participants_total(view: View, first: int, last: int) -> Row:
    def total(value: float, kind: Kind, column: int) -> Cell:
        return number(value, kind, Role.TOTAL, sum_of(first, last, column))

    energy = view.result.energy
    row: list[Cell] = [
        text(_("Together"), Role.TOTAL),
        text("", Role.TOTAL),
        total(view.total_need_kwh, Kind.KWH, NEED),
        total(view.chosen.shared_kwh, Kind.KWH, SHARED_COLUMN),
        number(energy.autoproduction_ratio, Kind.PERCENT, Role.TOTAL, _part(last + 1)),
        total(float(energy.complement_kwh.sum()), Kind.KWH, COMPLEMENT),
    ]
    if view.has_savings:
        savings = [float(view.chosen.saving_eur_ht[row]) for row in view.order]
        saving = total_of(savings, view.chosen.total_saving_eur_ht, Kind.EUR, first, SAVING)
        row += [text("", Role.TOTAL), saving, text("", Role.TOTAL)]
    if view.has_savings and view.result.ranges is not None:
        low, _middle, high = band(view, "saving_eur_ht") or (nan, nan, nan)
        row += [number(low, Kind.EUR, Role.TOTAL), number(high, Kind.EUR, Role.TOTAL)]
    return tuple(row)


def plants_sheet(view: View) -> Sheet:
    """Return what each plant makes, shares and leaves."""
    energy, plants = view.result.energy, view.result.scenario.plants
    unit = energy_unit(view)
    top = titled(_("Plants"), _("Injected: what reaches the network, after own use behind the meter."))
    first = len(top) + 2
    columns = (energy.own_use_kwh, energy.production_kwh, energy.shared_kwh, energy.surplus_kwh)
    body = [
        (
            text(view.names[plant.id]),
            number(plant.kwp, Kind.EXACT),
            *(number(float(values[index]), Kind.KWH) for values in columns),
            _used(float(energy.shared_kwh[index]), float(energy.production_kwh[index]), first + index),
        )
        for index, plant in enumerate(plants)
    ]
    last = first + len(body) - 1
    sums = [view.kwp, *(float(values.sum()) for values in columns)]
    kinds = (Kind.EXACT, *(Kind.KWH,) * len(columns))
    total = (
        text(_("Together"), Role.TOTAL),
        *(
            number(value, kind, Role.TOTAL, sum_of(first, last, column))
            for column, (value, kind) in enumerate(zip(sums, kinds, strict=True), start=1)
        ),
        _used(float(energy.shared_kwh.sum()), float(energy.production_kwh.sum()), last + 1, Role.TOTAL),
    )
    words = [
        _("Plant"),
        _("Power (kWp)"),
        _("Own use ({unit})").format(unit=unit),
        _("Injected ({unit})").format(unit=unit),
        _("Shared ({unit})").format(unit=unit),
        _("Surplus ({unit})").format(unit=unit),
        _("Used on the spot"),
    ]
    return Sheet(
        title=_("Plants"),
        rows=(*top, (), heads(words), *body, total),
        widths=(36, 12, *(15,) * 5),
        freeze=(first, 1),
        names={
            "total_kwp": (last + 1, 1),
            "total_own_use": (last + 1, 2),
            "total_injected": (last + 1, 3),
            "total_surplus": (last + 1, 5),
        },
        landscape=True,
    )


def _used(shared_kwh: float, injected_kwh: float, row: int, role: Role = Role.BODY) -> Cell:
    ratio = shared_kwh / injected_kwh if injected_kwh > 0.0 else nan
    return number(ratio, Kind.PERCENT, role, f"={at(row, 4)}/{at(row, 3)}")


def months_sheet(view: View) -> Sheet:
    """Return the months of the whole group (or its days when the period is short), with their chart."""
    exchange, allocation = view.result.exchange, view.result.allocation
    cut = bins(exchange.steps)
    series = (exchange.production_kwh, exchange.consumption_kwh, allocation.received_kwh)
    sums = totals_by(np.stack([values.sum(axis=1) for values in series], axis=1), cut.group, cut.count)
    title = _("Days") if cut.by_day else _("Months")
    top = titled(title, _("All participants and plants together, in kWh."))
    first = len(top) + 2
    body = [
        (text(label), *_flows(sums[index], first + index))
        for index, label in enumerate(bin_labels(view, cut))
    ]
    last = first + len(body) - 1
    total = tuple(
        Cell(cell.value, cell.kind, Role.TOTAL, sum_of(first, last, column))
        for column, cell in enumerate(_flows(sums.sum(axis=0), last + 1), start=1)
    )
    words = [
        _("Day") if cut.by_day else _("Month"),
        _("Injected"),
        _("Need"),
        _("Shared"),
        _("Complement"),
        _("Surplus"),
    ]
    return Sheet(
        title=title,
        rows=(*top, (), heads(words), *body, (text(_("Together"), Role.TOTAL), *total)),
        widths=(20, *(13,) * 5),
        freeze=(first, 1),
        chart=Chart(
            title=_("Shared, complement and production"),
            alt=months_alt(view),
            unit="kWh",
            labels=0,
            bars=((3, SHARED), (4, SUPPLIER)),
            line=(1, SUN),
            rows=(first, last),
            at=(first - 1, 7),
            size=(20, 12),
        ),
        landscape=True,
    )


def _flows(sums: Sequence[float], row: int) -> tuple[Cell, ...]:
    made, need, received = (float(value) for value in sums)
    return (
        number(made, Kind.KWH),
        number(need, Kind.KWH),
        number(received, Kind.KWH),
        number(max(need - received, 0.0), Kind.KWH, formula=f"=MAX({at(row, 2)}-{at(row, 3)},0)"),
        number(max(made - received, 0.0), Kind.KWH, formula=f"=MAX({at(row, 1)}-{at(row, 3)},0)"),
    )


def bin_labels(view: View, cut: Bins) -> list[str]:
    """Return the name of each month, with its year where the period holds several; or each day."""
    if cut.by_day:
        return [long_date(day) for day in cut.starts]
    one = view.first_day.year == view.last_day.year
    return [month_name(day.month) + ("" if one else f" {day.year}") for day in cut.starts]
