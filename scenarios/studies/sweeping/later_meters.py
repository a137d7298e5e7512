"""What the meters see in each year of a plan in a draw: its loads and output, its own changes on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import span_sums
from acc.batch.needs import Needs
from acc.changes import DatedChange, What
from acc.years.states import PlanBase, anchors_at_most, away_in, meters_in, year_of
from scenarios.studies.draws.array_store import mapped
from scenarios.studies.draws.case import Case
from scenarios.studies.draws.drawn_changes import DrawnChange, drawn_changes
from scenarios.studies.draws.draws import Draw
from scenarios.studies.draws.indicators import Meters
from scenarios.studies.draws.later_base import LaterBase, TakenSteps

MOST_SETTLED = 7
"""Years of a plan that a draw settles, a line between them: those around what moves the most kWh."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnYears:
    """The future of a draw.

    Attributes:
        changes: what the draw makes of each change that was said.
        counted: those of which something happens.
        steady: what the meters see were no change counted, each need made once, on the steps of `grid`.
    """

    later: LaterBase
    grid: TakenSteps
    changes: tuple[DrawnChange, ...]
    counted: tuple[DatedChange, ...]
    steady: Meters
    sheet: PlanBase
    nights: PlanBase

    def in_year(self, year: int) -> Meters:
        """Return what the meters see in a year of the plan."""
        moving = list(range(len(self.later.moving)))
        withdrawn, made, own = meters_in(self.sheet, self.counted, year, moving)
        dark = meters_in(self.nights, self.counted, year, moving)[0]
        columns = np.array(self.later.moving, dtype=np.int64)
        consumption = self.steady.consumption_by_group_kwh.copy()
        consumption[columns] = span_sums(withdrawn.T, self.sheet.spans)
        consumption[columns] += span_sums(dark.T, self.nights.spans)
        return replace(
            self.steady,
            needs=replace(self.steady.needs, hosts=columns, host_kwh=np.ascontiguousarray(withdrawn.T)),
            made_kwh=np.ascontiguousarray(made.T),
            consumption_by_group_kwh=consumption,
            own_by_group_kwh=span_sums(own.T, self.sheet.spans),
            changes=self.changes,
            year=year,
        )

    def away(self, year: int) -> frozenset[str]:
        """Return who takes no part in a year."""
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
    columns, weight = np.array(later.moving, dtype=np.int64), grid.weight
    output = mapped(case.stocks[drawn.weather].unit)[:, grid.columns] * steady.output_kwp[:, None] * weight
    load = steady.needs.of_rows(columns)[:, grid.columns] * weight
    if steady.bending is None:
        night = later.night_kwh[drawn.weather] * steady.needs.factor[columns, None]
    else:
        night = later.bendable_kwh[drawn.weather] * steady.bending[columns]
    needs = Needs.of(steady.needs.part(grid.columns) * weight)
    return DrawnYears(
        later,
        grid,
        changes,
        tuple(one.drawn for one in changes if one.drawn is not None),
        replace(steady, needs=needs),
        later.on_sheet(load.T, output.T, changes, grid),
        later.by_night(night, changes),
    )


def changes_of(case: Case, drawn: Draw) -> tuple[DrawnChange, ...]:
    """Return what a draw makes of the dated changes of a case."""
    said: Sequence[DatedChange] = () if case.later is None else case.later.changes
    if drawn.chances is None:
        return tuple(DrawnChange(one, one) for one in said)
    return drawn_changes(said, case.scenario.steps, drawn.chances)


def idle_at_first(changes: Sequence[DrawnChange], case: Case) -> frozenset[str] | None:
    """Return the plants that start after the first year of a plan; None where more than they changes it."""
    days = [one.drawn for one in changes if one.drawn is not None]
    late = [one.what is What.STARTS and year_of(one.since, case.scenario.steps) > 1 for one in days]
    first = [one for one, starts_later in zip(days, late, strict=True) if not starts_later]
    if any(one.what is What.JOINS or year_of(one.since, case.scenario.steps) <= 1 for one in first):
        return None
    return frozenset(one.site for one, starts_later in zip(days, late, strict=True) if starts_later)
