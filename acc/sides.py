"""On which side of nothing an amount stands: the only threshold by which somebody gains or loses."""

from enum import StrEnum
from math import isnan

NOTHING_EUR = 0.5
"""Half a euro: what is printed as nothing is neither a gain nor a loss."""


class Side(StrEnum):
    """How an amount stands beside nothing."""

    GAINS = "gains"
    EVEN = "even"
    LOSES = "loses"
    UNKNOWN = "unknown"


def side(amount_eur: float | None) -> Side:
    """Return on which side an amount in EUR stands; None and nan are unknown.

    >>> [str(side(eur)) for eur in (12.0, 0.4, -0.5, -0.51, None)]
    ['gains', 'even', 'even', 'loses', 'unknown']
    """
    if amount_eur is None or isnan(amount_eur):
        return Side.UNKNOWN
    if abs(amount_eur) <= NOTHING_EUR:
        return Side.EVEN
    return Side.GAINS if amount_eur > 0.0 else Side.LOSES


def loses(amount_eur: float | None) -> bool:
    """Return whether an amount is a loss.

    >>> loses(-0.4), loses(-3.0), loses(None)
    (False, True, False)
    """
    return side(amount_eur) is Side.LOSES


def gains(amount_eur: float | None) -> bool:
    """Return whether an amount is a gain.

    >>> gains(0.4), gains(3.0), gains(None)
    (False, True, False)
    """
    return side(amount_eur) is Side.GAINS
