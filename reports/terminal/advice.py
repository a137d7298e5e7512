"""Which key or scenario the group's criteria choose, as the comparison and the brief have it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from gettext import gettext as _

from acc.i18n import N_
from acc.result.outcomes import compared_proposal
from acc.result.result import Result
from acc.scenario import DecisionCriterion
from acc.time_aggregates import is_year
from reports.format.local_prices import named
from reports.format.proposal_labels import ProposalWords, unweighed_price
from reports.nodes.tree import Node, Paragraph

CRITERIA = {
    DecisionCriterion.LAW: N_("lawful"),
    DecisionCriterion.LOSERS: N_("fewest losers"),
    DecisionCriterion.TOTAL: N_("most for everybody"),
    DecisionCriterion.FAIRNESS: N_("most even"),
}


def advice(results: Sequence[Result], title: Callable[[str], str]) -> Iterator[Node]:
    """Yield the proposal among the keys of one result, or several results; then their ranking."""
    proposal = compared_proposal(results)
    if proposal is None:
        yield Paragraph(_("None of them is lawful: the group’s criteria name none."), "lead", "worse")
        return
    if len(proposal.names) < 2:
        return
    names = _names(results)
    words = ProposalWords(
        proposal=proposal,
        title=title,
        people=lambda ids: named([names[id_] for id_ in ids]),
        is_year=is_year(results[0].scenario.steps),
    )
    yield Paragraph(" ".join(words.sentences), "lead")
    order = ", ".join(_(CRITERIA[criterion]) for criterion in results[0].scenario.decide.order)
    text = _("Criteria, in order: {order}. They are in [decide].")
    price = unweighed_price(results[0].scenario.prices.local_eur_per_kwh) if len(results) == 1 else ""
    yield Paragraph(" ".join(filter(None, [text.format(order=order), price, words.evener])))


def _names(results: Sequence[Result]) -> Mapping[str, str]:
    return {person.id: person.name for result in results if result.money for person in result.money.persons}
