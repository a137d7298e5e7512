"""The euros of the powers that a search found: everybody's value, and what each person gains there."""

from dataclasses import replace

from acc.accounts.values import Money
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.scenario import Scenario
from acc.settle import settle
from scenarios.operation.tariffs.price import money, tariffs_of
from scenarios.studies.sizing.scaled_plants import built_plant
from scenarios.studies.sizing.settings import SizeChoice
from scenarios.studies.sizing.values import Sized


def money_at(scenario: Scenario, choice: SizeChoice, exchange: Exchange, sized: Sized) -> Money | None:
    """Return the euros at the powers found, shared under the default key; None where nothing is built.

    Args:
        exchange: what the meters see with these powers, every plant of the folder a column.
    """
    roofs = [roof for roof in sized.roofs if roof.column is not None and roof.kwp > 0.0]
    if not roofs or scenario.battery is not None or sized.battery is not None:
        return None
    kept = [roof.roof for roof in roofs]
    plants = [(scenario.plants[roof.roof], roof.kwp) for roof in roofs]
    built = replace(
        scenario, plants=tuple(built_plant(plant, kwp, choice.roofs[plant.id]) for plant, kwp in plants)
    )
    met = replace(
        exchange,
        production_kwh=exchange.production_kwh[:, kept],
        own_use_kwh=exchange.own_use_kwh[:, kept],
    )
    prices = tariffs_of(built, met)
    sold = zip(prices.plants, roofs, strict=True)
    contracts = tuple(replace(plant, surplus=roof.column.contract) for plant, roof in sold if roof.column)
    settled = settle(met, Prorata())
    return money(built, met, settled, energy(met, settled), replace(prices, plants=contracts))
