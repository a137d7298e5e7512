"""What every key of one operation shares, and what a key, the chosen one or another, makes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.accounts.assemble import SharedKwh, stored_volumes, volumes
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import with_gains_of_sharing
from acc.accounts.values import Money
from acc.arrays import FloatArray, IntArray
from acc.bills.bill import BillTerms, bill_terms, period_years
from acc.bills.surplus import SharedWorth, spared_by_step
from acc.bills.tariff_slots import SlotClock, kwh_by_slot
from acc.bills.tariffs import Tariffs
from acc.departures.counterfactual import Departure, without_participant
from acc.devices.battery import (
    ServedLast,
    Storage,
    context_with_battery,
    of_members,
    with_battery,
    without_battery,
)
from acc.exchange import Exchange
from acc.indicators import Energy, energy
from acc.keys import KeyContext, build_key
from acc.keys.optimal import OPTIMAL
from acc.problem import InputError, Problem
from acc.result.result import KeyOutcome, kept
from acc.rules.perimeter import Members
from acc.scenario import KeyChoice, Scenario
from acc.settle import Allocation, Key, settle
from acc.years.plan_years import PlanYears, YearKwh
from acc.years.states import PlanBase
from scenarios.entry.folder.build import priced_without_sharing
from scenarios.entry.places.geography import distances_km, scenario_members
from scenarios.operation.coefficient_files.write import with_coefficients
from scenarios.operation.metering.kept_meters import loads_parts
from scenarios.operation.metering.memory import check_key_fits, give_back
from scenarios.operation.metering.meter import Metered, kept_base
from scenarios.operation.metering.own_use import hosts_of
from scenarios.operation.ready.keys import (
    at_rest,
    has_orders,
    is_at_rest,
    key_parts,
    reformed_clocks_of,
    with_monthly_orders,
    worth_in,
)
from scenarios.operation.ready.plan_years import FEW_YEARS, SOME_YEARS, YearsGround
from scenarios.operation.ready.request import (
    OperationRequest,
    cache_of,
    kept_meters,
    kept_scenario,
    progress_of,
)
from scenarios.operation.ready.summed_years import shared_in
from scenarios.operation.store.store import KEPT_NOWHERE, KeptKind, KeptStore, Same
from scenarios.operation.tariffs.price import alone_persons, money, tariffs_of

TAKEN: KeptKind[FloatArray] = KeptKind("taken of loads", most=2)


def open_operation(folder: Path, **request: Unpack[OperationRequest]) -> tuple["Operation", Metered]:
    """Open a folder: its operation, and its metered curves.

    Raises:
        InputError: every fault of the folder and of its curves.
    """
    kept = cache_of(folder, request)
    scenario, with_doubts = kept_scenario(folder, kept, request)
    metered = kept_meters(scenario, folder, kept, progress_of(request))
    operation = operation_of(with_doubts(metered), metered, folder, kept)
    return replace(operation, every_year=request.get("every_year", True)), metered


@dataclass(frozen=True, eq=False)
class Operation:
    """What every key of one scenario shares: the meters, the places, the prices.

    Attributes:
        exchange: of the members and the plants; `stored_exchange` adds the battery, where there is one.
        folder: where a key may read a file of its own.
        tariffs: None when the folder decides no price: euros are then not computed.
        cache: where what a key shares is kept for the next question, of one who asks again and again.
        base: what the years of a plan are made from; None where no dated change tells them apart.
        every_year: settle each year of the plan under the folder's own key, whatever it takes.
        inputs: sha256 of each file that it rests on, for what is kept beside the meters; None keeps nothing.
    """

    scenario: Scenario
    folder: Path
    exchange: Exchange
    members: Members
    tariffs: Tariffs | None
    cache: KeptStore = KEPT_NOWHERE
    base: PlanBase | None = None
    every_year: bool = True
    inputs: Mapping[str, str] | None = None

    @cached_property
    def context(self) -> KeyContext:
        """What a key may know of the operation."""
        count, places = len(self.scenario.participants), [site.position for site in self.members.sites]
        spared, row = self._spared() or (None, None)
        return KeyContext(
            self.scenario.participants,
            self.scenario.plants,
            self._needs_kwh,
            distances_km=self.cache.get(KeptKind("distances"), (count, *places), self._from_plants_km),
            inactive_ids=self.scenario.inactive_ids | {person.id for person in self.scenario.persons or ()},
            saving_eur_per_kwh=spared,
            saving_row=row,
            steps=self.exchange.steps,
        )

    @cached_property
    def _needs_kwh(self) -> FloatArray:
        need = self.exchange.consumption_kwh
        return self.cache.get(KeptKind("needs"), Same(need), lambda: need.sum(axis=0))

    def _from_plants_km(self) -> FloatArray:
        count = len(self.scenario.participants)
        return self.members.apart.between(range(count, len(self.members.sites)), range(count))

    @cached_property
    def stored(self) -> Storage | None:
        """What the battery does, whatever the key; None without battery."""
        battery = self.scenario.battery
        if battery is None:
            return None
        parts = (self.exchange, battery)
        return self.cache.get(KeptKind("stored"), parts, lambda: with_battery(*parts))

    @property
    def stored_exchange(self) -> Exchange:
        """What is shared: the exchange, a battery as its last participant and its last plant."""
        return self.exchange if self.stored is None else self.stored.exchange

    def without_battery(self) -> "Operation":
        """Return the same operation without its battery."""
        return replace(self, scenario=replace(self.scenario, battery=None))

    @cached_property
    def battery_km(self) -> FloatArray | None:
        """Distance from the battery to each participant, shape (N,); None where its place is not known."""
        battery = self.scenario.battery
        if battery is None or battery.position is None:
            return None
        return distances_km([battery.position, *(p.position for p in self.scenario.participants)])[0, 1:]

    def _spared(self) -> tuple[FloatArray, IntArray] | None:
        """Avoided cost of a local kWh by pattern and step; None when prices are unknown."""
        if self.tariffs is None:
            return None
        return spared_by_step(self._terms(self.tariffs), self.tariffs.clocks, self.exchange.steps)

    def _terms(self, tariffs: Tariffs) -> BillTerms:
        years = period_years(self.exchange.steps)
        return bill_terms(tariffs, self.scenario.prices, self.scenario.plants, years)

    def worth(
        self,
        exchange: Exchange,
        drawn: Callable[[BillTerms], BillTerms] = lambda terms: terms,
        clocks: Sequence[SlotClock] = (),
    ) -> SharedWorth:
        """Value of a shared kWh at each step of `exchange`: the meters, or those of a draw.

        Who takes the ACC option of the network tariff is counted as under the default key.

        Args:
            drawn: prices of a draw.
            clocks: hours of each participant, where they are not those of the tariffs.

        Raises:
            InputError: no price is decided.
        """
        if self.tariffs is None:
            message = _("a local price is needed for euros: give local_eur_per_mwh")
            raise InputError([Problem("[prices]", message)])
        return worth_in(exchange, self.tariffs, drawn(self._terms(self.tariffs)), clocks)

    @cached_property
    def reformed_clocks(self) -> tuple[SlotClock, ...]:
        """The hours of each participant after the reform; none where they move no euro, or count."""
        return reformed_clocks_of(self.scenario, self.tariffs, self.exchange)

    def read(self, choice: KeyChoice) -> KeyChoice:
        """Return a key whose file is read.

        Raises:
            InputError: a file that is missing or faulty.
        """
        scenario = self.scenario
        return with_coefficients(choice, self.folder, scenario.steps, scenario.participants, scenario.plants)

    def key(self, choice: KeyChoice, known: KeyContext | None = None) -> Key:
        """Return the key of a choice for `whole`, its file read; a battery is served after everyone.

        Args:
            known: what it may know, where it is not of all participants, as `context` tells it.

        Raises:
            InputError: parameters that the key cannot use, a file that breaks a rule, kWh by pair that would
                not fit in memory.
        """
        scenario = self.scenario
        if not scenario.sharing:
            return build_key(scenario.key.name, scenario.key.parameters, known or self.context)
        check_key_fits(scenario, choice.name)
        read = self.read(choice)
        given = known or self.context
        if read.name == OPTIMAL.name and self.tariffs is not None and has_orders(read):
            ids = {site.id for site in given.participants}
            inside = [site.id in ids for site in scenario.participants]
            given = replace(given, worth_eur_per_kwh=self.worth(self.exchange).everyone[:, inside])
            read = with_monthly_orders(read, scenario, self.folder, self.exchange, self.worth)
        if scenario.battery is None:
            return build_key(read.name, read.parameters, given)
        context = context_with_battery(given, scenario.battery, self.battery_km)
        return ServedLast(build_key(read.name, read.parameters, context))

    def sums(self, choice: KeyChoice) -> Energy:
        """Return the sums of the members and the plants under a key; raises as `key` does."""
        return self._shared(choice)[2]

    def allocation(self, choice: KeyChoice) -> Allocation:
        """Allocation under a key, without the battery.

        Raises:
            InputError: parameters that the key cannot use.
        """
        allocation = settle(self.stored_exchange, self.key(choice))
        return allocation if self.stored is None else of_members(allocation)

    def outcome(self, choice: KeyChoice, *, leaving: bool = True) -> KeyOutcome:
        """Outcome of a key, in kWh and in euros.

        Args:
            leaving: include the plan after departures of members.

        Raises:
            InputError: parameters that the key cannot use.
        """
        later = self._settled_years(choice, SOME_YEARS)  # first: kWh at each step are in memory once
        full, allocation, sums = self._shared(choice)
        kwh, priced, euros = self._volumes(choice, full), self.tariffs, None
        years = self._years(later, sums, kwh)
        del later  # those of the plan are copies
        if choice == self.scenario.key:
            self.ground.known.clear()
        if priced is not None and kwh is not None:
            by_slot = replace(kwh, years=years)
            euros = money(self.scenario, self.exchange, allocation, sums, priced, by_slot, leaving=leaving)
            euros = self._with_gains(euros, years)
        if leaving and is_at_rest(full):  # what would cancel the operation is told by pairs
            paired = self._with_pairs(choice, full)
            allocation = paired if self.stored is None else of_members(paired)
        self._pairs_by_key.clear()
        give_back(self.exchange.consumption_kwh, self.cache)
        return KeyOutcome(name=choice.name, settled=kept(allocation), energy=sums, money=euros, years=years)

    def compared_outcome(self, choice: KeyChoice) -> KeyOutcome:
        """Outcome of a key that is only compared, from sums; who received what is settled once asked for.

        Payments one by one are told of the chosen key alone.

        Raises:
            InputError: parameters that the key cannot use.
        """
        if not self._is_summed:
            outcome = self.outcome(choice)
            euros = outcome.money and replace(outcome.money, ledger=(), year_ledger=())
            return replace(outcome, settled=partial(self.allocation, choice), money=euros)
        settled = self._settled_years(choice, SOME_YEARS, first=True)
        euros, years = None, self.ground.years(settled) if self.ground.has_plan else None
        if self.tariffs is not None:
            shared = shared_in(years, settled[1])
            no_step = Allocation(np.zeros((0, len(shared.sums.received_kwh))), shared.surplus_kwh)
            euros = money(self.scenario, self.exchange, no_step, shared.sums, self.tariffs, shared.by_slot)
            euros = replace(self._with_gains(euros, years), ledger=(), year_ledger=())
        sums, again = settled[1].energy, partial(self.allocation, choice)
        return KeyOutcome(name=choice.name, settled=again, energy=sums, money=euros, years=years)

    def _with_gains(self, euros: Money, years: PlanYears | None) -> Money:
        return with_gains_of_sharing(euros, self._alone(years) if self.scenario.sharing else euros.persons)

    @property
    def _is_summed(self) -> bool:
        """Whether euros ask for sums alone: no battery stands between, nothing is sold by the hour."""
        return self.stored is None and not (self.tariffs is not None and self.tariffs.sells_by_hour)

    def years(self, choice: KeyChoice) -> PlanYears | None:
        """Return the kWh of each year of the plan under a key; None without a plan."""
        if not self.ground.has_plan:
            return None
        return self.ground.years(self._settled_years(choice, SOME_YEARS, first=self.base is None))

    def _years(self, later: Mapping[int, YearKwh], sums: Energy, kwh: SlotVolumes | None) -> PlanYears | None:
        """Return the kWh of each year of the plan, from those that are settled; None without one."""
        ground = self.ground
        if not ground.has_plan:
            return None
        return ground.years({**later, 1: self._first(sums, kwh)} if self.base is None else later)

    def _first(self, sums: Energy, kwh: SlotVolumes | None) -> YearKwh:
        """First year, from its sums under a key."""
        return self.ground.first_kwh(sums, None if kwh is None else kwh.local_kwh)

    def _settled_years(self, choice: KeyChoice, most: int, *, first: bool = False) -> Mapping[int, YearKwh]:
        """Return the years that are settled under a key, kept beside the meters; none without a plan.

        All of the folder's key, and of one that splits a pool; of another at `most` so many around changes.

        Args:
            first: settle the first one too, where it is not among them.
        """
        many = None if self.every_year and choice == self.scenario.key else most
        later: Mapping[int, YearKwh] = {}
        if self.ground.has_plan:
            parts = key_parts(self.scenario, self.context, choice)
            later = self.ground.kept(choice, partial(self.key, choice), many, parts)
        if not first or 1 in later:
            return later
        full, _allocation, sums = self._shared(choice)
        return {1: self._first(sums, self._volumes(choice, full)), **later}

    @cached_property
    def ground(self) -> YearsGround:
        """What the years of the plan are settled from."""
        parts = self.scenario, self.exchange, self.base, self.context, self.tariffs
        return YearsGround(*parts, lambda: self._taken_kwh, self.cache, self.inputs)

    @cached_property
    def _alone_once(self) -> list[PersonMoney]:
        return []

    def _alone(self, years: PlanYears | None) -> tuple[PersonMoney, ...]:
        """Return each person if nothing were shared, whatever the key of `years`; none without a price."""
        if self.tariffs is None or self._alone_once:
            return tuple(self._alone_once)
        if years is not None and not years.is_exact:
            years = self.years(self.scenario.key)
        alone, taken = priced_without_sharing(self.scenario), self._taken_kwh
        parts, members = (alone, self.exchange), self.tariffs.members
        make = partial(alone_persons, *parts, self._needs_kwh, taken, members, years and years.unshared)
        self._alone_once.extend(self.cache.get(KeptKind("alone"), parts, make))
        return tuple(self._alone_once)

    @cached_property
    def _taken_kwh(self) -> FloatArray:
        """What each participant withdraws by slot, (N, S); neither price nor key moves it."""
        clocks = () if self.tariffs is None else self.tariffs.clocks
        every = partial(kwh_by_slot, self.exchange.steps, clocks, self.exchange.consumption_kwh)
        if self.ground.moving or self.scenario.flexible:
            return self.cache.get(KeptKind("taken"), (self.exchange, clocks), every)
        # No plant and no change moves a meter: it is that of the same loads.
        return self.cache.get(TAKEN, (loads_parts(self.scenario), clocks), every)

    def shared_kwh(self, choice: KeyChoice) -> SharedKwh:
        """Shared kWh for the balances of a key; independent of prices unless the key reads them."""
        later = self._settled_years(choice, FEW_YEARS, first=self._is_summed)
        if self._is_summed:
            self.ground.known.clear()  # those of the plan are copies
            return shared_in(self.ground.years(later) if self.ground.has_plan else None, later[1])
        full, allocation, sums = self._shared(choice)
        kwh = self._volumes(choice, full)
        assert kwh is not None  # balances are asked where there are prices
        return SharedKwh(sums, replace(kwh, years=self._years(later, sums, kwh)), allocation.surplus_kwh)

    def _shared(self, choice: KeyChoice) -> tuple[Allocation, Allocation, Energy]:
        """Allocation with the battery, allocation of members alone, and sums of the latter."""
        full, sums = self._settled(choice)
        return (full, full, sums) if self.stored is None else (full, of_members(full), without_battery(sums))

    def _volumes(self, choice: KeyChoice, full: Allocation) -> SlotVolumes | None:
        """Return the kWh of the members by slot; no price moves them. None where none is known.

        Args:
            full: allocation under the key, with the battery.
        """
        tariffs, count = self.tariffs, volumes if self.stored is None else stored_volumes
        if tariffs is None:
            return None

        def make() -> SlotVolumes:
            return count(self.stored_exchange, self._with_pairs(choice, full), tariffs, self._taken_kwh)

        parts = (self.stored_exchange, full, tariffs.clocks)
        return self.cache.get(KeptKind("volumes"), parts, make)

    @cached_property
    def _pairs_by_key(self) -> dict[str, Allocation]:
        """Who received what of which plant, by key, until the outcome is told."""
        return {}

    def _with_pairs(self, choice: KeyChoice, full: Allocation) -> Allocation:
        """Return an allocation with its pairs, settled again where they were let go of."""
        if not is_at_rest(full):
            return full
        name = repr(choice)
        if name not in self._pairs_by_key:
            self._pairs_by_key[name] = settle(self.stored_exchange, self.key(choice))
        return self._pairs_by_key[name]

    def _settled(self, choice: KeyChoice) -> tuple[Allocation, Energy]:
        """Allocation with the battery, and its sums: kept until a price read by the key changes."""

        def make() -> tuple[Allocation, Energy]:
            allocation = settle(self.stored_exchange, self.key(choice))
            needs_kwh = self._needs_kwh if self.stored is None else None
            sums = energy(self.stored_exchange, allocation, needs_kwh)
            if not self.cache.most:
                return allocation, sums
            self._pairs_by_key[repr(choice)] = allocation
            return at_rest(allocation), sums

        parts = key_parts(self.scenario, self.context, choice)
        return (
            make()
            if parts is None
            else self.cache.get(KeptKind("settled"), (self.stored_exchange, *parts), make)
        )


def operation_of(
    scenario: Scenario, metered: Metered, folder: Path, kept_store: KeptStore = KEPT_NOWHERE
) -> Operation:
    """Build the operation of a scenario; tariffs only where a local price is decided."""
    exchange = metered.exchange
    tariffs = tariffs_of(scenario, exchange) if scenario.prices.is_decided else None
    members = scenario_members(scenario)
    before = metered.before_changes
    base = (
        None if before is None else kept_base(scenario, before, hosts_of(scenario), metered.added, kept_store)
    )
    return Operation(scenario, folder, exchange, members, tariffs, kept_store, base)


def departure(operation: Operation, chosen: KeyOutcome) -> Departure | None:
    """Return the operation without its largest receiver; None when nothing is shared or nobody would stay."""
    received = chosen.energy.received_kwh
    if len(received) < 2 or not received.sum() > 0.0:
        return None
    leaver = int(received.argmax())  # who receives most, the first of equals
    try:
        return without_participant(
            operation.exchange,
            chosen.allocation,
            operation.context,
            operation.scenario.key,
            leaver,
            operation.scenario.battery,
            operation.battery_km,
        )
    except InputError:
        return None  # a key whose parameters name the one who leaves has no meaning without it
