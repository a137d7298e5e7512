"""C68: the contract data of meters, as Enedis gives it with the consent of their holders."""

import re
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, ReadOptions
from profiles.curves.formats.delimited import CellTable, read_table, shown
from profiles.curves.formats.not_a_curve import is_contract
from profiles.curves.formats.open_file import open_source

_POWER = re.compile(r"(\d+(?:[.,]\d+)?)\s*k(VA|W)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contract:
    """What is used of what the C68 says of one meter.

    Attributes:
        prm: 14 digits as text; mask it before print.
        turpe: version of the network tariff ("CU4", "BTSUPCU4"), empty where the file says nothing.
        subscribed_kva: subscribed power in kVA, or in kW for medium voltage; None when not given.
    """

    prm: str
    turpe: str
    subscribed_kva: float | None


def read_contracts(path: Path) -> tuple[Contract, ...]:
    """Return the rows of a C68 CSV, in file order.

    Raises:
        InputError: not a C68, a meter number that is not 14 digits, a power that cannot be read.
    """
    source = open_source(path, ReadOptions())
    if not is_contract(source):
        raise source.fault(_("not a C68: its first column is PRM, with the contract's situation beside it"))
    return _contracts(source, read_table(source, 0))


def _contracts(source: CurveFile, table: CellTable) -> tuple[Contract, ...]:
    names = ("prm", "formule tarifaire acheminement", "puissance souscrite")
    rows, problems = [], []
    for line, *cells in zip(table.lines.tolist(), *map(table.cells, names), strict=True):
        prm, turpe, power = map(str.strip, cells)
        kva = _power_kva(power)
        if not re.fullmatch(r"\d{14}", prm):
            message = _(
                "{prm} is not a meter number: 14 digits are expected (keep the column as text in Excel)"
            )
            problems.append(Problem(source.at(line), message.format(prm=shown(prm))))
        elif kva is None and power:
            message = _("{power} is not a subscribed power like 36 kVA")
            problems.append(Problem(source.at(line), message.format(power=shown(power))))
        rows.append(Contract(prm, turpe, kva))
    if problems:
        raise InputError(problems)
    return tuple(rows)


def _power_kva(text: str) -> float | None:
    match = _POWER.fullmatch(text)
    return float(match[1].replace(",", ".")) if match else None
