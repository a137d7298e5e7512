"""Page 1 of a brief: to decide on; of what is not lawful, the way out in place of the gain."""

from reports.nodes.tree import Group, Node, Paragraph, Tiles
from reports.sentences import decision, way_out
from reports.sentences.answer import cancelling_table, readers_outcomes
from reports.sentences.decision import Kinds
from reports.sentences.plan_outlook import kind_rows, plan_cancelling_table, plan_gains_table
from reports.sentences.verdict import verdict
from reports.view.view import View


def first_page(view: View, kinds: Kinds = None, nobody: str = "") -> list[Node]:
    """Page 1: own line of its readers, verdict, three figures, proposal, who gets what, what cancels, what is asked.

    Args:
        kinds: of the members who read; all of them by default.
        nobody: said where none of these takes part; all members are then told.
    """
    if not view.result.is_lawful:
        return way_out_page(view)
    own = nobody or (decision.own_line(view, kinds) if kinds else "")
    first = [*([Paragraph(own, "lead")] if own else []), verdict(view)]
    return [
        Group(tuple(first), name="opening"),
        Tiles(tuple(decision.boxes(view, kinds))),
        decision.proposed(view),
        *_some(decision.shares_table(view, kinds)),
        *cancelling(view, kinds),
        decision.asked_table(view),
        Paragraph(decision.sure_text(view), "sure"),
    ]


def _some(node: Node | None) -> list[Node]:
    return [] if node is None else [node]


def cancelling(view: View, kinds: Kinds = None) -> list[Node]:
    """Conditions that cancel the readers' gain; empty without euros."""
    ids = {member.id for member in readers_outcomes(view, kinds).members}
    return _some(cancelling_table(view.result, view.outcomes, view.names, ids))


def way_out_page(view: View) -> list[Node]:
    """Page 1 of what is not lawful: the operations that are, or how to look for them."""
    plan = view.result.way
    if plan is None or not plan.operations:
        return [
            Group(tuple(way_out.to_look_for(view)), name="opening"),
            Tiles(tuple(way_out.energy_boxes(view))),
            way_out.in_the_way(view),
            way_out.first_asked(view),
        ]
    ids = [person.id for person in plan.persons]
    title = decision.gets_title()
    return [
        Group((way_out.allowed(view, plan),), name="opening"),
        Tiles(tuple(way_out.plan_boxes(plan))),
        way_out.operations_table(view, plan),
        *_some(plan_gains_table(plan, kind_rows(view, plan), title)),
        *_some(plan_cancelling_table(plan, ids, view.names, view.result.money)),
        way_out.plan_asked(view, plan),
        Paragraph(way_out.plan_sure(view, plan), "sure"),
    ]
