"""Page 1 of a brief: to decide on; of what is not lawful, the way out in place of the gain."""

from collections.abc import Callable, Collection
from dataclasses import replace
from gettext import gettext as _

from reports.documents.figure_catalogue import figure_of
from reports.nodes.tree import Group, Heading, Node, Paragraph, Status, Terms, TextTable, Tiles, present
from reports.sentences import decision, way_out
from reports.sentences.answer import cancelling_table, readers_outcomes, status
from reports.sentences.decision import Kinds
from reports.sentences.decision_tiles import boxes
from reports.sentences.limits import provenance
from reports.sentences.plan_outlook import kind_rows, plan_cancelling_table, plan_gains_table
from reports.sentences.proposal import acts_table, proposed
from reports.sentences.questions import Answers, questions
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
        return way_out_page(view, kinds, answering)
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
        *present(decision.shares_table(view, kinds)),
        *cancelling(view, kinds),
        acts_table(view, kinds),
        Paragraph(decision.sure_text(view), "sure"),
    ]


def cancelling(view: View, kinds: Kinds = None) -> list[Node]:
    """Conditions that cancel the readers' gain; empty without euros."""
    ids = {member.id for member in readers_outcomes(view, kinds).members}
    return present(cancelling_table(view.result, view.outcomes, view.names, ids))


def way_out_page(view: View, kinds: Kinds = None, answering: Answering | None = None) -> list[Node]:
    """Page 1 of what is not lawful: the operations that are, or how to look for them; as `first_page`."""
    plan = view.result.way
    if plan is None or not plan.operations:
        return [
            Group((way_out.to_look_for(view),), name="opening"),
            Tiles(tuple(way_out.energy_boxes(view))),
            way_out.in_the_way(view),
            *([figure_of(view, "map")] if has_map(view) else []),
            way_out.first_acts(view),
        ]
    reading = {member.id for member in readers_outcomes(view, kinds).members}
    every = kind_rows(view, plan)
    rows = [row for row in every if reading.issuperset(row.ids)] or every
    ids, who = [id_ for row in rows for id_ in row.ids], rows[0].name if len(rows) < len(every) else ""
    answerable = answering is not None and plan.outlook is not None and reading.issuperset(ids)
    answers = Terms(tuple(answering(view, reading)) if answering and answerable else ())
    return [
        Group((way_out.allowed(plan),), name="opening"),
        Tiles(tuple(way_out.plan_boxes(plan))),
        way_out.operations_table(view, plan),
        *([Group((Heading(_("Your questions")), answers), name="proposed")] if answers.items else []),
        *([] if who else present(plan_gains_table(plan, rows, _("What each gets (without tax)")))),
        *present(plan_cancelling_table(plan, ids, view.names, view.result.money, who=who)),
        way_out.plan_acts(view, plan),
        Paragraph(way_out.plan_sure(view, plan), "sure"),
    ]


def way_out_note(view: View, answers: Answers, tables: Collection[str]) -> list[Node]:
    """One page on the way out, for who reads some of its tables; all of them where no plan is kept."""
    kept = way_out_page(view)
    if way_out.has_plan(view):
        first, tiles, *others = kept
        tables_kept = [node for node in others if not isinstance(node, TextTable) or node.name in tables]
        kept = [first, tiles, questions(answers), *tables_kept]
    return [*kept, provenance(view)]


def page_status(view: View) -> Status:
    """Status that opens page 1: what forbids, or how it stands and on which page."""
    if not view.result.is_lawful:
        return Status(way_out.forbidden_band(view))
    return replace(status(view), page=_("page"))
