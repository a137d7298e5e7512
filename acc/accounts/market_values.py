"""What a surplus sold at prices by the hour brings, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSale:
    """A surplus sold at prices by the hour, over the period; EUR without tax, the fee taken off.

    Attributes:
        file: of the prices; `redated` and `filled_ratio` say how it was brought to the period.
        kwh, eur_ht: of the surplus.
        capture_eur_per_kwh: mean price of the hours of this surplus, before the fee; None without surplus.
        injected_eur_per_kwh: the same of all that is injected, shared or not.
        mean_eur_per_kwh: of all hours of the period.
        negative_hours: hours with a price under 0; `negative_kwh`, `negative_eur_ht` of the surplus then.
    """

    file: str
    kwh: float
    eur_ht: float
    fee_eur_per_kwh: float
    capture_eur_per_kwh: float | None
    injected_eur_per_kwh: float | None
    mean_eur_per_kwh: float
    negative_hours: float
    negative_kwh: float
    negative_eur_ht: float
    redated: bool
    filled_ratio: float
