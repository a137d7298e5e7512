"""What the PVGIS formats share: stamps `20180101:0010` in UTC, a header, a legend at the end, JSON."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np

from acc.arrays import TimeArray
from acc.problem import InputError, Problem
from acc.sites import Position
from profiles.weather.formats.base import MOST_PROBLEMS, WeatherText, broken

REFERENCE = "PVGIS (c) European Union, Joint Research Centre"

STAMP = re.compile(r"(\d{4})(\d{2})(\d{2}):(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class PvgisTable:
    """The hourly rows of an answer: cells by column, and the line of the first row."""

    columns: Mapping[str, Sequence[object]]
    first_line: int

    def column(self, source: WeatherText, name: str) -> Sequence[object]:
        """Return the cells of a column that has to be there."""
        if name not in self.columns:
            message = _("column {name} missing: the file has {known}")
            raise broken(source, message.format(name=name, known=", ".join(self.columns)))
        return self.columns[name]


def read_csv_table(source: WeatherText, first_column: str) -> PvgisTable:
    """Return the rows under the header that starts with `first_column`, up to the blank line after them."""
    lines = source.text.splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith(first_column + ",")]
    if not heads:
        raise broken(source, _("no line of column names starts with {name}").format(name=first_column))
    names = lines[heads[0]].strip().split(",")
    rows: list[list[str]] = []
    for number, cells in enumerate(csv.reader(lines[heads[0] + 1 :]), start=heads[0] + 2):
        if not cells:
            break
        if len(cells) != len(names):
            message = _("{found} values, {wanted} expected: the file may have been cut short")
            raise broken(source, message.format(found=len(cells), wanted=len(names)), number)
        rows.append(cells)
    if not rows:
        raise broken(source, _("no hourly values"))
    return PvgisTable(dict(zip(names, zip(*rows, strict=True), strict=True)), heads[0] + 2)


def read_json(source: WeatherText) -> Mapping[str, Any]:
    """Return the document, or say where it stops being JSON."""
    try:
        document = json.loads(source.text)
    except json.JSONDecodeError as fault:
        message = _("not valid JSON ({fault}): the file may have been cut short")
        raise broken(source, message.format(fault=fault.msg), fault.lineno) from None
    except RecursionError:
        raise broken(source, _("not an answer of PVGIS: nested too deep")) from None
    if not isinstance(document, dict):
        raise broken(source, _("not an answer of PVGIS"))
    return document


def json_table(source: WeatherText, document: Mapping[str, Any], name: str) -> PvgisTable:
    """Return the rows of `outputs.<name>`."""
    rows = dig(document, "outputs", name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise broken(source, _("no hourly values"))
    known = list(rows[0])
    if any(list(row) != known for row in rows):
        raise broken(source, _("the hourly values do not all have the same names"))
    return PvgisTable({key: [row[key] for row in rows] for key in known}, 1)


def dig(document: object, *keys: str) -> object:
    """Return what stands under nested keys, None when it is not there."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def header_number(source: WeatherText, label: str) -> float | None:
    """Return the number after `label:` in the lines before the table, None when it is not there."""
    found = re.search(rf"{re.escape(label)}[^:\n]*:\s*(-?\d+(?:\.\d+)?)", source.head)
    return float(found.group(1)) if found else None


def header_position(source: WeatherText) -> Position | None:
    """Return the place of a CSV answer."""
    return as_position(header_number(source, "Latitude"), header_number(source, "Longitude"))


def as_position(latitude: object, longitude: object) -> Position | None:
    """Return a place from two values that should be coordinates, None when they are not."""
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):
        return None
    return Position(float(latitude), float(longitude))


def read_stamps(source: WeatherText, cells: Sequence[object], first_line: int) -> TimeArray:
    """Return stamps `20180101:0010` (UTC) as datetime64[m].

    Raises:
        InputError: each stamp (the first ones) that is not one, with its line.
    """
    texts = [_iso(cell) for cell in cells]
    faults = [row for row, text in enumerate(texts) if text is None]
    if faults:
        message = _("{value} is not a time: `20180131:0010` is expected")
        raise InputError(
            [
                Problem(source.place(first_line + row), message.format(value=repr(cells[row])))
                for row in faults[:MOST_PROBLEMS]
            ]
        )
    return np.array(texts, dtype="datetime64[m]")


def _iso(cell: object) -> str | None:
    found = STAMP.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    text = f"{year}-{month}-{day}T{hour}:{minute}"
    try:
        np.datetime64(text, "m")
    except ValueError:
        return None
    return text
