"""The powers that a search found, built: what the meters see, and what each person gains there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from acc.accounts.assemble import volumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.tariff_slots import kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange, exchange_behind_meters
from acc.indicators import Energy, energy
from acc.plan.another_power import at_power
from acc.plan.plants import stated
from acc.scenario import KeyChoice, Scenario
from acc.settle import settle
from acc.sites import Plant
from acc.size.result import Aim, SizedPlant, SizedPowers
from acc.years.plan_years import PlanYears
from acc.years.states import PlanBase, exchange_in, first_day
from scenarios.entry.folder.settings import power_rules
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.metering.meter import Metered
from scenarios.operation.metering.own_use import behind_of, hosts_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import money, tariffs_of
from scenarios.studies.size.roof_classes import RoofClass, first_rows
from scenarios.studies.size.settings import RoofChoice, SizeChoice
from scenarios.studies.size.years import SearchedYears


def exchange_at(sought: "Sought", sized: SizedPowers) -> Exchange:
    """Exchange at the meters with the powers found, in the first year."""
    scenario, choice = sought.scenario, sought.choice
    if sought.years is not None:
        base = sought.years.built(choice, sized, range(len(scenario.plants)))
        return exchange_in(base, scenario.changes, 1)
    load = site_load_kwh(sought.metered.exchange, behind_of(scenario))
    rows = [row + plant.alternative for row, plant in zip(first_rows(choice), sized.plants, strict=True)]
    output = sought.unit_kwh[:, rows] * [plant.kwp for plant in sized.plants]
    return exchange_behind_meters(scenario.steps, load, output, hosts_of(scenario))


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """What is sought, and from what.

    Attributes:
        unit_kwh: of every alternative of every plant, (T, A).
        years: those that are settled, where dated changes tell them apart; None repeats the first one.
    """

    scenario: Scenario
    choice: SizeChoice
    metered: Metered
    unit_kwh: FloatArray
    years: SearchedYears | None


@dataclass(frozen=True, slots=True, eq=False)
class BuiltPowers:
    """Powers built and shared under the default key.

    Attributes:
        exchange: what meters see; `received_kwh` what sites receive, (N,).
        money: as `acc run` has it, each year on its own energy; `searched` as the search counts it: with the
            first year repeated, its output fading, or with the years that it settles.
        plants: as they were found; none where they are those of the folder.
    """

    kwp: Mapping[str, float]
    exchange: Exchange
    received_kwh: FloatArray
    money: Money
    searched: Money
    plants: tuple[SizedPlant, ...] = ()

    def is_at(self, sized: SizedPowers) -> bool:
        """Return whether these are the powers of a search, its planes and its contracts."""
        own, other = (
            [(p.kwp, p.alternative, p.contract) for p in some] for some in (self.plants, sized.plants)
        )
        return own == other

    def more_eur(self, aim: Aim) -> float:
        """Additional value of yearly energies over the repeated first year, before tax."""
        if aim is Aim.NPV_EVERYONE:
            return sum((person.npv_eur_ht or 0.0) - (two.npv_eur_ht or 0.0) for person, two in self._persons)
        exact, searched = self.money.plan, self.searched.plan
        return 0.0 if exact is None or searched is None else exact.npv_eur_ht - searched.npv_eur_ht

    @property
    def _persons(self) -> Iterator[tuple[PersonMoney, PersonMoney]]:
        return zip(self.money.persons, self.searched.persons, strict=True)


def written_at(sought: Sought) -> BuiltPowers | None:
    """Return the powers of the folder as the search would count them; see `built_at`."""
    scenario, choice, exchange = sought.scenario, sought.choice, sought.metered.exchange
    if scenario.battery is not None or choice.battery is not None:
        return None
    plants = tuple(built_plant(plant, plant.kwp, choice.roofs[plant.id]) for plant in scenario.plants)
    written = replace(scenario, plants=plants)
    base = None if sought.years is None else sought.years.folder
    return _shared(written, exchange, tariffs_of(written, exchange), base, None)


def built_at(
    sought: Sought, exchange: Exchange, columns: Sequence[RoofClass], sized: SizedPowers
) -> BuiltPowers | None:
    """Return the powers found, built; None where nothing is, or a battery is counted.

    Args:
        exchange: what the meters see with these powers, every plant of the folder a column.
        columns: the classes that were searched.
    """
    scenario, choice, years = sought.scenario, sought.choice, sought.years
    built = {m: plant for m, plant in enumerate(sized.plants) if plant.contract and plant.kwp > 0.0}
    if not built or scenario.battery is not None or sized.battery is not None:
        return None
    plants = tuple(
        built_plant(scenario.plants[m], plant.kwp, choice.roofs[plant.id]) for m, plant in built.items()
    )
    removed = {plant.id for plant in scenario.plants} - {plant.id for plant in plants}
    changes = tuple(change for change in scenario.changes if change.site not in removed)
    at_powers, kept = replace(scenario, plants=plants, changes=changes), list(built)
    met = replace(
        exchange,
        production_kwh=exchange.production_kwh[:, kept],
        own_use_kwh=exchange.own_use_kwh[:, kept],
    )
    prices = tariffs_of(at_powers, met)
    sold = tuple(
        replace(tariff, surplus=_class_of(columns, m, plant).contract)
        for tariff, (m, plant) in zip(prices.plants, built.items(), strict=True)
    )
    base = None if years is None else years.built(choice, sized, kept)
    computed = _shared(at_powers, met, replace(prices, plants=sold), base, years)
    return computed and replace(computed, plants=sized.plants)


def _shared(
    scenario: Scenario, met: Exchange, prices: Tariffs, base: PlanBase | None, years: SearchedYears | None
) -> BuiltPowers | None:
    """Outcome of powers, by a run and as counted by the search, with its settled years or none.

    Args:
        base: what the years are made from; None where nothing is dated.
    """
    if base is not None:  # a run under the default key settles each of its years
        scenario = replace(scenario, key=KeyChoice())
    placed = scenario_members(scenario)
    dated = base if scenario.changes else None
    operation = Operation(scenario, Path(), met, placed, prices, base=dated)
    outcome = operation.outcome(KeyChoice(), leaving=False)
    if outcome.money is None:
        return None
    kwp = {plant.id: plant.kwp for plant in scenario.plants}
    kwh = None
    if base is not None and years is not None:
        kwh = replace(volumes(met, outcome.allocation, prices), years=_as_searched(operation, base, years))
    searched = money(scenario, met, outcome.allocation, outcome.energy, prices, kwh, leaving=False)
    return BuiltPowers(kwp, met, outcome.energy.received_kwh, outcome.money, searched)


def _as_searched(operation: Operation, base: PlanBase, years: SearchedYears) -> PlanYears:
    """Return the years of a plan as a search has them: those that it settles, and what they stand for."""
    assert operation.tariffs is not None  # powers are sought where a price is decided
    clocks, hosts, key = operation.tariffs.clocks, hosts_of(operation.scenario), operation.key(KeyChoice())
    energies, withdrawn, local, own = [], [], [], []
    for settled in range(len(years.each)):
        exchange = years.exchange(base, settled)
        shared = settle(exchange, key)
        energies.append(energy(exchange, shared))
        withdrawn.append(kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh))
        local.append(local_kwh_by_slot(exchange, shared, clocks))
        own.append(own_use_by_slot(exchange, clocks, hosts))

    def mean(name: str) -> FloatArray:
        every: FloatArray = years.weights @ np.stack([getattr(use, name) for use in energies])
        return every

    by_year = zip(*(mean(part.name) for part in fields(Energy)), strict=True)
    return PlanYears(
        start=first_day(exchange.steps),
        energies=tuple(Energy(*year) for year in by_year),
        weights=years.weights,
        withdrawn_kwh=np.stack(withdrawn),
        local_kwh=np.stack(local),
        own_use_kwh=np.stack(own),
    )


def _class_of(columns: Sequence[RoofClass], roof: int, plant: SizedPlant) -> RoofClass:
    """Return the class in which a roof is built: of its planes and contract, the one that holds its power."""
    where = roof, plant.alternative, plant.contract
    same = [column for column in columns if (column.roof, column.alternative, column.contract.code) == where]
    return min(same, key=lambda column: max(column.low_kwp - plant.kwp, plant.kwp - column.high_kwp))


def built_plant(plant: Plant, kwp: float, roof: RoofChoice) -> Plant:
    """Return a plant at another power, as the search counts it: what any power costs there with it."""
    scaled = at_power(plant, kwp, power_rules())
    if not roof.fixed_eur:
        return scaled
    own = stated(scaled)
    connected = (own.connection_eur or 0.0) + roof.fixed_eur
    return replace(scaled, costs=replace(own, connection_eur=connected))
