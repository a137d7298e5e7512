"""Writes a file whole or not at all, closed to the other users of the machine (contract: 0600, folders 0700).

What the program writes holds the meters of people: their consumption by the quarter of an hour.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from gettext import gettext as _
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import BinaryIO, TypeAlias

from acc.i18n import reason_of
from acc.problem import InputError, Problem

Content: TypeAlias = bytes | memoryview | str | Callable[[BinaryIO], object]
"""What a file holds, or what writes it."""


class PartError(InputError):
    """A file could not be written: the disk is full, or refuses."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        message = _("cannot be written: {reason}")
        if path.suffix == ".xlsx":
            message = _("cannot be written ({reason}): is it open in Excel? Close it, then try again")
        super().__init__([Problem(str(path), message.format(reason=reason))])


def write_atomic(path: Path, content: Content, *, sync: bool = True) -> Path:
    """Write a file under a temporary name, then rename it: a reader sees the old file or the new one.

    Missing folders are made, closed to other users; a folder that is there keeps its rights.

    Args:
        path: where to write; a file that is there is replaced.
        content: bytes, a text to encode in UTF-8 with its line ends as they are, or what writes the file.
        sync: wait until the disk has it; False for what can be made again after a power cut.

    Raises:
        PartError: the disk is full, or refuses; nothing half-written is left.
    """
    try:
        half = staged(path, content, sync=sync)
        try:
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as fault:
        raise PartError(path, reason_of(fault)) from None
    return path


def copy_atomic(source: str | Path, target: str | Path) -> Path:
    """Copy a file as `write_atomic` writes one.

    Raises:
        OSError: `source` cannot be read.
        PartError: as `write_atomic`.
    """
    with Path(source).open("rb") as file:
        return write_atomic(Path(target), partial(shutil.copyfileobj, file), sync=False)


def write_together(contents: Mapping[Path, Content | None]) -> None:
    """Write files that belong together: each is whole under another name before the first takes its own.

    Args:
        contents: what each file holds; None takes it away.

    Raises:
        PartError: the disk is full, or refuses; nothing half-written is left.
    """
    halves: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            if content is not None:
                halves[path] = staged(path, content)
        for path in contents:
            if path in halves:
                halves[path].replace(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as fault:
        raise PartError(path, reason_of(fault)) from None
    finally:
        for half in halves.values():
            half.unlink(missing_ok=True)


def staged(path: Path, content: Content, *, sync: bool = True) -> Path:
    """Write a file whole under a temporary name beside `path`; return that name.

    Raises:
        OSError: the disk is full, or refuses; nothing half-written is left.
    """
    make_closed_folder(path.parent)
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".tmp")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode() if isinstance(content, str) else content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
    except BaseException:  # Ctrl-C between two writes too
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def make_folder_atomic(folder: Path, write: Callable[[Path], Sequence[Path]]) -> list[Path]:
    """Make a folder with all that it holds, or none: what a killed command leaves refuses no second one.

    A folder that holds something, or in which the process stands, is written into.

    Args:
        write: writes into the folder that it is given; returns the files.

    Returns: the files, in `folder`.

    Raises:
        PartError: the folder above cannot be written in.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir()) or folder.samefile(".")):
        return list(write(folder))
    try:
        make_closed_folder(folder.parent)
        for left in folder.parent.iterdir():  # what a killed command left
            if left.name.startswith(f".{folder.name}.") and left.name.endswith(".tmp") and left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        making = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}.", suffix=".tmp"))
    except OSError as fault:
        raise PartError(folder, reason_of(fault)) from None
    try:
        files = write(making)
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    except BaseException:  # Ctrl-C too
        shutil.rmtree(making, ignore_errors=True)
        raise
    return [folder / path.relative_to(making) for path in files]


def make_closed_folder(folder: Path) -> None:
    """Make a folder and the missing ones above it, 0700; those that are there keep their rights.

    Raises:
        OSError: no right to make it, or a file of that name.
    """
    # `parents=True` would give the mode to the last folder alone.
    for missing in [part for part in reversed((folder, *folder.parents)) if not part.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # raises when it is a file
