"""Round marks of an axis, and values as the path of a drawing."""

import math

from acc.arrays import FloatArray


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return round marks, about `count` of them, within the ends; zero is one when it lies between.

    >>> ticks(-20.0, 10_900.0, 3), ticks(0.0, 640.0, 3)
    ([0.0, 5000.0, 10000.0], [0.0, 200.0, 400.0, 600.0])
    """
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    # The round step nearest above three quarters: neither two marks only nor a crowd.
    step = next(power * k for k in (1.0, 2.0, 5.0, 10.0) if power * k >= rough * 0.75)
    first = math.ceil(low / step)
    last = math.floor(high / step)
    return [rank * step + 0.0 for rank in range(first, last + 1)]


def root_of(value: float) -> float:
    """Return the place of a value on an axis of square roots, which does not crush small ones.

    >>> root_of(10_000.0), root_of(-400.0)
    (100.0, -20.0)
    """
    return math.copysign(math.sqrt(abs(value)), value)


def root_ticks(low: float, high: float, count: int) -> list[float]:
    """Return round values about evenly apart on an axis of square roots, whose ends these are.

    >>> root_ticks(0.0, 600.0, 5)
    [0.0, 10000.0, 50000.0, 100000.0, 200000.0]
    """
    values = {_round(math.copysign(place * place, place)) for place in ticks(low, high, count)}
    return sorted(value for value in values if low <= root_of(value) <= high)


def _round(value: float) -> float:
    """Return the figure of one digit, 1, 2 or 5, that lies nearest by its root."""
    if not value:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(value)))
    near = min(
        (power * k for k in (1.0, 2.0, 5.0, 10.0)), key=lambda k: abs(math.sqrt(k) - root_of(abs(value)))
    )
    return math.copysign(near, value)


def line_path(values: FloatArray, top: float, size: tuple[float, float]) -> str:
    """Return values at equal steps as a line over the width of a drawing, `top` at its upper edge."""
    return "M" + "L".join(_points(values, top, size)) if len(values) else ""


def area_path(low: FloatArray, high: FloatArray, top: float, size: tuple[float, float]) -> str:
    """Return the area between two lines; see `line_path`."""
    if not len(low):
        return ""
    return "M" + "L".join([*_points(high, top, size), *reversed(_points(low, top, size))]) + "Z"


def _points(values: FloatArray, top: float, size: tuple[float, float]) -> list[str]:
    width, height = size[0] / max(len(values) - 1, 1), size[1]
    return [f"{i * width:.1f} {height * (1.0 - value / top):.1f}" for i, value in enumerate(values.tolist())]
