"""Writes a file whole or not at all: a full disk is reported, and nothing half-written is left."""

import os
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem


class PartError(InputError):
    """A file could not be written: the disk is full, or refuses."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__([Problem(str(path), _("cannot be written: {reason}").format(reason=reason))])


def write_whole(path: Path, content: bytes | memoryview) -> Path:
    """Write a file under a temporary name, then rename it.

    Raises:
        PartError: the disk is full, or refuses; nothing half-written is left.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as fault:
        with suppress(OSError):
            temporary.unlink()
        raise PartError(path, fault.strerror or str(fault)) from None
    except BaseException:
        temporary.unlink(missing_ok=True)  # Ctrl-C between two writes
        raise
    return path
