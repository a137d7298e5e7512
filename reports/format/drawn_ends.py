"""The ends of ranges with as many figures as their draws bear."""

from math import ceil, isfinite, log10

MOST_STEPS = 14.0
"""Of the last figure in a range: from one seed of the draws to another, an end moves by a fifteenth of it."""

LEAST_TOLD = 0.05
"""Of a range: an end that lies farther from nothing is not printed as nothing."""


def borne_ends(low: float, high: float, decimals: int) -> tuple[float, float]:
    """Return the ends of what was drawn with the figures that draws bear, `decimals` at most.

    >>> borne_ends(7.26, 10.41, 1), borne_ends(285.6, 373.7, 0), borne_ends(-18.0, 181.0, 0)
    ((7.0, 10.0), (290.0, 370.0), (-20.0, 180.0))
    """
    wide = high - low
    if wide > 0.0 and isfinite(wide):
        borne = -ceil(log10(wide / MOST_STEPS))
        hidden = any(abs(end) > LEAST_TOLD * wide and round(end, borne) == 0.0 for end in (low, high))
        decimals = min(decimals, borne + hidden)
    return round(low, decimals) + 0.0, round(high, decimals) + 0.0
