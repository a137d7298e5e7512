"""SGE R63: the load curves of Enedis' professional portal, CSV, one or more meters in a file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, IntArray
from acc.i18n import N_
from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, Format, Kind, Reading, fault_list
from profiles.curves.formats.delimited import (
    CellTable,
    blank_reading,
    first_cells,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.units import find_unit, unknown_unit
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
    table = read_table(source, 0)
    active = np.isin([cell.strip() for cell in table.cells("grandeur physique")], list(ACTIVE))
    if not active.any():
        raise source.fault(
            _("only reactive energy or voltage in this file: ask for active power (PA) or energy (EA)")
        )
    minutes = _minutes(source, table, active)
    readings = [
        _one(source, table, rows, minutes[rows], column, prm, kind)
        for column, prm, kind, rows in _series(table, active)
    ]
    left_out = int((~active).sum())
    if not left_out:
        return readings
    note = _("rows of reactive energy or voltage, left out: {n}").format(n=left_out)
    return [replace(reading, notes=(*reading.notes, note)) for reading in readings]


def duration_minutes(text: str) -> int | None:
    """Return the minutes of an ISO 8601 duration, None when it is not one of minutes or hours.

    >>> duration_minutes("PT30M"), duration_minutes("PT1H"), duration_minutes("P1D")
    (30, 60, None)
    """
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None:
        return None
    return int(found[1]) if found[1] else int(found[2]) * 60


def _minutes(source: CurveFile, table: CellTable, active: BoolArray) -> IntArray:
    texts, place = np.unique(np.asarray(table.cells("pas")), return_inverse=True)
    known = [duration_minutes(str(text)) for text in texts]
    wrong = np.flatnonzero(active & np.array([value is None for value in known])[place])
    if wrong.size:
        message = _("the step {step} is not a duration like PT30M")
        raise InputError(
            fault_list(
                source, table.lines[wrong], lambda i: message.format(step=shown(str(texts[place[wrong[i]]])))
            )
        )
    return np.array([value or 0 for value in known], dtype=np.int64)[place]


def _series(table: CellTable, active: BoolArray) -> Iterator[tuple[str, str | None, Kind, IntArray]]:
    """Yield the name, meter, direction and rows of each series."""
    labels = list(zip(table.cells("identifiant prm"), table.cells("grandeur metier"), strict=True))
    pairs = list(dict.fromkeys(labels))
    number = {pair: index for index, pair in enumerate(pairs)}
    which = np.array([number[label] for label in labels])
    several = {prm for prm, _way in pairs if sum(prm == other for other, _way in pairs) > 1}
    for index, (prm, way) in enumerate(pairs):
        rows = np.flatnonzero(active & (which == index))
        kind: Kind = "production" if plain(way).startswith("prod") else "consumption"
        if rows.size:
            yield f"{prm}/{way}" if prm in several else prm or way, prm.strip() or None, kind, rows


def _one(
    source: CurveFile,
    table: CellTable,
    rows: IntArray,
    minutes: IntArray,
    column: str,
    prm: str | None,
    kind: Kind,
) -> Reading:
    def pick(*names: str) -> list[str]:
        cells = table.cells(*names)
        return [cells[row] for row in rows]

    units = set(pick("unite"))
    unit = find_unit(source.options.unit or units.pop()) if len(units) == 1 else None
    if unit is None:
        raise InputError([Problem(source.name, unknown_unit(", ".join(sorted(set(pick("unite"))))))])
    likely = pick("indice de vraisemblance", "indice de qualite")
    like = replace(
        blank_reading(column, unit.name, "end"),
        prm=prm,
        kind=kind,
        minutes=minutes,
        estimated=~np.isin([cell.strip() for cell in likely], list(LIKELY)),
    )
    values = (pick("valeur"), like)
    return read_series(source, table.lines[rows], pick("horodate"), {"Valeur": values})[0]


FORMAT = Format(name="sge-r63-csv", title=N_("SGE R63 load curve, CSV"), detect=detect, read=read)
