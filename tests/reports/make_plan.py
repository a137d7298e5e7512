"""A lawful plan of a result: its sites and its plants in operations, as `acc members --split` keeps one."""

from acc.result.lawful_plan import LawfulPlan, Outside, PlannedOperation, PlannedPerson, PlannedRoof
from acc.result.result import Result
from acc.scenario import Regime


def planned(result: Result, regimes: tuple[Regime, ...] = (Regime.KM_2, Regime.KM_20)) -> LawfulPlan:
    """Return a plan of as many operations as regimes, sites and plants dealt in turn, the last outside."""
    scenario = result.scenario
    sites, plants = ([one.id for one in of] for of in (scenario.participants[:-1], scenario.plants))
    count = len(regimes)
    return LawfulPlan(
        operations=tuple(
            PlannedOperation(
                regime=regime,
                participant_ids=tuple(sites[place::count]),
                plant_ids=tuple(plants[place::count]),
                longest_ids=(),
                longest_km=None,
                limit_km=None,
                checks=(),
                sites_eur=1000.0,
                value_eur=40_000.0,
                year_eur=2500.0,
                received_kwh=50_000.0,
            )
            for place, regime in enumerate(regimes)
        ),
        roofs=tuple(
            PlannedRoof(id=plant.id, kwp=plant.kwp, operation=place % count + 1)
            for place, plant in enumerate(scenario.plants)
        ),
        persons=(
            PlannedPerson(id="all", name="All", value_eur=80_000.0, year_eur=5000.0, alone_eur=20_000.0),
        ),
        outside={scenario.participants[-1].id: Outside.COSTS_MORE},
        invested_eur=100_000.0,
        years=20,
    )
