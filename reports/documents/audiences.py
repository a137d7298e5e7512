"""Who reads a brief: the partners together, a company, a commune, the energy syndicate. One row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias

from matplotlib.figure import Figure

from acc.i18n import N_
from acc.result.result import Result
from reports.documents.figure_catalogue import FIGURES, pictures, tornado_figure
from reports.documents.page_room import days_mm, days_words, key_row_mm
from reports.documents.typeset import Picture, picture
from reports.figures import from_view, local_prices
from reports.view import selection
from reports.view.view import View, view_by_kind, view_of
from reports.words import answer, audiences, page1, page3_when
from reports.words.plan import plan_words

Drawings: TypeAlias = Mapping[str, Callable[[View], Figure]]

FLOW: Drawings = {"flow": from_view.flow_figure}
DAYS: Drawings = {"days": from_view.group_days_figure}
MAP: Drawings = {"map": from_view.map_figure}
MONEY: Drawings = {"cash": from_view.cash_figure, "corridor": local_prices.corridor_figure}


def _partners_pictures(view: View) -> dict[str, Picture]:
    money_mm = 56.0 if selection.has_corridor(view) else 62.0
    sized: Drawings = {
        "keys": lambda v: from_view.keys_figure(v, key_row_mm(v)),
        "days": lambda v: from_view.group_days_figure(v, 54.0 if selection.has_money_figures(v) else 110.0),
        "cash": lambda v: from_view.cash_figure(v, (86.0, money_mm)),
        "tornado": lambda v: tornado_figure(v, (86.0, money_mm)),
        "corridor": lambda v: local_prices.corridor_figure(v, (86.0, money_mm)),
    }
    held = {name: one.draw for name, one in FIGURES.items() if one.in_brief(view)}
    made = pictures(view, {**held, **sized})
    for row, words in enumerate(days_words(view)):
        made[words["picture"]] = picture(
            from_view.member_days_figure(view, row, days_mm(view)), page3_when.days_alt(view, row)
        )
    return made


def _company_pictures(view: View) -> dict[str, Picture]:
    own = MONEY if selection.has_money_figures(view) else DAYS
    return pictures(view, {"keys": from_view.keys_figure, **MAP, **own})


def _company_words(view: View) -> dict[str, object]:
    nobody = _("No company or association takes part.")
    kinds = audiences.COMPANIES if answer.readers(view, audiences.COMPANIES) else None
    told = answer.answer(view, kinds)
    return {
        "lead": " ".join(filter(None, ["" if kinds else nobody, told or page1.lead(view)])),
        "more": page1.lead(view, short=True) if told else "",
        "tiles": page1.tiles(view, kinds),
        "tiles_note": answer.sure(view, kinds),
        "leaving": audiences.leaving(view),
        "plan": plan_words(view, tuple(MONEY)),
    }


def _commune_pictures(view: View) -> dict[str, Picture]:
    tall: Drawings = {"days": lambda v: from_view.group_days_figure(v, 84.0)}
    return pictures(view, {**FLOW, **tall, **MAP})


def _commune_words(view: View) -> dict[str, object]:
    nobody = _("No public body takes part.")
    kinds = audiences.PUBLIC if answer.readers(view, audiences.PUBLIC) else None
    told, lead = answer.answer(view, kinds), audiences.commune_lead(view) if kinds else page1.lead(view)
    return {
        "lead": " ".join(filter(None, ["" if kinds else nobody, told or lead])),
        "more": lead if told else "",
        "tiles": audiences.commune_tiles(view) if kinds else page1.tiles(view),
        "tiles_note": answer.sure(view, kinds),
        "public": {
            "heading": audiences.commune_heading(view),
            "money_title": _("Where the euros of the local kWh go"),
            "money": audiences.local_money(view),
        },
    }


def _syndicate_pictures(view: View) -> dict[str, Picture]:
    tall: Drawings = {
        "months": lambda v: from_view.months_figure(v, 82.0),
        "surplus": lambda v: from_view.surplus_figure(v, 82.0),
    }
    return pictures(view, {**FLOW, **DAYS, **MAP, **tall})


def _syndicate_words(view: View) -> dict[str, object]:
    return {
        "lead": audiences.network_lead(view),
        "more": answer.answer(view),
        "tiles": audiences.network_tiles(view),
        "tiles_note": f"{audiences.network_tiles_note(view)} {answer.sure(view)}",
        "network": {
            "heading": audiences.network_heading(view),
            "places": audiences.places_table(view),
            "note": audiences.network_note(view),
            "months_title": _("Month by month"),
            "surplus_title": _("Surplus, hour by hour"),
        },
    }


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a brief: its template, its name, the rows it shows, the words and figures of its own."""

    template: str
    kind: str
    view: Callable[[Result], View]
    words: Callable[[View], dict[str, object]]
    pictures: Callable[[View], dict[str, Picture]]


def _companies(result: Result) -> View:
    return view_by_kind(result, audiences.COMPANIES, "company")


def _syndicate(result: Result) -> View:
    return view_of(result, "syndicate")


def _public_sites(result: Result) -> View:
    return view_by_kind(result, audiences.PUBLIC, "commune")


AUDIENCES: Mapping[str | None, Audience] = MappingProxyType(
    {
        None: Audience(
            "brief.typ",
            N_("Collective self-consumption · note to partners"),
            view_of,
            lambda view: {},  # noqa: ARG005 - nothing of its own
            _partners_pictures,
        ),
        "company": Audience(
            "company.typ",
            N_("Collective self-consumption · note to companies"),
            _companies,
            _company_words,
            _company_pictures,
        ),
        "commune": Audience(
            "commune.typ",
            N_("Collective self-consumption · note to the commune"),
            _public_sites,
            _commune_words,
            _commune_pictures,
        ),
        "syndicate": Audience(
            "syndicate.typ",
            N_("Collective self-consumption · note to the energy syndicate"),
            _syndicate,
            _syndicate_words,
            _syndicate_pictures,
        ),
    }
)
"""The one list that the command line reads: the partners' brief first, then one for each audience."""
