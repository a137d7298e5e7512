"""The best split under a floor equals the plain linear programme, and levels equal successive ones."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from acc.fairness import gini
from acc.front.result import PointKind
from acc.grid_operator.coefficients import coefficients_of
from acc.keys.custom import Custom
from acc.keys.optimal import build_optimal
from acc.settle import settle
from scenarios.operation.coefficient_files.write import orders_text, read_orders
from scenarios.operation.fair_front.passes import ground_of
from scenarios.operation.fair_front.search import FrontSearch, monthly_orders, under_orders, year_of
from scenarios.studies.front.points import EuroScale, EvenSearch, even_splits, no_cost_floor, orders_of
from tests.strategies import context_of
from tests.studies.front.cases import ground, town
from tests.studies.front.plain import PlainLp, leximin_levels


@pytest.mark.parametrize(("seed", "patterns"), [(1, 1), (2, 4), (5, 15)])
def test_three_floors_equal_the_plain_programme_and_the_bound_is_met(seed: int, patterns: int) -> None:
    found = ground_of(*town(seed, patterns=patterns))
    search = FrontSearch(found)
    for part in (0.3, 0.8, 1.0):
        need = search.need_ratio(part * search.highest)
        split = search.split(need)
        assert split.total_eur == pytest.approx(PlainLp(found).most_eur(need), rel=1e-6)
        assert 0.0 <= split.bound_eur - split.total_eur <= 1e-9 * abs(split.total_eur)
        assert (split.coverage >= need - 1e-9).all()


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_levels_equal_successive_programmes(seed: int) -> None:
    found = ground_of(*town(seed, days=5))
    np.testing.assert_allclose(FrontSearch(found).levels, leximin_levels(found), atol=1e-7)


def test_two_members_of_one_twilight_share_its_hour() -> None:
    # The first two need only at the hour of 1 kWh: alone each could have all of it, together half each.
    found = ground([[1.0, 1.0, 0.0], [0.0, 0.0, 4.0]], [1.0, 3.0], [0.1, 0.1, 0.1])
    search = FrontSearch(found)
    np.testing.assert_allclose(search.levels, [0.5, 0.5, 0.75])
    assert search.split(search.need_ratio(0.75)).missing_ratio <= 1e-9


def test_who_needs_nothing_while_plants_produce_is_no_reason_for_a_floor_of_zero() -> None:
    found = ground([[2.0, 2.0, 0.0], [0.0, 0.0, 9.0]], [2.0, 0.0], [0.2, 0.1, 0.3])
    assert found.can_receive.tolist() == [True, True, False]
    search = FrontSearch(found)
    np.testing.assert_allclose(search.levels, [0.5, 0.5, 0.0])
    assert search.split(search.need_ratio(0.5)).total_eur == pytest.approx(0.2 + 0.1)


def test_one_member_alone_and_no_scarce_step() -> None:
    alone = FrontSearch(ground([[2.0]], [1.0], [0.1]))
    assert alone.levels.tolist() == pytest.approx([0.5])
    assert alone.split(alone.need_ratio(0.5)).total_eur == pytest.approx(0.1)
    plenty = FrontSearch(ground([[1.0, 2.0]], [9.0], [0.1, 0.2]))
    assert plenty.split(plenty.need_ratio(1.0)).total_eur == pytest.approx(0.5)
    assert plenty.levels.tolist() == pytest.approx([1.0, 1.0])


def test_equal_prices_make_a_front_that_is_flat_in_euros() -> None:
    exchange, worth = town(4)
    flat = ground_of(exchange, type(worth)(np.full_like(worth.everyone, 0.1), worth.paid))
    search = FrontSearch(flat)
    euros = [
        search.split(search.need_ratio(f)).total_eur for f in (0.0, 0.5 * search.highest, search.highest)
    ]
    assert euros == pytest.approx([euros[0]] * 3, rel=1e-9)


def test_a_kwh_worth_less_than_its_surplus_is_shared_only_for_the_floor() -> None:
    found = ground([[1.0, 1.0]], [1.0], [0.10, -0.02])
    search = FrontSearch(found)
    assert search.split(search.need_ratio(0.0)).received_kwh.tolist() == pytest.approx([1.0, 0.0])
    half = search.split(search.need_ratio(0.5))
    assert half.received_kwh.tolist() == pytest.approx([0.5, 0.5])
    assert half.total_eur == pytest.approx(0.05 - 0.01)


def test_a_point_says_what_it_leaves_to_the_surplus_though_somebody_could_use_it() -> None:
    search = FrontSearch(ground([[1.0, 1.0]], [1.5], [0.10, -0.02]))
    able = np.array([True, True])
    scale = EuroScale(7.0, 5.0, ("a", "b"), able, most_kwh=1.5)
    free = scale.point(PointKind.MOST_EUROS, 0.0, search.split(search.need_ratio(0.0)))
    # The second loses 2 cents on a kWh: 1 kWh of 1.5 is shared, for 10 cents.
    assert (free.left_kwh, free.values.gain_eur_ht) == pytest.approx((0.5, 7.1))
    assert (free.values.worst_ratio, free.values.saving_eur_ht) == pytest.approx((0.0, 5.05))
    half = scale.point(PointKind.STEP, 0.5, search.split(search.need_ratio(0.5)))
    assert half.left_kwh == pytest.approx(0.0, abs=1e-9)
    less = replace(scale, most_kwh=1.0)
    assert less.point(PointKind.STEP, 0.5, search.split(search.need_ratio(0.5))).left_kwh == 0.0


def test_the_highest_floor_at_no_cost_is_where_the_gain_meets_the_front() -> None:
    scale = EuroScale(7.0, 5.0, ("a", "b"), np.array([True, True]), most_kwh=1.5)
    search = FrontSearch(ground([[1.0, 1.0]], [1.5], [0.10, -0.02]))
    # Up to half of its kWh, the second has what nobody else needs and costs 2 cents a kWh: 10 cents less 1.
    assert no_cost_floor(search, scale, 7.09) == pytest.approx(0.5, abs=1e-6)
    assert no_cost_floor(search, scale, 7.05) == search.highest
    assert no_cost_floor(search, scale, 7.2) is None
    # Where a kWh is worth the same to both, no floor costs anything, and none brings more.
    even = FrontSearch(ground([[1.0, 1.0]], [1.5], [0.10, 0.10]))
    assert no_cost_floor(even, scale, 7.15) == even.highest
    assert no_cost_floor(even, scale, 7.2) is None


def test_the_front_falls_as_the_floor_rises_and_lies_above_every_order() -> None:
    found = ground_of(*town(7, members=8, patterns=3))
    search, rng = FrontSearch(found), np.random.default_rng(7)
    floors = np.linspace(0.0, search.highest, 9)
    euros = [search.split(search.need_ratio(f)).total_eur for f in floors]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(euros))
    for _order in range(20):
        order = search.pour(rng.uniform(0, 0.3, 8))
        worst = found.coverage(order.received_kwh)[found.can_receive].min()
        above = search.split(search.need_ratio(worst))
        assert above.total_eur >= order.total_eur + found.fixed_eur - 1e-6


def test_the_key_gives_the_split_and_its_file_gives_the_key_again(tmp_path) -> None:  # type: ignore[no-untyped-def]
    exchange, worth = town(2, patterns=4)
    search = FrontSearch(ground_of(exchange, worth))
    split = search.split(search.need_ratio(0.9 * search.highest))
    context = context_of(exchange, steps=exchange.steps, worth_eur_per_kwh=worth.everyone)
    ids = tuple(participant.id for participant in context.participants)
    orders = orders_of(split, ids)
    allocation = settle(exchange, build_optimal({"orders": orders}, context))
    np.testing.assert_allclose(allocation.received_kwh.sum(axis=0), split.received_kwh, rtol=1e-9)
    assert float((allocation.received_kwh * worth.everyone).sum()) == pytest.approx(split.total_eur, rel=1e-9)
    (tmp_path / "o.csv").write_text(orders_text(orders))
    again = settle(exchange, build_optimal({"orders": read_orders(tmp_path, "o.csv")}, context))
    np.testing.assert_array_equal(again.received_kwh, allocation.received_kwh)
    exact = coefficients_of(exchange, build_optimal({"orders": orders}, context), ids, ("r0", "r1"))
    sent = settle(exchange, Custom(exact.steps, exact.share)).received_kwh
    np.testing.assert_allclose(sent, allocation.received_kwh, atol=1e-9)


def test_the_gini_front_equals_the_splits_it_knows_and_keeps_its_limit() -> None:
    found = ground_of(*town(6, members=5, patterns=2))
    search = FrontSearch(found)
    splits = even_splits(search, 4)
    able = found.can_receive
    measured = [gini(split.coverage[able]) for split in splits]
    assert splits[0].total_eur == pytest.approx(search.split(search.need_ratio(0.0)).total_eur, rel=1e-9)
    high, low = measured[0], gini(search.split(search.need_ratio(search.highest)).coverage[able])
    for split, limit, value in zip(splits, np.linspace(high, low, 4), measured, strict=True):
        assert value <= limit + 1e-7
        assert 0.0 <= split.bound_eur - split.total_eur <= 1e-8 * abs(split.total_eur)
    assert all(b.total_eur <= a.total_eur + 1e-6 for a, b in pairwise(splits))
    # A mixture of the two ends is one split of its Gini: no better than the front there.
    even = EvenSearch(search)
    for part in (0.3, 0.7):
        mixed = part * splits[0].coverage + (1 - part) * splits[-1].coverage
        eur = part * splits[0].total_eur + (1 - part) * splits[-1].total_eur
        assert even.split(gini(mixed[able])).total_eur >= eur - 1e-6


def test_each_month_solved_with_its_meters_holds_the_floor_of_the_year() -> None:
    exchange, worth = town(3, members=5, days=120)
    year = year_of(exchange, worth)
    search = FrontSearch(year.exchange)
    need = search.need_ratio(0.9 * search.highest)
    orders = monthly_orders(year, [year], need, tuple(f"p{n}" for n in range(5)))
    assert set(orders.month) == {"2025-01", "2025-02", "2025-03", "2025-04"}
    coverage, eur = under_orders(year, orders)
    assert (coverage >= need - 1e-6).all()  # each month lands on the solver's tolerance
    assert eur == pytest.approx(
        search.split(need).total_eur, rel=1e-6
    )  # known beforehand, months lose nothing
