"""What a format reader is given and what it gives back: a file in memory, series as written in it, units."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from gettext import gettext as _
from typing import Literal, TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.problem import InputError, Problem

Stamp: TypeAlias = Literal["start", "end"]
Clock: TypeAlias = Literal["paris", "winter", "utc"]
Kind: TypeAlias = Literal["consumption", "production"]

SHOWN_FAULTS = 10
"""Faults of one kind shown for one file; the others are counted."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person knows better than the file; None leaves it to the format.

    Attributes:
        stamp: whether a stamp marks the start or the end of its step (SGE web-service proxies: start).
        clock: what a stamp without offset shows: the wall clock of Paris, UTC+1 all year (winter), or UTC.
        unit: unit of the values where the file does not say it (W, kW, MW, Wh, kWh, MWh).
    """

    stamp: Stamp | None = None
    clock: Clock | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CurveFile:
    """A file in memory: `name` for messages (meter numbers masked), its bytes, its text where it has one."""

    name: str
    data: bytes
    text: str | None
    options: ReadOptions = ReadOptions()

    @property
    def head(self) -> str:
        """The beginning of the text, where formats are recognised; empty for a binary file."""
        return (self.text or "")[:4000]

    def named_with(self, option: str) -> str:
        """Return the name with one more option, as the cell of a curve has it: `x.csv?unit=kW&clock=utc`."""
        given = {field.name: getattr(self.options, field.name) for field in fields(self.options)}
        return f"{self.name}?" + "&".join(
            [*(f"{name}={word}" for name, word in given.items() if word), option]
        )

    def at(self, line: int, word: str | None = None) -> str:
        """Return the path of a fault: the file and the line (or another `word`, with its own {line})."""
        return f"{self.name}, " + (word or _("line {line}")).format(line=line)

    def fault(self, message: str, line: int | None = None) -> InputError:
        """Return the error of one fault, to be raised."""
        return InputError([Problem(self.name if line is None else self.at(line), message)])


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Stamps as written: the clock reading, datetime64[s], and the offset from UTC in minutes, if any."""

    clock: TimeArray
    offset_minutes: IntArray | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """What a file says of one series besides its stamps and values; arrays of shape (R,), one item a row.

    Attributes:
        column: how a person names this series in `file#column`.
        minutes: length of each step where the file tells it, else None: found from the stamps.
        newest_first: the format goes back in time by habit; elsewhere that is a fault.
        place: words around the row number in messages ("line {line}" where None).
    """

    column: str
    unit: str
    stamp: Stamp = "end"
    minutes: IntArray | None = None
    estimated: BoolArray | None = None
    prm: str | None = None
    kind: Kind = "consumption"
    notes: tuple[str, ...] = ()
    newest_first: bool = False
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading(Series):
    """One series of a file, as written there; arrays of shape (R,), one item a row.

    Attributes:
        lines: where each row stands in the file.
        values: NaN where the file says that the value is missing.
    """

    lines: IntArray
    moments: Moments
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Format:
    """One line of the table of formats.

    Attributes:
        name: short fixed name, printed by `acc look`.
        title: what it is, marked for the catalogue.
        detect: whether the content is of this format; looks at the beginning only, raises nothing.
        read: the series of the file.
        is_refused: recognised only to say that it is not a load curve.
    """

    name: str
    title: str
    detect: Callable[[CurveFile], bool]
    read: Callable[[CurveFile], Sequence[Reading]]
    is_refused: bool = False


def fault_list(
    source: CurveFile, lines: Iterable[int], message: Callable[[int], str], place: str | None = None
) -> list[Problem]:
    """Return one Problem for each faulty line, `message(index)`; past the first ones, a count."""
    rows = list(lines)
    problems = [
        Problem(source.at(line, place), message(index)) for index, line in enumerate(rows[:SHOWN_FAULTS])
    ]
    if len(rows) > SHOWN_FAULTS:
        more = _("the same fault on other lines: {n}").format(n=len(rows) - SHOWN_FAULTS)
        problems.append(Problem(source.name, more))
    return problems


def all_false(count: int) -> BoolArray:
    """Return a mask of `count` False."""
    return np.zeros(count, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class CurveUnit:
    """A unit of mean power over the step (`is_power`), or of its energy; `scale_ratio` over kW or kWh."""

    name: str
    scale_ratio: float
    is_power: bool

    def energy_kwh(self, values: FloatArray, minutes: IntArray) -> FloatArray:
        """Return the kWh of intervals of `minutes`, arrays of shape (R,).

        >>> import numpy as np
        >>> UNITS["w"].energy_kwh(np.array([1200.0]), np.array([30])).item()
        0.6
        """
        if self.is_power:
            return values * self.scale_ratio * (minutes / 60.0)
        return values * self.scale_ratio


NORMALISED = "W/MWh"
"""Mean W for 1 MWh a year: a shape, to be scaled to a yearly energy."""

UNITS: Mapping[str, CurveUnit] = {
    "w": CurveUnit("W", 1e-3, is_power=True),
    "kw": CurveUnit("kW", 1.0, is_power=True),
    "mw": CurveUnit("MW", 1e3, is_power=True),
    "wh": CurveUnit("Wh", 1e-3, is_power=False),
    "kwh": CurveUnit("kWh", 1.0, is_power=False),
    "mwh": CurveUnit("MWh", 1e3, is_power=False),
    "w/mwh": CurveUnit(NORMALISED, 1e-3, is_power=True),
}

_IN_BRACKETS = re.compile(r"\s*[\[(]\s*(?:en\s+)?([^\[\]()]{1,12}?)\s*[\])]\s*$", re.IGNORECASE)
_AT_END = re.compile(r"[ _](w|kw|mw|wh|kwh|mwh)$", re.IGNORECASE)


def find_unit(text: str) -> CurveUnit | None:
    """Return the unit written `text`, None when it is not one of a load curve.

    >>> find_unit(" kWh ").name
    'kWh'
    >>> find_unit("kVAr") is None
    True
    """
    return UNITS.get(text.strip().lower())


def split_header(header: str) -> tuple[str, str | None]:
    """Return the name and the unit of a header, the unit as written, None when it has none.

    >>> split_header("ecole_kwh"), split_header("Valeur (en kW)"), split_header("load [W/MWh]")
    (('ecole', 'kwh'), ('Valeur', 'kW'), ('load', 'W/MWh'))
    >>> split_header("kWh")  # the unit alone is both
    ('kWh', 'kWh')
    """
    if find_unit(header):
        return header.strip(), header.strip()
    for pattern in (_IN_BRACKETS, _AT_END):
        match = pattern.search(header)
        if match and match.start() > 0:
            return header[: match.start()].strip(), match[1]
    return header.strip(), None


def file_unit(source: CurveFile, *written: str, line: int | None = None) -> str:
    """Return the unit of the values of a file: the one that a person gives, else the one it writes.

    Args:
        written: what it writes; several, where it contradicts itself, are refused.
        line: where it writes it.

    Raises:
        InputError: not a unit of active power or energy.
    """
    texts = sorted(set(written))
    text = source.options.unit or texts[0] if len(texts) == 1 else ", ".join(texts)
    unit = find_unit(text)
    if unit is None:
        raise source.fault(unknown_unit(text), line)
    return unit.name


def known_units() -> str:
    """Return the units that a curve may be in, for messages."""
    return ", ".join(unit.name for unit in UNITS.values() if unit.name != NORMALISED)


def unknown_unit(text: str) -> str:
    """Return the message for a unit that is not one of a load curve."""
    message = _("{unit} is not a unit of active power or energy: {known} are expected")
    return message.format(unit=repr(text), known=known_units())
