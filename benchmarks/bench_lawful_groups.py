"""Lawful operations of a territory: CPU, memory, and how far the best plan of 0 to 4 operations is proven.

Goals of 40 sites and 8 roofs: a first plan 6 s of CPU after the folder is asked for, front and bound of every
key 60 s, bound of the default key 40 s more, within 1.5 % up to three operations, 2 GB.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree
from statistics import median

import pytest

from benchmarks.measure import as_installed, say
from scenarios.operation.ready.operation import open_operation
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.evaluate import PlanRequest, Scorer, group_values, no_operation, plan_rules
from scenarios.studies.lawful.plans import EFFORT, MOST, Planner, best_from, planner
from scenarios.studies.lawful.programme import AllocationProgramme
from scenarios.studies.lawful.worth_of_kwh import kwh_worth
from tests.conftest import SHARED
from tests.studies.lawful.small_cases import best_plan, random_case

OP40 = SHARED / "op40"
GOAL, FIRST_S, CPU_S, GAP_PERCENT, GB = "groups", 6.0, 100.0, 1.5, 2.0


def territory(where: Path) -> Planner:
    """Return the planner of the territory of forty sites; of a made one where it is not at hand."""
    if OP40.exists():
        operation, _metered = open_operation(OP40, use_cache=False)
    else:
        operation = random_case(where, 24, 40, 8, 3000.0).operation
    return planner(operation, perimeter_rules(read_rates(), operation.scenario.on), seed=24)


FIRST = """
import sys, time
import reports.studies.lawful.screen as split
def plans_found(*, quiet):
    def told(_most, _plan):
        raise SystemExit(print(time.process_time()))
    return told
split.plans_found = plans_found
from cli import main
main(["members", sys.argv[1], "--split"])
"""
"""The command up to the first plan that it shows: its CPU, modules included."""


def test_the_first_plan_on_the_screen(tmp_path: Path) -> None:
    if not OP40.exists():
        pytest.skip("the operation of forty members lies beside the project: it is not there")
    taken: list[list[float]] = [[], []]
    for n in range(3):
        folder = str(copytree(OP40, tmp_path / f"op40-{n}"))
        for own in taken:  # nothing kept, then curves kept
            words = [sys.executable, "-c", FIRST, folder]
            ran = subprocess.run(words, check=True, capture_output=True, text=True, env=as_installed())
            own.append(float(ran.stdout))
    for what, own in zip(("nothing kept", "curves kept"), taken, strict=True):
        say(GOAL, f"first plan on the screen, {what}, s of CPU", median(own), FIRST_S, more=False)


def test_the_front_of_forty_sites(tmp_path: Path) -> None:
    asked_at = time.process_time()
    search, start, widest = territory(tmp_path), time.process_time(), 0.0
    search.quick(PlanRequest())
    say(GOAL, "first plan, s of CPU", time.process_time() - asked_at, FIRST_S, more=False)
    for count, one in enumerate(search.front(PlanRequest())):
        gap = 100.0 * (1.0 - one.scored.value_eur / one.key_bound_eur)
        widest = max(widest, gap) if count <= 3 else widest
        print(
            f"  at most {count}: {one.scored.value_eur:12,.0f} EUR, {one.scored.losers} lose, default key"
            f" +{gap:.2f} %, every key +{100.0 * (one.bound_eur / one.scored.value_eur - 1.0):.2f} %,"
            f" {time.process_time() - start:5.1f} s of CPU so far"
        )
    if count < MOST:
        print(f"  at most {MOST}: nothing more than {count} bring, searched or proven within the same time")
    say(GOAL, "front of 0 to 4 and both bounds, s of CPU", time.process_time() - start, CPU_S, more=False)
    say(GOAL, "widest gap up to three operations, %", widest, GAP_PERCENT, more=False)
    say(GOAL, "memory, GB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, GB, more=False)


@pytest.mark.parametrize("no_loser", [False, True])
def test_the_front_ends_where_brute_force_does(tmp_path: Path, *, no_loser: bool) -> None:
    """As the command looks: each number of operations from its bound's plan and from the one before."""
    equal, cases = 0, [(seed, sites, fee) for seed in range(12) for sites, fee in ((6, 0.0), (7, 3000.0))]
    for seed, sites, fee in cases:
        case = random_case(tmp_path, seed, sites, fee=fee)
        values, places = group_values(case.model), case.law.places()
        programme = AllocationProgramme(case.model, kwh_worth(case.model), case.law, places)
        plans = [no_operation(case.model)]
        for most in (1, 2, 3):
            rules = plan_rules(case.model, case.law, PlanRequest(most=most, no_loser=no_loser))
            scorer, starts = Scorer(values, rules), [programme.best(most).labels, plans[-1]]
            found = best_from(scorer, scorer, [place.bits for place in places], starts, EFFORT, (24,))
            plans.append(found.labels)
        losers, value = best_plan(case, values, rules)
        same_losers = not no_loser or found.losers == losers
        equal += same_losers and abs(found.value_eur - value) < 0.01
    say(GOAL, f"cases found of {len(cases)}, {no_loser=}", equal, len(cases))
