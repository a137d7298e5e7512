"""Powers are sought with the dated changes: beside runs at the powers found, and at others."""

import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.accounts.values import Money
from acc.scenario import Prices
from acc.size.result import Sizing
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from scenarios.studies.size.run import _member_notes, size_folder
from scenarios.studies.size.settings import Aim, SizeChoice
from scenarios.studies.size.years import SearchedYears
from tests.operations import member, scenario
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

ON = date(2026, 9, 1)
TWELVE = """id;what;since;until;ratio;kwh;quantity;km;fuel_kwh;kwp
ecole-cyrano;heat-pump;2028;;;;;;92000;
cave-gardonne;scale;2031;;2;;;;;
ecole-cours;closes;2030-07-01;;0.1;;;;;
toit-froid;starts;2028;;;;;;;
mairie-bergerac;renovation;2029;;0.6;;;;;
eclairage-bergerac;led;2027-06-01;;;;;;;
cab;ev-fleet;2029;;;;10;12000;;
hopital;leaves;2034;;;;;;;
hotel-monbazillac;joins;2027-03-01;;;;;;;
fondation;cooling;2032;;;30000;;;;
toit-gymnase;kwp;2033;;;;;;;100
metallerie;scale;2036;;0.7;;;;;
"""
PRICED = PARTICIPANTS.replace("CU4;;town-hall", "CU4;130;town-hall")
LARGE = PLANTS.replace(";90;12;", ";400;12;").replace(";60;20;", ";300;20;")
ON_THE_NETWORK = LARGE.replace(";190;cave", ";190;")


def folder_of(
    folder: Path, rows: str, *, plants: str = ON_THE_NETWORK, size: str = "", **changes: str
) -> Path:
    section = size or 'objective = "npv-everyone"'
    write_operation(folder, **{"[weather]\n": f"[size]\n{section}\n[weather]\n"} | changes)
    (folder / "participants.csv").write_text(PRICED, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    if rows:
        text = "id;what;since;until;ratio\n" + rows
        (folder / "changes.csv").write_text(text, encoding="utf-8")
    return folder


def money_at(folder: Path, kwp: dict[str, float]) -> Money:
    """Return the money of a run at some powers, its key the one that a search shares by."""
    gone = [name for name, power in kwp.items() if power <= 0.0]
    asked = read_question((), gone, [f"{name}={power!r}" for name, power in kwp.items() if power > 0.0])
    money = run(folder, ran_on=ON, settings=asked, parts=RunParts(advice=False)).money
    assert money is not None
    return money


def found_in(sizing: Sizing) -> dict[str, float]:
    return {plant.id: plant.kwp for plant in sizing.best.plants}


def all_eur(money: Money) -> float:
    assert money.total is not None
    assert money.total.npv_eur_ht is not None
    return money.total.npv_eur_ht


@pytest.mark.parametrize(
    ("rows", "grows"),
    [("cave;scale;2028;;2\n", True), ("ecole;closes;2028;;0\ncave;closes;2028;;0\n", False)],
    ids=["a cellar doubles", "a school and a cellar close"],
)
def test_what_is_dated_carries_another_roof_and_its_figures_are_those_of_a_run(
    tmp_path: Path, rows: str, *, grows: bool
) -> None:
    plain = found_in(size_folder(folder_of(tmp_path / "plain", "")))
    folder = folder_of(tmp_path / "dated", rows)
    sizing = size_folder(folder)
    found = found_in(sizing)
    assert (sum(found.values()) > sum(plain.values())) == grows
    assert sum(found.values()) != pytest.approx(sum(plain.values()), rel=0.2)
    here, as_first = money_at(folder, found), money_at(folder, plain)
    # The first year alone would have chosen what is worth less in the plan that is told.
    assert all_eur(here) > all_eur(as_first) + 100.0
    assert sizing.total is not None
    assert sizing.total.npv_eur_ht == pytest.approx(all_eur(here), abs=0.005)
    assert here.plan is not None
    assert sizing.best.npv_eur_ht == pytest.approx(here.plan.npv_eur_ht, abs=0.005)
    assert not sizing.scenario.uncounted_changes
    assert any("The dated changes are counted" in note for note in sizing.notes)


MANY = (
    "cave;scale;2027-05-01;;2\n"
    "ecole;closes;2028;;0.1\n"
    "foyer;joins;2027;;\n"
    "garage;leaves;2029-10-01;;\n"
    "hangar;starts;2028;;\n"
    "gymnase;closes;2031;;0\n"
    "cave;price;2029-03-01;;1.3\n"
    "operation;price;2030;;0.8\n"
)


@pytest.mark.parametrize("plants", [ON_THE_NETWORK, LARGE], ids=["on the network", "one behind a meter"])
def test_with_each_year_settled_the_value_sought_is_the_plan_of_a_run(tmp_path: Path, plants: str) -> None:
    # A plan of six years, something in each: no year stands for another, and no line is drawn.
    size = 'objective = "npv"\n[size.roofs.gymnase]\nmin_kwp = 30\n[size.roofs.hangar]\nmin_kwp = 45\n'
    short = {
        "horizon_years = 20": "horizon_years = 6",
        "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 125.0",
    }
    folder = folder_of(tmp_path, MANY, plants=plants, size=size, **short)
    sizing = size_folder(folder)
    plan = money_at(folder, found_in(sizing)).plan
    assert plan is not None
    assert sizing.best.value == pytest.approx(plan.npv_eur_ht, rel=1e-9)
    assert not any("adds" in note for note in sizing.notes)
    for gymnase, hangar in ((30.0, 45.0), (90.0, 60.0), (200.0, 280.0)):
        other = money_at(folder, {"gymnase": gymnase, "hangar": hangar}).plan
        assert other is not None
        assert other.npv_eur_ht <= sizing.best.bound + 1e-6


def test_what_everybody_gains_differs_from_a_run_by_what_no_power_moves(tmp_path: Path) -> None:
    # Who pays the fee of a year, and whether VAT on it is recovered, goes by what each receives: none here.
    short = {"horizon_years = 20": "horizon_years = 6", "pmo_eur_per_year = 300.0": "pmo_eur_per_year = 0"}
    fixed = []
    for kwp in (40, 120):
        size = f'objective = "npv-everyone"\n[size.roofs.gymnase]\nmin_kwp = {kwp}\nmax_kwp = {kwp}\n'
        size += "[size.roofs.hangar]\nmin_kwp = 45\nmax_kwp = 45\n"
        folder = folder_of(tmp_path / str(kwp), MANY, size=size, **short)
        sizing = size_folder(folder)
        fixed.append(sizing.best.value - all_eur(money_at(folder, found_in(sizing))))
    assert fixed[0] == pytest.approx(fixed[1], abs=1e-6)


@pytest.mark.slow
def test_whole_modules_and_roofs_that_start_apart_are_found_within_seconds(tmp_path: Path) -> None:
    # Contracts that begin apart are worth differently: no part of the search has one worth.
    size = 'objective = "npv-everyone"\ncontracts = ["oa-2026-t1"]\n[size.roofs.hangar]\n'
    size += 'planes = ["10/95/0,5 10/275/0,5"]\nstep_kwp = 0.5\nfixed_eur = 3000\n'
    folder = folder_of(tmp_path, "cave;scale;2028;;2\nhangar;starts;2028-06-01;;\n", size=size)
    start = time.process_time()
    best = size_folder(folder).best
    # Six seconds; once it did not end.
    assert time.process_time() - start < 60.0
    assert best.gap_ratio <= 2e-3
    assert all(plant.kwp * 2.0 == pytest.approx(round(plant.kwp * 2.0)) for plant in best.plants[1:])


def test_a_battery_that_is_sought_repeats_the_first_year_and_says_so(tmp_path: Path) -> None:
    battery = "[size.battery]\nmax_kwh = 50\nhours = 2\nround_trip_ratio = 0.9\ncapex_eur_per_kwh = 900\n"
    sizing = size_folder(folder_of(tmp_path, "cave;scale;2028;;2\n", size=f'objective = "npv"\n{battery}'))
    assert sizing.scenario.uncounted_changes == 1
    assert "changes" in sizing.status.costs_left_out


@pytest.mark.slow
def test_one_step_of_each_hour_stands_for_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quarters = {"step_minutes = 60": "step_minutes = 15"}
    folder = folder_of(tmp_path, "cave;scale;2028;;2\n", **quarters)
    some = size_folder(folder)
    monkeypatch.setattr(SearchedYears, "in_an_hour", property(lambda _years: 1))
    every = size_folder(folder)
    # A part of the steps stands for all of them: powers and values are as near as a sample is.
    assert sum(found_in(some).values()) == pytest.approx(sum(found_in(every).values()), rel=0.03)
    assert some.best.value == pytest.approx(every.best.value, rel=0.003)
    assert some.best.made_kwh / sum(found_in(some).values()) == pytest.approx(
        every.best.made_kwh / sum(found_in(every).values()),
        rel=1e-3,  # the year's kWh of a kWp are kept
    )


@pytest.mark.shared
@pytest.mark.slow
def test_forty_members_with_twelve_changes_are_told_as_a_run_tells_them(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = tmp_path / "op40"
    shutil.copytree(shared_data / "op40", folder)
    (folder / "changes.csv").write_text(TWELVE, encoding="utf-8")
    sizing = size_folder(folder)
    found = {name: kwp for name, kwp in found_in(sizing).items() if name != "toit-gymnase-2033"}
    assert found_in(sizing)["toit-gymnase-2033"] == 0.0
    asked = read_question(("changes.toit-gymnase-kwp-2033.active=non",))
    gone = [name for name, power in found.items() if power <= 0.0]
    asked += read_question((), gone, [f"{name}={power!r}" for name, power in found.items() if power > 0.0])
    money = run(folder, ran_on=ON, settings=asked, parts=RunParts(advice=False)).money
    assert money is not None
    assert sizing.total is not None
    assert sizing.total.npv_eur_ht == pytest.approx(all_eur(money), abs=0.005)
    assert sizing.best.gap_ratio <= 1e-6


def test_the_fee_of_the_organiser_is_left_out_of_the_worst_member_alone() -> None:
    with_fee = scenario([member("a")], prices=Prices(local_eur_per_kwh=0.1, pmo_eur_per_year=300.0))
    without = replace(with_fee, prices=Prices(local_eur_per_kwh=0.1))
    worst, everyone = SizeChoice(aim=Aim.WORST_MEMBER), SizeChoice(aim=Aim.NPV_EVERYONE)
    cases = (with_fee, worst), (without, worst), (with_fee, everyone)
    assert [len([*_member_notes(*case)]) for case in cases] == [1, 0, 0]
