"""What the others keep when one member leaves: the exchange settled again without it."""

from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.devices.battery import ServedLast, context_with_battery, with_battery, without_battery
from acc.exchange import Exchange
from acc.indicators import Energy, energy, together
from acc.keys import KeyContext, build_key
from acc.scenario import Battery, KeyChoice
from acc.settle import Allocation, Key, looks_back, settle

STRETCH_VALUES = 1 << 20
"""Energies settled together without the one who leaves (8 MB): all of them would double the loads."""


@dataclass(frozen=True, slots=True, eq=False)
class Departure:
    """The operation without one participant; its plants, if any, stay.

    Attributes:
        participant_id: who leaves.
        energy: of those who stay, in their order, and of all the plants.
        lost_kwh: shared energy that nobody takes in its place.
        lost_ratio: the same over what was shared with everybody; nan when nothing was.
    """

    participant_id: str
    energy: Energy
    lost_kwh: float
    lost_ratio: float


def without_participant(
    exchange: Exchange,
    allocation: Allocation,
    context: KeyContext,
    choice: KeyChoice,
    leaver: int,
    battery: Battery | None = None,
    battery_km: FloatArray | None = None,
) -> Departure:
    """Sharing under the same key after the departure of participant `leaver`.

    Args:
        exchange, allocation, context: of the members and plants, the battery left out.
        battery: driven again for those who stay; `battery_km` is its distance to each participant, (N,).

    Raises:
        InputError: the key cannot be built without this participant.
    """
    stay = np.flatnonzero(np.arange(len(context.participants)) != leaver)
    known = context.part(stay.tolist())
    if battery is None:
        left = _energy_of(exchange, stay, build_key(choice.name, choice.parameters, known))
    else:
        rest = _of(exchange, stay)
        known = context_with_battery(known, battery, None if battery_km is None else battery_km[stay])
        key = ServedLast(build_key(choice.name, choice.parameters, known))
        combined = with_battery(rest, battery).exchange
        left = without_battery(energy(combined, settle(combined, key)))
    before = float(allocation.received_kwh.sum())
    lost = before - float(left.received_kwh.sum())
    return Departure(
        context.participants[leaver].id, left, lost, lost / before if before > 0.0 else float("nan")
    )


def _energy_of(exchange: Exchange, stay: IntArray, key: Key) -> Energy:
    """Return the sums of those who stay, a stretch of the period at a time where the key forgets the past."""
    if looks_back(key):
        return energy(rest := _of(exchange, stay), settle(rest, key))
    stretches = exchange.blocks(max(1, STRETCH_VALUES // max(1, len(stay))))
    return together([energy(rest := _of(part, stay), settle(rest, key)) for part in stretches])


def _of(exchange: Exchange, stay: IntArray) -> Exchange:
    return replace(exchange, consumption_kwh=exchange.consumption_kwh[:, stay])


def largest_receiver(energy_: Energy) -> int:
    """Return the column of the participant who receives most; the first of equals."""
    return int(energy_.received_kwh.argmax())
