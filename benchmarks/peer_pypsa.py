"""The job as PyPSA says it: one bus, one load, the plants, the grid. Run by the peers' own Python.

usage: peer_pypsa.py JOB.npz RUNS, prints one JSON document. See `bench_peers.py`.
"""

import json
import logging
import sys
import time
import warnings

import numpy as np
import pypsa


def network(need: np.ndarray, price: np.ndarray) -> pypsa.Network:
    """Return the pooled operation without its plants; `need` and `price` shape (T,)."""
    net = pypsa.Network()
    net.set_snapshots(range(len(need)))
    net.add("Bus", "loop")
    net.add("Load", "participants", bus="loop", p_set=need)
    net.add("Generator", "grid", bus="loop", p_nom=2.0 * need.max(), marginal_cost=price)
    return net


def shared_kwh(job: dict[str, np.ndarray]) -> dict[str, float]:
    start = time.perf_counter()
    need, made = job["need"], job["made"]
    net = network(need.sum(axis=1), np.full(len(need), 0.2))
    for m, peak in enumerate(made.max(axis=0)):
        net.add("Generator", f"plant {m}", bus="loop", p_nom=peak, p_max_pu=made[:, m] / peak)
    net.optimize(solver_name="highs", log_to_console=False)
    plants = [name for name in net.generators.index if name != "grid"]
    kwh = float(net.generators_t.p[plants].to_numpy().sum())
    return {"kwh": kwh, "seconds": time.perf_counter() - start}


def best_roofs(job: dict[str, np.ndarray]) -> dict[str, float]:
    start = time.perf_counter()
    need, unit, worth = job["roof_need"], job["roof_unit"], job["roof_worth"]
    net = network(need, worth)
    for m, (high, cost) in enumerate(zip(job["roof_high"], -job["roof_slope"], strict=True)):
        net.add(
            "Generator",
            f"roof {m}",
            bus="loop",
            p_nom_extendable=True,
            p_nom_max=high,
            capital_cost=cost,
            p_max_pu=unit[m],
        )
    net.optimize(solver_name="highs", log_to_console=False)
    return {"value": float(worth @ need) - float(net.objective), "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with np.load(sys.argv[1]) as file:
        given = dict(file)
    document = {
        "version": pypsa.__version__,
        "shared": [shared_kwh(given) for _run in range(int(sys.argv[2]))],
        "roofs": [best_roofs(given) for _run in range(int(sys.argv[2]))],
    }
    print(json.dumps(document))
