"""Entries of a store as files that this user signed: what is damaged, foreign or planted is not there."""

import hmac
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from profiles.files.atomic_write import PartError, signature, write_atomic
from profiles.files.open_file import open_regular
from scenarios.operation.store.digests import MAX_BYTES, code_sha256

SIGNATURE = 64
"""Characters of a signature, before what it signs."""


def read_signed(path: Path) -> bytes | None:
    """Read a signed file; None where absent, or not signed under its own name."""
    try:
        with open_regular(path, MAX_BYTES) as file:
            raw = file.read()
    except OSError:
        return None
    signed = signature(path.name, raw[SIGNATURE:])
    return raw[SIGNATURE:] if signed and hmac.compare_digest(signed, raw[:SIGNATURE]) else None


def write_signed(path: Path, body: bytes) -> None:
    """Write a file whole, closed to others; a folder that cannot be written to is not an error."""
    signed = signature(path.name, body)
    if signed is None:  # nothing that could be trusted later
        return
    with suppress(PartError):  # the folder may be no folder at all
        # Not synchronised: an entry that a power cut damages is made again.
        write_atomic(path, signed + body, sync=False)


def sign_in_hidden_file(path: Path, body: bytes) -> None:
    """Sign a file that other programs read too, with the digest of the code, in a hidden file beside it."""
    write_signed(_signature_path(path), f"{sha256(body).hexdigest()}{code_sha256()}".encode())


def signed_code(path: Path, body: bytes) -> str | None:
    """Return the digest of the code that made this file; None where this user did not sign it as it is."""
    about = (read_signed(_signature_path(path)) or b"").decode()
    digest = sha256(body).hexdigest()
    return about.removeprefix(digest) if about.startswith(digest) else None


def _signature_path(path: Path) -> Path:
    # Hidden: who reads a folder of Parquet parts as one table must not meet it.
    return path.with_name(f".{path.name}.sig")
