"""What the plants emit beside the grid, as values."""

from dataclasses import dataclass

from acc.bills.tariffs import CarbonFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Emissions of the plants' kWh beside those of the grid mix, under one factor.

    Attributes:
        mean_g_per_kwh: by the hour, the mean of all hours; None for a yearly factor.
        kwh: produced over the period, own use included: sharing does not change it.
        avoided_kg: `kwh x (grid - PV)`; negative when the PV factor is the higher one.
    """

    factor: CarbonFactor
    kwh: float
    avoided_kg: float
    mean_g_per_kwh: float | None = None
