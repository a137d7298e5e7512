"""A small spreadsheet: reads a workbook and computes its formulas anew, with other inputs where asked."""

import math
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import openpyxl
from openpyxl.utils.cell import range_boundaries

CELL = re.compile(
    r"""(?P<text>"[^"]*")|(?P<name>[A-Za-z_]\w*)(?=\()|(?P<range>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<sign><>|<=|>=|=|\^)"""
)
SIGNS = {"<>": "!=", "=": "==", "^": "**", "<=": "<=", ">=": ">="}


class Spreadsheet:
    """The formulas of a workbook; `value` computes a cell, what it reads first."""

    def __init__(self, data: bytes, inputs: Mapping[str, float] | None = None) -> None:
        self.book = openpyxl.load_workbook(BytesIO(data))
        self.cached = openpyxl.load_workbook(BytesIO(data), data_only=True)
        self.names = {name: place.attr_text for name, place in self.book.defined_names.items()}
        self.known: dict[tuple[str, str], Any] = {}
        for name, value in (inputs or {}).items():
            self.known[self._place(name)] = value

    def formulas(self) -> list[tuple[str, str]]:
        return [
            (sheet.title, cell.coordinate)
            for sheet in self.book
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.data_type == "f"
        ]

    def named(self, name: str) -> Any:
        return self.value(*self._place(name))

    def value(self, sheet: str, place: str) -> Any:
        key = (sheet, place)
        if key not in self.known:
            given = self.book[sheet][place]
            is_formula = given.data_type == "f"
            self.known[key] = self._computed(sheet, given.value[1:]) if is_formula else given.value
        return self.known[key]

    def cached_value(self, sheet: str, place: str) -> Any:
        return self.cached[sheet][place].value

    def _place(self, name: str) -> tuple[str, str]:
        sheet, place = self.names[name].rsplit("!", 1)
        return sheet.strip("'"), place.replace("$", "")

    def _computed(self, sheet: str, formula: str) -> Any:
        def python(match: re.Match[str]) -> str:
            if match["text"]:
                return match["text"]
            if match["name"]:
                return f"F[{match['name']!r}]"
            if match["range"]:
                return f"R({match['range'].replace('$', '')!r})"
            return f"N({match['word']!r})" if match["word"] else SIGNS[match["sign"]]

        scope = {"F": FUNCTIONS, "R": lambda place: self._read(sheet, place), "N": self.named}
        # Both branches of an IF are computed here: the one not taken may divide by zero.
        with np.errstate(divide="ignore", invalid="ignore"):
            return eval(CELL.sub(python, formula), {"__builtins__": {}}, scope)

    def _read(self, sheet: str, place: str) -> Any:
        if ":" not in place:
            value = self.value(sheet, place)
            return value if isinstance(value, str) else np.float64(value or 0.0)
        left, top, right, bottom = range_boundaries(place)
        letters = [openpyxl.utils.get_column_letter(column) for column in range(left, right + 1)]
        return [self.value(sheet, f"{letter}{row}") for row in range(top, bottom + 1) for letter in letters]


def numbers(values: tuple[Any, ...]) -> list[float]:
    """Numbers of arguments and ranges; words and blanks of a range are left out, as spreadsheets do."""
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [float(one) for one in flat if isinstance(one, int | float)]


def npv(rate: float, *values: Any) -> float:
    return sum(value / (1.0 + rate) ** t for t, value in enumerate(numbers(values), start=1))


def irr(values: Any, guess: float) -> float:
    flows, rate = numbers((values,)), guess
    for _turn in range(100):
        worth = sum(v * (1.0 + rate) ** -t for t, v in enumerate(flows))
        slope = sum(-t * v * (1.0 + rate) ** (-t - 1) for t, v in enumerate(flows))
        rate -= worth / slope
    return rate


def pmt(rate: float, count: float, present: float) -> float:
    return -present / count if rate == 0.0 else -present * rate / (1.0 - (1.0 + rate) ** -count)


FUNCTIONS = {
    "SUM": lambda *values: math.fsum(numbers(values)),
    "MIN": lambda *values: min(numbers(values)),
    "MAX": lambda *values: max(numbers(values), default=0.0),
    "AVERAGE": lambda *values: math.fsum(numbers(values)) / len(numbers(values)),
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "NPV": npv,
    "IRR": irr,
    "PMT": pmt,
}
