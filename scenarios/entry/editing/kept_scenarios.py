"""The scenarios that a group kept in its folder: what they are called, when, who was there; one put aside."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.entry.columns.toml_text import toml_values
from scenarios.entry.editing.versions import keep_version
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source, variants_of

HEADER = re.compile(r"\s*\[\[\s*variants\s*\]\]")


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A variant of a folder.

    Attributes:
        kept_on, present, note: how it came to be; empty where it was written by hand.
        is_written: whether it stands in the folder; others exist without being written.
    """

    name: str
    kept_on: date | None = None
    present: str = ""
    note: str = ""
    is_written: bool = True


def kept_scenarios(source: RawFolder) -> tuple[KeptScenario, ...]:
    """Return the variants of a folder in their order, then those that exist without being written."""
    written = [_kept(table) for table in variants_of(source.sections)]
    ready = [name for name in source.known_variants if name not in source.variants]
    return (*written, *(KeptScenario(name, is_written=False) for name in ready))


def _kept(table: dict[str, object]) -> KeptScenario:
    day = table.get("kept_on")
    present, note = (str(table.get(word) or "") for word in ("present", "note"))
    return KeptScenario(str(table.get("name", "")), _day(day), present, note)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def put_aside(folder: Path, name: str, now: datetime) -> None:
    """Take a variant out of `operation.toml`; what stood is kept as a version, every other line stays.

    Raises:
        InputError: no such variant is written there, or it is written in another form.
    """
    source = read_source(folder)
    if source.book or name not in source.variants:
        message = _("“{name}” is taken away in {file}: it is not written by this page")
        raise InputError([Problem("", message.format(name=name, file=source.book or OPERATION))])
    text = without_variant(source.toml_text, source.variants.index(name))
    if text is None:
        message = _("“{name}” is written in a form that is not changed from here: take it out of {file}")
        raise InputError([Problem("", message.format(name=name, file=OPERATION))])
    put(folder, {OPERATION: text}, lambda: keep_version(folder, [OPERATION], now))


def without_variant(text: str, rank: int) -> str | None:
    """Return a file without one of its `[[variants]]`, what is between them kept; None where it cannot be."""
    wanted = toml_values(text)
    variants = wanted.get("variants", [])
    wanted["variants"] = [*variants[:rank], *variants[rank + 1 :]]
    if not wanted["variants"]:
        del wanted["variants"]
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if HEADER.match(line)]
    for start in starts:
        for end in _ends(lines, start):
            kept = "".join([*lines[:start], *lines[end:]])
            try:
                if toml_values(kept) == wanted:
                    return kept
            except tomllib.TOMLDecodeError:
                continue
    return None


def _ends(lines: list[str], start: int) -> Iterator[int]:
    """Yield possible ends of a section: before a line that opens another one, its comments excluded."""
    heads = (at for at in range(start + 1, len(lines)) if lines[at].lstrip().startswith("["))
    for head in (*heads, len(lines)):
        end = head
        while head < len(lines) and end > start + 1 and lines[end - 1].lstrip().startswith("#"):
            end -= 1
        yield end
