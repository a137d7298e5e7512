"""Faults in the writing of operation.toml: in French, with the line, what it says, the line corrected."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.columns.toml_text import parse_toml
from scenarios.entry.folder.load import load
from tests.scenarios.operation import write_operation

LINES = {
    "local_eur_per_mwh = 105,0": "local_eur_per_mwh = 105.0",
    "local_eur_per_mwh = 105,0 # prix": "local_eur_per_mwh = 105.0",
    "local_eur_per_mwh = 105 €/MWh": "local_eur_per_mwh = 105",
    "capex = 1 000": "capex = 1000",
    "ratio = 4 %": "ratio = 0.04",
    "ratio = .5": "ratio = 0.5",
    "ratio = 05": "ratio = 5",
    "start = 01/01/2026": "start = 2026-01-01",
    "start = 2026-1-1": "start = 2026-01-01",
    "fictitious = oui": "fictitious = true",
    "fictitious = False": "fictitious = false",
    "perimeter = 2km": 'perimeter = "2km"',
    'perimeter = "2km': 'perimeter = "2km"',
    "perimeter = «2km»": 'perimeter = "2km"',
    'perimeter "2km"': 'perimeter = "2km"',
    "seed: 24": "seed = 24",
    "shares = { mairie = 0,5 }": "shares = { mairie = 0.5 }",
    'ranks = [["a"], ["b"]': 'ranks = [["a"], ["b"]]',
    "[prices": "[prices]",
    "[[variants]": "[[variants]]",
}


@pytest.fixture(autouse=True)
def french() -> None:
    use("fr")


def faults(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_toml(text, "operation.toml")
    return [str(problem).replace("\u00a0", " ").replace("\u202f", " ") for problem in caught.value.problems]


@pytest.mark.parametrize("line", list(LINES))
def test_a_line_is_told_with_its_correction(line: str) -> None:
    text = f"[operation]\nname = 'x'\n{line}\n"
    assert faults(text) == [f"operation.toml, ligne 3 : « {line} » : écrire {LINES[line]}"]
    parse_toml(text.replace(line, LINES[line]), "operation.toml")


def test_every_line_at_fault_is_told_at_once() -> None:
    found = faults("[a]\nx = 1,5\ny = 2\nz = 01/02/2026\n[b]\nw = oui\n")
    assert [text.partition(" :")[0] for text in found] == [f"operation.toml, ligne {n}" for n in (2, 4, 6)]


@pytest.mark.parametrize("text", ["[a]\nx = 1\nx = 2\n", "[a]\nx = 1\n[b]\n[a]\n"])
def test_what_stands_twice_is_told(text: str) -> None:
    assert "n’en garder qu’une" in faults(text)[0].replace("'", "’")


def test_what_cannot_be_guessed_says_what_a_line_is() -> None:
    assert "« = = » n’est pas compris" in faults("[a]\n= =\n")[0].replace("'", "’")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("local_eur_per_mwh = 105.0", "local_eur_per_mwh = 105,0", "écrire local_eur_per_mwh = 105.0"),
        ("start = 2026-01-01", "start = 01/01/2026", "écrire start = 2026-01-01"),
        ("step_minutes = 60", 'step_minutes = "soixante"', "soixante"),
        ("start = 2026-01-01", "start = true", "31/01/2025"),
        ("local_eur_per_mwh = 105.0", 'local_eur_per_mwh = "105 EUR"', "105 EUR"),
        ("local_eur_per_mwh = 105.0", 'local_eur_per_mwh = "beaucoup"', "beaucoup"),
        ("latitude = 44.84", "latitude = [1]", "[1]"),
    ],
)
def test_a_command_tells_it_with_the_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = write_operation(tmp_path / "op", **{old: new})
    done = CliRunner().invoke(cli.main, ["check", str(folder)], catch_exceptions=False)
    assert done.exit_code == 1
    assert "operation.toml, ligne" in done.stderr
    assert says in done.stderr
    english = ("expected", "Expected", "Invalid", "at line", "Input should", "valid")
    assert not [word for word in english if word in done.stderr], done.stderr


def test_a_day_between_quotes_is_read_as_people_write_it(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **{"start = 2026-01-01": 'start = "01/01/2026"'})
    assert load(folder).steps == load(write_operation(tmp_path / "plain")).steps
