"""Files that people take for load curves and that are not: recognised, and refused with the way out.

One of them is of use: the C68, the contract data of meters, as Enedis gives it with the consent of their
holders.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from acc.i18n import N_
from acc.problem import Problem, refuse
from profiles.curves.formats.base import CurveFile, Format, Reading, ReadOptions
from profiles.curves.formats.delimited import CellTable, first_cells, read_table, shown
from profiles.curves.formats.open_file import open_source
from profiles.text.delimited import text_lines

WAY_OUT = N_(
    "Ask Enedis for the load curve (courbe de charge, 5 to 60 min): client area, “Mes mesures”, “Courbe de "
    "charge”; for a Linky its recording must first be switched on. Without it, give the yearly kWh and a "
    "profile"
)


def _names(source: CurveFile, line: int = 0) -> tuple[str, ...]:
    lines = text_lines(source.head)
    return first_cells(lines[line], 40) if line < len(lines) else ()


def is_index(source: CurveFile) -> bool:
    """Return whether the file holds meter indexes or daily energies (R64, R65, R15x, client area)."""
    if source.head.lstrip().startswith("{"):
        return '"mesures"' in source.head and ('"classeTemporelle"' in source.head or '"P1D"' in source.head)
    if source.head.lstrip().startswith("<"):
        return re.search(r"<(?:\w+:)?(?:R15\d?|R17\d|R64|R65)\b", source.head) is not None
    top, third = _names(source), _names(source, 2)
    about_meter = top[:1] == ("identifiant prm",)
    return (
        (about_meter and "horodate" in top and "pas" not in top)
        or (about_meter and "type de releve" in third)
        or (
            about_meter
            and first_cells(text_lines(source.head)[min(1, source.head.count("\n"))], 2)[1:] == ("index",)
        )
        or any(_is_daily(source, line) for line in range(4))
    )


def _is_daily(source: CurveFile, line: int) -> bool:
    names, row = _names(source, line), _names(source, line + 1)
    if len(names) < 2 or names[0] not in {"date", "jour"} or (row and ":" in row[0]):
        return False
    return re.fullmatch(r"(?:valeur|consommation|energie)[ \w]*\((?:en )?k?wh\)", names[1]) is not None


def is_contract(source: CurveFile) -> bool:
    """Return whether the file is a C68, the contract data of meters."""
    return _names(source)[:1] == ("prm",) and any(
        "situation contractuelle" in name for name in _names(source)
    )


def is_reference(source: CurveFile) -> bool:
    """Return whether the file is one of Enedis' open data: profile coefficients or regional means."""
    names = {name.replace("_", " ") for name in _names(source)}
    return {"horodate", "sous profil"} <= names or {
        "horodate",
        "profil",
        "plage de puissance souscrite",
    } <= names


def is_daily_export(source: CurveFile) -> bool:
    """Return whether the file is the client area's export of one value a day, known by its title."""
    lines = text_lines(source.head)[:40]
    return any(DAILY_TITLE in cell for line in lines for cell in first_cells(line, 12))


DAILY_TITLE = "export consommation quotidienne"


def _refused(
    name: str, title: str, detect: Callable[[CurveFile], bool], message: str, way_out: str = ""
) -> Format:
    def read(source: CurveFile) -> Sequence[Reading]:
        raise source.fault(f"{_(message)}. {_(way_out)}" if way_out else _(message))

    return Format(name=name, title=title, detect=detect, read=read, is_refused=True)


FORMATS = (
    _refused(
        "enedis-portal-daily",
        N_("Enedis client area, daily (refused)"),
        is_daily_export,
        N_(
            "“Export Consommation Quotidienne”: one value a day, not a load curve. In the same place, ask "
            "for “Consommation Horaire”"
        ),
        WAY_OUT,
    ),
    _refused(
        "index",
        N_("Indexes or daily energies (refused)"),
        is_index,
        N_("indexes or one value a day, not a load curve"),
        WAY_OUT,
    ),
    _refused(
        "c68",
        N_("C68 contract data (not a curve)"),
        is_contract,
        N_("contract data (C68), not a curve: it fills the columns kva and turpe of participants.csv"),
    ),
    _refused(
        "enedis-reference",
        N_("Enedis reference shapes (not a meter)"),
        is_reference,
        N_("reference shapes of Enedis' open data, not the curve of a meter: use one as a profile"),
    ),
)


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
    refuse(problems)
    return tuple(rows)


def _power_kva(text: str) -> float | None:
    match = _POWER.fullmatch(text)
    return float(match[1].replace(",", ".")) if match else None
