"""No command opens a socket: who simulates without the network loses nothing, and nothing leaves unasked."""

import socket
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

import cli
from tests.every_command import every_command
from tests.scenarios.operation import write_operation

OP, NEW = "{at}/op", "{at}/neuf"
COMMANDS: dict[str, tuple[str, ...]] = {
    "new": (NEW,),
    "check": (OP,),
    "run": (OP, "--no-ranges"),
    "compare": (OP, "--draws", "0"),
    "brief": (OP, "--format", "pdf"),
    "sheets": (OP, "mairie", "--format", "html"),
    "size": (OP,),
    "worth": (OP, "--draws", "10"),
    "front": (OP, "--without", "bureau"),
    "members": (OP,),
    "papers": (OP,),
    "forms": (OP,),
    "export": (OP, "{at}/livre/membres.xlsx"),
    "look": ("{at}/courbe.csv",),
    "next": (OP,),
    "rates": ("--on", "2026-09-01"),
    "schema": (),
    "sweep": (OP, "--draws", "20", "--workers", "1"),
    "why": (OP, "cher"),
    "coefficients": ("write", OP),
    "clean": (OP,),
    "demo": ("{at}/demo",),
    "territory": ("{at}/territoire", "--demo", "12"),
}
"""A command of each kind, as short as it can be. `serve` alone listens, on this machine."""

CURVE = "date;kWh\n" + "".join(f"2026-01-01 {hour:02d}:00;1\n" for hour in range(24))


def refused(*_words: object, **_named: object) -> NoReturn:
    raise AssertionError("a socket is asked for")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("offline")
    write_operation(place / "op")
    table = place / "op" / "participants.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    told = [f"{row};3000000000000{number}" for number, row in enumerate(rows)]
    table.write_text("\n".join([f"{head};prm", *told, ""]), encoding="utf-8")
    (place / "courbe.csv").write_text(CURVE, encoding="utf-8")
    saving = ["run", str(place / "op"), "--set", "prix=130", "--save", "cher", "--no-ranges"]
    assert CliRunner().invoke(cli.main, saving).exit_code == 0
    return place


def test_each_command_is_tried_but_the_one_that_serves() -> None:
    assert {*COMMANDS} == {*every_command()} - {"serve"}


def offline(monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    for name in ("socket", "create_connection", "create_server", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refused)
    return CliRunner().invoke(cli.main, words, catch_exceptions=False)


LONG = {"sweep", "demo"}


@pytest.mark.parametrize(
    "command", [pytest.param(one, marks=[pytest.mark.slow] if one in LONG else []) for one in COMMANDS]
)
def test_no_command_opens_a_socket(command: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [word.replace("{at}", str(place)) for word in COMMANDS[command]]
    ended = offline(monkeypatch, command, *words)
    assert ended.exit_code == 0, ended.output


@pytest.mark.slow
def test_a_territory_is_searched_without_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / "territoire")
    assert offline(monkeypatch, "territory", folder, "--demo", "12").exit_code == 0
    ended = offline(monkeypatch, "territory", folder)
    assert ended.exit_code == 0, ended.output


def test_only_a_folder_that_asks_pvgis_opens_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_operation(tmp_path / "op")
    toml = folder / "operation.toml"
    text = toml.read_text(encoding="utf-8").replace("[weather]", '[weather]\nsource = "pvgis"')
    toml.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match="a socket is asked for"):
        offline(monkeypatch, "run", str(folder), "--no-ranges")
