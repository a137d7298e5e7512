"""How long each control of the page takes, alone: 100 steps of each, through HTTP, on the folder given.

Usage: python -m benchmarks.page [DIR]   (the demo without it)
"""

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
from web.app import page_of
from web.guard import Door

STEPS = 100


def controls(base: dict[str, list[dict[str, object]]]) -> dict[str, Iterator[dict[str, object]]]:
    """Return, for each control, the states that a hand goes through."""
    plant = base["plants"][0]
    members = [row["id"] for row in base["participants"]]
    keys = ["prorata", "equal", "price"]
    return {
        "local price": ({"set": [f"prix={60 + step}"]} for step in range(STEPS)),
        "suppliers": ({"set": [f"fournisseurs={0.6 + step / 125:.3f}"]} for step in range(STEPS)),
        "PMO": ({"set": [f"prices.pmo_eur_per_year={step * 100}"]} for step in range(STEPS)),
        "a roof": ({"kwp": [f"{plant['id']}={step + 1}"]} for step in range(STEPS)),
        "a member": (
            {"without": [members[step % len(members)]], "set": [f"prix={80 + step}"]} for step in range(STEPS)
        ),
        "key": ({"key": keys[step % len(keys)], "set": [f"prix={80 + step}"]} for step in range(STEPS)),
    }


def main() -> None:
    """Print, for each control, the middle and the 95th percentile of the answer, and its CPU time."""
    use("fr")
    hold()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "demo"
        if len(sys.argv) < 2:
            copy_example("bergerac", folder)
        door = Door("t", frozenset({"127.0.0.1:8000"}), "acc")
        page = page_of(folder, door, lambda: date(2026, 11, 25))
        with TestClient(page, base_url="http://127.0.0.1:8000", cookies={"acc": "t"}) as client:
            base = client.post("/etat", json={"number": 0}).json()["results"]
            client.get("/seance")
            for name, states in controls(base).items():
                times, cpu = [], []
                for number, state in enumerate(states):
                    start, used = perf_counter(), process_time()
                    client.post(
                        "/etat", json={"number": number, "parts": ["texts"], **state}
                    ).raise_for_status()
                    times.append(perf_counter() - start)
                    cpu.append(process_time() - used)
                times.sort()
                print(
                    f"{name:12} median {median(times) * 1e3:5.0f} ms   p95 {times[94] * 1e3:5.0f} ms   "
                    f"CPU {median(cpu) * 1e3:5.0f} ms"
                )


if __name__ == "__main__":
    main()
