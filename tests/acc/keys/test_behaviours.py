"""What each key rewards and whom it hurts: the `Rewards` of each `KeyRule`, tried on many small groups.

Every step is scarce: half of the needs can be served. "oui" is a group where it happens, found again here;
"non" is that none of the groups tried shows it. A newcomer, or the second half of a member, is given the
price, the place and the parameters of the first.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from acc.exchange import Exchange
from acc.keys import KEYS, REWARDS, KeyContext, build_key
from acc.keys.optimal import Orders
from acc.settle import settle
from acc.steps import Steps
from tests.effort import few
from tests.strategies import context_of, plain_parameters

STEPS = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60).part(0, 4)
MEMBERS = 4
SEEN_KWH = 1e-6
TRIED = sorted(set(KEYS) - {"custom"})
LIAR = 3
"""Who declares something false: the last one, which has the least of shares, ranks and plants."""


@pytest.fixture(params=few(1, [50, 150]))
def groups(request: pytest.FixtureRequest) -> int:
    """How many groups are tried."""
    return int(request.param)


def group(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    need = rng.uniform(0.5, 4.0, (4, MEMBERS))
    parts = rng.dirichlet([1.0, 1.0], 4)
    return need, parts * need.sum(axis=1, keepdims=True) / 2.0


def received(name: str, need: np.ndarray, made: np.ndarray, **given: Any) -> np.ndarray:
    """Return the kWh of each member over all steps; see `by_step`."""
    whole: np.ndarray = by_step(name, need, made, **given).sum(axis=0)
    return whole


def by_step(
    name: str,
    need: np.ndarray,
    made: np.ndarray,
    *,
    like: list[int] | None = None,
    given: dict[str, dict[str, float]] | None = None,
) -> np.ndarray:
    """Return the kWh of each member at each step; `like` says whose price and place each has."""
    like = list(range(MEMBERS)) if like is None else like
    base = Exchange(STEPS, need[:, [like.index(n) for n in range(MEMBERS)]], made, np.zeros_like(made))
    context = context_of(base, plants=plants(made.shape[1]))
    exchange = Exchange(STEPS, need, made, np.zeros_like(made))
    parameters = given or stated(name, base)
    parameters = {word: _for(value, like) for word, value in parameters.items()}
    return settle(exchange, build_key(name, parameters, _context(context, need, like))).received_kwh


def plants(count: int) -> tuple:  # type: ignore[type-arg]
    made = context_of(Exchange(STEPS, np.ones((4, MEMBERS)), np.ones((4, 3)), np.zeros((4, 3)))).plants
    return made[:count]


def stated(name: str, exchange: Exchange) -> dict:  # type: ignore[type-arg]
    ids = [f"p{n}" for n in range(MEMBERS)]
    if name in {"static", "static-redistributed"}:
        return {"shares": dict(zip(ids, (0.4, 0.3, 0.2, 0.1), strict=True))}
    return dict(plain_parameters(name, exchange))


def _context(context: KeyContext, need: np.ndarray, like: list[int]) -> KeyContext:
    assert context.distances_km is not None
    members = tuple(replace(context.participants[n], id=f"p{i}") for i, n in enumerate(like))
    return replace(
        context,
        participants=members,
        consumption_kwh=need.sum(axis=0),
        distances_km=context.distances_km[:, like],
    )


def _for(value: object, like: list[int]) -> object:
    """Return parameters for columns that stand for members: shares kept in sum, the rest repeated."""
    if isinstance(value, dict):
        numbers = [value[f"p{n}"] for n in like]
        whole = sum(value.values()) / sum(numbers)
        return {f"p{i}": number * whole for i, number in enumerate(numbers)}
    if isinstance(value, list):
        return [[f"p{i}" for i, n in enumerate(like) if f"p{n}" in rank] for rank in value]
    if isinstance(value, Orders):
        extra = value.extra_eur_per_kwh[:, like]
        return Orders(tuple(f"p{i}" for i in range(len(like))), value.month, value.weight, extra)
    return value


def gains_by_consuming(name: str, seed: int) -> bool:
    """Return whether a member gains by consuming more at the steps where it is not served in full."""
    need, made = group(seed)
    before = by_step(name, need, made)
    parameters = stated(name, Exchange(STEPS, need, made, np.zeros_like(made)))
    for member in range(MEMBERS):
        short = before[:, member] < need[:, member] - SEEN_KWH
        more = need.copy()
        more[short, member] *= 1.3
        after = by_step(name, more, made, given=parameters)
        if after[:, member].sum() > before[:, member].sum() + SEEN_KWH:
            return True
    return False


def gains_by_splitting(name: str, seed: int) -> bool:
    need, made = group(seed)
    halves = np.hstack([need, need[:, :1] / 2.0])
    halves[:, 0] /= 2.0
    after = received(name, halves, made, like=[*range(MEMBERS), 0])
    return bool(after[0] + after[-1] > received(name, need, made)[0] + SEEN_KWH)


def somebody_loses_by_a_plant(name: str, seed: int) -> bool:
    need, made = group(seed)
    more = np.hstack([made, made[:, :1] * 0.3])
    return bool((received(name, need, more) < received(name, need, made) - SEEN_KWH).any())


def entry(name: str, seed: int) -> np.ndarray:
    """Return what the others receive more when one like the first enters, (N,)."""
    need, made = group(seed)
    wider = np.hstack([need, need[:, 1:2]])
    after = received(name, wider, made, like=[*range(MEMBERS), 0])
    return after[:MEMBERS] - received(name, need, made)


def found(name: str, groups: int) -> list[bool]:
    tried = (gains_by_consuming, gains_by_splitting, somebody_loses_by_a_plant)
    words = [any(one(name, seed) for seed in range(groups)) for one in tried]
    changes = np.array([entry(name, seed) for seed in range(groups)])
    return [*words, bool((changes > SEEN_KWH).any())]


def test_every_key_of_the_table_is_told() -> None:
    assert sorted(REWARDS) == TRIED


@pytest.mark.parametrize("name", TRIED)
def test_the_table_says_what_each_key_rewards_and_whom_it_hurts(name: str, groups: int) -> None:
    told = REWARDS[name]
    # Nobody loses by a plant more, nobody who was there gains by an arrival: the same for every key.
    assert [told.consuming, told.splitting, False, False] == found(name, groups)


@pytest.mark.parametrize("name", TRIED)
def test_the_others_together_never_gain_by_an_entry(name: str, groups: int) -> None:
    assert all(entry(name, seed).sum() <= SEEN_KWH for seed in range(groups))


def lied(name: str, seed: int, change: Callable[[KeyContext, dict], tuple[KeyContext, dict]]) -> np.ndarray:  # type: ignore[type-arg]
    """Return what each member receives more when the context or the parameters say something false, (N,)."""
    need, made = group(seed)
    exchange = Exchange(STEPS, need, made, np.zeros_like(made))
    true = replace(context_of(exchange), consumption_kwh=need.sum(axis=0)), stated(name, exchange)
    false = change(*true)
    before, after = (
        settle(exchange, build_key(name, parameters, context)).received_kwh.sum(axis=0)
        for context, parameters in (true, false)
    )
    return after - before


def false_price(context: KeyContext, parameters: dict) -> tuple[KeyContext, dict]:  # type: ignore[type-arg]
    told = context.participants[LIAR]
    dear = replace(told, contract=replace(told.contract, energy_eur_per_kwh={"all": 0.50}))
    others = tuple(dear if site is told else site for site in context.participants)
    return replace(context, participants=others), parameters


def false_roof(context: KeyContext, parameters: dict) -> tuple[KeyContext, dict]:  # type: ignore[type-arg]
    name = context.participants[LIAR].id
    return replace(context, plants=tuple(replace(p, owner=name) for p in context.plants)), parameters


def false_place(context: KeyContext, parameters: dict) -> tuple[KeyContext, dict]:  # type: ignore[type-arg]
    assert context.distances_km is not None
    near = context.distances_km.copy()
    near[:, LIAR] = 0.0
    return replace(context, distances_km=near), parameters


def false_rank(context: KeyContext, parameters: dict) -> tuple[KeyContext, dict]:  # type: ignore[type-arg]
    name = context.participants[LIAR].id
    ranks = [[one for one in rank if one != name] for rank in parameters["ranks"]]
    return context, parameters | {"ranks": [[name], *(rank for rank in ranks if rank)]}


def false_number(context: KeyContext, parameters: dict) -> tuple[KeyContext, dict]:  # type: ignore[type-arg]
    """Declare twice one's weight or share; shares still make the same whole."""
    ((word, true),) = parameters.items()
    name = context.participants[LIAR].id
    false = true | {name: 2.0 * true[name]}
    whole = sum(false.values()) / sum(true.values()) if word == "shares" else 1.0
    return context, {word: {one: value / whole for one, value in false.items()}}


LIES: dict[str, Callable[[KeyContext, dict], tuple[KeyContext, dict]]] = {  # type: ignore[type-arg]
    "weighted": false_number,
    "static": false_number,
    "static-redistributed": false_number,
    "priority": false_rank,
    "price": false_price,
    "optimal": false_price,
    "own-roof-first": false_roof,
    "nearest-first": false_place,
}
"""What each key that asks something of a site can be told wrong."""


def test_there_is_a_lie_for_each_key_that_asks_something() -> None:
    assert set(LIES) == {name for name, told in REWARDS.items() if told.false_word is not None}


@pytest.mark.parametrize("name", sorted(LIES))
def test_a_false_word_never_costs_who_says_it_and_mostly_pays(name: str, groups: int) -> None:
    changes = [lied(name, seed, LIES[name]) for seed in range(groups)]
    won = [change[LIAR] for change in changes]
    assert min(won) >= -SEEN_KWH
    assert sum(gain > SEEN_KWH for gain in won) > groups / 2
    if KEYS[name].wastes_nothing:  # what it takes, the others lose
        assert all(change.sum() == pytest.approx(0.0, abs=SEEN_KWH) for change in changes)


@pytest.mark.parametrize("name", sorted(set(TRIED) - set(LIES)))
@pytest.mark.parametrize("lie", [false_price, false_roof, false_place])
def test_a_key_that_asks_nothing_cannot_be_lied_to(
    name: str,
    lie: Callable[[KeyContext, dict], tuple[KeyContext, dict]],  # type: ignore[type-arg]
) -> None:
    assert all(np.abs(lied(name, seed, lie)).max() <= SEEN_KWH for seed in range(40))


def arrival(name: str, seed: int, column: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return needs, what each received before, and what each loses at each step when one like it enters."""
    need, made = group(seed)
    like = [*range(MEMBERS), column]
    before = by_step(name, need, made)
    after = by_step(name, np.hstack([need, need[:, 1:2]]), made, like=like)
    return need, before, before - after[:, :MEMBERS]


def may_lose(name: str, seed: int, need: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return who the table says may lose when one like the first enters, at each step, (T, N)."""
    everyone = np.ones_like(need, dtype=bool)
    weight = np.array([1.0 + n % 3 for n in range(MEMBERS)])
    price = np.array([0.10 + 0.02 * (n % 3) for n in range(MEMBERS)])
    near = np.array([[abs(m - n) % 3 for n in range(MEMBERS)] for m in range(2)])
    sets: dict[str, np.ndarray] = {
        # Who consumes more than its part has come down to it: to the highest level, by weight where given.
        "equal": after >= after.max(axis=1, keepdims=True) - SEEN_KWH,
        "weighted": after / weight >= (after / weight).max(axis=1, keepdims=True) - SEEN_KWH,
        "price": everyone & (price <= price[0]),
        # The first plant is the first one's; the second one is nobody's here.
        "own-roof-first": np.hstack([need[:, :1] > group(seed)[1][:, :1], everyone[:, 1:]]),
        "nearest-first": everyone & (near >= near[:, :1]).any(axis=0),
    }
    return sets.get(name, everyone)


@pytest.mark.parametrize("name", TRIED)
def test_who_loses_by_an_arrival_is_who_the_table_says(name: str, groups: int) -> None:
    lost = np.zeros(MEMBERS, dtype=bool)
    for seed in range(groups):
        need, before, loss = arrival(name, seed)
        allowed = may_lose(name, seed, need, before - loss)
        assert not (loss > SEEN_KWH)[~allowed].any()
        lost |= (loss > SEEN_KWH).any(axis=0)
    assert lost.any()


@pytest.mark.parametrize("seed", range(5))
def test_under_the_default_key_an_arrival_costs_each_by_its_need_of_the_moment(seed: int) -> None:
    need, _before, loss = arrival("prorata", seed)
    part = loss / need
    np.testing.assert_allclose(part, np.broadcast_to(part[:, :1], part.shape), atol=1e-9)
    assert (part > 0.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_fixed_shares_made_anew_cost_each_by_its_share(seed: int) -> None:
    need, before, loss = arrival("static", seed)
    # Of 1.4 shares in all, each keeps 1 / 1.4 of its own: none loses more than that part of what it had.
    assert (loss <= before * (1.0 - 1.0 / 1.4) + SEEN_KWH).all()
    full = before < need - SEEN_KWH
    np.testing.assert_allclose(loss[full], before[full] * (1.0 - 1.0 / 1.4), atol=1e-9)


def test_ranks_before_the_arrival_lose_nothing(groups: int) -> None:
    for seed in range(groups):
        _need, _before, loss = arrival("priority", seed, column=1)  # of the second rank
        assert np.abs(loss[:, ::2]).max() <= SEEN_KWH


@pytest.mark.parametrize("name", TRIED)
def test_nobody_receives_less_by_needing_more(name: str) -> None:
    for seed in range(40):
        need, made = group(seed)
        parameters = stated(name, Exchange(STEPS, need, made, np.zeros_like(made)))
        before = received(name, need, made)
        more = need.copy()
        more[:, 0] *= 1.4
        assert received(name, more, made, given=parameters)[0] >= before[0] - SEEN_KWH
