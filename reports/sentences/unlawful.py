"""What an unlawful operation is told: the band that opens a document, the lawful plan, whose sites."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.rules.check import Check
from acc.sites import unique_plant_name
from reports.format.gains import plan_words
from reports.format.labels import capital
from reports.format.money import euros
from reports.format.numbers import fr, listed, plants_count, sites_count, unit
from reports.format.unlawful import (
    decision_text,
    doubt_text,
    left_out_text,
    operation_worth,
    perimeter_text,
    times_in_ten,
    way_text,
    why_outside,
)
from reports.format.wording import sentence
from reports.nodes.tree import Callout
from reports.view.privacy import redacted
from reports.view.view import View

MOST_NAMED = 4


def named_sites(view: View, ids: Sequence[str], most: int = MOST_NAMED) -> str:
    """Return the first of some sites under the names that may be shown, and how many others there are.

    Who has no name of its own is among the others, so that nobody is told apart and the count is right.
    """
    scenario = view.result.scenario
    sites = {site.id: site.name for site in (*scenario.participants, *scenario.plants)}
    own = [id_ for id_ in ids if id_ in sites and view.names.get(id_) == sites[id_]]
    names = [site_name(view, id_) for id_ in own[:most]]
    if left := len(ids) - len(names):
        names.append(sentence("other-sites", left) if names else sites_count(left))
    return listed(names)


def site_name(view: View, id_: str) -> str:
    """Return the name of a site, told apart from the plant of the same name."""
    scenario = view.result.scenario
    name = view.names.get(id_, id_)
    own = next((plant for plant in scenario.plants if plant.id == id_ and plant.name == name), None)
    return name if own is None else unique_plant_name(own, scenario.participants)


MOST_OF_A_PLAN = 3


def plan_lines(view: View) -> tuple[str, ...]:
    """Return a line an operation of the plan, then how sure it is; on a sheet, what its holder has."""
    plan = view.result.way
    if plan is None:
        return ()
    if view.holder is not None:
        return tuple(_own(view, plan, view.holder))
    text, lines = _("Operation {number} ({perimeter}), {value}: {members}; {plants}."), []
    for number, operation in enumerate(plan.operations, start=1):
        words = _operation_words(view, number, operation, operation.participant_ids)
        lines.append(text.format(value=operation_worth(operation), **words))
    return tuple(filter(None, [*lines, doubt_text(plan), left_out_text(plan)]))


def _operation_words(
    view: View, number: int, operation: PlannedOperation, members: Sequence[str]
) -> dict[str, str]:
    """Number, perimeter, members and plants of an operation, in words; `members` are those told."""
    names = named_sites(view, members, MOST_OF_A_PLAN) or _("nobody else")
    words = {"perimeter": perimeter_text(operation), "plants": plants_count(len(operation.plant_ids))}
    return {"number": fr(number), "members": names, **words}


def _own(view: View, plan: LawfulPlan, holder: Holding) -> Iterator[str]:
    """Yield in which operation what a member holds would be, or why in none, then what it would have."""
    scenario = view.result.scenario
    sites = [scenario.participants[n].id for n in holder.sites]
    own = {*sites, *(scenario.plants[m].id for m in holder.plants)}
    for number, operation in enumerate(plan.operations, start=1):
        if own & {*operation.participant_ids, *operation.plant_ids}:
            others = [id_ for id_ in operation.participant_ids if id_ not in own]
            yield sentence("your-operation", **_operation_words(view, number, operation, others))
    for site in sites:
        if site in plan.outside:
            yield sentence("site-outside", site=view.names[site], why=why_outside(plan.outside[site]))
    for person in plan.persons:
        if person.id == holder.id and person.is_known:
            when = _("over the period") if plan.years is None else plan_words(plan.years)
            value, year = euros(person.value_eur), euros(person.year_eur)
            yield sentence("you-would-have", value=value, when=when, year=year)
            if plan.doubts and plan.losers_known:
                often = times_in_ten(plan.doubts[0].lose_shares.get(person.id, 0.0))
                yield sentence("you-would-lose-in-draws", n=often)


def band(view: View) -> Callout | None:
    """Return the words of the band; None where every rule holds, may hold, or is to verify."""
    broken = [check for check in view.result.checks if check.forbids]
    if not broken:
        return None
    # A title may end with a full stop or not; the band gives each its own.
    failures = [capital(rule_title(view, check).rstrip(".")) for check in broken]
    return Callout(
        _("Not lawful"),
        " ".join([*(f"{failure}." for failure in failures), _("These figures only compare.")]),
        look="band",
        lines=tuple(filter(None, [_in_the_way(view, broken), *plan_lines(view)])),
        strong=way_text(view.result.way),
        tone="worse",
    )


def band_paragraph(view: View) -> str:
    """Return the band as one paragraph; empty where nothing forbids."""
    lines = band(view)
    if lines is None:
        return ""
    text = _("{title}: {rest}")
    return text.format(title=lines.title, rest=" ".join([lines.text, *lines.lines, lines.strong]))


def decision_instead(view: View) -> str:
    """Decision in place of that of the folder; empty where nothing forbids."""
    return decision_text(view.result.way) if not view.result.is_lawful else ""


def rule_title(view: View, check: Check) -> str:
    """Return the title of a rule without the names of those who are not shown."""
    names = [view.names.get(id_, id_) for id_ in check.between]
    if check.forbids and len(names) == 2 and names[0] == names[1] and check.measured and check.limit:
        return sentence("two-sites-apart", distance=unit(check.measured, "km", 1), limit=fr(check.limit))
    return capital(redacted(check.title, view.result.scenario, view.groups))


def remedy_text(view: View, check: Check) -> str:
    """Remedy of a broken rule, without the names of those who are not shown."""
    return check.act or redacted(check.remedy, view.result.scenario, view.groups)


def _in_the_way(view: View, broken: Sequence[Check]) -> str:
    if view.holder is not None:
        return ""  # a sheet tells which operation would be that of its holder
    ids = list(dict.fromkeys(id_ for check in broken for id_ in check.culprits))
    return _("In the way: {names}.").format(names=named_sites(view, ids)) if ids else ""
