"""Do P10 to P90 hold the truth in 8 cases out of 10? Measured buildings, fitted on a half, judged on another.

`pytest benchmarks/bench_coverage.py -s` prints the table of docs/tirages.md. Each judged building has its
right yearly kWh and is said to be an office; PV of the generator, key prorata, groups of 12. Coverage is
that of the shape alone: growth, prices and the sun are not drawn.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from acc.arrays import FloatArray, IntArray
from acc.bills.tariff_slots import SlotClock, slot_index
from acc.sites import Plane
from benchmarks.measured_shapes import YEARS, building, read_buildings, steps_of
from profiles.pv.plant_output import sun_position, unit_output_kw
from profiles.weather.synthetic_year import generated_weather
from scenarios.folder.raw import RawFolder
from scenarios.sweeping.cells import cell_of_steps
from scenarios.sweeping.draws import draw
from scenarios.sweeping.settings import SweepChoice, read_sweep
from scenarios.sweeping.shape_library import Library, library_of, read_modes
from scenarios.sweeping.unknowns import Rule, Unknown, curve_spreads, size_weight

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "cambridge"
Known: TypeAlias = tuple[Library, IntArray, IntArray]
"""Shapes, cell of each step, poste of each step."""

HALVES, DRAWS, GROUP_SIZE = 40, 100, 12
PRODUCTION_RATIOS = (0.3, 0.6, 1.0)

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the measured buildings are not here")


@dataclass(frozen=True, slots=True)
class Judged:
    """One group in one year under one ratio of production: whether truth is inside, and widths."""

    year: int
    ratio: float
    members_inside: float
    members_width: float
    group_inside: float
    group_width: float


def unit_kwh(year: int) -> FloatArray:
    """Return what a roof makes in each hour of a year, for a year of 1 kWh."""
    steps = steps_of(year)
    weather = generated_weather(steps)
    sun = sun_position(weather.steps, weather.position)
    output = unit_output_kw(Plane(surface_tilt_deg=20.0, surface_azimuth_deg=180.0), weather, sun)
    made: FloatArray = output / output.sum()
    return made


def received(load: FloatArray, made: FloatArray) -> FloatArray:
    """Return what each load (N, T) receives of a production (T,) under prorata, shape (N,)."""
    total = load.sum(axis=0)
    part = np.divide(np.minimum(made, total), total, out=np.zeros_like(total), where=total > 0.0)
    kwh: FloatArray = (load * part).sum(axis=1)
    return kwh


def drawn_loads(
    choice: SweepChoice, number: int, load: FloatArray, common: float, known: Known
) -> FloatArray:
    """Return one draw of the curves of offices that have the bills of these loads, shape (N, T)."""
    shapes, cell, poste = known
    unknowns = {
        str(n): Unknown(Rule.MEASURED, "measured", 1, common, 0.0, 0.0, size_weight(bill, shapes))
        for n, bill in enumerate(load.sum(axis=1).tolist())
    }
    shape = np.stack(list(draw(choice, number, unknowns, shapes).shape.values()))
    curves = shape[:, cell]
    for one in np.unique(poste):
        at = poste == one
        curves[:, at] *= (load[:, at].sum(axis=1) / curves[:, at].sum(axis=1))[:, None]
    return curves


def judged(truth: FloatArray, found: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return whether each truth (N,) lies inside P10 to P90 of the draws (D, N), and the widths."""
    low, middle, high = np.quantile(found, [0.1, 0.5, 0.9], axis=0, method="weibull")
    return ((truth >= low) & (truth <= high)).astype(np.float64), (high - low) / middle


def poste_of_steps(year: int) -> IntArray:
    """Return the poste of each hour: full hours from 6 to 22 h, high season from November to March."""
    return slot_index(steps_of(year), SlotClock(off_peak=((1320, 360),)))


def judge(common: float, *, postes: bool = False, halves: int = HALVES, draws: int = DRAWS) -> list[Judged]:
    """Return every group judged, each fitted on the buildings that are not in its half."""
    measured = {year: read_buildings(FOLDER, year) for year in YEARS}
    shapes = {(n, y): building(n, y, kwh) for y, all_of in measured.items() for n, kwh in all_of.items()}
    names = sorted({name for name, _year in shapes})
    units = {year: unit_kwh(year) for year in YEARS}
    cells = {year: cell_of_steps(steps_of(year)) for year in YEARS}
    choice, rows = read_sweep(RawFolder(Path(), {}, "", (), ())), []
    for half in range(halves):
        mixed = np.random.default_rng(half).permutation(names).tolist()
        fitted, left = set(mixed[: len(names) // 2]), mixed[len(names) // 2 :]
        known = library_of([one for (name, _y), one in shapes.items() if name in fitted], read_modes())
        for year in YEARS:
            group = [measured[year][name] for name in left if name in measured[year]][:GROUP_SIZE]
            load = np.stack(group)
            bills = load.sum(axis=1)
            poste = poste_of_steps(year) if postes else np.zeros_like(cells[year])
            numbers, at = range(1000 * half, 1000 * half + draws), (known, cells[year], poste)
            drawn = [drawn_loads(choice, number, load, common, at) for number in numbers]
            for ratio in PRODUCTION_RATIOS:
                made = ratio * bills.sum() * units[year]
                truth = received(load, made)
                found = np.stack([received(one, made) for one in drawn])
                inside, width = judged(truth, found)
                whole = judged(truth.sum(keepdims=True), found.sum(axis=1, keepdims=True))
                rows.append(
                    Judged(year, ratio, inside.mean(), width.mean(), float(whole[0][0]), float(whole[1][0]))
                )
    return rows


def told(rows: list[Judged], title: str) -> None:
    """Print coverage and width by ratio of production, and by year."""
    for ratio in PRODUCTION_RATIOS:
        for years in (YEARS, *((year,) for year in YEARS)):
            of = [row for row in rows if row.ratio == ratio and row.year in years]
            inside = [row.members_inside for row in of]
            print(
                f"{title}, P/C {ratio:.0%}, {'+'.join(map(str, years))}: members {np.mean(inside):.0%} "
                f"(sd over halves {np.std(inside):.0%}) width {np.mean([r.members_width for r in of]):.1%}; "
                f"group {np.mean([r.group_inside for r in of]):.0%} "
                f"width {np.mean([r.group_width for r in of]):.1%}"
            )


def test_members_are_covered_four_times_in_five() -> None:
    rows = judge(curve_spreads()["common.measured"])
    told(rows, "common part 0.3")
    main = [row for row in rows if row.ratio >= 0.6]
    assert 0.70 <= np.mean([row.members_inside for row in main]) <= 0.90
    assert np.mean([row.members_width for row in main]) <= 0.26
    # A part that is to cover other owners' buildings over-covers groups of this one's.
    assert np.mean([row.group_inside for row in main]) >= 0.70
    assert np.mean([row.group_width for row in main]) <= 0.14


def test_four_postes_halve_the_width_and_cover_as_much() -> None:
    rows = judge(curve_spreads()["common.measured"], postes=True)
    told(rows, "four postes, common part 0.3")
    main = [row for row in rows if row.ratio >= 0.6]
    assert 0.70 <= np.mean([row.members_inside for row in main]) <= 0.90
    assert np.mean([row.members_width for row in main]) <= 0.125
    assert np.mean([row.group_width for row in main]) <= 0.075


def test_without_the_common_part_the_group_is_covered_four_times_in_five() -> None:
    rows = judge(0.0)
    told(rows, "no common part")
    main = [row for row in rows if row.ratio >= 0.6]
    assert 0.70 <= np.mean([row.members_inside for row in main]) <= 0.90
    assert 0.70 <= np.mean([row.group_inside for row in main]) <= 0.92
