"""The front of fairness: euros for everybody against the worst served, or against evenness, keys beside."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from acc.front.result import Front, FrontPoint, PointKind, PointValues
from acc.i18n import N_
from reports.figures.axes import lines_for, nice_step, spread, tick_texts, ticks
from reports.figures.mailed import caption, mailed
from reports.figures.style import BODY, SEMIBOLD, SLIDE_DPI, SMALL, blank, box, canvas
from reports.format.labels import key_title
from reports.format.numbers import fr
from reports.format.palette import BETTER, GRID, INK, MUTED, SHARED, SHARED_DARK, SHARED_LIGHT
from reports.studies.front.screen import more_eur, yearly

WIDTH_MM, HEIGHT_MM = 178.0, 104.0
LEFT_MM, TOP_MM, RIGHT_MM, BOTTOM_MM = 15.0, 13.0, 50.0, 13.0
ROOM = 0.06
"""Of the scale, around what is drawn."""

FAR = 1.0
"""A key further below the front than this part of its own span is drawn on the lower edge."""

LEAST_EUR = 1.0
"""A front that moves by less costs nothing: the scale is then that of the keys."""

LABEL_MM = 4.2


class _Across(NamedTuple):
    """What is counted along the foot, fairer to the right.

    Attributes:
        place: where a split stands; `text` a mark of the scale in words.
        end: a place that no split passes, at the right or at the left.
    """

    place: Callable[[PointValues], float]
    text: Callable[[float], str]
    end: tuple[float, float]
    foot: str
    title: str


WORST = _Across(
    lambda values: 100.0 * values.worst_ratio,
    lambda mark: f"{fr(mark, 0 if mark == int(mark) else 1)} %",
    (0.0, 100.0),
    N_("need served of the worst served, of those who can receive"),
    N_("Euros for all against the worst served: no split lies above the line"),
)
EVEN = _Across(
    lambda values: -values.gini,
    lambda mark: fr(-mark, 2),
    (-1.0, 0.0),
    N_("Gini index of what is served, of those who can receive: 0 when all cover the same part"),
    N_("Euros for all against evenness: no split lies above the line"),
)


class _Key(NamedTuple):
    """A key: its title, where it stands across, euros a year above today's key."""

    title: str
    across: float
    yearly_eur: float
    is_today: bool


def _drawn(front: Front, points: Sequence[FrontPoint], across: _Across) -> Figure:
    """Return the front and each key on it or below it; its points are numbered where one is kept as a key."""
    line = [(across.place(point.values), more_eur(front, point)) for point in points]
    keys = _keys(front, across)
    figure = blank(WIDTH_MM, HEIGHT_MM)
    under = canvas(figure)
    axes = box(figure, LEFT_MM, TOP_MM, WIDTH_MM - LEFT_MM - RIGHT_MM, HEIGHT_MM - TOP_MM - BOTTOM_MM)
    axes.patch.set_alpha(0.0)
    low, high = _limits(axes, line, keys, across)
    today = next(key for key in keys if key.is_today)
    if not front.status.is_unlawful:  # nothing is better of what may not be founded
        _better(axes, today, high)
    axes.axhline(0.0, color=MUTED, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
    axes.axvline(today.across, color=MUTED, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
    colour = MUTED if front.status.is_unlawful else SHARED
    axes.plot(*zip(*line, strict=True), color=colour, linewidth=1.8, zorder=2)
    _points(axes, points, line, numbered=across is WORST)
    over = canvas(figure)
    _place_keys((under, over), axes, keys, low, high)
    over.text(2.0, 3.6, _(across.title), size=BODY, weight=SEMIBOLD, color=INK, va="center")
    over.text(2.0, 8.4, _("euros a year for everybody together, beside today's key"), size=SMALL,
               color=MUTED, va="center")  # fmt: skip
    return figure


def _better(axes: Axes, today: _Key, high_eur: float) -> None:
    """Tint where a split is better than today's key on both sides."""
    axes.add_patch(Rectangle((today.across, 0.0), 200.0, high_eur, color=SHARED_LIGHT, linewidth=0, zorder=0))
    left, right = axes.get_xlim()
    room_mm = (WIDTH_MM - LEFT_MM - RIGHT_MM) * (right - max(today.across, left)) / (right - left)
    words = lines_for(_("better on both sides"), SMALL, room_mm, 3)
    axes.text(right, high_eur, "\n".join(f"{line} " for line in words), size=SMALL, color=SHARED_DARK,
              ha="right", va="top")  # fmt: skip


def front_png(front: Front, *, even: bool = False) -> bytes:
    """Return the front against the worst served, or `even` against the Gini index, as wide as a slide."""
    title = _("What fairness costs, against the Gini index") if even else _("What fairness costs")
    figure = _drawn(front, front.even_points, EVEN) if even else _drawn(front, front.points, WORST)
    return mailed(figure, caption(front.scenario, front.status, title, key=front.today), SLIDE_DPI)


def _keys(front: Front, across: _Across) -> list[_Key]:
    return [
        _Key(
            key_title(name),
            across.place(place.values),
            yearly(front, place.values.gain_eur_ht - front.here.gain_eur_ht),
            name == front.today,
        )
        for name, place in front.keys.items()
    ]


def _limits(
    axes: Axes, line: Sequence[tuple[float, float]], keys: Sequence[_Key], across: _Across
) -> tuple[float, float]:
    euros = [eur for _worst, eur in line] + [0.0]
    top, bottom = max(euros), min(euros)
    flat = top - bottom < LEAST_EUR
    span = max(top - bottom, LEAST_EUR)
    bottom = min([bottom, *(key.yearly_eur for key in keys if flat or key.yearly_eur >= bottom - FAR * span)])
    span = max(top - bottom, LEAST_EUR)
    low, high = bottom - ROOM * span, top + 2.0 * ROOM * span
    places = [place for place, _eur in line] + [key.across for key in keys]
    left, right = min(places), max(places)
    room = ROOM * max(right - left, 0.01 * (across.end[1] - across.end[0]))
    axes.set_xlim(max(left - room, across.end[0] - room), min(right + room, across.end[1] + room))
    axes.set_ylim(low, high)
    step = nice_step(high - low, 5)
    marks = [index * step for index in range(int(low // step), int(high // step) + 1) if index * step >= low]
    axes.set_yticks(marks, tick_texts(marks))
    foot = [mark for mark in ticks(left, right, 6) if left - room <= mark <= right + room]
    axes.set_xticks(foot, [across.text(mark) for mark in foot])
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(_(across.foot), size=SMALL, color=MUTED)
    return low, high


def _points(
    axes: Axes, points: Sequence[FrontPoint], line: Sequence[tuple[float, float]], *, numbered: bool
) -> None:
    """Mark the points, those that have a name larger and numbered."""
    for number, (point, (worst, eur)) in enumerate(zip(points, line, strict=True), start=1):
        named = numbered and point.kind is not PointKind.STEP
        axes.plot([worst], [eur], marker="o", markersize=5.4 if named else 2.6, color=SHARED_DARK,
                  markerfacecolor=SHARED if named else SHARED_DARK, zorder=3)  # fmt: skip
        if named:
            axes.annotate(fr(number), (worst, eur), xytext=(3.5, 3.5), textcoords="offset points",
                          size=SMALL, weight=SEMIBOLD, color=SHARED_DARK, zorder=4)  # fmt: skip


def _place_keys(
    layers: tuple[Axes, Axes], axes: Axes, keys: Sequence[_Key], low_eur: float, high_eur: float
) -> None:
    """Mark each key, its name at the right, a thin line between; one far below stands on the lower edge."""
    height = HEIGHT_MM - TOP_MM - BOTTOM_MM
    (under, words), x_mm = layers, WIDTH_MM - RIGHT_MM + 6.0
    left, right = axes.get_xlim()

    def at_mm(amount_eur: float) -> float:
        return TOP_MM + height * (high_eur - max(amount_eur, low_eur)) / (high_eur - low_eur)

    ordered = sorted(keys, key=lambda key: (-round(key.yearly_eur), -key.across))
    lines = spread([at_mm(key.yearly_eur) for key in ordered], LABEL_MM, TOP_MM, HEIGHT_MM - 4.0)
    for key, y_mm in zip(ordered, lines, strict=True):
        outside = key.yearly_eur < low_eur
        colour, size = (BETTER, 6.4) if key.is_today else (INK, 4.6)
        place = LEFT_MM + (WIDTH_MM - LEFT_MM - RIGHT_MM) * (key.across - left) / (right - left)
        under.plot([place, x_mm - 1.0], [at_mm(key.yearly_eur), y_mm], color=GRID, linewidth=0.5)
        words.plot([place], [at_mm(key.yearly_eur)], marker="v" if outside else "D", markersize=size * 0.8,
                   color=colour, markerfacecolor=colour if key.is_today else "white", zorder=5)  # fmt: skip
        text = f"{key.title} ({fr(key.yearly_eur)} €)" if outside else key.title
        weight = SEMIBOLD if key.is_today else "normal"
        words.text(x_mm, y_mm, text, size=SMALL, weight=weight, color=colour, va="center")
