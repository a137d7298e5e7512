"""What a kWh shared at each step is worth, and the hours that would move it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from gettext import gettext as _
from math import isfinite
from pathlib import Path

import numpy as np

from acc.accounts.assemble import volumes
from acc.bills.bill import BillTerms, option_gain_eur
from acc.bills.surplus import SharedWorth, shared_worth
from acc.bills.tariff_slots import SlotClock
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange
from acc.keys import KEYS, KeyContext
from acc.keys.prorata import Prorata
from acc.problem import InputError, Problem
from acc.scenario import KeyChoice, Scenario
from acc.settle import Allocation, settle
from scenarios.operation.metering.meter import meter
from scenarios.operation.store.store import KEPT_NOWHERE, Same
from scenarios.operation.tariffs.price import tariffs_of


def worth_in(
    exchange: Exchange, tariffs: Tariffs, terms: BillTerms, clocks: Sequence[SlotClock]
) -> SharedWorth:
    """Value of a shared kWh at each step.

    Who takes the ACC option of the network tariff is counted as under the default key.

    Args:
        clocks: hours of each participant; none for those of the tariffs.
    """
    takers = np.zeros(len(tariffs.members), dtype=np.bool_)
    if terms.option_counted:
        kwh = volumes(exchange, settle(exchange, Prorata()), tariffs)
        takers = option_gain_eur(terms, kwh.consumption_kwh, kwh.received_kwh) > 0.0
    return shared_worth(terms, clocks or tariffs.clocks, tariffs.plants, exchange, takers)


def reformed_clocks_of(
    scenario: Scenario, tariffs: Tariffs | None, exchange: Exchange
) -> tuple[SlotClock, ...]:
    """Return the hours of each participant after the reform, none where they move no euro, or count.

    They change what a local kWh spares where supplier's prices, or the option of the TURPE, go by poste.
    """
    if tariffs is None or scenario.prices.off_peak_reform:
        return ()
    by_poste = any(len(set(filter(isfinite, m.supply_eur_per_kwh))) > 1 for m in tariffs.members)
    if not by_poste and tariffs.option_open is not True:
        return ()
    after = replace(scenario, prices=replace(scenario.prices, off_peak_reform=True))
    return tariffs_of(after, exchange).clocks


TRAINING_YEARS = 2
"""Generated weather years that stand for the months to come."""


def has_orders(choice: KeyChoice) -> bool:
    """Return whether a key has the orders of a study, or makes them; without it is refused, unpriced."""
    return "orders" in choice.parameters or bool(choice.parameters.get("monthly"))


def with_monthly_orders(
    choice: KeyChoice,
    scenario: Scenario,
    folder: Path,
    exchange: Exchange,
    worth_of: Callable[[Exchange], SharedWorth],
) -> KeyChoice:
    """Return the choice with the orders of each month, where `monthly` asks for them; else as it is.

    Raises:
        InputError: no floor, or one that is no ratio.
    """
    given = dict(choice.parameters)
    if not given.get("monthly") or "orders" in given:
        return choice
    floor = given.get("floor_ratio")
    if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0.0 <= floor <= 1.0:
        message = _("{value} is no floor: a ratio from 0 to 1 is expected, 0.25 for a quarter of the need")
        raise InputError([Problem("key.floor_ratio", message.format(value=floor))])
    # A solver, which a second run of the other keys does without.
    from scenarios.operation.fair_front.passes import stacked  # noqa: PLC0415
    from scenarios.operation.fair_front.search import FrontSearch, monthly_orders, year_of  # noqa: PLC0415

    training = [year_of(other, worth_of(other)) for other in training_exchanges(scenario, folder)]
    weights = [1.0 / len(training)] * len(training)
    promised = FrontSearch(stacked([year.exchange for year in training], weights)).need_ratio(float(floor))
    ids = tuple(participant.id for participant in scenario.participants)
    orders = monthly_orders(year_of(exchange, worth_of(exchange)), training, promised, ids)
    return replace(choice, parameters={**given, "orders": orders})


def training_exchanges(scenario: Scenario, folder: Path) -> list[Exchange]:
    """Return the exchanges of the same sites under other generated weather years."""
    weather = scenario.weather
    return [
        meter(
            replace(scenario, weather=replace(weather, source="generated", seed=weather.seed + n)),
            folder,
            KEPT_NOWHERE,
            lambda _text: None,
        ).exchange
        for n in range(1, 1 + TRAINING_YEARS)
    ]


def key_parts(scenario: Scenario, context: KeyContext, choice: KeyChoice) -> tuple[object, ...] | None:
    """Inputs of a key other than the meters; None for a key whose inputs cannot be listed."""
    rule, spared = KEYS.get(choice.name), context.saving_eur_per_kwh
    reads_more = rule is not None and rule.reads_prices and (spared is None or has_orders(choice))
    if rule is None or reads_more or "file" in choice.parameters:
        return None
    read = spared is not None and rule.reads_prices and (spared.tobytes(), Same(context.saving_row))
    return scenario.battery, choice, scenario.sharing, read


def at_rest(allocation: Allocation) -> Allocation:
    """Return an allocation without the kWh of each plant to each site, which fill M times the memory.

    Of no step in place of all: who reads them by mistake is told so by an error, not by figures of a pool.
    """
    pairs = allocation.received_by_plant_kwh
    return allocation if pairs is None else replace(allocation, received_by_plant_kwh=pairs[:0].copy())


def is_at_rest(allocation: Allocation) -> bool:
    """Return whether its pairs were let go of."""
    pairs = allocation.received_by_plant_kwh
    return pairs is not None and len(pairs) < len(allocation.received_kwh)
