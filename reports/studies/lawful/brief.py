"""The pages of the brief on a plan of several operations: who is where, what to sign first, who gains."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from gettext import gettext as _

from matplotlib.figure import Figure

from acc.i18n import semicolons
from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.result.result import Result
from acc.rules.check import State
from acc.scenario import Regime
from reports.format.labels import regime_word
from reports.format.numbers import fr, unit
from reports.format.unlawful import doubt_text, operation_worth, perimeter_text, why_outside
from reports.format.wording import sentence, text_of
from reports.nodes import tree as nodes
from reports.nodes.tree import Bullets, Group, Heading, Node, Paragraph, Section
from reports.sentences.plan_outlook import (
    member_rows,
    places_of,
    plan_costs,
    plan_gains_table,
    plan_owners,
)
from reports.sentences.unlawful import named_sites, rule_title
from reports.sentences.way_out import operations_table
from reports.studies.lawful.group_map import plan_map
from reports.view.view import View, view_of

MAP = "lawful-operations"
MOST_NAMED = 60
"""Sites of an operation that are named: all of them, up to a town."""


def _plan(result: Result) -> LawfulPlan:
    assert result.way is not None  # the study keeps a result that has one
    return result.way


def drawings(result: Result) -> Mapping[str, tuple[Figure, str, str]]:
    """Return the map of the operations by its name, with its heading and its words."""
    if not _is_placed(result):
        return {}
    figure = plan_map(result.scenario, _plan(result))
    return {MAP: (figure, _("Lawful operations"), _map_words(_plan(result)))}


def _is_placed(result: Result) -> bool:
    return any(site.position for site in (*result.scenario.participants, *result.scenario.plants))


def _map_words(plan: LawfulPlan) -> str:
    text = _("Operation {number} ({perimeter})")
    each = [text.format(number=fr(n), perimeter=perimeter_text(o)) for n, o in enumerate(plan.operations, 1)]
    return semicolons(each)


def block(result: Result) -> tuple[Node, ...]:
    """Return the pages: the operations, what to sign first, the map, who gains, what would cancel it."""
    view, plan = view_of(result), _plan(result)
    heading = sentence("lawful-operations-title", len(plan.operations))
    drawn = [nodes.Figure(MAP, _map_words(plan))] if _is_placed(result) else []
    steps = Bullets(tuple(_first_acts(view, plan)), is_ordered=True)
    table = replace(operations_table(view, plan, MOST_NAMED), name=MAP, title="")
    intro = [Paragraph(text_of("operations-apart"))] if len(plan.operations) > 1 else []
    return (
        Group((Heading(heading), *intro, table)),
        *(Paragraph(text, "note") for text in _outside(view, plan)),
        Group((Heading(_("What to sign first")), steps)),
        *drawn,
        *_money(view, plan),
    )


def objection(_result: Result) -> None:
    """Say nothing against the folder: what is not lawful has no verdict."""


def _outside(view: View, plan: LawfulPlan) -> Iterator[str]:
    """Yield the sites in no operation, by why."""
    for why in dict.fromkeys(plan.outside.values()):
        ids = [id_ for id_, reason in plan.outside.items() if reason is why]
        text = _("In no operation, {why}: {names}.")
        yield text.format(why=why_outside(why), names=named_sites(view, ids, MOST_NAMED))


def section(result: Result) -> Section:
    """Return the section of the HTML page."""
    return Section(block(result), name="lawful")


def _first_acts(view: View, plan: LawfulPlan) -> Iterator[str]:
    """Yield what is asked before anything is signed, derogations first, then what is signed and by when."""
    for number, operation in enumerate(plan.operations, start=1):
        if operation.regime is not Regime.KM_2:
            yield _derogation(view, number, operation)
    for number, operation in enumerate(plan.operations, start=1):
        for check in operation.checks:
            if check.state is State.TO_VERIFY and check.binding:
                text = _("Operation {number}, worth {value}: confirm first. {what}.")
                what = rule_title(view, check).rstrip(".")
                yield text.format(number=fr(number), value=operation_worth(operation), what=what)
    if plan.outlook is not None and plan.outlook.connection_unknown_ids:
        plants = named_sites(view, plan.outlook.connection_unknown_ids, MOST_NAMED)
        yield _("Ask for a quote of the connection: {plants}.").format(plants=plants)
    if plan.derogations:
        yield _("Then, in each operation: its organiser, agreements, sales; none before its derogation.")
    else:
        yield _("Then, in each operation: its organiser, agreements, sales.")
    decision = view.result.scenario.words.decision
    if decision:
        yield _("What the group set: {decision}").format(decision=decision)


def _derogation(view: View, number: int, operation: PlannedOperation) -> str:
    text = _("Operation {number}: its organiser, or who will be it, asks the minister for {perimeter}{pair}.")
    pair = ""
    if operation.limit_km and operation.longest_km is not None and len(operation.longest_ids) == 2:
        apart = unit(operation.longest_km, "km", 1)
        pair = _("; its farthest sites, {sites}, are {apart} apart").format(
            sites=named_sites(view, operation.longest_ids), apart=apart
        )
    return text.format(number=fr(number), perimeter=regime_word(operation.regime), pair=pair)


def _money(view: View, plan: LawfulPlan) -> Iterator[Node]:
    """Yield who gains, member by member; page 1 has it by kind, and what would cancel it."""
    members = plan_gains_table(plan, member_rows(view, plan), _("Member by member"), places_of(view, plan))
    texts = " ".join(filter(None, [plan_costs(plan), plan_owners(plan), doubt_text(plan)]))
    yield from [Paragraph(texts)] if texts else []
    yield from [] if members is None else [members]
