"""The plan that brings more once owners of whom it is to verify have a public-service mission."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from acc.accounts.persons import holdings
from acc.result.lawful_plan import LawfulPlan
from acc.rules.check import State
from acc.rules.perimeter import Members, PerimeterRules
from scenarios.studies.lawful.labels import Scored
from scenarios.studies.lawful.law import law_of
from scenarios.studies.lawful.plans import SAME_EUR, Planner, under
from scenarios.studies.lawful.rules_of_plan import PlanRequest


def confirmed_plan(
    search: Planner,
    rules: PerimeterRules,
    plan_request: PlanRequest,
    best: Scored,
    plan: Callable[[Scored, Planner], LawfulPlan],
) -> LawfulPlan | None:
    """Return the best plan once owners are confirmed, with who they are; None where it brings no more.

    Args:
        best: the best plan of those that are decided.
        plan: makes a plan with the figures of its runs.
    """
    members = search.model.operation.members
    if not members.unknown_owners:
        return None
    law = law_of(members.if_confirmed(), rules)
    if (law.near, law.authorities) == (search.law.near, search.law.authorities):
        return None
    by = under(search, law)
    *_fewer, last = by.front(plan_request, plan_request.most)
    if last.scored.score <= best.score + SAME_EUR:
        return None
    shown = plan(last.scored, by)
    names = tuple(dict.fromkeys(_to_confirm(members, search, shown)))
    return replace(shown, to_confirm=names, confirmed_eur=shown.value_eur if shown.euros_known else None)


def _to_confirm(members: Members, search: Planner, plan: LawfulPlan) -> Iterator[str]:
    """Yield the names of the owners by whom an operation of a plan is to verify."""
    scenario = search.model.operation.scenario
    names = {holding.id: holding.name for holding in holdings(scenario)}
    unsure = {
        site
        for operation in plan.operations
        for check in operation.checks
        if check.rule == "public-bodies" and check.state is State.TO_VERIFY
        for site in check.culprits
    }
    for roof in members.plants:
        if roof.id in unsure:
            yield names.get(roof.producer, roof.producer)
