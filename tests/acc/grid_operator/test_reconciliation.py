"""Simulated kWh beside returned ones."""

from datetime import date, timedelta

import numpy as np
import pytest

from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.exchange import Exchange
from acc.grid_operator.reconciliation import OperatorEnergy, Returned, meters_of, reconcile, silent_meters
from acc.keys.prorata import Prorata
from acc.settle import Allocation, settle
from acc.steps import Steps

STEPS = Steps.between(date(2025, 3, 29), date(2025, 4, 1), 60)
"""Three days, the second one of 23 h."""


def simulated() -> tuple[Exchange, Allocation]:
    rng = np.random.default_rng(24)
    need, made = rng.random((STEPS.count, 2)), rng.random((STEPS.count, 1))
    exchange = Exchange(STEPS, need, made, np.zeros_like(made))
    return exchange, settle(exchange, Prorata())


def day_value(quantity: OperatorEnergy, day: date, kwh: float, prm: str = "C1", **more: object) -> Returned:
    return Returned(  # type: ignore[arg-type]
        prm=prm, quantity=quantity, first_day=day, end_day=day + timedelta(days=1), energy_kwh=kwh, **more
    )


def test_what_is_returned_as_simulated_leaves_no_gap() -> None:
    exchange, allocation = simulated()
    meters = meters_of(exchange, allocation, [("mairie", "C1"), ("ecole", None)], [("toit", "P1")])
    assert set(meters) == {"C1", "P1"}
    # 24 h, then 23 h: rows 24 to 46.
    second_day = slice(24, 47)
    found = reconcile(
        [
            day_value(OperatorEnergy.CONS, date(2025, 3, 30), exchange.consumption_kwh[second_day, 0].sum()),
            day_value(
                OperatorEnergy.AUTOCONS, date(2025, 3, 30), allocation.received_kwh[second_day, 0].sum()
            ),
            day_value(
                OperatorEnergy.SURPLUS, date(2025, 3, 30), allocation.surplus_kwh[second_day, 0].sum(), "P1"
            ),
        ],
        meters,
        STEPS,
    )
    assert [gap.id for gap in found.gaps] == ["mairie", "mairie", "toit"]
    assert found.real_gaps == ()
    assert all(abs(gap.gap_kwh) < 1e-9 for gap in found.gaps)
    assert found.problems == ()


def test_gaps_are_shown_by_day_and_summed_by_meter_the_largest_first() -> None:
    exchange, allocation = simulated()
    meters = meters_of(exchange, allocation, [("mairie", "C1"), ("ecole", "C2")], [])
    days = [date(2025, 3, 29) + timedelta(days=n) for n in range(3)]
    rows = [slice(0, 24), slice(24, 47), slice(47, 71)]
    values = [
        day_value(OperatorEnergy.CONS, day, exchange.consumption_kwh[part, column].sum() + more, prm)
        for column, prm in enumerate(["C1", "C2"])
        for day, part, more in zip(days, rows, [0.0, 2.0 * (column + 1), -0.5], strict=True)
    ]
    found = reconcile(values, meters, STEPS)
    assert [gap.gap_kwh for gap in found.real_gaps] == pytest.approx([4.0, 2.0, -0.5, -0.5])
    assert [total.id for total in found.by_meter] == ["ecole", "mairie"]
    assert found.by_meter[0].gap_kwh == pytest.approx(3.5)
    assert found.by_meter[0].worst.returned.first_day == days[1]


def test_whole_kwh_explain_half_a_kwh() -> None:
    exchange, allocation = simulated()
    meters = meters_of(exchange, allocation, [("mairie", "C1")], [])
    exact = float(exchange.consumption_kwh[:24, 0].sum())
    close = day_value(OperatorEnergy.CONS, date(2025, 3, 29), round(exact), resolution_kwh=1.0)
    off = day_value(OperatorEnergy.CONS, date(2025, 3, 29), round(exact) + 1, resolution_kwh=1.0)
    found = reconcile([close, off], meters, STEPS)
    assert [gap.is_rounding for gap in found.gaps] == [True, False]


def test_slots_are_compared_one_by_one_where_the_hours_are_known_and_together_otherwise() -> None:
    exchange, allocation = simulated()
    slot = slot_index(STEPS, SlotClock(off_peak=((1320, 360),)))
    in_march = exchange.consumption_kwh[:, 0]
    known = meters_of(exchange, allocation, [("mairie", "C1")], [], [slot])
    unknown = meters_of(exchange, allocation, [("mairie", "C1")], [])
    whole = {"first_day": date(2025, 3, 29), "end_day": date(2025, 4, 1)}
    values = [
        Returned(
            prm="C1",
            quantity=OperatorEnergy.CONS,
            slot=name,
            energy_kwh=float(in_march[slot == SLOTS.index(name)].sum()),
            **whole,
        )
        for name in ("hph", "hch")
    ]
    assert [gap.gap_kwh for gap in reconcile(values, known, STEPS).gaps] == pytest.approx(
        [0.0, 0.0], abs=1e-9
    )
    (together,) = reconcile(values, unknown, STEPS).gaps
    assert together.gap_kwh == pytest.approx(0.0, abs=1e-9)
    (foreign,) = reconcile(
        [Returned(prm="C1", quantity=OperatorEnergy.CONS, slot="hp", energy_kwh=1.0, **whole)], known, STEPS
    ).gaps
    assert foreign.simulated_kwh == pytest.approx(in_march.sum())


def test_values_that_cannot_be_compared_say_why() -> None:
    exchange, allocation = simulated()
    meters = meters_of(exchange, allocation, [("mairie", "30000000000001")], [])
    found = reconcile(
        [
            day_value(OperatorEnergy.CONS, date(2025, 3, 29), 1.0, "30000000001234", where="f.csv, line 2"),
            day_value(OperatorEnergy.PROD, date(2025, 3, 29), 1.0, "30000000000001", where="f.csv, line 3"),
            day_value(OperatorEnergy.CONS, date(2025, 4, 1), 1.0, "30000000000001", where="f.csv, line 4"),
        ],
        meters,
        STEPS,
    )
    assert [str(problem) for problem in found.problems] == [
        "f.csv, line 2: the meter •••• 1234 is not one of the operation",
        "f.csv, line 3: mairie has no prod: cons, autocons, complement are expected",
        "f.csv, line 4: 1 April 2025 to 2 April 2025 is not wholly in the simulated period",
    ]
    assert found.gaps == ()


def test_plants_of_one_meter_are_added_and_its_participant_keeps_what_it_received() -> None:
    exchange, allocation = simulated()
    made = exchange.production_kwh
    twice = Exchange(STEPS, exchange.consumption_kwh, np.hstack([made, made]), np.zeros((STEPS.count, 2)))
    shared = Allocation(allocation.received_kwh, np.hstack([allocation.surplus_kwh] * 2))
    meters = meters_of(twice, shared, [("mairie", "C1"), ("ecole", None)], [("toit", "C1"), ("abri", "C1")])
    (meter,) = meters.values()
    assert meter.id == "mairie"
    np.testing.assert_allclose(meter.series_kwh[OperatorEnergy.PROD], 2.0 * made[:, 0])
    np.testing.assert_allclose(meter.series_kwh[OperatorEnergy.SURPLUS], 2.0 * allocation.surplus_kwh[:, 0])
    np.testing.assert_allclose(meter.series_kwh[OperatorEnergy.AUTOCONS], allocation.received_kwh[:, 0])


def test_days_that_a_meter_lacks_are_counted_from_the_first_that_another_has() -> None:
    def days(*numbers: int) -> list[tuple[date, date]]:
        return [(date(2025, 3, n), date(2025, 3, n + 1)) for n in numbers]

    ten = days(*range(1, 11))
    spans = {
        "every": {"cons": ten},
        "inside": {"cons": days(3, 4, 5)},  # 1, 2 and 6 to 10 March are missing
        "ended": {"cons": days(1, 2, 3, 4)},  # 5 to 10 March are
        "half": {"cons": ten, "prod": days(1, *range(3, 11))},  # the 2nd is, of one energy of two
        "nothing": {},
    }
    silent = silent_meters(spans, {prm: prm for prm in spans})
    assert [(s.id, s.first_day.day, s.missing_days, s.days, s.to_the_end, s.is_absent) for s in silent] == [
        ("inside", 1, 7, 10, False, False),
        ("ended", 5, 6, 10, True, False),
        ("half", 2, 1, 10, False, False),
        ("nothing", 1, 10, 10, True, True),
    ]
    # A value of three days: as many in a row are a silence, two are none.
    month = {"every": {"cons": [(date(2025, 3, 1), date(2025, 3, 4)), *days(*range(4, 11))]}}
    assert not silent_meters({**month, "two": {"cons": days(*range(1, 9))}}, {"every": "", "two": ""})
    (three,) = silent_meters({**month, "three": {"cons": days(*range(1, 8))}}, {"every": "", "three": ""})
    assert (three.first_day.day, three.missing_days) == (8, 3)
