"""A regulated or published figure as a result remembers it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUsed:
    """A regulated figure that the result rests on.

    Attributes:
        value, unit: as published; conversions happen where the figure is read.
        confidence: H (primary text or agreeing sources), M (one good source), L (weak), or + and - of these.
        valid_until: ISO day, the last one on which it is known to be in force; None when no end is known.
        ask: whom to ask for the figure after that day.
    """

    name: str
    value: float
    unit: str
    in_force_from: str
    reference: str
    confidence: str
    valid_until: str | None = None
    ask: str = ""
