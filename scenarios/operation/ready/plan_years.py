"""The years of a plan under a key: each one settled on its own meters, by those who take part in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SlotClock, kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import Tariffs
from acc.devices.battery import (
    ServedLast,
    context_with_battery,
    given_through,
    with_battery,
    without_battery,
)
from acc.exchange import Exchange
from acc.indicators import Energy, energy
from acc.keys import KeyContext
from acc.scenario import Battery, Scenario
from acc.settle import Key, settle
from acc.years.plan_years import PlanYears, YearKwh, between, plan_years
from acc.years.states import (
    PlanBase,
    anchors_at_most,
    away_in,
    exchange_in,
    first_day,
    moving_columns,
    year_of,
)

SOME_YEARS, FEW_YEARS = 12, 7
"""Years that are settled at most for a key beside that of the folder, and for one question among many."""


@dataclass(frozen=True, eq=False)
class YearsGround:
    """What the years of a plan are settled from, whatever the key.

    Attributes:
        key_of: the key for what it may know of the participants who are in.
    """

    scenario: Scenario
    base: PlanBase
    context: KeyContext
    tariffs: Tariffs | None

    def years(self, key_of: Callable[[KeyContext], Key], horizon: int, most: int | None = None) -> PlanYears:
        """Return the kWh of each year of a plan.

        Args:
            key_of: the key for what it may know of those who are in.
            most: settle at most so many years, those around the largest changes, a line between them; each
                one where None.
        """
        changes, steps = self.scenario.changes, self.base.steps
        settled: Iterable[int] = range(1, horizon + 1)
        if most is not None and horizon > most:
            settled = anchors_at_most(changes, steps, horizon, self.base.yearly_kwh(), most)
        found = {year: self._year(key_of, year) for year in settled}
        return plan_years(first_day(steps), between(found, horizon))

    def _year(self, key_of: Callable[[KeyContext], Key], year: int) -> YearKwh:
        changes = self.scenario.changes
        exchange = exchange_in(self.base, changes, year)
        away = away_in(self.base.steps, changes, year)
        sites = self.scenario.participants
        rows = [n for n, site in enumerate(sites) if site.id not in away]
        needs = exchange.consumption_kwh.sum(axis=0)
        given = self.context if len(rows) == len(sites) else self.context.part(rows)
        known, battery = replace(given, consumption_kwh=needs[rows]), self._battery(year)
        key = key_of(known)
        if battery is not None and self.scenario.battery is None:
            key = ServedLast(key_of(context_with_battery(known, battery, None)))
        sums, local = self._settled(exchange, rows, key, battery)
        wide = replace(
            sums,
            consumption_kwh=_spread(sums.consumption_kwh, rows, len(sites), 0),
            received_kwh=_spread(sums.received_kwh, rows, len(sites), 0),
        )
        if local is None or self.tariffs is None:
            return YearKwh(energy=wide)
        clocks = self.tariffs.clocks
        return YearKwh(
            energy=wide,
            withdrawn_kwh=self._withdrawn_kwh(exchange, clocks),
            local_kwh=_spread(local, rows, len(sites), 1),
            own_use_kwh=own_use_by_slot(exchange, clocks, self.base.behind),
        )

    def _withdrawn_kwh(self, exchange: Exchange, clocks: Sequence[SlotClock]) -> FloatArray:
        """Return what each site withdraws by slot, (N, S), counted again where it may have changed."""
        moving = moving_columns(self.base, self.scenario.changes)
        withdrawn, some = self.steady_kwh.copy(), np.ascontiguousarray(exchange.consumption_kwh[:, moving])
        if moving:
            withdrawn[moving] = kwh_by_slot(exchange.steps, [clocks[n] for n in moving], some)
        return withdrawn

    @cached_property
    def steady_kwh(self) -> FloatArray:
        """What each site uses by slot, no change counted, (N, S)."""
        assert self.tariffs is not None  # kWh by slot are for euros
        clocks = self.tariffs.clocks
        return kwh_by_slot(self.base.steps, clocks, self.base.load_kwh)

    def _battery(self, year: int) -> Battery | None:
        """Return the battery that is there in a year."""
        since = self.scenario.battery_since
        if since is not None and year >= year_of(since, self.base.steps):
            return self.scenario.later_battery
        return self.scenario.battery

    def _settled(
        self, exchange: Exchange, rows: Sequence[int], key: Key, battery: Battery | None
    ) -> tuple[Energy, FloatArray | None]:
        """Return the sums, and the local kWh by slot, of those who are in; a battery is left out of both."""
        present = exchange
        if len(rows) < len(self.scenario.participants):
            some = np.ascontiguousarray(exchange.consumption_kwh[:, rows])
            present = replace(exchange, consumption_kwh=some)
        whole = present if battery is None else with_battery(present, battery).exchange
        shared = settle(whole, key)
        members = None if self.tariffs is None else [self.tariffs.members[n].clock for n in rows]
        sums, local = energy(whole, shared), None
        if members is not None:
            # The battery pays nobody here: its own clock is never read.
            clocks = members if battery is None else [*members, members[-1]]
            local = local_kwh_by_slot(whole, shared, clocks)
        if battery is None:
            return sums, local
        return without_battery(sums), None if local is None else given_through(local)


def _spread(values: FloatArray, rows: Sequence[int], count: int, axis: int) -> FloatArray:
    """Return values of some participants among all, nothing for the others."""
    if len(rows) == count:
        return values
    shape = list(values.shape)
    shape[axis] = count
    out = np.zeros(shape)
    out[(slice(None),) * axis + (list(rows),)] = values
    return out
