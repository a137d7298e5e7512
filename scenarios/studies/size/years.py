"""The years of a plan as a search of powers settles them, where dated changes tell them apart.

Years between which nothing is dated differ by the wear of panels alone: one in their middle stands for a few
of them, the first and the last for many, a line between. Where more is dated than is settled, the changes
that move the fewest kWh are smeared over their run of years. Of each hour one step is told, another one from
a year to the next: it stands for the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from acc.accounts.producers import price_steps
from acc.arrays import FloatArray, IntArray
from acc.changes import DatedChange
from acc.exchange import Exchange
from acc.plan.cash_flows import grown, nominal_discount_ratio
from acc.plan.plants import years_left
from acc.scenario import Scenario
from acc.size.result import SizedPowers
from acc.steps import count_full_years, local_calendar, years_later
from acc.years.plan_years import line_weights
from acc.years.states import (
    ABSENT,
    PlanBase,
    first_day,
    meters_in,
    moved_kwh,
    moving_columns,
    starts_in,
    year_of,
)
from scenarios.operation.metering.meter import Metered, base_of
from scenarios.operation.metering.own_use import hosts_of
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.size.roof_classes import SearchedYear, first_rows
from scenarios.studies.size.settings import SizeChoice

MOST_RUNS = 10
"""Runs of years that a search tells apart at most."""

LONG_YEARS = 8
"""Years of a run that one of them may stand for: more are told by two, a line between."""

HOURS_A_DAY, STEPS_TOLERANCE = 24, 1e-6
APART = "\n"
"""Between the id of a plant and the number of one of its alternatives: in no id."""


@dataclass(frozen=True, eq=False)
class SearchedYears:
    """The years that a search settles: J of the H of the plan.

    Attributes:
        folder: what they are made from with the plants of the folder.
        units: the same with the alternatives of each plant, a kWp of each, behind no meter.
        weights: of each settled year in every year of the plan, (H, J).
        each: the years that are settled, and what their kWh count for.
    """

    scenario: Scenario
    folder: PlanBase
    units: PlanBase
    weights: FloatArray
    each: tuple[SearchedYear, ...]

    @property
    def parts(self) -> FloatArray:
        """What each settled year is of the mean one, (J,)."""
        mean: FloatArray = self.weights.mean(axis=0)
        return mean

    @property
    def in_an_hour(self) -> int:
        """Steps of which one stands for all: those of an hour."""
        return max(1, int(1.0 / self.scenario.steps.hours + STEPS_TOLERANCE))

    def seen(self, settled: int) -> tuple[IntArray, FloatArray, FloatArray]:
        """Return rows that are told of a settled year (R,), what sites use, (R, N), what a kWp makes, (R, A).

        Sites that are out use nothing. Each row holds the kWh of all that it stands for.
        """
        rows = self._rows(settled)
        units = _base_on_rows(self.units, rows)
        moving = moving_columns(units, self._changes)
        used, output, _own = meters_in(units, self._changes, self.each[settled].year, moving)
        load = units.load_kwh.copy()
        load[:, moving] = used
        return rows, load, output

    def exchange(self, base: PlanBase, settled: int) -> Exchange:
        """Exchange of a settled year on the represented rows, zero on the others.

        Args:
            base: what the years are made from at some powers; see `built`.
        """
        rows, changes = self._rows(settled), base.own(self.scenario.changes)
        few = _base_on_rows(base, rows)
        moving = moving_columns(few, changes)
        used, output, own = meters_in(few, changes, self.each[settled].year, moving)
        load = few.load_kwh.copy()
        load[:, moving] = used

        def wide(kwh: FloatArray) -> FloatArray:
            full_year = np.zeros((self.scenario.steps.count, kwh.shape[1]))
            full_year[rows] = kwh
            return full_year

        return Exchange(self.scenario.steps, wide(load), wide(output), wide(own))

    def _rows(self, settled: int) -> IntArray:
        """Return the rows of a settled year that are told: of each hour one, another from hour to hour."""
        count = self.in_an_hour
        hours = np.arange(self.scenario.steps.count // count)
        turn = (hours + hours // HOURS_A_DAY + settled) % count
        return count * hours + turn

    @cached_property
    def _changes(self) -> tuple[DatedChange, ...]:
        """The changes, those of a plant once for each of its alternatives."""
        named: dict[str, list[str]] = {}
        for id_ in self.units.plant_ids:
            named.setdefault(id_.partition(APART)[0], []).append(id_)
        return tuple(
            replace(change, site=id_) if id_ != change.site else change
            for change in self.scenario.changes
            for id_ in named.get(change.site, [change.site])
        )

    def built(self, choice: SizeChoice, sized: SizedPowers, kept: Sequence[int]) -> PlanBase:
        """Base of the years with some of the plants, at the powers found."""
        rows = [row + plant.alternative for row, plant in zip(first_rows(choice), sized.plants, strict=True)]
        output = self.units.output_kwh[:, rows] * [plant.kwp for plant in sized.plants]
        ids = tuple(plant.id for plant in self.scenario.plants)
        wear, behind = self.units.wear_ratio[rows], tuple(hosts_of(self.scenario))
        complete = replace(self.units, output_kwh=output, behind=behind, plant_ids=ids, wear_ratio=wear)
        return complete.part(range(len(self.units.site_ids)), kept)


def _base_on_rows(base: PlanBase, rows: IntArray) -> PlanBase:
    """Base of the years on some rows alone, yearly sums kept."""
    if len(rows) == base.steps.count:
        return base
    return replace(
        base,
        load_kwh=_kept(base.load_kwh, rows),
        output_kwh=_kept(base.output_kwh, rows),
        added_kwh={
            change: _kept(np.abs(kwh), rows) * np.sign(kwh[rows]) for change, kwh in base.added_kwh.items()
        },
        days=local_calendar(base.steps).day[rows],
    )


def _kept(kwh: FloatArray, rows: IntArray) -> FloatArray:
    """Return some rows of kWh that hold the sum of all."""
    some = kwh[rows]
    total, kept_total = kwh.sum(axis=0), some.sum(axis=0)
    kept: FloatArray = some * np.divide(total, kept_total, out=np.ones_like(total), where=kept_total > 0.0)
    return kept


def repeats_first_year(scenario: Scenario, choice: SizeChoice) -> bool:
    """Return whether a search cannot count the dated changes: with a battery, or a host who joins later."""
    hosts = {plant.behind for plant in scenario.plants}
    return bool(scenario.changes or scenario.other_changes) and (
        choice.battery is not None
        or scenario.later_battery is not None
        or count_full_years(scenario.steps) != 1
        or any(change.what in ABSENT and change.site in hosts for change in scenario.changes)
    )


def searched_years(
    scenario: Scenario, metered: Metered, unit_kwh: FloatArray, choice: SizeChoice
) -> SearchedYears | None:
    """Return the years that a search settles; None where nothing is dated: the first one is repeated.

    Args:
        unit_kwh: of every alternative of every plant, (T, A); see `roof_classes.alternatives`.
    """
    finance = scenario.finance
    if finance is None or not (scenario.changes or scenario.other_changes):
        return None
    before = metered.before_changes or metered.exchange
    folder = base_of(scenario, before, hosts_of(scenario), metered.added)
    rows = [
        (m, f"{plant.id}{APART}{number}" if number else plant.id)
        for m, plant in enumerate(scenario.plants)
        for number in range(1 + len(choice.roofs[plant.id].planes))
    ]
    units = replace(
        folder,
        output_kwh=unit_kwh,
        behind=(None,) * len(rows),
        plant_ids=tuple(name for _m, name in rows),
        wear_ratio=folder.wear_ratio[[m for m, _name in rows]],
    )
    settled, weights = _settled(_runs(scenario, metered, folder), scenario, folder)
    return SearchedYears(scenario, folder, units, weights, tuple(_counted(scenario, settled, weights)))


def _runs(scenario: Scenario, metered: Metered, folder: PlanBase) -> list[tuple[int, int]]:
    """Return the first and the last year of each run between which little changes: `MOST_RUNS` at most."""
    assert scenario.finance is not None  # a plan is sought
    steps, horizon, kwh = scenario.steps, scenario.finance.horizon_years, folder.yearly_kwh()
    moved: dict[int, float] = defaultdict(float)
    for change in scenario.changes:
        for day in (change.since, change.until):
            if day is None:
                continue
            year = year_of(day, steps)
            moved[year] += moved_kwh(change, kwh)
            if day != years_later(first_day(steps), year - 1):
                moved[year + 1] += moved_kwh(change, kwh)
    for plant, last in _ends(scenario, metered):
        moved[last + 1] += kwh[plant]
    inside = [year for year in sorted(moved, key=lambda at: -moved[at]) if 1 < year <= horizon]
    firsts = [1, *sorted(inside[: MOST_RUNS - 1]), horizon + 1]
    return [(first, after - 1) for first, after in pairwise(firsts)]


def _ends(scenario: Scenario, metered: Metered) -> Iterator[tuple[str, int]]:
    """Yield the last year of the plan in which each plant runs whose life ends."""
    costs, starts = (
        tariffs_of(scenario, metered.exchange).plant_costs,
        starts_in(scenario.changes, scenario.steps),
    )
    for plant in scenario.plants:
        left = years_left(plant, costs, scenario.on)
        if left is not None:
            yield plant.id, starts.get(plant.id, 1) - 1 + left


def _settled(
    runs: Sequence[tuple[int, int]], scenario: Scenario, folder: PlanBase
) -> tuple[list[int], FloatArray]:
    """Return the years that are settled, and how much of each every year of the plan has, (H, J)."""
    assert scenario.finance is not None  # a plan is sought
    horizon, wear = scenario.finance.horizon_years, folder.wear_ratio
    worth = (1.0 + nominal_discount_ratio(scenario.finance)) ** -np.arange(horizon + 1.0)
    settled: list[int] = []
    columns = []
    for first, last in runs:
        rows = slice(first - 1, last)
        if last - first < LONG_YEARS:
            years = np.arange(first, last + 1)
            middle = float(np.average(years, weights=worth[years]))
            some, line = [int(years[np.abs(years - middle).argmin()])], np.ones((len(years), 1))
        else:
            some = [first, last]
            line = line_weights(
                [1, last - first + 1], last - first + 1, float(wear.mean()) if len(wear) else 0.0
            )
        for column in line.T:
            of_all = np.zeros(horizon)
            of_all[rows] = column
            columns.append(of_all)
        settled += some
    return settled, np.stack(columns, axis=1)


def _counted(scenario: Scenario, settled: Sequence[int], weights: FloatArray) -> Iterator[SearchedYear]:
    """Settled years, with the weights and prices of their kWh."""
    finance = scenario.finance
    assert finance is not None  # a plan is sought
    steps, horizon = price_steps(scenario, finance.horizon_years), finance.horizon_years
    pace = grown(finance.supply_growth_ratio, horizon) * (
        1.0 + nominal_discount_ratio(finance)
    ) ** -np.arange(horizon + 1.0)
    for year, part in zip(settled, weights.T, strict=True):
        parts = np.concatenate(([0.0], part))
        ratio = (steps.sites * parts * pace).sum(axis=1) / float(parts @ pace)
        yield SearchedYear(year, parts, np.broadcast_to(steps.local, parts.shape), ratio)
