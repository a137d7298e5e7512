"""The measured shapes that draws are made of, by month, kind of day and hour, and the modes of their error.

Tables made by `benchmarks/measured_shapes.py`: 52 building-years of England's Cambridge University Estates
building energy archive (Langtry and Choudhary 2024, MIT licence), mean powers only, buildings numbered.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import FOLDER, read_figures

MONTHS, KINDS_OF_DAY, HOURS = 12, 2, 24
CELLS = MONTHS * KINDS_OF_DAY * HOURS
SATURDAY = 5
DAYTIME = slice(9, 17)
"""Hours of the clock when panels make most: what a shape does to an operation, in one figure."""


@lru_cache(maxsize=16)
def cell_of_steps(steps: Steps) -> IntArray:
    """Return the cell of each step on the local clock, shape (T,); kept, since every site asks for it.

    >>> from datetime import date
    >>> cell_of_steps(Steps.between(date(2025, 2, 1), date(2025, 2, 2), 60))[:3].tolist()  # a Saturday
    [72, 73, 74]
    """
    calendar = local_calendar(steps)
    weekend = calendar.weekday >= SATURDAY
    cell = np.asarray(((calendar.month - 1) * KINDS_OF_DAY + weekend) * HOURS + calendar.minute // 60)
    cell.flags.writeable = False
    return cell


@lru_cache(maxsize=1)
def usual_hours() -> FloatArray:
    """Hours of each cell in an average year, (CELLS,)."""
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    parts = np.array([5.0, 2.0]) / 7.0
    hours = np.repeat(np.outer(days, parts).ravel(), HOURS)
    hours.flags.writeable = False
    return hours


USUAL_YEARS = FOLDER / "usual_years.npz"
"""kWh of a usual year by profile, made by `benchmarks/usual_years.py`: which needs the sun, so pvlib."""


@lru_cache(maxsize=64)
def profile_kwh(profile: str) -> tuple[FloatArray, FloatArray]:
    """Heating and total consumption by cell under a profile, for 1 kWh in a usual year, (CELLS,) each.

    >>> heating, total = profile_kwh("office")
    >>> round(float(total.sum()), 12), bool(0.0 < heating.sum() < 0.5)
    (1.0, True)
    """
    with np.load(USUAL_YEARS, allow_pickle=False) as file:
        heating, total = file[profile]
    return heating, total


SHAPES, MODES = FOLDER / "measured_shapes.csv", FOLDER / "shape_modes.csv"

MEASURED_KINDS = frozenset({"office", "town-hall"})
"""Profiles of kinds like the buildings that were measured (a university's: offices and teaching rooms)."""

PER_MILLE = 1000.0
LEAST_POWER = 0.002
"""Mean power of a cell over the mean of the year, at least: a logarithm is taken of it."""

WINTER, SUMMER = (1, 2, 3, 11, 12), (6, 7, 8)
"""Months of two of the three seasons of the modes; the others are between."""


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """One building in one year.

    Attributes:
        shape: mean power of each cell over the mean of the year, shape (CELLS,).
    """

    name: str
    year: int
    yearly_kwh: float
    shape: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Measured shapes, J building-years.

    Attributes:
        log_kwh: ln of the yearly kWh of each, shape (J,).
        shape: of each, mean 1 over an average year, shape (J, CELLS).
        middle: their mean, as a shape, (CELLS,).
        own: each over the middle, shape (J, CELLS).
        other_year: a year of a building over another one, less what all have in common, (2 pairs, CELLS).
        other_level: what its kWh are multiplied by from one to the other, likewise, (2 pairs,).
        modes: of the error common to a kind, on logarithms, by `mode_of_cells`, shape (modes, 144).
    """

    log_kwh: FloatArray
    shape: FloatArray
    middle: FloatArray
    own: FloatArray
    other_year: FloatArray
    other_level: FloatArray
    modes: FloatArray

    def likeness(self, yearly_kwh: float) -> FloatArray:
        """Similarity of each measured building to a site of `yearly_kwh` a year, by size alone, (J,)."""
        figures = read_figures("shape_library.csv")
        far = (np.log(max(yearly_kwh, 1.0)) - self.log_kwh) / figures["size_spread"].value
        return np.asarray(np.exp(-(far**2) / 2.0) + figures["least_weight"].value)

    def middle_of(self, likeness: FloatArray) -> FloatArray:
        """Return the mean shape of buildings as they are like a site, (CELLS,): the middle of those drawn."""
        # No matrix product, whose last bits change with the threads of BLAS.
        return np.asarray((self.shape * (likeness / likeness.sum())[:, None]).sum(axis=0))


def library_of(buildings: Sequence[Building], modes: FloatArray) -> Library:
    """Return the library of these buildings; the benchmark makes one of a half of them."""
    hours = usual_hours()
    shape = np.maximum([building.shape for building in buildings], LEAST_POWER)
    # No matrix product, whose last bits change with the threads.
    shape = shape / ((shape * hours).sum(axis=1) / hours.sum())[:, None]
    # By daytime, on which the kWh received depend most: what is next to one in the order is like it.
    order = np.argsort(daytime_share(shape), kind="stable")
    buildings, shape = [buildings[n] for n in order], shape[order]
    middle = shape.mean(axis=0)
    log_kwh = np.log([building.yearly_kwh for building in buildings])
    other_year, other_level = _other_years(buildings, shape, log_kwh)
    return Library(
        log_kwh=log_kwh,
        shape=shape,
        middle=middle,
        own=shape / middle,
        other_year=other_year,
        other_level=other_level,
        modes=modes,
    )


def _other_years(
    buildings: Sequence[Building], shape: FloatArray, log_kwh: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the change of shape and of kWh from one year of a building to another, each way.

    What is usual among the buildings is taken away: a year that is colder for all is no site's own change.
    One building in ten doubles or halves its kWh: the usual change is their median.
    """
    # From the earlier year to the later, whatever the order: else what is usual would be the order's own.
    by_year = sorted(range(len(buildings)), key=lambda n: -buildings[n].year)
    first = {buildings[n].name: n for n in by_year}
    pairs = [(first[building.name], n) for n, building in enumerate(buildings) if first[building.name] != n]
    if not pairs:
        return np.ones((1, shape.shape[1])), np.ones(1)
    change = np.log([shape[after] / shape[before] for before, after in pairs])
    change -= change.mean(axis=0)
    level = np.array([log_kwh[after] - log_kwh[before] for before, after in pairs])
    level -= np.median(level)
    shapes, levels = np.exp(np.vstack([change, -change])), np.exp(np.concatenate([level, -level]))
    order = np.argsort(levels, kind="stable")  # the kWh of another year move more than its shape does
    return shapes[order], levels[order]


def mode_cell(cell: IntArray) -> IntArray:
    """Return the season, kind of day and hour of each cell, as one number from 0 to 143."""
    month = cell // (KINDS_OF_DAY * HOURS) + 1
    season = np.where(np.isin(month, WINTER), 0, np.where(np.isin(month, SUMMER), 2, 1))
    return np.asarray(season * KINDS_OF_DAY * HOURS + cell % (KINDS_OF_DAY * HOURS))


@lru_cache(maxsize=1)
def read_modes() -> FloatArray:
    """Read the modes of measured curves: ratios to their mean, 9 modes by 144 cells."""
    with MODES.open(encoding="utf-8", newline="") as file:
        _head, *rows = csv.reader(file)
    return np.asarray(np.array([[float(cell) for cell in row[1:]] for row in rows]) / PER_MILLE)


@lru_cache(maxsize=1)
def mode_of_cells() -> IntArray:
    """Index of the mode value of each cell, (CELLS,)."""
    return mode_cell(np.arange(CELLS))


@lru_cache(maxsize=1)
def library() -> Library:
    """Return the library that comes with the program."""
    with SHAPES.open(encoding="utf-8", newline="") as file:
        _head, *rows = csv.reader(file)
    buildings = [
        Building(row[0], int(row[1]), float(row[2]), np.array(row[3:], dtype=np.float64) / PER_MILLE)
        for row in rows
    ]
    return library_of(buildings, read_modes())


def daytime_share(shape: FloatArray) -> FloatArray:
    """Return the part of the energy of shapes (N, CELLS) that is used in the middle of the day, (N,)."""
    hours = shape * usual_hours()
    by_hour = hours.reshape(len(shape), -1, HOURS).sum(axis=1)
    # Not a matrix product, whose last bits change with the threads of BLAS.
    return np.asarray(by_hour[:, DAYTIME].sum(axis=1) / by_hour.sum(axis=1))
