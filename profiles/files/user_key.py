"""The secret with which what a folder keeps is signed: kept by the user, never in an operation folder.

A digest alone tells damage, not malice: whoever can write to a folder that is shared, mailed or unpacked
could plant an array with its sha256. The key stands in the user's own cache directory, 0600: what this user
did not make himself is made again. Whoever reads that directory is the user already.
"""

import hmac
import os
import secrets
import stat
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from profiles.files.atomic_write import PartError, write_atomic

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
