"""Arrays that took time to make, kept beside the operation under the hash of all they depend on.

An entry is found only by its content key, so it cannot be stale; one that is damaged, foreign or of
another shape is made again, never trusted, as is one that this user did not sign (`cache_key`). Loads are
personal data: the cache stays in the folder.
"""

import hashlib
import hmac
import io
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from acc.arrays import FloatArray
from acc.result.result import LoadQuality, WeatherUsed
from acc.sites import Grade
from scenarios.folder.atomic_write import PartError, write_whole
from scenarios.metering.cache_key import signature
from scenarios.metering.digests import code_sha256
from scenarios.metering.notes import Made, MadeNotes

MadeT = TypeVar("MadeT")


class Cache:
    """Arrays and their notes by content key; `Cache(None)` keeps nothing.

    Attributes:
        holds: whether what `again` gives is given to others too, who may not write to it.
    """

    holds = False

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def again(self, _kind: str, _parts: object, make: Callable[[], MadeT]) -> MadeT:
        """Return what is made of these parts; `HeldCache` keeps it for who asks again and again."""
        return make()

    def get(self, key: Mapping[str, Any], shape: tuple[int, ...]) -> Made | None:
        """Return the array of `key` and its notes, or None when it has to be made (again)."""
        if self.folder is None:
            return None
        try:
            path = self._path(key)
            raw = path.read_bytes()
            head, body = raw[:64], raw[64:]
            signed = signature(path.name, body)
            if signed is None or not hmac.compare_digest(signed, head):
                return None
            with io.BytesIO(body) as file:
                notes = _read_notes(np.load(file, allow_pickle=False).tobytes())
                values: FloatArray = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError, KeyError, TypeError):
            return None
        if values.shape != shape or values.dtype != np.float64 or not np.isfinite(values).all():
            return None
        return values, notes

    def put(self, key: Mapping[str, Any], values: FloatArray, notes: MadeNotes) -> None:
        """Keep an array and its notes; a folder that cannot be written to is not an error."""
        if self.folder is None:
            return
        with io.BytesIO() as file:
            text = json.dumps(asdict(notes), ensure_ascii=False, sort_keys=True).encode()
            np.save(file, np.frombuffer(text, dtype=np.uint8))
            np.save(file, np.ascontiguousarray(values, dtype=np.float64))
            body = file.getvalue()
        path = self._path(key)
        signed = signature(path.name, body)
        if signed is None:  # nothing that could be trusted later
            return
        with suppress(PartError):  # the folder may be no folder at all
            # Not synchronised: an entry that a power cut damages is made again.
            write_whole(path, signed + body, sync=False)

    def _path(self, key: Mapping[str, Any]) -> Path:
        assert self.folder is not None  # both callers have looked
        # Notes are kept in the language of the person.
        about = {"code": code_sha256(), "language": os.environ.get("LANGUAGE")}
        text = json.dumps({**about, **key}, ensure_ascii=False, sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.kept"


def _read_notes(text: bytes) -> MadeNotes:
    """Return the notes that `asdict` and JSON made of them: lists were tuples, a grade was one of `Grade`."""
    notes = json.loads(text)
    quality, weather = notes["quality"], notes["weather"]
    return MadeNotes(
        warnings=tuple(notes["warnings"]),
        of_plant=tuple(notes["of_plant"]),
        quality=quality
        and LoadQuality(**{**quality, "grade": Grade(quality["grade"]), "notes": tuple(quality["notes"])}),
        weather=weather and WeatherUsed(**weather),
    )
