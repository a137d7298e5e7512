"""Make `profiles/data/measured_shapes.csv` and `shape_modes.csv` again from the measured buildings.

`python benchmarks/measured_shapes.py FOLDER`: FOLDER holds `calibration_2018.csv` and `calibration_2019.csv`
(hourly kWh, one column a building, winter time of England). A step keeps the hour that the clock showed
there, taken as the hour of a French clock: people live by clocks.
"""

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.steps import Steps
from profiles.reference.load import reference_load
from profiles.reference.shape_library import CELLS, HOURS, MODES, SHAPES, Building, cell_of_steps, mode_cell

YEARS = (2018, 2019)
DAYTIME = ("town-hall", "office", "primary-school", "college", "workshop", "metalworking")
DAYTIME = (*DAYTIME, "shop", "supermarket", "hotel-restaurant")
"""The kinds whose differences make the modes of the common part."""

PER_MILLE = 1000


def steps_of(year: int) -> Steps:
    """Return the hours of a year, on which the measured curves are laid."""
    return Steps.between(date(year, 1, 1), date(year + 1, 1, 1), 60)


def read_buildings(folder: Path, year: int) -> dict[str, FloatArray]:
    """Return the kWh of each hour of each building, by its name."""
    with (folder / f"calibration_{year}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    kwh = np.array([[float(cell) for cell in row[1:]] for row in rows])
    return {name.removesuffix("_kwh"): kwh[:, n] for n, name in enumerate(head[1:])}


def building(name: str, year: int, kwh: FloatArray) -> Building:
    """Return the shape of a building in a year: mean power by cell over the mean of the year."""
    cell = cell_of_steps(steps_of(year))
    mean = np.bincount(cell, kwh, CELLS) / np.bincount(cell, minlength=CELLS)
    return Building(name, year, float(kwh.sum()), mean / kwh.mean())


def modes() -> FloatArray:
    """Return how daytime kinds differ: ln of mean power by season, kind of day and hour, less their mean."""
    steps = steps_of(2025)
    cell = mode_cell(cell_of_steps(steps))
    curves = [
        reference_load(
            kind, steps, annual_kwh=1e5, position=None, temperature_c=None, seed=24, site_id=kind
        ).kwh
        for kind in DAYTIME
    ]
    logs = np.log([np.bincount(cell, kwh) / np.bincount(cell) for kwh in curves])
    spread: FloatArray = (logs - logs.mean(axis=0)) / np.sqrt(len(DAYTIME) - 1)
    return spread


def write(path: Path, head: list[str], rows: list[list[object]]) -> None:
    """Write a table of whole numbers."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main(folder: Path) -> None:
    """Write both tables; buildings are numbered, never named."""
    found = [(name, year, kwh) for year in YEARS for name, kwh in read_buildings(folder, year).items()]
    numbers = {name: n for n, name in enumerate(sorted({name for name, _year, _kwh in found}), 1)}
    rows: list[list[object]] = []
    for name, year, kwh in found:
        made = building(str(numbers[name]), year, kwh)
        cells = np.rint(made.shape * PER_MILLE).astype(int).tolist()
        rows.append([made.name, year, round(made.yearly_kwh), *cells])
    write(SHAPES, ["building", "year", "kwh", *(f"c{n}" for n in range(CELLS))], rows)
    spread = np.rint(modes() * PER_MILLE).astype(int)
    seasons = spread.shape[1]
    kinds: list[list[object]] = [[kind, *row] for kind, row in zip(DAYTIME, spread.tolist(), strict=True)]
    write(
        MODES, ["kind", *(f"s{n // (2 * HOURS)}d{n // HOURS % 2}h{n % HOURS}" for n in range(seasons))], kinds
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
