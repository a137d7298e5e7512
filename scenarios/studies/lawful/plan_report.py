"""The lawful plan of a folder that brings all persons most, with its bound and what stands beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from acc.accounts.price_corridor import pays_tax
from acc.keys.prorata import PRORATA
from acc.plan.plants import wear_ratio
from acc.result.lawful_plan import (
    AbsentPart,
    BoundBasis,
    LawfulPlan,
    LawfulPlansReport,
    PlanConstraints,
    PlanWithout,
)
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.provenance import operation_status
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.if_confirmed import confirmed_plan
from scenarios.studies.lawful.labels import Scored
from scenarios.studies.lawful.model import at_price_of_zero, euros_known
from scenarios.studies.lawful.plan_doubt import NamedPlan, plan_doubts
from scenarios.studies.lawful.plan_figures import plan_with_figures
from scenarios.studies.lawful.plans import MOST, FrontPlan, Planner, planner
from scenarios.studies.lawful.proposed_keys import with_proposed_keys
from scenarios.studies.lawful.rules_of_plan import PlanRequest
from scenarios.studies.lawful.without import Step, without_each

Told = Callable[[int, LawfulPlan], None]
"""Shown as it comes: how many operations at most (0 for a first plan of any number), and the plan."""


def lawful_plans_for(
    operation: Operation,
    *,
    most: int = MOST,
    seed: int = 24,
    beside: bool = True,
    drawn: tuple[Metered, SweepChoice] | None = None,
    told: Told = lambda _count, _plan: None,
    step: Step = lambda _done, _all: None,
) -> LawfulPlansReport:
    """Return the lawful plans of an operation, the best one first found.

    Args:
        most: operations of a plan.
        beside: look for owners inside, and for the plan without each derogation, member and roof, too.
        drawn: how the curves are known and what is drawn around them, for the doubt of the best plans.

    Raises:
        InputError: no local price though a profit is taxed, a key that cannot be built for a group.
    """
    is_known = operation.tariffs is not None
    unpriced = _unpriced(operation)
    in_kwh = len(unpriced) == len(operation.scenario.participants)
    priced = _without_plan(operation) if in_kwh else operation if is_known else at_price_of_zero(operation)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    plan_request = PlanRequest(most=most, no_loser=is_known and not in_kwh)
    search = planner(priced, rules, seed=seed, in_kwh=in_kwh)

    def plan(scored: Scored, by: Planner = search) -> LawfulPlan:
        lawful_plan = plan_with_figures(by, rules, plan_request, scored)
        return replace(lawful_plan, local_price_known=is_known, left_out=_left_out(operation))

    told(0, plan(search.quick(plan_request)))
    front = _front(search, plan_request, _basis(operation, in_kwh=in_kwh), plan, told)
    plans, best = front.copy(), front[-1]
    if beside:
        plans += _other_plans(search, plan_request, best, plan)
    proposed = replace(best.plan, without=_without(search, plan_request, best, plans, step) if beside else ())
    confirmed = confirmed_plan(search, rules, plan_request, best.scored, plan)
    if confirmed is not None:
        proposed = replace(proposed, to_confirm=confirmed.to_confirm, confirmed_eur=confirmed.confirmed_eur)
    if drawn is not None:
        draws, doubts = plan_doubts(search.model, *drawn, plans, best)
        proposed = replace(proposed, draws=draws, doubts=doubts)
    return LawfulPlansReport(
        scenario=operation.scenario,
        status=operation_status(operation.scenario, None),
        front=(*(named.plan for named in front[:-1]), proposed),
        best=proposed,
        owners_inside=next((named.plan for named in plans if named.constraints.owners_inside), None),
        without_regime={
            named.constraints.without: named.plan for named in plans if named.constraints.without is not None
        },
        if_confirmed=confirmed,
        search_only=_search_only(operation, in_kwh=in_kwh),
        unpriced=unpriced,
        is_bounded=search.programmes is not None,
        seed=seed,
        has_plan=any(rate.has_plan for built in search.model.meters.known.values() for rate in built.rates),
    )


def _front(
    search: Planner,
    plan_request: PlanRequest,
    basis: BoundBasis,
    plan: Callable[[Scored], LawfulPlan],
    progress: Told,
) -> list[NamedPlan]:
    """Return the best plan of at most 0, 1, 2... operations with its bounds, told one by one."""
    named = list[NamedPlan]()
    for count, bounds in enumerate(search.front(plan_request, plan_request.most)):
        bounded = _bounded(plan(bounds.scored), bounds, basis)
        named.append(NamedPlan(PlanConstraints(most=count), bounds.scored, bounded))
        progress(count, bounded)
    # Who loses is told once the keys that the criteria choose were looked at too.
    last = named[-1]
    return [*named[:-1], replace(last, plan=with_proposed_keys(search, last.scored, last.plan))]


def _left_out(operation: Operation) -> tuple[str, ...]:
    """Items of a folder that no plan counts."""
    devices = {"battery": operation.scenario.battery, "flexible": operation.scenario.flexible}
    return tuple(name for name, device in devices.items() if device)


def _other_plans(
    search: Planner, plan_request: PlanRequest, best: NamedPlan, plan: Callable[[Scored], LawfulPlan]
) -> Iterator[NamedPlan]:
    """Yield the plan of owners inside, then the one without each derogation."""
    most = best.constraints.most
    owners = search.with_owners(plan_request, best.scored)
    yield NamedPlan(PlanConstraints(most=most, owners_inside=True), owners, plan(owners))
    for regime in dict.fromkeys(best.plan.derogations):
        refused = search.without_regime(plan_request, best.scored, regime)
        yield NamedPlan(PlanConstraints(most=most, without=regime), refused, plan(refused))


def _without(
    search: Planner, plan_request: PlanRequest, best: NamedPlan, plans: Sequence[NamedPlan], step: Step
) -> tuple[PlanWithout, ...]:
    """Value of each derogation, member and roof for the others, largest first."""
    if not best.plan.euros_known:
        return ()
    derogations = [
        PlanWithout(
            absent=AbsentPart.DEROGATION,
            id=str(plan.constraints.without),
            lost_eur=best.plan.value_eur - plan.plan.value_eur,
            unchanged_eur=None,
            losers=len(plan.plan.losers),
        )
        for plan in plans
        if plan.constraints.without is not None
    ]
    worths = (*derogations, *without_each(search, plan_request, best.scored, best.plan, step))
    return tuple(sorted(worths, key=lambda worth: -worth.lost_eur))


def _unpriced(operation: Operation) -> tuple[str, ...]:
    """Return the participants whose bill is not known: no supply price is given."""
    sites = zip(operation.scenario.participants, euros_known(_without_plan(operation)).tolist(), strict=True)
    return tuple(site.id for site, is_known in sites if not is_known)


def _without_plan(operation: Operation) -> Operation:
    """Return an operation that is priced whatever its plan, where no euro is told."""
    taxed = operation.scenario.persons
    persons = taxed and tuple(replace(person, profit_tax_ratio=None) for person in taxed)
    return at_price_of_zero(
        replace(operation, scenario=replace(operation.scenario, finance=None, persons=persons))
    )


def _bounded(plan: LawfulPlan, front_plan: FrontPlan, basis: BoundBasis) -> LawfulPlan:
    if plan.euros_known:
        return replace(
            plan,
            bound_eur=front_plan.bound_eur,
            key_bound_eur=front_plan.key_bound_eur,
            searched_eur=front_plan.scored.value_eur,
            bound_basis=basis,
        )
    bounds = [kwh for kwh in (front_plan.bound_eur, front_plan.key_bound_eur) if kwh is not None]
    return replace(plan, bound_kwh=min(bounds, default=None))


def _basis(operation: Operation, *, in_kwh: bool) -> BoundBasis:
    """Basis on which a bound of the search is counted."""
    left = _search_only(operation, in_kwh=in_kwh)
    if "wear" in left or operation.scenario.uncounted_changes:
        return BoundBasis.FIRST_YEAR
    return BoundBasis.SEARCH if left else BoundBasis.VALUE


def _search_only(operation: Operation, *, in_kwh: bool) -> tuple[str, ...]:
    """Items in the figures but not in the search, which sums values of kWh."""
    scenario, tariffs = operation.scenario, operation.tariffs
    limits = {
        "tax": pays_tax(scenario),
        "option": tariffs is not None and tariffs.option_open is True,
        "key": scenario.key.name != PRORATA.name,
        "battery": scenario.battery is not None,
        "flexible": bool(scenario.flexible),
        "grant": scenario.finance is not None and scenario.finance.grant_eur > 0.0,
        "market": bool(scenario.markets),
        "wear": any(wear_ratio(plant, scenario.finance) for plant in scenario.plants),
    }
    moves_kwh = {"key", "battery", "flexible"}
    return tuple(name for name, is_used in limits.items() if is_used and (name in moves_kwh or not in_kwh))
