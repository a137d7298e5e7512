"""What everybody together gains by one more shared kWh, exactly, at each step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.bills.avoided_cost import spared_eur_per_kwh
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SlotClock, slot_index
from acc.bills.tariffs import NOT_SOLD, PlantTariff
from acc.exchange import Exchange
from acc.water_filling import divided


@dataclass(frozen=True, slots=True, eq=False)
class SharedWorth:
    """EUR per kWh shared with each participant at each step, shape (T, N).

    Attributes:
        everyone: what it adds to the gain of everybody: the supply and accise (and network, under the ACC
            option) that it spares, less the PMO's fee and what the surplus would have brought. The local
            price goes from one to another and is not in it.
        paid: what it adds to the savings of the participants, the local price paid.
    """

    everyone: FloatArray
    paid: FloatArray


def shared_worth(
    terms: BillTerms,
    clocks: Sequence[SlotClock],
    plants: Sequence[PlantTariff],
    exchange: Exchange,
    takers: BoolArray,
) -> SharedWorth:
    """Value of a shared kWh with pooled production, each plant weighted by its part of the step.

    Args:
        takers: who takes the ACC option of the network tariff, (N,).
    """
    mix = _Mix(exchange.production_kwh)
    exempt, surplus = mix.mean(1.0 - terms.local_accise_ratio), mix.mean_by_step(_sold(plants))
    by_slot = spared_eur_per_kwh(terms, option=takers) - terms.pmo_eur_per_kwh
    spared = np.empty(exchange.consumption_kwh.shape)
    local = np.empty_like(spared)
    for n, clock in enumerate(clocks):
        slot = slot_index(exchange.steps, clock)
        spared[:, n] = by_slot[n][slot] + terms.accise_eur_per_kwh[n] * exempt
        local[:, n] = mix.mean_by_slot(terms.local_eur_per_kwh[:, n], slot)
    # In place: each array is as large as all the needs.
    paid = np.subtract(spared, local, out=local)
    return SharedWorth(everyone=np.subtract(spared, surplus[:, None], out=spared), paid=paid)


def _sold(plants: Sequence[PlantTariff]) -> list[FloatArray | float]:
    """Surplus price of each plant, EUR/kWh, a number or one per step, (T,).

    0 where it is not sold or not decided, as the accounts count.
    """
    contracts = [plant.surplus for plant in plants]
    return [
        0.0 if contract is None or contract.code == NOT_SOLD else contract.by_step_eur_per_kwh
        for contract in contracts
    ]


class _Mix:
    """Means over the plants, each weighing what it injects at the step; equal values need no mean."""

    def __init__(self, production_kwh: FloatArray) -> None:
        self.part = divided(production_kwh, production_kwh.sum(axis=1, keepdims=True))
        self.steps = len(production_kwh)

    def mean(self, of_plants: FloatArray) -> FloatArray:
        if not of_plants.size or np.all(of_plants == of_plants[0]):
            return np.full(self.steps, of_plants[0] if of_plants.size else 0.0)
        mixed: FloatArray = self.part @ of_plants
        return mixed

    def mean_by_step(self, of_plants: Sequence[FloatArray | float]) -> FloatArray:
        """Return the mean of prices of each plant, one for all steps or one for each, (T,)."""
        flat = [price for price in of_plants if isinstance(price, float)]
        if len(flat) == len(of_plants):
            return self.mean(np.array(flat, dtype=np.float64))
        priced = np.stack([np.broadcast_to(price, self.steps) for price in of_plants], axis=1)
        mixed: FloatArray = np.einsum("tm,tm->t", self.part, priced)
        return mixed

    def mean_by_slot(self, of_plants: FloatArray, slot: np.ndarray) -> FloatArray:
        """Return the mean of prices by slot, (M, S), at the slot of each step."""
        if not len(of_plants) or np.all(of_plants == of_plants[:1]):
            flat: FloatArray = of_plants[0][slot] if len(of_plants) else np.zeros(self.steps)
            return flat
        mixed: FloatArray = np.einsum("tm,mt->t", self.part, of_plants[:, slot])
        return mixed
