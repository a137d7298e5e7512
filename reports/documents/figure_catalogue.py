"""Every figure by name: drawn from a result, alone or for a page, with its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from types import MappingProxyType

from matplotlib.figure import Figure

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.years.states import year_of
from reports.figures import from_view, local_prices
from reports.figures import tornado as tornado_drawing
from reports.figures.departures import leaving_figure
from reports.figures.drawn import Picture, picture
from reports.figures.mailed import caption, dpi_for, mailed
from reports.figures.years import StackedYears, stacked_years
from reports.format.money import thousands
from reports.format.unlawful import way_text
from reports.nodes import tree as nodes
from reports.sentences import (
    audiences,
    gains,
    limits,
    money,
    overview,
    recipients,
    years,
)
from reports.view import selection
from reports.view.view import View, view_of


@dataclass(frozen=True, slots=True)
class CatalogueFigure:
    """A figure of the table.

    Attributes:
        title: how the page calls it; not on the page without one.
        words: what it shows, for who does not see it.
        caption: how it is read, below it.
        exists: when there is something to draw.
        in_brief: when the partners' brief has a place for it.
    """

    draw: Callable[[View], Figure]
    words: Callable[[View], str]
    title: str = ""
    caption: Callable[[View], str] = lambda view: ""  # noqa: ARG005 - some stand without one
    exists: Callable[[View], bool] = lambda view: True  # noqa: ARG005 - most can always be drawn
    in_brief: Callable[[View], bool] = lambda view: True  # noqa: ARG005


def on_demand(view: View) -> bool:  # noqa: ARG001 - whatever the view
    """Return that the partners' brief has no place for it: other documents and the command line have."""
    return False


def years_figure(view: View) -> Figure:
    """Return the years of the plan, stacked; asked for where `tells_all_years`."""
    plan, scenario = view.result.years, view.result.scenario
    assert plan is not None  # that is when it exists
    own, shared, surplus = (
        plan.total(name) / 1000.0 for name in ("own_use_kwh", "received_kwh", "surplus_kwh")
    )
    starts = [plan.starts(year).year for year in range(1, len(own) + 1)]
    days = [day for change in scenario.changes for day in (change.since, change.until) if day is not None]
    changing = frozenset(starts[0] + year_of(day, scenario.steps) - 1 for day in days)
    return stacked_years(StackedYears(starts, own, shared, surplus, changing))


def tornado_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the tornado; asked for where `has_tornado`."""
    title = _("effect on the NPV of {value}, k€")
    if gains.of_everybody(view):
        title = _("effect on everybody’s NPV of {value}, k€")
    title = title.format(value=thousands(gains.expected(view).reference))
    return tornado_drawing.tornado(gains.swings(view), title, size_mm)


FIGURES: Mapping[str, CatalogueFigure] = MappingProxyType(
    {
        "flow": CatalogueFigure(from_view.flow_figure, overview.flow_alt, N_("Flow of energy")),
        "keys": CatalogueFigure(from_view.keys_figure, recipients.keys_alt, N_("Keys compared")),
        "days": CatalogueFigure(
            from_view.group_days_figure,
            audiences.group_days_alt,
            N_("Mean days"),
            audiences.group_days_caption,
        ),
        "weeks": CatalogueFigure(
            from_view.weeks_figure,
            audiences.weeks_alt,
            N_("Mean weeks"),
            audiences.weeks_caption,
            in_brief=on_demand,
        ),
        "months": CatalogueFigure(
            from_view.months_figure,
            audiences.months_alt,
            N_("Months"),
            audiences.months_caption,
            in_brief=on_demand,
        ),
        "heat": CatalogueFigure(
            from_view.heat_figure,
            audiences.heat_alt,
            N_("Hours served"),
            audiences.heat_caption,
            in_brief=on_demand,
        ),
        "surplus": CatalogueFigure(
            from_view.surplus_figure,
            audiences.surplus_caption,
            caption=audiences.surplus_caption,
            in_brief=on_demand,
        ),
        "cash": CatalogueFigure(
            from_view.cash_figure,
            gains.cash_alt,
            N_("Cash of the producers"),
            gains.cash_caption,
            selection.has_plan,
        ),
        "tornado": CatalogueFigure(
            tornado_figure,
            gains.tornado_alt,
            N_("One hypothesis at a time"),
            gains.tornado_caption,
            gains.has_tornado,
        ),
        "corridor": CatalogueFigure(
            local_prices.corridor_figure,
            money.corridor_alt,
            N_("Local prices that suit"),
            money.corridor_caption,
            selection.has_corridor,
        ),
        "leaving": CatalogueFigure(
            leaving_figure,
            years.leaving_alt,
            N_("If one of them leaves"),
            years.leaving_caption,
            selection.has_leavers,
        ),
        "years": CatalogueFigure(
            years_figure,
            years.years_alt,
            N_("Year by year"),
            years.years_caption,
            years.tells_all_years,
        ),
        "map": CatalogueFigure(
            from_view.map_figure,
            limits.map_alt,
            N_("Map of the sites"),
            limits.map_caption,
            selection.has_map,
        ),
    }
)
"""The one list that briefs and the command line read."""

UNTITLED: Mapping[str, str] = MappingProxyType({"surplus": N_("Surplus, hour by hour")})
"""Titles of figures that stand without one on a page."""

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
            "a folder with a plan, corridor for prices, years for dated changes of sites that publish, map "
            "for the places of two sites"
        )
        raise InputError([Problem("--figure", message.format(name=name))])
    figure = FIGURES[name].draw(view)
    wanted = WIDTHS_PX[size]
    title = _(FIGURES[name].title or UNTITLED[name])
    draws = result.ranges_draws if result.ranges else None
    above = caption(result.scenario, result.status, title, ran_on=view.ran_on, draws=draws)
    if above.warning:
        above = replace(above, warning=f"{above.warning} {way_text(result.way)}")
    return mailed(figure, above, dpi_for(figure, wanted) if wanted else PRINT_DPI)


def pictures(view: View, drawings: Mapping[str, Callable[[View], Figure]]) -> dict[str, Picture]:
    """Return the figures that exist among `drawings` (name of FIGURES to how it is drawn here)."""
    return {name: picture(draw(view)) for name, draw in drawings.items() if FIGURES[name].exists(view)}


def figure_of(view: View, name: str) -> nodes.Figure:
    """Return the place of a figure in a document: its name, what it shows, how it is read."""
    return nodes.Figure(name, FIGURES[name].words(view), FIGURES[name].caption(view))
