"""Puts a curve on the steps of an operation: energy kept, holes filled by a named policy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.i18n import decimal
from acc.problem import InputError, Problem
from acc.steps import Steps, local_calendar, paris_offset_minutes
from profiles.curves.read import Curve

LINEAR_MINUTES = 120
"""Longest hole that a straight line bridges: beyond two hours a load has changed its regime."""

SEASON_DAYS = 10
"""A day of another year stands for a day when their dates are this near, the weekday being the same."""

LEAST_COVER_RATIO = 0.75
"""A curve that covers less of the period says too little of its seasons to fill the rest."""

SHOWN_HOLES = 3
YEAR_DAYS = 365.2425


class FillPolicy(StrEnum):
    """What is done about holes.

    `refuse`: an error; `linear`: a straight line in holes of two hours at most, an error beyond;
    `week`: the mean of that weekday and time in the nearest weeks; `auto`: linear, then week.
    """

    AUTO = "auto"
    REFUSE = "refuse"
    LINEAR = "linear"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """A curve on the steps of an operation.

    Attributes:
        kwh: energy of each step, never missing, shape (T,).
        filled: steps whose energy was made up, shape (T,).
        source_step_minutes: the step that covers most of the curve.
        redated: whether some days come from another year.
        notes: what was done, in sentences already translated.
    """

    kwh: FloatArray
    filled: BoolArray
    source_step_minutes: int
    redated: bool
    notes: tuple[str, ...]

    @property
    def filled_ratio(self) -> float:
        """Share of the energy that was made up, 0 to 1; 0 when there is no energy at all."""
        total = float(self.kwh.sum())
        return float(self.kwh[self.filled].sum()) / total if total else 0.0


def to_steps(curve: Curve, steps: Steps, *, fill: FillPolicy = FillPolicy.AUTO) -> Resampled:
    """Return the energy of `curve` on each of `steps`.

    Shorter intervals are summed. Longer ones are spread evenly over the steps that they cover, which flattens
    the curve: as the law shares min(k P, C) at each step, a concave function, sharing is then over-estimated.
    Days outside the curve take the same weekday and season of another year, by the clock on the wall.

    Raises:
        InputError: too little of the period is covered, or holes that the policy does not fill.
    """
    dated, redated = _dated(curve, steps)
    missing = np.isnan(dated)
    _refuse_short(curve, missing)
    kwh = _filled(curve, steps, dated, fill)
    step = usual_step(curve)
    notes = (*_step_notes(curve, steps.step_minutes), *_date_notes(redated), *_fill_notes(missing, kwh))
    moved = bool(redated.any())
    return Resampled(kwh=kwh, filled=missing, source_step_minutes=step, redated=moved, notes=notes)


def usual_step(curve: Curve) -> int:
    """Return the step in minutes that covers most of the curve's time."""
    steps, place = np.unique(curve.minutes, return_inverse=True)
    return int(steps[np.argmax(np.bincount(place, weights=curve.minutes))])


def on_own_days(curve: Curve, step_minutes: int) -> tuple[Steps, FloatArray]:
    """Return the steps that the curve covers and its energy on them, NaN where it is missing, shape (T,).

    >>> from profiles.curves.formats.base import ReadOptions
    >>> minutes = np.array([30, 30])
    >>> curve = Curve(
    ...     starts_utc=np.array(["2025-01-01T00:00", "2025-01-01T00:30"], "datetime64[s]"), minutes=minutes,
    ...     energy_kwh=np.array([2.0, 4.0]), estimated=minutes < 0, unit="kWh", format="generic", prm=None,
    ...     kind="consumption", column="x_kwh", source="x.csv",
    ... )
    >>> on_own_days(curve, 15)[1].tolist(), on_own_days(curve, 60)[1].tolist()
    ([1.0, 1.0, 2.0, 2.0], [6.0])
    """
    starts = curve.starts_utc.astype("datetime64[m]").astype(np.int64)
    first = int(starts[0]) // step_minutes * step_minutes
    stop = -(-int(starts[-1] + curve.minutes[-1]) // step_minutes) * step_minutes
    slot = int(np.gcd.reduce(np.concatenate([starts - first, curve.minutes, [step_minutes]])))
    parts = curve.minutes // slot
    place = np.repeat((starts - first) // slot - np.cumsum(parts) + parts, parts) + np.arange(parts.sum())
    energy = np.full((stop - first) // slot, np.nan)
    energy[place] = np.repeat(curve.energy_kwh / parts, parts)
    steps = Steps(_moment(first), step_minutes, (stop - first) // step_minutes)
    return steps, energy.reshape(steps.count, -1).sum(axis=1)


def _moment(minutes: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001 - naive UTC, as in Steps


def _dated(curve: Curve, steps: Steps) -> tuple[FloatArray, BoolArray]:
    """Return the energy of each step, NaN where unknown, and which steps come from another date."""
    own, energy = on_own_days(curve, steps.step_minutes)
    offset = (steps.start_utc - own.start_utc) // timedelta(minutes=steps.step_minutes)
    if offset >= 0 and offset + steps.count <= own.count:
        return energy[offset : offset + steps.count], np.zeros(steps.count, dtype=np.bool_)
    calendar, source = local_calendar(steps), local_calendar(own)
    days, of_day = np.unique(calendar.day, return_inverse=True)
    shift = _shift_weeks(days, source.day[0], source.day[-1])
    wanted = _wall_minutes(days - shift * 7)[of_day] + calendar.minute
    known, rows = np.unique(_wall_minutes(source.day) + source.minute, return_index=True)
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    # A double hour of the own days: what is read on its own date keeps both passes, by UTC.
    dated = np.where(known[place] == wanted, energy[rows[place]], np.nan)
    same = shift[of_day] == 0
    at = np.arange(steps.count) + offset
    inside = same & (at >= 0) & (at < own.count)
    dated[inside] = energy[at[inside]]
    return dated, ~same


def _wall_minutes(days: TimeArray) -> IntArray:
    return np.asarray(days.astype(np.int64) * 1440)


def _shift_weeks(days: TimeArray, first: np.datetime64, last: np.datetime64) -> IntArray:
    """Return, for each day, by how many weeks an older day stands for it: 0 for the curve's own days.

    A day that no week of the curve resembles keeps 0 and stays without value.
    """
    number = days.astype(np.int64)
    low, high = int(first.astype(np.int64)), int(last.astype(np.int64))
    weeks = np.arange(-((high - int(number[0])) // 7) - 1, (int(number[-1]) - low) // 7 + 1)
    source = number[None, :] - 7 * weeks[:, None]
    apart = np.abs(7.0 * weeks) % YEAR_DAYS
    season = np.minimum(apart, YEAR_DAYS - apart)[:, None] + np.zeros(source.shape)
    season[(source < low) | (source > high) | (season > SEASON_DAYS)] = np.inf
    # Of two years as near in season, the nearest in time.
    order = season + np.abs(weeks)[:, None] * 1e-6
    best = np.argmin(order, axis=0)
    shift = np.where(np.isfinite(order[best, np.arange(number.size)]), weeks[best], 0)
    own = (number >= low) & (number <= high)
    return np.where(own, 0, shift)


def _refuse_short(curve: Curve, missing: BoolArray) -> None:
    cover = 1.0 - float(missing.mean())
    if cover < LEAST_COVER_RATIO:
        message = _(
            "the curve ({first} to {last}) gives {cover:.0f} % of the period, {least:.0f} % are needed: add "
            "months to the file, or give a profile and the yearly kWh instead"
        )
        first, last = local_text(curve.starts_utc[0])[:10], local_text(curve.ends_utc[-1])[:10]
        percents = {"cover": cover * 100.0, "least": LEAST_COVER_RATIO * 100.0}
        raise InputError([Problem(curve.source, message.format(first=first, last=last, **percents))])


def _filled(curve: Curve, steps: Steps, kwh: FloatArray, fill: FillPolicy) -> FloatArray:
    if not np.isnan(kwh).any():
        return kwh
    if fill in (FillPolicy.AUTO, FillPolicy.LINEAR):
        kwh = fill_linear(kwh, LINEAR_MINUTES // steps.step_minutes)
    if fill in (FillPolicy.AUTO, FillPolicy.WEEK):
        kwh = fill_week(kwh, steps)
    if np.isnan(kwh).any():
        raise InputError([Problem(curve.source, _holes_message(kwh, steps, fill))])
    return kwh


def fill_linear(kwh: FloatArray, longest: int) -> FloatArray:
    """Return `kwh` with a straight line in holes of at most `longest` steps that have a value on each side.

    >>> fill_linear(np.array([1.0, np.nan, 3.0, np.nan]), 1).tolist()
    [1.0, 2.0, 3.0, nan]
    """
    known = np.flatnonzero(~np.isnan(kwh))
    holes = np.flatnonzero(np.isnan(kwh))
    if known.size == 0:
        return kwh
    after = np.searchsorted(known, holes)
    within = (after > 0) & (after < known.size)
    right, left = known[np.minimum(after, known.size - 1)], known[np.maximum(after - 1, 0)]
    short = holes[within & (right - left - 1 <= longest)]
    filled = kwh.copy()
    filled[short] = np.interp(short, known, kwh[known])
    return filled


def fill_week(kwh: FloatArray, steps: Steps) -> FloatArray:
    """Return `kwh` with each hole at the mean of that weekday and time in the nearest known weeks."""
    calendar = local_calendar(steps)
    day = (calendar.day - calendar.day[0]).astype(np.int64)
    left, day_steps = np.flatnonzero(np.isnan(kwh)), 1440 // steps.step_minutes
    row, place = day // 7 + 1, day % 7 * day_steps + calendar.minute // steps.step_minutes
    # A row a week, and one of nothing at each end: what has no known week on that side finds no value.
    table = np.full((int(row[-1]) + 2, 7 * day_steps), np.nan)
    table[row, place] = kwh
    rows = np.where(np.isnan(table), 0, np.arange(len(table))[:, None])
    first = np.maximum.accumulate(rows)
    last = np.minimum.accumulate(np.where(rows, rows, len(table) - 1)[::-1])[::-1]
    row, place = row[left], place[left]
    sooner, later = first[row - 1, place], last[row + 1, place]
    before, after = table[sooner, place], table[later, place]
    nearer = np.where(row - sooner < later - row, before, after)
    mean = np.where(row - sooner == later - row, (before + after) / 2, nearer)
    filled = kwh.copy()
    filled[left] = np.where(np.isnan(before), after, np.where(np.isnan(after), before, mean))
    return filled


def _holes_message(kwh: FloatArray, steps: Steps, fill: FillPolicy) -> str:
    missing = np.isnan(kwh)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8)))
    firsts, stops = edges[::2], edges[1::2]
    offset = local_calendar(steps).utc_offset_minutes
    span, shown = _("from {first} to {last}"), []
    for start, stop in zip(firsts[:SHOWN_HOLES], stops[:SHOWN_HOLES], strict=True):
        first, last = _clock(steps, start, offset[start]), _clock(steps, stop, offset[stop - 1])
        shown.append(span.format(first=first, last=last))
    message = _(
        "holes that the policy “{fill}” does not fill: {n}, {hours} h ({percent} % of the period), "
        "{shown}. Complete the file, or choose the policy auto"
    )
    return message.format(
        n=firsts.size,
        hours=decimal(float(missing.sum()) * steps.hours, 1),
        percent=decimal(float(missing.mean()) * 100.0, 1),
        fill=fill.value,
        shown=", ".join(shown) + ("…" if firsts.size > SHOWN_HOLES else ""),
    )


def _clock(steps: Steps, row: int, offset_minutes: int) -> str:
    minutes = int(row) * steps.step_minutes + int(offset_minutes)
    return f"{steps.start_utc + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


def local_text(moment_utc: np.datetime64) -> str:
    """Return a moment as a clock in Paris shows it.

    >>> local_text(np.datetime64("2025-06-30T22:00:00"))
    '2025-07-01 00:00'
    """
    offset = int(paris_offset_minutes(np.array([moment_utc]))[0])
    return str(moment_utc + np.timedelta64(offset, "m")).replace("T", " ")[:16]


def _step_notes(curve: Curve, step_minutes: int) -> tuple[str, ...]:
    """Notes on the resampling of steps of another length, the worst one alone."""
    spread = _(
        "{found} min data spread evenly over {step} min steps, energy kept: sharing is over-estimated, "
        "as peaks are flattened"
    )
    split = _("{found} min data split at the marks of {step} min steps, energy kept")
    summed = _("{found} min data summed over {step} min steps")
    cases = (
        (curve.minutes > step_minutes, spread),
        (step_minutes % curve.minutes != 0, split),
        (curve.minutes < step_minutes, summed),
    )
    for rows, message in cases:
        if rows.any():
            lengths = ", ".join(map(str, np.unique(curve.minutes[rows])))
            return (message.format(found=lengths, step=step_minutes),)
    return ()


def _date_notes(redated: BoolArray) -> tuple[str, ...]:
    if not redated.any():
        return ()
    message = _(
        "{percent:.0f} % of the period taken from another year, same weekday and season: public and school "
        "holidays fall on other dates"
    )
    return (message.format(percent=float(redated.mean()) * 100.0),)


def _fill_notes(missing: BoolArray, kwh: FloatArray) -> tuple[str, ...]:
    if not missing.any():
        return ()
    total = float(kwh.sum())
    ratio = float(kwh[missing].sum()) / total if total else 0.0
    message = _("steps without value, filled: {n}; {percent} % of the energy is an estimate")
    return (message.format(n=int(missing.sum()), percent=decimal(ratio * 100.0, 2)),)
