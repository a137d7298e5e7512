"""The years of a plan in draws: panels that age, and the loads that dated changes move.

A draw settles its first year alone. What each later one has more or less is what it has of the folder: the
euros of a plan move a hundred times less by that than by the sun, the needs and the prices that are drawn.

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
from acc.scenario import KeyChoice
from acc.steps import Steps, local_calendar, years_later
from acc.units import LEAST_KWH
from acc.years.plan_years import PlanYears
from acc.years.states import PlanBase, first_day, moving_columns
from profiles.reference.shape_library import CELLS, HOURS, KINDS_OF_DAY
from scenarios.operation.draws.draws import DrawnChange
from scenarios.operation.draws.loads import Cells, Kept, kept, mapped
from scenarios.operation.ready.operation import Operation

MOST = 2.0
"""Up to so many times the kWh of the folder, draws change as much in proportion; beyond, not a kWh more."""


@dataclass(frozen=True, slots=True, eq=False)
class AgedYears:
    """The years of a plan, its first one among them, under K keys: J of H.

    Attributes:
        levels: kWh of each, the first year first, by name of `KwhRows`: (K, J, ...); (1, J, ...) of what no
            key moves.
        weights: of each of them in every year, (H, J).
    """

    levels: Mapping[str, FloatArray]
    weights: FloatArray

    def of(self, first: Mapping[str, FloatArray], keys: IntArray) -> dict[str, FloatArray]:
        """Return the kWh of these years in draws, (R, J, ...), from those of their first one, (R, ...).

        What sites receive is what plants share, and no more than they inject.

        Args:
            first: by name of `KwhRows`; plants may be one in `local_kwh`.
            keys: of each row.
        """
        levels, lanes = dict(self.levels), first["local_kwh"].shape[1]
        if lanes == 1:
            levels["local_kwh"] = levels["local_kwh"].sum(axis=2, keepdims=True)

        def later(name: str) -> FloatArray:
            return _changed(first[name], levels[name], keys)

        used = later("consumption_kwh")
        local = _at_most(later("local_kwh"), used)
        injected = _changed(
            first["shared_kwh"] + first["surplus_kwh"], levels["shared_kwh"] + levels["surplus_kwh"], keys
        )
        local, shared = _balanced(local, np.minimum(later("shared_kwh"), injected))
        return {
            "consumption_kwh": used,
            "local_kwh": local,
            "own_use_kwh": later("own_use_kwh"),
            "shared_kwh": shared,
            "surplus_kwh": injected - shared,
        }


def _changed(first_kwh: FloatArray, level: FloatArray, keys: IntArray) -> FloatArray:
    """Return kWh of later years, (R, J, ...), from those of draws in the first one, (R, ...).

    The folder's own change is added, as many times as a draw has its kWh, `MOST` at most: a ratio to nearly
    nothing would make a site that receives 4 kWh a year worth billions.

    Args:
        level: of the folder, (K, J, ...).

    >>> _changed(np.array([2.0, 4.0, 400.0]), np.array([[4.0, 3.0]]), np.zeros(3, dtype=np.int64)).tolist()
    [[2.0, 1.5], [4.0, 3.0], [400.0, 398.0]]
    """
    rows = np.minimum(keys, len(level) - 1)
    start, change = level[:, :1], level - level[:, :1]
    own, drawn = start[rows], first_kwh[:, None]
    near = np.minimum(drawn / np.maximum(own, LEAST_KWH), MOST)
    times = np.where(own < LEAST_KWH, 1.0, near)
    return np.maximum(drawn + times * change[rows], 0.0)


def _at_most(local_kwh: FloatArray, used_kwh: FloatArray) -> FloatArray:
    """Energy received from each plant, (R, J, M or 1, N, S), kWh, at most the use of sites (R, J, N, S)."""
    received = local_kwh.sum(axis=2)
    part = np.divide(used_kwh, received, out=np.ones_like(received), where=received > used_kwh)
    kept: FloatArray = local_kwh * part[:, :, None]
    return kept


def _balanced(local_kwh: FloatArray, shared_kwh: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Received (R, J, M or 1, N, S) and shared (R, J, M) energy, kWh, scaled to the lesser of their sums.

    Each plant gives what its buyers receive, else all plants together, where they are one.
    """
    received = local_kwh.sum(axis=(-2, -1))
    given = shared_kwh if received.shape == shared_kwh.shape else shared_kwh.sum(axis=-1, keepdims=True)
    least = np.minimum(received, given)
    of_sites, of_plants = (
        np.divide(least, total, out=np.zeros_like(least), where=total > 0.0) for total in (received, given)
    )
    return local_kwh * of_sites[..., None, None], shared_kwh * of_plants


MOST_LEVELS = 2_000_000
"""Numbers of local kWh by year that travel with each task (16 MB); of more, few years and a curve do."""


def aged_years(operation: Operation, choices: Sequence[KeyChoice]) -> AgedYears | None:
    """Return the years of the plan under some keys; None where there is none, or all are alike."""
    every, ground = [_own_years(operation, choice) for choice in choices], operation.ground
    known = [years for years in every if years is not None and years.local_kwh is not None]
    if not ground.has_plan or len(known) < len(every) or not known or len(known[0].settled) == 1:
        return None
    first, horizon = known[0], len(known[0].energies)
    local = [years.local_kwh for years in known if years.local_kwh is not None]
    is_small = len(known) * horizon * local[0][0].size <= MOST_LEVELS
    some = list(range(1, horizon + 1)) if is_small else ground.few
    rows = np.array(some) - 1
    assert first.withdrawn_kwh is not None  # told beside what is local
    assert first.own_use_kwh is not None
    levels = np.stack([years.each(kwh)[rows] for years, kwh in zip(known, local, strict=True)])
    by_name = {
        "consumption_kwh": first.each(first.withdrawn_kwh)[None, rows],
        "local_kwh": levels,
        "own_use_kwh": first.each(first.own_use_kwh)[None, rows],
        "shared_kwh": levels.sum(axis=(-2, -1)),
        "surplus_kwh": np.stack([years.by_plant("surplus_kwh").T[rows] for years in known]),
    }
    return AgedYears(by_name, ground.weights(some))


def _own_years(operation: Operation, choice: KeyChoice) -> PlanYears | None:
    """Return the years under a key as its own run tells them: each one settled."""
    years = operation.years(choice)
    if years is None or years.is_exact or choice == operation.scenario.key:
        return years
    return replace(operation, scenario=replace(operation.scenario, key=choice)).years(choice)


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
