"""What a search of powers rests on, from the meters, prices and classes of a folder.

Years that differ, one after the other: a search over them is one over the steps of all.

The powers that a search found, built: what the meters see, and what each person gains there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.accounts.assemble import volumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.price_corridor import pays_tax
from acc.accounts.values import Money
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.tariff_slots import kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange, exchange_behind_meters
from acc.indicators import Energy, energy
from acc.ledger.chart import Account, holders, landlords_of, tax_ratios
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
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.studies.size.marginal_values import (
    MemberEuros,
    everyone_worths,
    member_euros,
    member_gains,
    most_local,
    own_is_known,
    paid_worths,
    priced_of,
    roof_hosts,
)
from scenarios.studies.size.roof_classes import (
    RoofClass,
    RoofRules,
    columns_of,
    first_rows,
    unit_rows,
    vector,
)
from scenarios.studies.size.settings import RoofChoice, SizeChoice
from scenarios.studies.size.values import RoofWorths, SizeGround, battery_ground
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

    powers_kwp: Mapping[str, float]
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
    return _outcome(written, exchange, tariffs_of(written, exchange), base, None)


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
    computed = _outcome(at_powers, met, replace(prices, plants=sold), base, years)
    return computed and replace(computed, plants=sized.plants)


def _outcome(
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


def built_plant(plant: Plant, power_kwp: float, roof: RoofChoice) -> Plant:
    """Return a plant at another power, as the search counts it: what any power costs there with it."""
    scaled = at_power(plant, power_kwp, power_rules())
    if not roof.fixed_eur:
        return scaled
    own = stated(scaled)
    connected = (own.connection_eur or 0.0) + roof.fixed_eur
    return replace(scaled, costs=replace(own, connection_eur=connected))


def joined(
    columns: Sequence[RoofClass], years: Sequence[SizeGround], year_shares: Sequence[float]
) -> SizeGround:
    """Join the grounds of several years into one.

    Args:
        columns: the classes, over the whole plan.
        years: what a search of each would rest on, its kWh worth what they are over those it stands for.
        year_shares: what each is of the mean year.
    """
    first = years[0]

    def along(arrays: Sequence[FloatArray]) -> FloatArray:
        return np.concatenate(arrays, axis=-1)

    paid = [year.paid for year in years if year.paid is not None]
    return replace(
        first,
        columns=tuple(columns),
        unit_kwh=along([year.unit_kwh for year in years]),
        need_kwh=along([year.need_kwh for year in years]),
        year_kwh=float(np.dot(year_shares, [year.year_kwh for year in years])),
        local=along([year.local for year in years]),
        own=along([year.own for year in years]),
        surplus=along([np.broadcast_to(year.surplus[:, None], year.local.shape) for year in years]),
        hosts=tuple(
            (along([unit for unit, _need in host]), along([need for _unit, need in host]))
            for host in zip(*(year.hosts for year in years), strict=True)
        ),
        shared=_shared(years),
        part_of_year=np.repeat(year_shares, [len(year.need_kwh) for year in years]),
        paid=joined(columns, paid, year_shares) if paid else None,
    )


def _shared(years: Sequence[SizeGround]) -> RoofWorths | None:
    """Value of a kWh to each host; None where all values are equal in every year."""
    if all(year.shared is None for year in years):
        return None
    every = [
        year.shared or RoofWorths(year.local, year.own, (year.local,) * len(year.hosts)) for year in years
    ]
    return RoofWorths(
        local=np.concatenate([row.local for row in every], axis=1),
        own=np.concatenate([row.own for row in every], axis=1),
        hosts=tuple(np.concatenate(host, axis=1) for host in zip(*(row.hosts for row in every), strict=True)),
    )


def ground_of(
    scenario: Scenario,
    metered: Metered,
    unit_kwh: FloatArray,
    choice: SizeChoice,
    takers: BoolArray | None = None,
    years: SearchedYears | None = None,
) -> tuple[SizeGround, tuple[str, ...]]:
    """Build the ground of the search, with notes.

    Args:
        unit_kwh: of every alternative of every plant, (T, A); see `roof_classes.alternatives`.
        takers: who takes the ACC option of the network tariff, (N,); nobody where it is None.
        years: those that are settled, where dated changes tell them apart; None repeats the first one.
    """
    assert scenario.finance is not None  # `check_size` asked for it
    tariffs, reader = tariffs_of(scenario, metered.exchange), RateReader(read_rates(), scenario.on)
    of_site, of_plant, kept_rent = taxed_places(scenario, tariffs, counted=counts_tax(scenario, choice))
    sold = {p.id: t.surplus for p, t in zip(scenario.plants, tariffs.plants, strict=True) if t.surplus}
    costs, taxed = tariffs.plant_costs, tariffs.accise.taxed_by_year
    rules = RoofRules(scenario, costs, scenario.finance, choice, reader, of_plant, kept_rent, sold, taxed)
    each = () if years is None else years.each
    columns, notes = columns_of(replace(rules, years=each))
    if scenario.markets:
        notes = (*notes, _hours_note())
    inputs = _SearchInputs(scenario, tariffs, choice, takers, of_site, is_taxed=bool(of_plant))
    if years is None:
        load = site_load_kwh(metered.exchange, behind_of(scenario))
        ground, members = _ground(inputs, columns, np.arange(len(load)), load, unit_kwh)
        return _with_members(ground, scenario, [members], [1.0]), notes
    by_year = [
        _ground(inputs, tuple(column.in_year(j) for column in columns), *years.seen(j), year.supply_ratio)
        for j, year in enumerate(each)
    ]
    parts = years.parts.tolist()
    merged = joined(columns, [ground for ground, _members in by_year], parts)
    return _with_members(merged, scenario, [members for _ground, members in by_year], parts), notes


@dataclass(frozen=True, slots=True, eq=False)
class _SearchInputs:
    """What every year of a search is told with."""

    scenario: Scenario
    tariffs: Tariffs
    choice: SizeChoice
    takers: BoolArray | None
    of_site: FloatArray | None
    is_taxed: bool


def _ground(
    inputs: _SearchInputs,
    columns: Sequence[RoofClass],
    rows: IntArray,
    load: FloatArray,
    unit_kwh: FloatArray,
    supply_ratio: FloatArray | None = None,
) -> tuple[SizeGround, MemberEuros | None]:
    """Ground of the search for one year, and the bills of members where the aim counts them.

    Args:
        rows: steps that are told, (R,), of which `load` is, (R, N), and `unit_kwh`, (R, A).
    """
    scenario, choice, finance = inputs.scenario, inputs.choice, inputs.scenario.finance
    assert finance is not None  # `check_size` asked for it
    # A battery gives back at night: no step can then be left aside.
    lit = np.flatnonzero((unit_kwh.sum(axis=1) > 0.0) | (choice.battery is not None))
    parts = inputs.takers, inputs.of_site, supply_ratio
    priced = priced_of(scenario, inputs.tariffs, load[lit], rows[lit], *parts)
    output_kwh = np.ascontiguousarray(unit_kwh[lit][:, unit_rows(choice, columns)].T) / priced.period_years
    output_kwh *= np.array([column.worths.runs for column in columns])[:, None]
    worths, battery, sought = paid_worths(priced, columns), None, choice.battery
    if sought is not None:
        battery = battery_ground(sought, finance, scenario.steps.hours, priced.period_years)
    need, hosts = priced.need_kwh.sum(axis=0), tuple(roof_hosts(columns, priced, output_kwh))
    paid = SizeGround(
        columns=tuple(columns),
        unit_kwh=output_kwh,
        need_kwh=need,
        year_kwh=float(load.sum()) / priced.period_years,
        local=most_local(worths, need, _used_at_home(hosts)),
        shared=worths if worths.differ else None,
        own=worths.own,
        surplus=np.array([column.worths.surplus_eur for column in columns]),
        cost_eur_per_kwp=vector(columns, "cost_eur_per_kwp"),
        capex_eur_per_kwp=vector(columns, "capex_eur_per_kwp"),
        entry_eur=vector(columns, "fixed_eur") + vector(columns, "fixed_running_eur"),
        entry_capex_eur=vector(columns, "fixed_eur"),
        hosts=hosts,
        battery=battery,
        own_is_known=own_is_known(priced, columns, everyone=choice.aim is Aim.NPV_EVERYONE),
    )
    members = member_euros(priced, rows, load, unit_kwh) if choice.aim is Aim.WORST_MEMBER else None
    if choice.aim is Aim.NPV_EVERYONE:
        return _of_everyone(paid, everyone_worths(priced, columns)), members
    taxed = paid_worths(priced, columns, taxed=True) if inputs.is_taxed else None
    return (paid if taxed is None else _after_tax(paid, taxed)), members


def _with_members(
    ground: SizeGround, scenario: Scenario, years: Sequence[MemberEuros | None], year_shares: Sequence[float]
) -> SizeGround:
    known = [year for year in years if year is not None]
    return replace(ground, members=member_gains(scenario, known, year_shares)) if known else ground


def _of_everyone(paid: SizeGround, worths: RoofWorths) -> SizeGround:
    # The rent that a landlord among them receives is no cost.
    return replace(_after_tax(paid, worths, vector(paid.columns, "kept_rent_eur")), paid=paid)


def _after_tax(paid: SizeGround, worths: RoofWorths, kept_eur: FloatArray | float = 0.0) -> SizeGround:
    ratio = vector(paid.columns, "tax_ratio")
    return replace(
        paid,
        surplus=paid.surplus * (1.0 - ratio),
        cost_eur_per_kwp=paid.cost_eur_per_kwp - ratio * vector(paid.columns, "relief_eur_per_kwp"),
        entry_eur=paid.entry_eur - (ratio * vector(paid.columns, "fixed_relief_eur") + kept_eur),
        local=most_local(worths, paid.need_kwh, _used_at_home(paid.hosts)),
        shared=worths if worths.differ else None,
        own=worths.own,
    )


def _used_at_home(hosts: Sequence[tuple[FloatArray, FloatArray]]) -> list[FloatArray]:
    """Return the most that each host may use behind its meter, (D,): nothing where no plant runs there."""
    return [need if unit.any() else np.zeros_like(need) for unit, need in hosts]


def taxed_places(
    scenario: Scenario, tariffs: Tariffs, *, counted: bool
) -> tuple[FloatArray | None, dict[str, float], dict[str, float]]:
    """Return the tax on profit of the person of each site, (N,), and of each plant, where taxes are counted.

    Beside, by plant, the part of its rent that a landlord of the operation keeps, its tax paid.
    """
    assert scenario.finance is not None  # `check_size` asked for it
    sites, owners = holders(scenario, tariffs.plants)
    ratios = tax_ratios(scenario, owners, scenario.finance) if counted else {}
    of_plant = {p.id: ratios.get(owner, 0.0) for p, owner in zip(scenario.plants, owners, strict=True)}
    rents = zip(scenario.plants, landlords_of(scenario), strict=True)
    return (
        np.array([ratios.get(person, 0.0) for person in sites]) if counted else None,
        of_plant if counted else {},
        {p.id: 1.0 - ratios.get(landlord, 0.0) for p, landlord in rents if landlord != Account.WORKS},
    )


def counts_tax(scenario: Scenario, choice: SizeChoice) -> bool:
    """Return whether the search counts taxes on profit: where its aim is a value and somebody pays one.

    Who pays for a battery, and who would be taxed on it, is not known before its size.
    """
    return choice.aim.is_value and choice.battery is None and pays_tax(scenario)


def _hours_note() -> str:
    return _(
        "Prices by the hour: a surplus of any size is counted at what that of the folder as it stands gets; "
        "more panels lower it."
    )
