"""Kills every command that writes at random moments: the same bytes in the end, nothing half written or left.

    python -m benchmarks.kills --kills 20 --seed 1

Each command is run to its end once, in a small folder; then it is killed (SIGKILL), in turn somewhere between
its start and its end, on what the last kill left, and right after one of its files has come, from what was
there before. After each kill every file must be as before the command, or as after it; the command is then
run to its end, `acc clean` removes what the kills left, and what remains must be what the whole run made.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.measure import as_installed
from reports.contents import NAME as CONTENTS
from scenarios.entry.editing.versions import VERSIONS
from scenarios.entry.folder.mask import secret_of
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.forms import find_answers, make_forms
from tests.scenarios.collecting import forms
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]
DAY = {"SOURCE_DATE_EPOCH": "1790000000"}
"""Documents carry the day on which they were made."""

MOST_ATTEMPTS = 5

MADE_AT = re.compile(rb"<p>[^<]*\d\d:\d\d</p>")
"""When a thing was made, on the page of contents."""

Words = tuple[str, ...]


def _operation(place: Path, *before: Words) -> None:
    write_operation(place / "op")
    for words in before:
        _run(words, place).wait()


def _with_answers(place: Path) -> None:
    """Write an operation whose members sent their forms back."""
    made = forms.made(place / "op")
    make_forms(made, place / "sent", date(2026, 9, 21))
    for form in (place / "sent").glob("*.xlsx"):
        cells: dict[tuple[str, int, str], object] = {
            ("Accord", 1, "J’accepte"): "oui",
            ("Accord", 1, "Nom et qualité"): "qui signe",
            ("Site", 1, "Besoin annuel (kWh)"): 45_000,
        }
        forms.fill(form, made / "answers" / form.name, cells)
    assert find_answers(made).printed


def _with_meters(place: Path) -> None:
    """Write an operation whose meters are known."""
    table = write_operation(place / "op") / PARTICIPANTS
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    told = [f"{row};3000000000000{number}" for number, row in enumerate(rows)]
    table.write_text("\n".join([f"{head};prm", *told, ""]), encoding="utf-8")


def _territory(place: Path) -> None:
    """Write an invented territory, with the secret of all its sites."""
    _run(("territory", "{at}/territoire", "--demo", "24"), place).wait()
    secret_of(place / "territoire")


@dataclass(frozen=True, slots=True)
class Killed:
    """A command to kill: its words, what is there before; `python` where they are those of a module."""

    words: Words
    ready: Callable[[Path], None] = _operation
    python: bool = False


def _after(*before: Words) -> Callable[[Path], None]:
    return partial(lambda before, place: _operation(place, *before), before)


OP = "{at}/op"
COMMANDS: Mapping[str, Killed] = {
    "run": Killed(("run", OP, "--no-ranges", "--force")),
    "brief": Killed(("brief", OP, "--force")),
    "brief-all": Killed(("brief", OP, "--format", "pdf,png,xlsx,html", "--force")),
    "sheets": Killed(("sheets", OP, "--format", "pdf,html", "--force")),
    "figure": Killed(("brief", OP, "--figure", "months", "--force")),
    "sweep": Killed(("sweep", OP, "--draws", "60", "--workers", "1")),
    "size": Killed(("size", OP, "--force")),
    "compare": Killed(("compare", OP, "--draws", "0", "--brief", "--force")),
    "worth": Killed(("worth", OP, "--draws", "10", "--force", "--without", "bureau")),
    "front": Killed(("front", OP, "--without", "bureau", "--force")),
    "front-keep": Killed(("front", OP, "--without", "bureau", "--keep", "juste", "--point", "2", "--force")),
    "members": Killed(("members", OP, "--force")),
    "split": Killed(("members", OP, "--split", "--force")),
    "forms": Killed(("forms", OP, "--force")),
    "forms-accept": Killed(("forms", OP, "--accept", "--keep", "--force"), _with_answers),
    "papers": Killed(("papers", OP, "--force")),
    "coefficients": Killed(("coefficients", "write", OP, "--force"), _with_meters),
    "clean": Killed(("clean", OP), _after(("run", OP), ("sweep", OP, "--draws", "20"))),
    "new": Killed(("new", "{at}/neuf"), lambda _place: None),
    "new-workbook": Killed(("new", "{at}/neuf", "--xlsx"), lambda _place: None),
    "export": Killed(("export", OP, "{at}/livre/membres.xlsx", "--force")),
    "import": Killed(
        ("export", "{at}/livre", "{at}/texte", "--force"),
        _after(("export", OP, "{at}/livre/membres.xlsx")),
    ),
    "anonymous": Killed(("export", OP, "{at}/anonyme.zip", "--anonymous", "--force")),
    "invented": Killed(("territory", "{at}/territoire", "--demo", "24", "--force"), lambda _place: None),
    "territory": Killed(
        ("territory", "{at}/territoire", "--force"),
        _territory,
    ),
    "demo": Killed(("demo", "{at}/demo", "--force"), lambda _place: None),
    "serve": Killed(("benchmarks.kills_page", OP), python=True),
}
"""`--force`, since a file of another moment may be there."""


class FailingError(Exception):
    """A command that fails when nobody kills it."""


@dataclass(frozen=True, slots=True)
class Struck:
    """What the kills of one command found.

    Attributes:
        whole_s: seconds of the command when nobody kills it.
        kills: of a process that was still at work; an attempt that came after its end is made again.
        begun: kills that left some files, of caches too, but not all.
        left: temporary files that the kills left.
        torn: files under their name whose bytes are those of neither before nor after, after a kill.
        other: files that differ from the whole run in the end, missing or too many.
        kept: temporary files after `acc clean`.
    """

    whole_s: float
    kills: int
    begun: int
    left: int
    torn: tuple[str, ...]
    other: tuple[str, ...]
    kept: int


def kills_of(name: str, place: Path, times: int, seed: int) -> Struck:
    """Kill one command so many times in an empty folder; its results are there in the end."""
    command, generator, at, start = COMMANDS[name], random.Random(seed), place / "at", place / "start"
    at.mkdir()
    command.ready(at)
    for folder in {path.parent for name in (OPERATION, WORKBOOK) for path in at.rglob(name)}:
        secret_of(folder)  # drawn once a folder: two runs that draw their own give other documents
    shutil.copytree(at, start)
    before, began = results(at), time.monotonic()
    if _start(command, at).wait():
        raise FailingError(name)
    whole_s, whole, first = time.monotonic() - began, results(at), _count(start)
    files = max(_count(at) - first, 1)
    kills, begun, attempt, torn = 0, 0, 0, set[str]()
    _put_back(start, at)
    while kills < times and attempt < MOST_ATTEMPTS * times:
        attempt += 1  # one that comes after the end of the process kills nothing, and does not count
        if attempt % 2 == 0:
            _put_back(start, at)
        process = _start(command, at)
        if attempt % 2 == 0:
            _wait_for_files(process, at, first + generator.randint(1, files))
            time.sleep(generator.uniform(0.0, 0.01))
        else:
            time.sleep(generator.uniform(0.0, whole_s))
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            continue
        kills += 1
        begun += first < _count(at) < first + files
        torn |= _neither(results(at), before, whole)
    left = len(temporaries(at))
    _start(command, at).wait()
    found = results(at)
    other = {one for one in whole.keys() | found.keys() if whole.get(one) != found.get(one)}
    for folder in {path.parent for name in (OPERATION, WORKBOOK) for path in at.rglob(name)}:
        _run(("clean", str(folder)), at).wait()
    return Struck(
        whole_s, kills, begun, left, tuple(sorted(torn)), tuple(sorted(other)), len(temporaries(at))
    )


def _neither(found: Mapping[str, bytes], *known: Mapping[str, bytes]) -> set[str]:
    return {name for name, content in found.items() if content not in [one.get(name) for one in known]}


def results(place: Path) -> dict[str, bytes]:
    """Return what a person or a program finds: every file but caches, versions and what has no name yet.

    In the page of contents the minute at which each thing was made is masked. Names and places of an
    anonymous archive are drawn anew each time: what it is made of, and that it is whole, are told.
    """
    found = {
        str(path.relative_to(place)): _told(path)
        for path in sorted(place.rglob("*"))
        if path.is_file()
        and not {".cache", VERSIONS} & {*path.parts}
        and not any(part.endswith(".tmp") for part in path.parts)
    }
    return {
        name: MADE_AT.sub(b"", page) if Path(name).name == CONTENTS else page for name, page in found.items()
    }


def _told(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return repr((sorted(archive.namelist()), archive.testzip())).encode()


def _put_back(start: Path, at: Path) -> None:
    shutil.rmtree(at)
    shutil.copytree(start, at)


def _wait_for_files(process: subprocess.Popen[bytes], place: Path, count: int) -> None:
    """Wait until so many files are there, under any name, or the process has ended."""
    while process.poll() is None and _count(place) < count:
        time.sleep(0.001)


def _count(place: Path) -> int:
    return sum(len(files) for _folder, _folders, files in os.walk(place))


def temporaries(place: Path) -> list[Path]:
    """Return the files and folders that were written under a temporary name and left there."""
    return sorted(path for path in place.rglob(".*.tmp") if ".cache" not in path.parts)


def _start(command: Killed, place: Path) -> subprocess.Popen[bytes]:
    if not command.python:
        return _run(command.words, place)
    return _process(("-m", *command.words), place)


def _run(words: Words, place: Path) -> subprocess.Popen[bytes]:
    return _process(("-m", "cli", *words, "--quiet"), place)


def _process(words: Words, place: Path) -> subprocess.Popen[bytes]:
    told = [word.replace("{at}", str(place)) for word in words]
    return subprocess.Popen(
        [sys.executable, *told],
        cwd=ROOT,
        env=as_installed() | DAY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def main(words: Sequence[str] | None = None) -> int:
    """Kill each command and print what was found; return 1 where something was half written or differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=20, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", nargs="*", default=list(COMMANDS), choices=list(COMMANDS))
    asked = parser.parse_args(words)
    print(f"{asked.kills} kills of each command, seed {asked.seed}, {os.cpu_count()} processors")
    print("command       whole s  killed  half done  temporary  torn  differs  after clean")
    wrong = False
    for command in asked.commands:
        with tempfile.TemporaryDirectory() as place:
            try:
                found = kills_of(command, Path(place), asked.kills, asked.seed)
            except FailingError:
                print(f"{command:12s} fails by itself", flush=True)
                wrong = True
                continue
        print(
            f"{command:12s} {found.whole_s:8.1f} {found.kills:7d} {found.begun:10d} {found.left:10d} "
            f"{len(found.torn):5d} {len(found.other):8d} {found.kept:12d}",
            flush=True,
        )
        for name in (*found.torn, *found.other):
            print(f"  {name}")
        wrong = wrong or bool(found.torn or found.other or found.kept)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
