"""What a plan is made from: its first year, or each of its years where dated changes tell them apart."""

import numpy as np

from acc.bills.bill import BillTerms
from acc.bills.surplus import own_use
from acc.bills.tariffs import Tariffs
from acc.ledger.year import YearEuros, YearVolumes, plant_income, year_euros
from acc.plan.plants import PlantIncome
from acc.scenario import Scenario
from acc.years.plan_years import PlanYears


def of_plan(
    scenario: Scenario,
    tariffs: Tariffs,
    terms: BillTerms,
    plan_years: PlanYears | None,
    first: tuple[YearEuros, PlantIncome],
) -> tuple[YearEuros, PlantIncome]:
    """Return what a plan is made from: the first year, repeated, or each year where they differ.

    Args:
        plan_years: the kWh of each year, where dated changes tell them apart.
    """
    if plan_years is None:
        return first
    withdrawn, local, behind = plan_years.withdrawn_kwh, plan_years.local_kwh, plan_years.own_use_kwh
    if withdrawn is None or local is None or behind is None:
        return first
    shared_kwh = local.sum(axis=(2, 3))
    every = YearVolumes(
        consumption_kwh=withdrawn,
        local_kwh=local,
        shared_kwh=shared_kwh,
        own_use=own_use(terms, tariffs.plants, behind, hosts_in(scenario)),
        years=1.0,
        stays=np.ones(withdrawn.shape[:2], dtype=np.bool_),
        by_year=True,
    )
    year, made = year_euros(terms, every), plan_years.by_plant("production_kwh")
    made = made + plan_years.by_plant("own_use_kwh")
    income = plant_income(year, shared_kwh.T, plan_years.by_plant("surplus_kwh"), made)
    return year, income.decided


def hosts_in(scenario: Scenario) -> list[int | None]:
    """Return the participant behind whose meter each plant stands, by position, or None."""
    index = {member.id: i for i, member in enumerate(scenario.participants)}
    return [None if plant.behind is None else index.get(plant.behind) for plant in scenario.plants]
