"""Lines that are begun and not in their table yet: they wait beside the versions until they can be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from profiles.files.atomic_write import write_atomic
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PARTICIPANTS
from scenarios.entry.editing.versions import VERSIONS

DRAFTS = "brouillons.json"
MOST_WRITTEN = 5000
"""Lines of which it is remembered what they are called since they were written."""

LineKey: TypeAlias = tuple[str, str]
"""The table of a line and its key, `n-4f` as long as it is begun."""


@dataclass(slots=True)
class Drafts:
    """The begun lines of a folder.

    Attributes:
        lines: what is typed in each, by column.
        written: the present key of those that are in their table since, by the one they were begun with:
            what is sent again after a stop begins no other line.
    """

    lines: dict[LineKey, dict[str, str]] = field(default_factory=dict)
    written: dict[LineKey, str] = field(default_factory=dict)


def read_drafts(folder: Path) -> Drafts:
    """Return the begun lines of a folder; none where no file of them can be read."""
    try:
        kept = json.loads((folder / VERSIONS / DRAFTS).read_text(encoding="utf-8"))
        lines = {(str(file), str(key)): _texts(cells) for file, key, cells in kept["lines"]}
        return Drafts(lines, {(str(file), str(key)): str(now) for file, key, now in kept["written"]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Drafts()


def _texts(cells: Mapping[object, object]) -> dict[str, str]:
    return {str(column): str(text) for column, text in cells.items()}


def begun_lines(folder: Path) -> list[tuple[str, str]]:
    """Return the table and the name of each line that is begun: no command counts them."""
    drafts = read_drafts(folder).lines
    return [(file, text) for (file, _key), cells in drafts.items() if (text := _called(cells))]


def _called(cells: Mapping[str, str]) -> str:
    return cells.get("name") or cells.get("id") or next(filter(None, cells.values()), "")


def write_drafts(folder: Path, drafts: Drafts) -> None:
    """Keep the begun lines: neither a page that is loaded again nor a program that is stopped loses one.

    Raises:
        PartError: the folder cannot be written in.
    """
    written = list(drafts.written.items())[-MOST_WRITTEN:]
    kept = {
        "lines": [[*key, cells] for key, cells in drafts.lines.items()],
        "written": [[*key, now] for key, now in written],
    }
    write_atomic(folder / VERSIONS / DRAFTS, json.dumps(kept, ensure_ascii=False, indent=1))


def stamp_of(folder: Path) -> int:
    """Return a number that changes with the begun lines of a folder; 0 where none were ever kept."""
    path = folder / VERSIONS / DRAFTS
    return path.stat().st_mtime_ns if path.is_file() else 0


def lacking(file: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns without which a begun line is not written by itself.

    Its name, of which its id is made, what the table requires, of a site its load.

    >>> lacking("plants.csv", {"name": "Toit"}), lacking("persons.csv", {"name": "Ville"})
    (('kwp',), ())
    >>> lacking("participants.csv", {"name": "École", "kind": "commune", "curve": "a.csv"})
    ()
    """
    known = columns(file)
    made = "name" if "name" in known else "id"
    wanted = [made, *(own.id for own in known.values() if own.empty == "required" and own.id != "id")]
    if file == PARTICIPANTS and not cells.get("curve"):
        wanted.append("profile")
        sizes = {
            "annual_kwh",
            "quantity",
            *(c.id for c in known.values() if c.group == "bill" and c.is_number),
        }
        if "#" not in cells.get("profile", "") and not any(cells.get(name) for name in sizes):
            wanted.append("annual_kwh")
    return tuple(name for name in wanted if not cells.get(name))
