"""What the meters see in each year of a plan in a draw: its loads and output, its own changes on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, span_sums
from acc.batch.needs import Bend, Needs
from acc.changes import LATE, DatedChange, What
from acc.years.states import PlanBase, anchors_at_most, away_in, first_day, meters_in, year_of
from scenarios.operation.draws.array_store import Stock, mapped
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.drawn_changes import DrawnChange, drawn_changes
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.indicators import Meters
from scenarios.operation.draws.later_base import LaterBase, TakenSteps

MOST_SETTLED = 7
"""Years of a plan that a draw settles, a line between them: those around what moves the most kWh."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnYears:
    """The future of a draw.

    Attributes:
        changes: what the draw makes of each change that was said.
        counted: those of which something happens; `by_night` those of sites.
        steady: what the meters see were no change counted, each need made once, on the steps of `grid`.
    """

    later: LaterBase
    grid: TakenSteps
    changes: tuple[DrawnChange, ...]
    counted: tuple[DatedChange, ...]
    by_night: tuple[DatedChange, ...]
    steady: Meters
    sheet: PlanBase
    nights: PlanBase

    def in_year(self, year: int) -> Meters:
        """Meters in a year of the plan."""
        moving = list(range(len(self.later.moving)))
        withdrawn, output, own = meters_in(self.sheet, self.counted, year, moving)
        dark = meters_in(self.nights, self.by_night, year, moving)[0]
        columns = np.array(self.later.moving, dtype=np.int64)
        consumption = self.steady.consumption_by_group_kwh.copy()
        consumption[columns] = span_sums(withdrawn.T, self.sheet.spans)
        consumption[columns] += span_sums(dark.T, self.nights.spans)
        return replace(
            self.steady,
            needs=replace(self.steady.needs, hosts=columns, host_kwh=np.ascontiguousarray(withdrawn.T)),
            made_kwh=np.ascontiguousarray(output.T),
            consumption_by_group_kwh=consumption,
            own_by_group_kwh=span_sums(own.T, self.sheet.spans),
            changes=self.changes,
            year=year,
        )

    def away(self, year: int) -> frozenset[str]:
        """Participants absent in a year."""
        return away_in(self.later.base.steps, self.counted, year)

    def settled(self, horizon: int, *, exact: bool) -> list[int]:
        """Return the years that are settled: all where `exact`, else those around the largest changes."""
        if exact:
            return list(range(1, horizon + 1))
        later = self.later
        return anchors_at_most(self.counted, later.base.steps, horizon, later.yearly_kwh, MOST_SETTLED)


def drawn_years(case: Case, drawn: Draw, steady: Meters, grid: TakenSteps) -> DrawnYears:
    """Return the future of a draw, on the steps of a grid.

    Args:
        steady: what the meters see were no change counted.
    """
    later = case.later
    assert later is not None  # only asked where changes tell years apart
    changes = changes_of(case, drawn)
    columns, stock = np.array(later.moving, dtype=np.int64), case.stocks[drawn.weather]
    output = taken(stock, "unit", grid) * steady.output_kwp[:, None]
    if steady.bending is None:
        night = later.night_kwh[drawn.weather] * steady.needs.factor[columns, None]
        need = taken(stock, "load", grid) * steady.needs.factor[:, None]
    else:
        night = later.bendable_kwh[drawn.weather] * steady.bending[columns]
        base, bend = taken(stock, "bendable", grid), Bend(steady.bending, case.cells.of_sheet[grid.columns])
        need = bend.times(base, slice(None))
    counted = tuple(change.drawn for change in changes if change.drawn is not None)
    nights = later.by_night(night, changes)
    return DrawnYears(
        later,
        grid,
        changes,
        counted,
        nights.own(counted),
        replace(steady, needs=Needs.of(need)),
        later.on_sheet(need[columns].T, output.T, changes, grid),
        nights,
    )


@lru_cache(maxsize=6)
def taken(stock: Stock, name: str, grid: TakenSteps) -> FloatArray:
    """Values of a stock at the steps of a grid, weighted by the steps around; once for all draws."""
    kwh: FloatArray = np.ascontiguousarray(mapped(getattr(stock, name))[:, grid.columns]) * grid.weight
    return kwh


def changes_of(case: Case, drawn: Draw) -> tuple[DrawnChange, ...]:
    """Dated changes of a case in a draw."""
    changes: Sequence[DatedChange] = () if case.later is None else case.later.changes
    if drawn.chances is None:
        return tuple(DrawnChange(change, change) for change in changes)
    return drawn_changes(changes, case.scenario.steps, drawn.chances)


def out_at_first(changes: Sequence[DrawnChange], case: Case) -> frozenset[str] | None:
    """Return the plants that start, and the sites that join, after the first year of a plan or never.

    None where more than they changes that year, or where a site that is out stands above a plant.
    """
    days, steps = [change.drawn for change in changes if change.drawn is not None], case.scenario.steps
    late = {day.site for day in days if day.what in LATE and year_of(day.since, steps) > 1}
    now = [day for day in days if year_of(day.since, steps) <= 1]
    out = late | {day.site for day in now if _is_never(day, case)}
    hosts = {case.ids[host] for host in case.hosts}
    return None if out & hosts or any(day.site not in out for day in now) else frozenset(out)


def _is_never(change: DatedChange, case: Case) -> bool:
    """Return whether a change says, as `never` does, that its site or plant is not there."""
    absent = change.what is What.LEAVES or (change.what is What.CLOSES and change.ratio == 0.0)
    return absent and change.until is None and change.since == first_day(case.scenario.steps)
