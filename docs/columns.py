"""Writes what the table of input columns says, for people and for the type checker: `python -m docs.columns`.

The tables of `docs/colonnes.md`, and `scenarios/entry/columns/row_models.pyi`.
"""

from pathlib import Path

from acc.sites import Module
from scenarios.entry.columns import row_models
from scenarios.entry.columns.column_types import ENUMS, stub_of
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.names import choices

PAGE = Path(__file__).parent / "colonnes.md"
STUB = Path(row_models.__file__).with_suffix(".pyi")


def table(file: str) -> str:
    """Return the table of a file, a line a column."""
    lines = ["| colonne | ce que c’est | unité | exemple |", "| --- | --- | --- | --- |"]
    for column in columns(file).values():
        listed = choices(file, column.id)
        words = ", ".join(f"{word.french} `{word.id}`" for word in listed.values()) if len(listed) < 9 else ""
        what = f"**{column.french}** : {column.what}" + (f" : {words}" if words else "")
        lines.append(f"| `{column.id}` | {what} | {column.unit or _written(column)} | `{column.example}` |")
    return "\n".join(lines)


def _written(column: InputColumn) -> str:
    """Return how a column without a unit is written."""
    if column.type == "truth":
        return "oui ou non"
    return "jour" if column.is_day else "nombre" if column.is_number else "texte"


def page(text: str) -> str:
    """Return the page with its tables made anew; what is written around them stays."""
    first, *parts = text.split("\n## ")
    made = []
    for part in parts:
        title, _line, rest = part.partition("\n")
        before, _bar, after = rest.partition("| colonne |")
        lines = after.split("\n")
        ending = next((n for n, line in enumerate(lines) if n and not line.startswith("|")), len(lines))
        tail = "\n".join(lines[ending:])
        made.append(f"{title}\n{before}{table(title)}\n{tail}".rstrip() + "\n")
    return "\n## ".join([first, *made])


def stub() -> str:
    """Return the models of a line of each table as the type checker reads them."""
    core = sorted(made.__name__ for made in {*ENUMS.values(), Module})
    lines = [
        '"""Written by `python -m docs.columns` from `scenarios/data/input_columns.csv`."""\n',
        "import datetime as dt",
        "from collections.abc import Mapping",
        "from typing import TypeAlias\n",
        f"from acc.sites import {', '.join(core)}",
        "from scenarios.entry.columns.schema import Model",
    ]
    for file, model in row_models.ROWS.items():
        lines += [
            f"\nclass {model.__name__}(Model):",
            *(f"    {stub_of(one)}" for one in columns(file).values()),
        ]
    ends = ("\nSiteRow: TypeAlias = ParticipantRow | PlantRow", "ROWS: Mapping[str, type[Model]]", "")
    return "\n".join([*lines, *ends])


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    STUB.write_text(stub(), encoding="utf-8")
