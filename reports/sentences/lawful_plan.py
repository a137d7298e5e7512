"""The lawful plan told in place of an unlawful operation: each of its operations, or whose a sheet's is."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from reports.format.lawful_plan import (
    doubt_text,
    left_out_text,
    operation_worth,
    perimeter_text,
    times_in_ten,
    why_outside,
)
from reports.format.measures import plan_words
from reports.format.money import euros
from reports.format.numbers import fr, plants_count
from reports.sentences.named_sites import named_sites
from reports.view.view import View

MOST_NAMED = 3


def plan_lines(view: View) -> tuple[str, ...]:
    """Return a line an operation of the plan, then how sure it is; on a sheet, what its holder has."""
    plan = view.result.way
    if plan is None:
        return ()
    if view.holder is not None:
        return tuple(_own(view, plan, view.holder))
    text = _("Operation {number} ({perimeter}), {value}: {members}; {plants}.")
    operations = [
        text.format(
            number=fr(number),
            perimeter=perimeter_text(operation),
            value=operation_worth(operation),
            members=named_sites(view, operation.participant_ids, MOST_NAMED),
            plants=plants_count(len(operation.plant_ids)),
        )
        for number, operation in enumerate(plan.operations, start=1)
    ]
    return tuple(filter(None, [*operations, doubt_text(plan), left_out_text(plan)]))


def _own(view: View, plan: LawfulPlan, holder: Holding) -> Iterator[str]:
    """Yield in which operation what a member holds would be, or why in none, then what it would have."""
    scenario = view.result.scenario
    sites = [scenario.participants[n].id for n in holder.sites]
    own = {*sites, *(scenario.plants[m].id for m in holder.plants)}
    for number, operation in enumerate(plan.operations, start=1):
        if own & {*operation.participant_ids, *operation.plant_ids}:
            yield _own_operation(view, operation, number, own)
    for site in sites:
        if site in plan.outside:
            text = _("{site} would be in no operation: {why}.")
            yield text.format(site=view.names[site], why=why_outside(plan.outside[site]))
    for person in plan.persons:
        if person.id == holder.id and person.is_known:
            text = _("You would have {value} {when}; {year} the first year, before the investment.")
            when = _("over the period") if plan.years is None else plan_words(plan.years)
            words = {"value": euros(person.value_eur), "year": euros(person.year_eur)}
            yield text.format(when=when, **words)
            if plan.doubts and plan.losers_known:
                text = _("In {n} draws in 10 you would lose.")
                yield text.format(n=times_in_ten(plan.doubts[0].lose_ratios.get(person.id, 0.0)))


def _own_operation(view: View, operation: PlannedOperation, number: int, own: set[str]) -> str:
    others = [id_ for id_ in operation.participant_ids if id_ not in own]
    text = _("Your operation would be number {number} ({perimeter}), with {members}; {plants}.")
    members = named_sites(view, others, MOST_NAMED) or _("nobody else")
    words = {
        "perimeter": perimeter_text(operation),
        "members": members,
        "plants": plants_count(len(operation.plant_ids)),
    }
    return text.format(number=fr(number), **words)
