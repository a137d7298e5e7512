"""C68: the contract data of meters, as Enedis gives it with the consent of their holders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.curves.formats.base import CurveFile, ReadOptions
from profiles.curves.formats.delimited import CellTable, read_table, shown
from profiles.curves.formats.not_a_curve import is_contract
from profiles.curves.formats.open_file import open_source

_POWER = re.compile(r"(\d+(?:[.,]\d+)?)\s*k(VA|W)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the C68 says of one meter; empty where it says nothing.

    Attributes:
        prm: 14 digits as text; mask it before print.
        state: state of the contract ("SERVC": in service).
        segment: C1 to C5 for consumption, P1 to P4 for production.
        tariff_code, turpe: code of the network tariff and its version ("CU4", "BTSUPCU4").
        subscribed_kva: subscribed power in kVA, or in kW for medium voltage; None when not given.
        siret: business number of the site, as text.
        injection: kind of injection ("SURPLUS", ...).
    """

    prm: str
    state: str = ""
    segment: str = ""
    tariff_code: str = ""
    turpe: str = ""
    subscribed_kva: float | None = None
    siret: str = ""
    injection: str = ""


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
    def cells(*names: str) -> Sequence[str]:
        found = table.column(*names)
        return ("",) * table.lines.size if found is None else found

    columns = zip(
        table.lines.tolist(),
        cells("prm"),
        cells("etat contractuel"),
        cells("segment"),
        cells("code tarif acheminement"),
        cells("formule tarifaire acheminement"),
        cells("puissance souscrite"),
        cells("numero siret"),
        cells("type injection"),
        strict=True,
    )
    rows, problems = [], []
    for line, prm, state, segment, code, turpe, power, siret, injection in columns:
        kva = _power_kva(power)
        if not re.fullmatch(r"\d{14}", prm.strip()):
            message = _(
                "{prm} is not a meter number: 14 digits are expected (keep the column as text in Excel)"
            )
            problems.append(Problem(source.at(line), message.format(prm=shown(prm))))
        elif kva is None and power.strip():
            message = _("{power} is not a subscribed power like 36 kVA")
            problems.append(Problem(source.at(line), message.format(power=shown(power))))
        rows.append(
            Contract(
                prm=prm.strip(), state=state.strip(), segment=segment.strip(), tariff_code=code.strip(),
                turpe=turpe.strip(), subscribed_kva=kva, siret=siret.strip(), injection=injection.strip(),
            )
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    return tuple(rows)


def _power_kva(text: str) -> float | None:
    found = _POWER.fullmatch(text.strip())
    return float(found[1].replace(",", ".")) if found else None
