"""What the yearly income of all producers together is made of: kWh and prices, for a plan that can be redone.

A plan keeps euros only. Whoever wants to change a price in it needs the kWh behind each line: they
are told apart here, so that `kWh x price` gives back each line of the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.values import Money, PlantMoney
from acc.arrays import FloatArray
from acc.bills.surplus import paid_surplus_kwh
from acc.finance import Finance
from acc.scenario import Scenario
from acc.sites import Plant

SAME = 1e-12
"""Relative difference under which two prices are one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanLines:
    """The kWh and prices of each year, year 0 (no kWh) to the horizon, arrays of shape (H + 1,).

    Attributes:
        local_eur_per_kwh: mean local price of the first year.
        local_ratio: mean local price of the year's kWh over that of the first year, indexation left
            out; 1 unless plants that fade at different paces sell at different prices.
        contract_kwh, contract_eur_per_kwh: surplus paid under a contract, and its mean price, indexed.
        contract: price of the first year and yearly growth, where all contracts share them; None elsewhere.
        market_kwh: surplus whose contract is over.
        own_use_eur: spared behind the meter, in money of the first year; `own_supply_eur` is the part that
            follows the supplier's price.
    """

    shared_kwh: FloatArray
    local_eur_per_kwh: float
    local_ratio: FloatArray
    contract_kwh: FloatArray
    contract_eur_per_kwh: FloatArray
    contract: tuple[float, float] | None
    market_kwh: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _PlantLines:
    """The same of one plant."""

    shared_kwh: FloatArray
    local_eur: FloatArray
    contract_kwh: FloatArray
    contract_eur: FloatArray
    market_kwh: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray


def plan_lines(scenario: Scenario, finance: Finance, money: Money) -> PlanLines:
    """Return the kWh and prices behind `money.plan`.

    Raises:
        ValueError: a plant without surplus contract (there is no plan then).
    """
    rows = [
        _plant_lines(plant, earned, finance, money.period_years, life)
        for plant, earned, life in zip(scenario.plants, money.plants, _lives(money), strict=True)
    ]
    shared, local = _sum([row.shared_kwh for row in rows]), _sum([row.local_eur for row in rows])
    contract_kwh = _sum([row.contract_kwh for row in rows])
    price = money.local_eur_per_kwh or 0.0
    return PlanLines(
        shared_kwh=shared,
        local_eur_per_kwh=price,
        local_ratio=_one_where_same(local, price * shared),
        contract_kwh=contract_kwh,
        contract_eur_per_kwh=_divided(_sum([row.contract_eur for row in rows]), contract_kwh),
        contract=_one_contract(money.plants),
        market_kwh=_sum([row.market_kwh for row in rows]),
        own_use_eur=_sum([row.own_use_eur for row in rows]),
        own_supply_eur=_sum([row.own_supply_eur for row in rows]),
    )


def _lives(money: Money) -> tuple[int | None, ...]:
    """Return how many years of the plan each plant runs; no end where no plan says it."""
    lives = () if money.plan is None else money.plan.lives_years
    return lives or (None,) * len(money.plants)


def _plant_lines(
    plant: Plant, earned: PlantMoney, finance: Finance, period_years: float, life: int | None
) -> _PlantLines:
    contract = earned.contract
    if contract is None:
        raise ValueError("a plan needs the surplus contract of every plant")
    t = np.arange(finance.horizon_years + 1, dtype=np.float64)
    own = plant.model.degradation_ratio
    loss = finance.degradation_ratio if own is None else own
    # Of the period, faded, and brought to a year.
    yearly = (
        np.where((t > 0) & (t <= (len(t) if life is None else life)), (1.0 - loss) ** (t - 1.0), 0.0)
        / period_years
    )
    surplus, shared = earned.surplus_kwh * yearly, earned.shared_kwh * yearly
    paid = [
        paid_surplus_kwh(contract, plant.kwp, left, taken, years=1.0)
        for left, taken in zip(surplus, shared, strict=True)
    ]
    under = t <= (len(t) if contract.years is None else contract.years)
    contract_kwh = np.where(under, paid, 0.0)
    return _PlantLines(
        shared_kwh=shared,
        local_eur=(earned.local_eur_ht or 0.0) * yearly,
        contract_kwh=contract_kwh,
        contract_eur=contract_kwh * contract.eur_per_kwh * (1.0 + contract.indexation_ratio) ** (t - 1.0),
        market_kwh=np.where(under, 0.0, surplus),
        own_use_eur=(earned.own_use_eur_ht or 0.0) * yearly,
        own_supply_eur=earned.own_supply_eur_ht * yearly,
    )


def _one_contract(plants: Sequence[PlantMoney]) -> tuple[float, float] | None:
    terms = {(p.contract.eur_per_kwh, p.contract.indexation_ratio) for p in plants if p.contract is not None}
    return terms.pop() if len(terms) == 1 else None


def _sum(rows: Sequence[FloatArray]) -> FloatArray:
    total: FloatArray = np.sum(rows, axis=0)
    return total


def _one_where_same(amount: FloatArray, usual: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(amount, usual, out=np.ones_like(amount), where=usual > 0.0)
    return np.where(np.abs(ratio - 1.0) < SAME, 1.0, ratio)


def _divided(amount: FloatArray, kwh: FloatArray) -> FloatArray:
    price: FloatArray = np.divide(amount, kwh, out=np.zeros_like(amount), where=kwh > 0.0)
    return price
