"""What each derogation, each member and each roof is worth to the others: the plan once it is gone."""

from collections.abc import Callable, Iterator

from acc.result.lawful_plan import AbsentPart, LawfulPlan, PlannedPerson, PlanWithout
from scenarios.studies.lawful.labels import Scored
from scenarios.studies.lawful.plan_figures import figures_of_persons
from scenarios.studies.lawful.plans import Planner
from scenarios.studies.lawful.rules_of_plan import PlanRequest, bits_of_group

MOST_UNITS = 80
"""Members and roofs that are taken away one by one; more would take minutes."""

Step = Callable[[int, int], None]
"""Told after each of them: how many are done, of how many."""


def without_each(
    planner: Planner,
    plan_request: PlanRequest,
    best: Scored,
    plan: LawfulPlan,
    step: Step = lambda _done, _all: None,
) -> list[PlanWithout]:
    """Value of each member of an operation, and of each of its roofs, for the others.

    Nothing of a plan of which it is not known who loses, nor of one with very many members.
    """
    units = list(_units(planner, best)) if plan.losers_known else []
    if len(units) > MOST_UNITS:
        return []
    worths = []
    for done, (part, id_, bits) in enumerate(units, start=1):
        unchanged, anew = planner.without(plan_request, best, bits)
        member_id = id_ if part is AbsentPart.MEMBER else None
        before_eur = _value_eur(plan.persons, member_id)
        after = figures_of_persons(planner, anew)
        left = None if unchanged is None else _value_eur(figures_of_persons(planner, unchanged), member_id)
        worths.append(
            PlanWithout(
                absent=part,
                id=id_,
                lost_eur=before_eur - _value_eur(after, member_id),
                unchanged_eur=None if left is None else before_eur - left,
                losers=sum(person.loses for person in after),
            )
        )
        step(done, len(units))
    return worths


def _value_eur(persons: tuple[PlannedPerson, ...], but: str | None) -> float:
    return sum(person.value_eur for person in persons if person.id != but)


def _units(planner: Planner, best: Scored) -> Iterator[tuple[AbsentPart, str, int]]:
    """Yield each person of an operation with all it has, as bits; then each shared roof of who has more."""
    model = planner.model
    inside = 0
    for group in best.founded:
        inside |= bits_of_group(model, group)
    owners = [*model.site_person.tolist(), *model.roof_person.tolist()]
    own = [0] * len(model.persons)
    for at, person in enumerate(owners):
        own[person] |= 1 << at
    yield from ((AbsentPart.MEMBER, id_, own[q]) for q, id_ in enumerate(model.persons) if own[q] & inside)
    for roof, plant in enumerate(model.operation.scenario.plants):
        bit = 1 << model.sites + roof
        if inside & bit and own[owners[model.sites + roof]] != bit:
            yield AbsentPart.ROOF, plant.id, bit
