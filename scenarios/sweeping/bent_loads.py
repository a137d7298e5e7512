"""Loads as a draw bends them: the curve of each participant times a factor by cell, its energy kept."""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.steps import Steps
from scenarios.sweeping.cells import CELLS, cell_of_steps, roughness
from scenarios.sweeping.unknowns import Rule, Unknown


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where the cells lie in a case: D steps of the sheet, P pairs of a cell and a group of steps.

    Attributes:
        of_sheet: cell of each step of the sheet, shape (D,).
        of_pair: cell of each pair, by group, shape (P,).
        starts: where each group begins among the pairs, shape (G,).
        bendable_kwh: energy of what is bent, in each pair, shape (W, N, P).
    """

    of_sheet: IntArray
    of_pair: IntArray
    starts: IntArray
    bendable_kwh: FloatArray

    def factors(self, weather: int, kwh: FloatArray, shape: FloatArray) -> FloatArray:
        """Return what each load is multiplied by in each cell, shape (N, CELLS).

        Args:
            kwh: what each load sums to in the end, whatever its shape, (N,).
            shape: of each, up to a factor, (N, CELLS).
        """
        bent = (self.bendable_kwh[weather] * shape[:, self.of_pair]).sum(axis=1)
        factor: FloatArray = shape * np.divide(kwh, bent, out=np.zeros_like(bent), where=bent > 0.0)[:, None]
        return factor

    def by_group(self, weather: int, factor: FloatArray) -> FloatArray:
        """Return what each load sums to in each group of steps, shape (N, G)."""
        sums: FloatArray = np.add.reduceat(
            self.bendable_kwh[weather] * factor[:, self.of_pair], self.starts, axis=1
        )
        return sums


def cells_of(steps: Steps, group: IntArray, rows: IntArray, bendable: list[FloatArray]) -> Cells:
    """Return the cells of a case.

    Args:
        group: of each step, (T,); rows: steps of the sheet, (D,).
        bendable: what is bent in each weather year, (T, N).
    """
    cell = cell_of_steps(steps)
    code, pair = np.unique(group * CELLS + cell, return_inverse=True)
    energy = [
        np.stack([np.bincount(pair, load[:, n], len(code)) for n in range(load.shape[1])])
        for load in bendable
    ]
    starts = np.searchsorted(code // CELLS, np.arange(int(group.max()) + 1))
    return Cells(cell[rows], code % CELLS, starts, np.stack(energy))


def bendable_kwh(load: FloatArray, steps: Steps, unknowns: list[Unknown]) -> FloatArray:
    """Return what shapes are laid on, (T, N): the curves, or their roughness where a measured shape is taken.

    A measured shape is laid on even cells: on the days of a profile it would take its habits too.
    """
    measured = [n for n, unknown in enumerate(unknowns) if unknown.rule is Rule.MEASURED]
    if not measured:
        return load
    bendable = load.copy()
    bendable[:, measured] = roughness(load[:, measured], steps)
    return bendable


def bent(load: FloatArray, factor: FloatArray, cell: IntArray) -> FloatArray:
    """Return loads (N, D) times the factor of the cell of each step, laid in memory as they are."""
    if np.isfortran(load):  # as `Sheet.take` leaves many participants: a step is a row
        by_step: FloatArray = (load.T * factor.T[cell]).T
        return by_step
    out = np.empty(load.shape)
    for into, row, kwh in zip(out, factor, np.asarray(load), strict=True):
        row.take(cell, out=into, mode="clip")  # cells are in range: "raise" would copy first
        np.multiply(into, kwh, out=into)
    return out
