"""One hypothesis at a time: how far each moves a result, to the left or to the right of what is expected."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.axes import legend, lines_for, width_mm
from reports.figures.style import BODY, SMALL, blank, box, canvas
from reports.format.numbers import fr, signed
from reports.format.palette import BETTER, INK, MUTED, WORSE
from reports.view.selection import Swing

NAMES_MM, TOP_MM = 37.0, 6.0
GAP_MM = 1.0
BAR = 0.5
"""Height of a bar, as a part of its row."""


def tornado(swings: Sequence[Swing], title: str, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return a row a hypothesis, its moves drawn from the expected result, worse and better told apart."""
    width, height = size_mm
    figure = blank(width, height)
    legend(figure, 2.0, title, [])
    moves = [move for swing in swings for move in swing.moves_keur]
    decimals = 1 if max(map(abs, moves), default=0.0) < 10.0 else 0
    sides = _side_mm(moves, decimals)
    axes = box(
        figure, NAMES_MM + sides[0], TOP_MM, width - NAMES_MM - sum(sides) - 0.5, height - TOP_MM - 1.0
    )
    axes.axis("off")
    axes.set_xlim(min(0.0, *moves), max(0.0, *moves))
    axes.set_ylim(len(swings) - 0.5, -0.5)
    for row, swing in enumerate(swings):
        _bars(axes, row, swing, decimals)
    axes.axvline(0.0, color=INK, linewidth=0.9)
    _names(figure, swings, (height - TOP_MM - 1.0) / len(swings))
    return figure


def _side_mm(moves: Sequence[float], decimals: int) -> tuple[float, float]:
    """Return the room that the figures written beyond the bars take on each side."""
    left = [width_mm(signed(m, decimals), SMALL) for m in moves if m < 0.0]
    right = [width_mm(signed(m, decimals), SMALL) for m in moves if m >= 0.0]
    return max(left, default=0.0) + 2.0 * GAP_MM, max(right, default=0.0) + 2.0 * GAP_MM


def _bars(axes: Axes, row: int, swing: Swing, decimals: int) -> None:
    same_side = len({move < 0.0 for move in swing.moves_keur}) < len(swing.moves_keur)
    farthest = max(swing.moves_keur, key=abs)
    for move in sorted(swing.moves_keur, key=abs, reverse=True):
        inner = same_side and move != farthest
        colour = WORSE if move < 0.0 else BETTER
        axes.barh(row, move, height=BAR * (0.5 if inner else 1.0), color=colour, alpha=1.0 if inner else 0.85)
        if inner:
            continue
        axes.annotate(
            signed(move, decimals) if abs(move) > 0.0 else fr(0.0),
            (move, row),
            xytext=(-2.6 if move < 0.0 else 2.6, 0.0),
            textcoords="offset points",
            ha="right" if move < 0.0 else "left",
            va="center",
            size=SMALL,
            annotation_clip=False,
        )


def _names(figure: Figure, swings: Sequence[Swing], row_mm: float) -> None:
    words = canvas(figure)
    for row, swing in enumerate(swings):
        middle = TOP_MM + row_mm * (row + 0.5)
        name = lines_for(swing.name, BODY, NAMES_MM, 1)[0]
        up = 1.6 if swing.tried else 0.0
        words.text(0.0, middle - up, name, size=BODY, va="center")
        if swing.tried:
            words.text(0.0, middle + 1.8, swing.tried, size=SMALL, color=MUTED, va="center")
