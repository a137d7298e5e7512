"""Figures of a bill that contradict each other or cannot be: what is wrong, in which column, what to do."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.bills.tariff_slots import HIGH_SEASON_MONTHS
from acc.i18n import decimal
from acc.kept_bill import KeptBill
from scenarios.entry.columns.row_models import ParticipantRow

FIVE_SLOTS, TWO_SLOTS = ("hph", "hch", "hpb", "hcb", "pointe"), ("hp", "hc")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = (
    (("hph", "hch", "pointe"), frozenset(HIGH_SEASON_MONTHS)),
    (("hpb", "hcb"), frozenset(range(1, 13)) - frozenset(HIGH_SEASON_MONTHS)),
)
"""The postes of a season, and its months: November to March, April to October."""

ROUNDING_RATIO = 5e-4
"""As `profiles.reference.bill_fit`: 62 000 kWh is said of 61 970."""

YEAR_DAYS = 365
Faults = Iterator[tuple[str, str]]


def energy_faults(row: ParticipantRow, bill: KeptBill | None) -> list[tuple[str, str]]:
    """Return (column, message) of each figure of a bill that the others contradict."""
    if bill is None:
        return []
    return [*_year_faults(row, bill), *_season_faults(bill), *_month_faults(bill), *_peak_faults(row, bill)]


def _year_faults(row: ParticipantRow, bill: KeptBill) -> Faults:
    """Yield contradictions of `annual_kwh` with the postes, and with the months."""
    slots, months = bill.kwh_by_slot, bill.kwh_by_month
    if bill.total_kwh == 0.0:
        column = f"{next(iter(slots), MONTHS[0])}_kwh"
        yield column, _("0 kWh in the whole bill: leave its cells empty, or set `active` to no")
    if row.annual_kwh is None:
        return
    complete = _has_all_slots(bill), len(months) == len(MONTHS)
    sums = (_("the postes"), slots, complete[0]), (_("the months"), months, complete[1])
    for words, figures, is_complete in sums:
        total = sum(figures.values())
        gap = total - row.annual_kwh
        if figures and (abs(gap) if is_complete else gap) > _rounding(len(figures), row.annual_kwh):
            message = _(
                "{annual:.10g} kWh, but {figures} sum to {total:.10g}: correct one, or leave this empty"
            )
            yield "annual_kwh", message.format(annual=row.annual_kwh, figures=words, total=total)


def _season_faults(bill: KeptBill) -> Faults:
    """Yield the months of a season against its postes."""
    slots, months = bill.kwh_by_slot, bill.kwh_by_month
    for names, numbers in SEASONS:
        stated = [name for name in names if name in slots]
        own = {number: kwh for number, kwh in months.items() if number in numbers}
        if not own or not set(names[:2]) <= slots.keys():
            continue
        of_slots, of_months = sum(slots[name] for name in stated), sum(own.values())
        gap = of_months - of_slots
        if (abs(gap) if len(own) == len(numbers) else gap) > _rounding(len(own) + len(stated), of_slots):
            message = _(
                "{slots} sum to {of_slots:.10g} kWh, the months of their season ({months}) to "
                "{of_months:.10g}: correct one of them (high season: November to March)"
            )
            columns = ", ".join(f"{MONTHS[number - 1]}_kwh" for number in own)
            words = " + ".join(f"{name}_kwh" for name in stated)
            yield (
                f"{stated[0]}_kwh",
                message.format(slots=words, of_slots=of_slots, months=columns, of_months=of_months),
            )


def _month_faults(bill: KeptBill) -> Faults:
    """Yield the months of a year against HP and HC."""
    if not {"hp", "hc"} <= bill.kwh_by_slot.keys() or not bill.kwh_by_month:
        return
    of_slots, of_months = sum(bill.kwh_by_slot.values()), sum(bill.kwh_by_month.values())
    gap, count = of_months - of_slots, len(bill.kwh_by_month)
    if (abs(gap) if count == len(MONTHS) else gap) > _rounding(count + 2, of_slots):
        message = _("hp_kwh + hc_kwh sum to {of_slots:.10g} kWh, the months to {of_months:.10g}: correct one")
        yield "hp_kwh", message.format(of_slots=of_slots, of_months=of_months)


def _peak_faults(row: ParticipantRow, bill: KeptBill) -> Faults:
    """Yield a highest power that would not make the energy of the bill, used all the time."""
    total_kwh = row.annual_kwh if bill.total_kwh is None else bill.total_kwh
    if bill.peak_kw is None or total_kwh is None:
        return
    days = YEAR_DAYS if bill.start is None or bill.end is None else (bill.end - bill.start).days + 1
    mean_kw = total_kwh / (24.0 * days) if days > 0 else 0.0
    if bill.peak_kw < mean_kw:
        message = _(
            "{peak} kW is less than the mean power of the bill, {mean} kW: the highest power in kW "
            "is expected"
        )
        yield "peak_kw", message.format(peak=decimal(bill.peak_kw, 1), mean=decimal(mean_kw, 1))


def _has_all_slots(bill: KeptBill) -> bool:
    return {"hp", "hc"} <= bill.kwh_by_slot.keys() or {"hph", "hch", "hpb", "hcb"} <= bill.kwh_by_slot.keys()


def _rounding(count: int, total_kwh: float) -> float:
    """Largest difference between sums of `count` rounded figures, kWh."""
    return max(0.5 * (count + 1), ROUNDING_RATIO * total_kwh)
