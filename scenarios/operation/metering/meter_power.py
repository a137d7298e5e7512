"""What the meter of a site lets through: the curve that is drawn for it stays under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.i18n import decimal, grouped
from acc.problem import InputError, Problem
from acc.sites import Kind, Participant
from acc.steps import Steps
from profiles.reference.bill_fit import beyond_power, is_used, under_power

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
            kva=decimal(limit_kw, 0 if float(limit_kw).is_integer() else 1),
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


def _sentence(text: str, ratio: float, words: Mapping[str, str]) -> tuple[str, ...]:
    if ratio < SAID_FROM_RATIO:
        return ()
    return (text.format(percent=decimal(100.0 * ratio, 1), **words),)


def _figure(power_kw: float) -> str:
    return decimal(power_kw, 0 if float(power_kw).is_integer() else 1)
