"""What the surplus and own use are worth to an owner, and one more shared kWh to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.bill import BillTerms, priced
from acc.bills.tariff_slots import SlotClock, slot_index, slot_patterns
from acc.bills.tariffs import NOT_SOLD, PlantTariff, SurplusContract
from acc.exchange import Exchange
from acc.steps import Steps
from acc.water_filling import divided


def paid_surplus_kwh(
    contract: SurplusContract | None,
    power_kwp: float,
    surplus_kwh: float,
    shared_kwh: float,
    period_years: float,
) -> float:
    """Return the surplus that its contract pays over a period of `period_years`.

    The cap is on injected kWh, so what is shared takes its place under it: the prudent reading of
    the arrêté of 1 June 2026.

    >>> oa = SurplusContract(code="oa", eur_per_kwh=0.011, cap_hours=1600.0)
    >>> paid_surplus_kwh(oa, 10.0, surplus_kwh=15_000.0, shared_kwh=3_000.0, period_years=1.0)
    13000.0
    """
    if contract is None or contract.cap_hours is None:
        return surplus_kwh
    return float(paid_kwh(contract.cap_hours * power_kwp * period_years, surplus_kwh, shared_kwh))


def paid_kwh(
    cap_kwh: FloatArray | float, surplus_kwh: FloatArray | float, shared_kwh: FloatArray | float
) -> FloatArray:
    """Return the surplus that contracts pay under their caps, all of the same shape."""
    return np.minimum(surplus_kwh, np.maximum(cap_kwh - shared_kwh, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class OwnUse:
    """What own use behind the meter spares the host of each plant and brings its owner, (M,) or (3, M).

    In three lines: what follows the supplier's price, the network, accise and what is agreed. Arrays have any
    leading axes.

    Attributes:
        spared_eur: on the host's bill, (3, M); nan where its price is unknown.
        paid_eur: by a host to an owner who is another person, (M,).
        sold: whether they are two persons.
    """

    spared_eur: FloatArray
    paid_eur: FloatArray
    sold: BoolArray


def own_use(
    terms: BillTerms, plants: Sequence[PlantTariff], own_use_kwh: FloatArray, hosts: Sequence[int | None]
) -> OwnUse:
    """Value of own use behind the meter, EUR, with its beneficiary.

    Args:
        own_use_kwh: by slot of the host, (..., M, S).
        hosts: index of the participant behind whose meter each plant is connected, or None.
    """
    prices = [plant.own_use_eur_per_kwh for plant in plants]
    rows = [0 if host is None else host for host in hosts]
    behind = np.array([host is not None for host in hosts], dtype=np.bool_)
    kwh = np.where(behind[:, None], own_use_kwh, 0.0)
    supply, network = terms.supply_eur_per_kwh[rows], terms.network_eur_per_kwh[rows]
    taxed = kwh.sum(axis=-1) * terms.accise_eur_per_kwh[rows]
    return OwnUse(
        np.stack([priced(kwh, supply), priced(kwh, network), taxed], axis=-2),
        own_use_kwh.sum(axis=-1) * np.array([price or 0.0 for price in prices], dtype=np.float64),
        np.array([price is not None for price in prices], dtype=np.bool_),
    )


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
    return terms.supply_eur_per_kwh + terms.accise_eur_per_kwh[:, None] * exempt_ratio + network


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
        return self.part @ of_plants

    def mean_by_step(self, plants_eur_per_kwh: Sequence[FloatArray | float]) -> FloatArray:
        """Return the mean of prices of each plant, one for all steps or one for each, (T,)."""
        flat = [price for price in plants_eur_per_kwh if isinstance(price, float)]
        if len(flat) == len(plants_eur_per_kwh):
            return self.mean(np.array(flat, dtype=np.float64))
        priced = np.stack([np.broadcast_to(price, self.steps) for price in plants_eur_per_kwh], axis=1)
        mixed: FloatArray = np.einsum("tm,tm->t", self.part, priced)
        return mixed

    def mean_by_slot(self, of_plants: FloatArray, slot: IntArray) -> FloatArray:
        """Return the mean of prices by slot, (M, S), at the slot of each step."""
        if not len(of_plants) or np.all(of_plants == of_plants[:1]):
            return of_plants[0][slot] if len(of_plants) else np.zeros(self.steps)
        mixed: FloatArray = np.einsum("tm,mt->t", self.part, of_plants[:, slot])
        return mixed
