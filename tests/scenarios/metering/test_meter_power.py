"""A drawn curve never exceeds its meter, and keeps the kWh of its year, of its postes, of its months."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.kept_bill import KeptBill
from acc.problem import InputError
from acc.sites import Kind, LoadSource, Participant, SupplyContract
from acc.steps import Steps, local_calendar
from profiles.curves.facts import implausible
from profiles.reference.bill_fit import under_power
from profiles.reference.kinds import PROFILES
from scenarios.operation.metering.make import Maker
from tests.effort import law
from tests.scenarios.metering.test_bill import FOUR, by_slot
from tests.scenarios.metering.test_cache_keys import BERGERAC, PROFILE, SCENARIO

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 30)
HOURS = 8760.0


def drawn(member: Participant, steps: Steps = YEAR) -> FloatArray:
    return Maker(replace(SCENARIO, steps=steps), Path("nowhere"), BERGERAC).profile_load(member)[0]


def site(profile: str, annual_kwh: float, kva: tuple[float, ...], **given: object) -> Participant:
    source = LoadSource(profile=profile, annual_kwh=annual_kwh)
    contract = SupplyContract(subscribed_kva=kva)
    return replace(PROFILE, bill=None, source=source, contract=contract, **given)  # type: ignore[arg-type]


@law(60)
@given(
    st.sampled_from(sorted(PROFILES)),
    st.sampled_from((3.0, 6.0, 9.0, 12.0, 36.0, 120.0)),
    st.floats(0.01, 0.999),
    st.text("abcdef", min_size=1, max_size=4),
)
def test_any_profile_stays_under_its_meter_and_keeps_its_year(
    profile: str, kva: float, use_ratio: float, name: str
) -> None:
    annual_kwh = use_ratio * kva * HOURS
    kwh = drawn(site(profile, annual_kwh, (kva,), id=name))
    assert kwh.max() / YEAR.hours <= kva * (1.0 + 1e-12)
    assert kwh.sum() == pytest.approx(annual_kwh, rel=1e-9)
    assert kwh.min() >= 0.0


def test_a_home_of_9_kva_is_drawn_below_9_kw_with_the_days_of_its_profile() -> None:
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
    free = drawn(site("household-group", 25_000.0, (), kind=Kind.HOUSEHOLD), steps)
    kwh = drawn(site("household-group", 25_000.0, (9.0,), kind=Kind.HOUSEHOLD), steps)
    assert free.max() / steps.hours > 9.0
    assert kwh.max() / steps.hours <= 9.0
    day = local_calendar(steps).day
    days = np.unique(day, return_inverse=True)[1]
    assert np.bincount(days, kwh) == pytest.approx(np.bincount(days, free), rel=1e-9)  # moved within them
    assert not implausible(kwh, steps, subscribed_kva=9.0)


def test_a_group_of_homes_has_the_power_of_one_as_often_as_they_are() -> None:
    group = site("household-group", 40_000.0, (1.0,), kind=Kind.HOUSEHOLD_GROUP, households=10)
    assert drawn(group).max() / YEAR.hours <= 10.0
    assert drawn(replace(group, households=None)).max() / YEAR.hours > 10.0  # of how many is not known


def test_a_site_below_its_meter_is_not_changed_by_a_byte() -> None:
    assert (
        drawn(site("town-hall", 62_000.0, (250.0,))).tobytes()
        == drawn(site("town-hall", 62_000.0, ())).tobytes()
    )


def test_the_postes_and_the_months_of_a_bill_stay_as_they_are() -> None:
    contract = SupplyContract(off_peak_hours=((60, 420), (720, 840)), subscribed_kva=(12.0,))
    months = {1: 7_000.0, 7: 2_500.0}
    bill = KeptBill(kwh_by_slot=FOUR, kwh_by_month=months)
    kwh = drawn(replace(PROFILE, source=LoadSource(profile="town-hall"), contract=contract, bill=bill))
    free = drawn(
        replace(
            PROFILE,
            source=LoadSource(profile="town-hall"),
            contract=replace(contract, subscribed_kva=()),
            bill=bill,
        )
    )
    assert free.max() / YEAR.hours > 12.0 >= kwh.max() / YEAR.hours
    assert by_slot(kwh, YEAR) == pytest.approx(FOUR, rel=1e-9)
    month = local_calendar(YEAR).month
    assert [kwh[month == n].sum() for n in months] == pytest.approx([*months.values()], rel=1e-9)


def test_a_need_that_does_not_pass_the_meter_is_refused_with_both_figures() -> None:
    with pytest.raises(InputError) as refused:
        drawn(site("town-hall", 100_000.0, (9.0,)))
    (problem,) = refused.value.problems
    assert problem.path == "participants.mairie.kva"
    assert "100,000 kWh needed where 9 kVA at all hours let 78,840 kWh through" in problem.message


def test_a_poste_that_does_not_pass_the_meter_is_refused() -> None:
    contract = SupplyContract(off_peak_hours=((60, 120),), subscribed_kva=(9.0,))
    bill = KeptBill(kwh_by_slot={"hp": 10_000.0, "hc": 5_000.0})  # 365 h at 9 kVA: 3,285 kWh
    with pytest.raises(InputError) as refused:
        drawn(replace(PROFILE, source=LoadSource(profile="town-hall"), contract=contract, bill=bill))
    assert "5,000 kWh needed where 9 kVA at all hours let 3,285 kWh through" in str(refused.value)


def test_by_hand_what_passes_goes_to_its_day_then_to_its_month() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 3), 60)
    kwh = np.ones(48)
    kwh[12] = 3.0  # 26 kWh in a day of 24 h: at 1.5 kW at most, 24.5 / 23 in the other hours
    made = under_power(kwh, steps, 1.5, np.zeros(48, dtype=np.int64))
    assert made[:24] == pytest.approx(np.where(np.arange(24) == 12, 1.5, 24.5 / 23.0), rel=1e-12)
    assert made[24:] == pytest.approx(np.ones(24))
    kwh[12] = 15.0  # 38 kWh: more than the 36 that pass in the day, 26 are left for the next one
    made = under_power(kwh, steps, 1.5, np.zeros(48, dtype=np.int64))
    assert made.max() == 1.5
    assert made.sum() == pytest.approx(62.0, rel=1e-12)


def test_lamps_that_do_not_fit_in_their_nights_are_told() -> None:
    tight = site("street-lighting", 160_000.0, (36.0,))
    kwh, notes = Maker(replace(SCENARIO, steps=YEAR), Path("nowhere"), BERGERAC).profile_load(tight)
    (warning,) = notes.warnings
    assert "of its kWh find no room under 36 kVA in the hours of its profile" in warning
    assert kwh.max() / YEAR.hours <= 36.0 * (1.0 + 1e-12)
    free = drawn(site("street-lighting", 160_000.0, ()))
    between_kw = (free.max() + free[free > 0.0].mean()) / 2.0 / YEAR.hours
    fitting = drawn(site("street-lighting", 160_000.0, (between_kw,)))
    assert fitting.max() < free.max()
    assert not fitting[free == 0.0].any()  # no lamp by day where the nights have room
