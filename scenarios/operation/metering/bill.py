"""A reference shape fitted to what a participant's bill says of it, over the days of that bill."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from gettext import gettext as _
from gettext import ngettext
from typing import TypeAlias

from acc.arrays import FloatArray
from acc.bills.tariff_slots import LOW_VOLTAGE_KVA, OFF_PEAK, SlotClock, clock_of, off_peak_of
from acc.i18n import decimal, hours_text
from acc.kept_bill import KeptBill
from acc.problem import InputError, Problem
from acc.result.result import LoadQuality
from acc.sites import Grade, Participant, SupplyContract
from acc.steps import Steps, count_full_years, local_calendar
from profiles.reference.bill_fit import BillFit, fit_to_bill
from scenarios.operation.metering.meter_power import UnderMeter, check_power, limit_power, meter_power_kw

ShapeOn: TypeAlias = Callable[[Steps], FloatArray]
"""The shape of a participant on given steps, brought to its yearly kWh, shape (T,)."""

POSTES_BAND_RATIO = 0.45
"""Band of a curve fitted to postes against that of the same profile at its yearly kWh: errors of a
member's received kWh measured on university buildings, docs/profils.md."""

DOUBTFUL_RATIO = 0.2
"""Nine measured buildings in ten move less than 15 % of a wrong profile of daytime use, one of lamps 40 %."""

PEAK_ROUNDING = 1.0 + 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class FittedLoad:
    """A load fitted to a bill, kWh of each step (T,), what is to be said of it, and what to look at."""

    kwh: FloatArray
    fit: BillFit
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    def quality_of(self, profile: LoadQuality) -> LoadQuality:
        """Quality of the load, from the quality of its profile."""
        bill = self.fit.bill
        is_fitted = bool(bill.kwh_by_slot) and profile.grade == Grade.PROFILE
        return replace(
            profile,
            grade=Grade.FITTED if is_fitted else profile.grade,
            source=_("{profile}, fitted to {figures} of the bill").format(
                profile=profile.source, figures=_figures(bill)
            ),
            band_ratio=profile.band_ratio * (POSTES_BAND_RATIO if is_fitted else 1.0),
            notes=(*profile.notes, *self.notes),
        )


def with_bill_total(participant: Participant) -> Participant:
    """Return the participant with the kWh of a whole bill as its yearly kWh; as it is without one."""
    total_kwh = None if participant.bill is None else participant.bill.total_kwh
    if total_kwh is None:
        return participant
    return replace(participant, source=replace(participant.source, annual_kwh=total_kwh))


def fitted_load(participant: Participant, steps: Steps, shape_on: ShapeOn) -> FittedLoad:
    """Return the load of `participant` on `steps`: fitted over the days of its bill, then run on these.

    It stays under the highest power of the bill, else under that of the meter, where postes and months allow.

    Raises:
        InputError: postes and months that no curve holds together.
    """
    bill = participant.bill
    assert bill is not None  # the caller has looked
    period = bill_period(bill, steps)
    of_bill = shape_on(period)
    total_kwh = bill.total_kwh or participant.source.annual_kwh or float(of_bill.sum())
    fit = fit_to_bill(of_bill, period, clock_of_bill(participant.contract, bill), bill, total_kwh)
    if fit is None:
        message = _(
            "no curve holds these postes and these months together: check the off-peak hours, and the months"
        )
        column = f"{next(iter(bill.kwh_by_slot), 'annual')}_kwh"
        raise InputError([Problem(f"participants.csv, {participant.id}, {column}", message)])
    kwh = fit.bend(_on(steps, period, of_bill, shape_on), steps)
    years = count_full_years(steps)
    if steps != period and years and count_full_years(period):
        kwh = kwh * (years * total_kwh / float(kwh.sum()))
    meter_kw, (slot, month, cell) = meter_power_kw(participant), fit.cells(steps)
    limit_kw = bill.peak_kw or meter_kw
    if meter_kw is not None:
        check_power(participant, kwh, steps, max(meter_kw, bill.peak_kw or 0.0), (slot, month))
    under_meter = UnderMeter(kwh) if limit_kw is None else limit_power(kwh, steps, limit_kw, cell)
    sentence, doubts = _("{name}: {text}"), (*_doubts(fit, under_meter.kwh, steps), *under_meter.doubts)
    warnings = tuple(sentence.format(name=participant.name, text=text) for text in doubts)
    return FittedLoad(
        under_meter.kwh, fit, (*_notes(participant.contract, fit), *under_meter.notes), warnings
    )


def bill_period(bill: KeptBill, steps: Steps) -> Steps:
    """Return the steps of the bill: its own days, else twelve months from the first day of the operation."""
    if bill.start is not None and bill.end is not None:
        return Steps.between(bill.start, bill.end + timedelta(days=1), steps.step_minutes)
    first: date = local_calendar(steps).day[0].item()
    return Steps.between(first, _a_year_later(first), steps.step_minutes)


def clock_of_bill(contract: SupplyContract, bill: KeptBill) -> SlotClock:
    """Return the hours by which the postes of a bill were counted."""
    is_hta = (contract.turpe or "").startswith("HTA") or "pointe" in bill.kwh_by_slot
    return clock_of(contract, hta=is_hta or _is_taken_for_hta(contract, bill))


def _is_taken_for_hta(contract: SupplyContract, bill: KeptBill) -> bool:
    """Return whether only its subscribed power makes the bill one of medium voltage."""
    is_large = max(contract.subscribed_kva, default=0.0) > LOW_VOLTAGE_KVA
    return is_large and contract.turpe is None and "pointe" not in bill.kwh_by_slot


def _a_year_later(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if is_leap_day else day.replace(year=day.year + 1)


def _on(steps: Steps, period: Steps, of_bill: FloatArray, shape_on: ShapeOn) -> FloatArray:
    """Return the shape on the operation's steps: cut from that of the bill where it covers them."""
    try:
        return of_bill[period.rows_of(steps)]
    except ValueError:
        return shape_on(steps)


def _notes(contract: SupplyContract, fit: BillFit) -> tuple[str, ...]:
    bill, notes = fit.bill, []
    if bill.kwh_by_slot or bill.kwh_by_month:
        message = _(
            "to hold {figures} of the bill, the profile is bent by {lowest} to {largest}, which moves "
            "{percent} % of its kWh"
        )
        notes.append(
            message.format(
                figures=_figures(bill),
                lowest=decimal(fit.lowest_ratio, 2),
                largest=decimal(fit.largest_ratio, 2),
                percent=decimal(100.0 * fit.moved_ratio, 1),
            )
        )
    if fit.floor_kw:
        notes.append(_("the profile has no energy in a poste or a month where the bill has some: even there"))
    if bill.kwh_by_slot and not any(off_peak_of(contract)):
        text = _("off-peak hours not given: the postes are counted {hours}")
        notes.append(text.format(hours=hours_text(OFF_PEAK)))
    if bill.kwh_by_slot and _is_taken_for_hta(contract, bill):
        text = _("over {kva} kVA and no TURPE given: medium voltage (HTA), whose Sundays are off-peak")
        notes.append(text.format(kva=decimal(LOW_VOLTAGE_KVA, 0)))
    return tuple(notes)


def _doubts(fit: BillFit, kwh: FloatArray, steps: Steps) -> Iterator[str]:
    """Yield inconsistencies between the profile and the bill."""
    bill, highest_kw = fit.bill, float(kwh.max()) / steps.hours
    if fit.moved_ratio > DOUBTFUL_RATIO:
        message = _(
            "its bill moves {percent} % of the kWh of its profile: check the profile, the off-peak hours and "
            "the bill"
        )
        yield message.format(percent=decimal(100.0 * fit.moved_ratio, 1))
    if bill.peak_kw is not None and highest_kw > bill.peak_kw * PEAK_ROUNDING:
        message = _(
            "the bill needs {needed} kW in one of its postes or months: above its peak_kw, {stated} kW"
        )
        yield message.format(needed=decimal(highest_kw, 1), stated=decimal(bill.peak_kw, 1))


def _figures(bill: KeptBill) -> str:
    """Figures of a bill in words: postes, months, highest power."""
    slots, months = len(bill.kwh_by_slot), len(bill.kwh_by_month)
    texts = []
    if slots:
        texts.append(ngettext("{count} poste", "{count} postes", slots).format(count=slots))
    if months:
        texts.append(ngettext("{count} month", "{count} months", months).format(count=months))
    if bill.peak_kw is not None:
        texts.append(_("the highest power"))
    return _(" and ").join(texts)
