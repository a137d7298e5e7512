"""Operations as the questions about members take them, made from the small scenarios of the money."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from acc.accounts.persons import Holding
from acc.accounts.values import Money
from acc.bills.bill import bill_terms, period_years
from acc.bills.surplus import spared_by_step
from acc.bills.tariffs import Tariffs
from acc.departures.counterfactual import Baseline, PriceBook, baseline_of
from acc.departures.entry_exit import Change, leavings_by, outcomes_of_subsets
from acc.departures.game import Player, players_of
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys import KeyContext, build_key
from acc.problem import InputError
from acc.scenario import KeyChoice, Scenario
from acc.settle import Allocation, settle
from scenarios.operation.tariffs.price import money, tariffs_of


def context_for(made: Scenario, exchange: Exchange) -> KeyContext:
    plants, members = len(made.plants), len(made.participants)
    spared, row = _spared(made, exchange) or (None, None)
    return KeyContext(
        made.participants,
        made.plants,
        exchange.consumption_kwh.sum(axis=0),
        distances_km=np.array([[abs(m - n) % 3 * 0.5 for n in range(members)] for m in range(plants)]),
        inactive_ids=made.inactive_ids,
        saving_eur_per_kwh=spared,
        saving_row=row,
        steps=exchange.steps,
    )


def _spared(made: Scenario, exchange: Exchange) -> tuple[np.ndarray, np.ndarray] | None:
    tariffs = tariffs_of(made, exchange)
    terms = bill_terms(tariffs, made.prices, made.plants, period_years(exchange.steps))
    return spared_by_step(terms, [member.clock for member in tariffs.members], exchange.steps)


def prices_for(made: Scenario, exchange: Exchange, tariffs: Tariffs) -> PriceBook:
    years = period_years(exchange.steps)
    return PriceBook(
        bill_terms(tariffs, made.prices, made.plants, years),
        tuple(plant.surplus for plant in tariffs.plants),
        tuple(member.clock for member in tariffs.members),
        years,
    )


def stage_for(made: Scenario, exchange: Exchange, **given: Any) -> Baseline:
    prices = prices_for(made, exchange, tariffs_of(made, exchange))
    return baseline_of(exchange, context_for(made, exchange), prices, **given)


def players_for(made: Scenario) -> tuple[Player, ...]:
    return players_of(made.participants, made.plants)


def without(
    made: Scenario, exchange: Exchange, gone: Sequence[int], idle: Sequence[int]
) -> tuple[Scenario, Exchange]:
    """Return the operation of those who stay, as if the others had never been written."""
    members = [i for i in range(len(made.participants)) if i not in gone]
    plants = [i for i in range(len(made.plants)) if i not in idle]
    rest = replace(
        made,
        participants=tuple(made.participants[i] for i in members),
        plants=tuple(made.plants[i] for i in plants),
        inactive_ids=made.inactive_ids | {made.participants[i].id for i in gone},
        inactive_plant_ids=made.inactive_plant_ids | {made.plants[i].id for i in idle},
    )
    return rest, replace(
        exchange,
        consumption_kwh=exchange.consumption_kwh[:, members],
        production_kwh=exchange.production_kwh[:, plants],
        own_use_kwh=exchange.own_use_kwh[:, plants],
    )


def settled(
    made: Scenario, exchange: Exchange, name: str, parameters: Mapping[str, object], context: KeyContext
) -> tuple[Allocation, Money]:
    allocation = settle(exchange, build_key(name, parameters, context))
    sums = energy(exchange, allocation)
    return allocation, money(made, exchange, allocation, sums, tariffs_of(made, exchange))


def leavings(
    stage: Baseline, choices: Sequence[KeyChoice], persons: Sequence[Holding]
) -> tuple[Mapping[str, tuple[Change, ...]], Mapping[str, InputError]]:
    """Return, for each key, what each participant and then each plant changes by leaving.

    Also the fault of each site without which a key cannot be built, by `key site`: it has no change.
    """
    return leavings_by(stage.context, choices, persons, partial(outcomes_of_subsets, stage, choices))
