"""The powers that a search found, built: what the meters see, and what each person gains there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange, exchange_behind_meters
from acc.plan.another_power import at_power
from acc.plan.plant_costs import stated
from acc.result.sizing import Aim, SizedPlant, SizedPowers
from acc.scenario import KeyChoice, Scenario
from acc.sites import Plant
from scenarios.entry.folder.another_power import power_rules
from scenarios.entry.places.geography import members_of
from scenarios.operation.metering.meter import Metered
from scenarios.operation.metering.own_use import behind_of, hosts_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import money, tariffs_of
from scenarios.studies.sizing.roof_classes import RoofClass, first_rows
from scenarios.studies.sizing.settings import RoofChoice, SizeChoice


def exchange_at(
    scenario: Scenario, metered: Metered, unit_kwh: FloatArray, choice: SizeChoice, sized: SizedPowers
) -> Exchange:
    """Return what the meters would see with the powers found.

    Args:
        unit_kwh: of every alternative of every plant, (T, A).
    """
    load = site_load_kwh(metered.exchange, behind_of(scenario))
    rows = [row + plant.alternative for row, plant in zip(first_rows(choice), sized.plants, strict=True)]
    output = unit_kwh[:, rows] * [plant.kwp for plant in sized.plants]
    return exchange_behind_meters(metered.exchange.steps, load, output, hosts_of(scenario))


@dataclass(frozen=True, slots=True, eq=False)
class BuiltPowers:
    """Powers built and shared under the default key.

    Attributes:
        exchange: what meters see; `received_kwh` what sites receive, (N,).
        money: as `acc run` has it, each year on its own energy; `faded` with the first year repeated, its
            output fading, as the search counts it.
    """

    kwp: Mapping[str, float]
    exchange: Exchange
    received_kwh: FloatArray
    money: Money
    faded: Money

    def more_eur(self, aim: Aim) -> float:
        """Return what years on their own energy add to the value that is sought, before any tax was paid."""
        if aim is Aim.NPV_EVERYONE:
            return sum((one.npv_eur_ht or 0.0) - (two.npv_eur_ht or 0.0) for one, two in self._persons)
        exact, faded = self.money.plan, self.faded.plan
        return 0.0 if exact is None or faded is None else exact.npv_eur_ht - faded.npv_eur_ht

    @property
    def _persons(self) -> Iterator[tuple[PersonMoney, PersonMoney]]:
        return zip(self.money.persons, self.faded.persons, strict=True)


def written_at(scenario: Scenario, choice: SizeChoice, exchange: Exchange) -> BuiltPowers | None:
    """Return the powers of the folder as the search would count them; see `built_at`."""
    if scenario.battery is not None or choice.battery is not None:
        return None
    plants = tuple(built_plant(plant, plant.kwp, choice.roofs[plant.id]) for plant in scenario.plants)
    there = replace(scenario, plants=plants)
    return _shared(there, exchange, tariffs_of(there, exchange))


def built_at(
    scenario: Scenario,
    choice: SizeChoice,
    exchange: Exchange,
    columns: Sequence[RoofClass],
    sized: SizedPowers,
) -> BuiltPowers | None:
    """Return the powers found, built; None where nothing is, or a battery is counted.

    Args:
        exchange: what the meters see with these powers, every plant of the folder a column.
        columns: the classes that were searched.
    """
    built = {m: plant for m, plant in enumerate(sized.plants) if plant.contract and plant.kwp > 0.0}
    if not built or scenario.battery is not None or sized.battery is not None:
        return None
    plants = tuple(
        built_plant(scenario.plants[m], plant.kwp, choice.roofs[plant.id]) for m, plant in built.items()
    )
    there, kept = replace(scenario, plants=plants), list(built)
    met = replace(
        exchange,
        production_kwh=exchange.production_kwh[:, kept],
        own_use_kwh=exchange.own_use_kwh[:, kept],
    )
    prices = tariffs_of(there, met)
    sold = tuple(
        replace(tariff, surplus=_class_of(columns, m, plant).contract)
        for tariff, (m, plant) in zip(prices.plants, built.items(), strict=True)
    )
    return _shared(there, met, replace(prices, plants=sold))


def _shared(there: Scenario, met: Exchange, prices: Tariffs) -> BuiltPowers | None:
    placed = members_of(there.participants, there.plants)
    found = Operation(there, Path(), met, placed, prices).outcome(KeyChoice(), leaving=False)
    if found.money is None:
        return None
    kwp = {plant.id: plant.kwp for plant in there.plants}
    faded = money(there, met, found.allocation, found.energy, prices, leaving=False)
    return BuiltPowers(kwp, met, found.energy.received_kwh, found.money, faded)


def _class_of(columns: Sequence[RoofClass], roof: int, plant: SizedPlant) -> RoofClass:
    """Return the class in which a roof is built: of its planes and contract, the one that holds its power."""
    where = roof, plant.alternative, plant.contract
    same = [column for column in columns if (column.roof, column.alternative, column.contract.code) == where]
    return min(same, key=lambda one: max(one.low_kwp - plant.kwp, plant.kwp - one.high_kwp))


def built_plant(plant: Plant, kwp: float, roof: RoofChoice) -> Plant:
    """Return a plant at another power, as the search counts it: what any power costs there with it."""
    scaled = at_power(plant, kwp, power_rules())
    if not roof.fixed_eur:
        return scaled
    own = stated(scaled)
    connected = (own.connection_eur or 0.0) + roof.fixed_eur
    return replace(scaled, costs=replace(own, connection_eur=connected))
