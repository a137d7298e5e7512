"""The data that a scenario was kept with, whole beside the folder: what changed since is told by them."""

import os
import re
import shutil
from contextlib import suppress
from filecmp import cmp
from hashlib import sha256
from pathlib import Path

from profiles.files.atomic_write import make_closed_folder
from scenarios.entry.columns.names import plain
from scenarios.entry.folder.differences import BESIDE
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.raw import read_source

KEPT = Path("versions") / "gardes"
"""Of a folder: one folder a kept scenario, which is read as any operation."""


def keep_data(folder: Path, name: str) -> None:
    """Keep the data of a folder as they stand, for a scenario of it; those of scenarios that are gone go.

    A file that another kept scenario holds already is the same file. Where the folder refuses, or the disk is
    full, nothing is kept: the scenario itself is.
    """
    known = [folder / KEPT / _place(variant) for variant in read_source(folder).variants if variant != name]
    where, making = folder / KEPT / _place(name), folder / KEPT / f".{_place(name)}.tmp"
    with suppress(OSError):
        for old in [path for path in (folder / KEPT).glob("*") if path not in known]:
            shutil.rmtree(old)
        shutil.rmtree(making, ignore_errors=True)
        for path in _files(folder):
            make_closed_folder((making / path).parent)
            _take(folder / path, making / path, [data / path for data in known])
        making.rename(where)


def kept_data(folder: Path, name: str) -> Path | None:
    """Return the folder of the data that a scenario was kept with; None where they were not kept."""
    where = folder / KEPT / _place(name)
    return where if where.is_dir() else None


def _place(name: str) -> str:
    letters = "-".join(re.findall(r"[a-z0-9]+", plain(name)))[:40]
    return f"{letters}-{sha256(name.encode()).hexdigest()[:8]}"


def _files(folder: Path) -> list[Path]:
    paths = [path for name in BESIDE for path in (folder / name).glob("*")]
    return [path.relative_to(folder) for path in (*map(folder.joinpath, FILES), *paths) if path.is_file()]


def _take(file: Path, to: Path, paths: list[Path]) -> None:
    """Copy a file with its day, by which it is known again; one that is held is not written twice."""
    for same in paths:
        if same.is_file() and cmp(same, file):
            with suppress(OSError):  # a disk that has no such links
                os.link(same, to)
                return
    shutil.copy2(file, to)
