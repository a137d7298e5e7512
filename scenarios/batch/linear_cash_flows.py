"""Yearly money of the plants for many keys and draws at once, as `acc.plan.cash_flows` gives them one by one.

Without a tax on profit, and while no contract caps its surplus, the flows are straight in the kWh and
euros of the first year: they are read off `acc.plan.cash_flows.plant_flows` once, then multiplied. Elsewhere
`acc.plan.cash_flows` is called for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.cash_flows import (
    PlantYear,
    faded,
    nominal_discount_ratio,
    payback,
    plant_flows,
    producer_flows,
    rent_eur,
    taxed,
)
from acc.plan.plant_costs import PlantCharges


@dataclass(frozen=True, slots=True, eq=False)
class PlantIncome:
    """What the plants make in the first year under K keys: arrays of shape (K, M).

    Attributes:
        own_supply_eur: part of `own_use_eur` that follows the supplier's price.
        host_supply_eur, host_rest_eur: what a host who is not the owner keeps of own use, (M,): the part
            that follows its supplier's price, and the rest.
    """

    local_eur: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    host_supply_eur: FloatArray
    host_rest_eur: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FlowBasis:
    """The flows of one unit of each thing, arrays of shape (M, H + 1).

    Attributes:
        plants: the plants with nothing made, costs as given.
        euro: of one euro of local sales in the first year; `supply` of one that follows the supplier's
            price, `flat` of one that only fades.
        surplus: of one kWh of surplus in the first year.
        capex: costs that follow the investment; `other` those that do not, with grants and premiums.
    """

    finance: Finance
    plants: tuple[PlantYear, ...]
    euro: FloatArray
    supply: FloatArray
    flat: FloatArray
    surplus: FloatArray
    capex: FloatArray
    other: FloatArray

    def flows_eur(self, income: PlantIncome, capex_factor: float) -> FloatArray:
        """Return the project's cash of each year, before debt, all plants together, shape (K, H + 1)."""
        caps = np.array([_cap_kwh(plant) for plant in self.plants])
        pays = any(taxed([plant], self.finance).tax_ratio > 0.0 for plant in self.plants)
        if pays or np.any(income.shared_kwh + income.surplus_kwh > caps):
            return np.array([self._one_by_one(income, k, capex_factor) for k in range(len(income.local_eur))])
        rest = income.own_use_eur - income.own_supply_eur
        earned = income.local_eur @ self.euro + income.surplus_kwh @ self.surplus
        earned = earned + income.own_supply_eur @ self.supply + rest @ self.flat
        costs = capex_factor * self.capex.sum(axis=0) + self.other.sum(axis=0)
        flows: FloatArray = earned + costs
        return flows

    def by_plant_eur(self, income: PlantIncome, k: int, capex_factor: float) -> FloatArray:
        """Return the cash of each plant in each year under key `k`, before tax and debt, (M, H + 1).

        The grants of the operation are spread over the plants evenly, as in `other`.
        """
        rest = income.own_use_eur[k] - income.own_supply_eur[k]
        surplus = income.surplus_kwh[k][:, None] * self.surplus
        for m, plant in enumerate(self.plants):
            taken = float(income.shared_kwh[k, m])
            if taken + income.surplus_kwh[k, m] > _cap_kwh(plant):
                made = replace(plant, shared_kwh=taken, surplus_kwh=float(income.surplus_kwh[k, m]))
                surplus[m] = plant_flows(made, self.finance).surplus_eur_ht
        earned = income.local_eur[k][:, None] * self.euro + surplus
        earned = earned + income.own_supply_eur[k][:, None] * self.supply + rest[:, None] * self.flat
        flows: FloatArray = earned + capex_factor * self.capex + self.other
        return flows

    def hosts_eur(self, income: PlantIncome) -> FloatArray:
        """Return what the host of each plant keeps of its own use in each year, (M, H + 1)."""
        rest: FloatArray = income.host_rest_eur[:, None] * self.flat
        return income.host_supply_eur[:, None] * self.supply + rest

    @property
    def rent_eur(self) -> FloatArray:
        """Rent of each plant in each year, (M, H + 1)."""
        return np.array([rent_eur(plant.charges, self.finance) for plant in self.plants])

    @property
    def grant_eur_at_start(self) -> float:
        """Grant of the operation counted for each plant in `other`; premiums and its own are beside."""
        return self.finance.grant_eur / max(1, len(self.plants))

    def _one_by_one(self, income: PlantIncome, k: int, capex_factor: float) -> FloatArray:
        years = [
            replace(
                dearer_plant(plant, self.finance, capex_factor),
                shared_kwh=float(income.shared_kwh[k, m]),
                surplus_kwh=float(income.surplus_kwh[k, m]),
                local_eur=float(income.local_eur[k, m]),
                own_use_eur=float(income.own_use_eur[k, m]),
                own_supply_eur=float(income.own_supply_eur[k, m]),
            )
            for m, plant in enumerate(self.plants)
        ]
        whole = sum(year.capex_eur for year in years)
        flows = np.zeros(self.finance.horizon_years + 1)
        for owner in dict.fromkeys(year.owner for year in years):
            own = [year for year in years if year.owner == owner]
            part = sum(y.capex_eur for y in own) / whole if whole > 0.0 else len(own) / len(years)
            flows += producer_flows(own, self.finance, part * self.finance.grant_eur).project_eur_ht
        return flows

    def running_eur(self, capex_factor: float) -> FloatArray:
        """Return what each plant costs to run in its first year, shape (M,)."""
        years = [dearer_plant(plant, self.finance, capex_factor) for plant in self.plants]
        flows = [plant_flows(year, self.finance) for year in years]
        paid = [one.opex_eur_ht[1] + one.charges_eur_ht[1] + one.running_vat_eur[1] for one in flows]
        return -np.array(paid)

    @property
    def discounting(self) -> FloatArray:
        """Worth today of a euro of each year, shape (H + 1,)."""
        discount = nominal_discount_ratio(self.finance)
        worth: FloatArray = (1.0 + discount) ** -np.arange(self.finance.horizon_years + 1.0)
        return worth


def flow_basis(finance: Finance, plants: Sequence[PlantYear]) -> FlowBasis:
    """Return the basis of plants whose kWh and income are left aside.

    Args:
        plants: with their costs and contracts; what they make is not read.
    """
    idle = tuple(
        replace(
            p,
            production_kwh=0.0,
            shared_kwh=0.0,
            surplus_kwh=0.0,
            local_eur=0.0,
            own_use_eur=0.0,
            own_supply_eur=0.0,
        )
        for p in plants
    )
    costs = np.array([_project(plant, finance) for plant in idle])
    dearer = np.array([_project(dearer_plant(plant, finance, 2.0), finance) for plant in idle])
    other = 2.0 * costs - dearer
    other[:, 0] += finance.grant_eur / max(1, len(idle))
    free = [_costless(plant) for plant in idle]
    return FlowBasis(
        finance=finance,
        plants=idle,
        euro=np.array([faded(p, finance, finance.indexation_ratio) for p in free]),
        supply=np.array([faded(p, finance, finance.supply_growth_ratio) for p in free]),
        flat=np.array([faded(p, finance, 0.0) for p in free]),
        surplus=np.array([_project(replace(p, surplus_kwh=1.0), finance) for p in free]),
        capex=dearer - costs,
        other=other,
    )


def payback_years(flows_eur: FloatArray) -> FloatArray:
    """Return the payback of each row of flows (K, H + 1); nan where it never comes, shape (K,)."""
    years = [payback(flows)[0] for flows in flows_eur]
    return np.array([np.nan if value is None else value for value in years])


def _project(plant: PlantYear, finance: Finance) -> FloatArray:
    return plant_flows(plant, finance).project_eur_ht


def dearer_plant(plant: PlantYear, finance: Finance, factor: float) -> PlantYear:
    """Return the plant with another investment, and what follows from it when the folder is silent."""
    fixed = set(plant.fixed_lines)
    fixed |= {"opex_eur"} if finance.opex_eur_per_kwp_year is not None else set()
    fixed |= {"inverter_eur"} if finance.inverter_eur_per_kwp is not None else set()

    def times(name: str) -> float:
        return 1.0 if name in fixed else factor

    insurance = plant.charges.insurance_eur * times("insurance_eur")
    return replace(
        plant,
        capex_eur=plant.capex_eur * factor,
        opex_eur=plant.opex_eur * times("opex_eur"),
        inverter_eur=plant.inverter_eur * times("inverter_eur"),
        charges=replace(plant.charges, insurance_eur=insurance),
    )


def _costless(plant: PlantYear) -> PlantYear:
    contract = replace(plant.contract, cap_hours=None, premium_eur_per_kwp=0.0)
    charges = PlantCharges(life_years=plant.charges.life_years)
    return replace(plant, contract=contract, capex_eur=0.0, opex_eur=0.0, inverter_eur=0.0, charges=charges)


def _cap_kwh(plant: PlantYear) -> float:
    cap = plant.contract.cap_hours
    return float("inf") if cap is None else cap * plant.kwp
