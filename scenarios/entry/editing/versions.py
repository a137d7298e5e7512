"""The last versions of the files of a folder: kept before each change, brought back when asked."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from profiles.files.atomic_write import PartError, make_closed_folder, write_atomic
from scenarios.entry.folder.put import FILES
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


def keep_version(folder: Path, files: Iterable[str], now: datetime) -> None:
    """Keep files as they stand, the oldest versions forgotten; a file that is not there is kept as absent.

    Raises:
        PartError: the folder cannot be written in.
    """
    kept = folder / VERSIONS / now.strftime(STAMP)
    while kept.exists():
        now = now.replace(microsecond=(now.microsecond + 1) % 1_000_000)
        kept = folder / VERSIONS / now.strftime(STAMP)
    try:
        make_closed_folder(kept)
    except OSError as fault:
        raise PartError(folder / VERSIONS, reason_of(fault)) from None
    for name in files:
        path = folder / name
        if path.exists():
            write_atomic(kept / name, path.read_bytes())
        else:
            write_atomic(kept / f"{name}{ABSENT}", "")
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
