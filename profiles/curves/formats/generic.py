"""Tables of no operator: the generic curve, two columns without a word, one column a meter.

The generic curve is a CSV with a `time` column (start of step) and one column a series, unit in its name.
Two columns are an ISO stamp of the end of step and a mean power in W: Enedis' short export (a first line
`Identifiant PRM;...`), Linky downloads, third-party files. The wide file of collective operations is
`Horodate` and one column a meter, no unit written; the same layout carries coefficients, rows that sum to
100 %, which are no energy.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.problem import Problem, refuse
from profiles.curves.formats.base import (
    CurveFile,
    Kind,
    Reading,
    Series,
    Stamp,
    file_unit,
    find_unit,
    known_units,
    split_header,
    unknown_unit,
)
from profiles.curves.formats.delimited import (
    CellTable,
    first_cells,
    numbers_of,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.times import read_moments
from profiles.text.delimited import separator_of, text_lines

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
    heads = [plain(name) for name in table.names[:2]]
    stamps: Sequence[str] = table.columns[0]
    in_two = heads[0] == "date" and len(table.names) > 2 and heads[1] in {"heure", "time", "hour"}
    if in_two:
        stamps = [f"{day.strip()} {clock.strip()}" for day, clock in zip(*table.columns[:2], strict=True)]
    stamp: Stamp = "end" if heads[0] in END_NAMES else "start"
    return read_series(source, table.lines, stamps, _columns(source, table, 1 + in_two, stamp))


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
            message = _("two columns are named {name}").format(name=shown(header))
            problems.append(Problem(source.name, message))
        elif unit:
            columns[header] = (cells, Series(column=header, unit=unit.name, stamp=stamp, kind=_kind(header)))
        elif written and source.options.unit:
            problems.append(Problem(source.name, unknown_unit(written)))
        elif header:
            silent.append(header)
    refuse(problems)
    if not columns:
        message = _(
            "no column says its unit ({names}): name it like ecole_kwh or ecole_kw, or write the unit behind "
            "the name where it is named, in the cell of the curve: {named} (known units: {known})"
        )
        names = ", ".join(map(shown, silent)) or "–"
        raise source.fault(
            message.format(names=names, named=source.named_with("unit=kW"), known=known_units())
        )
    if not silent:
        return columns
    note = _("columns without a unit of a load curve, left out: {names}").format(names=", ".join(silent))
    return {name: (cells, replace(series, notes=(note,))) for name, (cells, series) in columns.items()}


def _kind(header: str) -> Kind:
    return "production" if _PRODUCTION.search(header.replace("_", " ")) else "consumption"


_ROW = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?(?:[;\t][^;\t]*;?|,[^;,\t]*;?)")
"""A decimal comma does not make another file of it: the same export, in W or in kW, has the same clock."""


def detect_short(source: CurveFile) -> bool:
    """Return whether rows of two cells start at once, or under a meter or `Horodate;Valeur`."""
    lines = text_lines(source.head)
    first = _first_row(lines)
    return first is not None and all(_is_heading(line) for line in lines[:first])


def read_short(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    lines = text_lines(source.text or "")
    first = _first_row(lines)
    assert first is not None  # `detect_short` saw it
    numbers = [n for n, line in enumerate(lines[first:], start=first + 1) if line and not line.isspace()]
    rows = [re.split("[;,\t]", lines[n - 1], maxsplit=1) for n in numbers]
    prm, unit_text = _head_values(lines[:first])
    unit = file_unit(source, unit_text or "W")
    has_unit = source.options.unit or unit_text
    notes = () if has_unit else (_("the file says no unit: read as W, as these files are"),)
    series = Series(column=prm or _("curve"), unit=unit, prm=prm, notes=notes)
    cells = [row[1].strip("; \t") if len(row) > 1 else "" for row in rows]
    stamps = [row[0] for row in rows]
    return read_series(source, np.array(numbers, dtype=np.int64), stamps, {_("value"): (cells, series)})


def _first_row(lines: Sequence[str]) -> int | None:
    return next((n for n, line in enumerate(lines[:4]) if _ROW.fullmatch(line.rstrip(" "))), None)


def _is_heading(line: str) -> bool:
    first = first_cells(line, 1)[0]
    return first in {"", "identifiant prm", "prm"} or first.startswith("horodate")


def _head_values(lines: Sequence[str]) -> tuple[str | None, str | None]:
    prm, unit = None, None
    for line in lines:
        cells = [cell.strip() for cell in line.split(";")]
        if plain(cells[0]) in {"identifiant prm", "prm"} and len(cells) > 1:
            prm = cells[1] or None
        elif len(cells) > 1:
            unit = split_header(cells[1])[1]
    return prm, unit


_METER = re.compile(r"(?:prm|pdl)?[ _]?\d{0,14}", re.IGNORECASE)


def detect_acc_wide(source: CurveFile) -> bool:
    """Return whether the header is `Horodate` followed by meters (or by nothing, for a single one)."""
    header = text_lines(source.head)[0]
    first, *others = [cell.strip() for cell in header.split(separator_of(header))]
    return plain(first) == "horodate" and bool(others) and all(_METER.fullmatch(name) for name in others)


def read_acc_wide(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter, in the unit that the options give.

    Raises:
        InputError: coefficients; no unit given; cells that cannot be read.
    """
    table = read_table(source, 0)
    if _is_coefficients(table):
        raise source.fault(
            _("coefficients of a key (rows sum to 100 %), not a curve: see `acc coefficients check`")
        )
    if source.options.unit is None:
        message = _(
            "this file does not say its unit: write it behind the name where it is named, in the cell of the "
            "curve: {named} (known units: {known})"
        )
        raise source.fault(message.format(named=source.named_with("unit=kW"), known=known_units()))
    unit, stamp = file_unit(source, source.options.unit), _acc_wide_stamp(table)
    columns = {}
    for name, cells in zip(table.names[1:], table.columns[1:], strict=True):
        if name or len(table.names) == 2:
            column = name or _("curve")
            columns[column] = cells, Series(column=column, unit=unit, stamp=stamp, prm=_prm(name))
    return read_series(source, table.lines, table.columns[0], columns)


def _is_coefficients(table: CellTable) -> bool:
    values = np.array([numbers_of(cells)[0] for cells in table.columns[1:]])
    if len(values) < 2:
        return False
    sums = np.nansum(values, axis=0)
    shared = sums[sums > 0.0]
    # Coefficients are rounded to 0.01 % each: forty of them may miss 100 by 0.4.
    return bool(shared.size and (np.abs(shared - 100.0) < 0.5).mean() > 0.95)


def _acc_wide_stamp(table: CellTable) -> Stamp:
    """Return whether stamps mark starts or ends: days with 00:00 (starts) or with the first step (ends)."""
    clock = read_moments(table.columns[0][:1])[0].clock[0]
    midnight = not np.isnat(clock) and clock == clock.astype("datetime64[D]")
    return "start" if midnight else "end"


def _prm(name: str) -> str | None:
    return match[0] if (match := re.search(r"\d{14}", name)) else None
