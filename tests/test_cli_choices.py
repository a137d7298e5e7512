"""Every value of every closed list of the command line works: a list without a case here fails."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import cli
from tests.effort import kept
from tests.every_command import every_command
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

FOLDER = "FOLDER"
"""Stands for the operation folder; `VALUE` is what is tried."""

CASES: dict[tuple[str, str], tuple[str, ...]] = {
    ("brief", "--audience"): ("brief", FOLDER, "--audience", "VALUE", "--out", "OUT"),
    ("brief", "--size"): ("brief", FOLDER, "--figure", "flow", "--size", "VALUE", "--out", "OUT"),
    ("coefficients write", "--layout"): (
        *("coefficients", "write", FOLDER, "--layout", "VALUE", "--out", "OUT"),
    ),
}
"""How to ask for each closed list but `--lang`, by command and option."""

SPOKEN: dict[str, tuple[str, ...]] = {
    "": ("check", FOLDER),
    "demo": ("--help",),  # a whole year, a brief and a sweep
    "new": ("OUT",),
    "check": (FOLDER,),
    "next": (FOLDER,),
    "export": (FOLDER, "OUT"),
    "look": (f"{FOLDER}/curves/mairie.csv",),
    "run": (FOLDER, "--out", "OUT"),
    "compare": (FOLDER, "--out", "OUT"),
    "why": (FOLDER, FOLDER),
    "brief": (FOLDER, "--format", "html", "--out", "OUT"),
    "sheets": (FOLDER, "mairie", "--out", "OUT"),
    "papers": (FOLDER, "--paper", "statuts", "--out", "OUT"),
    "schema": (),
    "clean": (FOLDER,),
    "rates": ("--on", "2026-09-01"),
    "members": (FOLDER, "--out", "OUT"),
    "sweep": ("--help",),  # compiles for ten seconds
    "forms": (FOLDER, "--out", "OUT"),
    "front": (FOLDER, "--without", "bureau", "--points", "3", "--draws", "0", "--out", "OUT"),
    "territory": ("OUT", "--demo", "4"),
    "worth": (FOLDER, "--draws", "2", "--out", "OUT"),
    "size": ("--help",),  # whole years only
    "serve": ("--help",),  # ends when it is interrupted
    "coefficients write": (FOLDER, "--out", "OUT"),
    "coefficients check": ("--help",),  # whole months of quarters of an hour only
    "coefficients reconcile": ("--help",),  # files of the grid operator
}
"""How to run each command, in every language."""


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by its words."""
    every = every_command() if group is cli.main else group.commands
    for name, command in every.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


ALL = [("", cli.main), *commands(cli.main)]
CHOICES = [
    (name, parameter.opts[0], value)
    for name, command in ALL
    for parameter in command.params
    if isinstance(parameter.type, click.Choice)
    for value in parameter.type.choices
]
LANGUAGES = sorted({value for _name, option, value in CHOICES if option == "--lang"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of six members with their meters, prices decided, arrays kept."""
    folder = write_operation(
        tmp_path_factory.mktemp("choices") / "op", **{"end = 2027-01-01": "end = 2026-01-04"}
    )
    (folder / "participants.csv").write_text(with_meters(PARTICIPANTS, 3000001234400), encoding="utf-8")
    (folder / "plants.csv").write_text(with_meters(PLANTS, 3000001234500), encoding="utf-8")
    (folder / "curves").mkdir()
    rows = "\n".join(f"2026-01-01T{hour:02d}:00:00Z;1" for hour in range(24))
    (folder / "curves" / "mairie.csv").write_text(f"horodatage;mairie_kwh\n{rows}\n", encoding="utf-8")
    assert acc("run", folder, "--quiet").exit_code == 0
    return folder


def with_meters(table: str, first: int) -> str:
    head, *rows = table.strip().splitlines()
    return "\n".join([f"{head};prm", *(f"{row};{10 * (first + n)}" for n, row in enumerate(rows)), ""])


def acc(*arguments: str | Path) -> "click.testing.Result":
    return CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)


def filled(words: tuple[str, ...], folder: Path, out: Path, value: str = "") -> list[str]:
    swaps = {"OUT": str(out / "out"), "VALUE": value}
    return [swaps.get(word, word.replace(FOLDER, str(folder))) for word in words]


def test_every_closed_list_has_a_case_here() -> None:
    assert {(name, option) for name, option, _value in CHOICES if option != "--lang"} == set(CASES)
    assert {name for name, option, _value in CHOICES if option == "--lang"} == set(SPOKEN)
    assert {name for name, _command in ALL} == set(SPOKEN)


VALUES = [case for case in CHOICES if case[1] != "--lang"]
FIRST = [next(case for case in VALUES if case[:2] == known) for known in CASES]


@pytest.mark.parametrize(("name", "option", "value"), kept(FIRST, VALUES))
def test_every_value_of_every_closed_list_works(
    folder: Path, tmp_path: Path, name: str, option: str, value: str
) -> None:
    ran = acc(*filled(CASES[name, option], folder, tmp_path, value), "--quiet")
    assert (ran.exit_code, ran.output) == (0, "")
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


@pytest.mark.parametrize("language", kept(["en"], LANGUAGES))  # French is what the other tests speak
@pytest.mark.parametrize("name", SPOKEN)
def test_every_command_speaks_every_language(folder: Path, tmp_path: Path, name: str, language: str) -> None:
    words = filled(SPOKEN[name], folder, tmp_path)
    ran = acc("--lang", language, *words) if not name else acc(*name.split(), *words, "--lang", language)
    assert ran.exit_code == 0, ran.output
    assert ran.output
