"""A shape fitted to a bill: by hand on an even shape, and as laws on any."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.kept_bill import KeptBill
from acc.steps import Steps, local_calendar
from profiles.reference.bill_fit import BillFit, fit_to_bill, under_power
from tests.effort import law

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
NIGHT = SlotClock(off_peak=((1320, 1440), (0, 360)))
HTA = SlotClock(off_peak=((0, 480),), peak=((540, 660), (1080, 1200)), hta=True)
EVEN = np.ones(YEAR.count)


def fitted(shape: FloatArray, bill: KeptBill, total_kwh: float, clock: SlotClock = NIGHT) -> BillFit:
    fit = fit_to_bill(shape, YEAR, clock, bill, total_kwh)
    assert fit is not None
    return fit


def curve(shape: FloatArray, bill: KeptBill, total_kwh: float, clock: SlotClock = NIGHT) -> FloatArray:
    fit = fitted(shape, bill, total_kwh, clock)
    bent = fit.bend(shape, YEAR)
    if bill.peak_kw is None:
        return bent
    return under_power(bent, YEAR, bill.peak_kw, fit.cells(YEAR)[2])


def months_of(kwh: FloatArray) -> dict[int, float]:
    month = local_calendar(YEAR).month
    return {n: float(kwh[month == n].sum()) for n in range(1, 13)}


def slots_of(kwh: FloatArray, clock: SlotClock) -> dict[str, float]:
    index = slot_index(YEAR, clock)
    return {name: float(kwh[index == n].sum()) for n, name in enumerate(SLOTS) if (index == n).any()}


def test_an_even_shape_is_even_in_each_poste() -> None:
    # 151 days of high season, 214 of low season; 16 h a day of HP, 8 h of HC, but for the nights on which
    # clocks change: an hour of HC less in March (high season), an hour more in October (low season).
    hours = {"hph": 151 * 16, "hch": 151 * 8 - 1, "hpb": 214 * 16, "hcb": 214 * 8 + 1}
    kw = {"hph": 4.0, "hch": 1.0, "hpb": 3.0, "hcb": 0.5}
    bill = KeptBill(kwh_by_slot={name: kw[name] * hours[name] for name in kw})
    assert bill.total_kwh is not None
    fit = fitted(EVEN, bill, bill.total_kwh)
    made, index = fit.bend(EVEN, YEAR), slot_index(YEAR, NIGHT)
    for name, power in kw.items():
        np.testing.assert_allclose(made[index == SLOTS.index(name)], power, rtol=1e-12)
    mean_kw = bill.total_kwh / 8760
    assert fit.largest_ratio == pytest.approx(4.0 / mean_kw)
    assert fit.lowest_ratio == pytest.approx(0.5 / mean_kw)
    above = sum((kw[name] - mean_kw) * hours[name] for name in kw if kw[name] > mean_kw)
    assert fit.moved_ratio == pytest.approx(above / bill.total_kwh)


def test_two_postes_count_both_seasons() -> None:
    bill = KeptBill(kwh_by_slot={"hp": 2.0 * 365 * 16, "hc": 1.0 * 365 * 8})
    made = curve(EVEN, bill, 14_600.0)
    assert sorted(set(np.round(made, 9))) == [1.0, 2.0]


def test_the_months_that_are_not_stated_share_the_rest() -> None:
    made = curve(EVEN, KeptBill(kwh_by_month={1: 744.0 * 3, 12: 744.0 * 2}), 8760.0)
    of = months_of(made)
    assert (of[1], of[12]) == (pytest.approx(2232.0), pytest.approx(1488.0))
    rest_kw = (8760.0 - 2232.0 - 1488.0) / (8760 - 1488)
    np.testing.assert_allclose(made[local_calendar(YEAR).month == 6], rest_kw, rtol=1e-12)


def test_a_poste_alone_leaves_the_rest_of_the_bill_to_the_others() -> None:
    made = curve(EVEN, KeptBill(kwh_by_slot={"hc": 2920.0 * 2}), 8760.0)
    assert sorted(set(np.round(made, 9))) == [0.5, 2.0]


def test_without_pointe_its_hours_are_those_of_hph() -> None:
    four = {"hph": 900.0, "hch": 500.0, "hpb": 800.0, "hcb": 300.0}
    index = slot_index(YEAR, HTA)
    made = curve(EVEN, KeptBill(kwh_by_slot=four), 2500.0, HTA)
    assert made[np.isin(index, (0, 1))].sum() == pytest.approx(900.0)
    made = curve(EVEN, KeptBill(kwh_by_slot=four | {"pointe": 200.0}), 2700.0, HTA)
    assert slots_of(made, HTA) == pytest.approx(four | {"pointe": 200.0})


def test_a_poste_where_the_profile_has_nothing_is_even() -> None:
    by_day = (slot_index(YEAR, NIGHT) % 2 == 1).astype(np.float64)  # nothing in HCH nor HCB
    fit = fitted(by_day, KeptBill(kwh_by_slot={"hp": 5840.0, "hc": 2920.0}), 8760.0)
    assert fit.floor_kw > 0
    np.testing.assert_allclose(fit.bend(by_day, YEAR), 1.0, rtol=1e-12)


def test_postes_and_months_that_no_curve_holds_are_found() -> None:
    # HPH and HCH say that there is energy in the high season, its five months that there is none.
    bill = KeptBill(
        kwh_by_slot={"hph": 50.0, "hch": 50.0, "hpb": 50.0, "hcb": 50.0},
        kwh_by_month=dict.fromkeys((11, 12, 1, 2, 3), 0.0),
    )
    assert fit_to_bill(EVEN, YEAR, NIGHT, bill, 200.0) is None


def test_what_passes_the_highest_power_is_moved_inside_its_poste() -> None:
    peaky = EVEN.copy()
    peaky[100], peaky[5000] = 10.0, 7.0
    bill = KeptBill(kwh_by_slot={"hp": 7000.0, "hc": 3000.0}, peak_kw=1.5)
    made = curve(peaky, bill, 10_000.0)
    assert made.max() == pytest.approx(1.5)
    index = slot_index(YEAR, NIGHT)
    assert made[index % 2 == 1].sum() == pytest.approx(7000.0, rel=1e-12)
    assert made[index % 2 == 0].sum() == pytest.approx(3000.0, rel=1e-12)


def test_a_poste_that_needs_more_than_the_highest_power_is_even() -> None:
    shape = 1.0 + np.arange(YEAR.count) % 3
    bill = KeptBill(kwh_by_slot={"hp": 5840.0 * 2, "hc": 2920.0}, peak_kw=1.8)
    made = curve(shape, bill, 5840.0 * 2 + 2920.0)
    np.testing.assert_allclose(made[slot_index(YEAR, NIGHT) % 2 == 1], 2.0, rtol=1e-12)
    assert made[slot_index(YEAR, NIGHT) % 2 == 0].max() <= 1.8 * (1 + 1e-12)


@law(60)
@given(
    seed=st.integers(0, 2**32 - 1),
    clock=st.sampled_from([NIGHT, HTA, SlotClock(off_peak=((60, 540),), off_peak_summer=((660, 1140),))]),
    words=st.sampled_from(["all", "two", "none", "some"]),
    months=st.sets(st.integers(1, 12)),
    caps=st.booleans(),
)
def test_every_energy_of_a_real_curve_comes_back(
    seed: int, clock: SlotClock, words: str, months: set[int], caps: bool
) -> None:
    rng = np.random.default_rng(seed)
    truth, shape = (np.exp(rng.normal(0, 0.7, YEAR.count)) for _n in range(2))
    of_slots, of_months = slots_of(truth, clock), months_of(truth)
    stated = {
        "all": of_slots,
        "two": {
            "hp": sum(kwh for name, kwh in of_slots.items() if name[:2] != "hc"),
            "hc": of_slots["hch"] + of_slots["hcb"],
        },
        "none": {},
        "some": {"hch": of_slots["hch"], "hpb": of_slots["hpb"]},
    }[words]
    bill = KeptBill(
        kwh_by_slot=stated,
        kwh_by_month={n: of_months[n] for n in sorted(months)},
        peak_kw=float(truth.max()) if caps else None,
    )
    made = curve(shape, bill, float(truth.sum()), clock)
    assert made.min() > 0
    assert made.sum() == pytest.approx(truth.sum(), rel=1e-9)
    for n in months:
        assert months_of(made)[n] == pytest.approx(of_months[n], rel=1e-9)
    back = slots_of(made, clock)
    if words == "two":
        assert back["hch"] + back["hcb"] == pytest.approx(stated["hc"], rel=1e-9)
    else:
        assert {name: back[name] for name in stated} == pytest.approx(stated, rel=1e-9)
    if caps:
        assert made.max() <= truth.max() * (1 + 1e-9)


def test_the_same_factors_run_on_another_year() -> None:
    bill = KeptBill(kwh_by_slot={"hp": 2.0 * 365 * 16, "hc": 1.0 * 365 * 8})
    fit, other = fitted(EVEN, bill, 14_600.0), Steps.between(date(2026, 7, 1), date(2027, 7, 1), 15)
    made = fit.bend(np.full(other.count, 0.25), other)  # 1 kW, as the year of the bill
    np.testing.assert_allclose(made[slot_index(other, NIGHT) % 2 == 1], 0.5, rtol=1e-9)
