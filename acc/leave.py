"""What the others keep when one member leaves: the exchange settled again without it."""

from dataclasses import dataclass, replace

import numpy as np

from acc.exchange import Exchange
from acc.indicators import Energy, energy
from acc.keys import KeyContext, build_key
from acc.scenario import KeyChoice
from acc.settle import Allocation, settle


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
    exchange: Exchange, allocation: Allocation, context: KeyContext, choice: KeyChoice, leaver: int
) -> Departure:
    """Return what becomes of the sharing, under the same key, when the participant of column `leaver` leaves.

    Raises:
        InputError: the key cannot be built without this participant.
    """
    stay = np.flatnonzero(np.arange(len(context.participants)) != leaver)
    rest = replace(exchange, consumption_kwh=exchange.consumption_kwh[:, stay])
    key = build_key(choice.name, choice.parameters, context.part(stay.tolist()))
    left = energy(rest, settle(rest, key))
    before = float(allocation.received_kwh.sum())
    lost = before - float(left.received_kwh.sum())
    return Departure(
        context.participants[leaver].id, left, lost, lost / before if before > 0.0 else float("nan")
    )


def largest_receiver(energy_: Energy) -> int:
    """Return the column of the participant who receives most; the first of equals."""
    return int(energy_.received_kwh.argmax())
