"""Takes the figures of a curve that a doubt needs."""

from hashlib import sha256

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.steps import Steps, local_calendar
from profiles.curves.facts import CurveFacts
from profiles.curves.formats.intervals import run_lengths
from profiles.curves.quality import yearly_kwh
from profiles.curves.read import Curve
from profiles.curves.resample import on_own_days, usual_step

SUMMER, WINTER = (5, 6, 7, 8), (11, 12, 1, 2)
QUIET = 0.7
"""A day of the week is quiet where its mean power is so much of that of the busy ones, at most."""

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
        quiet_from=_quiet_from(own, days.weekday),
        zero_days=_longest_days(own == 0.0, own, steps),
        stuck_days=_longest_days(own > 0.0, own, steps),
        mean_hour=float(kwh @ _utc_hours(steps)) / total if total else None,
        missing_ratio=float(np.isnan(own).mean()),
        digest=_digest(kwh / total, days.day[0]) if total else "",
    )


def made_facts(kwh: FloatArray, steps: Steps) -> CurveFacts:
    """Return the figures of what was made, not measured: its highest power alone."""
    return CurveFacts(peak_kw=float(kwh.max(initial=0.0)) / steps.hours)


def _ratio_of_months(kwh: FloatArray, month: np.ndarray) -> float | None:
    """Return the mean of the months of summer over those of winter, None where a season is not covered."""
    means = [kwh[np.isin(month, months) & ~np.isnan(kwh)] for months in (SUMMER, WINTER)]
    if any(mean.size == 0 for mean in means) or not means[1].mean() > 0.0:
        return None
    return float(means[0].mean() / means[1].mean())


def _quiet_from(kwh: FloatArray, weekday: np.ndarray) -> int | None:
    """Return the first of the two quiet days of a week, see `CurveFacts`."""
    known = ~np.isnan(kwh)
    counts = np.bincount(weekday[known], minlength=7)
    if not counts.all():
        return None
    means = np.bincount(weekday[known], weights=kwh[known], minlength=7) / counts
    low, other = (int(day) for day in np.argsort(means)[:2])
    busy = np.delete(means, (low, other)).mean()
    if max(means[low], means[other]) >= QUIET * busy or (low - other) % 7 not in {1, 6}:
        return None
    return low if (other - low) % 7 == 1 else other


def _longest_days(counted: BoolArray, kwh: FloatArray, steps: Steps) -> float:
    """Return the longest time at one value, where that value counts."""
    return float(run_lengths(kwh)[counted].max(initial=0)) * steps.hours / 24.0


def _utc_hours(steps: Steps) -> FloatArray:
    """Return the middle of each step, in hours since midnight, UTC."""
    seconds = steps.starts_utc.astype("datetime64[s]").view(np.int64) % 86_400
    hours: FloatArray = seconds / 3600.0 + steps.hours / 2.0
    return hours


def _digest(shares: FloatArray, first: object) -> str:
    scaled = np.round(shares / shares.max(), DIGITS).astype(np.float32)
    return sha256(f"{first} {shares.size}".encode() + scaled.tobytes()).hexdigest()[:16]
