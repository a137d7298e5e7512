"""`acc` reads no clock, no file and no chance of its own; figures are rounded where they are shown alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.trees import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[2]
STANDARD_OF_ACC = {
    "bisect", "collections", "dataclasses", "datetime", "difflib", "enum", "functools", "gettext",
    "itertools", "math", "mmap", "re", "statistics", "types", "typing", "zoneinfo",
}  # fmt: skip
"""What `acc` needs of the standard library: nothing that opens, prints, waits or asks the machine.

`mmap` gives memory without a file (`acc.arrays.zeros`)."""
IMPURE = {
    "open", "print", "input", "exec", "eval", "__import__",
    "now", "today", "utcnow",
    "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savez", "savetxt", "tofile",
}  # fmt: skip
ROUNDS = {"round", "rint", "around", "round_"}
ROUNDED = {
    # As the grid operator asks for it.
    "acc/grid_operator/coefficients.py:round_to_sum": "coefficients have so many decimals and a sum of one",
    # Numbers inside a sentence.
    "acc/i18n.py:to_hundreds": "euros as documents print them",
    "acc/rules/distance.py:_metres": "metres",
    "acc/rules/distance.py:_near_words": "metres",
    "acc/rules/epci.py:check_power": "kWp",
    "scenarios/studies/size/run.py:check_size": "days",
    "scenarios/entry/plausibility/of_curves.py:curve_zeros": "days",
    "scenarios/entry/plausibility/of_curves.py:curve_stuck": "days",
    "scenarios/entry/plausibility/of_rows.py:_decimals": "decimals that a person wrote",
    "profiles/reference/shapes.py:near_point": "points of 8 km that sites stand near",
    # What differs by less than a computer's doubt is the same.
    "acc/keys/nearest.py:build_nearest": "distances",
    "acc/keys/price.py:_ranks": "prices",
    "scenarios/studies/territory/lists/demo.py:_drawn_sites": "needs that are invented",
    "scenarios/studies/territory/problem.py:_kinds": "shapes",
    "scenarios/studies/territory/problem.py:_levels": "prices",
    "profiles/curves/facts.py:_digest": "two curves",
    "scenarios/entry/plausibility/of_rows.py:_placed": "places, to a metre",
    "scenarios/studies/lawful/model.py:_site_prices": "prices",
    "acc/water_filling.py:round_to_units": "prices, scores and kWh that are compared",
    "acc/accounts/producers.py:is_full_years": "years",
    "profiles/curves/facts.py:yearly_kwh": "days of a year",
    "scenarios/operation/metering/make.py:_yearly_kwh": "days of a year",
    # Counts, and a place in an order.
    "acc/rules/max_diameter_group.py:_neighbourhoods": "sites",
    "acc/rules/max_diameter_group.py:_from_pairs": "sites",
    "scenarios/studies/sweep/statistics.py:_curves": "a place in an order",
    "scenarios/operation/draws/unknowns.py:_sites": "homes",
    # Neighbours share one sky.
    "profiles/weather/pvgis_client.py:pvgis_record": "a place asked once",
    "scenarios/operation/metering/kept_meters.py:sky_position": "hundredths of a degree",
    # Time stamps are whole.
    "profiles/weather/formats/stations.py:_starts_utc": "minutes",
    "profiles/weather/read.py:shift_h": "seconds",
    # Whole by nature, kept as floats by a solver or a score.
    "scenarios/studies/members/core_search.py:_proposed": "0 or 1",
    "scenarios/studies/size/planes/planes_master.py:solve_integer": "modules on a roof",
}
"""Where something is rounded that is no result, and what it is."""


def calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call of a file, the last word of what it calls, and the function it stands in."""

    def visit(node: ast.AST, inside: str) -> Iterator[tuple[ast.Call, str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield child, getattr(child.func, "id", getattr(child.func, "attr", "")), inside
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from visit(child, child.name if is_function else inside)

    return visit(tree_of(path), "")


def modules(*packages: str) -> list[Path]:
    return [path for name in packages for path in sorted((ROOT / name).rglob("*.py"))]


def test_acc_reads_no_clock_no_file_and_no_chance() -> None:
    outside, impure, drawn = set[str](), list[str](), list[str]()
    for path in modules("acc"):
        where, nodes = path.relative_to(ROOT), nodes_of(path)
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        tops = {name.partition(".")[0] for name in names}
        outside |= {f"{where}: {name}" for name in tops - STANDARD_OF_ACC - {"acc", "numpy"}}
        for call, name, _inside in calls(path):
            impure += [f"{where}:{call.lineno}: {name}"] if name in IMPURE else []
            drawn += [f"{where}:{call.lineno}"] if name == "default_rng" and not call.args else []
    assert not outside
    assert not impure
    assert not drawn, f"a draw that cannot be made again: {drawn}"


def test_figures_are_rounded_in_reports_alone() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{inside}": call.lineno
        for path in [*modules("acc", "profiles", "scenarios"), ROOT / "cli.py"]
        for call, name, inside in calls(path)
        if name in ROUNDS
    }
    new = {where: line for where, line in found.items() if where not in ROUNDED}
    assert not new, "a result keeps its digits until reports show it; what is none goes to ROUNDED"
    assert ROUNDED.keys() <= found.keys(), "listed, but nothing is rounded there any more"
