"""What the yearly income of all producers together is made of: kWh and prices, for a plan that can be redone.

A plan keeps euros only. Whoever wants to change a price in it needs the kWh behind each line: they
are told apart here, so that `kWh x price` gives back each line of the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from acc.accounts.values import Money, PlantMoney
from acc.arrays import FloatArray

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


def plan_lines(money: Money) -> PlanLines:
    """Return the kWh and prices behind `money.plan`.

    Raises:
        ValueError: there is no plan.
    """
    terms, income = money.plan_terms, money.plant_income
    if terms is None or income is None:
        raise ValueError("there is no plan")
    contract, market = terms.surplus_kwh(income)
    years = partial(terms.years, by_year=income.by_year)
    shared, local, own_use, own_supply, contract_kwh, market_kwh, contract_eur = (
        eur.sum(axis=0)
        for eur in (
            years(income.shared_kwh),
            years(income.local_eur),
            years(income.own_use_eur),
            years(income.own_supply_eur),
            contract,
            market,
            contract * terms.contract_eur_per_kwh,
        )
    )
    price = money.local_eur_per_kwh or 0.0
    return PlanLines(
        shared_kwh=shared,
        local_eur_per_kwh=price,
        local_ratio=_as_ratio(local, price * shared),
        contract_kwh=contract_kwh,
        contract_eur_per_kwh=_divided(contract_eur, contract_kwh),
        contract=_common_contract(money.plants),
        market_kwh=market_kwh,
        own_use_eur=own_use,
        own_supply_eur=own_supply,
    )


def _common_contract(plants: Sequence[PlantMoney]) -> tuple[float, float] | None:
    terms = {(p.contract.eur_per_kwh, p.contract.indexation_ratio) for p in plants if p.contract is not None}
    return terms.pop() if len(terms) == 1 else None


def _as_ratio(amount: FloatArray, usual: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(amount, usual, out=np.ones_like(amount), where=usual > 0.0)
    return np.where(np.abs(ratio - 1.0) < SAME, 1.0, ratio)


def _divided(amount: FloatArray, kwh: FloatArray) -> FloatArray:
    price: FloatArray = np.divide(amount, kwh, out=np.zeros_like(amount), where=kwh > 0.0)
    return price
