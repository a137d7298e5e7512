"""Writes what the table of input columns says, for people and for the type checker: `python -m docs.columns`.

The tables of `docs/colonnes.md` and `docs/reglages.md`, and `scenarios/entry/columns/row_models.pyi`.
"""

from itertools import groupby
from math import isfinite
from operator import attrgetter
from pathlib import Path

from acc.plant_model import Module
from acc.scenario import DecisionCriterion
from scenarios.entry.columns import row_models
from scenarios.entry.columns.input_columns import InputColumn, columns, tables
from scenarios.entry.columns.names import choices, french_word, word_of
from scenarios.entry.columns.schema import ENUMS, REQUIRED, TYPES
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.plausibility.rules import rules

PAGES = tuple(Path(__file__).parent / name for name in ("colonnes.md", "reglages.md"))
SITES = "participants.csv"
DOUBTED = "Ce qui paraît peu vraisemblable"
"""What the rules of these kinds say together; each says its own where it applies."""

STUB = Path(row_models.__file__).with_suffix(".pyi")


def stub_of(column: InputColumn) -> str:
    """Return the line of a column in `row_models.pyi`.

    >>> stub_of(columns("plants.csv")["kwp"]), stub_of(columns("plants.csv")["kind"])
    ('kwp: float', 'kind: PlantKind | None = ...')
    """
    listed = ENUMS.get(column.list_name)
    name = listed.__name__ if listed else "str" if column.type == "list" else TYPES[column.type][1]
    known = name if column.empty else f"{name} | None"
    return f"{column.id}: {known}" + ("" if column.empty == REQUIRED else " = ...")


def table(name: str) -> str:
    """Return the table of a file or of a section, a line a column or setting.

    Neighbours of the same words share a line.
    """
    head = "colonne" if name.endswith(".csv") else "clé"
    lines = [f"| {head} | sens | exemple |", "| --- | --- | --- |"]
    alike = _as_of_a_site(name)
    if alike:
        ids = ", ".join(f"`{one.id}`" for one in alike)
        lines.append(f"| {ids} | comme d’un site, sous les mêmes titres | `{alike[0].example}` |")
    words = attrgetter("what", "unit", "list_name", "empty")
    own = [column for column in columns(name).values() if column not in alike]
    for _words, (column, *others) in groupby(own, key=words):
        listed = choices(name, column.id)
        listing = (
            ", ".join(f"{word.french} `{word.id}`" for word in listed.values()) if len(listed) < 9 else ""
        )
        titles = ", ".join(f"**{one.french}**" for one in (column, *others))
        unit = f" ({column.unit})" if column.unit else ""
        what = f"{titles}{unit}{_after(column.french, column.what)}" + (f" : {listing}" if listing else "")
        example = column.example
        if head == "clé":
            what += _usual(column)
            example = _in_toml(column)
        ids = ", ".join(f"`{one.id}`" for one in (column, *others))
        lines.append(f"| {ids} | {what} | `{example}` |")
    return "\n".join(lines)


def _as_of_a_site(name: str) -> list[InputColumn]:
    """Return the columns of a table that are said of a site already, where several are."""
    sites = columns(SITES) if name != SITES else {}
    said = [
        column
        for column in columns(name).values()
        if (site := sites.get(column.id))
        and (site.french, site.list_name) == (column.french, column.list_name)
        and site.what.startswith(column.what)
    ]
    return said if len(said) > 1 else []


def _after(title: str, words: str) -> str:
    """Return what is said of a column after its title, which is not said twice.

    >>> _after("Poste", "nom du poste"), _after("Poste", "poste source"), _after("Poste", "postes")
    (' : nom du poste', ' source', ' : postes')
    """
    rest = words[len(title) :]
    starts = words.casefold().startswith(title.casefold()) and rest[:1] in {"", " ", ","}
    return rest if starts else f" : {words}"


def _usual(column: InputColumn) -> str:
    """Return what a setting is where nothing is written."""
    if column.empty in {"", "required", "{}", "()"}:
        return ""
    word = french_word(column.list_name, column.empty) if column.list_name else column.empty
    return f" ; sinon {word.removesuffix('.0')}"


def _in_toml(column: InputColumn) -> str:
    """Return the example of a setting as `operation.toml` has it."""
    example = word_of(column.list_name, column.example) if column.list_name else column.example
    if column.is_truth:
        return toml_of(example == "oui")
    if column.is_day or column.is_number or example.startswith(("{", "[")):
        return example.replace(",", ".") if column.is_number else example
    return toml_of(example)


def page(text: str) -> str:
    """Return a page with its tables made anew from the table of input columns; the rest of it stays."""
    first, *parts = text.split("\n## ")
    made = []
    for part in parts:
        title, _line, rest = part.partition("\n")
        name = title.strip("[]")
        if name not in (*tables(), DOUBTED):
            made.append(f"{part.rstrip()}\n")
            continue
        lines = rest.split("\n")
        begin = next(n for n, line in enumerate(lines) if line.startswith("|"))
        ending = next((n for n in range(begin, len(lines)) if not lines[n].startswith("|")), len(lines))
        before, tail = "\n".join(lines[:begin]), "\n".join(lines[ending:])
        told = doubted() if name == DOUBTED else f"{table(name)}\n{tail}"
        made.append(f"{title}\n{before}\n{told}".rstrip() + "\n")
    return "\n## ".join([first, *made])


def doubted() -> str:
    """Return the rules of plausibility with bounds: those with a source, then those of a hypothesis."""
    usual_of: dict[str, list[str]] = {}
    supposed = []
    for rule in rules().values():
        usual = _between(rule.low, rule.high)
        told = f"{usual} {rule.unit}".strip()
        if told and rule.source.startswith("hypothèse") and rule.confidence == "L":
            supposed.append(f"- {rule.compares} : {told}")
        elif told:
            usual_of.setdefault(f"{told} | {rule.source} ({rule.confidence})", []).append(rule.compares)
    lines = ["| ce qui est comparé | d’ordinaire | d’après (confiance) |", "| --- | --- | --- |"]
    lines += [f"| {' ; '.join(compared)} | {after} |" for after, compared in usual_of.items()]
    copies = "\nToujours : une copie, deux cases qui se contredisent."
    return "\n".join([*lines, "\nPar hypothèse (L) :\n", *supposed, copies])


def _between(low: float, high: float) -> str:
    """Return the usual bounds in words.

    >>> none = float("nan")
    >>> _between(0.6, 1.45), _between(250, none), _between(none, 3), _between(none, none)
    ('de 0,6 à 1,45', 'au moins 250', 'au plus 3', '')
    """
    told = [f"{value:g}".replace(".", ",").replace("-", "−") for value in (low, high) if isfinite(value)]
    if len(told) == 2:
        return f"de {told[0]} à {told[1]}"
    return f"{'au moins' if isfinite(low) else 'au plus'} {told[0]}" if told else ""


def stub() -> str:
    """Return the models of a line of each table as the type checker reads them."""
    core = sorted(
        {*ENUMS.values(), Module, DecisionCriterion}, key=lambda made: (made.__module__, made.__name__)
    )
    lines = [
        '"""Written by `python -m docs.columns` from `scenarios/data/input_columns.csv`."""\n',
        "import datetime as dt",
        "from collections.abc import Mapping",
        "from typing import Literal, TypeAlias\n",
        "from pydantic import BaseModel\n",
        *(
            f"from {module} import {', '.join(made.__name__ for made in those)}"
            for module, those in groupby(core, key=attrgetter("__module__"))
        ),
        "from scenarios.entry.columns.schema import CalendarStep, Model",
    ]
    models = {
        name: row_models.ROWS.get(name) or getattr(row_models, f"{name.title()}Section")
        for name in tables()
        if name != "key"  # any parameter stands beside the name of a key
    }
    for table, model in models.items():
        lines += [
            f"\nclass {model.__name__}(Model):",
            *(f"    {stub_of(one)}" for one in columns(table).values()),
        ]
    ends = (
        "\nSiteRow: TypeAlias = ParticipantRow | PlantRow",
        "ROWS: Mapping[str, type[Model]]",
        "SECTIONS: Mapping[str, type[BaseModel]]",
        "OPTIONAL_SECTIONS: frozenset[str]",
        "",
    )
    return "\n".join([*lines, *ends])


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
    STUB.write_text(stub(), encoding="utf-8")
