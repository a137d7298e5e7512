"""`settle` moves the kWh and trusts no key."""

from datetime import date

import numpy as np
import pytest

import acc.settle
from acc.exchange import Exchange
from acc.settle import Past, settle
from acc.steps import Steps

STEPS = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15)


def exchange_of(consumption: object, production: object) -> Exchange:
    need, output = np.array(consumption, dtype=float), np.array(production, dtype=float)
    return Exchange(STEPS.part(0, len(need)), need, output, np.zeros_like(output))


class Proposes:
    """A key that proposes the same thing, right or wrong, and notes what it is told of the past."""

    looks_back = True

    def __init__(self, shares: object) -> None:
        self.proposed = np.array(shares, dtype=float)
        self.pasts: list[tuple[list[float], list[float]]] = []

    def shares(self, exchange: Exchange, past: Past) -> np.ndarray:
        self.pasts.append((past.received_kwh.tolist(), past.consumption_kwh.tolist()))
        count = exchange.steps.count
        return np.broadcast_to(self.proposed, (count, *self.proposed.shape))


ONE = exchange_of([[1.0, 1.0]], [[1.0]])


@pytest.mark.parametrize(
    ("shares", "fault"),
    [
        pytest.param([-0.1, 0.5], "negative or missing", id="negative"),
        pytest.param([np.nan, 0.5], "negative or missing", id="missing"),
        pytest.param([0.6, 0.6], "sum to 1.2", id="more than everything"),
        pytest.param([0.5, 0.5 + 1e-8], "sum to 1.000000", id="more than everything by more than rounding"),
        pytest.param([-1e-8, 1.0], "negative or missing", id="negative by more than rounding"),
        pytest.param([[0.5, 0.5 + 1e-8]], "sum to 1.000000", id="more than everything of one plant"),
        pytest.param([np.inf, 0.0], "sum to inf", id="infinite"),
        pytest.param([1.0], "shape", id="one participant forgotten"),
        pytest.param([[0.5, 0.5], [0.5, 0.5]], "shape", id="a plant too many"),
    ],
)
def test_an_unlawful_share_is_refused(shares: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        settle(ONE, Proposes(shares))


def test_shares_that_pass_one_by_rounding_create_no_energy() -> None:
    allocation = settle(exchange_of([[9.0, 9.0]], [[1.0]]), Proposes([0.5, 0.5 + 1e-10]))
    assert allocation.received_kwh.sum() <= 1.0
    assert allocation.surplus_kwh.min() >= 0.0


def test_a_share_negative_by_rounding_gives_nothing() -> None:
    allocation = settle(exchange_of([[9.0, 9.0]], [[1.0]]), Proposes([-1e-12, 1.0]))
    assert allocation.received_kwh.tolist() == [[0.0, 1.0]]


def test_surplus_by_difference_is_never_negative() -> None:
    rng = np.random.default_rng(24)
    exchange = exchange_of(rng.random((96, 7)), rng.random((96, 3)))
    shares = rng.dirichlet(np.ones(7))
    assert settle(exchange, Proposes(shares)).surplus_kwh.min() >= 0.0


def test_pooled_surplus_goes_to_the_plants_in_proportion_to_what_they_inject() -> None:
    # Pool 4, need 1 + 2: 1 kWh is left, three quarters of it at the plant that makes 3.
    allocation = settle(exchange_of([[1.0, 2.0]], [[3.0, 1.0]]), Proposes([1 / 3, 2 / 3]))
    assert allocation.surplus_kwh == pytest.approx(np.array([[0.75, 0.25]]))
    assert allocation.received_by_plant_kwh is None


def test_pairs_are_cut_in_proportion_when_two_plants_offer_too_much() -> None:
    # Offers to the only participant: 2 and 1 for a need of 1.5; each is cut by half.
    allocation = settle(exchange_of([[1.5]], [[2.0, 1.0]]), Proposes([[1.0], [1.0]]))
    assert allocation.received_by_plant_kwh is not None
    assert allocation.received_by_plant_kwh.tolist() == [[[1.0], [0.5]]]
    assert allocation.surplus_kwh.tolist() == [[1.0, 0.5]]


def test_a_key_is_told_what_was_received_and_consumed_before_each_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acc.settle, "BLOCK_VALUES", 1)
    key = Proposes([0.5, 0.5])
    settle(exchange_of([[1.0, 0.2], [2.0, 3.0]], [[1.0], [1.0]]), key)
    assert key.pasts == [([0.0, 0.0], [0.0, 0.0]), ([0.5, 0.2], [1.0, 0.2])]


def test_where_memory_counts_a_block_begins_and_ends_with_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acc.settle, "PAGED_BYTES", 1)
    key = Proposes([0.5, 0.5])
    need = np.array([[1.0, 0.2], [2.0, 3.0], [1.0, 1.0], [4.0, 0.1]])
    found = settle(exchange_of(need, [[0.0], [1.0], [2.0], [0.0]]), key)
    assert found.received_kwh.tolist() == [[0.0, 0.0], [0.5, 0.5], [1.0, 1.0], [0.0, 0.0]]
    # The two steps of the day in one block, the night before them known as past.
    assert key.pasts == [([0.0, 0.0], [1.0, 0.2])]


def test_a_key_that_looks_back_without_saying_so_fails_at_once() -> None:
    class Forgets:
        def shares(self, exchange: Exchange, past: Past) -> np.ndarray:
            return np.broadcast_to(past.received_kwh, exchange.consumption_kwh.shape)

    with pytest.raises(ValueError, match="missing share"):
        settle(ONE, Forgets())


def test_an_exchange_is_read_and_not_changed() -> None:
    exchange = exchange_of([[1.0, 2.0]], [[3.0, 1.0]])
    for array in (exchange.consumption_kwh, exchange.production_kwh):
        array.flags.writeable = False
    # A writable array is not written either: 4 kWh in halves, the first needs 1.
    assert settle(exchange, Proposes([0.5, 0.5])).received_kwh.tolist() == [[1.0, 2.0]]


def test_curves_of_different_lengths_are_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="do not have the same steps"):
        Exchange(STEPS.part(0, 2), np.ones((2, 1)), np.ones((3, 1)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="negative or missing"):
        exchange_of([[np.nan]], [[1.0]])


def test_the_same_array_may_serve_for_many_runs() -> None:
    out = np.full((1, 2), 7.0)
    allocation = settle(ONE, Proposes([0.25, 0.75]), out=out)
    assert allocation.received_kwh is out
    assert out.tolist() == [[0.25, 0.75]]


def test_pairs_that_pass_one_by_rounding_create_no_energy() -> None:
    # A billionth too much of 1 GWh is 1 Wh: seen, where that of 1 kWh would be a rounding.
    plants, needs = [[1e6, 2e6]], [[9e6, 9e6]]
    allocation = settle(exchange_of(needs, plants), Proposes([[0.5, 0.5 + 1e-9], [0.25 + 1e-9, 0.75]]))
    pairs = allocation.received_by_plant_kwh
    assert pairs is not None
    assert pairs.sum(axis=2)[0] == pytest.approx([1e6, 2e6], rel=1e-14)
    assert allocation.received_kwh.sum() == pytest.approx(3e6, rel=1e-14)
    assert allocation.surplus_kwh == pytest.approx(np.zeros((1, 2)), abs=1e-8)
