"""What a plan is made from: each of its years, on its own energy, or its first one repeated."""

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
    period_years: float,
) -> tuple[YearEuros, PlantIncome]:
    """Yearly euros and plant income of a plan: one per year, or the first year repeated.

    Args:
        plan_years: the kWh of each year, of a period of `period_years`; None where they are not known.
    """
    if plan_years is None:
        return first
    withdrawn, local, behind = plan_years.withdrawn_kwh, plan_years.local_kwh, plan_years.own_use_kwh
    if withdrawn is None or local is None or behind is None:
        return first
    settled_kwh = local.sum(axis=(2, 3))
    every = YearVolumes(
        consumption_kwh=withdrawn,
        local_kwh=local,
        shared_kwh=settled_kwh,
        own_use=own_use(terms, tariffs.plants, behind, hosts_in(scenario)),
        years=period_years,
        stays=np.ones(withdrawn.shape[:2], dtype=np.bool_),
        by_year=True,
        weights=plan_years.weights,
    )
    year, output = year_euros(terms, every), plan_years.by_plant("production_kwh")
    output = output + plan_years.by_plant("own_use_kwh")
    shared, surplus = plan_years.each(settled_kwh).T, plan_years.by_plant("surplus_kwh")
    income = plant_income(year, *(kwh / period_years for kwh in (shared, surplus, output)))
    return year, income.decided


def hosts_in(scenario: Scenario) -> list[int | None]:
    """Return the participant behind whose meter each plant stands, by position, or None."""
    index = {member.id: i for i, member in enumerate(scenario.participants)}
    return [None if plant.behind is None else index.get(plant.behind) for plant in scenario.plants]
