"""How far a measured curve can be trusted: a grade by written limits; the figures that doubts need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from gettext import gettext as _
from hashlib import sha256
from types import MappingProxyType

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.i18n import N_, decimal, each_value
from acc.problem import Problem
from acc.sites import Grade
from acc.steps import Steps, local_calendar
from profiles.curves.formats.times import run_lengths
from profiles.curves.read import Curve
from profiles.curves.resample import (
    LINEAR_MINUTES,
    Resampled,
    fill_linear,
    fill_week,
    on_own_days,
    usual_step,
)
from profiles.curves.slips import busy_hour, copied_days, noon_dip, swapped_ratio, top_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFacts:
    """Figures of one curve on its own days; None where it does not say them.

    Attributes:
        peak_kw: highest mean power over a step.
        prm: the 14 digits that its file names.
        is_production: whether its file says that it is what a plant makes.
        first_day, last_day: as `2025-01-31`.
        yearly_kwh: what it makes a year, where it covers nine tenths of one; None of a normalised shape.
        dark_ratio: share of its energy while the sun is down.
        day_ratio: the same from 9 h to 19 h, by the clock.
        summer_winter: mean power from May to August, over that from November to February.
        quiet_from, quiet_ratio: the first, 0 for Monday, of the two lowest days of the week that follow each
            other; the higher of them over the mean of the other days.
        zero_days, zero_from: longest time without any energy, and its first day.
        zero_ratio: part of the time without any, days of nothing but that set apart.
        stuck_days: longest time at one value, not zero.
        mean_hour: of its energy, by the clock of UTC; None without any.
        copied_days: longest time whose days read, value by value, what those of another time did.
        busy_hour, swapped_ratio, noon_dip, top_ratio: see `slips`.
        digest: the same for curves that are the same but for their unit.
    """

    peak_kw: float
    prm: str | None = None
    is_production: bool = False
    first_day: str = ""
    last_day: str = ""
    yearly_kwh: float | None = None
    dark_ratio: float | None = None
    day_ratio: float | None = None
    summer_winter: float | None = None
    quiet_from: int | None = None
    quiet_ratio: float = 1.0
    zero_days: float = 0.0
    zero_from: str = ""
    zero_ratio: float = 0.0
    stuck_days: float = 0.0
    mean_hour: float | None = None
    missing_ratio: float = 0.0
    copied_days: int = 0
    busy_hour: float | None = None
    swapped_ratio: float | None = None
    noon_dip: float = 0.0
    top_ratio: float = 0.0
    digest: str = ""


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
    night, day = (hour >= 2) & (hour < 5), (hour >= 10) & (hour < 16)
    mean = float(kwh.mean())
    return Signature(
        night_day=_ratio(_mean(kwh, worked & night), _mean(kwh, worked & day)),
        weekend_weekday=_ratio(_mean(kwh, ~worked), _mean(kwh, worked)),
        august=_ratio(_mean(kwh, calendar.month == 8), mean),
        january_february=_ratio(_mean(kwh, calendar.month <= 2), mean),
        may_june=_ratio(_mean(kwh, np.isin(calendar.month, (5, 6))), mean),
        load_factor=_ratio(mean, float(kwh.max())),
    )


def _mean(kwh: FloatArray, chosen: BoolArray) -> float:
    return float(kwh[chosen].mean()) if chosen.any() else float("nan")


def _ratio(above_kw: float, below_kw: float) -> float:
    return above_kw / below_kw if below_kw else float("inf")


YEAR_DAYS = 365.25
YEAR_HOURS = 24.0 * YEAR_DAYS

STUCK_HOURS = 24
"""One value, not zero, for so long is a register that no longer moves: no lamp burns for a day."""

NETWORK_LIMIT_KW = 40_000.0
"""No site of the distribution network draws more (arrêté of 9 June 2020: HTA ends at 40 MW)."""

PEAK_LIMIT_RATIO = 2.0
"""A mean power over a step above twice the subscribed power is no measure: a breaker acts before."""

BILL_YEAR_RATIO = 0.9
"""Part of a year below which a curve's mean says nothing of the yearly bill."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measure of a curve and the highest value of it that grades A, B and C still allow.

    Attributes:
        limits: in the unit of the measure, which its name says (a ratio, or minutes).
        sentence: what a grade below A says of it, with {value} or {percent}, marked for the catalogue.
        decimals: how many decimals that sentence gives.
    """

    limits: tuple[float, float, float]
    sentence: str
    decimals: int

    def reason(self, value: float) -> str:
        """Return the sentence for a measure, translated."""
        percent = decimal(100.0 * value, self.decimals)
        words = {"value": decimal(value, self.decimals), "percent": percent, "each": each_value(int(value))}
        return _(self.sentence).format(**words)


CRITERIA: Mapping[str, Criterion] = {
    # 1 % is 3.6 days a year, less than the spread of one year to the next; 15 % is two months.
    "missing_ratio": Criterion((0.01, 0.05, 0.15), N_("{percent} % of the time has no value"), 1),
    # Estimates follow a standard profile: right in energy, wrong in shape.
    "estimated_ratio": Criterion(
        (0.02, 0.10, 0.30), N_("{percent} % of the values are estimated by the grid operator"), 1
    ),
    # 0.5 % is two days a year.
    "stuck_ratio": Criterion(
        (0.005, 0.02, 0.10), N_("{percent} % of the time repeats one value for a day or more"), 1
    ),
    # 25 % is a whole season, the least that the conversion accepts.
    "absent_year_ratio": Criterion((0.02, 0.10, 0.25), N_("{percent} % of a year is not covered"), 0),
    # Shared energy, min(k P, C), is concave: longer steps over-estimate sharing.
    "step_minutes": Criterion((15.0, 30.0, 60.0), N_("{each}, Enedis counts by the quarter of an hour"), 0),
    # Two years of one site differ by 3 to 8 %; beyond 20 % it is another site, unit or year.
    "bill_gap_ratio": Criterion((0.03, 0.08, 0.20), N_("{percent} % away from the yearly bill"), 0),
    # Above 36 kVA the subscribed power may be passed, at a cost; twice it is a fault of unit.
    "peak_ratio": Criterion(
        (1.1, 1.5, PEAK_LIMIT_RATIO), N_("the highest power is {value} times the subscribed one"), 2
    ),
    # Holidays and weather of another year.
    "other_year": Criterion((0.0, 1.0, 1.0), N_("days of another year, moved by whole weeks"), 0),
}

BAND_RATIO: Mapping[Grade, float] = MappingProxyType(
    {Grade.A: 0.02, Grade.B: 0.05, Grade.C: 0.10, Grade.D: 0.20}
)
"""Half width of the band carried by each grade: an assumption near the limits on the bill."""

GRADES = (Grade.A, Grade.B, Grade.C, Grade.D)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What a curve is worth.

    Attributes:
        grade: A to D, the worst of its measures.
        reasons: why it is not an A, worst first, in sentences already translated.
        band_ratio: half width of the uncertainty on its kWh.
        measures: each measure of `CRITERIA` that could be taken.
        doubles: rows that repeated a step already given.
        steps_minutes: steps met in the curve, shortest first.
        yearly_kwh: what it makes a year, None where it covers too little of one.
        peak_kw: highest mean power over one of its steps.
        hints: what a person may have mixed up (W and kW, kW and kWh), already translated.
    """

    grade: Grade
    reasons: tuple[str, ...]
    band_ratio: float
    measures: Mapping[str, float]
    doubles: int
    steps_minutes: tuple[int, ...]
    yearly_kwh: float | None
    peak_kw: float
    signature: Signature
    hints: tuple[str, ...]


def grade_of(
    curve: Curve,
    resampled: Resampled | None = None,
    *,
    annual_kwh: float | None = None,
    subscribed_kva: float | None = None,
) -> QualityReport:
    """Return the quality of a curve.

    Args:
        curve: as read.
        resampled: the same curve on the steps of an operation: what was filled and moved counts too.
        annual_kwh: yearly energy of the bill, when it is known.
        subscribed_kva: subscribed power, when it is known.
    """
    steps, own = on_own_days(curve, usual_step(curve))
    yearly = yearly_kwh(own, steps)
    peak = float(np.nanmax(curve.energy_kwh / (curve.minutes / 60.0), initial=0.0))
    measures = {
        "missing_ratio": float(np.isnan(own).mean()) if resampled is None else float(resampled.filled.mean()),
        "estimated_ratio": float(curve.estimated.mean()),
        "stuck_ratio": float(stuck(own, steps).mean()),
        "absent_year_ratio": max(0.0, 1.0 - steps.count * steps.hours / 24.0 / 365.0),
        "step_minutes": float(usual_step(curve)),
        "other_year": float(resampled is not None and resampled.redated),
    }
    if annual_kwh and yearly is not None and not curve.is_normalised:
        measures["bill_gap_ratio"] = abs(yearly / annual_kwh - 1.0)
    if subscribed_kva and not curve.is_normalised:
        measures["peak_ratio"] = peak / subscribed_kva
    # A value on the limit is within it, whatever the last digit of its sum.
    ranks = {name: sum(value > c + 1e-9 for c in CRITERIA[name].limits) for name, value in measures.items()}
    grade = GRADES[max(ranks.values())]
    below_a = sorted((name for name, rank in ranks.items() if rank), key=lambda name: -ranks[name])
    return QualityReport(
        grade=grade,
        reasons=tuple(CRITERIA[name].reason(measures[name]) for name in below_a),
        band_ratio=BAND_RATIO[grade],
        measures=MappingProxyType(measures),
        doubles=curve.doubles,
        steps_minutes=tuple(np.unique(curve.minutes).tolist()),
        yearly_kwh=yearly,
        peak_kw=peak,
        signature=signature(_fill_holes(own, steps), steps),
        hints=_hints(yearly, annual_kwh, usual_step(curve)),
    )


def yearly_kwh(kwh: FloatArray, steps: Steps) -> float | None:
    """Return the energy of a year at the mean power of a curve with NaN holes; None below 0.9 year of data.

    >>> from datetime import date
    >>> year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    >>> yearly_kwh(np.ones(year.count), year)
    8760.0
    """
    known = float((~np.isnan(kwh)).sum()) * steps.hours
    if known < BILL_YEAR_RATIO * YEAR_HOURS:
        return None
    days = steps.count * steps.hours / 24.0
    # A calendar year is that year; any other length is brought to a year of 365.25 days.
    hours = days * 24.0 if round(days) in (365, 366) else YEAR_HOURS
    return float(np.nansum(kwh)) / known * hours


def stuck(kwh: FloatArray, steps: Steps) -> BoolArray:
    """Return the steps that repeat one value, not zero, for a day or more, shape (T,).

    >>> from datetime import date
    >>> two_days = Steps.between(date(2025, 1, 1), date(2025, 1, 3), 60)
    >>> int(stuck(np.where(np.arange(48) < 30, 1.5, np.arange(48)), two_days).sum())
    30
    """
    return np.asarray((run_lengths(kwh) * steps.hours >= STUCK_HOURS) & (kwh > 0.0))


LONE_RATIO = 100.0
"""Of an impossible step over the highest of the possible ones: beyond, the unit is not what is wrong."""


def implausible(
    kwh: FloatArray, steps: Steps, *, subscribed_kva: float | None = None, path: str = ""
) -> list[Problem]:
    """Problems of an impossible curve, NaN allowed, to refuse before any computation.

    A month above the subscribed power at all hours, a step at twice that power, more than a site of the
    distribution network can draw, or no energy at all.
    """
    if not np.nansum(kwh) > 0.0:
        message = _(
            "the curve holds no energy at all: is it the right column, the right meter? What uses or makes "
            "nothing is left out: `active = no`"
        )
        return [Problem(path, message)]
    peak_kw = float(np.nanmax(kwh)) / steps.hours
    if peak_kw > NETWORK_LIMIT_KW:
        message = _("{peak:.0f} kW in one step, no site draws more than {limit:.0f} kW: are the values in W?")
        others_kw = kwh[kwh / steps.hours <= NETWORK_LIMIT_KW] / steps.hours
        rest_kw = float(np.max(others_kw, initial=0.0))
        if peak_kw > LONE_RATIO * rest_kw > 0.0:  # in another unit, all would be high
            message = _("{peak:.0f} kW in one step, {rest:.0f} kW at most in the others: empty that value")
        return [Problem(path, message.format(peak=peak_kw, limit=NETWORK_LIMIT_KW, rest=rest_kw))]
    if subscribed_kva is None:
        return []
    months = _months_above(kwh, steps, subscribed_kva, path)
    if months or peak_kw <= PEAK_LIMIT_RATIO * subscribed_kva:
        return months
    message = _(
        "{peak:.0f} kW in one step for {kva:g} kVA subscribed: check the unit of the curve and the meter"
    )
    return [Problem(path, message.format(peak=peak_kw, kva=subscribed_kva))]


def _months_above(kwh: FloatArray, steps: Steps, power_kva: float, path: str) -> list[Problem]:
    months, of_month = np.unique(local_calendar(steps).day.astype("datetime64[M]"), return_inverse=True)
    energy = np.bincount(of_month, weights=np.nan_to_num(kwh))
    limit = np.bincount(of_month) * steps.hours * power_kva
    above = np.flatnonzero(energy > limit)
    if not above.size:
        return []
    worst = above[np.argmax(energy[above] / limit[above])]
    message = _(
        "{energy:.0f} kWh in {month}: {kva:g} kVA at all hours give {limit:.0f} kWh; check the unit of the "
        "curve, the meter and the subscribed power"
    )
    words = {"energy": float(energy[worst]), "month": str(months[worst]), "limit": float(limit[worst])}
    return [Problem(path, message.format(kva=power_kva, **words))]


def _fill_holes(kwh: FloatArray, steps: Steps) -> FloatArray:
    """Return a curve without holes for its ratios only; its mean where no week knows better."""
    filled = fill_week(fill_linear(kwh, LINEAR_MINUTES // steps.step_minutes), steps)
    known = filled[~np.isnan(filled)]
    return np.where(np.isnan(filled), known.mean() if known.size else 0.0, filled)


def _hints(yearly_kwh: float | None, annual_kwh: float | None, step_minutes: int) -> tuple[str, ...]:
    if not yearly_kwh or not annual_kwh:
        return ()
    ratio = yearly_kwh / annual_kwh
    per_hour = 60.0 / step_minutes
    texts = (
        _("the curve is a thousand times the bill: are its values in W, or Wh, rather than kW or kWh?"),
        _("the curve is a thousandth of the bill: are its values in MW, or the bill in Wh?"),
        _("the curve is {n:g} times the bill: are its values mean powers (kW), not energies (kWh)?"),
        _("the bill is {n:g} times the curve: are its values energies (kWh), not powers (kW)?"),
    )
    causes = zip((1000.0, 1e-3, per_hour, 1 / per_hour), texts, strict=True)
    likely = [text for factor, text in causes if factor != 1.0 and abs(ratio / factor - 1.0) < 0.1]
    return tuple(text.format(n=per_hour) for text in likely)


SUMMER, WINTER = (5, 6, 7, 8), (11, 12, 1, 2)
DARK_DEG, DAYS_PER_SAMPLE = 88.0, 5
"""Panels make next to nothing of a sun as low as 2 degrees, and lamps are off before it is that high."""

DIGITS = 7
"""Two curves are one where their shares of the whole are the same to so many digits: 1 kW in W and in kW."""


def curve_facts(curve: Curve, zenith_at: Callable[[TimeArray], FloatArray]) -> CurveFacts:
    """Return the figures of a measured curve.

    Args:
        zenith_at: angle of the sun from the vertical at moments of UTC, degrees.
    """
    steps, own = on_own_days(curve, usual_step(curve))
    kwh = np.nan_to_num(own)
    days, total = local_calendar(steps), float(kwh.sum())
    hour = days.minute / 60.0
    quiet_from, quiet_ratio = _quiet_days(own, days.weekday)
    light, zeros = (hour >= 9.0) & (hour < 19.0), np.where(own == 0.0, run_lengths(own), 0)
    return CurveFacts(
        peak_kw=float(kwh.max(initial=0.0)) / steps.hours,
        prm=curve.prm,
        is_production=curve.kind == "production",
        first_day=str(days.day[0]),
        last_day=str(days.day[-1]),
        yearly_kwh=None if curve.is_normalised else yearly_kwh(own, steps),
        dark_ratio=_dark_ratio(kwh, steps, zenith_at),
        day_ratio=float(kwh[light].sum()) / total if total else None,
        summer_winter=_ratio_of_months(own, days.month),
        quiet_from=quiet_from,
        quiet_ratio=quiet_ratio,
        zero_days=float(zeros.max(initial=0)) * steps.hours / 24.0,
        zero_from=str(days.day[np.argmax(zeros)]),
        zero_ratio=float(((zeros > 0) & (zeros * steps.hours < STUCK_HOURS)).mean()),
        stuck_days=float(run_lengths(own)[own > 0.0].max(initial=0)) * steps.hours / 24.0,
        mean_hour=float(kwh @ _utc_hours(steps)) / total if total else None,
        missing_ratio=float(np.isnan(own).mean()),
        copied_days=copied_days(kwh, np.flatnonzero(days.minute == 0), int(24.0 / steps.hours)),
        busy_hour=busy_hour(own, days, steps),
        swapped_ratio=swapped_ratio(own, days),
        noon_dip=noon_dip(own, days, steps),
        top_ratio=top_ratio(own),
        digest=_digest(kwh / total, days.day[0]) if total else "",
    )


def made_facts(kwh: FloatArray, steps: Steps) -> CurveFacts:
    """Return the figures of what was made, not measured: its highest power alone."""
    return CurveFacts(peak_kw=float(kwh.max(initial=0.0)) / steps.hours)


def _dark_ratio(kwh: FloatArray, steps: Steps, zenith_at: Callable[[TimeArray], FloatArray]) -> float | None:
    """Return the share of the energy while the sun is down, of one day in five; None without energy."""
    some = np.flatnonzero(np.arange(steps.count) * steps.hours // 24 % DAYS_PER_SAMPLE == 0)
    middles = steps.starts_utc[some] + np.timedelta64(steps.step_minutes * 30, "s")
    total = float(kwh[some].sum())
    return float(kwh[some[zenith_at(middles) > DARK_DEG]].sum()) / total if total else None


def _ratio_of_months(kwh: FloatArray, month: IntArray) -> float | None:
    """Return the mean of the months of summer over those of winter, None where a season is not covered."""
    means = [kwh[np.isin(month, months) & ~np.isnan(kwh)] for months in (SUMMER, WINTER)]
    if any(mean.size == 0 for mean in means) or not means[1].mean() > 0.0:
        return None
    return float(means[0].mean() / means[1].mean())


def _quiet_days(kwh: FloatArray, weekday: IntArray) -> tuple[int | None, float]:
    """Return the first of the two quiet days of a week, and how quiet they are, see `CurveFacts`.

    >>> weeks = [8, 8, 8, 8, 8, 1, 2], [8, 8, 0, 8, 8, 2, 1], [2, 8, 8, 8, 8, 8, 1], [8, 1, 8, 2, 8, 8, 6]
    >>> [_quiet_days(np.array(kwh, dtype=float), np.arange(7)) for kwh in weeks]  # from Monday
    [(5, 0.25), (5, 0.3125), (6, 0.25), (0, 1.25)]
    """
    known = ~np.isnan(kwh)
    counts = np.bincount(weekday[known], minlength=7)
    if not counts.all() or not kwh[known].sum() > 0.0:
        return None, 1.0
    means = np.bincount(weekday[known], weights=kwh[known], minlength=7) / counts
    pairs = means + np.roll(means, -1)
    first = int(np.argmin(pairs))
    busy = (means.sum() - pairs[first]) / 5.0
    return first, float(max(means[first], means[(first + 1) % 7]) / busy)


def _utc_hours(steps: Steps) -> FloatArray:
    """Return the middle of each step, in hours since midnight, UTC."""
    seconds = steps.starts_utc.astype("datetime64[s]").view(np.int64) % 86_400
    return np.asarray(seconds / 3600.0 + steps.hours / 2.0)


def _digest(shares: FloatArray, first: object) -> str:
    scaled = np.round(shares / shares.max(), DIGITS).astype(np.float32)
    return sha256(f"{first} {shares.size}".encode() + scaled.tobytes()).hexdigest()[:16]
