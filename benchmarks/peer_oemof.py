"""The job as oemof.solph says it: one bus, a sink, the plants, the grid. Run by the peers' own Python.

usage: peer_oemof.py JOB.npz RUNS, prints one JSON document. See `bench_peers.py`.
"""

import json
import logging
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pyomo.environ as po
from oemof import solph


def system(need: np.ndarray, price: np.ndarray) -> tuple[solph.EnergySystem, solph.Bus]:
    index = pd.date_range("2025-01-01", periods=len(need) + 1, freq="h")
    energy = solph.EnergySystem(timeindex=index, infer_last_interval=False)
    bus = solph.Bus(label="loop")
    sink = solph.components.Sink(
        label="participants", inputs={bus: solph.Flow(fix=need, nominal_capacity=1.0)}
    )
    grid = solph.components.Source(label="grid", outputs={bus: solph.Flow(variable_costs=price)})
    energy.add(bus, sink, grid)
    return energy, bus


def solved(energy: solph.EnergySystem) -> solph.Model:
    model = solph.Model(energy)
    found = po.SolverFactory("highs").solve(model)
    po.assert_optimal_termination(found)
    return model


def shared_kwh(job: dict[str, np.ndarray]) -> dict[str, float]:
    start = time.perf_counter()
    need, made = job["need"].sum(axis=1), job["made"]
    energy, bus = system(need, np.full(len(need), 0.2))
    plants = [
        solph.components.Source(
            label=f"plant {m}",
            outputs={bus: solph.Flow(nominal_capacity=peak, maximum=made[:, m] / peak)},
        )
        for m, peak in enumerate(made.max(axis=0))
    ]
    energy.add(*plants)
    model = solved(energy)
    kwh = sum(po.value(model.flow[plant, bus, t]) for plant in plants for t in range(len(need)))
    return {"kwh": kwh, "seconds": time.perf_counter() - start}


def best_roofs(job: dict[str, np.ndarray]) -> dict[str, float]:
    start = time.perf_counter()
    need, unit, worth = job["roof_need"], job["roof_unit"], job["roof_worth"]
    energy, bus = system(need, worth)
    for m, (high, cost) in enumerate(zip(job["roof_high"], -job["roof_slope"], strict=True)):
        size = solph.Investment(ep_costs=cost, maximum=high)
        flow = solph.Flow(nominal_capacity=size, maximum=unit[m])
        energy.add(solph.components.Source(label=f"roof {m}", outputs={bus: flow}))
    model = solved(energy)
    return {
        "value": float(worth @ need) - float(po.value(model.objective)),
        "seconds": time.perf_counter() - start,
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with np.load(sys.argv[1]) as file:
        given = dict(file)
    document = {
        "version": solph.__version__,
        "shared": [shared_kwh(given) for _run in range(int(sys.argv[2]))],
        "roofs": [best_roofs(given) for _run in range(int(sys.argv[2]))],
    }
    print(json.dumps(document))
