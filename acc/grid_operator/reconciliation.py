"""What was simulated beside what the network operator returned, meter by meter and day by day.

Meters of an operation of which the grid operator returned nothing, or not every day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray, row_sums
from acc.bills.tariff_slots import SLOTS
from acc.exchange import Exchange
from acc.i18n import long_day
from acc.problem import Problem
from acc.settle import Allocation
from acc.sites import masked_prm
from acc.steps import Steps, local_calendar

Span = tuple[date, date]
"""Local days that a value covers, the end excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A meter of the operation of which days are missing in what was returned.

    Attributes:
        first_day: the first that is missing.
        missing_days: how many, of the `days` that were returned of others.
        to_the_end: whether nothing comes after `first_day`.
    """

    id: str
    prm: str
    first_day: date
    missing_days: int
    days: int
    to_the_end: bool

    @property
    def masked_prm(self) -> str:
        """Its PRM as it may be shown."""
        return masked_prm(self.prm)

    @property
    def is_absent(self) -> bool:
        """Whether nothing at all was returned."""
        return self.missing_days == self.days


def silent_meters(
    spans: Mapping[str, Mapping[str, Sequence[Span]]], ids: Mapping[str, str]
) -> tuple[Silence, ...]:
    """Return the meters that lack days which others have, in the order given.

    A day is there once every energy that a meter returned at all is. Readings of a month need not fall on the
    same day for all meters: fewer days in a row than the longest value covers are no silence.

    Args:
        spans: what was returned by PRM and energy; empty for a meter of which nothing was.
        ids: of the sites by PRM.
    """
    every = [span for energies in spans.values() for own in energies.values() for span in own]
    if not every:
        return ()
    first = min(start for start, _end in every)
    days = max((end - first).days for _start, end in every)
    longest = max((end - start).days for start, end in every)
    silent = []
    for prm, energies in spans.items():
        days_covered = [_covered(own, first, days) for own in energies.values()]
        present = np.all(days_covered, axis=0) if days_covered else np.zeros(days, dtype=np.bool_)
        missing = _long_runs(~present, longest)
        if missing.any():
            start = int(np.flatnonzero(missing)[0])
            silence = Silence(
                id=ids[prm],
                prm=prm,
                first_day=first + timedelta(days=start),
                missing_days=int(missing.sum()),
                days=days,
                to_the_end=bool(missing[start:].all()),
            )
            silent.append(silence)
    return tuple(silent)


def _covered(own: Sequence[Span], first: date, days: int) -> BoolArray:
    present = np.zeros(days, dtype=np.bool_)
    for start, end in own:
        present[(start - first).days : (end - first).days] = True
    return present


def _long_runs(flags: BoolArray, least: int) -> BoolArray:
    """Return the flags that stand in a row of at least `least`.

    >>> _long_runs(np.array([True, False, True, True]), 2).tolist()
    [False, False, True, True]
    """
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    kept = np.zeros_like(flags)
    for start, stop in edges.reshape(-1, 2).tolist():
        kept[start:stop] = stop - start >= least
    return kept


class OperatorEnergy(StrEnum):
    """The five energies of a collective operation, by the names of Enedis' interface."""

    CONS = "cons"
    """Withdrawn by a consumer."""
    PROD = "prod"
    """Injected by a producer."""
    AUTOCONS = "autocons"
    """Local energy: received by a consumer, or delivered by a producer."""
    SURPLUS = "surplus"
    """Injected and received by nobody."""
    COMPLEMENT = "complement"
    """What the consumer's supplier sells."""


DIFFERENCES = frozenset({OperatorEnergy.COMPLEMENT, OperatorEnergy.SURPLUS})
"""What is left of one energy once another is taken away: each of the two may have been rounded before."""
SHARED = frozenset({OperatorEnergy.AUTOCONS, *DIFFERENCES})
"""The energies that the coefficients decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One value that was returned.

    Attributes:
        first_day, end_day: local days it covers, the end excluded.
        slot: name of a slot of `tariff_slots.SLOTS`, or another class; empty for all hours together.
        resolution_kwh: what its last digit is worth (1 for whole kWh, 0 when nothing was rounded); those of
            several values added up, where it is their sum.
        where: its place in its file.
    """

    prm: str
    quantity: OperatorEnergy
    first_day: date
    end_day: date
    energy_kwh: float
    slot: str = ""
    resolution_kwh: float = 0.0
    where: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Meter:
    """What was simulated at one delivery or injection point, kWh per step, shape (T,) each.

    Attributes:
        slot: index in `SLOTS` of each step, shape (T,); None where the hours of the meter are unknown.
        share_rounding_kwh: how far rounded coefficients may move what is shared here, shape (T,); None where
            none were sent.
    """

    id: str
    series_kwh: Mapping[OperatorEnergy, FloatArray]
    slot: IntArray | None = None
    share_rounding_kwh: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A returned value and the simulated one; `gap_kwh` is returned less simulated.

    Attributes:
        share_rounding_kwh: how far the rounding of the coefficients sent may move it.
    """

    id: str
    returned: Returned
    simulated_kwh: float
    share_rounding_kwh: float = 0.0

    @property
    def gap_kwh(self) -> float:
        """Returned less simulated."""
        return self.returned.energy_kwh - self.simulated_kwh

    @property
    def tolerance_kwh(self) -> float:
        """What rounding explains: half of the last digit; of both terms where the value is a difference."""
        digits = 1.0 if self.returned.quantity in DIFFERENCES else 0.5
        return digits * self.returned.resolution_kwh + self.share_rounding_kwh

    @property
    def is_rounding(self) -> bool:
        """Whether rounding explains the gap."""
        return abs(self.gap_kwh) <= self.tolerance_kwh + 1e-6  # six decimals of a kWh, as written


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterGap:
    """The gaps of one meter and energy over everything returned for it.

    Attributes:
        worst: the period with the largest gap.
    """

    id: str
    quantity: OperatorEnergy
    returned_kwh: float
    simulated_kwh: float
    worst: Gap

    @property
    def masked_prm(self) -> str:
        """Its PRM as it may be shown."""
        return masked_prm(self.worst.returned.prm)

    @property
    def gap_kwh(self) -> float:
        """Returned less simulated."""
        return self.returned_kwh - self.simulated_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The outcome.

    Attributes:
        gaps: of each returned value, in the order given.
        by_meter: summed, the largest gap first.
        silent: meters of the operation that were not returned, or not on every day.
        problems: values that could not be compared, and why.
    """

    gaps: tuple[Gap, ...]
    by_meter: tuple[MeterGap, ...]
    silent: tuple[Silence, ...] = field(default=())
    problems: tuple[Problem, ...] = field(default=())

    @property
    def real_gaps(self) -> tuple[Gap, ...]:
        """The gaps that rounding does not explain, the largest first."""
        kept = (gap for gap in self.gaps if not gap.is_rounding)
        return tuple(sorted(kept, key=lambda gap: -abs(gap.gap_kwh)))


def meters_of(
    exchange: Exchange,
    allocation: Allocation,
    participants: Sequence[tuple[str, str | None]],
    plants: Sequence[tuple[str, str | None]],
    slots: Sequence[IntArray | None] | None = None,
    decimals: int | None = None,
) -> dict[str, Meter]:
    """Return the simulated series by PRM.

    Plants of one PRM are added up. Where a participant has it too, `autocons` is what it received.

    Args:
        participants, plants: (id, PRM) in the order of the arrays; those without PRM are left out.
        slots: slot of each step for each participant, shape (T,) each; None where its hours are unknown.
        decimals: of the coefficients that were sent; None where the grid operator computes the key itself.
    """
    # A coefficient is moved by at most one unit of its last digit, a plant by those of all the participants.
    unit_kwh = None if decimals is None else 10.0**-decimals * row_sums(exchange.production_kwh)
    all_kwh = None if unit_kwh is None else len(participants) * unit_kwh
    meters: dict[str, Meter] = {}
    for n, (name, prm) in enumerate(participants):
        if prm:
            need, received = exchange.consumption_kwh[:, n], allocation.received_kwh[:, n]
            series = {
                OperatorEnergy.CONS: need,
                OperatorEnergy.AUTOCONS: received,
                OperatorEnergy.COMPLEMENT: need - received,
            }
            meters[prm] = Meter(name, series, None if slots is None else slots[n], unit_kwh)
    for m, (name, prm) in enumerate(plants):
        if prm:
            injected, left = exchange.production_kwh[:, m], allocation.surplus_kwh[:, m]
            series = {
                OperatorEnergy.PROD: injected,
                OperatorEnergy.SURPLUS: left,
                OperatorEnergy.AUTOCONS: injected - left,
            }
            meters[prm] = _with_plant(meters.get(prm), Meter(name, series, None, all_kwh))
    return meters


def _with_plant(before: Meter | None, plant: Meter) -> Meter:
    """Return the meter of a plant, added to what stands at the same PRM already."""
    if before is None:
        return plant
    kept = {OperatorEnergy.AUTOCONS} if OperatorEnergy.CONS in before.series_kwh else set()
    added = {
        quantity: before.series_kwh[quantity] + kwh if quantity in before.series_kwh else kwh
        for quantity, kwh in plant.series_kwh.items()
        if quantity not in kept
    }
    return Meter(before.id, {**before.series_kwh, **added}, before.slot, plant.share_rounding_kwh)


def reconcile(returned: Sequence[Returned], meters: Mapping[str, Meter], steps: Steps) -> Reconciliation:
    """Return the gap of each returned value with what was simulated over the same days and slot.

    Values by slot of a meter whose hours are unknown are added up before they are compared.
    """
    gaps: list[Gap] = []
    problems: list[Problem] = []
    day = local_calendar(steps).day
    for value in _without_unknown_slots(returned, meters):
        meter = meters.get(value.prm)
        reason = _not_comparable(value, meter, day)
        if reason or meter is None:
            problems.append(Problem(value.where, reason))
            continue
        rows = (day >= np.datetime64(value.first_day)) & (day < np.datetime64(value.end_day))
        rows = rows & _in_slot(value.slot, meter, len(day))
        simulated = float(meter.series_kwh[value.quantity][rows].sum())
        moved = _share_rounding_kwh(value.quantity, meter, rows)
        gaps.append(Gap(id=meter.id, returned=value, simulated_kwh=simulated, share_rounding_kwh=moved))
    return Reconciliation(
        gaps=tuple(gaps),
        by_meter=_by_meter(gaps),
        silent=_silent(gaps, meters),
        problems=tuple(problems),
    )


def _share_rounding_kwh(quantity: OperatorEnergy, meter: Meter, rows: BoolArray) -> float:
    if quantity not in SHARED or meter.share_rounding_kwh is None:
        return 0.0
    return float(meter.share_rounding_kwh[rows].sum())


def _silent(gaps: Sequence[Gap], meters: Mapping[str, Meter]) -> tuple[Silence, ...]:
    spans: dict[str, dict[str, list[Span]]] = {prm: {} for prm in meters}
    for gap in gaps:
        value = gap.returned
        spans[value.prm].setdefault(value.quantity, []).append((value.first_day, value.end_day))
    return silent_meters(spans, {prm: meter.id for prm, meter in meters.items()})


def _without_unknown_slots(returned: Sequence[Returned], meters: Mapping[str, Meter]) -> list[Returned]:
    """Return the values, those by slot that cannot be told apart in the simulation added up."""
    kept: list[Returned] = []
    added: dict[tuple[str, OperatorEnergy, date, date], Returned] = {}
    for value in returned:
        meter = meters.get(value.prm)
        if not value.slot or meter is None or (meter.slot is not None and value.slot in SLOTS):
            kept.append(value)
            continue
        place = (value.prm, value.quantity, value.first_day, value.end_day)
        first = added.get(place)
        added[place] = Returned(
            prm=value.prm,
            quantity=value.quantity,
            first_day=value.first_day,
            end_day=value.end_day,
            energy_kwh=value.energy_kwh + (first.energy_kwh if first else 0.0),
            resolution_kwh=value.resolution_kwh + (first.resolution_kwh if first else 0.0),
            where=first.where if first else value.where,
        )
    return kept + list(added.values())


def _not_comparable(value: Returned, meter: Meter | None, day: TimeArray) -> str:
    """Reason why a value cannot be compared, translated; empty when it can."""
    if meter is None:
        message = _("the meter {prm} is not one of the operation")
        return message.format(prm=masked_prm(value.prm))
    if value.quantity not in meter.series_kwh:
        message = _("{name} has no {quantity}: {known} are expected")
        known = ", ".join(meter.series_kwh)
        return message.format(name=meter.id, quantity=value.quantity, known=known)
    first, last = day[0].item(), day[-1].item()
    if value.first_day < first or value.end_day.toordinal() > last.toordinal() + 1:
        message = _("{first} to {end} is not wholly in the simulated period")
        return message.format(first=long_day(value.first_day), end=long_day(value.end_day))
    return ""


def _in_slot(slot: str, meter: Meter, count: int) -> BoolArray:
    if not slot or meter.slot is None:
        return np.ones(count, dtype=np.bool_)
    chosen: BoolArray = meter.slot == SLOTS.index(slot)
    return chosen


def _by_meter(gaps: Sequence[Gap]) -> tuple[MeterGap, ...]:
    groups: dict[tuple[str, str, OperatorEnergy], list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((gap.id, gap.returned.prm, gap.returned.quantity), []).append(gap)
    sums = [
        MeterGap(
            id=name,
            quantity=quantity,
            returned_kwh=sum(gap.returned.energy_kwh for gap in group),
            simulated_kwh=sum(gap.simulated_kwh for gap in group),
            worst=max(group, key=lambda gap: abs(gap.gap_kwh)),
        )
        for (name, _prm, quantity), group in groups.items()
    ]
    return tuple(sorted(sums, key=lambda total: -abs(total.gap_kwh)))
