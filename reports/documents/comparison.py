"""The comparison brief: keys or scenarios side by side on two pages, recommended by stated criteria."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.documents.scenarios import scenario_pictures, scenario_sections
from reports.figures.drawn import Illustrated
from reports.format.unlawful import none_lawful, none_lawful_text
from reports.nodes.tree import (
    Bullets,
    Callout,
    Document,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    Status,
    titled,
)
from reports.sentences import answer, comparison
from reports.sentences.key_rewards import rewards_table
from reports.sentences.limits import provenance
from reports.view.comparison import Comparison, compared

CARDS_ACROSS = 3


def comparison_document(results: Sequence[Result], drawn: PairedDraws | None = None) -> Illustrated:
    """Return the comparison brief, ready to compose: of scenarios whose euros are known, four pages.

    Args:
        drawn: what the scenarios bring in the same draws.

    Raises:
        InputError: households that may not be shown, alone or by difference between scenarios.
    """
    choice = compared(results, drawn)
    has_ranking = not choice.are_keys and choice.ranking is not None
    document = Document(
        look="comparison",
        frame=comparison.compare_frame(choice),
        status=_status(choice, results),
        sections=scenario_sections(choice) if has_ranking else (Section(tuple(_blocks(choice))),),
        ran_on=max(result.provenance.ran_on for result in results),
    )
    return Illustrated(document, scenario_pictures(choice) if has_ranking else {})


def _status(choice: Comparison, results: Sequence[Result]) -> Status:
    """Status of the scenarios: where none is lawful, one band for all of them."""
    status = answer.status(choice.view, asks=False)
    if isinstance(status.text, Callout) and none_lawful([result.status for result in results]):
        return replace(status, text=replace(status.text, title=none_lawful_text(len(results))))
    return status


def _blocks(choice: Comparison) -> list[Node]:
    cards = Group(tuple(comparison.cards(choice)), CARDS_ACROSS, "cases")
    title = _("Each key in a sentence") if choice.are_keys else _("Each scenario in a line")
    criteria, best = Bullets(tuple(comparison.criteria(choice)), is_ordered=True), choice.best
    recommended = [titled(_("How the recommendation is made"), criteria, name="criteria")]
    rewards = rewards_table([key.name for key in choice.view.keys]) if choice.are_keys else None
    return [
        Group((Paragraph(comparison.lead(choice), "lead"),), name="opening"),
        comparison.table(choice),
        *([comparison.who_by_case(choice)] if len(choice.cases) > 1 else []),
        Group((Heading(title, 3), cards), name="cards"),
        *(recommended if best is not None else []),
        Callout(
            _("Recommendation") if best is not None else _("Decision wanted"),
            comparison.advised(choice),
            look="asked",
        ),
        *([rewards] if rewards is not None else []),
        provenance(choice.view),
    ]
