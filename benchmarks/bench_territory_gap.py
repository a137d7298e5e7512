"""How far plans of invented territories are from their bounds: `python -m benchmarks.bench_territory_gap`.

Prints for each size and seed the bound, what the plan brings, the gap beside its goal, the part of it that
only another kind of key would close (where the bound is that of any key), the gap to the bound of any key,
and the CPU of the search, its lists read and its code compiled before.
Arguments: sites, roofs, first and last seed; without any, the sizes of `GOALS` (a quarter of an hour).
"""

import sys
import tempfile
import time
from pathlib import Path

from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.territory.bound import TerritoryLaw, plane_km
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.lists.open_files import read_territory
from scenarios.studies.territory.plan import net_eur, units_of
from scenarios.studies.territory.run import opened
from scenarios.studies.territory.solve import SolvedTerritory, solve

GOALS = {(40, 12): 0.001, (200, 50): 0.01, (500, 125): 0.02}
"""Gap of the net, by sites and roofs."""

SEEDS = {(40, 12): 10, (200, 50): 3, (500, 125): 1}

COMMUNES = 110


def solved(sites: int, roofs: int, seed: int) -> tuple[SolvedTerritory, float, float]:
    """Return what is found of an invented territory, what its plan brings, EUR, and the CPU, s."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        write_demo(where, sites=sites, roofs=roofs, communes=min(COMMUNES, roofs), seed=seed)
        operation = opened(read_territory(where), where / "whole", lambda _text: None)
        rules, began = perimeter_rules(read_rates(), operation.scenario.on), time.process_time()
        found = solve(operation, rules, seed, lambda _text: None)
        spent = time.process_time() - began
        assert isinstance(found.law, TerritoryLaw)  # of more units than are asked here, tiles have another
        year = units_of(found.territory, found.law, plane_km(operation.members.sites))
        return found, net_eur(year, found.plan), spent


def main(sites: int = 0, roofs: int = 0, first: int = 1, last: int = 0) -> None:
    """Run and print."""
    solved(24, 8, 1)  # compiles
    sizes = {(sites, roofs): last or first} if sites else SEEDS
    for size, most in sizes.items():
        goal = GOALS.get(size)
        for seed in range(first, most + 1):
            found, plan_eur, spent = solved(*size, seed)
            bound_eur, any_key_eur = found.bound.net_eur, found.bound.any_key_eur
            gap, any_gap = max(0.0, bound_eur / plan_eur - 1.0), any_key_eur / plan_eur - 1.0
            of_keys = max(0.0, found.by_plant_eur) / plan_eur if bound_eur == any_key_eur else 0.0
            said = "" if goal is None else f"  goal {goal:.1%} {'met' if gap <= goal else 'missed'}"
            print(
                f"{size[0]}/{size[1]} seed {seed}: bound {bound_eur:,.0f} plan {plan_eur:,.0f} gap "
                f"{gap:.3%} of which keys by plant {of_keys:.3%}, any key {any_gap:.3%}"
                f"{said}  {spent:.1f} s of CPU",
                flush=True,
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
