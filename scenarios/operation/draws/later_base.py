"""What the years of a plan are made from in draws: the loads that move, on the sheet and by night.

The sheet holds the steps of production alone: what is used by night is kept by pair of a cell and a group of
steps, as bending needs it, and counts from the month of its change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.batch.sums import ProductiveSteps
from acc.changes import ADDED, OF_A_PART, DatedChange
from acc.steps import Steps, local_calendar, years_later
from acc.years.states import PlanBase, first_day, moving_columns
from profiles.reference.shape_library import CELLS, HOURS, KINDS_OF_DAY
from scenarios.operation.draws.array_store import Kept, kept, mapped
from scenarios.operation.draws.drawn_changes import DrawnChange
from scenarios.operation.draws.load_perturbation import Cells

MIDDLE_DAY = 15
"""Of a month, for what is told by month."""


@dataclass(frozen=True, slots=True, eq=False)
class TakenSteps:
    """Steps of the sheet that stand for all of them, D' of D.

    Attributes:
        columns: of the sheet, (D',); `days` theirs, `spans` the groups.
        weight: of how many each stands for, (D',): what is shared at a step grows as all its energies do.
        sheet: the same as steps of the period.
        added_kwh: what each change adds there, as if it held all year, (A, D').
    """

    columns: IntArray
    days: TimeArray
    spans: tuple[tuple[int, int], ...]
    weight: FloatArray
    sheet: ProductiveSteps
    added_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LaterBase:
    """The sites that move from one year to the next, K of N, and their days.

    Attributes:
        base: of the moving sites and all plants; its arrays are those of no draw, and hold no row.
        moving: columns of these sites.
        changes: those of the folder.
        exact, thin: all the steps of the sheet, and those that draws take.
        night_days, night_spans: of the pairs in `night_order`.
        night_kwh: used where nothing is made, in each pair, (W, K, P); `bendable_kwh` what shapes bend there.
        night_added_kwh: what each change adds in each pair, (A, P).
        added: what each change that adds a use adds, or the part of a need it bears on, as if it held all
            year, (A, T).
        yearly_kwh: of each site that moves and of each plant, by id: which changes weigh the most.
    """

    base: PlanBase
    moving: tuple[int, ...]
    changes: tuple[DatedChange, ...]
    exact: TakenSteps
    thin: TakenSteps
    night_order: IntArray
    night_days: TimeArray
    night_spans: tuple[tuple[int, int], ...]
    night_kwh: FloatArray
    bendable_kwh: FloatArray
    night_added_kwh: FloatArray
    added: Kept
    yearly_kwh: Mapping[str, float]

    def on_sheet(
        self, load: FloatArray, output: FloatArray, changes: Sequence[DrawnChange], grid: TakenSteps
    ) -> PlanBase:
        """Base of the years on the steps of a grid, (D', K) and (D', M), in a draw."""
        added = self._added(changes, grid.added_kwh)
        return replace(
            self.base, load_kwh=load, output_kwh=output, added_kwh=added, days=grid.days, spans=grid.spans
        )

    def by_night(self, load: FloatArray, changes: Sequence[DrawnChange]) -> PlanBase:
        """Base of the years of sites without output, one row per pair, (P, K).

        Args:
            load: of each pair, (K, P).
        """
        return replace(
            self.base,
            load_kwh=load.T[self.night_order],
            output_kwh=np.zeros((load.shape[1], 0)),
            behind=(),
            plant_ids=(),
            wear_ratio=np.zeros(0),
            added_kwh=self._added(changes, self.night_added_kwh),
            days=self.night_days,
            spans=self.night_spans,
        )

    def at_each_step(self, load: FloatArray, output: FloatArray, changes: Sequence[DrawnChange]) -> PlanBase:
        """Base of the years of the moving sites at each step, (T, K) and (T, M)."""
        added = self._added(changes, mapped(self.added) if len(self.night_added_kwh) else ())
        return replace(self.base, load_kwh=load, output_kwh=output, added_kwh=added)

    def _added(
        self, changes: Sequence[DrawnChange], added_kwh: Iterable[FloatArray]
    ) -> dict[DatedChange, FloatArray]:
        uses = [use for use in self.changes if use.what in ADDED | OF_A_PART]
        added: dict[DatedChange, FloatArray] = {}
        rows = dict(zip(uses, added_kwh, strict=True))
        for change in changes:
            if change.said in rows and change.drawn is not None:
                size = change.drawn.kwh / change.said.kwh if change.said.what in ADDED else 1.0
                added[change.drawn] = rows[change.said] if size == 1.0 else rows[change.said] * size
        return added


def later_base(
    base: PlanBase,
    changes: Sequence[DatedChange],
    places: tuple[ProductiveSteps, IntArray, Cells],
    loads: tuple[Sequence[FloatArray], Sequence[FloatArray]],
    path: Path | None,
    *,
    keeps_all: bool,
) -> LaterBase:
    """Build the base of the plan years for draws.

    Args:
        base: of the folder's own weather, all sites.
        places: the sheet, the group of each step times CELLS plus its cell, (T,), and the cells.
        loads: of the sites that move in each weather year, (T, K), then what is bent of them.
        path: where arrays are written, without suffix; None holds them.
        keeps_all: draws take every step, as what goes through time asks.
    """
    moving = moving_columns(base, changes)
    part = base.part(moving, range(len(base.plant_ids)))
    sheet, pair_code, cells = places
    codes, pair = np.unique(pair_code, return_inverse=True)
    dark = np.ones(len(pair), dtype=np.bool_)
    dark[sheet.rows] = False

    def in_pairs(kwh: FloatArray) -> FloatArray:
        sums = [np.bincount(pair[dark], column[dark], len(codes)) for column in kwh.T]
        return np.array(sums, dtype=np.float64).reshape(kwh.shape[1], len(codes))

    def by_night(years: Sequence[FloatArray]) -> FloatArray:
        sums = [in_pairs(load) for load in years]
        return np.array(sums, dtype=np.float64).reshape(len(years), len(moving), len(codes))

    days = _days_of_months(codes % CELLS, base.steps)
    order = np.lexsort((days, cells.group))
    rows = [base.added_kwh[change] for change in changes if change.what in ADDED | OF_A_PART]
    uses = np.array(rows).reshape(len(rows), len(pair))
    every = 1 if keeps_all else max(1, 60 // base.steps.step_minutes)  # one an hour
    return LaterBase(
        base=replace(part, load_kwh=np.zeros((0, 0)), output_kwh=np.zeros((0, 0)), added_kwh={}),
        moving=tuple(moving),
        changes=tuple(changes),
        exact=_grid(sheet, base.steps, 1, uses),
        thin=_grid(sheet, base.steps, every, uses),
        night_order=order,
        night_days=days[order],
        night_spans=tuple(pairwise((*cells.starts.tolist(), len(codes)))),
        night_kwh=by_night(loads[0]),
        bendable_kwh=by_night(loads[1]),
        night_added_kwh=in_pairs(uses.T)[:, order],
        added=kept(path, "added", uses),
        yearly_kwh=base.yearly_kwh(),
    )


def _grid(sheet: ProductiveSteps, steps: Steps, every: int, added_kwh: FloatArray) -> TakenSteps:
    """Return one step in `every` of each group.

    Args:
        added_kwh: by each change, at each step of the period, (A, T).
    """
    spans = [(int(a), int(b)) for a, b in pairwise(sheet.starts)]
    columns = [np.arange(a + min(every // 2, max(0, b - a - 1)), b, every) for a, b in spans]
    weight = [
        np.full(len(some), (b - a) / max(1, len(some))) for some, (a, b) in zip(columns, spans, strict=True)
    ]
    starts = np.cumsum([0, *(len(some) for some in columns)])
    taken = np.concatenate([np.zeros(0, dtype=np.int64), *columns])
    rows, weights = sheet.rows[taken], np.concatenate([np.zeros(0), *weight])
    return TakenSteps(
        columns=taken,
        days=local_calendar(steps).day[rows],
        spans=tuple(pairwise(starts.tolist())),
        weight=weights,
        sheet=ProductiveSteps(rows, starts),
        added_kwh=added_kwh[:, rows] * weights,
    )


def _days_of_months(cell: IntArray, steps: Steps) -> TimeArray:
    """Return a day in the middle of the month of each cell, in the first year of the plan."""
    first, months = first_day(steps), cell // (KINDS_OF_DAY * HOURS) + 1
    of_month = [date(first.year, month, MIDDLE_DAY) for month in range(1, 13)]
    in_year = [day if day >= first else years_later(day, 1) for day in of_month]
    return np.array(in_year, dtype="datetime64[D]")[months - 1]
