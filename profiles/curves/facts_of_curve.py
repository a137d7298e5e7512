"""Takes the figures of a curve that a doubt needs."""

from hashlib import sha256

import numpy as np

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from profiles.curves.facts import CurveFacts
from profiles.curves.formats.intervals import run_lengths
from profiles.curves.quality import yearly_kwh
from profiles.curves.read import Curve
from profiles.curves.resample import on_own_days, usual_step

SUMMER, WINTER = (5, 6, 7, 8), (11, 12, 1, 2)
DIGITS = 7
"""Two curves are one where their shares of the whole are the same to so many digits: 1 kW in W and in kW."""


def curve_facts(curve: Curve) -> CurveFacts:
    """Return the figures of a measured curve."""
    steps, own = on_own_days(curve, usual_step(curve))
    kwh = np.nan_to_num(own)
    days, total = local_calendar(steps), float(kwh.sum())
    hour = days.minute / 60.0
    night, light = (hour >= 23.0) | (hour < 3.0), (hour >= 9.0) & (hour < 19.0)
    return CurveFacts(
        peak_kw=float(kwh.max(initial=0.0)) / steps.hours,
        prm=curve.prm,
        is_production=curve.kind == "production",
        first_day=str(days.day[0]),
        last_day=str(days.day[-1]),
        yearly_kwh=None if curve.is_normalised else yearly_kwh(own, steps),
        night_ratio=float(kwh[night].sum()) / total if total else None,
        day_ratio=float(kwh[light].sum()) / total if total else None,
        summer_winter=_ratio_of_months(own, days.month),
        zero_days=_longest_zero_days(own, steps),
        missing_ratio=float(np.isnan(own).mean()),
        digest=_digest(kwh / total, days.day[0]) if total else "",
    )


def made_facts(kwh: FloatArray, steps: Steps) -> CurveFacts:
    """Return the figures of what was made, not measured: its highest power alone."""
    return CurveFacts(peak_kw=float(kwh.max(initial=0.0)) / steps.hours)


def _ratio_of_months(kwh: FloatArray, month: np.ndarray) -> float | None:
    """Return the mean of the months of summer over those of winter, None where a season is not covered."""
    means = [kwh[np.isin(month, months) & ~np.isnan(kwh)] for months in (SUMMER, WINTER)]
    if any(one.size == 0 for one in means) or not means[1].mean() > 0.0:
        return None
    return float(means[0].mean() / means[1].mean())


def _longest_zero_days(kwh: FloatArray, steps: Steps) -> float:
    zero = run_lengths(kwh)[kwh == 0.0]
    return float(zero.max(initial=0)) * steps.hours / 24.0


def _digest(shares: FloatArray, first: object) -> str:
    scaled = np.round(shares / shares.max(), DIGITS).astype(np.float32)
    return sha256(f"{first} {shares.size}".encode() + scaled.tobytes()).hexdigest()[:16]
