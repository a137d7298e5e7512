"""Loads that move to the sun of their own day."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.devices.battery import block_of, shift_loads
from acc.exchange import exchange_behind_meters
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.problem import InputError
from acc.scenario import FlexibleLoad
from acc.settle import settle
from acc.steps import Steps, local_calendar
from tests.community import community
from tests.effort import law

DAY = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60)


def hours(values: dict[int, float]) -> np.ndarray:
    column = np.zeros((24, 1))
    for hour, kwh in values.items():
        column[hour] = kwh
    return column


def test_a_water_heater_moves_from_the_night_to_noon() -> None:
    # 6 kWh at 2 kW from 22 h to 1 h; surplus of 1.5, 3 and 1 at 11, 12 and 13 h: 1.5 + 2 + 1 fit, 1.5 stay.
    load = hours({22: 2.0, 23: 2.0, 0: 2.0, 12: 0.5})
    made = hours({11: 1.5, 12: 3.5, 13: 1.0})
    heater = FlexibleLoad(participant="p", daily_kwh=6.0, power_kw=2.0, usual=((1320, 60),))
    found = shift_loads(DAY, load, made, [heater], ["p"])
    assert found.after_kwh[[11, 12, 13, 22, 23, 0], 0] == pytest.approx([1.5, 2.0, 1.0, 0.5, 0.5, 0.5])
    assert found.load_kwh[12, 0] == pytest.approx(2.5)
    assert found.moved_kwh == pytest.approx([4.5])
    before = settle(exchange_behind_meters(DAY, load, made, [None]), Prorata()).received_kwh.sum()
    after = settle(exchange_behind_meters(DAY, found.load_kwh, made, [None]), Prorata()).received_kwh.sum()
    assert (before, after) == pytest.approx((0.5, 5.0))


def test_it_goes_only_where_it_may() -> None:
    load, made = hours({2: 3.0}), hours({10: 3.0, 15: 3.0})
    block = FlexibleLoad(
        participant="p", daily_kwh=3.0, power_kw=3.0, usual=((0, 360),), allowed=((840, 1020),)
    )
    found = shift_loads(DAY, load, made, [block], ["p"])
    assert found.load_kwh[[2, 10, 15], 0].tolist() == [0.0, 0.0, 3.0]


def test_only_what_is_used_in_the_usual_hours_can_move() -> None:
    load = hours({2: 1.0, 3: 0.5, 20: 4.0})
    block = FlexibleLoad(participant="p", daily_kwh=6.0, power_kw=0.8, usual=((0, 360),))
    # At 0.8 kW: 0.8 of the first hour, 0.5 of the second.
    assert block_of(block, load[:, 0], DAY)[[2, 3, 20]].tolist() == [0.8, 0.5, 0.0]


def test_two_blocks_do_not_take_the_same_sun() -> None:
    load = np.column_stack([hours({2: 2.0}), hours({3: 2.0})])
    made = hours({12: 3.0})
    blocks = [FlexibleLoad(participant=name, daily_kwh=2.0, power_kw=5.0) for name in ("a", "b")]
    found = shift_loads(DAY, load, made, blocks, ["a", "b"])
    assert found.load_kwh[12].tolist() == [2.0, 1.0]
    assert found.load_kwh[3, 1] == 1.0


@law(30)
@given(
    seed=st.integers(0, 200),
    daily_kwh=st.floats(0.5, 60.0),
    power_kw=st.floats(0.5, 30.0),
    first_day=st.sampled_from([0, 88, 297]),
)
def test_each_day_keeps_its_energy_and_more_is_shared(
    seed: int, daily_kwh: float, power_kw: float, first_day: int
) -> None:
    year = community(seed, members=4, plants=1, days=303)
    exchange = year.part(first_day * 24, first_day * 24 + 5 * 24)  # over the changes of clock too
    steps, load, made = exchange.steps, exchange.consumption_kwh, exchange.production_kwh
    blocks = [
        FlexibleLoad(participant="b", daily_kwh=daily_kwh, power_kw=power_kw, usual=((1320, 420),)),
        FlexibleLoad(participant="d", daily_kwh=daily_kwh / 2, power_kw=power_kw),
    ]
    found = shift_loads(steps, load, made, blocks, ["a", "b", "c", "d"])
    day = local_calendar(steps).day
    for one in np.unique(day):
        rows = day == one
        np.testing.assert_allclose(
            found.load_kwh[rows].sum(axis=0), load[rows].sum(axis=0), rtol=0, atol=1e-9
        )
        assert found.before_kwh[rows].sum(axis=0) == pytest.approx(
            found.after_kwh[rows].sum(axis=0), abs=1e-9
        )
    assert found.load_kwh.min() >= 0.0
    assert found.after_kwh.max() <= power_kw * steps.hours + 1e-9
    np.testing.assert_array_equal(found.load_kwh[:, [0, 2]], load[:, [0, 2]])
    shared = [
        energy(e, settle(e, Prorata())).received_kwh.sum()
        for e in (exchange_behind_meters(steps, values, made, [None]) for values in (load, found.load_kwh))
    ]
    assert shared[1] >= shared[0] - 1e-9


def test_every_fault_of_the_blocks_is_shown_at_once() -> None:
    blocks = [
        FlexibleLoad(participant="nobody", daily_kwh=1.0, power_kw=0.0),
        FlexibleLoad(participant="p", daily_kwh=-1.0, power_kw=1.0),
    ]
    with pytest.raises(InputError) as refused:
        shift_loads(DAY, hours({}), hours({}), blocks, ["p"])
    assert [problem.path for problem in refused.value.problems] == [
        "flexible[0].participant",
        "flexible[0].power_kw",
        "flexible[1].daily_kwh",
    ]
