"""Page 1 of a brief: to decide on; of what is not lawful, the way out in place of the gain."""

from collections.abc import Callable, Collection
from dataclasses import replace
from gettext import gettext as _

from reports.documents.figure_catalogue import figure_of
from reports.nodes.tree import Group, Heading, Node, Paragraph, Status, Tiles
from reports.sentences import decision, way_out
from reports.sentences.answer import cancelling_table, readers_outcomes, status
from reports.sentences.decision import Kinds
from reports.sentences.decision_tiles import boxes
from reports.sentences.plan_outlook import kind_rows, plan_cancelling_table, plan_gains_table
from reports.sentences.proposal import acts_table, proposed
from reports.sentences.questions import Answers
from reports.sentences.verdict import verdict
from reports.view.selection import has_map
from reports.view.view import View

Answering = Callable[[View, Collection[str]], Answers]
"""What answers the questions of some readers, given by their ids."""


def first_page(
    view: View, kinds: Kinds = None, nobody: str = "", answering: Answering | None = None
) -> list[Node]:
    """Page 1: line of its readers, verdict, figures, proposal, who gets what, what cancels it, what is asked.

    Args:
        kinds: of the members who read; all of them by default.
        nobody: said where none of these takes part; all members are then told.
        answering: answers what no table of the page does, in place of lines that a tile or a table has.
    """
    if not view.result.is_lawful:
        return way_out_page(view)
    reading = {member.id for member in readers_outcomes(view, kinds).members}
    answers = tuple(answering(view, reading)) if answering and reading else ()
    if kinds is not None and not readers_outcomes(view, kinds).members:
        kinds, own = None, _(nobody)
    else:
        own = decision.own_line(view, kinds) if kinds else ""
    first: list[Node] = [*([Paragraph(own, "lead")] if own else []), verdict(view)]
    return [
        Group(tuple(first), name="opening"),
        Tiles(tuple(boxes(view, kinds))),
        Group((Heading(_("What is proposed")), proposed(view, answers)), name="proposed"),
        *_some(decision.shares_table(view, kinds)),
        *cancelling(view, kinds),
        acts_table(view, kinds),
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
            *([figure_of(view, "map")] if has_map(view) else []),
            way_out.first_acts(view),
        ]
    ids = [person.id for person in plan.persons]
    return [
        Group((way_out.allowed(plan),), name="opening"),
        Tiles(tuple(way_out.plan_boxes(plan))),
        way_out.operations_table(view, plan),
        *_some(plan_gains_table(plan, kind_rows(view, plan), _("What each gets (without tax)"))),
        *_some(plan_cancelling_table(plan, ids, view.names, view.result.money)),
        way_out.plan_acts(view, plan),
        Paragraph(way_out.plan_sure(view, plan), "sure"),
    ]


def page_status(view: View) -> Status:
    """Status that opens page 1: what forbids, or how it stands and on which page."""
    if not view.result.is_lawful:
        return Status(way_out.forbidden_band(view))
    return replace(status(view), page=_("page"))
