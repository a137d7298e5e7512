"""Which key or scenario the group's criteria name, as the comparison and the brief have it."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _

from acc.i18n import N_
from acc.result.recommendation import Weighed, recommend_cases
from acc.scenario import Decide, DecisionCriterion
from reports.nodes.tree import Node, Paragraph

CRITERIA = {
    DecisionCriterion.LAW: N_("lawful"),
    DecisionCriterion.LOSERS: N_("fewest losers"),
    DecisionCriterion.TOTAL: N_("most for everybody"),
    DecisionCriterion.FAIRNESS: N_("most even"),
}


def advice(titles: Sequence[str], cases: Sequence[Weighed], decide: Decide) -> Iterator[Node]:
    """Yield the case that the criteria name, with their order."""
    if len(cases) < 2:
        return
    best = recommend_cases(cases, decide).index
    if not cases[best].lawful:
        yield Paragraph(_("None of them is lawful: the group’s criteria name none."), "lead", "worse")
        return
    order = ", ".join(_(CRITERIA[criterion]) for criterion in decide.order)
    text = _("The group’s criteria (in order: {order}) name “{title}”. They are in [decide].")
    yield Paragraph(text.format(order=order, title=titles[best]), "lead")
