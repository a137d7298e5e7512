"""How long each control of the page takes, alone: 100 steps of each, through HTTP, on the folder given.

Usage: python -m benchmarks.page [DIR]   (the demo without it)
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from starlette.testclient import TestClient

from reports.format.language import hold, use
from scenarios.entry.catalogue import copy_example
from web.guard import Door
from web.serve import page_of

STEPS = 100


def controls(shown: str) -> dict[str, Iterator[dict[str, object]]]:
    """Return, for each control of the screen, the states that a hand goes through."""
    plant = re.findall(r'data-off="([^"]+)"', shown)[0]
    members = re.findall(r'data-start="([^"]*)"', shown)[0].split()
    keys = re.findall(r'name="cle" form="etat" value="([^"]+)"', shown)
    return {
        "local price": ({"set": [f"prix={60 + step}"]} for step in range(STEPS)),
        "suppliers": ({"set": [f"fournisseurs={0.6 + step / 125:.3f}"]} for step in range(STEPS)),
        "PMO": ({"set": [f"prices.pmo_eur_per_year={step * 100}"]} for step in range(STEPS)),
        "a roof": ({"kwp": [f"{plant}={step + 1}"]} for step in range(STEPS)),
        "a member": (
            {"without": [members[step % len(members)]], "set": [f"prix={80 + step}"]} for step in range(STEPS)
        ),
        **{
            f"key {key}": ({"key": key, "set": [f"prix={80 + step}"]} for step in range(STEPS // 4))
            for key in keys
        },
    }


def main() -> None:
    """Print, for each control, the middle and the 95th percentile of the answer, its CPU time, its size."""
    use("fr")
    hold()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "demo"
        if len(sys.argv) < 2:
            copy_example("bergerac", folder)
        door = Door("t", frozenset({"127.0.0.1:8000"}), "acc")
        page = page_of(folder, door, lambda: date(2026, 11, 25))
        with TestClient(page, base_url="http://127.0.0.1:8000", cookies={"acc": "t"}) as client:
            for name, states in controls(client.get("/seance").text).items():
                times, cpu, largest, has = [], [], 0, list[str]()
                for number, state in enumerate(states):
                    start, used = perf_counter(), process_time()
                    body = {"number": number, "unfolded": [], "has": has, **state}
                    answer = client.post("/etat", json=body).raise_for_status()
                    largest = max(largest, len(answer.content))
                    times.append(perf_counter() - start)
                    cpu.append(process_time() - used)
                    has = list(answer.json()["marks"].values())
                times.sort()
                cpu.sort()
                late, late_cpu = (one[int(len(one) * 0.95) - 1] for one in (times, cpu))
                print(
                    f"{name:22} median {median(times) * 1e3:5.0f} ms   p95 {late * 1e3:5.0f} ms   "
                    f"CPU {median(cpu) * 1e3:5.0f}, p95 {late_cpu * 1e3:5.0f} ms   {largest / 1e3:5.0f} kB"
                )


if __name__ == "__main__":
    main()
