"""Reads an operation folder as it is written, before anything is understood: text, places, variants."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.problem import InputError, Problem
from scenarios.folder.csv_tables import Row, read_table, read_text
from scenarios.folder.messages import unknown_word

OPERATION, PARTICIPANTS, PLANTS = "operation.toml", "participants.csv", "plants.csv"
PERSONS = "persons.csv"
OTHER_SECTIONS = ("keys", "variants", "sweep", "size", "flexible", "accepted")
"""Sections that are lists or tables of their own, or not read into the scenario itself."""

OF_A_VARIANT = ("name", "kept_on", "present", "note")
"""Keys of `[[variants]]` that change nothing: what it is called, and how it came to be."""

CHANGED_BY_VARIANTS = (
    *("operation", "key", "keys", "prices", "finance", "weather", "words", "battery", "flexible"),
    *("participants", "plants"),
)
"""What an override of a variant may begin with."""


@dataclass(frozen=True, slots=True)
class Source:
    """The raw content of a folder.

    Attributes:
        sections: `operation.toml` as parsed.
        toml_text: its text, to find the line of a key.
        participants, plants: rows with their places.
        persons: those of `persons.csv`, None where the folder has none.
    """

    folder: Path
    sections: Mapping[str, Any]
    toml_text: str
    participants: tuple[Row, ...]
    plants: tuple[Row, ...]
    persons: tuple[Row, ...] | None = None

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the variants, in the order of the file."""
        return tuple(str(v.get("name", "")) for v in _variants(self.sections))

    def place(self, section: str, key: str = "", rank: int = 0) -> str:
        """Return where a key of the TOML file stands, with its line or that of its section."""
        line = toml_line(self.toml_text, section, key, rank) or toml_line(self.toml_text, section, "", rank)
        where = _("{file}, line {line}").format(file=OPERATION, line=line) if line else OPERATION
        return f"{where}, [{section}] {key}".rstrip()


def read_source(folder: Path) -> Source:
    """Return the raw content of an operation folder.

    Raises:
        InputError: every file that is missing or cannot be parsed.
    """
    if not folder.is_dir():
        message = _("not a folder. `acc new {folder}` makes one to start from")
        raise InputError([Problem(str(folder), message.format(folder=folder))])
    problems: list[Problem] = []
    text, sections = "", dict[str, Any]()
    try:
        text = read_text(folder / OPERATION)
        sections = tomllib.loads(text)
    except InputError as fault:
        problems += fault.problems
    except tomllib.TOMLDecodeError as fault:
        problems.append(Problem(OPERATION, _("not valid TOML: {fault}").format(fault=fault)))
    tables: dict[str, tuple[Row, ...]] = {}
    persons = [PERSONS] if (folder / PERSONS).exists() else []
    for name in (PARTICIPANTS, PLANTS, *persons):
        try:
            tables[name] = tuple(read_table(folder / name))
        except InputError as fault:
            problems += fault.problems
    if problems:
        raise InputError(problems)
    return Source(folder, sections, text, tables[PARTICIPANTS], tables[PLANTS], tables.get(PERSONS))


def with_variant(source: Source, name: str) -> Source:
    """Return the folder as the variant `name` changes it.

    An override is a dotted path: `participants.ID.column`, `plants.ID.column`, `section.key`, or
    `flexible.ID.key` for the flexible load of a participant.

    Raises:
        InputError: an unknown variant, id or section, with the nearest known one.
    """
    found = [v for v in _variants(source.sections) if v.get("name") == name]
    if not found:
        raise InputError(
            [Problem(source.place("variants"), f"{name}: " + _no_variant(name, source.variants))]
        )
    problems: list[Problem] = []
    for path, value in found[0].items():
        if path in OF_A_VARIANT:
            continue
        head, _dot, rest = path.partition(".")
        try:
            source = _override(source, head, rest, value)
        except KeyError as fault:
            where = source.place("variants", path)
            problems.append(Problem(where, unknown_word(str(fault.args[0]), fault.args[1])))
    if problems:
        raise InputError(problems)
    return source


def _no_variant(name: str, known: tuple[str, ...]) -> str:
    return unknown_word(name, known) if known else _("this folder has no variant")


def _override(source: Source, head: str, rest: str, value: Any) -> Source:
    if head in {"participants", "plants"}:
        site, _dot, column = rest.partition(".")
        rows: tuple[Row, ...] = getattr(source, head)
        ids = [str(row.cells.get("id", "")) for row in rows]
        if site not in ids:
            raise KeyError(site, ids)
        index = ids.index(site)
        row = replace(rows[index], cells={**rows[index].cells, column: value})
        changed = (*rows[:index], row, *rows[index + 1 :])
        return (
            replace(source, participants=changed)
            if head == "participants"
            else replace(source, plants=changed)
        )
    if head not in CHANGED_BY_VARIANTS:
        raise KeyError(head, CHANGED_BY_VARIANTS)
    if head == "flexible" and rest:
        loads = _changed_load(source.sections.get("flexible", []), *rest.split(".", maxsplit=1), value=value)
        return replace(source, sections={**source.sections, head: loads})
    section = value if not rest else {**source.sections.get(head, {}), **_nested(rest, value)}
    return replace(source, sections={**source.sections, head: section})


def _changed_load(loads: Any, participant: str, key: str = "", *, value: Any) -> list[Any]:
    """Return the flexible loads, a key of those of one participant changed."""
    tables = [load for load in loads if isinstance(load, dict)] if isinstance(loads, list) else []
    names = [str(load.get("participant", "")) for load in tables]
    if participant not in names:
        raise KeyError(participant, names)
    return [{**load, key: value} if load.get("participant") == participant else load for load in tables]


def _nested(path: str, value: Any) -> dict[str, Any]:
    head, _dot, rest = path.partition(".")
    return {head: _nested(rest, value) if rest else value}


def _variants(sections: Mapping[str, Any]) -> list[dict[str, Any]]:
    variants = sections.get("variants", [])
    return [v for v in variants if isinstance(v, dict)] if isinstance(variants, list) else []


def toml_line(text: str, section: str, key: str = "", rank: int = 0) -> int | None:
    """Return the line of `key` in `[section]` of a TOML text, None when it is not there.

    Args:
        rank: which of several `[[section]]`, from 1; 0 takes any.
    """
    inside, found, seen = False, None, 0
    head = re.escape(key.partition(".")[0])
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line)
        if header:
            seen += header.group(1) == section
            inside = header.group(1) == section and rank in {0, seen}
            if inside and not key:
                return number
        elif inside and key and re.match(rf"\s*\"?{head}\"?\s*[=.]", line):
            found = found or number
    return found
