"""Reference loads: sums, cuts and spreads as laws; what each kind does by hand."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.problem import InputError
from acc.sites import Position
from acc.steps import Steps, local_calendar
from profiles.reference.kinds import PROFILES, intensities_of, uses_of
from profiles.reference.load import ReferenceLoad, reference_load
from tests.effort import law

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
KINDS = sorted(PROFILES)


def load(kind: str, steps: Steps = YEAR, **known: object) -> ReferenceLoad:
    defaults: dict[str, object] = {
        "annual_kwh": 100_000.0,
        "position": None,
        "temperature_c": None,
        "seed": 24,
        "site_id": "a",
    }
    return reference_load(kind, steps, **(defaults | known))  # type: ignore[arg-type]


def cut(kwh: FloatArray, part: Steps) -> FloatArray:
    first = (part.start_utc - YEAR.start_utc).total_seconds() // 900
    return kwh[int(first) :][: part.count * part.step_minutes // 15]


@pytest.mark.parametrize("kind", KINDS)
def test_a_calendar_year_sums_to_the_bill_and_never_goes_below_zero(kind: str) -> None:
    for first in (2025, 2028):
        steps = Steps.between(date(first, 1, 1), date(first + 1, 1, 1), 15)
        drawn = load(kind, steps, annual_kwh=123_456.7)
        assert drawn.kwh.sum() == pytest.approx(123_456.7, rel=1e-12)
        assert drawn.kwh.min() >= 0
        assert drawn.annual_kwh == 123_456.7
        assert 0 < drawn.band_ratio < 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("first", "end", "years"),
    [
        (date(2025, 7, 1), date(2026, 7, 1), 1),
        (date(2023, 11, 15), date(2024, 11, 15), 1),
        (date(2024, 4, 1), date(2026, 4, 1), 2),
    ],
)
def test_any_twelve_months_sum_to_the_bill(kind: str, first: date, end: date, years: int) -> None:
    drawn = load(kind, Steps.between(first, end, 30), annual_kwh=62_000.0)
    assert drawn.kwh.sum() == pytest.approx(years * 62_000.0, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_month_is_the_year_cut_to_that_month(kind: str) -> None:
    october = Steps.between(date(2025, 10, 1), date(2025, 11, 1), 15)
    np.testing.assert_allclose(load(kind, october).kwh, cut(load(kind).kwh, october), rtol=1e-12)


@law(25)
@given(
    kind=st.sampled_from(KINDS),
    step=st.sampled_from([5, 10, 15, 30, 60]),
    day=st.dates(date(2025, 1, 1), date(2025, 12, 20)),
)
def test_every_step_length_holds_the_same_energy(kind: str, step: int, day: date) -> None:
    steps = Steps.between(day, date.fromordinal(day.toordinal() + 5), step)
    quarters = load(kind, Steps(steps.start_utc, 15, steps.count * step // 15)).kwh
    ours = load(kind, steps).kwh
    assert ours.sum() == pytest.approx(quarters.sum(), rel=1e-12)
    if step >= 15:
        np.testing.assert_allclose(ours, quarters.reshape(steps.count, -1).sum(axis=1), rtol=1e-12)


def test_a_period_over_new_year_takes_its_part_of_both_years() -> None:
    steps = Steps.between(date(2024, 12, 30), date(2026, 1, 1), 15)
    whole = load("office", steps).kwh
    assert whole[-YEAR.count :].sum() == pytest.approx(100_000)
    np.testing.assert_allclose(whole[-YEAR.count :], load("office").kwh, rtol=1e-12)


def test_the_same_seed_and_site_give_the_same_curve_and_others_do_not() -> None:
    first = load("hospital").kwh
    np.testing.assert_array_equal(first, load("hospital").kwh)
    assert np.abs(first - load("hospital", site_id="b").kwh).max() > 0.1
    assert np.abs(first - load("hospital", seed=25).kwh).max() > 0.1


def test_a_given_temperature_moves_heating_to_the_cold_days_and_keeps_the_year() -> None:
    cold_march = np.where(local_calendar(YEAR).month == 3, -5.0, 14.0)
    mild = load("office").kwh
    cold = load("office", temperature_c=cold_march).kwh
    march = local_calendar(YEAR).month == 3
    assert cold.sum() == pytest.approx(mild.sum())
    assert cold[march].sum() > 1.2 * mild[march].sum()


def test_what_was_assumed_is_said() -> None:
    assert any("normals of Bergerac" in note for note in load("office").notes)
    assert load("office", temperature_c=np.full(YEAR.count, 12.0)).notes == ()
    march = Steps.between(date(2025, 3, 1), date(2025, 4, 1), 60)
    cut = load("office", march, temperature_c=np.full(march.count, 9.0))
    assert any("outside the period" in note for note in cut.notes)
    assert any("sun is that of Bergerac" in note for note in load("street-lighting").notes)
    year = Steps.between(date(2030, 1, 1), date(2031, 1, 1), 60)
    assert any("2030 are not all published" in note for note in load("primary-school", year).notes)


def test_a_size_in_place_of_a_bill_prints_where_its_intensity_comes_from() -> None:
    drawn = load("wine-cooperative", annual_kwh=None, quantity=40_000.0, quantity_unit="hl")
    assert drawn.annual_kwh == pytest.approx(640_000)  # 40,000 hl x 16 kWh/hl
    assert "40000 hl" in drawn.source
    assert "kWh/hl" in drawn.notes[0]
    assert drawn.band_ratio > load("wine-cooperative").band_ratio


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"kind": "piscine"}, r"Did you mean swimming-pool\? Known profiles: .*town-hall"),
        ({"kind": "town hal"}, "Did you mean town-hall"),
        ({"kind": "Boulangerie"}, "No profile was made of this trade: the nearest is shop"),
        ({"annual_kwh": None}, "neither annual_kwh nor quantity is given"),
        ({"annual_kwh": -3.0}, "-3.0 is not usable: a number of kWh above 0"),
        ({"annual_kwh": float("nan")}, "nan is not usable"),
        (
            {"annual_kwh": None, "quantity": 10.0, "quantity_unit": "hl"},
            "“hl” is not a size .* m2 is expected",
        ),
        ({"annual_kwh": None, "quantity": 0.0, "quantity_unit": "m2"}, "0.0 is not usable: a number of m2"),
    ],
)
def test_faults_name_the_value_and_the_way_out(known: dict[str, object], expected: str) -> None:
    kind = str(known.pop("kind", "office"))
    with pytest.raises(InputError, match=expected) as caught:
        load(kind, **known)
    assert caught.value.problems[0].path.startswith("participants.a.")


def test_steps_off_the_five_minute_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 5 min"):
        load("office", Steps(datetime(2025, 1, 1, 0, 2), 15, 4))


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_whole(kind: str) -> None:
    uses = uses_of(kind)
    assert sum(use.share_ratio for use in uses) == pytest.approx(1.0)
    assert all(len(use.hours) == 7 for use in uses)
    units = set(intensities_of(kind))
    assert units
    assert units <= {"m2", "m3", "hl", "EH", "inhabitants", "homes"}


def test_lamps_are_on_4134_hours_and_follow_the_place() -> None:
    lamps = load("street-lighting").kwh
    assert (lamps > 0).sum() / 4 == pytest.approx(4134, abs=10)
    north = load("street-lighting", position=Position(51.0, 2.3)).kwh
    december = local_calendar(YEAR).month == 12
    assert north[december].sum() / north.sum() > lamps[december].sum() / lamps.sum()


def test_lamps_switched_off_from_23_to_5_are_on_1944_hours() -> None:
    kwh, calendar = load("street-lighting-part-night").kwh, local_calendar(YEAR)
    assert (kwh > 0).sum() / 4 == pytest.approx(1944, abs=10)
    assert kwh[(calendar.minute >= 23 * 60) | (calendar.minute < 5 * 60)].sum() == 0


def test_lamps_never_burn_in_the_afternoon_whatever_the_site() -> None:
    calendar = local_calendar(YEAR)
    noon = (calendar.minute >= 10 * 60) & (calendar.minute < 16 * 60)
    for site in "abc":
        assert load("street-lighting", site_id=site).kwh[noon].sum() == 0


@pytest.mark.parametrize("kind", ["primary-school", "college", "workshop"])  # offices: test_evidence
def test_days_only_sites_use_less_than_half_at_night(kind: str) -> None:
    kwh, calendar = load(kind).kwh, local_calendar(YEAR)
    worked = calendar.weekday < 5
    night = kwh[worked & (calendar.minute < 300)].mean()
    day = kwh[worked & (calendar.minute >= 540) & (calendar.minute < 960)].mean()
    assert night < 0.5 * day


@pytest.mark.parametrize("kind", KINDS)
def test_the_noise_is_neither_smooth_nor_wild(kind: str) -> None:
    kwh = load(kind).kwh
    on = (kwh[1:] > 0) & (kwh[:-1] > 0)
    jumps = np.abs(np.log(kwh[1:][on] / kwh[:-1][on]))
    assert 0.0005 < np.median(jumps) < 0.12


@pytest.mark.parametrize("kind", KINDS)
def test_sites_of_a_kind_differ_as_their_spread_says(kind: str) -> None:
    sites = np.array([load(kind, site_id=f"site {n}").kwh for n in range(6)])
    between = np.abs(sites - sites.mean(axis=0)).sum() / sites.sum()
    assert 0.001 < between < 0.4


def test_a_leap_year_and_its_29_february_are_whole() -> None:
    leap = Steps.between(date(2028, 1, 1), date(2029, 1, 1), 15)
    kwh, day = load("hospital", leap).kwh, local_calendar(leap).day
    assert kwh[day == np.datetime64("2028-02-29")].sum() == pytest.approx(100_000 / 366, rel=0.3)


def test_a_school_is_quiet_at_night_and_on_holidays() -> None:
    kwh, calendar = load("primary-school").kwh, local_calendar(YEAR)
    noon = (calendar.minute >= 600) & (calendar.minute < 720)
    school_day = kwh[noon & (calendar.day == np.datetime64("2025-03-20"))].mean()
    assert kwh[calendar.minute < 300].mean() < 0.3 * school_day
    assert kwh[noon & (calendar.day == np.datetime64("2025-08-05"))].mean() < 0.35 * school_day
    assert kwh[noon & (calendar.day == np.datetime64("2025-05-08"))].mean() < 0.4 * school_day


def test_a_pool_is_drained_in_september_and_has_no_weekend_dip() -> None:
    kwh, calendar = load("swimming-pool").kwh, local_calendar(YEAR)
    drained = (calendar.day >= np.datetime64("2025-09-02")) & (calendar.day <= np.datetime64("2025-09-06"))
    assert kwh[drained].mean() < 0.4 * kwh.mean()
    assert kwh[calendar.weekday >= 5].mean() == pytest.approx(kwh[calendar.weekday < 5].mean(), rel=0.1)


def test_a_wine_cooperative_peaks_at_vintage() -> None:
    kwh, calendar = load("wine-cooperative").kwh, local_calendar(YEAR)
    months = np.array([kwh[calendar.month == month].mean() for month in range(1, 13)]) / kwh.mean()
    assert months.argmax() + 1 == 9
    assert months[8] > 2
    assert months[[1, 2, 3]].max() < 1
