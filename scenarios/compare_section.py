"""`[compare]` of operation.toml, the sheet Comparaison of a workbook: what a group wants side by side."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from acc.problem import InputError, Problem
from scenarios.entry.columns.schema import Model
from scenarios.entry.folder.raw import COMPARE, RawFolder
from scenarios.entry.folder.sections import as_list, read_section
from scenarios.entry.folder.settings import SHORT_NAMES, Setting

KEY_PATH, PRICE_PATH = SHORT_NAMES["cle"], SHORT_NAMES["prix"]

Typed: TypeAlias = int | float | str
"""A value that the row or the section that it is set in checks."""


class CompareSection(Model):
    """`[compare]`: what `acc compare` crosses where nothing else is asked; `kwp` is by plant."""

    keys: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    prices: tuple[Typed, ...] = ()
    kwp: dict[str, tuple[Typed, ...]] = Field(default_factory=dict)


def compared_axes(source: RawFolder) -> list[list[Setting]]:
    """Axes crossed by `[compare]`: the keys, then the prices, then the powers of each plant.

    Raises:
        InputError: a section that cannot be read; what a value means is not looked at yet.
    """
    faults: list[Problem] = []
    table = read_section(source, COMPARE, source.sections.get(COMPARE, {}), CompareSection, faults)
    if table is None:
        raise InputError(faults)
    powers = [(f"kwp.{name}", f"kwp.{name}", name, values) for name, values in table.kwp.items()]
    axes = [("keys", KEY_PATH, "cle", table.keys), ("prices", PRICE_PATH, "prix", table.prices), *powers]
    return [
        [
            Setting(path, value, source.place(COMPARE, f"{key}.{rank}"), f"{word}={value}")
            for rank, value in enumerate(values, start=1)
        ]
        for key, path, word, values in axes
        if values or path == KEY_PATH
    ]
