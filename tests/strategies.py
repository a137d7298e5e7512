"""What the properties draw: small exchanges with many zeros and ties, and keys with their parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients
from acc.keys import KeyContext
from acc.keys.optimal import Orders
from acc.sites import Kind, Participant, Plant, SupplyContract
from acc.steps import Steps

DAYS = (date(2025, 1, 15), date(2025, 3, 30), date(2025, 10, 26), date(2024, 2, 29))
"""An ordinary day, the day of 23 h, the day of 25 h, the day that comes every four years."""

ENERGY_KWH = st.one_of(
    st.just(0.0),
    st.sampled_from([0.5, 1.0, 2.0, 4.0]),
    st.floats(1e-3, 50.0, allow_subnormal=False),
)


@st.composite
def exchanges(draw: st.DrawFn, *, max_members: int = 5, max_plants: int = 3) -> Exchange:
    """Return an exchange of a few steps, on a day that may be one of 23 h or 25 h."""
    count = draw(st.integers(1, 6))
    members = draw(st.integers(1, max_members))
    plants = draw(st.integers(1, max_plants))
    day = draw(st.sampled_from(DAYS))
    steps = Steps.between(day, date.fromordinal(day.toordinal() + 1), 15).part(0, count)
    return Exchange(
        steps,
        draw(_energies(count, members)),
        draw(_energies(count, plants)),
        np.zeros((count, plants)),
    )


def _energies(count: int, columns: int) -> st.SearchStrategy[np.ndarray]:
    values = st.lists(ENERGY_KWH, min_size=count * columns, max_size=count * columns)
    return values.map(lambda flat: np.array(flat).reshape(count, columns))


def context_of(exchange: Exchange, **changes: Any) -> KeyContext:
    """Return members `p0, p1...` and plants `r0, r1...` for the columns of `exchange`.

    Supply prices repeat, so that ties are met; every second plant belongs to a participant.
    """
    members, plants = exchange.consumption_kwh.shape[1], exchange.production_kwh.shape[1]
    given: dict[str, Any] = {
        "participants": tuple(
            Participant(
                id=f"p{n}",
                name=f"P {n}",
                kind=Kind.COMPANY,
                contract=SupplyContract(energy_eur_per_kwh={"all": 0.10 + 0.02 * (n % 3)}),
            )
            for n in range(members)
        ),
        "plants": tuple(
            Plant(id=f"r{m}", name=f"R {m}", kwp=9.0, owner=f"p{m % members}" if m % 2 == 0 else None)
            for m in range(plants)
        ),
        "consumption_kwh": exchange.consumption_kwh.sum(axis=0),
        "distances_km": np.array([[abs(m - n) % 3 * 0.5 for n in range(members)] for m in range(plants)]),
    }
    return KeyContext(**(given | changes))


def key_parameters(name: str, exchange: Exchange) -> st.SearchStrategy[Mapping[str, object]]:
    """Return parameters that the key `name` accepts for the members of `exchange`."""
    members, plants = exchange.consumption_kwh.shape[1], exchange.production_kwh.shape[1]
    ids = [f"p{n}" for n in range(members)]
    made = {
        "static": lambda: _shares(ids).map(lambda shares: {"shares": shares}),
        "static-redistributed": lambda: _shares(ids).map(lambda shares: {"shares": shares}),
        "weighted": lambda: _weights(ids).map(lambda weights: {"weights": weights}),
        "priority": lambda: _ranks(ids),
        "optimal": lambda: _orders(ids),
        "custom": lambda: _coefficients(exchange.steps, ids, [f"r{m}" for m in range(plants)]),
    }
    return made[name]() if name in made else st.just({})


def _weights(ids: list[str]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries({name: st.sampled_from([1.0, 2.0, 3.0, 250.0]) for name in ids})


def _ranks(ids: list[str]) -> st.SearchStrategy[dict[str, object]]:
    inside = st.sampled_from(["prorata", "equal", "static", "catch-up", "price"])
    ranks = st.fixed_dictionaries({name: st.integers(0, 2) for name in ids})
    return st.tuples(ranks, inside).map(
        lambda drawn: {
            "ranks": [[name for name in ids if drawn[0][name] == rank] for rank in range(3)],
            "inside": drawn[1],
        }
    )


def _orders(ids: list[str]) -> st.SearchStrategy[dict[str, object]]:
    """Return one to three orders: with ties, some members not served at all, months apart."""
    return st.tuples(st.integers(1, 3), st.integers(0, 1000), st.booleans()).map(
        lambda drawn: {"orders": some_orders(ids, drawn[0], drawn[1], monthly=drawn[2])}
    )


def some_orders(ids: list[str], count: int, seed: int, *, monthly: bool = False) -> Orders:
    rng = np.random.default_rng(seed)
    extra = rng.choice([-0.2, 0.0, 0.0, 0.02, 1.0], (count, len(ids)))
    weight = rng.random(count) + 0.1
    weight /= weight.sum()
    if not monthly:
        return Orders(tuple(ids), ("",) * count, weight, extra)
    month = ("2025-03",) * count + ("",)
    return Orders(tuple(ids), month, np.append(weight, 1.0), np.vstack([extra, extra[:1]]))


def _coefficients(steps: Steps, ids: list[str], plants: list[str]) -> st.SearchStrategy[dict[str, object]]:
    """Return coefficients pooled or pair by pair, summing to at most 1, with many zeros."""
    return st.tuples(st.booleans(), st.integers(0, 1000)).map(
        lambda drawn: {"coefficients": some_coefficients(steps, ids, [] if drawn[0] else plants, drawn[1])}
    )


def some_coefficients(steps: Steps, ids: list[str], plants: list[str], seed: int) -> Coefficients:
    shape = (steps.count, *([len(plants)] if plants else []), len(ids))
    weight = np.random.default_rng(seed).choice([0.0, 1.0, 5.0], shape)
    share = weight / np.maximum(weight.sum(axis=-1, keepdims=True), 1.0)
    return Coefficients(steps, tuple(ids), tuple(plants), share)


def plain_parameters(name: str, exchange: Exchange) -> Mapping[str, object]:
    """Return one set of parameters that the key `name` accepts, always the same for the same members."""
    ids = [f"p{n}" for n in range(exchange.consumption_kwh.shape[1])]
    made: dict[str, Mapping[str, object]] = {
        "weighted": {"weights": {member: 1.0 + n % 3 for n, member in enumerate(ids)}},
        "priority": {"ranks": [ids[::2], ids[1::2]]},
        "optimal": {"orders": some_orders(ids, 2, 24)},
        "custom": {"coefficients": some_coefficients(exchange.steps, ids, [], 24)},
    }
    return made.get(name, {})


def _shares(ids: list[str]) -> st.SearchStrategy[dict[str, float]]:
    """Return shares that sum to 1, or to less."""
    weights = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=len(ids), max_size=len(ids))
    whole = st.sampled_from([1.0, 0.8])
    return st.tuples(weights, whole).map(
        lambda drawn: {
            name: drawn[1] * weight / max(1.0, sum(drawn[0]))
            for name, weight in zip(ids, drawn[0], strict=True)
        }
    )
