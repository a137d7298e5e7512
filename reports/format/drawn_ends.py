"""The ends of ranges with as many figures as their draws bear."""

from math import floor, isfinite, log10

MOST_STEPS = 14.0
"""Of the last figure in a range: from one seed of the draws to another, an end moves by a fifteenth of it."""

LEAST_TOLD = 0.05
"""Of a range: an end that lies farther from nothing is not printed as nothing."""


def borne_ends(low: float, high: float, decimals: int) -> tuple[float, float]:
    """Return the ends of what was drawn with the figures that draws bear, `decimals` at most.

    They are counted in ones, twos or fives: in tens alone, an end could stray by a third of the range.

    >>> borne_ends(7.26, 10.41, 1), borne_ends(285.6, 373.7, 0), borne_ends(-18.0, 181.0, 0)
    ((7.5, 10.5), (290.0, 370.0), (-20.0, 180.0))
    """
    wide, step = high - low, 10.0**-decimals
    if wide > 0.0 and isfinite(wide):
        borne = wide / MOST_STEPS
        told = max(step, _round_step(borne))
        hidden = any(abs(end) > LEAST_TOLD * wide and round(end / told) == 0.0 for end in (low, high))
        step = max(step, _round_step(borne / 2.5)) if hidden else told
    return _in_steps(low, step), _in_steps(high, step)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20... and of their tenths that is no less."""
    ten = 10.0 ** floor(log10(least))
    return next(times * ten for times in (1.0, 2.0, 5.0, 10.0) if times * ten >= least)


def _in_steps(value: float, step: float) -> float:
    return round(round(value / step) * step, 9) + 0.0 if isfinite(value) else value
