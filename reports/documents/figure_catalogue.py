"""Every figure by name: drawn from a result, alone or for a page, with its words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from types import MappingProxyType

from matplotlib.figure import Figure

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.years.states import year_of
from reports.figures import bars as tornado_drawing
from reports.figures import from_view as plots
from reports.figures import money as money_drawing
from reports.figures.bars import leaving_figure
from reports.figures.drawn import Picture, picture
from reports.figures.mailed import caption, dpi_for, mailed
from reports.figures.time import stacked_years
from reports.format.money import thousands
from reports.format.unlawful import way_text
from reports.format.wording import sentence
from reports.nodes import tree as nodes
from reports.sentences import audiences as hours
from reports.sentences import gains, limits, money, overview, recipients, years
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
    """

    title: str
    draw: Callable[[View], Figure]
    words: Callable[[View], str]
    caption: Callable[[View], str] = lambda view: ""  # noqa: ARG005 - some stand without one
    exists: Callable[[View], bool] = lambda view: True  # noqa: ARG005 - most can always be drawn


def years_figure(view: View) -> Figure:
    """Return the years of the plan, stacked; asked for where `tells_all_years`."""
    plan, scenario = view.result.years, view.result.scenario
    assert plan is not None  # that is when it exists
    names = ("own_use_kwh", "received_kwh", "surplus_kwh")
    own, shared, surplus = (plan.total(name) / 1000.0 for name in names)
    starts = [plan.starts(year).year for year in range(1, len(own) + 1)]
    days = [day for change in scenario.changes for day in (change.since, change.until) if day is not None]
    changing = frozenset(starts[0] + year_of(day, scenario.steps) - 1 for day in days)
    return stacked_years(starts, (own, shared, surplus), changing)


def tornado_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the tornado; asked for where `has_tornado`."""
    name = "effect-on-npv-of-all" if gains.of_everybody(view) else "effect-on-npv"
    title = sentence(name, value=thousands(gains.expected(view).reference))
    return tornado_drawing.tornado(gains.swings(view), title, size_mm)


FIGURES: Mapping[str, CatalogueFigure] = MappingProxyType(
    {
        "flow": CatalogueFigure(N_("Flow of energy"), plots.flow_figure, overview.flow_alt),
        "keys": CatalogueFigure(N_("Keys compared"), plots.keys_figure, recipients.keys_alt),
        "days": CatalogueFigure(
            N_("Mean days"), plots.group_days_figure, hours.group_days_alt, hours.group_days_caption
        ),
        "months": CatalogueFigure(N_("Months"), plots.months_figure, hours.months_alt, hours.months_caption),
        "heat": CatalogueFigure(N_("Hours served"), plots.heat_figure, hours.heat_alt, hours.heat_caption),
        "surplus": CatalogueFigure("", plots.surplus_figure, hours.surplus_caption, hours.surplus_caption),
        "cash": CatalogueFigure(
            N_("Cash of the producers"),
            plots.cash_figure,
            gains.cash_alt,
            gains.cash_caption,
            selection.has_plan,
        ),
        "tornado": CatalogueFigure(
            N_("One hypothesis at a time"),
            tornado_figure,
            gains.tornado_alt,
            gains.tornado_caption,
            gains.has_tornado,
        ),
        "corridor": CatalogueFigure(
            N_("Local prices that suit"),
            money_drawing.corridor_figure,
            money.corridor_alt,
            money.corridor_caption,
            selection.has_corridor,
        ),
        "leaving": CatalogueFigure(
            N_("If one of them leaves"),
            leaving_figure,
            years.leaving_alt,
            years.leaving_caption,
            selection.has_leavers,
        ),
        "years": CatalogueFigure(
            N_("Year by year"), years_figure, years.years_alt, years.years_caption, years.tells_all_years
        ),
        "map": CatalogueFigure(
            N_("Map of the sites"), plots.map_figure, limits.map_alt, limits.map_caption, selection.has_map
        ),
    }
)
"""The one list that briefs and the command line read."""

MONEY_FIGURES = ("cash", "tornado", "corridor", "leaving")
"""Of them, those of money, the most telling first."""

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
        raise InputError([Problem("--figure", sentence("figure-missing", name=name))])
    figure = FIGURES[name].draw(view)
    wanted = WIDTHS_PX[size]
    title = _(FIGURES[name].title or UNTITLED[name])
    draws = result.ranges_draws if result.ranges else None
    above = caption(result.scenario, result.status, title, ran_on=view.ran_on, draws=draws)
    if above.warning:
        above = replace(above, warning=f"{above.warning} {way_text(result.way)}")
    return mailed(figure, above, dpi_for(figure, wanted) if wanted else PRINT_DPI)


def pictures(
    view: View, sections: Iterable[nodes.Section], sized: Mapping[str, Callable[[View], Figure]]
) -> dict[str, Picture]:
    """Figures that some sections have a place for, drawn: as `sized` says, else as they are alone."""
    every = [node for section in sections for block in section.blocks for node in nodes.walk(block)]
    names = {node.name for node in every if isinstance(node, nodes.Figure)}
    drawings = {name: figure.draw for name, figure in FIGURES.items()} | dict(sized)
    return {name: picture(drawings[name](view)) for name in sorted(names & drawings.keys())}


def figure_of(view: View, name: str) -> nodes.Figure:
    """Return the place of a figure in a document: its name, what it shows, how it is read."""
    return nodes.Figure(name, FIGURES[name].words(view), FIGURES[name].caption(view))


def money_figures(view: View, names: Iterable[str] = MONEY_FIGURES) -> list[nodes.Group]:
    """Figures of money that exist, each under its title."""
    shown = [name for name in names if FIGURES[name].exists(view)]
    return [nodes.titled(_money_title(view, name), figure_of(view, name)) for name in shown]


def _money_title(view: View, name: str) -> str:
    if name == "cash" and selection.sole_value(view) is not None:
        return _("Cash of plants and bills")
    return money.corridor_heading(view) if name == "corridor" else _(FIGURES[name].title)
