"""The scenario brief and its audiences, from a result to a document that a mayor reads in two minutes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias

from matplotlib.figure import Figure

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.result.result import Result
from reports.documents import blocks
from reports.documents.blocks import days_mm, days_titles, key_row_mm, last_pages
from reports.documents.engineer import engineer_pictures, engineer_sections
from reports.documents.figure_catalogue import FIGURES, figure_of, pictures, tornado_figure
from reports.documents.lender import lender_sections
from reports.documents.treasurer import treasurer_sections
from reports.figures import from_view, local_prices
from reports.figures.drawn import Illustrated, Picture, picture
from reports.nodes.tree import Document, Group, Node, Section, Tiles, titled
from reports.sentences import answer, audiences, overview
from reports.study import study_briefs
from reports.view import selection
from reports.view.privacy import FIRMS, PUBLIC_BODIES
from reports.view.view import View, view_by_kind, view_of

Drawings: TypeAlias = Mapping[str, Callable[[View], Figure]]

FLOW: Drawings = {"flow": from_view.flow_figure}
DAYS: Drawings = {"days": from_view.group_days_figure}
MAP: Drawings = {"map": from_view.map_figure}
MONEY: Drawings = {"cash": from_view.cash_figure, "corridor": local_prices.corridor_figure}


def _low_flow(view: View) -> dict[str, Picture]:
    """Low picture of the energy flow, for a page 1 without room."""
    return {"flow-low": picture(from_view.flow_figure(view, is_low=True))}


def _partners_pictures(view: View) -> dict[str, Picture]:
    money_mm = 56.0 if selection.has_corridor(view) else 62.0
    sized: Drawings = {
        "keys": lambda v: from_view.keys_figure(v, key_row_mm(v)),
        "days": lambda v: from_view.group_days_figure(v, 54.0 if selection.has_money_figures(v) else 110.0),
        "cash": lambda v: from_view.cash_figure(v, (86.0, money_mm)),
        "tornado": lambda v: tornado_figure(v, (86.0, money_mm)),
        "corridor": lambda v: local_prices.corridor_figure(v, (86.0, money_mm)),
    }
    in_brief = {name: figure.draw for name, figure in FIGURES.items() if figure.in_brief(view)}
    drawings = pictures(view, {**in_brief, **sized}) | _low_flow(view)
    for row in range(len(days_titles(view))):
        drawings[f"days-{row}"] = picture(from_view.member_days_figure(view, row, days_mm(view)))
    for brief, kept in study_briefs(view.result):
        drawings |= brief.pictures(kept)
    return drawings


def _partners_sections(view: View) -> list[Section]:
    reply = answer.answer(view)
    more = overview.lead(view, short=True) if reply else ""
    first = blocks.opening(reply or overview.lead(view), more, overview.tiles(view), answer.sure(view))
    who = [blocks.who(view), blocks.keys(view), *blocks.mean_days(view), *blocks.example(view)]
    return [
        Section(
            (*first, *blocks.in_ten_years(view), *blocks.request(view), *blocks.flow_and_essentials(view))
        ),
        Section(tuple(who)),
        Section((blocks.when(view), blocks.plan(view) or blocks.peaks(view))),
        *(Section((brief.block(kept),)) for brief, kept in study_briefs(view.result)),
    ]


def _company_pictures(view: View) -> dict[str, Picture]:
    own = MONEY if selection.has_money_figures(view) else DAYS
    return pictures(view, {"keys": from_view.keys_figure, **MAP, **own})


def _company_sections(view: View) -> list[Section]:
    nobody = _("No company or association takes part.")
    kinds = FIRMS if answer.readers_outcomes(view, FIRMS).members else None
    reply = answer.answer(view, kinds)
    lead = " ".join(filter(None, ["" if kinds else nobody, reply or overview.lead(view)]))
    more = overview.lead(view, short=True) if reply else ""
    first = blocks.opening(lead, more, overview.tiles(view, kinds), answer.sure(view, kinds))
    return [
        Section((*first, *blocks.request(view), blocks.who(view), *blocks.essentials(view, kinds))),
        Section(
            (
                blocks.keys(view),
                blocks.plan(view, tuple(MONEY)) or blocks.when(view),
                blocks.departure(view, audiences.leaving(view)),
                *blocks.example(view),
            )
        ),
    ]


def _commune_pictures(view: View) -> dict[str, Picture]:
    tall: Drawings = {"days": lambda v: from_view.group_days_figure(v, 84.0)}
    return pictures(view, {**FLOW, **tall, **MAP}) | _low_flow(view)


def _commune_sections(view: View) -> list[Section]:
    nobody = _("No public body takes part.")
    kinds = PUBLIC_BODIES if answer.readers_outcomes(view, PUBLIC_BODIES).members else None
    reply, story = answer.answer(view, kinds), audiences.commune_lead(view) if kinds else overview.lead(view)
    lead = " ".join(filter(None, ["" if kinds else nobody, reply or story]))
    tiles = audiences.commune_tiles(view) if kinds else overview.tiles(view)
    first = blocks.opening(lead, story if reply else "", tiles, answer.sure(view, kinds))
    money, essential = audiences.local_money(view), blocks.essentials(view, kinds)
    sites = blocks.who(view, audiences.commune_heading(view))
    last: Node = Tiles(tuple(audiences.peaks(view)))
    if money:
        last = blocks.listed(_("Where the euros of the local kWh go"), money)
    return [
        Section((*first, *blocks.in_ten_years(view), *blocks.request(view), sites, *essential)),
        Section((blocks.finding(view), blocks.when(view), last)),
    ]


def _syndicate_pictures(view: View) -> dict[str, Picture]:
    tall: Drawings = {
        "months": lambda v: from_view.months_figure(v, 68.0),
        "surplus": lambda v: from_view.surplus_figure(v, 68.0),
    }
    return pictures(view, {**FLOW, **DAYS, **MAP, **tall}) | _low_flow(view)


def _syndicate_sections(view: View) -> list[Section]:
    sure = f"{audiences.network_tiles_note(view)} {answer.sure(view)}"
    tiles = audiences.network_tiles(view)
    first = blocks.opening(audiences.network_lead(view), answer.answer(view), tiles, sure)
    places = replace(
        audiences.places_table(view),
        title=audiences.network_heading(view),
        note=audiences.network_note(view),
    )
    # What forbids takes the room of the months: the peaks stand in theirs.
    peaks, is_barred = blocks.peaks(view, injected=False), not view.result.is_lawful
    drawn = (
        titled(_("Month by month"), figure_of(view, "months")),
        titled(_("Surplus, hour by hour"), figure_of(view, "surplus")),
    )
    nodes = [places, *blocks.cancelling(view), *([peaks] if is_barred else [])]
    shown = [*blocks.request(view), *nodes, Group(drawn, 2, "pair")]
    return [
        Section((*first, *shown)),
        Section((blocks.when(view), blocks.finding(view), *([] if is_barred else [peaks]))),
    ]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a brief: what it is called, the rows it shows, its parts in their order, its figures."""

    kind: str
    view: Callable[[Result], View]
    sections: Callable[[View], list[Section]]
    pictures: Callable[[View], dict[str, Picture]]
    ends: bool = True
    """Whether rules, limits and sources follow."""


def _companies(result: Result) -> View:
    return view_by_kind(result, FIRMS, "company")


def _syndicate(result: Result) -> View:
    return view_of(result, "syndicate")


def _lender(result: Result) -> View:
    return view_of(result, "lender")


def _treasurer(result: Result) -> View:
    return view_of(result, "commune")


def _no_pictures(_view: View) -> dict[str, Picture]:
    return {}


def _public_sites(result: Result) -> View:
    return view_by_kind(result, PUBLIC_BODIES, "commune")


AUDIENCES: Mapping[str | None, Audience] = MappingProxyType(
    {
        None: Audience(
            N_("Collective self-consumption · note to partners"),
            view_of,
            _partners_sections,
            _partners_pictures,
        ),
        "company": Audience(
            N_("Collective self-consumption · note to companies"),
            _companies,
            _company_sections,
            _company_pictures,
        ),
        "commune": Audience(
            N_("Collective self-consumption · note to the commune"),
            _public_sites,
            _commune_sections,
            _commune_pictures,
        ),
        "syndicate": Audience(
            N_("Collective self-consumption · note to the energy syndicate"),
            _syndicate,
            _syndicate_sections,
            _syndicate_pictures,
        ),
        "lender": Audience(
            N_("Collective self-consumption · note to the lender"),
            _lender,
            lender_sections,
            _no_pictures,
            ends=False,
        ),
        "treasurer": Audience(
            N_("Collective self-consumption · note to the treasurer"),
            _treasurer,
            treasurer_sections,
            _no_pictures,
            ends=False,
        ),
        "engineer": Audience(
            N_("Collective self-consumption · note to the engineer"),
            _syndicate,
            engineer_sections,
            engineer_pictures,
            ends=False,
        ),
    }
)
"""The one list that the command line reads: the partners' brief first, then one for each audience."""


def brief_document(result: Result, audience: str | None = None) -> Illustrated:
    """Return the brief as a document ready to compose.

    Args:
        audience: a name of `AUDIENCES`; None for the brief that all partners read.

    Raises:
        InputError: an unknown audience, households that may not be shown.
    """
    if audience not in AUDIENCES:
        known = ", ".join(name for name in AUDIENCES if name)
        message = _("{name} is unknown: one of {known} is expected").format(name=audience, known=known)
        raise InputError([Problem("--audience", message)])
    chosen = AUDIENCES[audience]
    view = chosen.view(result)
    document = Document(
        look="brief",
        frame=overview.frame(view, _(chosen.kind)),
        status=answer.status(view),
        sections=(*chosen.sections(view), *([last_pages(view)] if chosen.ends else [])),
        ran_on=result.provenance.ran_on,
    )
    return Illustrated(document, chosen.pictures(view))
