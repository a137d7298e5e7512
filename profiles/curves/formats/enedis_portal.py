"""The export of Enedis' client area since early 2025: `Début;Fin;Valeur (en kW)`, seven days a file.

In its workbook the table stands below a page of text, right of two empty columns; its CSV keeps them.
"""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import IntArray
from acc.i18n import N_
from acc.steps import STEP_MINUTES
from profiles.curves.formats.base import CurveFile, Format, Moments, Reading, Series
from profiles.curves.formats.delimited import first_cells, read_series, read_table
from profiles.curves.formats.timestamps import read_moments
from profiles.curves.formats.units import file_unit, split_header
from profiles.text.delimited import separator_of, text_lines

MOST_LINES_ABOVE, MOST_EMPTY_COLUMNS = 40, 5
"""Of the page of text above the table, and of the margin beside it; 15 and 2 in the workbooks seen."""


def detect(source: CurveFile) -> bool:
    """Return whether a line near the top has the columns Début and Fin."""
    return _header(source.head) is not None


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file: each row has its start and its end in local time.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    columns = _header(source.text or "")
    assert columns is not None  # `detect` saw it
    header, margin = columns
    source = _without_margin(source, header, margin)
    table = read_table(source, header)
    title = table.names[2]
    series = Series(
        column=_("curve"),
        unit=file_unit(source, split_header(title)[1] or "", line=header + 1),
        stamp="start",
        minutes=_minutes(read_moments(table.columns[0])[0], read_moments(table.columns[1])[0]),
    )
    return read_series(source, table.lines, table.columns[0], {title: (table.columns[2], series)})


def _header(text: str) -> tuple[int, int] | None:
    """Return the line of the header, and how many empty columns stand before it."""
    for index, line in enumerate(text_lines(text)[:MOST_LINES_ABOVE]):
        cells = first_cells(line, MOST_EMPTY_COLUMNS + 3)
        for margin in range(len(cells) - 2):
            if any(cells[:margin]):
                break
            if cells[margin : margin + 2] == ("debut", "fin") and cells[margin + 2].startswith("valeur"):
                return index, margin
    return None


def _without_margin(source: CurveFile, header: int, margin: int) -> CurveFile:
    """Return the file without the empty columns before the table; lines keep their numbers."""
    if not margin:
        return source
    lines = text_lines(source.text or "")
    empty = separator_of(lines[header]) * margin
    return replace(source, text="\n".join(line.removeprefix(empty) for line in lines))


def _minutes(starts: Moments, ends: Moments) -> IntArray | None:
    """Return the length of each row; the usual one where clocks change."""
    apart = (ends.clock - starts.clock).astype(np.int64) // 60
    usable = np.isin(apart, STEP_MINUTES)
    if not usable.any():
        return None
    steps, counts = np.unique(apart[usable], return_counts=True)
    usual: IntArray = np.where(usable, apart, steps[np.argmax(counts)])
    return usual


FORMAT = Format(name="enedis-portal", title=N_("Enedis client area since 2025"), detect=detect, read=read)
