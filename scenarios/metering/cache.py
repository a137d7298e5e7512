"""Arrays that took time to make, kept beside the operation under the hash of all they depend on.

An entry is found only by its content key, so it cannot be stale; one that is damaged, foreign or of
another shape is made again, never trusted. Loads are personal data: the cache stays in the folder.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from acc.arrays import FloatArray
from scenarios.folder.atomic_write import PartError, write_whole

PACKAGES = ("acc", "profiles")
"""Code whose change makes entries useless: it is part of every key."""


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """Return one hash of the code and data that make the arrays."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".csv"}:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Cache:
    """Arrays and their notes by content key; `Cache(None)` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, key: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[FloatArray, dict[str, Any]] | None:
        """Return the array of `key` and its notes, or None when it has to be made (again)."""
        if self.folder is None:
            return None
        try:
            raw = self._path(key).read_bytes()
            head, body = raw[:64], raw[64:]
            if hashlib.sha256(body).hexdigest().encode() != head:
                return None
            with io.BytesIO(body) as file:
                notes = json.loads(np.load(file, allow_pickle=False).tobytes())
                values: FloatArray = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if values.shape != shape or values.dtype != np.float64 or not isinstance(notes, dict):
            return None
        return values, notes

    def put(self, key: Mapping[str, Any], values: FloatArray, notes: Mapping[str, Any]) -> None:
        """Keep an array and its notes; a folder that cannot be written to is not an error."""
        if self.folder is None:
            return
        with io.BytesIO() as file:
            text = json.dumps(notes, ensure_ascii=False, sort_keys=True).encode()
            np.save(file, np.frombuffer(text, dtype=np.uint8))
            np.save(file, np.ascontiguousarray(values, dtype=np.float64))
            body = file.getvalue()
        path = self._path(key)
        with suppress(PartError):  # the folder may be no folder at all
            # Not synchronised: an entry that a power cut damages is made again.
            write_whole(path, hashlib.sha256(body).hexdigest().encode() + body, sync=False)

    def _path(self, key: Mapping[str, Any]) -> Path:
        assert self.folder is not None  # both callers have looked
        # Notes are kept in the language of the person.
        about = {"code": code_sha256(), "language": os.environ.get("LANGUAGE")}
        text = json.dumps({**about, **key}, ensure_ascii=False, sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.kept"
