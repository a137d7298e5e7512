"""Figures that models rest on: rows `name, value, unit, source` of `profiles/data`, never numbers in code."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray

FOLDER = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class SourcedFigure:
    """One row: a value in `unit`, and where it comes from."""

    name: str
    value: float
    unit: str
    source: str


def table_rows(file: str) -> list[dict[str, str]]:
    """Return the lines of `profiles/data/<file>`, cells by column."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@lru_cache(maxsize=8)
def read_figures(file: str) -> Mapping[str, SourcedFigure]:
    """Return the rows of `profiles/data/<file>` by name, in the order of the file.

    >>> read_figures("weather.csv")["wind_speed"].value
    2.5
    """
    rows = table_rows(file)
    figures = [SourcedFigure(r["name"], float(r["value"]), r["unit"], r["source"]) for r in rows]
    return MappingProxyType({figure.name: figure for figure in figures})


def numbered(figures: Mapping[str, SourcedFigure], name: str, count: int) -> FloatArray:
    """Return the values of `<name>1` to `<name><count>`, shape (count,).

    >>> float(numbered(read_figures("weather.csv"), "temperature_", 12)[0])
    5.73
    """
    return np.array([figures[f"{name}{n}"].value for n in range(1, count + 1)])
