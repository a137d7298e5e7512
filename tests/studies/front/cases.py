"""Grounds of a few members and prices, for the tests of the front."""

from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.bills.surplus import SharedWorth
from acc.exchange import Exchange
from acc.steps import Steps
from scenarios.operation.fair_front.passes import Ground, ground_of
from tests.community import community

STEPS = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60)


def exchange_of(need: list[list[float]], made: list[float]) -> Exchange:
    pool = np.array(made)[:, None]
    return Exchange(STEPS.part(0, len(made)), np.array(need), pool, np.zeros_like(pool))


def worth_of(everyone: FloatArray) -> SharedWorth:
    return SharedWorth(everyone=everyone, paid=everyone - 0.05)


def ground(need: list[list[float]], made: list[float], prices: list[float] | list[list[float]]) -> Ground:
    """Return the ground of a few steps; prices for each member, or for each step and member."""
    exchange = exchange_of(need, made)
    everyone = np.broadcast_to(np.array(prices), exchange.consumption_kwh.shape)
    return ground_of(exchange, worth_of(everyone))


def town(seed: int, *, members: int = 6, days: int = 20, patterns: int = 1) -> tuple[Exchange, SharedWorth]:
    """Return members of many shapes over some days; their prices change with the hour when asked."""
    exchange = community(seed, members=members, days=days)
    rng = np.random.default_rng(seed)
    table = rng.uniform(0.05, 0.20, (patterns, members)).round(4)
    rows = (np.arange(exchange.steps.count) % 24) * patterns // 24
    return exchange, worth_of(table[rows])
