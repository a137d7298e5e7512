"""Values that change at every step and come from a file: prices of a market, carbon of the grid."""

from dataclasses import dataclass

from acc.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ByHour:
    """One series of a file, on the steps of the operation.

    Attributes:
        file: its name in the operation folder.
        values: at each step, (T,), in the unit of who holds it (EUR/kWh, g/kWh).
        own_mean: mean of the file itself, before it is brought to these steps.
        redated: whether some days stand for those of another year, same weekday and season.
        filled_ratio: part of the steps that the file leaves empty, made up.
    """

    file: str
    values: FloatArray
    own_mean: float
    redated: bool = False
    filled_ratio: float = 0.0

    @property
    def mean(self) -> float:
        """Mean over the period, every hour counting the same."""
        return float(self.values.mean())

    def volume_weighted_mean(self, kwh: FloatArray) -> float | None:
        """Return the mean where each step counts by its kWh, (T,); None without any.

        >>> import numpy as np
        >>> night_and_noon = ByHour(file="x.csv", values=np.array([0.1, 0.02]), own_mean=0.06)
        >>> round(night_and_noon.volume_weighted_mean(np.array([1.0, 3.0])), 12)
        0.04
        """
        total = float(kwh.sum())
        return float(kwh @ self.values) / total if total > 0.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyCarbon:
    """Carbon of the grid by the hour, g/kWh: of the mean kWh, and of the kWh that one more or less changes.

    Attributes:
        average, marginal: None where no file says it: unknown.
        scope: what both count: "direct", or "life-cycle".
    """

    average: ByHour | None = None
    marginal: ByHour | None = None
    scope: str = "direct"
