"""What settings are called on the sheets of a workbook: one table, `scenarios/data/settings.csv`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scenarios.entry.columns.input_columns import DATA
from scenarios.entry.columns.names import PARTICIPANTS, PERSONS, PLANTS, header_of, plain

TABLE_HEADS: Mapping[str, tuple[str, str]] = {
    "sites": ("participants", PARTICIPANTS),
    "participants": ("participants", PARTICIPANTS),
    "centrales": ("plants", PLANTS),
    "plants": ("plants", PLANTS),
    "membres": ("persons", PERSONS),
    "persons": ("persons", PERSONS),
}
"""How the path of a cell may begin, plain: the head of the path, the table that it leads to."""


@dataclass(frozen=True, slots=True)
class SettingName:
    """One setting: its path, the sheet that asks for it, its French name, unit, kind and example.

    Attributes:
        kind: `text`, `number`, `date`, `yesno`, `sale` (a contract, a file or a price), or `list:NAME`, a
            list of `scenarios.entry.columns.names`.
    """

    path: str
    sheet: str
    french: str
    unit: str
    kind: str
    others: tuple[str, ...]
    what: str
    example: str


@cache
def setting_names() -> Mapping[str, SettingName]:
    """Return the settings by path, in the order of the sheets."""
    with (DATA / "settings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        row["path"]: SettingName(
            row["path"],
            row["sheet"],
            row["french"],
            row["unit"],
            row["kind"],
            tuple(row["others"].split("|")),
            row["what"],
            row["example"],
        )
        for row in rows
    }


def unit_of_setting(key: str) -> str:
    """Return the unit of a setting, whatever its section; empty when it has none.

    >>> unit_of_setting("local_eur_per_mwh")
    'EUR/MWh'
    """
    return next((one.unit for path, one in setting_names().items() if path.endswith(f".{key}")), "")


def path_meant(written: str) -> str:
    """Return the path of a setting written by its French name or as a path; itself when it is neither.

    >>> path_meant("Prix local"), path_meant("centrales.toit.Puissance"), path_meant("key.shares")
    ('prices.local_eur_per_mwh', 'plants.toit.kwp', 'key.shares')
    """
    found = _paths().get(plain(written))
    if found:
        return found
    head, _dot, rest = written.partition(".")
    name, _dot, column = rest.rpartition(".")
    if plain(head) not in TABLE_HEADS or not name:
        return written.strip()
    table, file = TABLE_HEADS[plain(head)]
    header = header_of(file, column)
    return f"{table}.{name}.{header.id if header and header.factor == 1.0 else column}"


@cache
def _paths() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for setting in setting_names().values():
        for name in (setting.french, setting.path, *setting.others):
            if name:
                found.setdefault(plain(name), setting.path)
    return found
