"""The front of fairness: 20 floors, 40 members, a year of quarters of an hour, beside one plain programme.

CPU seconds of this process, so that a busy machine counts less; equality is asserted before any is timed.
"""

from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from time import process_time

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.bills.surplus import SharedWorth
from acc.exchange import Exchange
from benchmarks.measure import say
from scenarios.entry.catalogue import copy_example
from scenarios.operation.fair_front.passes import Ground, ground_of
from scenarios.operation.fair_front.search import FairSplit, FrontSearch
from scenarios.operation.ready.operation import open_operation
from tests.community import community
from tests.conftest import shared_data  # noqa: F401 - a fixture
from tests.studies.front.plain import PlainLp

MEMBERS, PLANTS, FLOORS = 40, 4, 20
FLAT_S, BY_HOUR_S, TIMES_FASTER = 2.0, 8.0, 10.0


def year() -> Ground:
    """Return the ground of a year whose plants make a fifth of what is needed, each member at its price."""
    made = community(1, members=MEMBERS, plants=PLANTS, days=365, step_minutes=15)
    scale = 0.2 * made.consumption_kwh.sum() / made.production_kwh.sum()
    production = made.production_kwh * scale
    exchange = Exchange(made.steps, made.consumption_kwh, production, np.zeros_like(production))
    price = np.random.default_rng(2).uniform(0.07, 0.14, MEMBERS)
    return ground_of(exchange, worth_by_hour(exchange, price, groups=1))


def forty_sites(folder: Path, groups: int) -> Ground:
    """Return the ground of the folder of forty sites, with invented hours of cheaper supply."""
    exchange = open_operation(folder, use_cache=False)[0].exchange
    price = np.random.default_rng(2).uniform(0.07, 0.14, exchange.consumption_kwh.shape[1])
    return ground_of(exchange, worth_by_hour(exchange, price, groups))


def worth_by_hour(exchange: Exchange, price: FloatArray, groups: int) -> SharedWorth:
    """Return prices a quarter lower for three hours of the day, each of the groups at hours of its own."""
    hour = (np.arange(exchange.steps.count) // 4 % 24)[:, None]
    first = 6 + 2 * (np.arange(len(price)) % groups)
    cheap = (hour >= first) & (hour < first + 3) & (groups > 1)
    everyone = np.where(cheap, 0.75 * price, price)
    return SharedWorth(everyone, everyone - 0.05)


def independent_patterns(count: int = 15) -> Ground:
    """Return the ground of the invented year, each member at prices of its own in each part of it."""
    made = community(1, members=MEMBERS, plants=PLANTS, days=365, step_minutes=15)
    scale = 0.2 * made.consumption_kwh.sum() / made.production_kwh.sum()
    production = made.production_kwh * scale
    exchange = Exchange(made.steps, made.consumption_kwh, production, np.zeros_like(production))
    table = np.random.default_rng(2).uniform(0.07, 0.14, (count, MEMBERS))
    everyone = table[np.arange(made.steps.count) * count // made.steps.count]
    return ground_of(exchange, SharedWorth(everyone, everyone - 0.05))


def example(folder: Path) -> Ground:
    """Return the ground of the bundled example at its own prices."""
    copy_example("bergerac", folder)
    operation = open_operation(folder, use_cache=False)[0]
    return ground_of(operation.exchange, operation.worth(operation.exchange))


def front(ground: Ground) -> tuple[FrontSearch, list[FairSplit]]:
    search = FrontSearch(ground)
    floors = np.linspace(0.0, search.highest, FLOORS)
    return search, [search.split(search.need_ratio(floor)) for floor in floors]


def test_twenty_floors_of_forty_members() -> None:
    told(year(), FLAT_S)


@pytest.mark.shared
def test_twenty_floors_of_forty_sites_whose_prices_change_with_the_hour(
    shared_data: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    folder = Path(copytree(shared_data / "op40", tmp_path / "op40"))
    told(forty_sites(folder, 1), FLAT_S)
    told(forty_sites(folder, 7), BY_HOUR_S)


def test_twenty_floors_where_fifteen_parts_of_the_year_have_prices_of_their_own() -> None:
    told(independent_patterns(), BY_HOUR_S)


def test_the_example_equals_plain_programmes_and_is_ten_times_faster_than_one(tmp_path: Path) -> None:
    beside_plain_ones(example(tmp_path / "op"), (0.3, 0.6, 0.9))


@pytest.mark.shared
def test_forty_sites_equal_plain_programmes_and_are_ten_times_faster_than_one(
    shared_data: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    folder = Path(copytree(shared_data / "op40", tmp_path / "op40"))
    operation = open_operation(folder, use_cache=False)[0]
    beside_plain_ones(ground_of(operation.exchange, operation.worth(operation.exchange)), (0.3, 0.6, 0.9))


def beside_plain_ones(ground: Ground, parts: Sequence[float]) -> None:
    """Hold some floors to the whole linear programme; twenty floors, then one alone, to the time of one."""
    start = process_time()
    front(ground)
    twenty_s, plain_s = process_time() - start, []
    for part in parts:
        start = process_time()
        search = FrontSearch(ground)
        need = search.need_ratio(part * search.highest)
        split = search.split(need)
        one_s = process_time() - start
        start = process_time()
        plain = PlainLp(ground).most_eur(need)
        plain_s.append(process_time() - start)
        assert split.total_eur == pytest.approx(plain, rel=1e-6)
        where = f"floor {part:.0%} of the highest"
        say("front", f"one plain programme over twenty points, {where}", plain_s[-1] / twenty_s, TIMES_FASTER)
        say("front", f"one plain programme over one point, {where}", plain_s[-1] / one_s, TIMES_FASTER)
    assert min(plain_s) / twenty_s >= TIMES_FASTER


def told(ground: Ground, most_s: float) -> None:
    start = process_time()
    search, splits = front(ground)
    seconds = process_time() - start
    gaps = [(split.bound_eur - split.total_eur, split.total_eur) for split in splits]
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
    beside_plain_ones(year(), (0.7,))
