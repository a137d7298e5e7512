"""A drawn curve under a power: what passes it is moved to the steps around, the energy kept."""

from collections.abc import Iterator, Sequence

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.steps import Steps, local_calendar

ROUNDING_RATIO = 1e-9
"""A sum that passes what a meter lets through by less is the same figure, rounded."""

NOTHING_RATIO = 1e-6
"""Less than this part of the mean is no use."""


def under_power(kwh: FloatArray, steps: Steps, limit_kw: float, cell: IntArray) -> FloatArray:
    """Return the curve with what passes the power moved within its cell, its day first, then its month.

    Hours without any energy (lamps by day) take some only where the others are full. Where a whole cell needs
    more than that power all the time, it is even, above the power.

    Args:
        kwh: energy of each step, shape (T,).
        cell: of each step, among those that keep their energy (postes and months of a bill), (T,).
    """
    limit_kwh = limit_kw * steps.hours
    if float(kwh.max()) <= limit_kwh:
        return kwh
    day, at_work = local_calendar(steps).day, 2 * cell + is_used(kwh)
    capped_kwh = kwh.copy()
    groups = (_groups(at_work, day), _groups(at_work, day.astype("datetime64[M]")), at_work, cell)
    for group in groups:
        for rows in _above(capped_kwh > limit_kwh, group):
            if group is cell or float(capped_kwh[rows].sum()) <= limit_kwh * len(rows):
                capped_kwh[rows] = _under(capped_kwh[rows], limit_kwh)
    return capped_kwh


def is_used(kwh: FloatArray) -> BoolArray:
    """Return the steps in which a profile uses something, shape (T,)."""
    return np.asarray(kwh > NOTHING_RATIO * kwh.mean())


def beyond_power(
    kwh: FloatArray, steps: Steps, limit_kw: float, cells: Sequence[IntArray]
) -> tuple[float, float] | None:
    """Return the kWh of the worst cell that no curve holds under the power, and the most that passes there.

    Args:
        cells: of each step, the cells whose energy is known, one array a question, shape (T,) each.
    """
    needed_and_most: list[tuple[float, float]] = []
    for cell in cells:
        needed, most = np.bincount(cell, kwh), np.bincount(cell) * (limit_kw * steps.hours)
        beyond = np.flatnonzero(needed > most * (1.0 + ROUNDING_RATIO))
        needed_and_most += [(float(needed[index]), float(most[index])) for index in beyond]
    return max(needed_and_most, key=lambda pair: pair[0] - pair[1], default=None)


def _groups(cell: IntArray, part: TimeArray) -> IntArray:
    """Return the group of each step: its cell, within a day or a month."""
    number = (part - part[0]).astype(np.int64)
    return np.asarray(cell * (int(number.max()) + 1) + number)


def _above(is_above: BoolArray, group: IntArray) -> Iterator[IntArray]:
    """Yield the steps of each group that has one above."""
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.diff(group[order])) + 1
    for rows in np.split(order, bounds):
        if is_above[rows].any():
            yield rows


def _under(kwh: FloatArray, limit_kwh: float) -> FloatArray:
    """Return `kwh` with its sum and nothing above the limit: what is cut is spread in proportion."""
    total, count = float(kwh.sum()), len(kwh)
    if total >= limit_kwh * count:
        return np.full(count, total / count)
    shape = np.maximum(kwh, 1e-9 * total / count)  # hours without any energy fill last
    highest = np.sort(shape)[::-1]
    level = (total - np.arange(count) * limit_kwh) / np.cumsum(highest[::-1])[::-1]
    first = int(np.argmax(level * highest <= limit_kwh))
    return np.asarray(np.minimum(level[first] * shape, limit_kwh))
