"""The comparison brief: keys or scenarios side by side on two pages, recommended by stated criteria."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.result.paired import PairedDraws
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
    beside = compared(results, drawn)
    has_ranking = not beside.are_keys and beside.ranking is not None
    document = Document(
        look="comparison",
        frame=comparison.compare_frame(beside),
        status=_status(beside, results),
        sections=scenario_sections(beside) if has_ranking else (Section(tuple(_blocks(beside))),),
        ran_on=max(result.provenance.ran_on for result in results),
    )
    return Illustrated(document, scenario_pictures(beside) if has_ranking else {})


def _status(made: Comparison, results: Sequence[Result]) -> Status:
    """Status of the scenarios: where none is lawful, one band for all of them."""
    stands = answer.status(made.view, asks=False)
    if isinstance(stands.text, Callout) and none_lawful([result.status for result in results]):
        return replace(stands, text=replace(stands.text, title=none_lawful_text(len(results))))
    return stands


def _blocks(made: Comparison) -> list[Node]:
    cards = Group(tuple(comparison.cards(made)), CARDS_ACROSS, "cases")
    title = _("Each key in a sentence") if made.are_keys else _("Each scenario in a line")
    criteria, best = Bullets(tuple(comparison.criteria(made)), is_ordered=True), made.best
    recommended = [titled(_("How the recommendation is made"), criteria, name="criteria")]
    rewards = rewards_table([key.name for key in made.view.keys]) if made.are_keys else None
    return [
        Group((Paragraph(comparison.lead(made), "lead"),), name="opening"),
        comparison.table(made),
        *([comparison.who_by_case(made)] if len(made.cases) > 1 else []),
        Group((Heading(title, 3), cards), name="cards"),
        *(recommended if best is not None else []),
        Callout(
            _("Recommendation") if best is not None else _("Decision wanted"),
            comparison.advised(made),
            look="asked",
        ),
        *([rewards] if rewards is not None else []),
        provenance(made.view),
    ]
