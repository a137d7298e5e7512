"""Time and memory of commands as the participants grow: per participant, and the slope on logarithms.

    python -m benchmarks.bench_scale [--sizes 500,2000,5000] [--shapes even,ring,two]
        [--commands check,run,compare,brief,members,sweep] [--days 31] [--key prorata] [--kept] [--most 900]
        [--beside decade,variants,past]

Each command runs in a process of its own, without cache (with `--kept`, the first one makes the loads), and
is stopped after `--most` seconds; `--days 365` for a year. 50 plants. Memory is that of the process and of
those that it starts, together. A slope of 1 grows as the participants do. The goals: at most twice as much
per participant at the largest size as at 500, and no more memory than 1.5 times the loads and 300 MB.

`--beside` adds 100 participants over ten years, 100 variants of 100 participants in one comparison, and what
is said of an operation of twice the memory that is free.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, TemporaryFile

import numpy as np

from acc.arrays import FloatArray
from scenarios.operation.metering.memory import free_bytes

ROOT = Path(__file__).resolve().parents[1]
SAMPLED_SECONDS = 0.02
VARIANTS, FEW, DECADE_DAYS = 100, 100, 3653
PLANTS = 50
START = date(2026, 6, 1)

OPERATION = """[operation]
name = "Scale"
start = {start}
end = {end}
step_minutes = 15
rates_on = 2026-09-01

[key]
name = "{key}"

[prices]
local_eur_per_mwh = 105.0
surplus = "oa-2026-06"

[weather]
latitude = 44.84
longitude = 0.49
"""


OPTIONS = {"sweep": ("--draws", "20"), "compare": ("--keys", "prorata,equal")}


def places_km(shape: str, count: int, rng: np.random.Generator) -> FloatArray:
    """Return where sites stand, east and north in km, shape (count, 2)."""
    if shape == "ring":  # 2.02 km across: a little over the limit
        turn = rng.uniform(0, 2 * np.pi, count)
        return np.column_stack([np.cos(turn), np.sin(turn)]) * 1.01
    if shape == "two":
        return rng.normal(0, 0.3, (count, 2)) + np.where(rng.random(count) < 0.5, 0.0, 2.2)[:, None] * [1, 0]
    return rng.uniform(-10, 10, (count, 2))


def write_folder(folder: Path, shape: str, count: int, days: int, key: str) -> None:
    """Write an operation of `count` participants and 50 plants around Bergerac."""
    rng = np.random.default_rng(1)
    east, north = places_km(shape, count + PLANTS, rng).T
    latitude, longitude = 44.85 + north / 111.13, 0.48 + east / 79.0
    kwh = rng.uniform(2_000, 60_000, count)
    text = OPERATION.format(start=START, end=START + timedelta(days=days), key=key)
    people = ["id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh"]
    people += [
        f"m{i};Member {i};commune;{latitude[i]:.6f};{longitude[i]:.6f};24037;"
        f"36;CU4;128;town-hall;{kwh[i]:.0f}"
        for i in range(count)
    ]
    roofs = ["id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth"]
    roofs += [
        f"p{i};Roof {i};m{i};{latitude[count + i]:.6f};{longitude[count + i]:.6f};24037;60;15;{120 + 2 * i}"
        for i in range(PLANTS)
    ]
    folder.mkdir(parents=True)
    for name, lines in (("operation.toml", [text]), ("participants.csv", people), ("plants.csv", roofs)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process and those that it started took: seconds, those of computing, the largest memory."""

    seconds: float
    cpu: float
    megabytes: float
    code: int
    said: str


def measured(command: list[str], most_seconds: float = 900.0) -> Measured:
    """Return what a process takes; it is killed after `most_seconds`."""
    began, largest = time.perf_counter(), 0.0
    with (
        TemporaryFile() as said,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        found = 0
        while not found:
            time.sleep(SAMPLED_SECONDS)
            found, status, used = os.wait4(process.pid, os.WNOHANG)
            largest = max(largest, _held_mb(process.pid))
            if not found and time.perf_counter() - began > most_seconds:
                os.kill(process.pid, signal.SIGKILL)  # `process.kill` would wait for it too
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode(errors="replace")
    cpu = used.ru_utime + used.ru_stime
    return Measured(time.perf_counter() - began, cpu, largest, process.returncode, words)


def _held_mb(process: int) -> float:
    """Return the memory of a process and of those that it started: programs that they share count once."""
    held = list(_held(process))
    return sum(own for own, _files in held) + max((files for _own, files in held), default=0.0)


def _held(process: int) -> Iterator[tuple[float, float]]:
    """Yield what each process holds of its own, and of files, MB; nothing of one that is gone."""
    at = Path(f"/proc/{process}")
    try:
        lines = (at / "status").read_text(encoding="ascii", errors="replace").splitlines()
        children = (at / "task" / str(process) / "children").read_text(encoding="ascii").split()
    except OSError:
        return
    found = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    if found:
        own, files, shared = (float(found[name]) * 1024 / 1e6 for name in ("RssAnon", "RssFile", "RssShmem"))
        yield own + shared, files
    for child in children:
        yield from _held(int(child))


def arguments(name: str, folder: Path, *, kept: bool = False) -> list[str]:
    """Return the process of one command on a folder, with the arrays that the last one kept or without."""
    made = [sys.executable, "cli.py", name, str(folder), "--quiet"]
    if name == "check":
        return made
    made += ["--out", str(folder / "out"), *([] if kept else ["--no-cache"])]
    return [*made, *OPTIONS.get(name, ()), *([] if name == "sweep" else ["--force"])]


def slope(sizes: list[int], values: list[float]) -> float:
    """Return the exponent by which values grow with sizes.

    >>> round(slope([10, 100], [3.0, 30.0]), 6)
    1.0
    """
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0]) if len(sizes) > 1 else float("nan")


def main() -> None:
    """Print the table, one line a shape, a command and a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (
        ("sizes", "500,2000,5000"),
        ("shapes", "even,ring,two"),
        ("commands", "check,run,compare,brief,members,sweep"),
        ("key", "prorata"),
        ("beside", "decade,variants,past"),
    ):
        parser.add_argument(f"--{option}", default=default)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--most", type=float, default=900.0, help="seconds after which a command is stopped")
    parser.add_argument("--kept", action="store_true", help="loads are made by the first command alone")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    head = f"{'shape':8s} {'command':8s} {'N':>6s} {'s':>8s} {'MB':>7s} {'ms/N':>7s} {'kB/N':>7s}"
    print(f"{head} exit  CPU s  MB/limit")
    with TemporaryDirectory() as made:
        for shape in asked.shapes.split(","):
            for size in sizes:
                write_folder(Path(made) / f"{shape}{size}", shape, size, asked.days, asked.key)
            for name in asked.commands.split(","):
                _print_one(Path(made), shape, name, sizes, asked)
        _print_beside(Path(made), asked.beside.split(","), asked.most)


def limit_mb(size: int, days: int) -> float:
    """Return the most memory that a command may take: 1.5 times the loads at 15 min, and 300 MB.

    >>> limit_mb(500, 365)
    510.24
    """
    return 1.5 * size * days * 96 * 8 / 1e6 + 300.0


def _print_one(made: Path, shape: str, name: str, sizes: list[int], asked: argparse.Namespace) -> None:
    found: dict[int, Measured] = {}
    for size in sizes:
        command = arguments(name, made / f"{shape}{size}", kept=asked.kept)
        one = measured(command, asked.most)
        if not asked.kept:
            rmtree(made / f"{shape}{size}" / "out", ignore_errors=True)  # steps of 5,000 sites are 3 GB
        _print_line(shape, name, size, asked.days, one)
        if one.code == 0:
            found[size] = one
    if len(found) < 2:
        return
    ended, grown = list(found), []
    for what in ("cpu", "megabytes"):
        values = [getattr(one, what) for one in found.values()]
        each = values[-1] / ended[-1] / (values[0] / ended[0])
        grown.append(f"slope {slope(ended, values):.2f}, per participant x {each:.2f}")
    print(
        f"{shape:8s} {name:8s} {ended[-1]} beside {ended[0]}: CPU {grown[0]}; memory {grown[1]} (at most 2)",
        flush=True,
    )


def _print_line(shape: str, name: str, size: int, days: int, one: Measured) -> None:
    each = f"{1e3 * one.cpu / size:7.2f} {1e3 * one.megabytes / size:7.1f}"
    beside = f"{one.code:4d} {one.cpu:7.1f} {one.megabytes / limit_mb(size, days):6.2f}"
    print(
        f"{shape:8s} {name:8s} {size:6d} {one.seconds:8.2f} {one.megabytes:7.0f} {each} {beside}", flush=True
    )


def _print_beside(made: Path, beside: list[str], most_seconds: float) -> None:
    """Print what ten years and a hundred variants take, and what is said of what no machine here holds."""
    if "decade" in beside:
        folder = made / "decade"
        write_folder(folder, "even", FEW, DECADE_DAYS, "prorata")
        _print_line("decade", "run", FEW, DECADE_DAYS, measured(arguments("run", folder), most_seconds))
    if "variants" in beside:
        folder = made / "variants"
        write_folder(folder, "even", FEW, 365, "prorata")
        with (folder / "operation.toml").open("a", encoding="utf-8") as file:
            for n in range(VARIANTS):
                file.write(f'\n[[variants]]\nname = "v{n}"\n"prices.local_eur_per_mwh" = {80 + n / 2}\n')
        compared = [*arguments("compare", folder, kept=True)[:-3], "--variants", "all"]
        _print_line("variants", "compare", FEW, 365, measured(compared, most_seconds))
    if "past" in beside:
        folder = made / "past"
        size = int(2.0 * (free_bytes() or 16e9) / (1.5 * DECADE_DAYS * 96 * 8))
        write_folder(folder, "even", size, DECADE_DAYS, "prorata")
        one = measured(arguments("run", folder), most_seconds)
        _print_line("past", "run", size, DECADE_DAYS, one)
        print(one.said.strip())


if __name__ == "__main__":
    main()
