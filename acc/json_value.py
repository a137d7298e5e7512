"""Values of the texts that are read and written: JSON, TOML, cells of tables."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TypeAlias

JsonValue: TypeAlias = str | int | float | bool | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None
"""What JSON has."""

JsonObject: TypeAlias = dict[str, JsonValue]

CellValue: TypeAlias = (
    str | int | float | bool | date | time | Sequence["CellValue"] | Mapping[str, "CellValue"] | None
)
"""What TOML has, a cell of a sheet, a setting of a command line: JSON, days and moments."""


class KeyFile:
    """Content of a file that an allocation key follows: its coefficients, its orders."""

    __slots__ = ()


KeyParameters: TypeAlias = Mapping[str, CellValue | KeyFile]
"""Parameters of an allocation key by name."""
