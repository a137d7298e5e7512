"""Writes what is closed to the other users of the machine: files whole or not at all, 0600, folders 0700.

What the program writes holds the meters of people: their consumption by the quarter of an hour. A folder of
temporary files is gone when its call ends, at the next start where its process was killed.

What a folder keeps is signed with a secret kept by the user, never in an operation folder. A digest alone
tells damage, not malice: whoever can write to a folder that is shared, mailed or unpacked could plant an
array with its sha256. The key is in the user's own cache directory, 0600: what this user did not make
himself is made again. Whoever reads that directory is the user already.

One process at a time works in a folder, as long as it lives: what one has entered, the next one reads.
"""

import hmac
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import BinaryIO, TypeAlias

from acc.i18n import reason_of
from acc.problem import InputError, Problem

Content: TypeAlias = bytes | memoryview | str | Callable[[BinaryIO], object]
"""What a file holds, or what writes it."""


class PartError(InputError):
    """A file could not be written: the disk is full, or refuses."""

    def __init__(self, path: Path, fault: OSError) -> None:
        self.reason = reason = reason_of(fault)
        message = _("cannot be written: {reason}")
        if path.suffix == ".xlsx" and isinstance(fault, PermissionError):
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
        raise PartError(path, fault) from None
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
        raise PartError(path, fault) from None
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
        raise PartError(folder, fault) from None
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


KEY_BYTES = 32


def user_folder() -> Path:
    """Cache folder of the user (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path("~/.cache").expanduser()) / "autoconso"


def signing_key() -> bytes | None:
    """Return the key of this user, made when there is none; None where it cannot be kept closed."""
    try:
        return _key_at(user_folder() / "cache.key")
    except RuntimeError:  # no home
        return None


def signature(name: str, body: bytes) -> bytes | None:
    """Return the signature of an entry under its name (it stands for no other); None without key."""
    key = signing_key()
    return key and hmac.new(key, name.encode() + b"\0" + body, "sha256").hexdigest().encode()


@lru_cache(maxsize=4)
def _key_at(path: Path) -> bytes | None:
    key = _closed_key(path)
    if key is None:
        with suppress(PartError, OSError):
            path.unlink(missing_ok=True)
            write_atomic(path, secrets.token_bytes(KEY_BYTES))
        # Read again: another run may have put its own there at the same moment.
        key = _closed_key(path)
    return key


def _closed_key(path: Path) -> bytes | None:
    """Return the key, None when it is missing, of another length, of somebody else, or open to others."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        about, key = os.fstat(descriptor), os.read(descriptor, KEY_BYTES + 1)
    except OSError:  # a folder of that name
        return None
    finally:
        os.close(descriptor)
    if os.name == "posix" and (about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077):
        return None
    return key if len(key) == KEY_BYTES else None


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
