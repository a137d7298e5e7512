"""What a load or an output is, in a few figures that are kept beside it: enough to doubt where it is used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFacts:
    """Figures of one curve on its own days; None where it does not say them.

    Attributes:
        peak_kw: highest mean power over a step.
        prm: the 14 digits that its file names.
        is_production: whether its file says that it is what a plant makes.
        first_day, last_day: as `2025-01-31`.
        yearly_kwh: what it makes a year, where it covers nine tenths of one; None of a normalised shape.
        night_ratio: share of its energy from 23 h to 3 h, by the clock.
        day_ratio: the same from 9 h to 19 h.
        summer_winter: mean power from May to August, over that from November to February.
        quiet_from: the first, 0 for Monday, of two days of the week that follow each other and on which it is
            far below the others; None where there are none.
        zero_days: longest time without any energy.
        stuck_days: longest time at one value, not zero.
        mean_hour: of its energy, by the clock of UTC; None without any.
        digest: the same for curves that are the same but for their unit.
    """

    peak_kw: float
    prm: str | None = None
    is_production: bool = False
    first_day: str = ""
    last_day: str = ""
    yearly_kwh: float | None = None
    night_ratio: float | None = None
    day_ratio: float | None = None
    summer_winter: float | None = None
    quiet_from: int | None = None
    zero_days: float = 0.0
    stuck_days: float = 0.0
    mean_hour: float | None = None
    missing_ratio: float = 0.0
    digest: str = ""
