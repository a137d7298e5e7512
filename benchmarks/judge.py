"""Ranges judged on measured buildings: shapes of one half of them, truth of the other half.

A drawn curve is even inside a cell (month, kind of day, hour), so that what a group receives under prorata is
a sum over cells: 200 halves take minutes in place of hours. Truth is the measured hourly curve.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.bills.tariff_slots import SlotClock, slot_index
from acc.plant_model import Plane
from acc.quantiles import quantiles
from acc.result.result import NINE_IN_TEN
from benchmarks.measured_shapes import YEARS, building, read_buildings, steps_of
from profiles.pv.plant_output import sun_position, unit_output_kw
from profiles.reference.shape_library import CELLS, Building, Library, cell_of_steps, library_of, read_modes
from profiles.weather.synthetic_year import generated_weather
from scenarios.entry.folder.raw import RawFolder
from scenarios.operation.draws.draws import Draw, draw
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.draws.unknowns import Rule, Unknown, curve_spreads

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDER = Path(os.environ.get("ACC_SHARED_DATA", SHARED)) / "cambridge"
HALVES, DRAWS, GROUP_SIZE = 200, 100, 12
RATIOS = (0.3, 0.6, 1.0)
"""Production over need of the group."""

MEASURED_BAND_RATIO = 0.02
"""Of a curve of grade A."""

ANNUAL, TWO, FOUR = "annual bill", "two postes", "four postes"
KNOWN_YEAR, OTHER_YEAR = "measured curve, kWh of the year known", "measured curve of another year"
BILLS, CURVES = (ANNUAL, TWO, FOUR), (KNOWN_YEAR, OTHER_YEAR)
OFF_PEAK = SlotClock(off_peak=((1320, 360),))
"""Off-peak from 22 to 6 h every day, high season from November to March."""


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """A year of measured buildings.

    Attributes:
        kwh: of each hour, by name of the building.
        cell: of each hour, (T,); `hours` of each cell, (CELLS,).
        made: what a roof makes in each hour, for a year of 1 kWh, (T,).
        made_in_cell: the same by cell, zeros where a cell has fewer hours, (CELLS, most).
        poste: of each cell: high or low season and full or off-peak hours, (CELLS,).
    """

    number: int
    kwh: Mapping[str, FloatArray]
    cell: IntArray
    hours: FloatArray
    made: FloatArray
    made_in_cell: FloatArray
    poste: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One group in one year under one ratio of production: is truth inside P10 to P90, and how wide are they.

    Attributes:
        half: number of the random half; `common` the common part that was drawn.
        error: of what is printed, mean over members, a ratio.
        printed_gap: of what a run prints for the group, over the truth less 1; `middle_gap` the same of the
            middle of the draws, before they are laid around it.
        part_below: of the draws below the truth, of each member; of the group.
    """

    known: str
    common: float
    half: int
    year: int
    ratio: float
    members_inside: float
    members_width: float
    group_inside: float
    group_width: float
    error: float
    part_below: FloatArray
    group_part_below: float
    printed_gap: float
    middle_gap: float


@lru_cache(maxsize=2)
def year_of(number: int) -> Year:
    """Return a year of buildings and its sun."""
    steps = steps_of(number)
    weather = generated_weather(steps)
    sun = sun_position(weather.steps, weather.position)
    output = unit_output_kw(Plane(surface_tilt_deg=20.0, surface_azimuth_deg=180.0), weather, sun)
    made, cell = output / output.sum(), cell_of_steps(steps)
    slots = slot_index(steps, OFF_PEAK)
    poste = np.zeros(CELLS, dtype=np.int64)
    poste[cell] = slots
    assert np.array_equal(poste[cell], slots)  # a cell lies in one poste
    hours = np.bincount(cell, minlength=CELLS)
    padded = np.zeros((CELLS, int(hours.max())))
    order = np.argsort(cell, kind="stable")
    rank = np.arange(len(cell)) - np.searchsorted(cell[order], cell[order])
    padded[cell[order], rank] = made[order]
    return Year(number, read_buildings(FOLDER, number), cell, hours.astype(np.float64), made, padded, poste)


def received(load: FloatArray, made: FloatArray) -> FloatArray:
    """Return what each load (N, T) receives of a production (T,) under prorata, shape (N,)."""
    total = load.sum(axis=0)
    part = np.divide(np.minimum(made, total), total, out=np.zeros_like(total), where=total > 0.0)
    kwh: FloatArray = (load * part).sum(axis=1)
    return kwh


def received_by_cell(power: FloatArray, made_in_cell: FloatArray) -> FloatArray:
    """Return the same for loads even inside each cell, (D, N, CELLS): shape (D, N)."""
    total = power.sum(axis=1)
    shared = np.minimum(made_in_cell, total[:, :, None]).sum(axis=2)
    part = np.divide(shared, total, out=np.zeros_like(total), where=total > 0.0)
    kwh: FloatArray = (power * part[:, None]).sum(axis=2)
    return kwh


def billed(shape: FloatArray, bill: FloatArray, part: IntArray, hours: FloatArray) -> FloatArray:
    """Return mean powers by cell that have the kWh of a bill (N, parts), from shapes (D, N, CELLS)."""
    power = np.empty_like(shape)
    for one in range(bill.shape[1]):
        at = part == one
        if not at.any():  # no such poste in the contract
            continue
        kwh = (shape[:, :, at] * hours[at]).sum(axis=2)
        power[:, :, at] = shape[:, :, at] * (bill[:, one] / kwh)[:, :, None]
    return power


def parts_of(known: str, poste: IntArray) -> IntArray:
    """Return the part of the bill of each cell: the year, full and off-peak hours, or four postes."""
    if known == TWO:
        return poste % 2
    return poste if known == FOUR else np.zeros_like(poste)


def halves_of(count: int) -> Iterator[tuple[int, Library, list[str], dict[tuple[str, int], Building]]]:
    """Yield each random half: its number, the library of the other half, who is judged, all shapes."""
    shapes = {
        (name, number): building(name, number, kwh)
        for number in YEARS
        for name, kwh in year_of(number).kwh.items()
    }
    names = sorted({name for name, _year in shapes})
    for half in range(count):
        mixed = np.random.default_rng(half).permutation(names).tolist()
        fitted, left = set(mixed[: len(names) // 2]), mixed[len(names) // 2 :]
        library = library_of([one for (name, _y), one in shapes.items() if name in fitted], read_modes())
        yield half, library, left, shapes


def judge_bills(common: float, *, halves: int = HALVES, draws: int = DRAWS) -> list[Judged]:
    """Return every group judged, each member an office of which only a bill is known."""
    rows: list[Judged] = []
    for half, library, left, _shapes in halves_of(halves):
        for year in map(year_of, YEARS):
            load = np.stack([year.kwh[name] for name in left if name in year.kwh][:GROUP_SIZE])
            shape = office_shapes(load, half, library, common, draws)
            for known in BILLS:
                part = parts_of(known, year.poste)
                bill = np.stack([np.bincount(part[year.cell], one, part.max() + 1) for one in load])
                power = billed(shape, bill, part, year.hours)
                printed = billed(run_shapes(load, library), bill, part, year.hours)
                rows += _judged(year, load, power, printed, known, common, half)
    return rows


def office_shapes(
    load: FloatArray, half: int, library: Library, common: float, draws: int = DRAWS
) -> FloatArray:
    """Return the shapes drawn of members (N, T) of which only a bill is known, (D, N, CELLS)."""
    unknowns = {
        str(n): Unknown(Rule.MEASURED, "measured", 1, common, 0.0, 0.0, library.likeness(bill))
        for n, bill in enumerate(load.sum(axis=1).tolist())
    }
    return np.stack([_shape(one) for one in _draws(_choice(), half, draws, unknowns, library)])


def run_shapes(load: FloatArray, library: Library) -> FloatArray:
    """Return the shapes that a run takes for members (N, T), (1, N, CELLS)."""
    return np.stack([library.middle_of(library.likeness(one)) for one in load.sum(axis=1).tolist()])[None]


def judge_curves(*, halves: int = HALVES, draws: int = DRAWS) -> list[Judged]:
    """Return every group judged, each member known by its measured curve of the other year."""
    choice, rows, spreads = _choice(), [], curve_spreads()
    for half, library, left, shapes in halves_of(halves):
        for number, other in (YEARS, YEARS[::-1]):
            year = year_of(number)
            both = [n for n in left if (n, number) in shapes and (n, other) in shapes][:GROUP_SIZE]
            load = np.stack([year.kwh[name] for name in both])
            before = [shapes[name, other] for name in both]
            level = MEASURED_BAND_RATIO / NINE_IN_TEN
            unknowns = {
                str(n): Unknown(
                    Rule.OTHER_YEAR,
                    "other-year",
                    1,
                    spreads["common.other-year"],
                    0.0,
                    level,
                    library.likeness(one.yearly_kwh),
                    changes=True,
                )
                for n, one in enumerate(before)
            }
            drawn = _draws(choice, half, draws, unknowns, library)
            shape = np.stack([_shape(one) for one in drawn]) * np.stack([one.shape for one in before])
            whole = np.zeros_like(year.poste)
            known_year = billed(shape, load.sum(axis=1)[:, None], whole, year.hours)
            kept = billed(shape, np.array([[one.yearly_kwh] for one in before]), whole, year.hours)
            factor = np.array([list(one.load_ratio.values()) for one in drawn])
            common = spreads["common.other-year"]
            stands = np.stack([one.shape for one in before])[None]
            as_billed = billed(stands, load.sum(axis=1)[:, None], whole, year.hours)
            as_metered = billed(stands, np.array([[one.yearly_kwh] for one in before]), whole, year.hours)
            rows += _judged(year, load, known_year, as_billed, KNOWN_YEAR, common, half)
            drifted = kept * factor[:, :, None]
            rows += _judged(year, load, drifted, as_metered, OTHER_YEAR, common, half)
    return rows


def _choice() -> SweepChoice:
    return read_sweep(RawFolder(Path(), {}, "", (), ()))


def _draws(
    choice: SweepChoice, half: int, count: int, unknowns: Mapping[str, Unknown], library: Library
) -> list[Draw]:
    return [draw(choice, number, unknowns, library) for number in range(1000 * half, 1000 * half + count)]


def _shape(drawn: Draw) -> FloatArray:
    return np.stack(list(drawn.shape.values()))


def _judged(
    year: Year,
    load: FloatArray,
    power: FloatArray,
    printed: FloatArray,
    known: str,
    common: float,
    half: int,
) -> Iterator[Judged]:
    for ratio in RATIOS:
        scale = ratio * float(load.sum())
        truth = received(load, scale * year.made)
        drawn = received_by_cell(power, scale * year.made_in_cell)
        run = received_by_cell(printed, scale * year.made_in_cell)[0]
        found, of_group = draws_around(run, drawn), draws_around(run.sum(), drawn.sum(axis=1))
        inside, width = inside_and_width(truth, run, found)
        whole = inside_and_width(truth.sum(keepdims=True), run.sum(keepdims=True), of_group[:, None])
        yield Judged(
            known=known,
            common=common,
            half=half,
            year=year.number,
            ratio=ratio,
            members_inside=float(inside.mean()),
            members_width=float(width.mean()),
            group_inside=float(whole[0][0]),
            group_width=float(whole[1][0]),
            error=float(np.abs(run / truth - 1.0).mean()),
            part_below=(found < truth).mean(axis=0),
            group_part_below=float((of_group < truth.sum()).mean()),
            printed_gap=float(run.sum() / truth.sum() - 1.0),
            middle_gap=float(np.median(drawn.sum(axis=1)) / truth.sum() - 1.0),
        )


def draws_around(run: FloatArray | float, drawn: FloatArray) -> FloatArray:
    """Return draws (D, ...) around what a run prints, as `acc.quantiles.laid_around` lays P10 and P90."""
    laid: FloatArray = drawn + (run - quantiles(drawn)[1])
    return laid


def inside_and_width(truth: FloatArray, run: FloatArray, found: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return whether each truth (N,) lies inside P10 to P90 of draws (D, N), and the widths over the run."""
    low, _middle, high = quantiles(found)
    return ((truth >= low) & (truth <= high)).astype(np.float64), (high - low) / run


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is printed of many groups judged; ratios.

    Attributes:
        lowest_year, group_lowest_year: coverage in the year where it is lowest.
        halves_deviation: of the coverage of members, over the halves.
        printed_gap, middle_gap: of what a run prints for the group, of the middle of draws, mean.
    """

    members_inside: float
    lowest_year: float
    halves_deviation: float
    members_width: float
    error: float
    group_inside: float
    group_lowest_year: float
    group_width: float
    printed_gap: float
    middle_gap: float


def told(rows: Sequence[Judged], known: str, common: float, ratio: float) -> Told:
    """Return coverage and width of what is known of members, under a common part and a ratio."""
    of = [row for row in rows if (row.known, row.common, row.ratio) == (known, common, ratio)]
    by_half = [
        float(np.mean([row.members_inside for row in of if row.half == half]))
        for half in sorted({row.half for row in of})
    ]

    def lowest(name: str) -> float:
        years = [np.mean([getattr(row, name) for row in of if row.year == year]) for year in YEARS]
        return float(min(years))

    def mean(name: str) -> float:
        return float(np.mean([getattr(row, name) for row in of]))

    return Told(
        members_inside=mean("members_inside"),
        lowest_year=lowest("members_inside"),
        halves_deviation=float(np.std(by_half)),
        members_width=mean("members_width"),
        error=mean("error"),
        group_inside=mean("group_inside"),
        group_lowest_year=lowest("group_inside"),
        group_width=mean("group_width"),
        printed_gap=mean("printed_gap"),
        middle_gap=mean("middle_gap"),
    )


def judge_all(*, halves: int = HALVES, draws: int = DRAWS) -> list[Judged]:
    """Return everything: bills with the common part of the program and without, measured curves."""
    common = curve_spreads()["common.measured"]
    rows = [row for part in (common, 0.0) for row in judge_bills(part, halves=halves, draws=draws)]
    return rows + judge_curves(halves=halves, draws=draws)
