"""The battery of a search: by hand, its rule against the simulator's, its planes against programmes."""

from datetime import datetime

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from acc.arrays import FloatArray
from acc.devices.battery import with_battery
from acc.exchange import Exchange
from acc.scenario import Battery
from acc.steps import Steps
from scenarios.studies.size.planes.battery_planes import Store, StoredWorth, StoreTerm, plane, used_kwh
from tests.effort import law

LOSSLESS = Store(step_ratio=1.0, way_ratio=1.0)


def flows(seed: int, steps: int) -> tuple[FloatArray, FloatArray]:
    """Return kWh made and needed, with zeros and, for some seeds, whole numbers that fill to the brim."""
    rng = np.random.default_rng(seed)
    made = rng.gamma(1.0, 2.0, steps) * (rng.random(steps) < 0.6)
    need = rng.gamma(1.0, 2.0, steps) * (rng.random(steps) < 0.8)
    return (np.round(made), np.round(need)) if seed % 3 == 0 else (made, need)


def worth(local: FloatArray | float, surplus: float, steps: int) -> StoredWorth:
    by_step = np.broadcast_to(np.asarray(local, dtype=np.float64), (steps,)).copy()
    return StoredWorth("money", by_step - surplus, by_step, surplus)


def programme(made: FloatArray, need: FloatArray, kwh: float, store: Store, gain: StoredWorth) -> float:
    """Return the most that any use of a battery gives, each kWh made used at once, stored or left."""
    steps = len(made)
    room, way = kwh * store.scale_ratio, store.way_ratio
    one, none = sp.identity(steps), sp.csr_matrix((steps, steps))
    limits = sp.vstack([sp.hstack([one, one, none, none]), sp.hstack([one, none, one, none])]).tocsc()
    before = one - sp.eye(steps, k=-1)
    balance = sp.hstack([none, -way * one, one / way, before]).tocsc()
    start = np.zeros(steps)
    start[0] = room * store.initial_ratio
    kept = np.zeros(steps)
    kept[-1] = gain.taken_eur_per_kwh / way
    cost = -np.concatenate([gain.direct, np.full(steps, -gain.taken_eur_per_kwh), gain.given, kept])
    inf, most = np.full(steps, np.inf), np.full(steps, room * store.step_ratio)
    upper = np.concatenate([inf, most, most, np.full(steps, room)])
    found = linprog(
        cost,
        A_ub=limits,
        b_ub=np.concatenate([made, need]),
        A_eq=balance,
        b_eq=start,
        bounds=np.column_stack([np.zeros(4 * steps), upper]),
        method="highs",
    )
    return -float(found.fun)


def at(store: Store, made: FloatArray, need: FloatArray, kwh: float, gain: StoredWorth) -> float:
    constant, of_made, of_kwh = plane(store, made, need, kwh, gain)
    return constant + float(of_made @ made) + of_kwh * kwh


def by_rule(store: Store, made: FloatArray, need: FloatArray, kwh: float, gain: StoredWorth) -> float:
    """Return the value of the simulator's rule, what is left counted at what it was bought at."""
    use = used_kwh(store, made, need, kwh)
    value = (
        gain.direct @ use.direct_kwh
        + gain.given @ use.given_kwh
        - gain.taken_eur_per_kwh * use.taken_kwh.sum()
    )
    return float(value + gain.taken_eur_per_kwh / store.way_ratio * use.left_kwh)


def test_four_steps_by_hand() -> None:
    # Made 5, 0, 4, 0; needed 1, 2, 1, 6. Alone, 1 + 0 + 1 + 0 = 2 kWh are used at once. A battery of 3 kWh
    # takes 3 of the 4 left, gives 2, takes 2 of the 3 left (it is full again), gives 3: 5 kWh more.
    made, need = np.array([5.0, 0.0, 4.0, 0.0]), np.array([1.0, 2.0, 1.0, 6.0])
    use = used_kwh(LOSSLESS, made, need, 3.0)
    assert use.taken_kwh.tolist() == [3.0, 0.0, 2.0, 0.0]
    assert use.given_kwh.tolist() == [0.0, 2.0, 0.0, 3.0]
    assert use.left_kwh == 0.0
    # A local kWh is worth 1, a surplus 0.2: 2 x 0.8 at once and 5 x (1 - 0.2) through the battery.
    gain = worth(1.0, 0.2, 4)
    assert at(LOSSLESS, made, need, 3.0, gain) == pytest.approx(5.6)
    # One kWh more of battery takes and gives one kWh more in the second night alone: the first need is met.
    assert plane(LOSSLESS, made, need, 3.0, gain)[2] == pytest.approx(0.8)
    # 8 kWh hold all that is left on both days: one more adds nothing.
    assert plane(LOSSLESS, made, need, 8.0, gain)[2] == pytest.approx(0.0)
    # The first kWh of all works both nights.
    assert plane(LOSSLESS, made, need, 0.0, gain)[2] == pytest.approx(1.6)


def test_losses_and_power_by_hand() -> None:
    # 1 kWh taken is 0.9 held and 0.81 given back; 2 kWh of battery take at most 1 a step.
    store = Store(step_ratio=0.5, way_ratio=0.9)
    use = used_kwh(store, np.array([3.0, 0.0]), np.array([0.0, 3.0]), 2.0)
    assert use.taken_kwh.tolist() == pytest.approx([1.0, 0.0])
    assert use.given_kwh.tolist() == pytest.approx([0.0, 0.81])
    # A kWh taken costs 0.2 of surplus and gives 0.81: half a kWh a step for each kWh of battery.
    gain = worth(1.0, 0.2, 2)
    assert plane(store, np.array([3.0, 0.0]), np.array([0.0, 3.0]), 2.0, gain)[2] == pytest.approx(0.5 * 0.61)


def test_a_stored_kwh_worth_less_than_a_surplus_is_never_bought() -> None:
    store = Store(step_ratio=1.0, way_ratio=0.7)  # 0.49 given back
    made, need = np.array([3.0, 0.0]), np.array([0.0, 3.0])
    assert plane(store, made, need, 0.0, worth(1.0, 0.6, 2))[2] == 0.0
    assert plane(store, made, need, 0.0, worth(1.0, 0.4, 2))[2] == pytest.approx(0.09)


@law(40)
@given(
    seed=st.integers(0, 10_000),
    kwh=st.sampled_from([0.0, 1.0, 3.0, 7.7]),
    hours=st.sampled_from([0.25, 1.0, 4.0]),
    ratio=st.sampled_from([0.7, 0.9, 1.0]),
    initial=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_the_rule_is_the_simulators(
    seed: int, kwh: float, hours: float, ratio: float, initial: float
) -> None:
    made, need = flows(seed, 60)
    steps = Steps(datetime(2025, 6, 1), 15, 60)
    exchange = Exchange(steps, need[:, None], made[:, None], np.zeros((60, 1)))
    battery = Battery(energy_kwh=kwh, power_kw=kwh / hours, round_trip_ratio=ratio, initial_ratio=initial)
    expected = with_battery(exchange, battery)
    found = used_kwh(Store(0.25 / hours, float(np.sqrt(ratio)), initial), made, need, kwh)
    np.testing.assert_allclose(found.taken_kwh, expected.charge_kwh, atol=1e-9)
    np.testing.assert_allclose(found.given_kwh, expected.discharge_kwh, atol=1e-9)
    assert found.left_kwh == pytest.approx(expected.level_kwh[-1], abs=1e-9)


STORES = st.builds(
    Store,
    step_ratio=st.sampled_from([0.25, 1.0, 5.0]),
    way_ratio=st.sampled_from([1.0, 0.95, 0.8]),
    initial_ratio=st.sampled_from([0.0, 0.5, 1.0]),
    scale_ratio=st.sampled_from([1.0, 0.5]),
)


@law(60)
@given(seed=st.integers(0, 10_000), store=STORES, kwh=st.sampled_from([0.0, 1.0, 3.0, 7.7]))
def test_with_one_worth_rule_plane_and_programme_are_equal(seed: int, store: Store, kwh: float) -> None:
    made, need = flows(seed, 30)
    gain = worth(1.0, 0.2, 30)
    expected = programme(made, need, kwh, store, gain)
    assert at(store, made, need, kwh, gain) == pytest.approx(expected, abs=1e-7)
    assert by_rule(store, made, need, kwh, gain) == pytest.approx(expected, abs=1e-7)


@law(40)
@given(seed=st.integers(0, 10_000), store=STORES, kwh=st.sampled_from([0.0, 2.0, 7.7]))
def test_with_several_worths_the_plane_bounds_the_programme(seed: int, store: Store, kwh: float) -> None:
    made, need = flows(seed, 30)
    gain = worth(np.random.default_rng(seed).uniform(0.6, 1.4, 30), 0.2, 30)
    expected = programme(made, need, kwh, store, gain)
    assert at(store, made, need, kwh, gain) >= expected - 1e-7
    assert by_rule(store, made, need, kwh, gain) <= expected + 1e-7


@law(30)
@given(seed=st.integers(0, 10_000), kwh=st.sampled_from([0.0, 2.0, 7.7]))
def test_few_worths_close_to_each_other_leave_no_gap(seed: int, kwh: float) -> None:
    store = Store(step_ratio=0.5, way_ratio=0.9)
    made, need = flows(seed, 30)
    gain = worth(np.random.default_rng(seed).choice([0.97, 1.0, 1.03], 30), 0.2, 30)
    assert at(store, made, need, kwh, gain) == pytest.approx(
        programme(made, need, kwh, store, gain), abs=1e-7
    )


@law(80)
@given(seed=st.integers(0, 10_000), store=STORES, is_single=st.booleans())
def test_no_point_passes_the_plane_of_another(seed: int, store: Store, is_single: bool) -> None:
    rng = np.random.default_rng(seed)
    unit = rng.gamma(1.0, 1.0, (2, 40)) * (rng.random(40) < 0.5)
    need = rng.gamma(1.0, 2.0, 40)
    gain = worth(1.0 if is_single else rng.uniform(0.8, 1.2, 40), 0.2, 40)
    term = StoreTerm(store, unit, np.arange(len(unit)), need, ((gain, (0,)),), 1)
    x, y = rng.uniform(0.0, 3.0, 3), rng.uniform(0.0, 3.0, 3)
    value, slope = term.at(x)
    if is_single:  # the planes then touch the value itself
        assert term.at(y)[0][0] <= value[0] + slope[0] @ (y - x) + 1e-9
    assert by_rule(store, y[:2] @ unit, need, y[2], gain) <= value[0] + slope[0] @ (y - x) + 1e-9
