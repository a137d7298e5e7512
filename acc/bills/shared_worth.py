"""What everybody together gains by one more shared kWh, exactly, at each step.

What one more local kWh spares each participant: one sum for the key by price, coalitions and sizing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SlotClock, slot_index, slot_patterns
from acc.bills.tariffs import NOT_SOLD, PlantTariff
from acc.exchange import Exchange
from acc.steps import Steps
from acc.water_filling import divided


def spared_eur_per_kwh(
    terms: BillTerms, *, exempt_ratio: float = 0.0, option: BoolArray | bool = False
) -> FloatArray:
    """Avoided cost of a local kWh by slot, before its local price, (N, S), EUR/kWh.

    The supplier's energy, and the accise that local kWh do not bear; under the ACC option of the TURPE,
    also the network. The local price is left out, since it goes from one member to another, and so is the
    fee of the PMO, the same for everyone. Nan where the supplier's price is unknown.

    Args:
        exempt_ratio: part of the accise that is spared; it depends on the plant.
        option: who takes the ACC option of the TURPE, everyone or each, shape (N,).
    """
    takers = np.broadcast_to(option, len(terms.accise_eur_per_kwh))[:, None]
    network = np.where(takers, terms.alloproduit_eur_per_kwh - terms.autoproduit_eur_per_kwh, 0.0)
    spared: FloatArray = terms.supply_eur_per_kwh + terms.accise_eur_per_kwh[:, None] * exempt_ratio + network
    return spared


def spared_by_step(
    terms: BillTerms, clocks: Sequence[SlotClock], steps: Steps
) -> tuple[FloatArray, IntArray] | None:
    """Return the rows that differ, each participant by its own clock, (R, N), and that of each step, (T,).

    None where a price is missing. Prices come back each day: few rows differ, however long the period.
    What the key `price` ranks by: the accise is the mean of the plants, the option taken by all where it is
    open. A slot that the period does not hold needs no price.
    """
    exempt = 1.0 - float(terms.local_accise_ratio.mean()) if terms.local_accise_ratio.size else 0.0
    by_slot = spared_eur_per_kwh(terms, exempt_ratio=exempt, option=terms.option_counted)
    slots, row = slot_patterns(steps, clocks)
    spared = by_slot[np.arange(len(clocks)), slots]
    return None if np.isnan(spared).any() else (spared, row)


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

    def mean_by_step(self, plants_eur_per_kwh: Sequence[FloatArray | float]) -> FloatArray:
        """Return the mean of prices of each plant, one for all steps or one for each, (T,)."""
        flat = [price for price in plants_eur_per_kwh if isinstance(price, float)]
        if len(flat) == len(plants_eur_per_kwh):
            return self.mean(np.array(flat, dtype=np.float64))
        priced = np.stack([np.broadcast_to(price, self.steps) for price in plants_eur_per_kwh], axis=1)
        mixed: FloatArray = np.einsum("tm,tm->t", self.part, priced)
        return mixed

    def mean_by_slot(self, of_plants: FloatArray, slot: np.ndarray) -> FloatArray:
        """Return the mean of prices by slot, (M, S), at the slot of each step."""
        if not len(of_plants) or np.all(of_plants == of_plants[:1]):
            flat: FloatArray = of_plants[0][slot] if len(of_plants) else np.zeros(self.steps)
            return flat
        mixed: FloatArray = np.einsum("tm,mt->t", self.part, of_plants[:, slot])
        return mixed
