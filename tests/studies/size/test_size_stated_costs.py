"""Sizing counts what a roof states as a question of that power does, to the last digit."""

from datetime import date
from pathlib import Path

import pytest

from acc.plan.another_power import at_power
from acc.size.result import Sizing
from reports.format.language import use
from reports.studies.size.screen import size_nodes
from reports.terminal.screen import show
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.settings import power_rules
from scenarios.run import run
from scenarios.studies.size.ground import built_plant
from scenarios.studies.size.run import size_folder
from scenarios.studies.size.settings import RoofChoice
from tests.scenarios.operation import PARTICIPANTS, write_operation

COLUMNS = (
    "inverter_kva;capex_eur;connection_eur;opex_eur_per_year;insurance_eur_per_year;rent_eur_per_year;inverter_eur;"
    "injection_turpe_eur_per_year;ifer_eur_per_year;grant_eur"
)
STATED = f"""id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;{COLUMNS}
gymnase;Gymnase;commune;44.8455;0.4835;24037;90;12;165;75;81000;4000;1300;250;600;7000;480;0;5000
hangar;Hangar;cave;44.8425;0.4968;24037;60;20;190;;60000;;;200;300;;;;3000
"""
BOUNDS = pytest.mark.parametrize(
    "bounds",
    [
        {"gymnase": (30.0, 90.0), "hangar": (10.0, 60.0)},
        {"gymnase": (130.0, 200.0), "hangar": (40.0, 150.0)},
        {"gymnase": (30.0, 40.0), "hangar": (20.0, 36.0)},
        {"gymnase": (310.0, 340.0), "hangar": (60.0, 60.0)},
    ],
)


def folder_of(path: Path, bounds: dict[str, tuple[float, float]]) -> Path:
    roofs = "".join(
        f"[size.roofs.{name}]\nmin_kwp = {low}\nmax_kwp = {high}\n" for name, (low, high) in bounds.items()
    )
    write_operation(
        path,
        **{
            "[weather]\n": f'[size]\nobjective = "npv-everyone"\n{roofs}\n[weather]\n',
            "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 140.0",
            "pmo_eur_per_year = 300.0": "pmo_eur_per_mwh = 7.0",
            'surplus = "oa-2026-06"': "surplus = 45.0",
        },
    )
    (path / "participants.csv").write_text(
        PARTICIPANTS.replace("CU4;;town", "CU4;130;town"), encoding="utf-8"
    )
    (path / "plants.csv").write_text(STATED, encoding="utf-8")
    return path


@BOUNDS
def test_the_powers_found_are_worth_what_a_question_of_them_is(
    tmp_path: Path, bounds: dict[str, tuple[float, float]]
) -> None:
    check(folder_of(tmp_path / "op", bounds))


def check(folder: Path) -> Sizing:
    """Return a sizing whose figures are those of a run at the powers that it found."""
    sizing = size_folder(folder)
    powers = [f"{roof.id}={roof.kwp!r}" for roof in sizing.best.plants]
    money = run(folder, ran_on=date(2026, 9, 1), settings=read_question((), (), powers)).money
    assert money is not None
    assert money.plan is not None
    assert money.total is not None
    assert sizing.total is not None
    assert sizing.total.npv_eur_ht == pytest.approx(money.total.npv_eur_ht, rel=1e-9)
    assert sizing.best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
    of_run = {person.id: person.npv_eur_ht for person in money.persons}
    assert {person.id: person.npv_eur_ht for person in sizing.persons} == pytest.approx(of_run, rel=1e-9)
    invested = money.plan.capex_eur_ht + money.plan.connection_eur_ht
    assert sizing.best.capex_eur_ht == pytest.approx(invested, rel=1e-9)
    return sizing


def test_a_power_found_costs_what_its_quotes_say_and_the_screen_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    use("fr")
    folder = folder_of(tmp_path / "op", {"gymnase": (150.0, 150.0), "hangar": (60.0, 60.0)})
    lines = "gymnase;120;99000;\ngymnase;180;135000;9600\n"  # half way at 150 kWp: 117 000 EUR
    (folder / "quotes.csv").write_text(f"id;kwp;capex_eur;connection_eur\n{lines}", encoding="utf-8")
    sizing = check(folder)
    # The connection: on the line from the 4,000 that the row states at 90 kWp to 9,600 at 180.
    connection = 4_000.0 + 5_600.0 * 60.0 / 90.0
    assert sizing.best.capex_eur_ht == pytest.approx(117_000.0 + connection + 60_000.0, rel=1e-9)
    show(size_nodes(sizing, {}))
    said = capsys.readouterr().out.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Gymnase, 150 kWc : investissement 117 000 €, sur la droite entre deux devis : " in said
    assert "raccordement 7 700 €, sur la droite entre deux devis : 90 kWc, 4 000 €" in said
    assert "Hangar, 60 kWc" not in said


@pytest.mark.parametrize("kwp", [3.0, 36.0, 43.2, 99.0, 100.0, 250.0, 300.0, 1000.0])
def test_a_plant_is_the_same_at_another_power_whoever_asks(tmp_path: Path, kwp: float) -> None:
    folder = folder_of(tmp_path / "op", {})
    before = load(folder).plants
    asked = load(folder, settings=read_question((), (), [f"{plant.id}={kwp}" for plant in before])).plants
    assert asked == tuple(at_power(plant, kwp, power_rules()) for plant in before)
    roof = RoofChoice(low_kwp=0.0, high_kwp=kwp)
    assert asked == tuple(built_plant(plant, kwp, roof) for plant in before)
