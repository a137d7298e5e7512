"""What a dated change makes of the column of a site or plant, on the rows of a year on which it holds."""

from collections.abc import Mapping, Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.changes import ADDED, HEATS_OR_COOLS, OF_A_PART, DatedChange, What

ABSENT = frozenset({What.LEAVES, What.JOINS})
"""Changes that say who takes part, and when."""

Rows = Sequence[slice]
"""Rows on which a change holds: parts whose days grow."""


def write(
    column: FloatArray,
    changes: Sequence[DatedChange],
    rows_of_each: Sequence[Rows],
    added_kwh: Mapping[DatedChange, FloatArray],
) -> None:
    """Apply changes to the column of their site or plant, in their order.

    Who takes part is written by `clear`.

    Args:
        rows_of_each: the rows on which each holds; of a plant that starts, those before.
        added_kwh: of each that adds or moves a use, on all rows; of one of a part of a need, that part.
    """
    earlier: list[tuple[DatedChange, Rows, FloatArray | None]] = []
    for change, rows in zip(changes, rows_of_each, strict=True):
        added = added_kwh.get(change)
        if change.what is What.STARTS:
            clear(column, rows)
        elif change.what in OF_A_PART:
            _resize_part(column, change, rows, added_kwh[change], earlier)
        else:
            _apply(column, change, rows, added)
        earlier.append((change, rows, added))


def _apply(column: FloatArray, change: DatedChange, slices: Rows, added_kwh: FloatArray | None) -> None:
    for rows in slices:
        if change.what is What.HOURS and added_kwh is not None:
            _move(column[rows], added_kwh[rows])
        elif change.what in ADDED and added_kwh is not None:
            column[rows] += added_kwh[rows]
        elif change.what in {What.SCALE, What.CLOSES}:
            column[rows] *= change.ratio


def clear(column: FloatArray, slices: Rows) -> None:
    """Write nothing on some rows."""
    for rows in slices:
        column[rows] = 0.0


def _resize_part(
    column: FloatArray,
    change: DatedChange,
    slices: Rows,
    part_kwh: FloatArray,
    earlier: Sequence[tuple[DatedChange, Rows, FloatArray | None]],
) -> None:
    """Apply a change to a part of a need, after the earlier changes of its site.

    Args:
        part_kwh: that part, on all rows, were no change counted.
        earlier: these changes, where they hold, what they add.
    """
    before = [
        entry
        for entry in earlier
        if entry[0].what in {What.SCALE, What.CLOSES, change.what}
        or (entry[0].what in HEATS_OR_COOLS and change.what is What.RENOVATION)
    ]
    part = part_kwh.copy() if before else part_kwh
    for past, past_rows, added_kwh in before:
        for rows in past_rows:
            if past.what in HEATS_OR_COOLS and added_kwh is not None:
                part[rows] += added_kwh[rows]
            else:
                part[rows] *= past.ratio
    for rows in slices:
        column[rows] = np.maximum(0.0, column[rows] - (1.0 - change.ratio) * part[rows])


def _move(column: FloatArray, moved_kwh: FloatArray) -> None:
    """Move energy from some rows to others: at most the energy present, in equal amounts."""
    leaves = np.minimum(moved_kwh, 0.0)
    leaving = np.maximum(leaves, -column)
    total = leaves.sum()
    # Rows may stand for some of the hours alone: what leaves is then not among them.
    column += leaving + np.maximum(moved_kwh, 0.0) * (leaving.sum() / total if total < 0.0 else 1.0)
