"""Loads that can be used at another hour of the same day, moved to where local energy is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.keys.rule import unknown_name
from acc.problem import InputError, Problem
from acc.scenario import FlexibleLoad
from acc.steps import Steps, local_calendar
from acc.water_filling import divided


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """Loads whose flexible blocks were moved.

    Attributes:
        load_kwh: of each site after the move, shape (T, N).
        before_kwh, after_kwh: each block, shape (T, K); their sums of a day are the same.
    """

    load_kwh: FloatArray
    before_kwh: FloatArray
    after_kwh: FloatArray

    @property
    def moved_kwh(self) -> FloatArray:
        """Energy of each block that is used at another step than before, shape (K,)."""
        moved: FloatArray = np.maximum(self.after_kwh - self.before_kwh, 0.0).sum(axis=0)
        return moved


def shift_loads(
    steps: Steps,
    load_kwh: FloatArray,
    output_kwh: FloatArray,
    loads: Sequence[FlexibleLoad],
    ids: Sequence[str],
) -> Shifted:
    """Return the loads with each block moved, within its local day, to where production is left over.

    Blocks are moved one after the other, in the order given, each seeing what those before it left. Energy
    that finds no surplus stays at its usual hours. Nothing leaves its day, and no block passes its power.
    Own use behind the meters is counted afterwards, on the result: see `exchange_behind_meters`.

    Args:
        load_kwh: what each site uses, all sources together, shape (T, N).
        output_kwh: what each plant makes, shape (T, M).
        ids: of the sites, in the order of the columns.

    Raises:
        InputError: every block whose participant is unknown, or that has no energy or power.

    >>> from datetime import date
    >>> steps = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60)
    >>> night, noon = np.zeros((24, 1)), np.zeros((24, 1))
    >>> night[2], noon[12] = 3.0, 2.0
    >>> block = FlexibleLoad(participant="p", daily_kwh=3.0, power_kw=3.0)
    >>> moved = shift_loads(steps, night, noon, [block], ["p"])
    >>> moved.load_kwh[[2, 12], 0].tolist()  # 2 of 3 kWh find sun at noon
    [1.0, 2.0]
    """
    _refuse_faults(loads, ids)
    need, output = load_kwh.copy(), row_sums(output_kwh)
    before = np.zeros((len(need), len(loads)))
    after = np.zeros_like(before)
    for index, load in enumerate(loads):
        column = list(ids).index(load.participant)
        before[:, index] = block_of(load, need[:, column], steps)
        need[:, column] = np.maximum(need[:, column] - before[:, index], 0.0)
        left = np.maximum(output - row_sums(need), 0.0)
        after[:, index] = moved_block(load, before[:, index], left, steps)
        need[:, column] += after[:, index]
    return Shifted(need, before, after)


def block_of(load: FlexibleLoad, need_kwh: FloatArray, steps: Steps) -> FloatArray:
    """Return the part of a participant's consumption that can move, where it stands today, shape (T,).

    In the usual hours of each day, in proportion to what is used there, `daily_kwh` or all there is.
    """
    most = load.power_kw * steps.hours
    movable = np.where(_in_hours(load.usual, steps), np.minimum(need_kwh, most), 0.0)
    day, count = _days(steps)
    used = _by_day(movable, day, count)
    part = divided(np.minimum(used, load.daily_kwh), used)
    return movable * part[day]


def moved_block(load: FlexibleLoad, block_kwh: FloatArray, left_kwh: FloatArray, steps: Steps) -> FloatArray:
    """Shifted block, (T,), kWh: on surplus first, the remainder at its usual hours."""
    most = load.power_kw * steps.hours
    day, count = _days(steps)
    daily = _by_day(block_kwh, day, count)
    allowed = _in_hours(load.allowed, steps) | _in_hours(load.usual, steps)
    room = np.where(allowed, np.minimum(left_kwh, most), 0.0)
    moved_kwh = _by_day(room, day, count)
    sunny = room * divided(np.minimum(moved_kwh, daily), moved_kwh)[day]
    # There is always room for the rest: at each usual step, the block less what is already used there.
    usual = np.minimum(block_kwh, np.maximum(most - sunny, 0.0))
    kept = _by_day(usual, day, count)
    rest = np.maximum(daily - np.minimum(moved_kwh, daily), 0.0)
    moved: FloatArray = sunny + usual * divided(np.minimum(rest, kept), kept)[day]
    return moved


def _by_day(values_kwh: FloatArray, day: IntArray, count: int) -> FloatArray:
    return np.bincount(day, weights=values_kwh, minlength=count).astype(np.float64)


def _days(steps: Steps) -> tuple[IntArray, int]:
    """Return the number of the local day of each step, and how many days there are."""
    day = local_calendar(steps).day
    number: IntArray = (day - day[0]).astype(np.int64)
    return number, int(number[-1]) + 1


def _in_hours(windows: Sequence[tuple[int, int]], steps: Steps) -> BoolArray:
    minute = local_calendar(steps).minute
    inside = np.zeros(len(minute), dtype=np.bool_)
    for start, end in windows:
        during = (minute >= start) & (minute < end)
        inside |= during if start < end else (minute >= start) | (minute < end)
    return inside


def _refuse_faults(loads: Sequence[FlexibleLoad], ids: Sequence[str]) -> None:
    problems = []
    for index, load in enumerate(loads):
        where = f"flexible[{index}]"
        if load.participant not in ids:
            problems.append(Problem(f"{where}.participant", unknown_name(load.participant, ids)))
        for name in ("daily_kwh", "power_kw"):
            value = getattr(load, name)
            if not value > 0.0:
                message = _("{value:g} is refused: a number above 0 is expected").format(value=value)
                problems.append(Problem(f"{where}.{name}", message))
    if problems:
        raise InputError(problems)
