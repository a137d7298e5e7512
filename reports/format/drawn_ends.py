"""The ends of ranges with as many figures as their draws bear."""

from math import ceil, floor, isfinite, log10

MOST_STEPS = 12.0
"""Of the last figure in a range.

From one seed of 200 draws to another an end moves by 4 to 6 % of the range (half of the time; 14 % once in
twenty): by less than two such steps, so that what is printed moves by one at most in 19 pairs of seeds of 20.
"""

LEAST_END_RATIO = 0.05
"""Of a range: an end that lies farther from nothing is not printed as nothing."""


def borne_ends(low: float, high: float, decimals: int, central: float | None = None) -> tuple[float, float]:
    """Return the ends of what was drawn with the figures that draws bear, `decimals` at most.

    They are counted in ones, twos or fives: in tens alone, an end could stray by a third of the range. A
    range that `decimals` would make one figure keeps those that tell its ends apart.

    Args:
        central: what is printed beside the range, between its ends: none is rounded to the wrong side of it.

    >>> borne_ends(7.26, 10.41, 1), borne_ends(285.6, 373.7, 0), borne_ends(-18.0, 181.0, 0)
    ((7.5, 10.5), (290.0, 370.0), (-20.0, 180.0))
    >>> borne_ends(99.52, 99.96, 0)
    (99.5, 99.95)
    >>> borne_ends(0.0, 103.4, 0), borne_ends(0.0, 103.4, 0, central=103.4)
    ((0.0, 100.0), (0.0, 110.0))
    """
    step = borne_step(low, high, decimals)
    least, most = _in_steps(low, step), _in_steps(high, step)
    if central is None or not (low <= central <= high and isfinite(high - low)):
        return least, most
    lower, upper = (round(to_step(central / step) * step, 9) + 0.0 for to_step in (floor, ceil))
    return min(least, lower), max(most, upper)


def borne_step(low: float, high: float, decimals: int) -> float:
    """Rounding step of both ends of a range; see `borne_ends`.

    >>> borne_step(7.26, 10.41, 1), borne_step(285.6, 373.7, 0), borne_step(285.6, 285.6, 0)
    (0.5, 10.0, 1.0)
    """
    wide, least = high - low, 10.0**-decimals
    if not (wide > 0.0 and isfinite(wide)):
        return least
    borne = wide / MOST_STEPS
    step = max(least, _round_step(borne))
    if any(abs(end) > LEAST_END_RATIO * wide and round(end / step) == 0.0 for end in (low, high)):
        step = max(least, _round_step(borne / 2.5))
    return step if round(low / step) != round(high / step) else _round_step(borne)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20... and of their tenths that is no less."""
    ten = 10.0 ** floor(log10(least))
    return next(times * ten for times in (1.0, 2.0, 5.0, 10.0) if times * ten >= least)


def _in_steps(value: float, step: float) -> float:
    return round(round(value / step) * step, 9) + 0.0 if isfinite(value) else value
