"""One process at a time in a folder, as long as it lives: what one has entered, the next one reads."""

import os
import sys
import time
from contextlib import suppress
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from profiles.files.atomic_write import make_closed_folder
from profiles.files.user_key import user_folder

PATIENCE_S, PAUSE_S = 60.0, 0.05
"""How long another process is waited for, and how often it is asked."""


def locked(folder: Path, patience_s: float = PATIENCE_S) -> int:
    """Lock a folder for this process: a descriptor, valid until closed or the process ends.

    Nothing is written in the folder.

    Raises:
        InputError: another process has it for longer than that; it cannot be made or opened.
    """
    end = time.monotonic() + patience_s
    try:
        make_closed_folder(folder)
        descriptor = _opened(folder)
    except OSError as fault:
        raise InputError([Problem(str(folder), reason_of(fault))]) from None
    while not _taken(descriptor):
        if time.monotonic() > end:
            os.close(descriptor)
            message = _("another command makes documents there: type this one again when that one has ended")
            raise InputError([Problem(str(folder), message)])
        time.sleep(PAUSE_S)
    return descriptor


if sys.platform == "win32":  # a folder cannot be opened there: a file of this user stands for it
    import msvcrt

    def _opened(folder: Path) -> int:
        name = sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        make_closed_folder(user_folder())
        return os.open(user_folder() / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def _taken(descriptor: int) -> bool:
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            return True
        return False

else:
    import fcntl

    def _opened(folder: Path) -> int:
        return os.open(folder, os.O_RDONLY)

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a disk that has no such locks: documents are made as before
            return True
        return True
