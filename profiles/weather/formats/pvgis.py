"""The PVGIS formats, CSV and JSON: the typical year, and the hourly series of real years.

They share stamps `20180101:0010` in UTC, a header, a legend at the end, and their JSON.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from json import JSONDecodeError
from typing import Any

import numpy as np

from acc.arrays import FloatArray, JsonValue, TimeArray
from acc.problem import Problem, refuse
from profiles.text.delimited import parse_json, rows_of
from profiles.weather.formats.base import (
    IRRADIANCE,
    MOST_PROBLEMS,
    TEMPERATURE,
    WIND,
    WeatherFormat,
    WeatherRecord,
    WeatherText,
    as_position,
    check_parsed,
    moment_of,
    numbers,
)

REFERENCE = "PVGIS (c) European Union, Joint Research Centre"

STAMP = re.compile(r"(\d{4})(\d{2})(\d{2}):(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class PvgisAnswer:
    """An answer of PVGIS, CSV or JSON: its hourly cells by column, and what stands beside them.

    Attributes:
        times: name of the column of stamps.
        first_line: line of the first row.
        document: of a JSON answer, None for CSV.
    """

    source: WeatherText
    times: str
    columns: Mapping[str, Sequence[object]]
    first_line: int
    document: Mapping[str, JsonValue] | None

    def column(self, name: str) -> Sequence[object]:
        """Return the cells of a column that has to be there."""
        if name not in self.columns:
            message = _("column {name} missing: the file has {known}")
            raise self.source.fault(message.format(name=name, known=", ".join(self.columns)))
        return self.columns[name]

    def values(self, name: str, bounds: tuple[float, float]) -> FloatArray:
        """Return a column as numbers within `bounds`, shape (n,), nan where a cell is empty."""
        return numbers(self.source, name, self.column(name), bounds, first_line=self.first_line)

    def number(self, label: str, *keys: str) -> float | None:
        """Return the number after `label:` above a CSV table, or under `inputs` in JSON; None without one."""
        if self.document is not None:
            value = dig(self.document, "inputs", *keys)
            return float(value) if isinstance(value, int | float) else None
        match = re.search(rf"{re.escape(label)}[^:\n]*:\s*(-?\d+(?:\.\d+)?)", self.source.head)
        return float(match.group(1)) if match else None

    def record(
        self, *, typical: bool, light_minutes: float | None, ghi: FloatArray, dhi: FloatArray | None
    ) -> WeatherRecord:
        """Return the hours; `light_minutes` None where the stamps themselves say the moment of the light."""
        stamps = read_stamps(self.source, self.column(self.times), self.first_line)
        hours = stamps.astype("datetime64[h]").astype("datetime64[m]")
        usual_minutes = float(np.median((stamps - hours).astype(np.int64)))
        return WeatherRecord(
            title=pvgis_title(typical=typical),
            position=as_position(*(self.number(c.title(), "location", c) for c in ("latitude", "longitude"))),
            typical=typical,
            starts_utc=hours,
            light_minutes=usual_minutes if light_minutes is None else light_minutes,
            air_minutes=0.0,
            ghi=ghi,
            dhi=dhi,
            temp_air_c=self.values("T2m", TEMPERATURE),
            wind_speed_m_s=self.values("WS10m", WIND),
            reference=REFERENCE,
        )


def pvgis_title(*, typical: bool) -> str:
    """Title of a PVGIS answer, translated."""
    return _("typical year of PVGIS") if typical else _("hourly series of PVGIS")


def read_answer(
    source: WeatherText, times: str, table: str, document: Mapping[str, JsonValue] | None = None
) -> PvgisAnswer:
    """Return the answer of a file, or of a `document` that is parsed already.

    Args:
        times: name of the first column.
        table: name of the hourly values in JSON.
    """
    check_parsed(source)
    if document is None and is_json(source):
        document = read_json(source)
    if document is None:
        columns, first_line = read_csv_columns(source, times)
    else:
        columns, first_line = json_columns(source, document, table), 1
    return PvgisAnswer(source, times, columns, first_line, document)


def is_json(source: WeatherText) -> bool:
    """Return whether a text can only be JSON."""
    return source.head.lstrip().startswith("{")


def read_csv_columns(source: WeatherText, first_column: str) -> tuple[Mapping[str, Sequence[object]], int]:
    """Return the columns under the header that starts with `first_column`, and the line of the first row."""
    lines = source.text.splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith(first_column + ",")]
    if not heads:
        raise source.fault(_("no line of column names starts with {name}").format(name=first_column))
    names = lines[heads[0]].strip().split(",")
    rows: list[list[str]] = []
    for number, cells in enumerate(rows_of(source.name, lines[heads[0] + 1 :]), start=heads[0] + 2):
        if not cells:
            break
        if len(cells) != len(names):
            message = _("{found} values, {wanted} expected: the file may have been cut short")
            raise source.fault(message.format(found=len(cells), wanted=len(names)), number)
        rows.append(cells)
    if not rows:
        raise source.fault(_("no hourly values"))
    return dict(zip(names, zip(*rows, strict=True), strict=True)), heads[0] + 2


def read_json(source: WeatherText) -> Mapping[str, Any]:
    """Return the document, or say where it stops being JSON."""
    try:
        document = parse_json(source.text)
    except JSONDecodeError as fault:
        message = _("not valid JSON ({fault}): the file may have been cut short")
        raise source.fault(message.format(fault=fault.msg), fault.lineno) from None
    if not isinstance(document, dict):
        raise source.fault(_("not an answer of PVGIS"))
    return document


def json_columns(
    source: WeatherText, document: Mapping[str, Any], name: str
) -> Mapping[str, Sequence[object]]:
    """Return the columns of the rows `outputs.<name>`."""
    rows = dig(document, "outputs", name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise source.fault(_("no hourly values"))
    known = list(rows[0])
    if any(list(row) != known for row in rows):
        raise source.fault(_("the hourly values do not all have the same names"))
    return {key: [row[key] for row in rows] for key in known}


def dig(document: object, *keys: str) -> object:
    """Value under nested keys, None when absent."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def read_stamps(source: WeatherText, cells: Sequence[object], first_line: int) -> TimeArray:
    """Return stamps `20180101:0010` (UTC) as datetime64[m].

    Raises:
        InputError: each stamp (the first ones) that is not one, with its line.
    """
    texts = [_iso(cell) for cell in cells]
    faults = [row for row, text in enumerate(texts) if text is None]
    message = _("{value} is not a time: `20180131:0010` is expected")
    values = {row: message.format(value=repr(cells[row])) for row in faults[:MOST_PROBLEMS]}
    refuse([Problem(source.place(first_line + row), text) for row, text in values.items()])
    return np.array(texts, dtype="datetime64[m]")


def _iso(cell: object) -> str | None:
    match = STAMP.fullmatch(cell) if isinstance(cell, str) else None
    text = match.expand(r"\1-\2-\3T\4:\5") if match else "-"
    try:
        moment_of(text)
    except ValueError:
        return None
    return text


def is_hourly(source: WeatherText) -> bool:
    """Return whether the file is a PVGIS hourly series."""
    if is_json(source):
        return '"hourly"' in source.head and '"meteo_data"' in source.head
    return re.search(r"^time,.*\bH_sun\b", source.head, flags=re.MULTILINE) is not None


def read_hourly(source: WeatherText, document: Mapping[str, JsonValue] | None = None) -> WeatherRecord:
    """Return the hourly series; of `document` where it is parsed already.

    Raises:
        InputError: a plane that is not horizontal, since a weather needs what falls on the ground.
    """
    answer = read_answer(source, "time", "hourly", document)
    slope_deg = answer.number("Slope", "mounting_system", "fixed", "slope", "value")
    if slope_deg != 0.0:
        plane = _("a tracker") if slope_deg is None else _("a slope of {deg:g} degrees").format(deg=slope_deg)
        message = _(
            "{found}: a weather needs the horizontal plane. Download it again with slope 0, azimuth 0 and "
            "`Radiation components` ticked, or the typical year (TMY)"
        )
        raise source.fault(message.format(found=plane))
    if "Gb(i)" in answer.columns:
        beam, dhi = answer.values("Gb(i)", IRRADIANCE), answer.values("Gd(i)", IRRADIANCE)
        return answer.record(typical=False, light_minutes=None, ghi=beam + dhi, dhi=dhi)
    return answer.record(typical=False, light_minutes=None, ghi=answer.values("G(i)", IRRADIANCE), dhi=None)


HOURLY = WeatherFormat("pvgis-hourly", is_hourly, read_hourly)


def is_tmy(source: WeatherText) -> bool:
    """Return whether the file is a PVGIS typical year."""
    head = source.head
    return '"tmy_hourly"' in head if is_json(source) else "time(UTC)" in head and "G(h)" in head


def read_tmy(source: WeatherText, document: Mapping[str, JsonValue] | None = None) -> WeatherRecord:
    """Return the typical year; of `document` where it is parsed already."""
    answer = read_answer(source, "time(UTC)", "tmy_hourly", document)
    offset_h = answer.number("Irradiance Time Offset (h)", "location", "irradiance_time_offset")
    return answer.record(
        typical=True,
        light_minutes=30.0 if offset_h is None else offset_h * 60.0,
        ghi=answer.values("G(h)", IRRADIANCE),
        dhi=answer.values("Gd(h)", IRRADIANCE),
    )


TMY = WeatherFormat("pvgis-tmy", is_tmy, read_tmy)
