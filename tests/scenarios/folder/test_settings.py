"""`path = value`: one reading for variants, sweeps and what is typed; faults are told where it was set."""

from pathlib import Path

import pytest

from acc.problem import InputError
from acc.scenario import Regime
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import Setting, read_setting, with_settings, with_variant
from scenarios.operation.draws.settings import read_sweep

OPERATION = """[operation]
name = "Essai"
start = 2025-01-01
end = 2026-01-01

[key]
name = "static"
shares = { mairie = 0.4, usine = 0.6 }

[keys.priority]
ranks = [["usine"], ["mairie"]]

[prices]
local_eur_per_mwh = 110.0
local_by_plant_eur_per_mwh = { toit = 100, hangar = 90 }

[[variants]]
name = "un"
"participants.usine.annual_kwh" = "peu"

[[variants]]
name = "deux"
"participants.usine.active" = false
"participants.mairie.annual_kwh" = -3
"prices.local_eur_per_mwh" = -1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "operation.toml").write_text(OPERATION, encoding="utf-8")
    rows = "id;kind;profile;annual_kwh\nmairie;commune;town-hall;62000\nusine;company;workshop;640000\n"
    (tmp_path / "participants.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "plants.csv").write_text("id;kwp\ntoit;100\nhangar;30\n", encoding="utf-8")
    return tmp_path


def faults(folder: Path, *texts: str, variant: str | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(folder, variant=variant, settings=[read_setting(text) for text in texts])
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("prix=95", "prices.local_eur_per_mwh", 95),
        ("prix = 95,5", "prices.local_eur_per_mwh", 95.5),
        ("fournisseurs=0.9", "prices.supply_ratio", 0.9),
        ("cle=priority", "key.name", "priority"),
        ("perimetre=20km", "operation.perimeter", "20km"),
        ("participants.usine.active=false", "participants.usine.active", False),
        ("key.shares={ mairie = 1.0 }", "key.shares", {"mairie": 1.0}),
        ('operation.name="a=b"', "operation.name", "a=b"),
        ("operation.name=1\nseed = 2", "operation.name", "1\nseed = 2"),
    ],
)
def test_what_is_typed_is_a_path_and_a_value(text: str, path: str, value: object) -> None:
    setting = read_setting(text)
    assert (setting.path, setting.value) == (path, value)
    assert type(setting.value) is type(value)


def test_settings_change_what_they_name_and_nothing_else(folder: Path) -> None:
    texts = ("prix=95", "plants.toit.kwp=99,5", "perimetre=10km", "prices.local_by_plant_eur_per_mwh.toit=80")
    scenario = load(folder, settings=[read_setting(text) for text in texts])
    assert scenario.prices.local_eur_per_kwh == 0.095
    assert scenario.prices.local_by_plant_eur_per_kwh == {"toit": 0.08, "hangar": 0.09}
    assert [plant.kwp for plant in scenario.plants] == [99.5, 30.0]
    assert scenario.regime is Regime.KM_10
    assert scenario.key == load(folder).key


def test_another_key_comes_with_its_own_parameters_whatever_the_order(folder: Path) -> None:
    key = load(folder, settings=[read_setting("cle=priority")]).key
    assert (key.name, key.parameters) == ("priority", {"ranks": [["usine"], ["mairie"]]})
    typed = [read_setting("key.shares.mairie=1"), read_setting("cle=static-redistributed")]
    assert load(folder, settings=typed).key.parameters == {"shares": {"mairie": 1}}
    assert load(folder, settings=[read_setting("cle=static")]).key.parameters == load(folder).key.parameters


def test_a_setting_stands_over_the_variant(folder: Path) -> None:
    texts = ("participants.mairie.annual_kwh=5000", "prix=80")
    scenario = load(folder, variant="deux", settings=[read_setting(text) for text in texts])
    assert [p.id for p in scenario.participants] == ["mairie"]
    assert scenario.participants[0].source.annual_kwh == 5_000.0


def test_a_fault_is_told_where_the_value_was_set(folder: Path) -> None:
    assert faults(folder, "prix=beaucoup", "plants.toit.kwp=-4") == [
        "--set prix=beaucoup: beaucoup is not a number: digits and one decimal comma or point are expected",
        "--set plants.toit.kwp=-4: -4 is refused: a number above 0 is expected",
    ]
    assert faults(folder, variant="deux") == [
        "operation.toml, line 25, [variants] prices.local_eur_per_mwh: -1 is refused: at least 0 is expected",
        "operation.toml, line 24, [variants] participants.mairie.annual_kwh: -3 is refused: a number above 0 "
        "is expected",
    ]


def test_a_path_that_leads_nowhere_proposes_the_nearest(folder: Path) -> None:
    assert faults(folder, "plants.toits.kwp=4", "price.surplus=4") == [
        "--set plants.toits.kwp=4: “toits” is unknown. Did you mean `toit`?",
        "--set price.surplus=4: “price” is unknown. Did you mean `prices`?",
    ]
    assert "Did you mean `local_eur_per_mwh`" in faults(folder, "prices.local_eur_per_mhw=4")[0]


@pytest.mark.parametrize("text", ["prix", "=4", "prix="])
def test_a_path_without_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="as in prix=95"):
        read_setting(text)


def test_a_variant_is_read_by_the_same_function(folder: Path) -> None:
    source = read_source(folder)
    typed = ("participants.usine.active=false", "participants.mairie.annual_kwh=-3", "prix=-1")
    by_hand = with_settings(source, [read_setting(text) for text in typed])
    variant = with_variant(source, "deux")
    assert by_hand.sections["prices"] == variant.sections["prices"]
    assert [row.cells for row in by_hand.participants] == [row.cells for row in variant.participants]


def test_what_a_command_line_asks_of_a_sweep_is_told_there(folder: Path) -> None:
    source = read_source(folder)
    assert read_sweep(source, draws=7, seed=3).draws == 7
    with pytest.raises(InputError) as caught:
        read_sweep(source, draws=0)
    assert [problem.path for problem in caught.value.problems] == ["--draws"]


def test_an_empty_text_empties_a_cell(folder: Path) -> None:
    source = read_source(folder)
    assert "annual_kwh" in source.participants[0].cells
    emptied = with_settings(source, [Setting("participants.mairie.annual_kwh", "", "--set")])
    assert "annual_kwh" not in emptied.participants[0].cells


def test_another_count_of_homes_says_that_the_need_of_the_row_stays(folder: Path) -> None:
    rows = "id;kind;profile;annual_kwh;households\nmairie;commune;town-hall;62000;\n"
    rows += "hlm;household-group;household-group;105000;24\nusine;company;workshop;640000;\n"
    (folder / "participants.csv").write_text(rows, encoding="utf-8")

    def notes(*texts: str) -> list[str]:
        made = load(folder, settings=[read_setting(text) for text in texts])
        return [note for note in made.notes if "homes" in note]

    assert notes() == notes("participants.hlm.households=24") == []
    (said,) = notes("participants.hlm.households=10")
    assert "the need of the row is that of all its homes together, and stays as it is" in said
    assert "hlm: 10 homes" in said
    assert notes("participants.hlm.households=10", "participants.hlm.annual_kwh=44000") == []
