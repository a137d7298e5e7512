"""The small pieces that figures share: measured words, a line of swatches, scales with round steps."""

from collections.abc import Sequence
from functools import lru_cache
from math import floor, log10

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from reports.figures.letters import FALLBACK_FILES, FONT_FILES, printable
from reports.figures.panel import Panel
from reports.figures.style import BODY, MM_PER_INCH, SEMIBOLD, SMALL, in_mm
from reports.format.numbers import fr
from reports.format.palette import GRID, INK, MUTED, RULE

POINTS_PER_INCH = 72.0
MEASURED_AT = 200.0


@lru_cache(maxsize=4096)
def width_mm(text: str, size: float, bold: bool = False) -> float:
    """Return the printed width of a line of text."""
    font = font_manager.get_font([FONT_FILES[2 if bold else 0], FALLBACK_FILES[bold]])
    # Measured large, so that the grid of screen pixels does not round the letters.
    font.set_size(MEASURED_AT, POINTS_PER_INCH)
    font.set_text(printable(text))
    points = float(font.get_width_height()[0]) / 64.0 * size / MEASURED_AT
    return points / POINTS_PER_INCH * MM_PER_INCH


def lines_for(text: str, size: float, room_mm: float, most: int = 2) -> tuple[str, ...]:
    """Return `text` on at most `most` lines of `room_mm`; what still does not fit ends with an ellipsis."""
    if width_mm(text, size) <= room_mm:  # as most are: measured once, not word after word
        return (text,)
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(joined, size) <= room_mm:
            lines[-1] = joined
        else:
            lines.append(word)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])] if len(lines) > most else lines
    return tuple(shortened(line, size, room_mm) for line in kept)


def shortened(text: str, size: float, room_mm: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room_mm`."""
    if width_mm(text, size) <= room_mm:
        return text
    cut = text
    while cut and width_mm(f"{cut.rstrip()}…", size) > room_mm:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"


def unique_labels(names: Sequence[str], size: float, room_mm: float) -> list[str]:
    """Return names cut to a room; those that would read alike lose their middle, not their end."""
    cut = [shortened(name, size, room_mm) for name in names]
    alike = {text for text in cut if len({n for n, c in zip(names, cut, strict=True) if c == text}) > 1}
    return [
        _without_middle(name, size, room_mm) if text in alike else text
        for name, text in zip(names, cut, strict=True)
    ]


def _without_middle(text: str, size: float, room_mm: float) -> str:
    for kept in range(len(text) - 1, 1, -1):
        start, end = (kept + 1) // 2, len(text) - kept // 2
        cut = f"{text[:start].rstrip()}…{text[end:].lstrip()}"
        if width_mm(cut, size) <= room_mm:
            return cut
    return "…"


def spread(centres: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions as near as possible to `centres` (ascending), `gap` apart, inside [low, high]; all mm.

    >>> spread([1.0, 1.2, 9.0], 2.0, 0.0, 10.0)
    [1.0, 3.0, 9.0]
    """
    placed: list[float] = []
    for centre in centres:
        placed.append(max(centre, placed[-1] + gap) if placed else max(centre, low))
    for index in range(len(placed) - 1, -1, -1):
        limit = high if index == len(placed) - 1 else placed[index + 1] - gap
        placed[index] = min(placed[index], limit)
    return placed


def nice_step(largest: float, about: int = 4) -> float:
    """Return a round step (1, 2 or 5 times a power of ten, or 25, 250) for about `about` parts of `largest`.

    >>> nice_step(730.0), nice_step(0.0)
    (200.0, 1.0)
    """
    if not largest > 0.0:
        return 1.0
    raw = largest / about
    power = 10.0 ** floor(log10(raw))
    # Steps below 25 stay whole, or have one digit.
    steps = (1.0, 2.0, 2.5, 5.0, 10.0) if power >= 10.0 else (1.0, 2.0, 5.0, 10.0)
    return min((m * power for m in steps), key=lambda step: abs(step - raw))


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values from `low` to `high`, in their unit, zero among them when it lies between.

    >>> ticks(0.0, 1.0), ticks(0.136, 0.136 + 1e-16)
    ([0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0], [0.136])
    """
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # the same but for rounding
        return [low]
    step = nice_step(high - low, about)
    first, last = floor(low / step + 1e-9), floor(high / step + 1e-9)
    return [index * step for index in range(first if low < 0.0 else max(first, 0), last + 1)]


def tick_texts(marks: Sequence[float]) -> list[str]:
    """Return marks as they are printed, with the decimals that keep them apart.

    >>> tick_texts([0.0, 0.5, 1.0]), tick_texts([0.0, 2000.0])
    (['0.0', '0.5', '1.0'], ['0', '2,000'])
    """
    for decimals in range(4):
        texts = [fr(mark, decimals) for mark in marks]
        if all(abs(mark - round(mark, decimals)) < 1e-9 for mark in marks):
            return texts
    return texts


def legend(
    figure: Figure, top_mm: float, unit: str, entries: Sequence[tuple[str, str, str]], left_mm: float = 0.0
) -> None:
    """Draw one line: the unit, then swatches with their words.

    Args:
        entries: (kind, colour, word), the kind being "area" or "line".
    """
    mm = in_mm(figure)
    figure.text(left_mm, top_mm, unit, size=SMALL, color=MUTED, va="center", transform=mm)
    x = left_mm + max(width_mm(unit, SMALL) + 5.0, 8.4)
    for kind, colour, word in entries:
        if kind == "area":
            figure.add_artist(Rectangle((x, top_mm - 0.9), 3.2, 1.8, color=colour, linewidth=0, transform=mm))
        else:
            figure.add_artist(
                Line2D((x, x + 3.6), (top_mm, top_mm), color=colour, linewidth=1.4, transform=mm)
            )
        figure.text(x + 4.4, top_mm, word, size=SMALL, color=INK, va="center", transform=mm)
        x += 4.4 + width_mm(word, SMALL) + 4.6


def strong(axes: Axes | Panel, x: float, y: float, text: str, **style: object) -> None:
    """Write a semibold word."""
    axes.text(x, y, text, **{"weight": SEMIBOLD, "size": BODY, **style})  # type: ignore[arg-type]


def level_scale(axes: Axes, low: float, high: float, room: float = 0.0) -> None:
    """Set a level scale for rows of amounts, a line at zero; `room`: left of it besides, in amounts."""
    margin = 0.03 * (high - low)
    axes.set_xlim(low - (margin if low < 0.0 else 0.0) - room, high + margin)
    marks = [mark for mark in ticks(low, high, 5) if low - margin <= mark <= high + margin]
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.axvline(0.0, color=INK if low < 0.0 else RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def row_scale(axes: Axes, count: int, low: float, high: float, title: str, room: float) -> None:
    """Set the level scale of `count` rows, the first on top; `room` on each side, as a part of the span."""
    marks, margin = ticks(low, high), room * max(high - low, 1.0)
    axes.set_xlim(min(low, marks[0]) - margin, max(high, marks[-1]) + margin)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.set_xlabel(title, size=SMALL)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if marks[0] <= 0.0 <= marks[-1]:
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.spines["bottom"].set_color(RULE)
