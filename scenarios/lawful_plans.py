"""The lawful plan of a folder that brings all persons most, with its bound and what stands beside it."""

from collections.abc import Callable
from dataclasses import replace

from acc.accounts.horizon import pays_tax
from acc.keys.prorata import PRORATA
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, WithoutOne
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.status import standing
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.studies.lawful_groups.labels import Scored
from scenarios.studies.lawful_groups.model import at_price_of_zero, euros_known
from scenarios.studies.lawful_groups.plans import MOST, FrontPlan, Planner, planner
from scenarios.studies.lawful_groups.rules_of_plan import PlanRequest
from scenarios.studies.lawful_groups.told import told_plan

Told = Callable[[int, LawfulPlan], None]
"""Shown as it comes: how many operations at most (0 for a first plan of any number), and the plan."""


def lawful_plans_for(
    operation: Operation,
    *,
    most: int = MOST,
    seed: int = 24,
    beside: bool = True,
    each_member: bool = False,
    told: Told = lambda _count, _plan: None,
) -> LawfulPlansReport:
    """Return the lawful plans of an operation, the best one first found.

    Args:
        most: operations of a plan.
        beside: look for owners inside and for each derogation refused, too.
        each_member: and for the plan without each member and roof.

    Raises:
        InputError: no local price though a profit is taxed, a key that cannot be built for a group.
    """
    is_known = operation.tariffs is not None
    unpriced = _unpriced(operation)
    in_kwh = len(unpriced) == len(operation.scenario.participants)
    priced = _without_plan(operation) if in_kwh else operation if is_known else at_price_of_zero(operation)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    asked = PlanRequest(most=most, no_loser=is_known and not in_kwh)
    search = planner(priced, rules, seed=seed, in_kwh=in_kwh)

    def plan(scored: Scored) -> LawfulPlan:
        return replace(told_plan(search, rules, asked, scored), local_price_known=is_known)

    told(0, plan(search.quick(asked)))
    front, best = list[LawfulPlan](), None
    for count, one in enumerate(search.front(asked, most)):
        found = plan(one.scored)
        front.append(_bounded(found, one))
        best = one.scored
        told(count, front[-1])
    assert best is not None  # no operation is a plan
    derogations = dict.fromkeys(front[-1].derogations) if beside else {}
    return LawfulPlansReport(
        scenario=operation.scenario,
        status=standing(operation.scenario, None),
        front=tuple(front),
        best=front[-1],
        owners_inside=plan(search.with_owners(asked, best)) if beside else None,
        without_regime={one: plan(search.without_regime(asked, best, one)) for one in derogations},
        without=tuple(_without_each(search, asked, best, plan)) if each_member else (),
        search_only=_search_only(operation, in_kwh=in_kwh),
        unpriced=unpriced,
        is_bounded=search.programmes is not None,
        seed=seed,
        has_plan=any(rate.has_plan for built in search.model.meters.known.values() for rate in built.rates),
    )


def _without_each(
    search: Planner, asked: PlanRequest, best: Scored, plan: Callable[[Scored], LawfulPlan]
) -> list[WithoutOne]:
    found = []
    for at, site in enumerate(search.model.operation.members.sites):
        unchanged, anew = search.without(asked, best, 1 << at)
        found.append(
            WithoutOne(id=site.id, unchanged=None if unchanged is None else plan(unchanged), anew=plan(anew))
        )
    return found


def _unpriced(operation: Operation) -> tuple[str, ...]:
    """Return the participants whose bill is not known: no supply price is given."""
    known = euros_known(_without_plan(operation)).tolist()
    return tuple(
        site.id for site, told in zip(operation.scenario.participants, known, strict=True) if not told
    )


def _without_plan(operation: Operation) -> Operation:
    """Return an operation that is priced whatever its plan, where no euro is told."""
    taxed = operation.scenario.persons
    persons = taxed and tuple(replace(person, profit_tax_ratio=None) for person in taxed)
    return at_price_of_zero(
        replace(operation, scenario=replace(operation.scenario, finance=None, persons=persons))
    )


def _bounded(plan: LawfulPlan, found: FrontPlan) -> LawfulPlan:
    if plan.euros_known:
        return replace(plan, bound_eur=found.bound_eur, key_bound_eur=found.key_bound_eur)
    bounds = [kwh for kwh in (found.bound_eur, found.key_bound_eur) if kwh is not None]
    return replace(plan, bound_kwh=min(bounds, default=None))


def _search_only(operation: Operation, *, in_kwh: bool) -> tuple[str, ...]:
    """Return what the figures count and the search does not: it is not the sum of what each kWh brings."""
    scenario, tariffs = operation.scenario, operation.tariffs
    found = {
        "tax": pays_tax(scenario),
        "option": tariffs is not None and tariffs.option_open is True,
        "key": scenario.key.name != PRORATA.name,
        "battery": scenario.battery is not None,
        "flexible": bool(scenario.flexible),
        "grant": scenario.finance is not None and scenario.finance.grant_eur > 0.0,
        "market": bool(scenario.markets),
    }
    moves_kwh = {"key", "battery", "flexible"}
    return tuple(name for name, held in found.items() if held and (name in moves_kwh or not in_kwh))
