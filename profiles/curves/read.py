"""Reads load curves: any known file in, intervals of energy in UTC out, every fault at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path
from types import MappingProxyType
from typing import get_args
from urllib.parse import parse_qsl

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.i18n import semicolons
from acc.problem import Collecting, InputError, Problem, refuse
from profiles.curves.formats import FORMATS
from profiles.curves.formats.base import (
    NORMALISED,
    Clock,
    CurveFile,
    Format,
    Kind,
    Reading,
    ReadOptions,
    Stamp,
    all_false,
    fault_list,
    find_unit,
    unknown_unit,
)
from profiles.curves.formats.open_file import open_source
from profiles.curves.formats.times import intervals_of
from profiles.files.open_file import masked_name

INDEX_MINUTES = 3 * 24 * 60
"""No need, no output rises from one step to the next for three days: what does counts from the first day."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """One metered series as intervals of energy, oldest first, never overlapping; arrays of shape (R,).

    Attributes:
        starts_utc: start of each interval, datetime64[s] in UTC.
        minutes: length of each interval.
        energy_kwh: energy of each interval, NaN where the file says that it is missing.
        estimated: where the grid operator says that it did not measure the value.
        unit: unit found in the file.
        format: short name of the format found.
        prm: the 14 digits of the meter as text, None when the file does not say; mask it before print.
        column: name of the series in `file#column`.
        source: name of the file, its meter numbers masked.
        doubles: rows that repeated a step already given, counted once.
        notes: what was found and done, in sentences already translated.
    """

    starts_utc: TimeArray
    minutes: IntArray
    energy_kwh: FloatArray
    estimated: BoolArray
    unit: str
    format: str
    source: str
    prm: str | None = None
    kind: Kind = "consumption"
    column: str = ""
    doubles: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_normalised(self) -> bool:
        """Whether the curve is a shape for 1 MWh a year, to be scaled with `annual_kwh`."""
        return self.unit == NORMALISED

    @property
    def ends_utc(self) -> TimeArray:
        """End of each interval, datetime64[s] in UTC."""
        return np.asarray(self.starts_utc + self.minutes.astype("timedelta64[m]"))

    @property
    def hole_minutes(self) -> int:
        """Time between the first and the last interval that the file says nothing of."""
        between = (self.starts_utc[1:] - self.ends_utc[:-1]).astype("timedelta64[m]").astype(np.int64)
        return int(between.sum()) + int(self.minutes[np.isnan(self.energy_kwh)].sum())


def read_curve(name: str | Path, folder: Path | None = None, options: ReadOptions | None = None) -> Curve:
    """Return the one curve that `name` points to.

    Args:
        name: a file, with the series after `#` when it holds several; what the file does not say after `?`:
            `sge.csv?stamp=start#30000000000001`.
        folder: where the file is looked for, the current folder when None.
        options: used where `name` gives none.

    Raises:
        InputError: every fault of the file; several series and none named; no such series.
    """
    path, column, named = curve_reference(name, folder)
    curves = read_curves(path, options=named if named != ReadOptions() else options or named)
    return _chosen(curves, column, masked_name(path.name))


def read_curves(
    path: str | Path, column: str | None = None, options: ReadOptions | None = None
) -> Mapping[str, Curve]:
    """Return every curve of a file by the name of its series, or only `column`.

    Raises:
        InputError: every fault of the file, with its line; a file of no known format.
    """
    path = Path(path)
    try:
        version = path.stat().st_mtime_ns, path.stat().st_size
    except OSError:
        version = 0, 0
    curves = _read_curves(path, version, options or ReadOptions())
    if column is None:
        return curves
    return {column: _chosen(curves, column, masked_name(path.name))}


def curve_reference(name: str | Path, folder: Path | None = None) -> tuple[Path, str | None, ReadOptions]:
    """Return the path, the series and the options that `name` holds; a file that has this very name wins.

    Raises:
        InputError: an unknown option or value.

    >>> path, column, options = curve_reference("a.csv?stamp=start#ecole_kwh")
    >>> path.name, column, options.stamp
    ('a.csv', 'ecole_kwh', 'start')
    """
    folder = Path() if folder is None else folder
    path = folder / name
    if isinstance(name, Path) or path.exists():
        return path, None, ReadOptions()
    before, _hash, column = name.partition("#")
    file, _mark, query = before.partition("?")
    return folder / file, column or None, _options(masked_name(file), query)


def _options(file: str, query: str) -> ReadOptions:
    allowed: dict[str, tuple[str, ...]] = {"stamp": get_args(Stamp), "clock": get_args(Clock), "unit": ()}
    given = dict(parse_qsl(query, keep_blank_values=True))
    problems = []
    for word, value in given.items():
        if word not in allowed:
            known = ", ".join(field.name for field in fields(ReadOptions))
            message = _("{word} is not an option of a curve file: {known} are")
            problems.append(Problem(file, message.format(word=repr(word), known=known)))
        elif word == "unit" and find_unit(value) is None:
            problems.append(Problem(file, unknown_unit(value)))
        elif allowed[word] and value not in allowed[word]:
            message = _("{word} cannot be {value}: {known} is expected")
            known = _(" or ").join(allowed[word])
            problems.append(Problem(file, message.format(word=word, value=repr(value), known=known)))
    refuse(problems)
    return ReadOptions(**given)  # type: ignore[arg-type]  # the values were checked above


@lru_cache(maxsize=8)
def _read_curves(path: Path, version: tuple[int, int], options: ReadOptions) -> Mapping[str, Curve]:  # noqa: ARG001
    """`read_curves`, kept: forty participants may share one wide file; `version` tells a changed file."""
    return curves_of(open_source(path, options))


def curves_of(source: CurveFile) -> Mapping[str, Curve]:
    """Return every curve of a file in memory by name; see `read_curves`."""
    curve_format, text = find_format(source)
    readings = curve_format.read(text)
    curves: dict[str, Curve] = {}
    problems: list[Problem] = []
    for reading in readings:
        with Collecting(problems):
            curves[reading.column] = _curve(text, reading, curve_format)
    refuse(problems)
    return MappingProxyType(curves)


def find_format(source: CurveFile) -> tuple[Format, CurveFile]:
    """Return the format that recognises a file, and the text that it reads.

    Raises:
        InputError: no format does; the message lists what is known.
    """
    for text in _texts(source):
        for known in FORMATS:
            if known.detect(text):
                return known, text
    titles = semicolons(_(known.title) for known in FORMATS if not known.is_refused)
    message = _(
        "no load curve is recognised here. Known files: {titles}. The simplest one is a CSV with a column "
        "`time` and a column `<name>_kwh`"
    )
    raise source.fault(message.format(titles=titles))


def _texts(source: CurveFile) -> Iterable[CurveFile]:
    if source.text is not None:
        return (source,)
    from profiles.curves.formats.xlsx import sheet_sources  # noqa: PLC0415 - openpyxl is heavy, few files need it

    return sheet_sources(source)


def _curve(source: CurveFile, reading: Reading, file_format: Format) -> Curve:
    unit = find_unit(reading.unit)
    assert unit is not None  # readers give units of the table
    intervals = intervals_of(source, reading)
    rows = intervals.index
    values = reading.values[rows]
    _refuse_negative(source, reading, rows[values < 0.0])
    _refuse_index(source, reading, values, intervals.minutes)
    energy = unit.energy_kwh(values, intervals.minutes)
    estimated = all_false(rows.size) if reading.estimated is None else reading.estimated[rows]
    for array in (intervals.starts_utc, intervals.minutes, energy, estimated):
        array.flags.writeable = False
    return Curve(
        starts_utc=intervals.starts_utc,
        minutes=intervals.minutes,
        energy_kwh=energy,
        estimated=estimated,
        unit=unit.name,
        format=file_format.name,
        prm=reading.prm,
        kind=reading.kind,
        column=reading.column,
        source=source.name,
        doubles=intervals.doubles,
        notes=_notes(source, reading, intervals.notes, intervals.minutes, estimated),
    )


def _refuse_negative(source: CurveFile, reading: Reading, rows: IntArray) -> None:
    message = _("{value} is negative: give consumption and production in two series, both above 0")
    texts = [message.format(value=value) for value in reading.values[rows]]
    refuse(fault_list(source, reading.lines[rows].tolist(), texts.__getitem__, reading.place))


def _refuse_index(source: CurveFile, reading: Reading, values: FloatArray, minutes: IntArray) -> None:
    known = ~np.isnan(values)
    rises = np.diff(values[known])
    if rises.size and (rises >= 0.0).all() and (rises > 0.0).any() and minutes[known].sum() > INDEX_MINUTES:
        message = _(
            "{column} never goes down: the index of a meter, not its energy. Give for each step the "
            "difference of two readings"
        )
        raise source.fault(message.format(column=reading.column))


def _notes(
    source: CurveFile, reading: Reading, noticed: Sequence[str], minutes: IntArray, estimated: BoolArray
) -> tuple[str, ...]:
    notes = [*reading.notes]
    if (source.options.stamp or reading.stamp) == "end":
        notes.append(_("stamps mark the end of a step: moved to its start"))
    steps = np.unique(minutes)
    if steps.size > 1:
        notes.append(_("several steps in one file: {steps} min").format(steps=", ".join(map(str, steps))))
    if estimated.any():
        notes.append(_("values estimated by the grid operator: {n}").format(n=int(estimated.sum())))
    if reading.unit == NORMALISED:
        notes.append(_("normalised, mean W for 1 MWh a year: scale it with annual_kwh"))
    return (*notes, *noticed)


def _chosen(curves: Mapping[str, Curve], column: str | None, file: str) -> Curve:
    """Return the curve named `column`, in full or by its beginning or end; the only one when None."""
    if column is None:
        matches = list(curves)
    elif column in curves:
        matches = [column]
    else:
        matches = [name for name in curves if name.startswith(column) or name.endswith(column)]
    if len(matches) == 1:
        return curves[matches[0]]
    names = ", ".join(masked_name(name) for name in curves)
    if column is None:
        message = _("{n} series in this file ({names}): name one, like {file}#{first}")
        first = masked_name(next(iter(curves)))
        raise InputError([Problem(file, message.format(n=len(curves), names=names, file=file, first=first))])
    message = _("no single series named {column}: the file has {names}")
    raise InputError([Problem(file, message.format(column=repr(column), names=names))])
