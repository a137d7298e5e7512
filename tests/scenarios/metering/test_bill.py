"""A participant known by its bill: fitted over the days of the bill, run on those of the operation."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.kept_bill import KeptBill
from acc.problem import InputError
from acc.result.result import LoadQuality
from acc.sites import Grade, LoadSource, Participant, SupplyContract
from acc.steps import Steps, local_calendar
from reports.format.language import use
from scenarios.operation.metering.bill import bill_period
from scenarios.operation.metering.make import Maker
from tests.scenarios.metering.test_cache_keys import BERGERAC, PROFILE, PUBLISHED, SCENARIO

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
FOUR = {"hph": 20_000.0, "hch": 9_000.0, "hpb": 24_000.0, "hcb": 9_000.0}
POSTES = replace(
    PROFILE,
    source=LoadSource(profile="town-hall"),
    contract=SupplyContract(off_peak_hours=((60, 420), (720, 840))),
    bill=KeptBill(kwh_by_slot=FOUR),
)
OWN_HOURS = SlotClock(off_peak=((60, 420), (720, 840)))


@pytest.fixture(autouse=True)
def _in_french() -> None:
    use("fr")


def made(
    member: Participant, steps: Steps = YEAR, folder: Path = Path("nowhere")
) -> tuple[FloatArray, LoadQuality]:
    kwh, notes = Maker(replace(SCENARIO, steps=steps), folder, BERGERAC).profile_load(member)
    assert notes.quality is not None
    return kwh, notes.quality


def warnings(member: Participant) -> list[str]:
    _kwh, notes = Maker(replace(SCENARIO, steps=YEAR), Path("nowhere"), BERGERAC).profile_load(member)
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in notes.warnings]


def by_slot(kwh: FloatArray, steps: Steps = YEAR, clock: SlotClock = OWN_HOURS) -> dict[str, float]:
    sums = np.bincount(slot_index(steps, clock), kwh, len(SLOTS))
    return {name: float(value) for name, value in zip(SLOTS, sums, strict=True) if name != "pointe"}


def test_four_postes_are_kept_on_the_member_s_own_hours_and_their_sum_is_the_year() -> None:
    kwh, quality = made(POSTES)
    assert by_slot(kwh) == pytest.approx(FOUR, rel=1e-9)
    assert kwh.sum() == pytest.approx(62_000.0, rel=1e-9)
    assert quality.grade is Grade.FITTED
    assert quality.source.replace("\u00a0", " ").endswith(", ajusté à la facture (4 postes)")
    assert quality.band_ratio < made(replace(PROFILE, bill=None))[1].band_ratio


def test_how_far_the_profile_is_bent_is_said() -> None:
    note = made(POSTES)[1].notes[-1].replace("\u00a0", " ").replace("\u202f", " ")
    assert note.startswith("pour tenir la facture (4 postes), le profil est plié d’un facteur 0,")
    assert note.endswith(" % de ses kWh")


def test_hours_by_season_count_the_postes() -> None:
    contract = SupplyContract(off_peak_winter_hours=((0, 480),), off_peak_summer_hours=((660, 1140),))
    kwh, _quality = made(replace(POSTES, contract=contract))
    clock = SlotClock(off_peak=((0, 480),), off_peak_summer=((660, 1140),))
    assert by_slot(kwh, clock=clock) == pytest.approx(FOUR, rel=1e-9)


def test_hours_that_are_not_given_are_said() -> None:
    kwh, quality = made(replace(POSTES, contract=SupplyContract()))
    assert "22 h à 6 h" in quality.notes[-1]
    assert by_slot(kwh, clock=SlotClock(off_peak=((1320, 360),))) == pytest.approx(FOUR, rel=1e-9)


def test_sundays_are_off_peak_in_medium_voltage() -> None:
    contract = replace(POSTES.contract, turpe="HTA-CU-PF")
    kwh, _quality = made(replace(POSTES, contract=contract))
    assert by_slot(kwh, clock=replace(OWN_HOURS, hta=True)) == pytest.approx(FOUR, rel=1e-9)


def test_a_large_site_without_turpe_is_said_to_be_taken_for_medium_voltage() -> None:
    large = replace(POSTES.contract, subscribed_kva=(300.0,))
    kwh, quality = made(replace(POSTES, contract=large))
    assert by_slot(kwh, clock=replace(OWN_HOURS, hta=True)) == pytest.approx(FOUR, rel=1e-9)
    assert "dimanche en heures creuses" in quality.notes[-1]
    told = made(replace(POSTES, contract=replace(large, turpe="HTA-CU-PF")))[1]
    assert "HTA" not in " ".join(told.notes)


def test_months_alone_keep_the_grade_and_the_band_of_a_profile() -> None:
    months = KeptBill(kwh_by_month={1: 9_000.0, 7: 2_000.0})
    kwh, quality = made(replace(PROFILE, bill=months))
    plain = made(PROFILE)[1]
    assert (quality.grade, quality.band_ratio) == (Grade.PROFILE, plain.band_ratio)
    month = local_calendar(YEAR).month
    assert kwh[month == 1].sum() == pytest.approx(9_000.0, rel=1e-9)
    assert kwh[month == 7].sum() == pytest.approx(2_000.0, rel=1e-9)
    assert kwh.sum() == pytest.approx(62_000.0, rel=1e-9)


def test_nothing_stated_changes_no_byte() -> None:
    plain, _quality = made(PROFILE)
    only_days = KeptBill(start=date(2025, 1, 1), end=date(2025, 12, 31))
    assert made(replace(PROFILE, bill=only_days))[0].tobytes() == plain.tobytes()


def test_a_bill_of_other_days_is_fitted_there_and_run_here() -> None:
    # From April 2024 to March 2025; the operation is the calendar year 2026.
    days = replace(POSTES.bill or KeptBill(), start=date(2024, 4, 1), end=date(2025, 3, 31))
    there, here = (
        Steps.between(*ends, 60)
        for ends in ((date(2024, 4, 1), date(2025, 4, 1)), (date(2026, 1, 1), date(2027, 1, 1)))
    )
    member = replace(POSTES, bill=days)
    assert by_slot(made(member, there)[0], there) == pytest.approx(FOUR, rel=1e-9)
    kwh, _quality = made(member, here)
    assert kwh.sum() == pytest.approx(62_000.0, rel=1e-9)
    assert by_slot(kwh, here) == pytest.approx(FOUR, rel=0.03)  # other weekdays and holidays


def test_a_part_of_the_year_is_cut_from_the_fitted_year() -> None:
    june = Steps.between(date(2025, 6, 1), date(2025, 7, 1), 60)
    dated = replace(
        POSTES, bill=replace(POSTES.bill or KeptBill(), start=date(2025, 1, 1), end=date(2025, 12, 31))
    )
    whole = made(dated)[0][YEAR.rows_of(june)]
    assert made(dated, june)[0].sum() == pytest.approx(whole.sum(), rel=0.02)  # the weather of two periods


def test_the_highest_power_is_kept_or_said_to_be_passed() -> None:
    free = made(POSTES)[0].max()
    assert made(replace(POSTES, bill=KeptBill(kwh_by_slot=FOUR, peak_kw=0.8 * free)))[
        0
    ].max() <= 0.8 * free * (1 + 1e-9)
    tight = replace(POSTES, bill=KeptBill(kwh_by_slot=FOUR, peak_kw=7.5))
    kwh, _quality = made(tight)
    assert by_slot(kwh) == pytest.approx(FOUR, rel=1e-9)
    assert kwh.max() > 7.5
    (warning,) = warnings(tight)
    assert warning.startswith("Mairie : la facture demande ")
    assert warning.endswith("7,5 kW (`peak_kw`)")


def test_a_bill_that_the_profile_is_far_from_is_to_be_looked_at() -> None:
    assert warnings(POSTES) == []
    by_night = KeptBill(kwh_by_slot={"hp": 10_000.0, "hc": 52_000.0})
    (warning,) = warnings(replace(POSTES, bill=by_night))
    assert warning.startswith("Mairie : sa facture déplace ")
    assert warning.endswith(" % des kWh de son profil : vérifiez le profil, les heures creuses et la facture")


def test_months_against_postes_by_the_hours_are_refused_with_the_line() -> None:
    months = dict.fromkeys((11, 12, 1, 2, 3), 0.0)
    with pytest.raises(InputError) as refused:
        made(replace(POSTES, bill=KeptBill(kwh_by_slot=FOUR, kwh_by_month=months)))
    (problem,) = refused.value.problems
    assert problem.path == "participants.csv, mairie, hph_kwh"


def test_a_published_shape_takes_the_postes_too(tmp_path: Path) -> None:
    start = np.datetime64("2024-12-31T23:00")
    moments = [start + np.timedelta64(30 * n, "m") for n in range(48 * 365)]
    head = "horodate;sous_profil;categorie;coefficient_prepare;coefficient_ajuste;coefficient_dynamique\n"
    rows = "".join(f"{m}:00+00:00;RES1_BASE;Conso;1;{1 + n % 5};\n" for n, m in enumerate(moments))
    (tmp_path / "shapes.csv").write_text(head + rows, encoding="utf-8")
    member = replace(POSTES, source=replace(PUBLISHED.source, annual_kwh=None))
    kwh, quality = made(member, folder=tmp_path)
    assert by_slot(kwh) == pytest.approx(FOUR, rel=1e-9)
    assert quality.grade is Grade.FITTED


def test_a_bill_without_days_is_of_twelve_months_from_the_first_day() -> None:
    leap = Steps.between(date(2024, 2, 29), date(2024, 3, 2), 60)
    assert bill_period(KeptBill(), leap) == Steps.between(date(2024, 2, 29), date(2025, 3, 1), 60)
    assert bill_period(KeptBill(), YEAR) == YEAR
