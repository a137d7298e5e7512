"""How long each control of the page takes, through HTTP, beside its limit: processor, bytes sent, memory.

Usage: python -m benchmarks.page [DIR] [--changes] [--sites N] [--steps N] [--only WORD]

The demo without DIR; N invented sites where told. `--changes` writes five dated ones in a copy. What a key
takes when it is first asked stands apart.
"""

import argparse
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from starlette.testclient import TestClient

from benchmarks.bench_scale import write_folder
from reports.format.language import hold, use
from scenarios.entry.catalogue import copy_example
from scenarios.operation.metering.memory import keep_freed
from web.guard import Door
from web.serve import page_of

SMALL, CHANGED, LARGE = (100.0, 500.0, 1000.0), (200.0, 1500.0, 1000.0), (500.0, 1500.0, 1000.0)
"""Of a step and of a key asked first, ms at most; of all, MB: forty sites, with dated changes, 400 sites."""

MANY = 200
"""Sites from which an operation is a large one."""


def five_changes(sites: list[str], plant: str) -> str:
    """Return five dated changes: less, more, who leaves, a new use, a plant that starts."""
    return "\n".join(
        [
            "id;what;since;until;ratio;kwh",
            f"{sites[1]};closes;2029;;0,1;",
            f"{sites[2]};scale;2031;;2;",
            f"{sites[3]};leaves;2030;;;",
            f"{sites[0]};cooling;2028-06-01;;;8000",
            f"{plant};starts;2028-04-01;;;",
            "",
        ]
    )


def controls(shown: str, steps: int) -> dict[str, Iterator[dict[str, object]]]:
    """Return, for each control of the screen, the states that a hand goes through."""
    plant = re.findall(r'data-off="([^"]+)"', shown)[0]
    members = re.findall(r'data-start="([^"]*)"', shown)[0].split()
    keys = re.findall(r'name="cle" form="etat" value="([^"]+)"', shown)
    ranks = range(steps)
    found: dict[str, Iterator[dict[str, object]]] = {
        "local price": ({"set": [f"prix={60 + step}"]} for step in ranks),
        "suppliers": ({"set": [f"fournisseurs={0.6 + step / 125:.3f}"]} for step in ranks),
        "PMO": ({"set": [f"prices.pmo_eur_per_year={step * 100}"]} for step in ranks),
        "a roof": ({"kwp": [f"{plant}={step + 1}"]} for step in ranks),
        "a member": ({"without": [members[step % len(members)]]} for step in ranks),
    }
    if "tient-annee" in shown:
        found["a year"] = ({"annee": str(2027 + step % 20)} for step in ranks)
    return found | {f"key {key}": under_key(key, max(3, steps // 4)) for key in keys}


def under_key(key: str, steps: int) -> Iterator[dict[str, object]]:
    """Yield the states of a key, at one price after the other."""
    for step in range(steps):
        yield {"key": key, "set": [f"prix={80 + step}"] if step else []}


def folder_in(scratch: Path, asked: argparse.Namespace) -> Path:
    """Write the operation that is asked for."""
    folder = scratch / "operation"
    if asked.sites:
        write_folder(folder, "village", asked.sites, 365, "prorata")
    elif asked.folder:
        shutil.copytree(asked.folder, folder)
    else:
        copy_example("bergerac", folder)
    if asked.changes:
        sites, plants = (
            [line.partition(";")[0] for line in (folder / name).read_text("latin-1").splitlines()[1:]]
            for name in ("participants.csv", "plants.csv")
        )
        (folder / "changes.csv").write_text(five_changes(sites, plants[0]), encoding="utf-8")
    return folder


def held_mb() -> float:
    """Memory of this process now, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def beside(value: float, most: float) -> str:
    """Return a measure beside the most that it may be."""
    return f"{value:6.0f} (at most {most:.0f}{'' if value <= most else ', MISSED'})"


def main() -> None:
    """Print, for each control, its first answer, the middle and the 95th percentile, in ms of processor."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("folder", nargs="?")
    asking.add_argument("--changes", action="store_true")
    asking.add_argument("--sites", type=int, default=0)
    asking.add_argument("--steps", type=int, default=100)
    asking.add_argument("--only", default="")
    asked = asking.parse_args()
    use("fr")
    hold()
    keep_freed()
    with tempfile.TemporaryDirectory() as scratch:
        folder = folder_in(Path(scratch), asked)
        door = Door("t", frozenset({"127.0.0.1:8000"}), "acc")
        page = page_of(folder, door, lambda: date(2026, 11, 25))
        with TestClient(page, base_url="http://127.0.0.1:8000", cookies={"acc": "t"}) as client:
            shown = client.get("/seance").text
            count = len(re.findall(r'data-start="([^"]*)"', shown)[0].split())
            goals = LARGE if count > MANY else CHANGED if asked.changes else SMALL
            print(f"{count} sites, page open: {held_mb():.0f} MB")
            for name, states in controls(shown, asked.steps).items():
                if asked.only in name:
                    _print_control(client, name, states, goals)
            largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            print(f"largest memory, MB: {beside(largest, goals[2])}")


def _print_control(
    client: TestClient, name: str, states: Iterator[dict[str, object]], goals: tuple[float, float, float]
) -> None:
    times, cpu, largest, has = [], [], 0, list[str]()
    for number, state in enumerate(states):
        start, used = perf_counter(), process_time()
        body = {"number": number, "unfolded": [], "has": has, **state}
        answer = client.post("/etat", json=body)
        times.append(1e3 * (perf_counter() - start))
        cpu.append(1e3 * (process_time() - used))
        if answer.is_error:
            print(f"{name:28} {answer.json()['problems'][0]['message']}")
            return
        largest = max(largest, len(answer.content))
        has = list(answer.json()["marks"].values())
    first, rest = cpu[0], sorted(cpu[1:])
    late = rest[max(0, int(len(rest) * 0.95) - 1)]
    of_key = name.startswith("key")
    print(
        f"{name:28} first {beside(first, goals[1]) if of_key else f'{first:6.0f}'}   "
        f"middle {median(rest):5.0f}   p95 {beside(late, goals[0])}   "
        f"elapsed {median(times):5.0f}   {largest / 1e3:4.0f} kB   {held_mb():5.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
