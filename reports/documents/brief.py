"""The scenario brief and its audiences: who reads it is one row, its pages are blocks in their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias, cast

from matplotlib.figure import Figure

from acc.household_privacy import FIRMS, PUBLIC_BODIES
from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.result.result import Result
from reports.documents import blocks, decision
from reports.documents.figure_catalogue import figure_of, money_figures, pictures, tornado_figure
from reports.figures import from_view, money
from reports.figures.drawn import Illustrated, picture
from reports.format.wording import sentence
from reports.nodes.tree import Document, Group, Node, Paragraph, Section, Tiles, present, titled
from reports.sentences import audiences, overview
from reports.sentences.decision import own_line, sure_text
from reports.sentences.proposal import acts_table
from reports.sentences.questions import answers_to_body, answers_to_firm
from reports.sentences.recipients import example
from reports.sentences.verdict import verdict
from reports.sentences.way_out import comparison_only
from reports.sentences.years import in_ten_years
from reports.study import study_briefs, study_documents
from reports.view import selection
from reports.view.view import View, holders_shown, sheet_view_of, view_by_kind, view_of

Block: TypeAlias = Callable[[View], Node | list[Node] | None]
Sizes: TypeAlias = Mapping[str, Callable[[View], Figure]]


def _network_opening(view: View) -> list[Node]:
    if not view.result.is_lawful:
        return decision.way_out_page(view)
    sure = f"{audiences.network_tiles_note(view)} {sure_text(view)}"
    answer = Paragraph(audiences.network_lead(view), "lead"), verdict(view)
    tiles = Tiles(tuple(audiences.network_tiles(view)))
    gain = [Paragraph(line, "more")] if (line := own_line(view, None)) else []
    return [Group((*answer, *gain), name="opening"), Group((tiles, Paragraph(sure, "sure")))]


def _where_lawful(block: Block) -> Block:
    return lambda view: block(view) if view.result.is_lawful else None


def _local_money(view: View) -> Node:
    money = audiences.local_money(view)
    if not money:
        return Tiles(tuple(audiences.peaks(view)))
    return blocks.listed(_("Where the euros of the local kWh go"), money)


_peaks = partial(blocks.peaks, injected=False)


def _months_and_surplus(view: View) -> Node:
    months = titled(_("Month by month"), figure_of(view, "months"))
    return Group((months, titled(_("Surplus, hour by hour"), figure_of(view, "surplus"))), 2, "pair")


PAGE_OF_MONEY_MM: Mapping[int, float] = MappingProxyType({3: 76.0, 4: 90.0})
"""Height of figures of money by their number, where they take two lines: a page of their own, filled."""


def _money_size(view: View) -> tuple[float, float]:
    """Width and height of a figure of money of the partners' brief, mm."""
    short_mm = 56.0 if selection.has_corridor(view) else 62.0
    return 86.0, PAGE_OF_MONEY_MM.get(len(money_figures(view)), short_mm)


def _mean_days(view: View) -> Figure:
    """Mean days of the group: low above figures of money, less high above dated changes."""
    high_mm = 70.0 if in_ten_years(view) else 106.0
    return from_view.group_days_figure(view, 54.0 if len(money_figures(view)) in {1, 2} else high_mm)


def _days_of(row: int) -> Callable[[View], Figure]:
    return lambda view: from_view.member_days_figure(view, row, blocks.days_mm(view))


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a brief.

    Attributes:
        title: what the document is called.
        view: the rows and the names that these readers see.
        pages: the blocks of each page, in their order; a page without any is left out.
        figures: those that are drawn in another size than alone, by name.
        ends: whether rules, limits and sources follow; studies: whether what they found comes before.
        of_member: whether it may be made of one member alone, for it and whom it gives it to.
    """

    title: str
    view: Callable[[Result], View]
    pages: tuple[tuple[Block, ...], ...]
    figures: Sizes = field(default_factory=dict)
    ends: bool = True
    studies: bool = False
    of_member: bool = False


AUDIENCES: Mapping[str | None, Audience] = MappingProxyType(
    {
        None: Audience(
            N_("Collective self-consumption · note to partners"),
            view_of,
            (
                (decision.first_page,),
                (blocks.who, blocks.keys, blocks.mean_days, example),
                (
                    blocks.finding,
                    in_ten_years,
                    blocks.when,
                    blocks.commitments,
                    lambda view: blocks.plan(view) or blocks.peaks(view),
                ),
            ),
            {
                "keys": lambda view: from_view.keys_figure(view, blocks.key_row_mm(view)),
                "days": _mean_days,
                "cash": lambda view: from_view.cash_figure(view, _money_size(view)),
                "tornado": lambda view: tornado_figure(view, _money_size(view)),
                "corridor": lambda view: money.corridor_figure(view, _money_size(view)),
                **{f"days-{row}": _days_of(row) for row in range(blocks.FEW_ROWS)},
            },
            studies=True,
        ),
        "company": Audience(
            N_("Collective self-consumption · note to companies"),
            lambda result: view_by_kind(result, FIRMS, "company"),
            (
                (
                    partial(
                        decision.first_page,
                        kinds=FIRMS,
                        nobody=N_("No company or association takes part."),
                        answering=answers_to_firm,
                    ),
                ),
                (
                    blocks.who,
                    blocks.keys,
                    lambda view: blocks.plan(view, ("cash", "corridor")) or blocks.when(view),
                    lambda view: blocks.departure(view, audiences.leaving(view)),
                    example,
                    blocks.commitments,
                ),
            ),
        ),
        "commune": Audience(
            N_("Collective self-consumption · note to the commune"),
            lambda result: view_by_kind(result, PUBLIC_BODIES, "commune"),
            (
                (
                    partial(
                        decision.first_page,
                        kinds=PUBLIC_BODIES,
                        nobody=N_("No public body takes part."),
                        answering=answers_to_body,
                    ),
                ),
                (lambda view: blocks.who(view, audiences.commune_heading(view)), blocks.finding, blocks.when),
                (_local_money, in_ten_years, blocks.commitments),
            ),
            {"days": lambda view: from_view.group_days_figure(view, 84.0)},
        ),
        "syndicate": Audience(
            N_("Collective self-consumption · note to the energy syndicate"),
            lambda result: view_of(result, "syndicate"),
            (
                (
                    _network_opening,
                    _where_lawful(acts_table),
                    audiences.places_table,
                    _where_lawful(decision.cancelling),
                    # What forbids takes the room of the months, the peaks theirs.
                    lambda view: None if view.result.is_lawful else _peaks(view),
                    _months_and_surplus,
                ),
                (blocks.when, blocks.finding, _where_lawful(_peaks)),
            ),
            {
                "months": lambda view: from_view.months_figure(view, 68.0),
                "surplus": lambda view: from_view.surplus_figure(view, 68.0),
            },
        ),
    }
)
"""The audiences of the core: the partners' brief first, then one for each."""

OF_STUDIES = dict.fromkeys(("lender", "treasurer", "engineer", "operator", "coordinator"), "notes")
"""The study that has each other audience."""


def audience_of(name: str | None) -> Audience:
    """Look an audience up; None for the partners.

    Raises:
        InputError: an unknown audience, a study that is not installed.
    """
    if name in AUDIENCES:
        return AUDIENCES[name]
    if name in OF_STUDIES:
        return cast("Audience", study_documents(OF_STUDIES[name], "--audience").AUDIENCES[name])
    known = ", ".join(name for name in (*AUDIENCES, *OF_STUDIES) if name)
    message = _("{name} is unknown: one of {known} is expected").format(name=name, known=known)
    raise InputError([Problem("--audience", message)])


def audience_view(result: Result, audience: str | None = None, person: str = "") -> View:
    """Return the view of who reads a brief: of one member, that of its sheet.

    Args:
        person: id of the member whose note it is; empty for all.

    Raises:
        InputError: an unknown audience, one that has no note of one member; as `sheet_view_of`.
    """
    row = audience_of(audience)
    if not person:
        return row.view(result)
    if not row.of_member:
        raise InputError([Problem("--person", sentence("person-of-notes", person=person))])
    return sheet_view_of(result, [holder.id for holder in holders_shown(result)].index(person))


def brief_document(result: Result, audience: str | None = None, person: str = "") -> Illustrated:
    """Brief as a document ready to compose.

    Args:
        audience: a name that `audience_of` knows; None for the brief that all partners read.
        person: id of the member whose note it is; empty for all.

    Raises:
        InputError: as `audience_view`, households that may not be shown.
    """
    row, view = audience_of(audience), audience_view(result, audience, person)
    sections = [Section(nodes) for nodes in (_page(view, page) for page in row.pages) if nodes]
    studies = list(study_briefs(result)) if row.studies else []
    if not result.is_lawful and len(sections) > 1:
        sections[1] = replace(sections[1], blocks=(comparison_only(), *sections[1].blocks))
    # Of what is not lawful, the lawful way follows the first page, before the figures that only compare.
    place = len(sections) if result.is_lawful else 1
    sections[place:place] = [Section(brief.block(kept)) for brief, kept in studies]
    sections += [blocks.last_pages(view)] if row.ends else []
    document = Document(
        look="brief",
        frame=overview.frame(view, " · ".join([_(row.title), *([view.holder.name] if view.holder else [])])),
        status=decision.page_status(view),
        sections=tuple(sections),
        ran_on=result.provenance.ran_on,
    )
    of_studies = (brief.drawings(kept) for brief, kept in studies)
    drawn = {name: picture(figure) for own in of_studies for name, (figure, *_words) in own.items()}
    return Illustrated(document, pictures(view, sections, row.figures) | drawn)


def _page(view: View, page: tuple[Block, ...]) -> tuple[Node, ...]:
    made = [block(view) for block in page]
    return tuple(present(*(node for each in made for node in (each if isinstance(each, list) else [each]))))
