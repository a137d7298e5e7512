"""What tells one load curve from another in six numbers, as published for national and measured curves."""

from dataclasses import dataclass, fields

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.steps import Steps, local_calendar


@dataclass(frozen=True, slots=True)
class Signature:
    """Ratios of mean powers of a curve; nan where the period holds no such step, inf where one divides by 0.

    Attributes:
        night_day: Monday to Friday, 2-5 h over 10-16 h local.
        weekend_weekday: Saturday and Sunday over Monday to Friday.
        august, january_february, may_june: those months over the whole.
        load_factor: mean over highest step.
    """

    night_day: float
    weekend_weekday: float
    august: float
    january_february: float
    may_june: float
    load_factor: float


RATIOS = tuple(field.name for field in fields(Signature))


def signature(kwh: FloatArray, steps: Steps) -> Signature:
    """Return the signature of a curve `kwh` of shape (T,) on `steps`.

    >>> from datetime import date
    >>> week = Steps.between(date(2025, 8, 4), date(2025, 8, 11), 60)
    >>> night_day = signature(np.where(np.arange(168) % 24 < 8, 1.0, 2.0), week).night_day
    >>> float(night_day)
    0.5
    """
    calendar = local_calendar(steps)
    hour, worked = calendar.minute / 60, calendar.weekday < 5
    mean = float(kwh.mean())
    return Signature(
        night_day=_ratio(
            _mean(kwh, worked & (hour >= 2) & (hour < 5)), _mean(kwh, worked & (hour >= 10) & (hour < 16))
        ),
        weekend_weekday=_ratio(_mean(kwh, ~worked), _mean(kwh, worked)),
        august=_ratio(_mean(kwh, calendar.month == 8), mean),
        january_february=_ratio(_mean(kwh, calendar.month <= 2), mean),
        may_june=_ratio(_mean(kwh, np.isin(calendar.month, (5, 6))), mean),
        load_factor=_ratio(mean, float(kwh.max())),
    )


def _mean(kwh: FloatArray, chosen: BoolArray) -> float:
    return float(kwh[chosen].mean()) if chosen.any() else float("nan")


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("inf")
