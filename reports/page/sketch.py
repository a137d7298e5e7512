"""A curve as a small drawing: its line, and the stretches of which nothing is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

WIDTH, HEIGHT = 336.0, 80.0


@dataclass(frozen=True, slots=True)
class Sketch:
    """The path of a line, and each hole as its start and its width."""

    path: str
    holes: tuple[tuple[float, float], ...]


def sketch(values: Sequence[float]) -> Sketch:
    """Return the drawing of values at equal steps, NaN where none is known.

    >>> sketch([1.0, 2.0, float("nan"), 2.0]).holes
    ((168.0, 84.0),)
    """
    top = max((value for value in values if not isnan(value)), default=0.0) or 1.0
    step = WIDTH / max(len(values), 1)
    parts, holes, pen = [], list[tuple[float, float]](), "M"
    for rank, value in enumerate(values):
        x = round(rank * step, 1)
        if isnan(value):
            if holes and abs(holes[-1][0] + holes[-1][1] - x) < 0.11:
                holes[-1] = (holes[-1][0], round(x + step - holes[-1][0], 1))
            else:
                holes.append((x, round(step, 1)))
            pen = "M"
            continue
        y = round(HEIGHT * (1.0 - 0.95 * value / top), 1)
        parts.append(f"{pen}{x} {y}H{round(x + step, 1)}")
        pen = "L"
    return Sketch("".join(parts), tuple(holes))
