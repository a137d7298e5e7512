"""The years of a plan under a key: each one settled on its own meters, by those who take part in it.

Under a key that splits a pool each year is settled, by sums, and so is each year of the folder's own key. Of
another one that is only compared few are: the ends of each stretch in which panels wear and nothing else
changes, and one in eight; the others are on the curve through them. All that tells a plan passes here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np

from acc.accounts.producers import is_full_years
from acc.arrays import FloatArray, spread
from acc.batch.ordered_sums import OrderedKey
from acc.batch.sums import SheetRows, Split
from acc.bills.bill import period_years
from acc.bills.tariff_slots import kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import Tariffs
from acc.changes import DatedChange, What
from acc.devices.battery import ServedLast, context_with_battery, given_through, with_battery, without_battery
from acc.exchange import Exchange
from acc.indicators import Energy, energy
from acc.keys import KeyContext
from acc.keys.catch_up import CatchUp
from acc.plan.plants import wear_ratio, years_left
from acc.rules.all_checks import RULES, check_perimeter
from acc.rules.check import Check, State
from acc.rules.distance import check_distance, distance_state
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Battery, KeyChoice, Scenario
from acc.settle import Key, settle
from acc.sites import Participant, Plant
from acc.steps import count_full_years, years_later
from acc.years.plan_years import PlanYears, YearKwh, curve_weights, filled, plan_years
from acc.years.states import (
    PlanBase,
    anchors,
    anchors_at_most,
    away_in,
    first_day,
    meters_in,
    moving_columns,
    plan_base,
    starts_in,
    year_of,
    years_of_plant,
)
from scenarios.entry.folder.sections import checked_members
from scenarios.operation.metering.kept_meters import loads_parts, sharing_parts
from scenarios.operation.metering.own_use import hosts_of
from scenarios.operation.ready.kept_years import YEARS
from scenarios.operation.ready.moved_meters import YearSheet
from scenarios.operation.ready.summed_years import SummedYears, YearRequest
from scenarios.operation.store.store import KEPT_NOWHERE, KeptKind, KeptStore, Same
from scenarios.rates.table import perimeter_rules, read_rates

SOME_YEARS, FEW_YEARS = 12, 7
"""Years around changes that are settled at most, under a key whose years are not summed: beside that of the
folder, and for one question among many."""

MOST_KEPT = 1_000_000
"""Pairs of a site and a plant, a year, whose kWh by slot are kept on the disk for a key (40 MB)."""

STILL_NEEDS: KeptKind[FloatArray] = KeptKind("still needs", most=2)

KeyOf = Callable[[KeyContext], Key]
"""The key for what it may know of those who are in."""


@dataclass(frozen=True, eq=False)
class YearsGround:
    """What the years of a plan are settled from, whatever the key.

    Attributes:
        first: what the meters see in the first year.
        base: what the others are made from; None where no dated change tells them apart.
        taken: gives what each site withdraws by slot in the first year, (N, S), where there are prices.
        cache: where years are kept for the next question; `known` those of this one, by key.
        inputs: sha256 of each file that they rest on; None keeps none on the disk.
    """

    scenario: Scenario
    first: Exchange
    base: PlanBase | None
    context: KeyContext
    tariffs: Tariffs | None
    taken: Callable[[], FloatArray]
    cache: KeptStore = KEPT_NOWHERE
    inputs: Mapping[str, str] | None = None
    known: dict[str, Mapping[int, YearKwh]] = field(default_factory=dict)

    @property
    def has_plan(self) -> bool:
        """Whether years are told: there are hypotheses, plants and whole years; one where changes are."""
        steps = self.first.steps
        if self.scenario.finance is None:
            return False
        if self.base is not None:
            return count_full_years(steps) == 1
        return bool(self.scenario.plants) and is_full_years(period_years(steps))

    @property
    def horizon(self) -> int:
        """How many years are told; 0 without a plan."""
        return 0 if self.scenario.finance is None else self.scenario.finance.horizon_years

    @property
    def wear_ratio(self) -> FloatArray:
        """Yearly loss of output of each plant, (M,)."""
        return np.array([wear_ratio(plant, self.scenario.finance) for plant in self.scenario.plants])

    @property
    def _rests_on(self) -> tuple[object, ...]:
        """All that the years rest on beside the key."""
        tariffs, wear = self.tariffs, tuple(self.wear_ratio.tolist())
        clocks = None if tariffs is None else tariffs.clocks
        later = self.scenario.later_battery, self._battery_year
        plan = self.horizon, wear, dict(self.ends), later
        return (self.first, self.base, self.scenario.changes, clocks, *plan)

    def years(self, settled: Mapping[int, YearKwh]) -> PlanYears:
        """Return the kWh of each year of a plan, from those that were settled."""
        return plan_years(first_day(self.first.steps), settled, self.weights(sorted(settled)))

    def weights(self, settled: Sequence[int]) -> FloatArray:
        """Return how much of each settled year every year of the plan has, (H, J)."""
        wear = self.wear_ratio
        changes = self.scenario.changes if self.base else ()
        turns = {*self._ends_apart, *anchors(changes, self.first.steps, self.horizon)}
        return curve_weights(settled, self.horizon, float(wear.mean()) if len(wear) else 0.0, sorted(turns))

    @property
    def few(self) -> list[int]:
        """Years from which the others follow, were no change dated; the first alone where all are alike."""
        fades = bool(self.ends) or bool(self.wear_ratio.any())
        return filled({1, self.horizon, *self._ends_apart}) if fades else [1]

    def kept(
        self, choice: KeyChoice, key_of: KeyOf, most: int | None, rests_on: tuple[object, ...] | None
    ) -> Mapping[int, YearKwh]:
        """Kept result of `settled`: independent of prices unless the key reads them.

        Args:
            rests_on: inputs of the key other than the meters; None where they cannot be listed.
        """
        name = repr((choice, most))
        if name not in self.known:
            make = partial(self._on_disk, choice, key_of, most)
            parts = (rests_on, *self._rests_on, most)
            self.known[name] = (
                self._settled_at_most(key_of, most)
                if rests_on is None
                else self.cache.get(KeptKind("years"), parts, make)
            )
        return self.known[name]

    def _on_disk(self, choice: KeyChoice, key_of: KeyOf, most: int | None) -> Mapping[int, YearKwh]:
        """Kept result of `settled` beside the meters, where it is small and the folder is asked as it stands.

        A control that is drawn along asks for a hundred states in turn: none of them is written.
        """
        make = partial(self._settled_at_most, key_of, most)
        is_drawn_along = bool(self.cache.most and self.scenario.questions)
        values = len(self.scenario.participants) * len(self.scenario.plants) * self.horizon
        if self.inputs is None or is_drawn_along or values > MOST_KEPT:
            return make()
        parts = sharing_parts(replace(self.scenario, key=choice))
        rests_on = {"inputs": dict(self.inputs), "scenario": parts, "most": most}
        return make() if parts is None else self.cache.get(YEARS, rests_on, make)

    def _settled_at_most(self, key_of: KeyOf, most: int | None) -> Mapping[int, YearKwh]:
        """Return some years, all of a key that splits a pool."""
        every = most is None or isinstance(self._summed_key(key_of), Split)
        return self.settled(key_of, None if every else most)

    def settled(self, key_of: KeyOf, most: int | None = None) -> dict[int, YearKwh]:
        """Return the kWh of years of a plan.

        Not of the first one where nothing is dated and each step is settled: that is done apart.

        Args:
            most: settle those around so many of the largest changes, and few of each stretch between; each
                year where None.
        """
        years, key = self._which(most), self._summed_key(key_of)
        if key is not None:
            sums = self._sums_on(every_step=True) if isinstance(key, CatchUp) else self._sums
            parts = (years[at : at + sums.at_once] for at in range(0, len(years), sums.at_once))
            each = (self._summed(key_of, some, sums, key) for some in parts)
            return {year: kwh for settled in each for year, kwh in settled.items()}
        years = years if self.base else years[1:]
        into = self.first.consumption_kwh.copy() if years and self.moving else None
        return {year: self._year(key_of, year, into) for year in years}

    def _summed_key(self, key_of: KeyOf) -> Split | OrderedKey | CatchUp | None:
        """Return a key of all sites whose years are sums: a split, cheap, or one that serves in order.

        None where a battery stores of them, or each step is settled.
        """
        if self.scenario.battery is not None or self.scenario.later_battery is not None:
            return None
        key = key_of(self.context)
        if isinstance(key, OrderedKey | CatchUp):
            return key
        return self._sums.split(key, range(len(self.scenario.participants)))

    def _which(self, most: int | None) -> list[int]:
        every = list(range(1, self.horizon + 1))
        if self.base is None:
            return self.few if most or len(self.few) == 1 else every
        if most is None or self.horizon <= most:
            return every
        yearly, changes = self.base.yearly_kwh(), self.scenario.changes
        largest = anchors_at_most(changes, self.base.steps, self.horizon, yearly, most)
        return filled({*largest, *self._ends_apart})

    @property
    def _ends_apart(self) -> set[int]:
        """The years around the end of a plant's life, and around the coming of a battery."""
        comes = self._battery_year
        last = {*self.ends.values()} | ({max(1, comes - 1)} if comes is not None else set())
        return {min(year + more, self.horizon) for year in last for more in (0, 1)} - {0}

    @cached_property
    def ends(self) -> Mapping[int, int]:
        """The last year of the plan in which each plant runs that ends its life in it, by column."""
        if self.tariffs is None:
            return {}
        last_years, starts = {}, starts_in(self.scenario.changes, self.first.steps)
        for m, plant in enumerate(self.scenario.plants):
            left = years_left(plant, self.tariffs.plant_costs, self.scenario.on)
            last = self.horizon if left is None else starts.get(plant.id, 1) - 1 + left
            if last < self.horizon:
                last_years[m] = last
        return last_years

    def first_kwh(self, sums: Energy, local_kwh: FloatArray | None) -> YearKwh:
        """Return the first year, from what was settled of it."""
        return self._year_sums(self.first, sums, local_kwh, self.taken)

    @cached_property
    def _sums(self) -> SummedYears:
        return self._sums_on(every_step=False)

    def _sums_on(self, *, every_step: bool) -> SummedYears:
        clocks = () if self.tariffs is None else self.tariffs.clocks
        meters = self._part, self._changes, self.moving, clocks
        return SummedYears.of(*meters, self._still_kwh, self.cache, every_step=every_step)

    def _still_kwh(self, sheet: YearSheet) -> FloatArray | SheetRows:
        """What each site that does not move needs on a sheet, (N, D), kWh; the same wherever loads are."""
        moving, make = self.moving, partial(sheet.lit.read, self.first.consumption_kwh, self.moving)
        if not self.cache.most:  # nobody asks again
            return make()
        # Loads that move follow the plants.
        loads = Same(self.first) if self.scenario.flexible else loads_parts(self.scenario)
        return self.cache.get(STILL_NEEDS, (loads, Same(sheet), *moving), lambda: make()[:, :])

    def _summed(
        self, key_of: KeyOf, years: Sequence[int], sums: SummedYears, of_all: Split | OrderedKey | CatchUp
    ) -> dict[int, YearKwh]:
        """Return some years by sums; a year in which the key is no split is settled step by step.

        Args:
            of_all: the key of all sites; in order, it gives those nothing who are away and need nothing.
        """
        settled, requests = dict[int, YearKwh](), dict[int, YearRequest]()
        for year in years:
            seen = sums.seen(year)
            rows, needs, known = self._year_inputs(year, seen.by_group_kwh.sum(axis=1))
            key = sums.split(key_of(known), rows) if isinstance(of_all, Split) else of_all
            if key is None:
                settled[year] = self._year(key_of, year, None)
            else:
                requests[year] = YearRequest(seen, key, needs)
        summed = sums.sum_years([*requests.values()], None if self.tariffs is None else self.taken())
        return settled | dict(zip(requests, summed, strict=True))

    def _year_inputs(self, year: int, moved_kwh: FloatArray) -> tuple[list[int], FloatArray, KeyContext]:
        """Participants of a year, withdrawals of each site, and context of the key.

        Args:
            moved_kwh: what is withdrawn by those that move.
        """
        sites, base = self.scenario.participants, self.base
        away = frozenset() if base is None else away_in(base.steps, self.scenario.changes, year)
        rows = [n for n, site in enumerate(sites) if site.id not in away]
        needs = self.context.consumption_kwh.copy()
        needs[self.moving] = moved_kwh
        given = self.context if len(rows) == len(sites) else self.context.part(rows)
        return rows, needs, replace(given, consumption_kwh=needs[rows])

    def _year(self, key_of: KeyOf, year: int, into: FloatArray | None) -> YearKwh:
        exchange, sites = self._seen(year, into), self.scenario.participants
        rows, needs, known = self._year_inputs(year, exchange.consumption_kwh[:, self.moving].sum(axis=0))
        battery = self._battery(year)
        key = key_of(known)
        if battery is not None and self.scenario.battery is None:
            key = ServedLast(key_of(context_with_battery(known, battery, None)))
        sums, local = self._settled(exchange, (rows, needs[rows]), key, battery)
        wide = replace(
            sums,
            consumption_kwh=spread(sums.consumption_kwh, rows, len(sites), 0),
            received_kwh=spread(sums.received_kwh, rows, len(sites), 0),
        )
        local = None if local is None else spread(local, rows, len(sites), 1)
        return self._year_sums(exchange, wide, local, lambda: self.withdrawn_kwh(self.taken(), exchange))

    def _year_sums(
        self,
        exchange: Exchange,
        sums: Energy,
        local_kwh: FloatArray | None,
        withdrawn: Callable[[], FloatArray],
    ) -> YearKwh:
        if local_kwh is None or self.tariffs is None:
            return YearKwh(energy=sums)
        return YearKwh(
            energy=sums,
            withdrawn_kwh=withdrawn(),
            local_kwh=local_kwh,
            own_use_kwh=own_use_by_slot(exchange, self.tariffs.clocks, hosts_of(self.scenario)),
        )

    @cached_property
    def _changes(self) -> tuple[DatedChange, ...]:
        """The dated changes, and the ends of plants whose life ends."""
        day = first_day(self.first.steps)
        ends = [
            DatedChange(site=self.scenario.plants[m].id, what=What.CLOSES, since=years_later(day, last))
            for m, last in self.ends.items()
        ]
        return (*(self.scenario.changes if self.base else ()), *ends)

    def _seen(self, year: int, into: FloatArray | None) -> Exchange:
        """Exchange at the meters in a year."""
        withdrawn, output, own = meters_in(self._part, self._changes, year, range(len(self.moving)))
        plants = np.ascontiguousarray(output), np.ascontiguousarray(own)
        return self.first.seen_again(self.moving, withdrawn, *plants, into)

    @cached_property
    def _part(self) -> PlanBase:
        """What the years of the sites that move, and of all plants, are made from."""
        moving, plants = self.moving, self.scenario.plants
        if self.base is not None:
            return self.base.part(moving, range(len(plants)))
        some = replace(self.first, consumption_kwh=self.first.consumption_kwh[:, moving])
        behind = [None if host is None else moving.index(host) for host in hosts_of(self.scenario)]
        sites = [self.scenario.participants[n].id for n in moving]
        return plan_base(some, behind, sites, [plant.id for plant in plants], self.wear_ratio, {})

    @cached_property
    def moving(self) -> list[int]:
        """The sites whose meter may not show the same each year."""
        if self.base is not None:
            return moving_columns(self.base, self.scenario.changes)
        return sorted({host for host in hosts_of(self.scenario) if host is not None})

    def withdrawn_kwh(self, taken_kwh: FloatArray, exchange: Exchange) -> FloatArray:
        """Withdrawals of each site by slot, (N, S), kWh, recomputed where they may have changed.

        Args:
            taken_kwh: the same, of other plants or of another year.
        """
        assert self.tariffs is not None  # kWh by slot are for euros
        moving, clocks = self.moving, self.tariffs.clocks
        withdrawn, some = taken_kwh.copy(), np.ascontiguousarray(exchange.consumption_kwh[:, moving])
        if moving:
            withdrawn[moving] = kwh_by_slot(exchange.steps, [clocks[n] for n in moving], some)
        return withdrawn

    @cached_property
    def _battery_year(self) -> int | None:
        """The year in which a battery comes; None where none does."""
        since = self.scenario.battery_since
        return None if since is None else year_of(since, self.first.steps)

    def _battery(self, year: int) -> Battery | None:
        """Return the battery that is there in a year."""
        if self._battery_year is not None and year >= self._battery_year:
            return self.scenario.later_battery
        return self.scenario.battery

    def _settled(
        self, exchange: Exchange, sites: tuple[Sequence[int], FloatArray], key: Key, battery: Battery | None
    ) -> tuple[Energy, FloatArray | None]:
        """Return the sums, and the local kWh by slot, of those who are in; a battery is left out of both.

        Args:
            sites: the rows of those who are in, and what each of them needs.
        """
        present, (rows, needs_kwh) = exchange, sites
        if len(rows) < len(self.scenario.participants):
            some = np.ascontiguousarray(exchange.consumption_kwh[:, rows])
            present = replace(exchange, consumption_kwh=some)
        full = present if battery is None else with_battery(present, battery).exchange
        shared = settle(full, key)
        sums = energy(full, shared, needs_kwh if battery is None else None)
        sums = sums if battery is None else without_battery(sums)
        if self.tariffs is None:
            return sums, None
        clocks = [self.tariffs.members[n].clock for n in rows]
        if battery is None:
            return sums, local_kwh_by_slot(full, shared, clocks)
        # The battery pays nobody here: its own clock is never read.
        return sums, given_through(local_kwh_by_slot(full, shared, [*clocks, clocks[-1]]))


def broken_later(scenario: Scenario) -> tuple[tuple[int, Check], ...]:
    """Return the binding rules that a later year of the plan breaks, and the one before did not, by year.

    The figures are those of the day on which the rates are read.
    """
    if not scenario.tells_years_apart or scenario.finance is None:
        return ()
    rules, later, before = perimeter_rules(read_rates(), scenario.on), list[tuple[int, Check]](), set[str]()
    known: dict[object, Mapping[str, Check | None]] = {}
    for year in anchors(
        (*scenario.changes, *scenario.other_changes), scenario.steps, scenario.finance.horizon_years
    ):
        current = _in_year(scenario, year)
        # Most years have the very members and plants of another one.
        was_far = DISTANCE in before
        those = _ids(current.participants), _ids(current.plants), current.battery is not None, was_far
        if those not in known:
            known[those] = _broken(current, rules, was_far=was_far)
        broken = known[those]
        new = [(rule, check) for rule, check in broken.items() if check is not None and rule not in before]
        later += [(year, check) for _rule, check in new if year > 1]
        before = set(broken)
    return tuple(later)


DISTANCE = "distance"
"""Name of the rule for whose sake who leaves is looked for, a long search among many."""


def _broken(scenario: Scenario, rules: PerimeterRules, *, was_far: bool) -> dict[str, Check | None]:
    """Return the binding rules that are broken, by name; None where the year before told it already.

    Args:
        was_far: whether the rule of distance was broken the year before.
    """
    if not scenario.participants:
        return {}
    members, regime = checked_members(scenario), scenario.regime
    if was_far and regime in rules.distance_km and distance_state(members, regime, rules) is State.NOT_MET:
        others = (rule for rule in RULES[regime] if rule is not check_distance)
        checks = [check for rule in others for check in rule(members, regime, rules)]
        return {DISTANCE: None, **{check.rule: check for check in checks if check.forbids}}
    return {check.rule: check for check in check_perimeter(members, regime, rules) if check.forbids}


def _ids(those: Sequence[Participant | Plant]) -> tuple[str, ...]:
    return tuple(item.id for item in those)


def _in_year(scenario: Scenario, year: int) -> Scenario:
    """Return the scenario of those who take part in a year, and of the plants that run in it."""
    away = away_in(scenario.steps, scenario.changes, year)
    plants = []
    for plant in scenario.plants:
        first, last = years_of_plant(plant.id, scenario.changes, scenario.steps)
        if first <= year <= (year if last is None else last):
            plants.append(plant)
    sites = tuple(site for site in scenario.participants if site.id not in away)
    since, battery = scenario.battery_since, scenario.battery
    if since is not None and year >= year_of(since, scenario.steps):
        battery = scenario.later_battery
    return replace(scenario, participants=sites, plants=tuple(plants), battery=battery)
