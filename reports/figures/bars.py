"""Effects as bars: one hypothesis at a time, and each departure on the others and on what is shared."""

from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.figures.axes import legend, lines_for, width_mm
from reports.figures.style import BODY, SMALL, blank, box, canvas
from reports.format.labels import capital
from reports.format.money import eur
from reports.format.numbers import fr, signed
from reports.format.palette import BETTER, INK, MUTED, SHARED, WORSE
from reports.view.selection import Swing, drawn_leavers
from reports.view.view import View

NAMES_MM, TOP_MM = 37.0, 6.0
GAP_MM, LINE_MM, CLOSE_MM = 1.0, 3.1, 2.6
BAR = 0.5
"""Height of a bar, as a part of its row."""


def tornado(swings: Sequence[Swing], title: str, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return a row a hypothesis, its moves drawn from the expected result, worse and better told apart."""
    width, height = size_mm
    figure = blank(width, height)
    legend(figure, 2.0, title, [])
    moves = [move for swing in swings for move in swing.moves_keur]
    decimals = 1 if max(map(abs, moves), default=0.0) < 10.0 else 0
    sides, rows_mm = _side_mm(swings, decimals), height - TOP_MM - 1.0
    axes = box(figure, NAMES_MM + sides[0], TOP_MM, width - NAMES_MM - sum(sides) - 0.5, rows_mm)
    axes.axis("off")
    axes.set_xlim(min(0.0, *moves), max(0.0, *moves))
    axes.set_ylim(len(swings) - 0.5, -0.5)
    for row, swing in enumerate(swings):
        _bars(axes, row, swing, decimals)
    axes.axvline(0.0, color=INK, linewidth=0.9)
    _names(figure, swings, rows_mm / len(swings))
    return figure


def _end_texts(swing: Swing, decimals: int) -> list[str]:
    """Text at the end of each bar: its effect, and the tested value."""
    texts = [signed(move, decimals) if abs(move) > 0.0 else fr(0.0) for move in swing.moves_keur]
    if len(swing.values) != len(texts):
        return texts
    return [_("{move} ({value})").format(move=a, value=b) for a, b in zip(texts, swing.values, strict=True)]


def _side_mm(swings: Sequence[Swing], decimals: int) -> tuple[float, float]:
    """Return the room that what is written beyond the bars takes on each side."""
    ends = [(m, t) for s in swings for m, t in zip(s.moves_keur, _end_texts(s, decimals), strict=True)]
    left = [width_mm(text, SMALL) for move, text in ends if move < 0.0]
    right = [width_mm(text, SMALL) for move, text in ends if move >= 0.0]
    return max(left, default=0.0) + 2.0 * GAP_MM, max(right, default=0.0) + 2.0 * GAP_MM


def _bars(axes: Axes, row: int, swing: Swing, decimals: int) -> None:
    same_side = len({move < 0.0 for move in swing.moves_keur}) < len(swing.moves_keur)
    farthest = max(swing.moves_keur, key=abs)
    ends = zip(swing.moves_keur, _end_texts(swing, decimals), strict=True)
    for move, text in sorted(ends, key=lambda end: abs(end[0]), reverse=True):
        inner = same_side and move != farthest
        colour = WORSE if move < 0.0 else BETTER
        axes.barh(row, move, height=BAR * (0.5 if inner else 1.0), color=colour, alpha=1.0 if inner else 0.85)
        if inner:
            continue
        axes.annotate(
            text,
            (move, row),
            xytext=(-2.6 if move < 0.0 else 2.6, 0.0),
            textcoords="offset points",
            ha="right" if move < 0.0 else "left",
            va="center",
            size=SMALL,
            annotation_clip=False,
        )


def _names(figure: Figure, swings: Sequence[Swing], row_mm: float) -> None:
    words, most = canvas(figure), int(row_mm / LINE_MM)
    for row, swing in enumerate(swings):
        middle = TOP_MM + row_mm * (row + 0.5)
        at_ends = len(swing.values) == len(swing.moves_keur)
        # A name is never cut in silence: on two closer lines before an ellipsis.
        name = lines_for(swing.name, BODY, NAMES_MM, 2 if row_mm > 2.0 * CLOSE_MM else 1)
        left = 0 if at_ends or not swing.tried else min(2, most - len(name))
        tried = lines_for(swing.tried, SMALL, NAMES_MM, left) if left else ()
        lines = [*((line, BODY, INK) for line in name), *((line, SMALL, MUTED) for line in tried)]
        for index, (line, size, colour) in enumerate(lines):
            step = LINE_MM if len(lines) <= most else CLOSE_MM
            y = middle + step * (index - (len(lines) - 1) / 2.0)
            words.text(0.0, y, line, size=size, color=colour, va="center")


COMPACT_MM, COMPACT_NAME_MM, COMPACT_ROW_MM, COMPACT_HEAD_MM = 86.0, 42.0, 6.6, 9.0
KWH_MM, EUR_MM = 14.0, 14.0
"""Room at the right for the numbers."""


def leaving_figure(view: View) -> Figure:
    """Draw the effect on the others and on shared energy of each departure, for a page."""
    rows = drawn_leavers(view)
    with_euros = all(change.others_change_eur is not None for _name, change in rows)
    figure = blank(COMPACT_MM, COMPACT_HEAD_MM + COMPACT_ROW_MM * len(rows))
    words = canvas(figure)
    kwh_mm = COMPACT_MM - (EUR_MM if with_euros else 0.0)
    head: dict[str, Any] = {"size": SMALL, "color": MUTED, "ha": "right", "va": "center", "linespacing": 1.1}
    words.text(kwh_mm, 4.0, _("not shared\n{unit}").format(unit=view.unit), **head)
    if with_euros:
        words.text(COMPACT_MM, 4.0, _("the others\n{unit}").format(unit=view.eur_unit), **head)
    room_mm = kwh_mm - KWH_MM - COMPACT_NAME_MM
    most = max(-change.shared_change_kwh for _name, change in rows)
    for index, (name, change) in enumerate(rows):
        y = COMPACT_HEAD_MM + COMPACT_ROW_MM * (index + 0.5)
        style: dict[str, Any] = {"size": SMALL, "ha": "right", "va": "center", "linespacing": 0.95}
        lines = lines_for(capital(name), SMALL, COMPACT_NAME_MM - 2.0)
        words.text(COMPACT_NAME_MM - 2.0, y, "\n".join(lines), **style)
        lost = max(0.0, -change.shared_change_kwh)
        width = room_mm * lost / most if most > 0.0 else 0.0
        words.add_patch(Rectangle((COMPACT_NAME_MM, y - 1.5), width, 3.0, color=SHARED, linewidth=0))
        words.text(kwh_mm, y, view.scale.plain(lost), size=BODY, ha="right", va="center")
        total = change.others_change_eur
        if with_euros and total is not None:
            colour = WORSE if eur(total).startswith("\u2212") else INK
            words.text(COMPACT_MM, y, _signed_eur(total), size=BODY, color=colour, ha="right", va="center")
    return figure


def _signed_eur(total_eur: float) -> str:
    text = eur(total_eur)
    return f"+{text}" if total_eur > 0.0 and text != eur(0.0) else text
