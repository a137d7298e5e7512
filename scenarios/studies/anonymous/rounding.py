"""Figures of a folder to hand over, rounded: none of them is found again in another list."""

import re
from collections.abc import Mapping

from acc.arrays import CellValue, FloatArray

DIGITS = 3
"""Of energies, powers and amounts of money; each is off by half a percent at most."""

_HAS_UNIT = re.compile(r"(?:^|[._])(?:kwh|kw|kwp|kva|eur|surplus)(?:[._]|$)")
_NUMBER = re.compile(r"-?\d[\d\s]*(?:[.,]\d+)?")
_NUMBERS = re.compile(rf"\s*{_NUMBER.pattern}(?:\s*/\s*{_NUMBER.pattern})*\s*")


def rounded(value: float) -> float:
    """Return a figure with three digits.

    >>> rounded(62_148.0), rounded(0.12345)
    (62100.0, 0.123)
    """
    return float(f"{value:.{DIGITS}g}")


def rounded_cells(cells: Mapping[str, CellValue], path: str = "") -> dict[str, CellValue]:
    """Return the cells of a row, or the values of a section: see `rounded_cell`."""
    return {name: rounded_cell(f"{path}.{name}", value) for name, value in cells.items()}


def rounded_cell(path: str, value: CellValue) -> CellValue:
    """Return a value of the folder, rounded where its name or the one it stands under has a unit.

    >>> rounded_cell("kva", "90/120,25"), rounded_cell("since", "2028"), rounded_cell("kwp", "x1234.csv")
    ('90/120', '2028', 'x1234.csv')
    """
    if isinstance(value, Mapping):
        return rounded_cells(value, path)
    if isinstance(value, list | tuple):
        return [rounded_cell(path, inner) for inner in value]
    if isinstance(value, bool) or not _HAS_UNIT.search(path):
        return value
    if isinstance(value, int | float):
        return type(value)(rounded(value))
    return _NUMBER.sub(_digits, value) if isinstance(value, str) and _NUMBERS.fullmatch(value) else value


def _digits(number: re.Match[str]) -> str:
    return f"{rounded(float(''.join(number[0].split()).replace(',', '.'))):.15g}"


def with_rounded_sum(kwh: FloatArray) -> FloatArray:
    """Return a curve whose year has three digits: its sum is a figure too."""
    total = float(kwh.sum())
    return kwh * (rounded(total) / total) if total else kwh
