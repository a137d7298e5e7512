"""SGE R63: the load curves of Enedis' professional portal, CSV, one or more meters in a file."""

import re
from collections.abc import Iterator, Sequence
from gettext import gettext as _

import numpy as np

from acc.arrays import IntArray
from acc.i18n import N_
from acc.problem import InputError
from profiles.curves.formats.base import CurveFile, Format, Reading, Series, fault_list
from profiles.curves.formats.delimited import (
    CellTable,
    first_cells,
    kind_of,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.units import file_unit
from profiles.text.delimited import text_lines

ACTIVE = frozenset({"PA", "EA", ""})
"""Active power and energy; other rows (ERI, ERC, PRI, PRC: reactive; E: voltage) are not load curves."""

LIKELY = frozenset({"", "0"})
"""Indice de vraisemblance of a value as measured; another one marks it as estimated or doubtful."""

_DURATION = re.compile(r"PT(?:(\d{1,4})M|(\d{1,2})H)")


def detect(source: CurveFile) -> bool:
    """Return whether the header has a meter, a stamp, a value and a step (the indexes of R64 have none)."""
    names = set(first_cells(text_lines(source.head)[0], 40))
    return {"identifiant prm", "horodate", "valeur"} <= names and "pas" in names


def read(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter and direction; end-of-step stamps, local time or with offset.

    Raises:
        InputError: every row with a unit, a step, a stamp or a value that cannot be read.
    """
    sheet = read_table(source, 0)
    active = np.isin([cell.strip() for cell in sheet.cells("grandeur physique")], list(ACTIVE))
    if not active.any():
        raise source.fault(
            _("only reactive energy or voltage in this file: ask for active power (PA) or energy (EA)")
        )
    left_out = int((~active).sum())
    note = _("rows of reactive energy or voltage, left out: {n}").format(n=left_out)
    table = sheet.rows(np.flatnonzero(active))
    minutes = duration_column(source, table.cells("pas"), table.lines)
    return [
        _reading(source, table.rows(rows), minutes[rows], column, (note,) if left_out else ())
        for column, rows in _series(table)
    ]


def duration_minutes(text: str) -> int | None:
    """Return the minutes of an ISO 8601 duration, None when it is not one of minutes or hours.

    >>> duration_minutes("PT30M"), duration_minutes("PT1H"), duration_minutes("P1D")
    (30, 60, None)
    """
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None:
        return None
    return int(match[1]) if match[1] else int(match[2]) * 60


def duration_column(
    source: CurveFile, texts: Sequence[str], lines: IntArray, place: str | None = None
) -> IntArray:
    """Return the minutes of a column of durations.

    Raises:
        InputError: each one that is not of minutes or hours.
    """
    known = {text: duration_minutes(text) for text in set(texts)}
    wrong = [row for row, text in enumerate(texts) if known[text] is None]
    if wrong:
        message = _("the step {step} is not a duration like PT30M")
        raise InputError(
            fault_list(source, lines[wrong], lambda i: message.format(step=shown(texts[wrong[i]])), place)
        )
    return np.array([known[text] for text in texts], dtype=np.int64)


def _series(table: CellTable) -> Iterator[tuple[str, IntArray]]:
    """Yield the name and the rows of each series: one a meter and direction."""
    labels = list(zip(table.cells("identifiant prm"), table.cells("grandeur metier"), strict=True))
    pairs = list(dict.fromkeys(labels))
    number = {pair: index for index, pair in enumerate(pairs)}
    series = np.array([number[label] for label in labels])
    meters = [prm for prm, _way in pairs]
    for index, (prm, way) in enumerate(pairs):
        yield f"{prm}/{way}" if meters.count(prm) > 1 else prm or way, np.flatnonzero(series == index)


def _reading(
    source: CurveFile, table: CellTable, minutes: IntArray, column: str, notes: tuple[str, ...]
) -> Reading:
    likely = table.cells("indice de vraisemblance", "indice de qualite")
    series = Series(
        column=column,
        unit=file_unit(source, *table.cells("unite")),
        stamp="end",
        prm=table.cells("identifiant prm")[0].strip() or None,
        kind=kind_of(table.cells("grandeur metier")[0]),
        minutes=minutes,
        estimated=~np.isin([cell.strip() for cell in likely], list(LIKELY)),
        notes=notes,
    )
    values = {"Valeur": (table.cells("valeur"), series)}
    return read_series(source, table.lines, table.cells("horodate"), values)[0]


FORMAT = Format(name="sge-r63-csv", title=N_("SGE R63 load curve, CSV"), detect=detect, read=read)
