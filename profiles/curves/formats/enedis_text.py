"""The CSV files of Enedis: SGE R63, the older SGE, its client area before and since 2025.

R63 holds one meter or more. The older SGE file, which Likewatt and others pass on, has date and time in two
columns and its step in minutes. The client area gave the meter, then the curve; since early 2025 it gives
`Début;Fin;Valeur (en kW)`, seven days a file: in its workbook the table stands below a page of text, right of
two empty columns, which its CSV keeps.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import IntArray
from acc.problem import refuse
from acc.steps import STEP_MINUTES
from profiles.curves.formats.base import (
    CurveFile,
    Moments,
    Reading,
    Series,
    fault_list,
    file_unit,
    split_header,
)
from profiles.curves.formats.delimited import (
    CellTable,
    first_cells,
    kind_of,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.times import read_moments
from profiles.text.delimited import separator_of, text_lines

ACTIVE = frozenset({"PA", "EA", ""})
"""Active power and energy; other rows (ERI, ERC, PRI, PRC: reactive; E: voltage) are not load curves."""

LIKELY = frozenset({"", "0"})
"""Indice de vraisemblance of a value as measured; another one marks it as estimated or doubtful."""

_DURATION = re.compile(r"PT(?:(\d{1,4})M|(\d{1,2})H)")


def detect_r63(source: CurveFile) -> bool:
    """Return whether the header has a meter, a stamp, a value and a step (the indexes of R64 have none)."""
    names = set(first_cells(text_lines(source.head)[0], 40))
    return {"identifiant prm", "horodate", "valeur"} <= names and "pas" in names


def read_r63(source: CurveFile) -> Sequence[Reading]:
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
        _r63_reading(source, table.rows(rows), minutes[rows], column, (note,) if left_out else ())
        for column, rows in _r63_series(table)
    ]


def duration_minutes(text: str) -> int | None:
    """Return the minutes of an ISO 8601 duration, None when it is not one of minutes or hours.

    >>> duration_minutes("PT30M"), duration_minutes("PT1H"), duration_minutes("P1D")
    (30, 60, None)
    """
    match = _DURATION.fullmatch(text.strip().upper())
    return (int(match[1]) if match[1] else int(match[2]) * 60) if match else None


def duration_column(
    source: CurveFile, texts: Sequence[str], lines: IntArray, place: str | None = None
) -> IntArray:
    """Return the minutes of a column of durations.

    Raises:
        InputError: each one that is not of minutes or hours.
    """
    known = {text: duration_minutes(text) for text in set(texts)}
    wrong = [row for row, text in enumerate(texts) if known[text] is None]
    message = _("the step {step} is not a duration like PT30M")
    refuse(fault_list(source, lines[wrong], lambda i: message.format(step=shown(texts[wrong[i]])), place))
    return np.array([known[text] for text in texts], dtype=np.int64)


def _r63_series(table: CellTable) -> Iterator[tuple[str, IntArray]]:
    """Yield the name and the rows of each series: one a meter and direction."""
    labels = list(zip(table.cells("identifiant prm"), table.cells("grandeur metier"), strict=True))
    pairs = list(dict.fromkeys(labels))
    number = {pair: index for index, pair in enumerate(pairs)}
    series = np.array([number[label] for label in labels])
    meters = [prm for prm, _way in pairs]
    for index, (prm, way) in enumerate(pairs):
        yield f"{prm}/{way}" if meters.count(prm) > 1 else prm or way, np.flatnonzero(series == index)


def _r63_reading(
    source: CurveFile, table: CellTable, minutes: IntArray, column: str, notes: tuple[str, ...]
) -> Reading:
    likely = table.cells("indice de vraisemblance", "indice de qualite")
    series = Series(
        column=column,
        unit=file_unit(source, *table.cells("unite")),
        prm=table.cells("identifiant prm")[0].strip() or None,
        kind=kind_of(table.cells("grandeur metier")[0]),
        minutes=minutes,
        estimated=~np.isin([cell.strip() for cell in likely], list(LIKELY)),
        notes=notes,
    )
    values = {"Valeur": (table.cells("valeur"), series)}
    return read_series(source, table.lines, table.cells("horodate"), values)[0]


REAL = ("", "r", "reel", "b", "brut")
"""How the status of a measured value starts, in plain lower case."""


def detect_sge_old(source: CurveFile) -> bool:
    """Return whether the header starts with the date and the time of the measure."""
    return first_cells(text_lines(source.head)[0], 2) == ("date de la mesure", "heure de la mesure")


def read_sge_old(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter; end-of-step stamps in local time, W by default.

    Raises:
        InputError: every unit, step, stamp or value that cannot be read.
    """
    sheet = read_table(source, 0)
    measured = sheet.cells("grandeur physique")
    active = [text.strip().upper() in ACTIVE or "active" in plain(text).split() for text in measured]
    if not any(active):
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    table = sheet.rows(np.flatnonzero(active))
    meters = np.array(table.cells("prm", "identifiant prm"))
    return [
        _sge_old_reading(source, table.rows(np.flatnonzero(meters == prm)), prm.strip())
        for prm in dict.fromkeys(meters.tolist())
    ]


def _sge_old_reading(source: CurveFile, table: CellTable, prm: str) -> Reading:
    steps = [cell.strip() for cell in table.cells("pas en minutes")]
    wrong = [row for row, step in enumerate(steps) if step and not re.fullmatch("[0-9]{1,4}", step)]
    message = _("the step {step} is not a number of minutes")
    refuse(fault_list(source, table.lines[wrong], lambda i: message.format(step=shown(steps[wrong[i]]))))
    series = Series(
        column=prm or _("curve"),
        unit=file_unit(source, *(cell.strip() or "W" for cell in table.cells("unite"))),
        prm=prm or None,
        kind=kind_of(table.cells("grandeur metier")[0]),
        minutes=np.array([int(step) for step in steps], dtype=np.int64) if all(steps) else None,
        estimated=~np.isin([plain(status) for status in table.cells("statut de la mesure")], REAL),
    )
    days, hours = table.cells("date de la mesure"), table.cells("heure de la mesure")
    stamps = [f"{day.strip()} {hour.strip()}" for day, hour in zip(days, hours, strict=True)]
    return read_series(source, table.lines, stamps, {"Valeur": (table.cells("valeur"), series)})[0]


def detect_mon_compte(source: CurveFile) -> bool:
    """Return whether the first line describes a meter and the third one is `Horodate;Valeur`."""
    lines = text_lines(source.head)
    return (
        len(lines) >= 3
        and first_cells(lines[0], 2) == ("identifiant prm", "type de donnees")
        and first_cells(lines[2], 2) == ("horodate", "valeur")
    )


def read_mon_compte(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file: ISO stamps with offset, end of step, blanks where nothing was read.

    The file may change step on its way, so the step is found from the stamps.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    lines = text_lines(source.text or "")
    about = dict(zip(map(plain, lines[0].split(";")), map(str.strip, lines[1].split(";")), strict=False))
    prm = about.get("identifiant prm") or None
    series = Series(
        column=prm or _("curve"),
        unit=file_unit(source, about.get("unite", ""), line=2),
        prm=prm,
        kind=kind_of(about.get("grandeur metier", "")),
    )
    table = read_table(source, 2, ";")
    return read_series(source, table.lines, table.columns[0], {"Valeur": (table.columns[1], series)})


MOST_LINES_ABOVE, MOST_EMPTY_COLUMNS = 40, 5
"""Of the page of text above the table, and of the margin beside it; 15 and 2 in the workbooks seen."""


def detect_portal(source: CurveFile) -> bool:
    """Return whether a line near the top has the columns Début and Fin."""
    return _portal_header(source.head) is not None


def read_portal(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file: each row has its start and its end in local time.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    columns = _portal_header(source.text or "")
    assert columns is not None  # `detect_portal` saw it
    header, margin = columns
    if margin:  # the empty columns before the table go; lines keep their numbers
        lines = text_lines(source.text or "")
        empty = separator_of(lines[header]) * margin
        source = replace(source, text="\n".join(line.removeprefix(empty) for line in lines))
    table = read_table(source, header)
    title = table.names[2]
    series = Series(
        column=_("curve"),
        unit=file_unit(source, split_header(title)[1] or "", line=header + 1),
        stamp="start",
        minutes=_portal_minutes(read_moments(table.columns[0])[0], read_moments(table.columns[1])[0]),
    )
    return read_series(source, table.lines, table.columns[0], {title: (table.columns[2], series)})


def _portal_header(text: str) -> tuple[int, int] | None:
    """Return the line of the header, and how many empty columns stand before it."""
    for index, line in enumerate(text_lines(text)[:MOST_LINES_ABOVE]):
        cells = first_cells(line, MOST_EMPTY_COLUMNS + 3)
        for margin in range(len(cells) - 2):
            if any(cells[:margin]):
                break
            if cells[margin : margin + 2] == ("debut", "fin") and cells[margin + 2].startswith("valeur"):
                return index, margin
    return None


def _portal_minutes(starts: Moments, ends: Moments) -> IntArray | None:
    """Return the length of each row; the usual one where clocks change."""
    apart = (ends.clock - starts.clock).astype(np.int64) // 60
    usable = np.isin(apart, STEP_MINUTES)
    if not usable.any():
        return None
    steps, counts = np.unique(apart[usable], return_counts=True)
    return np.asarray(np.where(usable, apart, steps[np.argmax(counts)]))
