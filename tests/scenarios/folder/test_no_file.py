"""What is no file, in place of each that a person gives: refused at once, in a sentence."""

import os
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from acc.problem import InputError
from profiles.curves.by_hour import read_shapes
from profiles.curves.formats.not_a_curve import read_contracts
from profiles.curves.read import read_curves
from profiles.describe_file import look
from profiles.files.open_file import read_within
from profiles.weather.read import describe_weather, read_weather_file
from scenarios.answer_cache import cached_answer
from scenarios.entry.collecting.answers import digest_of, read_form
from scenarios.entry.collecting.tables import read_journal
from scenarios.entry.columns.csv_tables import read_table
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS, read_source
from scenarios.entry.folder.sheets import open_sheets
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.places.insee_density import read_grid
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.operator_returns import read_returned
from scenarios.operation.coefficient_files.write import read_orders
from scenarios.operation.store.store import file_sha256, read_signed
from scenarios.run import run
from tests.scenarios.operation import write_operation

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices are those of POSIX")

A_PIPE = "a pipe or a device, not a file: put the file itself here"
A_FOLDER = "this is a folder: the name of a file is expected"
SECONDS = 5.0
"""A reader that waits for a pipe waits for ever: this is for a machine that does much else."""


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


INSTEAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (os.mkfifo, A_PIPE),
    "device": (endless, A_PIPE),
    "socket": (lambda path: os.mknod(path, stat.S_IFSOCK | 0o600), A_PIPE),
    "folder": (Path.mkdir, A_FOLDER),
    "terabyte": (sparse, "expected of such a file; "),
}

READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "curve": ("a.csv", read_curves),
    "curve in a workbook": ("a.xlsx", read_curves),
    "what is this file": ("a.csv", look),
    "weather": ("a.csv", read_weather_file),
    "weather looked at": ("a.epw", describe_weather),
    "contracts": ("a.csv", read_contracts),
    "published shapes": ("a.csv", lambda path: read_shapes(path, "")),
    "density in a text": ("a.csv", read_grid),
    "density in a workbook": ("a.xlsx", read_grid),
    "table": ("a.csv", read_table),
    "workbook": ("a.xlsx", open_sheets),
    "coefficients": ("a.csv", lambda path: check_file(path, prms=["1"])),
    "returns": ("a.csv", read_returned),
    "orders": ("a.csv", lambda path: read_orders(path.parent, path.name)),
    "journal": ("answers/journal.csv", lambda path: read_journal(path.parent.parent)),
    "operation.toml": (f"op/{OPERATION}", lambda path: read_source(path.parent)),
    "participants": (f"op/{PARTICIPANTS}", lambda path: read_source(path.parent)),
    "plants": (f"op/{PLANTS}", lambda path: read_source(path.parent)),
    "persons": (f"op/{PERSONS}", lambda path: read_source(path.parent)),
    "the workbook of a folder": (f"book/{WORKBOOK}", lambda path: read_source(path.parent)),
}


def in_time(read: Callable[[], object]) -> str:
    """Return what a reader says, refused or not; fail where it waits."""
    said: list[str] = []

    def tried() -> None:
        try:
            said.append(str(read()))
        except InputError as fault:
            said.append(str(fault))
        except OSError as fault:
            said.append(type(fault).__name__)

    thread = Thread(target=tried, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert said, "still waiting"
    return said[0]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("instead", INSTEAD)
def test_what_is_no_file_is_refused_in_a_sentence_by_each_reader(
    tmp_path: Path, reader: str, instead: str
) -> None:
    write_operation(tmp_path / "op")
    name, read = READERS[reader]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    put, sentence = INSTEAD[instead]
    put(path)
    said = in_time(lambda: read(path))
    assert sentence in said
    assert path.name in said


@pytest.mark.parametrize("instead", INSTEAD)
def test_a_run_with_such_a_curve_says_where_it_stands(tmp_path: Path, instead: str) -> None:
    folder = write_operation(tmp_path / "op")
    table = folder / PARTICIPANTS
    text = table.read_text(encoding="utf-8").replace(";profile;annual_kwh", ";profile;annual_kwh;curve", 1)
    table.write_text(text.replace(";town-hall;62000", ";;;mairie.csv"), encoding="utf-8")
    (folder / "curves").mkdir(exist_ok=True)
    INSTEAD[instead][0](folder / "curves" / "mairie.csv")
    said = in_time(lambda: run(folder, ran_on=date(2026, 9, 1)))
    assert "mairie.csv" in said


@pytest.mark.parametrize("instead", INSTEAD)
def test_what_only_looks_finds_nothing_and_does_not_wait(tmp_path: Path, instead: str) -> None:
    (tmp_path / "answers").mkdir()
    path = tmp_path / "answers" / "a.xlsx"
    INSTEAD[instead][0](path)
    assert in_time(lambda: digest_of(path)) == ""
    assert in_time(lambda: read_signed(path)) == "None"
    assert in_time(lambda: file_sha256(path)).endswith("Error")
    assert in_time(lambda: len(read_form(path).answer.problems)) == "1"
    words = {"folder": tmp_path, "no_cache": False, "save": None}
    assert in_time(lambda: cached_answer("run", {}, date(2026, 12, 2), **words)).startswith("CachedCommand")


def test_a_file_that_grows_while_it_is_read_is_read_to_its_limit(tmp_path: Path) -> None:
    told = Path("/proc/self/status")  # of no size, as it tells
    assert len(read_within(told, 1 << 16)) > told.stat().st_size
    with pytest.raises(InputError, match=r"11 bytes: more than the 10 expected"):
        read_within(told, 10)
    path = tmp_path / "a.csv"
    path.write_bytes(b"0123456789")
    assert read_within(path, 10) == b"0123456789"
