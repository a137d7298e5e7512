"""Reads what the network operator returned on an operation: a plain CSV, R15 registers, the ACC interface.

Layouts of Enedis (R15: as public code reads it; interface: from a public client, no sample answer was
found) are of medium confidence: what is not understood is a fault with its place, never a zero.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from gettext import gettext as _
from json import JSONDecodeError
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

import defusedxml.ElementTree
import numpy as np
from defusedxml.common import DefusedXmlException

from acc.grid_operator.reconciliation import OperatorEnergy, Returned
from acc.problem import Problem, refuse
from acc.steps import FIRST_YEAR, LAST_YEAR, paris_offset_minutes
from profiles.text.delimited import parse_json, rows_of, separator_of, text_lines
from scenarios.entry.columns.csv_tables import read_text

DayT = TypeVar("DayT", bound=date)

MAX_BYTES = 200_000_000
"""A year of quarter hours of 250 meters as text."""

R15_CLASSES: Mapping[str, OperatorEnergy] = {
    "3": OperatorEnergy.AUTOCONS,  # autoproduite: local energy of a consumer
    "4": OperatorEnergy.COMPLEMENT,  # alloproduite: from its supplier
    "5": OperatorEnergy.AUTOCONS,  # autoconsommée: what a producer delivers to the operation
    "6": OperatorEnergy.SURPLUS,
}
"""Measure classes of the R15 flow (public transcription of 2026, confidence M)."""

UNITS_KWH: Mapping[str, float] = {"wh": 0.001, "kwh": 1.0, "mwh": 1000.0}
EVERY_HOUR = {"", "base", "all"}
"""Class names that mean all hours together."""


def read_returned(path: Path) -> tuple[Returned, ...]:
    """Return the values of a file: CSV, R15 XML or JSON, told apart by their first character.

    Raises:
        InputError: every line, register or value that cannot be understood.
    """
    text = read_text(path, MAX_BYTES)
    start = text.lstrip()[:1]
    if start in {"<", "{", "["}:
        reader = _read_r15 if start == "<" else _read_interface
        items = _with_last_digits(reader(text, path.name))
    else:
        items = list(_read_table(text, path.name))
    problems = [item for item in items if isinstance(item, Problem)]
    values = tuple(item for item in items if isinstance(item, Returned))
    if not values and not problems:
        problems = [Problem(path.name, _("no energy of a collective operation in this file"))]
    refuse(problems)
    return values


def _with_last_digits(read: Iterable[tuple[Returned, int] | Problem]) -> list[Returned | Problem]:
    """Return the values with what their last digit is worth: the finest that the file writes of this energy.

    Args:
        read: values whose `resolution_kwh` is their unit, with the decimals that each is written with; one
            value may leave out its zeros, not all of them.
    """
    digits, decimals = list(read), dict[tuple[OperatorEnergy, float], int]()
    for item in digits:
        if not isinstance(item, Problem):
            column = (item[0].quantity, item[0].resolution_kwh)
            decimals[column] = max(item[1], decimals.get(column, 0))
    return [
        item
        if isinstance(item, Problem)
        else replace(
            item[0],
            resolution_kwh=item[0].resolution_kwh
            * 10.0 ** -decimals[item[0].quantity, item[0].resolution_kwh],
        )
        for item in digits
    ]


def _read_table(text: str, file: str) -> Iterator[Returned | Problem]:
    """Yield the values of `prm;jour;cons;autocons;complement;prod;surplus`, or `horodate_fin_utc` for `jour`.

    A column `classe` names a slot; steps are added up to local days.
    """
    lines = text_lines(text)
    head, *rows = rows_of(file, lines, separator_of(lines[0]))
    columns = [name.strip().lower() for name in head]
    names = set(columns)
    quantities = [quantity for quantity in OperatorEnergy if quantity.value in names]
    if "prm" not in names or not names & {"jour", "horodate_fin_utc"} or not quantities:
        message = _("columns prm, jour (or horodate_fin_utc) and some of {names} are expected")
        yield Problem(f"{file}, 1", message.format(names=", ".join(OperatorEnergy)))
        return
    sums: dict[tuple[str, OperatorEnergy, date, str], tuple[float, int, int]] = {}
    decimals = dict.fromkeys(quantities, 0)
    for line, row in enumerate(filter(None, rows), start=2):
        where = _("{file}, line {line}").format(file=file, line=line)
        cells = {name: value.strip() for name, value in zip(columns, row, strict=False)}
        day = _day_of(cells)
        if day is None:
            message = _("no day (AAAA-MM-JJ) or moment (2025-01-01T00:15:00Z) from {first} to {last}")
            yield Problem(where, message.format(first=FIRST_YEAR, last=LAST_YEAR))
            continue
        for quantity in quantities:
            if not cells.get(quantity.value):
                continue
            kwh = _number(cells[quantity.value])
            if kwh is None:
                message = _("“{value}” is not a number of kWh").format(value=cells[quantity.value])
                yield Problem(f"{where}, {quantity}", message)
                continue
            place = (cells.get("prm", ""), quantity, day, _slot(cells.get("classe", "")))
            before, first_line, count = sums.get(place, (0.0, line, 0))
            sums[place] = (before + kwh, first_line, count + 1)
            decimals[quantity] = max(decimals[quantity], _decimals(cells[quantity.value]))
    for (prm, quantity, day, slot), (kwh, line, count) in sums.items():
        yield Returned(
            prm=prm,
            quantity=quantity,
            first_day=day,
            end_day=day + timedelta(days=1),
            energy_kwh=kwh,
            slot=slot,
            resolution_kwh=count * 10.0 ** -decimals[quantity],
            where=_("{file}, line {line}").format(file=file, line=line),
        )


def _day_of(cells: Mapping[str, str]) -> date | None:
    try:
        if cells.get("jour"):
            return _known(date.fromisoformat(cells["jour"]))
        end = _known(datetime.fromisoformat(cells.get("horodate_fin_utc", "").replace("Z", "")))
    except ValueError:
        return None
    # The end of a step belongs to the day of the step: a second before it.
    return _paris_day(end - timedelta(seconds=1))


def _known(day: DayT) -> DayT:
    """Return a day, or a moment, of the years of meters.

    Raises:
        ValueError: it is of another year, as 9999 is.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day


def _paris_day(moment_utc: datetime) -> date:
    offset = paris_offset_minutes(np.array([moment_utc], dtype="datetime64[m]"))[0]
    return (moment_utc + timedelta(minutes=int(offset))).date()


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _decimals(text: str) -> int:
    """Number of decimals of a written number.

    >>> [_decimals(text) for text in ("1 234,50", "12", "1.5e-3")]
    [2, 0, 4]
    """
    digits, _e, power = text.lower().replace(",", ".").partition("e")
    return max(len(digits.partition(".")[2].strip()) - int(power or 0), 0)


def _slot(name: str) -> str:
    word = name.strip().lower()
    return "" if word in EVERY_HOUR else {"p": "pointe"}.get(word, word)


def _read_r15(text: str, file: str) -> Iterator[tuple[Returned, int] | Problem]:
    """Yield the registers of collective self-consumption of an R15 flow, whole kWh by class of hours."""
    try:
        root: ET.Element = defusedxml.ElementTree.fromstring(text)
    except (ET.ParseError, DefusedXmlException) as fault:
        yield Problem(file, _("not a readable XML file: {fault}").format(fault=fault))
        return
    for meter in root.iter("PRM"):
        prm = meter.findtext("Id_PRM", "").strip()
        for reading in meter.iter("Donnees_Releve"):
            where = f"{file}, PRM •••• {prm[-4:]}, {reading.findtext('Id_Releve', '?')}"
            first = _date_text(reading.findtext("Date_Releve_Precedent"))
            end = _date_text(reading.findtext("Date_Releve"))
            classes = reading.iter("Classe_Temporelle_Distributeur")
            registers = [r for r in classes if r.findtext("Classe_Mesure", "").strip() in R15_CLASSES]
            if registers and (first is None or end is None):
                message = _("no dates of the reading from {first} to {last}")
                yield Problem(where, message.format(first=FIRST_YEAR, last=LAST_YEAR))
                continue
            for register in registers:
                assert first is not None
                assert end is not None
                yield _register(register, prm, (first, end), where)


def _register(
    register: ET.Element, prm: str, days: tuple[date, date], where: str
) -> tuple[Returned, int] | Problem:
    value = _number(register.findtext("Valeur", ""))
    unit = UNITS_KWH.get(register.findtext("Unite_Mesure", "").strip().lower())
    if value is None or unit is None:
        message = _("a register without a value in kWh: {value} {unit}")
        shown = register.findtext("Valeur", "?"), register.findtext("Unite_Mesure", "?")
        return Problem(where, message.format(value=shown[0], unit=shown[1]))
    returned = Returned(
        prm=prm,
        quantity=R15_CLASSES[register.findtext("Classe_Mesure", "").strip()],
        first_day=days[0],
        end_day=days[1],
        energy_kwh=value * unit,
        slot=_slot(register.findtext("Id_Classe_Temporelle", "")),
        resolution_kwh=unit,
        where=where,
    )
    return returned, _decimals(register.findtext("Valeur", ""))


def _date_text(text: str | None) -> date | None:
    """Return the local day of `2024-07-30T00:01:00+02:00` or `2024-07-30`, or of a moment in UTC (`...Z`)."""
    try:
        moment = _known(datetime.fromisoformat((text or "").strip().replace("Z", "+00:00")))
    except ValueError:
        return None
    if moment.utcoffset() == timedelta(0):
        return _paris_day(moment.replace(tzinfo=None))
    return moment.date()


def _read_interface(text: str, file: str) -> Iterator[tuple[Returned, int] | Problem]:
    """Yield the definitive energies of the interface, by class of the network tariff."""
    try:
        document = parse_json(text, parse_float=str)  # a number with the decimals it is written with
    except JSONDecodeError as fault:
        message = _("not a readable JSON file: {fault}").format(fault=fault.msg)
        yield Problem(f"{file}, {fault.lineno}", message)
        return
    for index, item in enumerate(document if isinstance(document, list) else [document]):
        where = file if not isinstance(document, list) else f"{file}, [{index}]"
        yield from _interface_item(item, where)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _interface_item(item: object, where: str) -> Iterator[tuple[Returned, int] | Problem]:
    if not isinstance(item, Mapping):
        yield Problem(where, _("an object is expected"))
        return
    prm = str(item.get("cons_id") or item.get("prod_id") or "")
    first, end = _date_text(str(item.get("startDate", ""))), _date_text(str(item.get("endDate", "")))
    unit = UNITS_KWH.get(str(item.get("unit", "")).lower())
    if not prm or first is None or end is None or unit is None:
        message = _("cons_id, startDate, endDate and unit (Wh or kWh) are expected: {found}")
        yield Problem(where, message.format(found=", ".join(sorted(map(str, item))) or "-"))
        return
    for group in _objects(item.get("quantities")):
        kind = str(group.get("type", ""))
        if kind not in set(OperatorEnergy):
            message = _("unknown energy {kind}: one of {names} is expected")
            yield Problem(where, message.format(kind=kind, names=", ".join(OperatorEnergy)))
            continue
        for part in _objects(group.get("quantities")):
            kwh = _number(str(part.get("value", "")))
            if kwh is None:
                yield Problem(where, _("“{value}” is not a number of kWh").format(value=part.get("value")))
                continue
            returned = Returned(
                prm=prm,
                quantity=OperatorEnergy(kind),
                first_day=first,
                end_day=end,
                energy_kwh=kwh * unit,
                slot=_slot(str(part.get("name", ""))),
                resolution_kwh=unit,
                where=where,
            )
            yield returned, _decimals(str(part.get("value", "")))
