"""The coordinator's page: what is missing, who has agreed, who must be called, what tips, the next date."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.i18n import semicolons
from acc.parties import MEMBERSHIP
from acc.result.cancelling import conditions_for_members
from acc.result.outcomes import MemberOutcome
from acc.rules.check import State
from reports.documents import decision as pages
from reports.format.changes import condition_text
from reports.format.numbers import fr, long_date
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Node, Paragraph, TextTable
from reports.sentences import overview
from reports.sentences.answer import metered
from reports.sentences.limits import provenance
from reports.sentences.plan_outlook import plan_condition_text, plan_conditions
from reports.sentences.questions import Answers, missing, people_by_name, questions
from reports.view import quantities
from reports.view.view import View

MOST_CASES = 3
"""Conditions told in a line."""

TABLES = frozenset({"operations", "in-the-way", "cancelling", "asked"})
"""Tables of page 1 that a coordinator acts on."""


def coordinator_page(view: View) -> list[Node]:
    """The verdict, the five answers, then of page 1 what is in the way, what would cancel, what is asked."""
    opening, *others = pages.first_page(view)
    # What cancels a plan of several operations is in the answers: all stands on one page.
    tables = TABLES if view.result.is_lawful else TABLES - {"cancelling"}
    kept = [
        node
        for node in others
        if (isinstance(node, TextTable) and node.name in tables) or isinstance(node, Paragraph)
    ]
    more = [Paragraph(overview.lead(view), "more")] if view.result.is_lawful else []
    return [opening, *more, questions(coordinator_answers(view)), *kept, provenance(view)]


def coordinator_answers(view: View) -> Answers:
    """What is missing, who has agreed, who must be called, what tips the decision, the next date."""
    signed = _signed(view)
    waiting = [member for member in view.outcomes.members if member not in signed]
    waiting.sort(key=lambda member: (not member.plant_ids, -member.need_kwh))
    agreed = sentence("agreed-of", count=fr(len(signed)), all=fr(len(view.outcomes.members)))
    return (
        (_("Missing"), f"{semicolons(_missing(view))}. {metered(view)}".strip()),
        (_("Agreed"), f"{agreed} {people_by_name(view, signed)}" if signed else agreed),
        (_("To call"), people_by_name(view, waiting)),
        (_("What tips it"), _tipping(view)),
        (_("Next date"), _next_date(view)),
    )


def _signed(view: View) -> list[MemberOutcome]:
    """Members whose vote or act of membership `signatures.csv` says signed."""
    lines = {(line.paper, line.who) for line in view.result.scenario.signatures if line.signed}
    return [
        member
        for member in view.outcomes.members
        if not lines.isdisjoint({("deliberation", member.id), (MEMBERSHIP, member.id)})
    ]


def _missing(view: View) -> Iterator[str]:
    result, outcomes = view.result, view.outcomes
    plan = None if result.money is None else result.money.plan
    if result.scenario.organiser is None:
        yield _("the PMO, which the group founds or chooses")
    if plan is None:
        yield text_of("missing-plan")
    elif plan.without_connection_ids:
        yield sentence("missing-quotes", len(plan.without_connection_ids))
    if unknown := len(outcomes.members) - len(outcomes.known):
        yield sentence("missing-member-prices", unknown)
    if verify := sum(check.state is State.TO_VERIFY for check in result.rules):
        yield sentence("rules-to-verify", verify)


def _tipping(view: View) -> str:
    """Conditions under which most members lose, first; of what is not lawful, those of its lawful plan."""
    result, plan, names = view.result, view.result.way, view.names
    if result.is_lawful:
        lines = conditions_for_members(result.cancelling, view.outcomes.ids)[1:]
        cases = [
            (max(int(count.value) for count in quantities.losers_given(line, view.outcomes)), text)
            for line in lines
            if (text := condition_text(line, result.money, names))
        ]
    elif plan is not None and plan.operations:
        cases = [
            (len(line.losing_ids), plan_condition_text(plan, line, names, result.money, short=False))
            for line in plan_conditions(plan, [person.id for person in plan.persons])
        ]
    else:
        return text_of("no-plan-sought")
    worst = sorted((case for case in cases if case[0]), key=lambda case: -case[0])[:MOST_CASES]
    texts = [sentence("tips-losers", losers, case=text) for losers, text in worst]
    return f"{semicolons(texts)}." if texts else _("nothing that was tried makes anybody lose.")


def _next_date(view: View) -> str:
    words, lines = view.result.scenario.words, view.result.scenario.signatures
    due = min((line.due for line in lines if line.due and not line.signed), default=None)
    if due:
        return _("{day}: the next paper to sign.").format(day=long_date(due))
    if words.calendar:
        return f"{words.calendar[0][0]}{_(': ')}{words.calendar[0][1]}."
    return words.decision or missing(text_of("missing-decision"))
