"""The key `optimal` solved anew each month, from the meters of the month and years drawn before."""

from collections.abc import Callable
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.bills.shared_worth import SharedWorth
from acc.exchange import Exchange
from acc.problem import InputError, Problem
from acc.scenario import KeyChoice, Scenario
from scenarios.operation.metering.meter import meter
from scenarios.operation.store.store import KEPT_NOWHERE

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
    from scenarios.operation.fair_front.ground import stacked  # noqa: PLC0415
    from scenarios.operation.fair_front.months import monthly_orders, year_of  # noqa: PLC0415
    from scenarios.operation.fair_front.search import FrontSearch  # noqa: PLC0415

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
