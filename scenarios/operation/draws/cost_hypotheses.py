"""What costs and prices may become, a line at a time, for the tornado: nothing of it is drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from acc.accounts.market import reference_terms
from acc.bills.tariffs import Tariffs
from acc.plan.cash_flows import PlanTerms, plan_terms
from acc.plan.plants import PlannedPlant, PlantCharges, connection_at_most_eur
from scenarios.operation.draws.case import Case, with_plan

SHORT_LIFE_YEARS, USUAL_LIFE_YEARS = 20, 30
"""The life tried, and that of the tables."""

COST_FACTORS = (
    "cost_growth",
    "ifer",
    "injection_turpe",
    "plant_life",
    "connection",
    "supply_growth",
    "full_accise",
    "market",
)

SUPPLY_GROWTH = 0.01
"""Yearly growth of the suppliers' prices that is tried, beside that of the folder."""


@dataclass(frozen=True, slots=True, eq=False)
class CostTrial:
    """One hypothesis, its values as changes of the usual one, and the case under each of them."""

    factor: str
    change_ratio: tuple[float, ...]
    cases: tuple[Case, ...]


def cost_trials(case: Case) -> Iterator[CostTrial]:
    """Yield each cost line at another value: constant or twice as fast, none, a shorter life, its highest."""
    if case.plan is None or case.tariffs is None:
        return
    growth = case.plan.cost_growth_ratio
    constant = _moved(case, lambda _plant, costs: replace(costs, opex_indexation_ratio=0.0))
    doubled = _moved(case, lambda _plant, costs: replace(costs, opex_indexation_ratio=2.0 * growth))
    yield CostTrial("cost_growth", (-growth, growth), (constant, doubled))
    yield CostTrial("ifer", (-1.0,), (_moved(case, lambda _plant, costs: replace(costs, ifer_eur=0.0)),))
    free = _moved(case, lambda _plant, costs: replace(costs, injection_turpe_eur=0.0))
    yield CostTrial("injection_turpe", (-1.0,), (free,))
    shorter = SHORT_LIFE_YEARS / USUAL_LIFE_YEARS - 1.0
    yield CostTrial("plant_life", (shorter,), (_moved(case, _short_lived),))
    costs = case.tariffs.plant_costs
    # Where nobody knows what it may cost at most, nothing is counted here either: it is said elsewhere.
    at_most = {plant.id: connection_at_most_eur(plant, costs) or 0.0 for plant in case.scenario.plants}

    def connected(plant: PlannedPlant, charges: PlantCharges) -> PlantCharges:
        return replace(charges, connection_eur=charges.connection_eur + at_most[plant.id])

    yield CostTrial("connection", (), (_moved(case, connected),))
    yield from _price_trials(case, case.plan, case.tariffs)


def _price_trials(case: Case, plan: PlanTerms, tariffs: Tariffs) -> Iterator[CostTrial]:
    """Yield prices that nobody here decides: suppliers' over the years, at the market, the accise in full."""
    assert case.terms is not None
    growth = plan.finance.supply_growth_ratio
    moves = (-SUPPLY_GROWTH, SUPPLY_GROWTH)
    grown = [replace(plan.finance, supply_indexation_ratio=growth + move) for move in moves]
    cases = tuple(with_plan(case, plan_terms(plan.plants, finance, plan.steps)) for finance in grown)
    yield CostTrial("supply_growth", moves, cases)
    yield CostTrial("full_accise", (), (replace(case, terms=case.terms.at_full_accise()),))
    yield CostTrial("market", (), (replace(case, terms=reference_terms(tariffs, case.terms)),))


def _moved(case: Case, change: Callable[[PlannedPlant, PlantCharges], PlantCharges]) -> Case:
    """Return the case with other charges of each plant."""
    assert case.plan is not None
    plan = case.plan
    plants = [replace(plant, charges=change(plant, plant.charges)) for plant in plan.plants]
    return with_plan(case, plan_terms(plants, plan.finance, plan.steps))


def _short_lived(_plant: PlannedPlant, charges: PlantCharges) -> PlantCharges:
    """Return charges with a life of ten years less, counted from the commissioning."""
    less = USUAL_LIFE_YEARS - SHORT_LIFE_YEARS
    life = SHORT_LIFE_YEARS if charges.life_years is None else max(1, charges.life_years - less)
    return replace(charges, life_years=life)
