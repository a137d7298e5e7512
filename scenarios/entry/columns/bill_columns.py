"""Columns of a bill, of off-peak hours by season and of a start: what is wrong between them, what is kept."""

from collections.abc import Sequence
from contextlib import suppress
from gettext import gettext as _
from operator import attrgetter

from acc.kept_bill import KeptBill
from acc.sites import Kind
from scenarios.entry.columns.bill_energy import FIVE_SLOTS, MONTHS, TWO_SLOTS, energy_faults
from scenarios.entry.columns.compound_cells import read_powers, read_windows
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow

DAYS_OF_A_YEAR, MOST_DAYS_AWAY = 365, 6
"""Meters are not read on the same day each year: five days away from 365 or 366."""


KWH = {name: f"{name}_kwh" for name in (*FIVE_SLOTS, *TWO_SLOTS, *MONTHS)}
"""Columns of energy, by the slot or the month that they are of."""

CELLS = attrgetter(*KWH.values(), "bill_start", "bill_end", "peak_kw")
"""All that a bill is kept in: most rows have none of it, and are asked for it eight times a question."""


def _given(row: ParticipantRow, names: tuple[str, ...]) -> dict[str, float]:
    kwh = {name: getattr(row, KWH[name]) for name in names}
    return {name: value for name, value in kwh.items() if value is not None}


def kept_bill(row: ParticipantRow) -> KeptBill | None:
    """Return the bill of a participant, None where no cell of it is filled."""
    cells = CELLS(row)
    if cells.count(None) == len(cells):
        return None
    months = _given(row, MONTHS)
    return KeptBill(
        kwh_by_slot=_given(row, FIVE_SLOTS + TWO_SLOTS),
        kwh_by_month={MONTHS.index(name) + 1: kwh for name, kwh in months.items()},
        start=row.bill_start,
        end=row.bill_end,
        peak_kw=row.peak_kw,
    )


def seasonal_windows(text: str | None) -> tuple[tuple[int, int], ...] | None:
    """Return the off-peak windows of a season, None where they are those of the whole year."""
    return None if text is None else read_windows(text)


def energy_of(site: ParticipantRow) -> float | None:
    """Return the kWh of a year that a row states, in one figure or in those of a bill."""
    bill = kept_bill(site)
    return site.annual_kwh if site.annual_kwh is not None or bill is None else bill.total_kwh


def kva_of(site: ParticipantRow) -> float | None:
    """Return the highest subscribed power that a row states, None where it says none of its own."""
    powers: Sequence[float] = ()
    if site.kind is not Kind.HOUSEHOLD_GROUP:  # of one home of the group, or of none
        with suppress(ValueError):  # what is no power is told where the cell is read
            powers = read_powers(site.kva)
    return max(powers, default=None)


def has_energy(row: ParticipantRow) -> bool:
    """Return whether a profile knows how many kWh a year it has to hold."""
    bill = kept_bill(row)
    has_total = bill is not None and bill.total_kwh is not None
    return has_total or row.annual_kwh is not None or row.quantity is not None


def without_energy(row: ParticipantRow) -> str:
    """Message for a profile without yearly energy."""
    if _given(row, (*FIVE_SLOTS, *TWO_SLOTS, *MONTHS)):
        return _("some postes or months are missing: give them all, or the kWh of the year in `annual_kwh`")
    return _("a profile needs `annual_kwh`, the postes of a bill, or a `quantity` with its `quantity_unit`")


def bill_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    """Return (column, message) of cells that contradict each other in a line of participants.csv."""
    faults = []
    two, five = _given(row, TWO_SLOTS), _given(row, FIVE_SLOTS)
    if two and five:
        column = f"{next(iter(two))}_kwh"
        message = _(
            "{value:g} beside {other}: keep hp_kwh and hc_kwh, or the postes hph, hch, hpb, hcb, pointe"
        )
        others = ", ".join(f"{name}_kwh" for name in five)
        faults.append((column, message.format(value=next(iter(two.values())), other=others)))
    else:
        faults += energy_faults(row, kept_bill(row))
    return [*faults, *_day_faults(row), *_off_peak_faults(row)]


def _day_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    start, end = row.bill_start, row.bill_end
    if (start is None) != (end is None):
        missing = "bill_start" if start is None else "bill_end"
        return [(missing, _("missing: the first and the last day of a bill go together"))]
    if start is not None and end is not None and end < start:
        message = _("{end} comes before bill_start, {start}: the last day of the bill is expected")
        return [("bill_end", message.format(end=end, start=start))]
    days = DAYS_OF_A_YEAR if start is None or end is None else (end - start).days + 1
    if abs(days - DAYS_OF_A_YEAR) > MOST_DAYS_AWAY:
        message = _(
            "{days} days from bill_start, {start}: a bill of twelve months is expected, within five days; "
            "add several bills up, or keep only the kWh of one year"
        )
        return [("bill_end", message.format(days=days, start=start))]
    return []


def _off_peak_faults(row: ParticipantRow) -> list[tuple[str, str]]:
    winter, summer = row.off_peak_winter, row.off_peak_summer
    if row.off_peak and (winter or summer):
        message = _(
            "{value} beside hours by season: keep `off_peak`, or `off_peak_winter` and `off_peak_summer`"
        )
        return [("off_peak", message.format(value=row.off_peak))]
    if (winter is None) != (summer is None):
        missing = "off_peak_winter" if winter is None else "off_peak_summer"
        return [(missing, _("missing: give both seasons, or `off_peak` for the whole year"))]
    return []


def commissioning_faults(row: PlantRow) -> list[tuple[str, str]]:
    """Return (column, message) where the day and the year of start of a plant differ."""
    day, year = row.commissioned_on, row.commissioned_year
    if day is None or year is None or day.year == year:
        return []
    message = _("{day} is not in commissioned_year, {year}: keep the right one of the two")
    return [("commissioned_on", message.format(day=day, year=year))]
