"""A folder of temporary files: gone when its call ends, at the next start where its process was killed.

It may hold a copy of an operation, which is personal data: nothing of it stays for good.
"""

import os
import re
import shutil
import tempfile
import time
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem

PREFIX = "autoconso-scratch-"
"""How a folder of ours begins; the number of the process that made it follows, then what `mkdtemp` draws."""

OURS = re.compile(PREFIX + r"(\d+)-[a-z0-9_]{8}")
"""Such a name and no other is ever removed: a person may keep an operation beside."""

STALE_S = 24 * 3600.0
"""Where a process can't be asked whether it lives, its folders are left alone so long."""


def scratch_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a new folder, to be used by `with` or cleaned up; those that killed processes left go first.

    Raises:
        InputError: no room for temporary files.
    """
    sweep_left()
    try:
        return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")
    except OSError as fault:
        raise no_room(fault) from None


def no_room(fault: OSError) -> InputError:
    """Error for a temporary folder that cannot be written."""
    message = _(
        "no temporary file can be written there: {why}. Free some room, or set TMPDIR to another folder"
    )
    where = tempfile.tempdir or "TMPDIR"
    return InputError([Problem(str(where), message.format(why=reason_of(fault)))])


def sweep_left() -> tuple[Path, ...]:
    """Remove the folders that processes which were killed left; return them."""
    try:
        left = [path for path in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")) if _is_left(path)]
    except OSError:  # no folder for temporary files: nothing was left
        return ()
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return tuple(path for path in left if not path.exists())


def _is_left(path: Path) -> bool:
    match = OURS.fullmatch(path.name)
    if match is None:
        return False
    if os.name == "posix":
        return not _lives(int(match[1]))
    with suppress(OSError):  # gone meanwhile
        return time.time() - path.stat().st_mtime > STALE_S
    return False


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's
        return True
    return True
