"""What persons have under the key that the criteria choose for each operation, beside the folder's own key.

A search deals by the default key, the folders carry the folder's: a note of a group proposes the one that its
criteria choose. Nobody loses in a plan only where nobody does under either.
"""

from dataclasses import replace

from acc.arrays import FloatArray
from acc.keys import KEYS
from acc.result.lawful_plan import LawfulPlan
from acc.result.outcomes import proposed_key
from acc.rules.largest_group import positions_of
from scenarios.operation.ready.compared_keys import other_key_outcomes
from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import Scored
from scenarios.studies.lawful.plan_figures import in_order, outside_eur, ran
from scenarios.studies.lawful.plans import Planner


def with_proposed_keys(planner: Planner, scored: Scored, plan: LawfulPlan) -> LawfulPlan:
    """Return a plan with the key that the criteria choose for each operation, and what each person then has.

    Nothing is added where it is not known who loses.
    """
    if not plan.losers_known or not plan.operations:
        return plan
    eur, names = outside_eur(planner.model, scored), list[str]()
    for group in in_order(planner, scored):
        name, own = _proposed(planner, group)
        eur = eur + own
        names.append(name)
    pairs = zip(plan.operations, names, strict=True)
    persons = (
        replace(person, proposed_eur=float(eur[0, q]), proposed_year_eur=float(eur[1, q]))
        for q, person in enumerate(plan.persons)
    )
    operations = tuple(replace(pair, proposed_key=name) for pair, name in pairs)
    return replace(plan, operations=operations, persons=tuple(persons))


def _proposed(planner: Planner, group: SharingGroup) -> tuple[str, FloatArray]:
    """Return the key that the criteria choose for a group, and what each person has of it then, (2, Q)."""
    part = planner.model.meters.part(positions_of(group.sites), group.roofs, sharing=True)
    chosen = part.outcome(part.scenario.key, leaving=False)
    others, _why = other_key_outcomes(part, KEYS, lenient=True)
    choice = proposed_key(part.exchange, [chosen, *others.values()], part.scenario.decide, lawful=True)
    if choice is None or choice.keeps_folder:
        return part.scenario.key.name, ran(planner, group)[0]
    money = others[choice.name].money
    assert money is not None  # who loses is known
    return choice.name, planner.model.meters.persons_eur(money, part.scenario)
