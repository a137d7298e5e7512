"""Writes a file whole or not at all, closed to the other users of the machine (contract: 0600, folders 0700).

What an operation writes holds the meters of people: their consumption by the quarter of an hour.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from tempfile import mkstemp
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


def write_whole(path: Path, content: Content, *, sync: bool = True) -> Path:
    """Write a file under a temporary name, then rename it: a reader sees the old file or the new one.

    Missing folders are made, closed to other users; a folder that is there keeps its rights.

    Args:
        path: where to write; a file that is there is replaced.
        content: bytes, a text to encode in UTF-8 with its line ends as they are, or what writes the file.
        sync: wait until the disk has it; False for what can be made again after a power cut.

    Raises:
        PartError: the disk is full, or refuses; nothing half-written is left.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        make_closed_folder(path.parent)
        _write_and_rename(path, data, sync=sync)
    except OSError as fault:
        raise PartError(path, reason_of(fault)) from None
    return path


def make_closed_folder(folder: Path) -> None:
    """Make a folder and the missing ones above it, 0700; those that are there keep their rights.

    Raises:
        OSError: no right to make it, or a file of that name.
    """
    # `parents=True` would give the mode to the last folder alone.
    for missing in [part for part in reversed((folder, *folder.parents)) if not part.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # raises when it is a file


def _write_and_rename(
    path: Path, data: bytes | memoryview | Callable[[BinaryIO], object], *, sync: bool
) -> None:
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".tmp")  # 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if callable(data):
                data(file)
            else:
                file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:  # Ctrl-C between two writes too
        with suppress(OSError):
            temporary.unlink()
        raise
