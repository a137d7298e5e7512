"""What is printed of draws has the figures that they bear: another seed moves the last by one at most."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.result.result import Ranges
from reports.format.money import range_decimals, range_ends
from reports.format.rounding import borne_ends, borne_step
from scenarios.entry.catalogue import copy_example
from scenarios.operation.draws.compute import NUMPY, middle_results, work
from scenarios.operation.draws.quick import QUICK_DRAWS
from scenarios.operation.draws.ranges import Summary, person_ranges, ranges
from scenarios.studies.sweep.run import prepare
from tests.effort import law
from tests.web.folders import a_month

ONE_KEY = '\n[sweep]\nkeys = ["prorata"]\nweather_years = 1\n'
SCALES = {"kwh": 1e-3, "ratio": 100.0, "ht": 1.0, "years": 1.0}
"""What a figure is multiplied by before it is printed, by the end of its name."""

NOT_PRINTED = frozenset({"consumption_kwh", "production_kwh", "surplus_kwh", "cumulated_eur"})


def drawn_by(folder: Path, seeds: int) -> list[list[Ranges]]:
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write(ONE_KEY)
    plan = prepare(folder, folder / "out", draws=QUICK_DRAWS, engine=NUMPY).plan
    stands = middle_results(plan)
    found = []
    for seed in range(seeds):
        of = replace(plan, choice=replace(plan.choice, seed=seed))
        summary = Summary(of, work(of, 0, QUICK_DRAWS), stands)
        found.append([ranges(summary, "prorata"), person_ranges(summary, "prorata")])
    return found


def printed_pairs(found: list[list[Ranges]]) -> Iterator[tuple[str, bool]]:
    """Yield of whom, and whether another seed moves the last figure by one at most, for each end."""
    for one, other in combinations(found, 2):
        for here, there in zip(one, other, strict=True):
            for name in set(here) & set(there) - NOT_PRINTED:
                for row in set(here[name]) & set(there[name]):
                    (ends, step), (ends_there, step_there) = (
                        printed(name, *of[name][row][::2]) for of in (here, there)
                    )
                    unit = max(step, step_there) * (1.0 + 1e-9)
                    for end, end_there in zip(ends, ends_there, strict=True):
                        yield row, abs(end - end_there) <= unit


def printed(name: str, low: float, high: float) -> tuple[tuple[float, float], float]:
    scale = SCALES[name.rpartition("_")[2]]
    low, high = low * scale, high * scale
    decimals = range_decimals(low, high) if name.endswith("_ht") else int(name.endswith("kwh") and high < 100)
    return borne_ends(low, high, decimals), borne_step(low, high, decimals)


def held(found: list[list[Ranges]], *, of_all: bool) -> float:
    ok = [is_held for row, is_held in printed_pairs(found) if not (of_all and row)]
    return sum(ok) / len(ok)


def forty_sites(folder: Path) -> None:
    """Write the sites of the example three more times, each with its own meter and another bill."""
    table = folder / "participants.csv"
    head, *rows = table.read_text(encoding="utf-8-sig").strip().split("\n")
    names = head.split(";")
    sites = [dict(zip(names, row.split(";"), strict=True)) for row in rows]
    more = []
    for n, factor in enumerate((0.3, 0.6, 1.5), start=1):
        for at, site in enumerate(sites):
            kwh = str(round(factor * float(site["annual_kwh"].replace(",", "."))))
            own = {"id": f"{site['id']}-{n}", "name": f"{site['name']} {n}", "annual_kwh": kwh}
            more.append(site | own | {"prm": f"300000000{n}{at:04}"})
    lines = [head, *(";".join(site.values()) for site in [*sites, *more])]
    table.write_text("\n".join(lines), encoding="utf-8")


def test_another_seed_moves_the_last_figure_by_one_at_most_in_a_month(tmp_path: Path) -> None:
    found = drawn_by(a_month(tmp_path / "op"), 4)
    assert held(found, of_all=False) >= 0.95
    assert held(found, of_all=True) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("sites", [12, 48])
def test_another_seed_moves_the_last_figure_by_one_at_most_in_a_year(tmp_path: Path, sites: int) -> None:
    copy_example("bergerac", tmp_path / "op")
    if sites > 12:
        forty_sites(tmp_path / "op")
    found = drawn_by(tmp_path / "op", 8)
    assert held(found, of_all=False) >= 0.95
    assert held(found, of_all=True) >= 0.95


def test_a_range_keeps_the_figures_that_tell_its_ends_apart() -> None:
    assert all(isfinite(end) for end in borne_ends(99.52, 99.96, 0))
    low, high = borne_ends(99.52, 99.96, 0)
    assert low < high
    assert borne_ends(5.0, 5.0, 0) == (5.0, 5.0)


@law(200)
@given(st.lists(st.floats(-1e7, 1e7), min_size=3, max_size=3))
def test_no_end_is_rounded_to_the_other_side_of_what_is_printed_beside(values: list[float]) -> None:
    low, told, high = sorted(values)
    for middle in (low, told, high):
        least, most = range_ends(low, high, middle)
        assert least - 1e-6 <= middle <= most + 1e-6
        near = range_ends(low, high)
        assert near[0] >= least
        assert most >= near[1]
