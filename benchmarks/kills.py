"""Kills commands at random moments, again and again: the same bytes in the end, nothing half written.

    python -m benchmarks.kills --kills 50 --seed 1

Each command is run to its end once, in a small folder; then it is killed (SIGKILL), in turn somewhere between
its start and its end, on what the last kill left, and right after one of its files has come, from nothing.
After each kill, every file that has its name must be that of the whole run; the command is then run to its
end, `acc clean` removes what the kills left, and what remains must be what was there.
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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import as_installed
from reports.contents import NAME as CONTENTS
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "run": ("--no-ranges", "--force"),
    "brief": ("--force",),
    "sweep": ("--draws", "60", "--workers", "1"),
    "size": ("--force",),
    "compare": ("--draws", "0", "--brief", "--force"),
    "worth": ("--draws", "10", "--force", "--without", "bureau"),
    "front": ("--force",),
    "members": (),
    "forms": ("--force",),
    "papers": ("--force",),
}
"""Each command killed, and its options: `--force`, since a file of another moment may be there."""

MOST_ATTEMPTS = 5

MADE_AT = re.compile(rb"<p>[^<]*\d\d:\d\d</p>")
"""When a thing was made, on the page of contents."""


@dataclass(frozen=True, slots=True)
class Struck:
    """What the kills of one command found.

    Attributes:
        whole_s: seconds of the command when nobody kills it.
        kills: of a process that was still at work; an attempt that came after its end is made again.
        begun: kills that left some files, of caches too, but not all.
        left: temporary files that the kills left.
        torn: files under their name whose bytes are not those of the whole run, after a kill.
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


def kills_of(command: str, folder: Path, times: int, seed: int) -> Struck:
    """Kill one command on a folder so many times; its results are there in the end."""
    generator, out = random.Random(seed), folder / "out"
    started = time.monotonic()
    _run(command, folder).wait()
    whole_s, whole, files = time.monotonic() - started, results(out), _count(out)
    kills, begun, torn = 0, 0, set[str]()
    shutil.rmtree(out)
    attempt = 0
    while kills < times and attempt < MOST_ATTEMPTS * times:
        attempt += 1  # one that comes after the end of the process kills nothing, and does not count
        if attempt % 2 == 0:
            shutil.rmtree(out, ignore_errors=True)
        process = _run(command, folder)
        if attempt % 2 == 0:
            _wait_for_files(process, out, generator.randint(1, files))
            time.sleep(generator.uniform(0.0, 0.01))
        else:
            time.sleep(generator.uniform(0.0, whole_s))
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            continue
        kills += 1
        found = results(out)
        begun += 0 < _count(out) < files
        torn |= {name for name, content in found.items() if whole.get(name) != content}
    left = len(temporaries(folder))
    _run(command, folder).wait()
    found = results(out)
    other = {name for name in whole.keys() | found.keys() if whole.get(name) != found.get(name)}
    _run("clean", folder).wait()
    return Struck(
        whole_s, kills, begun, left, tuple(sorted(torn)), tuple(sorted(other)), len(temporaries(folder))
    )


def results(out: Path) -> dict[str, bytes]:
    """Return what a person or a program finds: every file but the caches and what has no name yet.

    In the page of contents the minute at which each thing was made is masked.
    """
    found = {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".cache" not in path.parts and not path.name.endswith(".tmp")
    }
    return {name: MADE_AT.sub(b"", page) if name == CONTENTS else page for name, page in found.items()}


def _wait_for_files(process: subprocess.Popen[bytes], out: Path, count: int) -> None:
    """Wait until so many files are there, under any name, or the process has ended."""
    while process.poll() is None and _count(out) < count:
        time.sleep(0.001)


def _count(out: Path) -> int:
    return sum(len(files) for _folder, _folders, files in os.walk(out))


def temporaries(folder: Path) -> list[Path]:
    """Return the files that were written under a temporary name and left there."""
    return sorted(path for path in folder.rglob(".*.tmp") if ".cache" not in path.parts)


def _run(command: str, folder: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "cli", command, str(folder), "--quiet", *COMMANDS.get(command, ())]
    # Documents carry the day on which they were made.
    return subprocess.Popen(words, cwd=ROOT, env=as_installed() | {"SOURCE_DATE_EPOCH": "1790000000"})


def main(words: Sequence[str] | None = None) -> int:
    """Kill each command and print what was found; return 1 where something was half written or differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", nargs="*", default=list(COMMANDS), choices=list(COMMANDS))
    asked = parser.parse_args(words)
    print(f"{asked.kills} kills of each command, seed {asked.seed}, {os.cpu_count()} processors")
    print("command  whole s  killed  half done  temporary  torn  differs  after clean")
    wrong = False
    for command in asked.commands:
        with tempfile.TemporaryDirectory() as place:
            folder = write_operation(Path(place) / "op")
            found = kills_of(command, folder, asked.kills, asked.seed)
        print(
            f"{command:7s} {found.whole_s:8.1f} {found.kills:7d} {found.begun:10d} {found.left:10d} "
            f"{len(found.torn):5d} {len(found.other):8d} {found.kept:12d}",
            flush=True,
        )
        for name in (*found.torn, *found.other):
            print(f"  {name}")
        wrong = wrong or bool(found.torn or found.other or found.kept)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
