"""What every weather reader returns: hourly values as the file gives them, and what they mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, TimeArray
from acc.problem import InputError, Problem, refuse
from acc.sites import Position
from acc.steps import LAST_YEAR
from profiles.files.open_file import check_memory
from profiles.text.delimited import parsed_bytes

MOST_PROBLEMS = 20
"""Faults listed of one file: beyond that, the first ones say enough."""

OLDEST_YEAR = 1940
"""Of a weather file: that of the oldest reanalyses."""


def moment_of(text: str) -> np.datetime64:
    """Return a time `2024-01-31T23` or `2024-01-31T23:10` as datetime64[m].

    Raises:
        ValueError: no time, or one of a year of which there is no weather.
    """
    moment = np.datetime64(text, "m")
    if not OLDEST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(text)
    return moment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeatherRecord:
    """A weather file as read, arrays of shape (n,), one value an hour.

    Attributes:
        title: name of the format for a person, already translated.
        position: None when the file does not say where it is.
        typical: a year made of months of different years, good for any year.
        starts_utc: start of the hour of each value, datetime64[m]; ascending unless `typical`.
        light_minutes: from that start to the moment the irradiance stands for: 30 for a mean over the hour,
            10 for a PVGIS instant of ten past.
        air_minutes: the same for the temperature and the wind.
        ghi, dhi: W/m2; nan where missing. `dhi` is None when the file only has the global.
        temp_air_c, wind_speed_m_s: nan where missing; `wind_speed_m_s` is None when there is none at all.
    """

    title: str
    position: Position | None
    typical: bool
    starts_utc: TimeArray
    light_minutes: float
    air_minutes: float
    ghi: FloatArray
    dhi: FloatArray | None
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray | None
    reference: str
    notes: tuple[str, ...] = ()

    def place(self, name: str, position: Position | None) -> Position:
        """Position stated in the file `name`, else that of the operation.

        Raises:
            InputError: neither is known.
        """
        place = self.position or position
        if place is None:
            message = _("the file does not say its place: give latitude and longitude in [weather]")
            raise InputError([Problem(name, message)])
        return place


@dataclass(frozen=True, slots=True)
class WeatherText:
    """The text of a file, its name for messages, and the station asked for in a file of several."""

    name: str
    text: str
    station: str | None = None

    @property
    def head(self) -> str:
        """The first part of the text, enough to know what it is."""
        return self.text[:20_000]

    def place(self, line: int) -> str:
        """Place of a line, as shown to a person."""
        return _("{file}, line {line}").format(file=self.name, line=line)

    def fault(self, message: str, line: int | None = None) -> InputError:
        """Return the error of one fault, to be raised."""
        return InputError([Problem(self.name if line is None else self.place(line), message)])


def way_out() -> str:
    """What to do about a weather file that is too large."""
    return _("keep the years that are needed, or one station")


def check_parsed(source: WeatherText, needed_bytes: int | None = None) -> None:
    """Refuse a text of which too much would be parsed; what is parsed of all its marks when None.

    Raises:
        InputError: it would take more memory than one file may.
    """
    needed = parsed_bytes(source.text) if needed_bytes is None else needed_bytes
    check_memory(source.name, len(source.text), needed, way_out())


@dataclass(frozen=True, slots=True)
class WeatherFormat:
    """One line of the table of formats."""

    name: str
    recognises: Callable[[WeatherText], bool]
    read: Callable[[WeatherText], WeatherRecord]


def numbers(
    source: WeatherText,
    name: str,
    cells: Sequence[object],
    bounds: tuple[float, float],
    *,
    first_line: int = 1,
    missing: float | None = None,
) -> FloatArray:
    """Return the cells as numbers within `bounds`, nan where the cell is empty or at or above `missing`.

    Raises:
        InputError: each cell (the first ones) that is not a number or out of bounds, with its line.
    """
    values = _numbers(cells)
    bad = np.isinf(values)
    if missing is not None:
        values = np.where(values >= missing, np.nan, values)
    bad |= (values < bounds[0]) | (values > bounds[1])
    message = _("{name} is {value}: a number from {low:g} to {high:g} is expected")
    rows = np.flatnonzero(bad)[:MOST_PROBLEMS].tolist()
    texts = [message.format(name=name, value=repr(cells[n]), low=bounds[0], high=bounds[1]) for n in rows]
    refuse([Problem(source.place(first_line + n), text) for n, text in zip(rows, texts, strict=True)])
    return values


def _numbers(cells: Sequence[object]) -> FloatArray:
    """Return the cells as numbers; in one go when all are plain, one by one otherwise."""
    if all(type(cell) is str for cell in cells):
        try:
            return np.array(cells, dtype=np.float64)
        except ValueError:
            pass
    return np.array([number(cell) for cell in cells], dtype=np.float64)


def as_position(latitude: object, longitude: object) -> Position | None:
    """Return a place from two cells that should be coordinates, None when they are not."""
    latitude_deg, longitude_deg = number(latitude), number(longitude)
    if not (-90.0 <= latitude_deg <= 90.0 and -180.0 <= longitude_deg <= 180.0):
        return None
    return Position(latitude_deg, longitude_deg)


def number(cell: object) -> float:
    """Return a cell as a number, nan when it is empty, inf when it is not a number."""
    if isinstance(cell, str):
        cell = cell.strip().replace(",", ".")
        if not cell:
            return float("nan")
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return float("inf")
    try:
        value = float(cell)
    except ValueError:
        return float("inf")
    return float("inf") if np.isinf(value) else value


IRRADIANCE = (-1.0, 1600.0)
"""Bounds of an irradiance in W/m2: -0.0 is seen, and clouds lift a global above a clear sky briefly."""

TEMPERATURE = (-60.0, 60.0)
WIND = (0.0, 75.0)
