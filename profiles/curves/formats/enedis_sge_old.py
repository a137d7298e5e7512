"""The older SGE CSV that Likewatt and others pass on: date and time in two columns, step in minutes."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.i18n import N_
from acc.problem import InputError
from profiles.curves.formats.base import CurveFile, Format, Reading, fault_list
from profiles.curves.formats.delimited import (
    CellTable,
    blank_reading,
    first_cells,
    plain,
    read_series,
    read_table,
    shown,
)
from profiles.curves.formats.enedis_r63 import ACTIVE
from profiles.curves.formats.units import find_unit, unknown_unit
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
    table = read_table(source, 0)
    meters = table.cells("prm", "identifiant prm")
    physical = table.cells("grandeur physique")
    readings = []
    for prm in dict.fromkeys(meters):
        rows = [
            row
            for row, meter in enumerate(meters)
            if meter == prm
            and (physical[row].strip().upper() in ACTIVE or "active" in plain(physical[row]).split())
        ]
        if rows:
            readings.append(_reading(source, table, prm.strip(), rows))
    if not readings:
        raise source.fault(_("no curve of active power (PA) or energy (EA) in this file"))
    return readings


def _reading(source: CurveFile, table: CellTable, prm: str, rows: Sequence[int]) -> Reading:
    def pick(*names: str) -> list[str]:
        cells = table.cells(*names)
        return [cells[row].strip() for row in rows]

    units = sorted(set(pick("unite")))
    unit = find_unit(source.options.unit or units[0] or "W") if len(units) == 1 else None
    if unit is None:
        raise source.fault(unknown_unit(", ".join(units)))
    steps = pick("pas en minutes")
    wrong = [
        i
        for i, step in enumerate(steps)
        if step and not (step.isascii() and step.isdigit() and len(step) < 5)
    ]
    lines = table.lines[rows]
    if wrong:
        message = _("the step {step} is not a number of minutes")
        raise InputError(
            fault_list(source, lines[wrong].tolist(), lambda i: message.format(step=shown(steps[wrong[i]])))
        )
    like = replace(
        blank_reading(prm or _("curve"), unit.name, "end"),
        prm=prm or None,
        kind="production" if plain(pick("grandeur metier")[0]).startswith("prod") else "consumption",
        minutes=np.array([int(step) for step in steps], dtype=np.int64) if all(steps) else None,
        estimated=~np.isin([plain(status) for status in pick("statut de la mesure")], REAL),
    )
    stamps = [f"{d} {t}" for d, t in zip(pick("date de la mesure"), pick("heure de la mesure"), strict=True)]
    return read_series(source, lines, stamps, {"Valeur": (pick("valeur"), like)})[0]


FORMAT = Format(name="sge-old-csv", title=N_("Older SGE load curve, CSV"), detect=detect, read=read)
