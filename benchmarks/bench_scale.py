"""Time and memory of commands as the participants grow: per participant, and the slope on logarithms.

    python -m benchmarks.bench_scale [--sizes 500,2000,5000] [--shapes even,ring,two]
        [--commands check,run,compare,brief,members,sweep] [--days 31] [--key prorata] [--kept]

Each command runs in a process of its own, without cache (with `--kept`, the first one makes the loads);
`--days 365` for a year. 50 plants. A slope of 1 grows as the participants do. The goals: at most twice as
much per participant at the largest size as at 500, and no more memory than 1.5 times the loads and 300 MB.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from acc.arrays import FloatArray

ROOT = Path(__file__).resolve().parents[1]
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


def measured(command: list[str]) -> tuple[float, float, float, int]:
    """Return the seconds, those of computing, the largest memory in MB and the exit code of a process."""
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return time.perf_counter() - began, cpu, used.ru_maxrss * 1024 / 1e6, process.returncode


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
    ):
        parser.add_argument(f"--{option}", default=default)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--kept", action="store_true", help="loads are made by the first command alone")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    head = f"{'shape':6s} {'command':8s} {'N':>6s} {'s':>8s} {'MB':>7s} {'ms/N':>7s} {'kB/N':>7s}"
    print(f"{head} exit  CPU s  MB/limit")
    with TemporaryDirectory() as made:
        for shape in asked.shapes.split(","):
            for size in sizes:
                write_folder(Path(made) / f"{shape}{size}", shape, size, asked.days, asked.key)
            for name in asked.commands.split(","):
                _print_one(Path(made), shape, name, sizes, asked)


def limit_mb(size: int, days: int) -> float:
    """Return the most memory that a command may take: 1.5 times the loads at 15 min, and 300 MB.

    >>> limit_mb(500, 365)
    510.24
    """
    return 1.5 * size * days * 96 * 8 / 1e6 + 300.0


def _print_one(made: Path, shape: str, name: str, sizes: list[int], asked: argparse.Namespace) -> None:
    seconds: list[float] = []
    memory: list[float] = []
    for size in sizes:
        spent, cpu, megabytes, code = measured(arguments(name, made / f"{shape}{size}", kept=asked.kept))
        seconds.append(cpu)
        memory.append(megabytes)
        each = f"{1e3 * cpu / size:7.2f} {1e3 * megabytes / size:7.1f}"
        beside = f"{cpu:6.1f} {megabytes / limit_mb(size, asked.days):6.2f}"
        line = f"{shape:6s} {name:8s} {size:6d} {spent:8.2f} {megabytes:7.0f}"
        print(f"{line} {each} {code} {beside}", flush=True)
    time_slope, memory_slope = slope(sizes, seconds), slope(sizes, memory)
    print(f"{shape:6s} {name:8s} slope: time {time_slope:.2f}, memory {memory_slope:.2f}", flush=True)
    if len(sizes) > 1:
        each = [(seconds[at] / sizes[at], memory[at] / sizes[at]) for at in (0, -1)]
        grown = [last / first for first, last in zip(*each, strict=True)]
        print(
            f"{shape:6s} {name:8s} {sizes[-1]} beside {sizes[0]}, per participant: time x {grown[0]:.2f}, "
            f"memory x {grown[1]:.2f} (at most 2)",
            flush=True,
        )


if __name__ == "__main__":
    main()
