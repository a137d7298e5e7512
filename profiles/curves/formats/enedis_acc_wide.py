"""The wide file of collective operations: `Horodate` and one column a meter, no unit written.

The same layout carries curves and coefficients: rows that sum to 100 are coefficients in %, not energy.
"""

import re
from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from profiles.curves.formats.base import CurveFile, Format, Reading, Series, Stamp
from profiles.curves.formats.delimited import (
    CellTable,
    numbers_of,
    plain,
    read_series,
    read_table,
)
from profiles.curves.formats.timestamps import read_moments
from profiles.curves.formats.units import file_unit, known_units
from profiles.text.delimited import separator_of, text_lines

_METER = re.compile(r"(?:prm|pdl)?[ _]?\d{0,14}", re.IGNORECASE)


def detect(source: CurveFile) -> bool:
    """Return whether the header is `Horodate` followed by meters (or by nothing, for a single one)."""
    header = text_lines(source.head)[0]
    first, *others = [cell.strip() for cell in header.split(separator_of(header))]
    return plain(first) == "horodate" and bool(others) and all(_METER.fullmatch(name) for name in others)


def read(source: CurveFile) -> Sequence[Reading]:
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
            "this file does not say its unit: add it to the file name, like ?unit=kW (known units: {known})"
        )
        raise source.fault(message.format(known=known_units()))
    unit, stamp = file_unit(source, source.options.unit), _stamp(table)
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


def _stamp(table: CellTable) -> Stamp:
    """Return whether stamps mark starts or ends: days with 00:00 (starts) or with the first step (ends)."""
    clock = read_moments(table.columns[0][:1])[0].clock[0]
    midnight = not np.isnat(clock) and clock == clock.astype("datetime64[D]")
    return "start" if midnight else "end"


def _prm(name: str) -> str | None:
    match = re.search(r"\d{14}", name)
    return match[0] if match else None


FORMAT = Format(name="acc-wide", title=N_("Wide file, one column a meter"), detect=detect, read=read)
