"""Two columns without a word of explanation: ISO stamp of the end of step, and mean power in W.

Enedis' short export (a first line `Identifiant PRM;...`), Linky downloads, third-party "fin de pas" files.
"""

import re
from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading, Series
from profiles.curves.formats.delimited import first_cells, plain, read_series
from profiles.curves.formats.units import file_unit, split_header
from profiles.text.delimited import text_lines

_ROW = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?(?:[;\t][^;\t]*;?|,[^;,\t]*;?)")
"""A decimal comma does not make another file of it: the same export, in W or in kW, has the same clock."""


def detect(source: CurveFile) -> bool:
    """Return whether rows of two cells start at once, or under a meter or `Horodate;Valeur`."""
    lines = text_lines(source.head)
    first = _first_row(lines)
    return first is not None and all(_is_heading(line) for line in lines[:first])


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file.

    Raises:
        InputError: a unit that is not one of active power or energy, cells that cannot be read.
    """
    lines = text_lines(source.text or "")
    first = _first_row(lines)
    assert first is not None  # `detect` saw it
    numbers = [n for n, line in enumerate(lines[first:], start=first + 1) if line and not line.isspace()]
    rows = [re.split("[;,\t]", lines[n - 1], maxsplit=1) for n in numbers]
    prm, unit_text = _head_values(lines[:first])
    unit = file_unit(source, unit_text or "W")
    has_unit = source.options.unit or unit_text
    notes = () if has_unit else (_("the file says no unit: read as W, as these files are"),)
    series = Series(column=prm or _("curve"), unit=unit, stamp="end", prm=prm, notes=notes)
    cells = [row[1].strip("; \t") if len(row) > 1 else "" for row in rows]
    stamps = [row[0] for row in rows]
    return read_series(source, np.array(numbers, dtype=np.int64), stamps, {_("value"): (cells, series)})


def _first_row(lines: Sequence[str]) -> int | None:
    for index, line in enumerate(lines[:4]):
        if _ROW.fullmatch(line.rstrip(" ")):
            return index
    return None


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


FORMAT = Format(name="short", title=N_("Two columns, end of step, W"), detect=detect, read=read)
