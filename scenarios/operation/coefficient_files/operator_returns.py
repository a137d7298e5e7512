"""Reads what the network operator returned on an operation: a plain CSV, R15 registers, the ACC interface.

Layouts of Enedis (R15: as public code reads it; interface: from a public client, no sample answer was
found) are of medium confidence: what is not understood is a fault with its place, never a zero.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import gettext as _
from itertools import chain
from json import JSONDecodeError
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

import defusedxml.ElementTree
import numpy as np
from defusedxml.common import DefusedXmlException

from acc.grid_operator.reconciliation import OperatorEnergy, Returned
from acc.problem import InputError, Problem, refuse
from acc.steps import FIRST_YEAR, LAST_YEAR, paris_offset_minutes
from profiles.files.open_file import UNPACKED_BYTES, check_memory, read_within
from profiles.text.delimited import (
    decode,
    decoded_bytes,
    each_text_line,
    parse_json,
    parsed_bytes,
    rows_of,
    separator_of,
)

DayT = TypeVar("DayT", bound=date)

VALUE_BYTES, PLACE_BYTES = 450, 300
"""Memory of a value, and of a meter on a day while its steps are added up, at most: measured."""

MOST_FAULTS = 1_000
"""After so many a file is of another kind, or its column is: no more of it is read."""

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
        InputError: every line, register or value that cannot be understood, up to a thousand; a file that
            would take more memory than one may.
    """
    data = read_within(path, UNPACKED_BYTES, way=way_out())
    check_memory(path.name, len(data), decoded_bytes(data), way_out())
    text = decode(data)
    if text is None or "\0" in text:
        raise InputError([Problem(path.name, _("not a text file: save it as CSV (semicolon) from Excel"))])
    del data
    values, problems = list[Returned](), list[Problem]()
    decimals: dict[tuple[OperatorEnergy, float], int] = {}
    start = text.lstrip()[:1]
    is_table = start not in {"<", "{", "["}
    text_bytes = 3 * len(text) if is_table else parsed_bytes(text)
    reader = _read_table if is_table else _read_r15 if start == "<" else _read_interface
    check_memory(path.name, len(text), text_bytes, way_out())
    for item in reader(text, path.name):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            value, digits = item
            values.append(value)
            place = (value.quantity, value.resolution_kwh)
            decimals[place] = max(digits, decimals.get(place, 0))
            check_memory(path.name, len(text), text_bytes + VALUE_BYTES * len(values), way_out())
        if len(problems) == MOST_FAULTS:
            message = _("{count} faults, perhaps more: the rest of the file was not read")
            problems.append(Problem(path.name, message.format(count=MOST_FAULTS)))
            break
    if not values and not problems:
        problems = [Problem(path.name, _("no energy of a collective operation in this file"))]
    refuse(problems)
    if not is_table:
        _set_last_digits(values, decimals)
    return tuple(values)


def way_out() -> str:
    """What to do about a file of the operator that is too large."""
    return _("split it, one month or fewer meters a file")


def _set_last_digits(values: list[Returned], decimals: Mapping[tuple[OperatorEnergy, float], int]) -> None:
    """Set what the last digit of each value is worth: the finest that the file writes of this energy.

    Args:
        values: whose `resolution_kwh` is their unit.
        decimals: the most with which a value of an energy and a unit is written; one value may leave out its
            zeros, not all of them.
    """
    worth = {place: place[1] * 10.0**-digits for place, digits in decimals.items()}
    for n, value in enumerate(values):
        values[n] = replace(value, resolution_kwh=worth[value.quantity, value.resolution_kwh])


def _read_table(text: str, file: str) -> Iterator[tuple[Returned, int] | Problem]:
    """Yield the values of `prm;jour;cons;autocons;complement;prod;surplus`, or `horodate_fin_utc` for `jour`.

    A column `classe` names a slot; steps are added up to local days, each in one place of an array.
    """
    lines = each_text_line(text)
    first = next(lines)
    separator = separator_of(first)
    rows = rows_of(file, chain([first], lines), separator)
    columns = [name.strip().lower() for name in next(rows)]
    names = set(columns)
    quantities = [quantity for quantity in OperatorEnergy if quantity.value in names]
    if "prm" not in names or not names & {"jour", "horodate_fin_utc"} or not quantities:
        message = _("columns prm, jour (or horodate_fin_utc) and some of {names} are expected")
        yield Problem(f"{file}, 1", message.format(names=", ".join(OperatorEnergy)))
        return
    sums, decimals = _Sums(file, len(text), len(quantities)), dict.fromkeys(quantities, 0)
    for line, row in enumerate(filter(None, rows), start=2):
        where = _("{file}, line {line}").format(file=file, line=line)
        cells = {name: value.strip() for name, value in zip(columns, row, strict=False)}
        is_day = bool(cells.get("jour"))
        day = _day_of(cells["jour"] if is_day else cells.get("horodate_fin_utc", ""), is_day)
        if day is None:
            message = _("no day (AAAA-MM-JJ) or moment (2025-01-01T00:15:00Z) from {first} to {last}")
            yield Problem(where, message.format(first=FIRST_YEAR, last=LAST_YEAR))
            continue
        place = (cells.get("prm", ""), day, _slot(cells.get("classe", "")))
        for number, quantity in enumerate(quantities):
            if not cells.get(quantity.value):
                continue
            kwh = _number(cells[quantity.value])
            if kwh is None:
                message = _("“{value}” is not a number of kWh").format(value=cells[quantity.value])
                yield Problem(f"{where}, {quantity}", message)
                continue
            sums.add(place, number, kwh, line)
            decimals[quantity] = max(decimals[quantity], _decimals(cells[quantity.value]))
    for (prm, day, slot), number, kwh, line, count in sums.taken():
        returned = Returned(
            prm=prm,
            quantity=quantities[number],
            first_day=day,
            end_day=_day_after(day),
            energy_kwh=kwh,
            slot=slot,
            resolution_kwh=count * 10.0 ** -decimals[quantities[number]],
            where=_("{file}, line {line}").format(file=file, line=line),
        )
        yield returned, 0


Place = tuple[str, date, str]
"""A meter, a day and a slot."""


class _Sums:
    """Steps added up to days, in arrays: an object a value would take five times as much memory."""

    def __init__(self, file: str, size_bytes: int, quantities: int) -> None:
        self.file, self.size_bytes, self.quantities = file, size_bytes, quantities
        self.places: dict[Place, int] = {}
        self.words: dict[str, str] = {}
        self.order, self.line, self.count, self.kwh = array("q"), array("q"), array("q"), array("d")

    def add(self, place: Place, quantity: int, kwh: float, line: int) -> None:
        """Add what a line says of a quantity, by its number.

        Raises:
            InputError: more meters and days than a file may hold.
        """
        row = self.places.get(place)
        if row is None:
            row = len(self.places)
            prm, day, slot = place
            self.places[self.words.setdefault(prm, prm), day, self.words.setdefault(slot, slot)] = row
            for column in (self.line, self.count, self.kwh):
                column.extend([0] * self.quantities)
            needed = 3 * self.size_bytes + PLACE_BYTES * len(self.places) + 32 * len(self.kwh)
            check_memory(self.file, self.size_bytes, needed, way_out())
        cell = row * self.quantities + quantity
        if not self.count[cell]:
            self.order.append(cell)
            self.line[cell] = line
        self.kwh[cell] += kwh
        self.count[cell] += 1

    def taken(self) -> Iterator[tuple[Place, int, float, int, int]]:
        """Yield place, number of the quantity, sum, first line and count of each, in the order of lines."""
        places = [*self.places]
        self.places = {}
        for cell in self.order:
            row, quantity = divmod(cell, self.quantities)
            yield places[row], quantity, self.kwh[cell], self.line[cell], self.count[cell]


@lru_cache(maxsize=40_000)
def _day_of(text: str, is_day: bool) -> date | None:
    """Return the day that is written, or the one in Paris to which a step that ends then belongs."""
    try:
        if is_day:
            return _known(date.fromisoformat(text))
        end = _known(datetime.fromisoformat(text.replace("Z", "")))
    except ValueError:
        return None
    # The end of a step belongs to the day of the step: a second before it.
    return _paris_day(end - timedelta(seconds=1))


@lru_cache(maxsize=4_000)
def _day_after(day: date) -> date:
    return day + timedelta(days=1)


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
