"""The regulated figures in force on a day, as a person asks for them."""

from dataclasses import dataclass
from datetime import date

from acc.bills.rate_used import RateUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class RateInForce:
    """One figure with its source.

    Attributes:
        subject: of the table that it stands in.
        is_stale: whether a newer one should exist, by the usual rhythm of this figure or by its last day.
    """

    rate: RateUsed
    subject: str
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesInForce:
    """The figures of a day, by name."""

    on: date
    rates: tuple[RateInForce, ...]
