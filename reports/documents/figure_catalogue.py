"""Every figure by name: drawn from a result, alone or for a page, with its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from types import MappingProxyType

from matplotlib.figure import Figure

from acc.problem import InputError, Problem
from acc.result import Result
from reports.documents.typeset import Picture, picture
from reports.figures import from_view as drawn
from reports.figures.members import leaving_figure
from reports.figures.style import png
from reports.view.view import View, view_of
from reports.words import audiences as content_audience
from reports.words import leaving as content_members
from reports.words import limits as content_limits
from reports.words import money_page as content_money
from reports.words import page1 as content
from reports.words import page2_who as content_who
from reports.words import page3_when as content_when
from reports.words import tornado as content_alone


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of the table: how it is drawn, what it says in words, when there is something to draw."""

    draw: Callable[[View], Figure]
    words: Callable[[View], str]
    exists: Callable[[View], bool] = lambda view: True  # noqa: ARG005 - most can always be drawn


FIGURES: Mapping[str, Drawing] = MappingProxyType(
    {
        "flow": Drawing(drawn.flow_figure, content.flow_alt),
        "keys": Drawing(drawn.keys_figure, content_who.keys_alt),
        "weeks": Drawing(drawn.weeks_figure, content_when.weeks_alt),
        "months": Drawing(drawn.months_figure, content_when.months_alt),
        "heat": Drawing(drawn.heat_figure, content_when.heat_alt),
        "surplus": Drawing(drawn.surplus_figure, content_audience.surplus_caption),
        "cash": Drawing(drawn.cash_figure, content_money.cash_alt, drawn.has_plan),
        "tornado": Drawing(
            content_alone.tornado_figure, content_alone.tornado_alt, content_alone.has_tornado
        ),
        "corridor": Drawing(drawn.corridor_figure, content_money.corridor_alt, drawn.has_corridor),
        "leaving": Drawing(leaving_figure, content_members.leaving_alt, content_members.has_leavers),
        "map": Drawing(drawn.map_figure, content_limits.map_alt, drawn.has_map),
    }
)
"""The one list that briefs and the command line read."""

WIDTHS_PX: Mapping[str, int] = MappingProxyType({"page": 0, "slide": 1920})
"""Widths of the pictures: as printed at 300 dots per inch, or that of a slide."""
PRINT_DPI = 300


def figure_png(result: Result, name: str, size: str = "page") -> bytes:
    """Return the figure `name` of FIGURES as a PNG, as printed ("page") or as wide as a slide ("slide").

    Raises:
        KeyError: an unknown name or size.
        InputError: a figure of what the result does not hold, households that may not be shown.
    """
    view = view_of(result)
    if not FIGURES[name].exists(view):
        message = _(
            "{name}: the results do not hold it; cash asks for [finance], tornado for a sweep (acc sweep) of "
            "a folder with a plan, corridor for prices, map for the places of two sites"
        )
        raise InputError([Problem("--figure", message.format(name=name))])
    figure = FIGURES[name].draw(view)
    wanted = WIDTHS_PX[size]
    return png(figure, round(wanted / float(figure.get_size_inches()[0])) if wanted else PRINT_DPI)


def pictures(view: View, drawings: Mapping[str, Callable[[View], Figure]]) -> dict[str, Picture]:
    """Return the figures that exist among `drawings` (name of FIGURES to how it is drawn here)."""
    return {
        name: picture(draw(view), FIGURES[name].words(view))
        for name, draw in drawings.items()
        if FIGURES[name].exists(view)
    }
