"""The front of fairness: 20 floors, 40 members, a year of quarters of an hour, beside one plain programme.

CPU seconds of this process, so that a busy machine counts less; equality is asserted before any is timed.
"""

from time import process_time

import numpy as np
import pytest

from acc.bills.shared_worth import SharedWorth
from acc.exchange import Exchange
from benchmarks.measure import say
from scenarios.fair_front.ground import Ground, ground_of
from scenarios.fair_front.search import FairSplit, FrontSearch
from tests.community import community
from tests.scenarios.fair_front.plain import PlainLp

MEMBERS, PLANTS, FLOORS = 40, 4, 20
FLAT_S, BY_HOUR_S, TIMES_FASTER = 2.0, 8.0, 10.0


def year(patterns: int) -> Ground:
    """Return the ground of a year whose plants make a fifth of what is needed."""
    made = community(1, members=MEMBERS, plants=PLANTS, days=365, step_minutes=15)
    scale = 0.2 * made.consumption_kwh.sum() / made.production_kwh.sum()
    production = made.production_kwh * scale
    exchange = Exchange(made.steps, made.consumption_kwh, production, np.zeros_like(production))
    table = np.random.default_rng(2).uniform(0.07, 0.14, (patterns, MEMBERS))
    # Prices change with the hours of the sun, where the choice is.
    hour = np.arange(made.steps.count) // 4 % 24
    rows = np.clip((hour - 5) * patterns // 15, 0, patterns - 1)
    return ground_of(exchange, SharedWorth(table[rows], table[rows] - 0.05))


def front(ground: Ground) -> tuple[FrontSearch, list[FairSplit]]:
    search = FrontSearch(ground)
    floors = np.linspace(0.0, search.highest, FLOORS)
    return search, [search.split(search.need_ratio(floor)) for floor in floors]


@pytest.mark.parametrize(("patterns", "most_s"), [(1, FLAT_S), (15, BY_HOUR_S)])
def test_twenty_floors_of_forty_members(patterns: int, most_s: float) -> None:
    ground = year(patterns)
    start = process_time()
    search, splits = front(ground)
    seconds = process_time() - start
    gaps = [(split.bound_eur - split.eur, split.eur) for split in splits]
    assert all(gap <= 1e-9 * abs(eur) and gap <= 0.01 for gap, eur in gaps)
    say(
        "front",
        f"{len(ground.starts) - 1} patterns, {search.passes} passes, CPU s",
        seconds,
        most_s,
        more=False,
    )
    assert seconds <= most_s


def test_twenty_floors_are_ten_times_faster_than_one_plain_programme() -> None:
    ground = year(1)
    start = process_time()
    search, _splits = front(ground)
    seconds = process_time() - start
    need = search.need_ratio(0.7 * search.highest)
    start = process_time()
    plain = PlainLp(ground).most_eur(need)
    one = process_time() - start
    assert search.split(need).eur == pytest.approx(plain, rel=1e-6)
    say("front", "one plain programme over twenty points", one / seconds, TIMES_FASTER)
    assert one / seconds >= TIMES_FASTER
