"""Nothing of `parties.csv` nor of `[pmo]` is in what a command says or writes, papers left out."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

import cli
from tests.effort import WHOLE, few, kept
from tests.parties import CLOSED_OF_PARTIES, CLOSED_OF_PMO, write_parties
from tests.scenarios.operation import write_operation
from tests.web.folders import installed
from tests.web.test_guard import client_of

CLOSED = (*CLOSED_OF_PARTIES, *CLOSED_OF_PMO)
INPUTS = {"parties.csv", "operation.toml"}
PAPERS = "pieces"
"""Where papers go: what is signed, or sent to the grid operator, says who its parties are."""

COMMANDS = (
    "check OP",
    "check OP --json",
    "run OP",
    "compare OP --brief",
    "compare OP --json",
    "brief OP --format pdf,xlsx,html",
    "brief OP --audience company",
    "brief OP --audience commune",
    "brief OP --audience syndicate",
    "sheets OP",
    "papers OP --paper syndicate",
    "papers OP --paper operator --format xlsx",
    "papers OP --paper deliberation --format xlsx",
    "members OP --json",
    "sweep OP --draws 4",
    "schema",
)

EVERY_DAY = (
    *("check OP --json", "run OP", "compare OP --json", "brief OP --format pdf,xlsx,html"),
    *("sheets OP", "papers OP --paper syndicate"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    week = {"end = 2027-01-01": "end = 2026-01-08"}
    return write_parties(write_operation(tmp_path_factory.mktemp("closed") / "op", **week))


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, str]:
    """What each command says; what it writes is in the folder."""
    found = {}
    for command in COMMANDS if WHOLE else EVERY_DAY:
        words = [str(folder) if word == "OP" else word for word in command.split()]
        done = CliRunner().invoke(cli.main, words, catch_exceptions=False)
        assert done.exit_code in {0, 1}, done.output
        found[command] = done.output
    return found


def texts(data: bytes, name: str) -> Iterator[str]:
    """Yield what a file holds, its packed parts unpacked."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        archive = zipfile.ZipFile(io.BytesIO(data))
        for part in archive.namelist():
            yield from texts(archive.read(part), part)
    elif name.endswith(".pdf"):
        yield from (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    else:
        plain = data.decode("utf-8", "replace")
        yield re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), plain)


def found_in(text: str) -> list[str]:
    bare = " ".join(text.split())
    return [closed for closed in CLOSED if closed in bare]


@pytest.mark.parametrize("command", kept(EVERY_DAY, COMMANDS))
def test_a_command_says_nothing_of_a_party(said: dict[str, str], command: str) -> None:
    assert said[command]
    assert found_in(said[command]) == []


@pytest.mark.parametrize("commands", few(1, ["every day", "all, in `make slow`"]))
def test_no_file_that_commands_left_holds_anything_of_a_party(
    said: dict[str, str], folder: Path, commands: str
) -> None:
    assert said
    every = [path for path in folder.rglob("*") if path.is_file() and path.name not in INPUTS]
    left = [path for path in every if PAPERS not in path.relative_to(folder).parts]
    assert {".pdf", ".xlsx", ".html", ".json", ".said"} <= {path.suffix for path in left}
    told = {
        str(path.relative_to(folder)): names
        for path in left
        if (names := [name for text in texts(path.read_bytes(), path.name) for name in found_in(text)])
    }
    assert told == {}


def test_the_search_would_find_them(folder: Path) -> None:
    written = [text for name in INPUTS for text in texts((folder / name).read_bytes(), name)]
    assert {name for text in written for name in found_in(text)} == {*CLOSED}


def test_only_the_screen_of_the_data_shows_them(folder: Path) -> None:
    client = client_of(folder)
    assert "Coopérative Zéphyrin" in client.get("/donnees?onglet=parties").text
    assert "Association Kaléidoscope" in client.get("/donnees?onglet=reglages").text
    for page in installed("/question", "/seance"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert found_in(shown.text) == []
