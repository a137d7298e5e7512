"""The comparison brief: keys or scenarios side by side, recommended by stated criteria."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from matplotlib.figure import Figure

from acc.i18n import semicolons
from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.figures.drawn import Illustrated, picture
from reports.figures.scenarios import ScenarioRow, scenarios
from reports.format.draws import FEWEST_FOR_CHANCES, chance_text
from reports.format.numbers import fr
from reports.format.unlawful import none_lawful
from reports.format.wording import sentence
from reports.nodes import tree as nodes
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
    present,
    titled,
)
from reports.sentences import answer, comparison, paired
from reports.sentences.comparison import rewards_table
from reports.sentences.limits import provenance
from reports.view.comparison import Comparison, compared

FIGURE = "scenarios"

FEW = 9
"""Scenarios whose figure fills no page."""

MOST_SIDE_BY_SIDE = 5
"""Scenarios whose two tables of persons stand side by side: below each other they fill no page either."""


def _sections(choice: Comparison) -> tuple[Section, ...]:
    """Return the pages: which case is advised, all side by side, then what each member has of them."""
    advice = _("Recommendation") if choice.best is not None else _("Decision wanted")
    glance: list[Node] = [
        Group((Paragraph(comparison.lead(choice), "lead"),), name="opening"),
        Callout(advice, comparison.advised(choice), look="asked"),
        Group((Heading(_("What is compared")), Bullets(tuple(paired.about(choice))))),
    ]
    if choice.ranking is not None:
        glance.append(Group((Heading(_("At a glance")), _figure(choice))))
    figures: list[Node] = [paired.scenarios_table(choice)]
    if choice.best is not None:
        ordered = Bullets(tuple(comparison.criteria(choice)), is_ordered=True)
        figures.append(titled(_("How the recommendation is made"), ordered, name="criteria"))
    persons: list[Node] = present(paired.persons_table(choice), paired.chances_table(choice))
    if len(persons) > 1 and len(choice.cases) <= MOST_SIDE_BY_SIDE:
        persons = [Group(tuple(persons), len(persons), "persons")]
    if not choice.are_keys:
        last = (*persons, provenance(choice.view))
        # The figure of few scenarios fills no page: their table stands under it.
        if len(choice.cases) <= FEW:
            return Section((*glance, *figures)), Section(last)
        return Section(tuple(glance)), Section((*figures, *last))
    rewards = present(rewards_table([key.name for key in choice.view.keys]))
    return (Section((*glance, *figures, *persons, *rewards, provenance(choice.view))),)


def _figure(choice: Comparison) -> nodes.Figure:
    ranked = choice.ranking
    assert ranked is not None
    together = comparison.together(choice, ranked)
    reading = (
        f"{paired.number_of(place)}, {case.title}: {together[place]}"
        for place, case in enumerate(choice.cases)
    )
    caption = [_("Dot: the central figure.")]
    if not all(case.is_lawful for case in choice.cases):
        caption.append(_("Empty: not lawful."))
    if choice.best is not None:
        caption.append(_("Diamond: the one that the criteria choose."))
    if choice.drawn is not None:
        is_range = choice.drawn.count < FEWEST_FOR_CHANCES
        ends = _("Line: the range of the draws.") if is_range else _("Line: 8 chances in 10 of the draws.")
        caption.append(ends)
    return nodes.Figure(FIGURE, semicolons(reading), " ".join(caption))


def drawn_scenarios(choice: Comparison) -> Figure:
    """Return the scenarios drawn, under the first thing that tells them apart where there are several."""
    rows: list[ScenarioRow] = []
    group = None
    groups = {case.parts[0] for case in choice.cases if len(case.parts) > 1}
    is_grouped = 1 < len(groups) < len(choice.cases) and all(len(c.parts) > 1 for c in choice.cases[1:])
    order = list(range(len(choice.cases)))
    if is_grouped:  # groups in the order of their first
        names = list(dict.fromkeys(case.parts[:1] for case in choice.cases))
        order.sort(key=lambda place: names.index(choice.cases[place].parts[:1]))
    for place in order:
        parts = choice.cases[place].parts
        if is_grouped and parts and parts[0] != group:
            group = parts[0]
            rows.append(ScenarioRow(group))
        rows.append(_row(choice, place, is_grouped=is_grouped and bool(parts)))
    is_value = choice.ranking is not None and choice.ranking.is_value
    axis = _("k€ over the plan, everybody together") if is_value else _("k€, everybody together")
    heads = (_("lose"), paired.better_head(choice) if choice.drawn else "")
    return scenarios(rows, axis, heads)


def _row(choice: Comparison, place: int, *, is_grouped: bool) -> ScenarioRow:
    case, ranked = choice.cases[place], choice.ranking
    assert ranked is not None
    chance = None if choice.drawn is None else choice.drawn.chance(place)
    # What comes after the group: how the scenario stands is told by its dot.
    title = ", ".join(case.parts[1:]) if is_grouped else case.title
    return ScenarioRow(
        f"{paired.number_of(place)}  {title}",
        value=ranked.together_eur[place] / 1000.0,
        low=None if chance is None else chance.low_eur / 1000.0,
        high=None if chance is None else chance.high_eur / 1000.0,
        losers=fr(ranked.losers[place]),
        note="" if chance is None else chance_text(chance),
        is_loss=bool(ranked.losers[place]),
        may_be=case.is_lawful,
        is_best=case is choice.best,
    )


def comparison_document(results: Sequence[Result], drawn: PairedDraws | None = None) -> Illustrated:
    """Return the comparison brief, ready to compose: of keys of one result, or of scenarios.

    Args:
        drawn: what the scenarios bring in the same draws.

    Raises:
        InputError: households that may not be shown, alone or by difference between scenarios.
    """
    choice = compared(results, drawn)
    document = Document(
        look="comparison",
        frame=comparison.compare_frame(choice),
        status=_status(choice, results),
        sections=_sections(choice),
        ran_on=max(result.provenance.ran_on for result in results),
    )
    return Illustrated(document, {FIGURE: picture(drawn_scenarios(choice))} if choice.ranking else {})


def _status(choice: Comparison, results: Sequence[Result]) -> Status:
    """Status of the scenarios: where none is lawful, one band for all of them."""
    status = answer.status(choice.view)
    if isinstance(status.text, Callout) and none_lawful([result.status for result in results]):
        return replace(status, text=replace(status.text, title=sentence("none-lawful", len(results))))
    return status
