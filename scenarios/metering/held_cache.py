"""The same cache, what it has read held in memory: for a program that answers again and again."""

import json
import os
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from acc.arrays import FloatArray
from scenarios.metering.cache import Cache, MadeT
from scenarios.metering.digests import code_sha256
from scenarios.metering.notes import Made, MadeNotes

MOST_MADE = 6
"""Of each kind, what is held: that of the kept scenario and the last ones, or one for each alternative."""

MOST_BYTES = 400_000_000
"""What is held at most; the oldest goes first. A year at 15 min of one site is 0.3 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """An array as a part of what is kept: equal to itself alone."""

    array: FloatArray

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.array is other.array

    def __hash__(self) -> int:
        return id(self.array)


class HeldCache(Cache):
    """Arrays by content key, in memory, then in the folder. They are read-only: several runs share them.

    Attributes:
        stamp: what tells that a file changed, set by who asks; what `again` gives is of this one.
    """

    holds = True
    MOST_MADE, MOST_BYTES = MOST_MADE, MOST_BYTES

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder)
        self._held: OrderedDict[str, Made] = OrderedDict()
        self._bytes = 0
        self._made: dict[str, list[tuple[object, object]]] = {}
        self.stamp: Hashable = None
        self._lock = Lock()

    def again(self, kind: str, parts: object, make: Callable[[], MadeT]) -> MadeT:
        """Return what was made of equal parts, made now where it was not; a few of each kind.

        Args:
            parts: all that it depends on beside the files of the folder. Arrays are told apart by what holds
                them (an exchange, an allocation), which is equal to itself alone.
        """
        name, known = (self.stamp, parts), self._made.get(kind, [])
        found = next((one for one in known if one[0] == name), None) or (name, make())
        self._made[kind] = [found, *(one for one in known if one is not found)][: self.MOST_MADE]
        return found[1]  # type: ignore[return-value]  # what this kind is made of

    def forget(self, keep: Collection[str]) -> None:
        """Forget all that `again` made, but for these kinds."""
        self._made = {kind: made for kind, made in self._made.items() if kind in keep}

    def get(self, key: Mapping[str, object], shape: tuple[int, ...]) -> Made | None:
        """Return the array of `key` and its notes, or None when it has to be made; see `Cache`."""
        name = _name(key)
        with self._lock:
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
        if found is not None:
            return found if found[0].shape == shape else None
        found = super().get(key, shape)
        if found is not None:
            self._hold(name, found)
        return found

    def put(self, key: Mapping[str, object], values: FloatArray, notes: MadeNotes) -> None:
        """Keep an array and its notes, in memory and in the folder."""
        super().put(key, values, notes)
        self._hold(_name(key), (values, notes))

    def _hold(self, name: str, made: Made) -> None:
        made[0].flags.writeable = False
        with self._lock:
            self._held[name] = made
            self._bytes += made[0].nbytes
            while self._bytes > self.MOST_BYTES and len(self._held) > 1:
                _name, gone = self._held.popitem(last=False)
                self._bytes -= gone[0].nbytes


def _name(key: Mapping[str, object]) -> str:
    about = {"code": code_sha256(), "language": os.environ.get("LANGUAGE")}
    return json.dumps({**about, **key}, ensure_ascii=False, sort_keys=True, default=str)
