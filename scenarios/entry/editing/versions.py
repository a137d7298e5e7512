"""The last versions of the files of a folder, brought back when asked; the scenarios that are kept in it."""

import re
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.problem import InputError, Problem
from profiles.files.atomic_write import make_folder_atomic, write_atomic
from scenarios.entry.columns.toml_text import toml_values, variants_of
from scenarios.entry.folder.put import FILES, put
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK

VERSIONS = "versions"
MOST_VERSIONS = 50
STAMP = "%Y%m%dT%H%M%S%f"
ABSENT = ".absent"
"""A file that a version did not have: bringing it back takes the file away."""


@dataclass(frozen=True, slots=True)
class Version:
    """What stood before a change: its name, when that was, which files it holds, how many lines differ."""

    name: str
    when: datetime
    files: tuple[str, ...]
    differs: int


def keep_version(folder: Path, files: Sequence[str], now: datetime) -> None:
    """Keep files as they stand, the oldest versions forgotten; a file that is not there is kept as absent.

    Raises:
        PartError: the folder cannot be written in.
    """
    kept = folder / VERSIONS / now.strftime(STAMP)
    while kept.exists():
        now = now.replace(microsecond=(now.microsecond + 1) % 1_000_000)
        kept = folder / VERSIONS / now.strftime(STAMP)
    present = [folder / name for name in files if (folder / name).exists()]
    contents = {path.name: path.read_bytes() for path in present}
    contents |= {f"{name}{ABSENT}": b"" for name in files if name not in contents}
    make_folder_atomic(kept, lambda to: [write_atomic(to / name, data) for name, data in contents.items()])
    for old in _names(folder)[:-MOST_VERSIONS]:
        shutil.rmtree(folder / VERSIONS / old, ignore_errors=True)


def versions_of(folder: Path) -> tuple[Version, ...]:
    """Return the versions of a folder, the latest first."""
    versions = []
    for name in reversed(_names(folder)):
        kept = {path.name.removesuffix(ABSENT): path for path in sorted((folder / VERSIONS / name).iterdir())}
        differs = sum(_differs(path, folder / file) for file, path in kept.items())
        versions.append(Version(name, datetime.strptime(name, STAMP), tuple(kept), differs))  # noqa: DTZ007 - local
    return tuple(versions)


def bring_back(folder: Path, name: str, now: datetime, *, forget: bool = False) -> None:
    """Bring a version back; what stands now is kept first, so that this too can be undone.

    Args:
        forget: take the version itself away: what is undone is not kept.

    Raises:
        InputError: no such version.
    """
    if name not in _names(folder):
        raise InputError([Problem("", _("this version is no longer kept"))])
    kept = folder / VERSIONS / name
    files = [path for path in sorted(kept.iterdir()) if path.name.removesuffix(ABSENT) in FILES]
    if not forget:
        keep_version(folder, [path.name.removesuffix(ABSENT) for path in files], now)
    for path in files:
        target = folder / path.name.removesuffix(ABSENT)
        if path.name.endswith(ABSENT):
            target.unlink(missing_ok=True)
        else:
            write_atomic(target, path.read_bytes())
    if forget:
        shutil.rmtree(kept, ignore_errors=True)


def _names(folder: Path) -> list[str]:
    """Return the names of the versions, oldest first; what is not one is left alone."""
    where = folder / VERSIONS
    if not where.is_dir():
        return []
    return sorted(path.name for path in where.iterdir() if path.is_dir() and _is_stamp(path.name))


def _is_stamp(name: str) -> bool:
    try:
        datetime.strptime(name, STAMP)  # noqa: DTZ007 - a name
    except ValueError:
        return False
    return True


def _differs(kept: Path, now: Path) -> int:
    """Number of lines that differ between a version and the present file, in both directions."""
    if now.name == WORKBOOK:
        return 1
    before, after = (
        path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        for path in (kept, now)
    )
    return max(len(set(before) - set(after)), len(set(after) - set(before)))


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


def _kept(table: dict[str, CellValue]) -> KeptScenario:
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
    variants = variants_of(wanted)
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
