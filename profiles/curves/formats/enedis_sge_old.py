"""The older SGE CSV that Likewatt and others pass on: date and time in two columns, step in minutes."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from acc.problem import InputError
from profiles.curves.formats.base import CurveFile, Format, Reading, Series, fault_list
from profiles.curves.formats.delimited import (
    CellTable,
    first_cells,
    kind_of,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.enedis_r63 import ACTIVE
from profiles.curves.formats.units import file_unit
from profiles.text.delimited import text_lines

REAL = ("", "r", "reel", "b", "brut")
"""How the status of a measured value starts, in plain lower case."""


def detect(source: CurveFile) -> bool:
    """Return whether the header starts with the date and the time of the measure."""
    return first_cells(text_lines(source.head)[0], 2) == ("date de la mesure", "heure de la mesure")


def read(source: CurveFile) -> Sequence[Reading]:
    """Return one reading for each meter; end-of-step stamps in local time, W by default.

    Raises:
        InputError: every unit, step, stamp or value that cannot be read.
    """
    sheet = read_table(source, 0)
    active = [
        text.strip().upper() in ACTIVE or "active" in plain(text).split()
        for text in sheet.cells("grandeur physique")
    ]
    if not any(active):
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    table = sheet.rows(np.flatnonzero(active))
    meters = np.array(table.cells("prm", "identifiant prm"))
    return [
        _reading(source, table.rows(np.flatnonzero(meters == prm)), prm.strip())
        for prm in dict.fromkeys(meters.tolist())
    ]


def _reading(source: CurveFile, table: CellTable, prm: str) -> Reading:
    steps = [cell.strip() for cell in table.cells("pas en minutes")]
    wrong = [
        row
        for row, step in enumerate(steps)
        if step and not (step.isascii() and step.isdigit() and len(step) < 5)
    ]
    if wrong:
        message = _("the step {step} is not a number of minutes")
        raise InputError(
            fault_list(source, table.lines[wrong], lambda i: message.format(step=shown(steps[wrong[i]])))
        )
    series = Series(
        column=prm or _("curve"),
        unit=file_unit(source, *(cell.strip() or "W" for cell in table.cells("unite"))),
        stamp="end",
        prm=prm or None,
        kind=kind_of(table.cells("grandeur metier")[0]),
        minutes=np.array([int(step) for step in steps], dtype=np.int64) if all(steps) else None,
        estimated=~np.isin([plain(status) for status in table.cells("statut de la mesure")], REAL),
    )
    days, hours = table.cells("date de la mesure"), table.cells("heure de la mesure")
    stamps = [f"{day.strip()} {hour.strip()}" for day, hour in zip(days, hours, strict=True)]
    return read_series(source, table.lines, stamps, {"Valeur": (table.cells("valeur"), series)})[0]


FORMAT = Format(name="sge-old-csv", title=N_("Older SGE load curve, CSV"), detect=detect, read=read)
