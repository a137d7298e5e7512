"""The laws of a plant's output: refitted on the published yields, judged on plants that did not set them.

`python -m benchmarks.yields` prints the bounds of each kind of site that make the interval score least
(width, and ten times what lies outside; Gneiting and Raftery 2007), under the program's law of the model, of
ranges laid around the printed figure as `acc run` lays them.
`held_yields.csv` sets no law: meters of one year, and what had been forecast of the same roofs.
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.quantiles import recentre_quantiles
from acc.sites import Plant, PlantKind, Said
from benchmarks.published import JudgedFigure
from benchmarks.sky_compare import modelled_yield, usual_yield
from profiles.data.sourced_figures import table_rows
from scenarios.entry.folder.raw import RawFolder
from scenarios.operation.draws.draws import drawn_outputs
from scenarios.operation.draws.outputs import DrawnOutputs
from scenarios.operation.draws.settings import MODEL, Spread, SweepChoice, read_sweep

DRAWS = 1000
HELD = Path(__file__).with_name("held_yields.csv")
LOWS, HIGHS = np.arange(0.60, 1.0, 0.02).tolist(), np.arange(1.02, 1.12, 0.02).tolist()
"""Bounds tried of what a site does: the middle stays what is printed, so that it lies between."""

OUTSIDE = 10.0
"""What lies outside a range of eight in ten counts ten times."""


def program_choice() -> SweepChoice:
    """Return what is drawn where a folder says nothing."""
    return read_sweep(RawFolder(Path(), {}, "", (), ()))


def plant_of(row: Mapping[str, str]) -> Plant:
    """Return a plant of which only kind and place are known."""
    tilt, azimuth = (float(row[f"{name}_deg"]) for name in ("tilt", "azimuth"))
    plane = Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth)
    return Plant(
        id=row["name"],
        name=row["name"],
        kwp=1.0,
        kind=PlantKind(row["kind"]),
        planes=(plane,),
        said=Said.GUESS,
    )


def outputs() -> list[DrawnOutputs]:
    """Return the draws of the program, each of all plants."""
    choice = program_choice()
    model, seed = choice.spreads[MODEL], choice.seed
    return [drawn_outputs(model, seed, number) for number in range(DRAWS)]


def judged_yields() -> list[JudgedFigure]:
    """Return each published yield among those drawn of it by the laws that they set."""
    drawn = outputs()
    return [_judged(row, _ratios(plant_of(row), drawn)) for row in table_rows("published_yields.csv")]


def held_rows() -> list[dict[str, str]]:
    """Return the plants that set no law."""
    with HELD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held_yields() -> list[JudgedFigure]:
    """Return each held yield, of one year, among those drawn of it: the sun of a year is drawn as well."""
    drawn, sun = outputs(), _sun()
    return [_judged(row, sun * _ratios(plant_of(row), drawn)) for row in held_rows()]


def _sun() -> FloatArray:
    year = program_choice().spreads["solar_yield"]
    return np.random.default_rng(3).permutation(_quantiles_of(year, (np.arange(DRAWS) + 0.5) / DRAWS))


def left_out() -> list[JudgedFigure]:
    """Return each published yield under the law that the others of its kind set."""
    return [
        _judged(row, near * _quantiles_of(_fitted(others)[0], chance))
        for row, near, chance, others in _each_left_out()
    ]


Parts = tuple[Mapping[str, str], FloatArray, FloatArray]
"""A row, what its model and plane make of it in each draw, and which part of the law of its site it takes."""


def _each_left_out() -> Iterator[tuple[Mapping[str, str], FloatArray, FloatArray, list[Parts]]]:
    for kind, parts in _by_kind().items():
        assert kind
        for n, (row, near, chance) in enumerate(parts):
            yield row, near, chance, parts[:n] + parts[n + 1 :]


def _by_kind() -> dict[str, list[Parts]]:
    drawn, model = outputs(), program_choice().spreads[MODEL]
    rng, even = np.random.default_rng(7), (np.arange(DRAWS) + 0.5) / DRAWS
    by_kind: dict[str, list[Parts]] = {}
    for row in table_rows("published_yields.csv"):
        plane = np.array([one.of_plane(plant_of(row)) for one in drawn])
        near = plane * rng.permutation(_quantiles_of(model, even))
        by_kind.setdefault(row["kind"], []).append((row, near, rng.permutation(even)))
    return by_kind


def _fitted(parts: Sequence[Parts]) -> tuple[Spread, float]:
    """Return the law of a site that makes the mean score least, and that score."""
    tried = [Spread("triangular", 1.0, low, high) for low, high in product(LOWS, HIGHS)]
    scores = [
        float(
            np.mean([_score(_judged(row, near * _quantiles_of(law, chance))) for row, near, chance in parts])
        )
        for law in tried
    ]
    least = int(np.argmin(scores))
    return tried[least], scores[least]


def _score(one: JudgedFigure) -> float:
    """Return the interval score over the middle."""
    outside = max(0.0, one.low - one.published) + max(0.0, one.published - one.high)
    return (one.high - one.low + OUTSIDE * outside) / one.middle


def _quantiles_of(law: Spread, chances: FloatArray) -> FloatArray:
    return np.array([law.quantile(chance) for chance in chances.tolist()])


@lru_cache(maxsize=64)
def _model_kwh(row: tuple[tuple[str, str], ...]) -> float:
    return modelled_yield(dict(row))


def _ratios(plant: Plant, drawn: Sequence[DrawnOutputs]) -> FloatArray:
    return np.array([one.of_model(plant) * one.of_plane(plant) for one in drawn])


def _judged(row: Mapping[str, str], ratios: FloatArray) -> JudgedFigure:
    model = _model_kwh(tuple(row.items()))
    low, middle, high = recentre_quantiles(np.array(model), model * ratios).tolist()
    return JudgedFigure(row["name"], "yield", usual_yield(dict(row)), low, middle, high)


def main() -> None:
    """Print the laws refitted, and how many yields each way of judging covers."""
    for kind, parts in _by_kind().items():
        law, score = _fitted(parts)
        sys.stdout.write(f"site.{kind}: {law.low:.2f} / 1 / {law.high:.2f}, {len(parts)} rows, {score:.3f}\n")
    for title, found in (("own", judged_yields()), ("left out", left_out()), ("held", held_yields())):
        inside, width = sum(one.inside for one in found), np.median([one.width for one in found])
        sys.stdout.write(f"{title}: {inside} of {len(found)}, median width {width:.1%}\n")


if __name__ == "__main__":
    main()
