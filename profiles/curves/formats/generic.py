"""The generic curve: a CSV with a `time` column (start of step) and one column a series, unit in its name."""

import re
from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.i18n import N_
from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, Format, Kind, Reading, Series, Stamp
from profiles.curves.formats.delimited import (
    CellTable,
    first_cells,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.units import find_unit, known_units, split_header, unknown_unit
from profiles.text.delimited import text_lines

START_NAMES = frozenset(
    {
        "time", "datetime", "timestamp", "date", "horodate", "horodatage", "date heure", "date et heure",
        "date/heure", "debut", "heure", "start", "time_start", "horodate_debut", "debut de pas",
        "date debut", "date de debut", "heure de debut", "date_heure", "date time",
    }
)  # fmt: skip
END_NAMES = frozenset(
    {
        "fin", "fin de pas", "end", "time_end", "horodate_fin", "horodate fin", "horodate iso fin de pas",
        "date fin", "date de fin", "heure de fin",
    }
)  # fmt: skip
_PRODUCTION = re.compile(r"\b(prod|production|injection|pv|solaire|solar)", re.IGNORECASE)


def detect(source: CurveFile) -> bool:
    """Return whether a line near the top starts with a time column."""
    return _header(source.head) is not None


def read(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each column that has a unit.

    Raises:
        InputError: no column with a unit, a unit that is not one of a load curve, cells that cannot be read.
    """
    header = _header(source.head)
    assert header is not None  # `detect` saw it
    table = read_table(source, header)
    first = 1
    stamps: Sequence[str] = table.columns[0]
    if (
        plain(table.names[0]) == "date"
        and len(table.names) > 2
        and plain(table.names[1]) in {"heure", "time", "hour"}
    ):
        first, stamps = (
            2,
            [f"{day.strip()} {clock.strip()}" for day, clock in zip(*table.columns[:2], strict=True)],
        )
    stamp: Stamp = "end" if plain(table.names[0]) in END_NAMES else "start"
    columns = _columns(source, table, first, stamp)
    return read_series(source, table.lines, stamps, columns)


def _header(text: str) -> int | None:
    """Return the index of the first line, near the top, that starts with a time column."""
    for index, line in enumerate(text_lines(text)[:50]):
        cells = first_cells(line, 2)
        if len(cells) == 2 and cells[0] in START_NAMES | END_NAMES:
            return index
    return None


def _columns(
    source: CurveFile, table: CellTable, first: int, stamp: Stamp
) -> dict[str, tuple[Sequence[str], Series]]:
    columns: dict[str, tuple[Sequence[str], Series]] = {}
    silent, problems = [], []
    for header, cells in zip(table.names[first:], table.columns[first:], strict=True):
        written = split_header(header)[1] or source.options.unit
        unit = find_unit(written) if written else None
        if header in columns:
            problems.append(
                Problem(source.name, _("two columns are named {name}").format(name=shown(header)))
            )
        elif unit:
            columns[header] = (cells, Series(column=header, unit=unit.name, stamp=stamp, kind=_kind(header)))
        elif written and source.options.unit:
            problems.append(Problem(source.name, unknown_unit(written)))
        elif header:
            silent.append(header)
    if problems:
        raise InputError(problems)
    if not columns:
        raise source.fault(_no_unit(silent))
    if not silent:
        return columns
    note = _("columns without a unit of a load curve, left out: {names}").format(names=", ".join(silent))
    return {name: (cells, replace(series, notes=(note,))) for name, (cells, series) in columns.items()}


def _kind(header: str) -> Kind:
    return "production" if _PRODUCTION.search(header.replace("_", " ")) else "consumption"


def _no_unit(headers: Sequence[str]) -> str:
    message = _(
        "no column says its unit ({names}): name it like ecole_kwh or ecole_kw, or add ?unit=kW to the file "
        "name (known units: {known})"
    )
    return message.format(names=", ".join(map(shown, headers)) or "–", known=known_units())


FORMAT = Format(name="generic", title=N_("Generic curve"), detect=detect, read=read)
