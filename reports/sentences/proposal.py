"""What the group's criteria choose, as a document tells it: a heading and sentences."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.result.proposal import Proposal
from reports.format.labels import key_title
from reports.format.local_prices import named
from reports.format.proposal_labels import ProposalWords, unweighed_price
from reports.view.view import View


def key_heading(proposal: Proposal) -> str:
    """Return whether the criteria keep the key of the folder."""
    if proposal.keeps_folder:
        return _("The group’s criteria keep the key of the folder")
    return _("The group’s criteria choose another key: {title}").format(title=key_title(proposal.name))


def proposal_words(view: View, proposal: Proposal, title: Callable[[str], str]) -> ProposalWords:
    """Return a proposal in words; of who loses, those alone are named whom the document names."""
    shown = view.named_members

    def people(ids: Sequence[str]) -> str:
        known = [shown[id_] for id_ in ids if id_ in shown]
        return named(known, len(ids) - len(known)) if known else ""

    return ProposalWords(proposal=proposal, title=title, people=people, is_year=view.is_year)


def chosen_key(view: View, proposal: Proposal) -> str:
    """Key proposed by the criteria and its effect, where losers do not fit."""
    words = proposal_words(view, proposal, key_title)
    return replace(words, people=lambda _ids: "").chosen


def key_sentences(view: View) -> list[str]:
    """Sentences on the key proposed by the criteria and its effect; empty without comparison."""
    proposal = view.result.proposal
    if proposal is None:
        return []
    price = unweighed_price(view.result.scenario.prices.local_eur_per_kwh)
    return [*proposal_words(view, proposal, key_title).sentences, *([price] if price else [])]
