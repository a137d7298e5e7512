"""Load curves of sites known by a bill, or by a power that limits them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from gettext import gettext as _
from gettext import ngettext
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.bills.tariff_slots import LOW_VOLTAGE_KVA, OFF_PEAK, SlotClock, clock_of, off_peak_of
from acc.i18n import decimal, grouped, hours_text
from acc.kept_bill import KeptBill
from acc.problem import InputError, Problem
from acc.result.result import LoadQuality
from acc.sites import Grade, Kind, Participant, SupplyContract
from acc.steps import Steps, count_full_years, local_calendar
from profiles.reference.bill_fit import BillFit, beyond_power, fit_to_bill, is_used, under_power

SAID_FROM_RATIO = 0.0005
"""A smaller part of a profile is 0.0 %."""


def meter_power_kw(participant: Participant) -> float | None:
    """Return the power that a drawn curve stays under, kW at a power factor of 1; None where unknown.

    The kVA of a group of homes is that of one of them: together they have it as often as they are.
    """
    kva = max(participant.contract.subscribed_kva, default=None)
    if kva is None or participant.kind is not Kind.HOUSEHOLD_GROUP:
        return kva
    return kva * participant.households if participant.households else None


def check_power(
    participant: Participant, kwh: FloatArray, steps: Steps, limit_kw: float, cells: Sequence[IntArray]
) -> None:
    """Refuse a need that no curve holds under the meter; `cells` as `beyond_power` takes them.

    Raises:
        InputError: the need, and the most that passes in the same hours.
    """
    excess = beyond_power(kwh, steps, limit_kw, cells)
    if excess is not None:
        message = _(
            "{needed} kWh needed where {kva} kVA at all hours let {most} kWh through: check the energy, its "
            "unit and the subscribed power"
        )
        text = message.format(
            needed=grouped(excess[0]),
            most=grouped(excess[1]),
            kva=_figure(limit_kw),
        )
        raise InputError([Problem(f"participants.{participant.id}.kva", text)])


@dataclass(frozen=True, slots=True, eq=False)
class UnderMeter:
    """A drawn curve under a power, kWh of each step (T,), what is to be said of it, and what to look at."""

    kwh: FloatArray
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def under_meter(participant: Participant, kwh: FloatArray, steps: Steps) -> UnderMeter:
    """Return a profile under the power of its meter, where that is known.

    Raises:
        InputError: a need that does not pass the meter.
    """
    limit_kw, cell = meter_power_kw(participant), np.zeros(steps.count, dtype=np.int64)
    if limit_kw is None:
        return UnderMeter(kwh)
    check_power(participant, kwh, steps, limit_kw, (cell,))
    return limit_power(kwh, steps, limit_kw, cell)


def limit_power(kwh: FloatArray, steps: Steps, limit_kw: float, cell: IntArray) -> UnderMeter:
    """Return a curve under a power, each cell as it was, and how much of it that moves."""
    limited = under_power(kwh, steps, limit_kw, cell)
    words = {"kva": _figure(limit_kw)}
    note = _("{percent} % of its kWh are moved to the hours around, under its {kva} kVA")
    doubt = _(
        "{percent} % of its kWh find no room under {kva} kVA in the hours of its profile: check the power, "
        "the energy and the profile"
    )
    return UnderMeter(
        limited,
        _sentence(note, float(abs(limited - kwh).sum()) / 2.0 / float(kwh.sum()), words),
        _sentence(doubt, float(limited[~is_used(kwh)].sum()) / float(kwh.sum()), words),
    )


def _sentence(text: str, power_ratio: float, words: Mapping[str, str]) -> tuple[str, ...]:
    if power_ratio < SAID_FROM_RATIO:
        return ()
    return (text.format(percent=decimal(100.0 * power_ratio, 1), **words),)


def _figure(power_kw: float) -> str:
    return decimal(power_kw, 0 if float(power_kw).is_integer() else 1)


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
