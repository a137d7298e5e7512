"""The one store: each thing made once for equal parts, held in memory, or signed in the folder, or both.

A thing that is written is found only by the hash of all it depends on, so it cannot be stale; one that is
damaged, foreign or does not fit is made again, never trusted. Loads are personal data: they stay in the
folder, closed to other users. Nothing heavy is imported.
"""

import json
import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock, RLock
from typing import Generic, Literal, Self, TypeAlias, TypeVar, cast
from weakref import WeakValueDictionary

from scenarios.operation.store.digests import code_sha256
from scenarios.operation.store.signed_files import read_signed, write_signed

KeptT = TypeVar("KeptT")

CACHE = Path("out") / ".cache"
"""Where the folder of an operation keeps what is written."""


Scope: TypeAlias = Literal["folder", "meters"]
"""What a thing in memory rests on, and is forgotten with: what was read of the folder, or its meters."""


@dataclass(frozen=True, slots=True)
class KeptForm(Generic[KeptT]):
    """How a kind is written in the folder; its parts are then a mapping that JSON can tell.

    Attributes:
        read: may raise ValueError, KeyError, TypeError, EOFError: the thing is then made again.
        code: what tells the program that made it.
        has_words: whether it holds sentences, which are told in the language of the person.
    """

    write: Callable[[KeptT], bytes]
    read: Callable[[bytes], KeptT]
    suffix: str = ".kept"
    code: Callable[[], object] = code_sha256
    has_words: bool = True


@dataclass(frozen=True, slots=True)
class KeptKind(Generic[KeptT]):
    """Things of one sort.

    Attributes:
        most: how many are held; None leaves it to the store.
        form: how it is written; None keeps it in memory alone.
        fits: whether a thing that was found is still what is asked for.
        size_bytes: of one, where the store bounds their bytes in place of their number.
    """

    name: str
    most: int | None = None
    scope: Scope = "meters"
    form: KeptForm[KeptT] | None = None
    fits: Callable[[KeptT], bool] | None = None
    size_bytes: Callable[[KeptT], int] | None = None


class Same(Generic[KeptT]):
    """A part that is equal to itself alone: an array, a point of a front."""

    def __init__(self, thing: KeptT) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


class _Name:
    """Parts as a key of a dictionary, hashed once: many are long, and hold what has no hash."""

    def __init__(self, *parts: object) -> None:
        self.parts, self.hashed = parts, _hash(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Name) and self.parts == other.parts

    def __hash__(self) -> int:
        return self.hashed


def _hash(parts: object) -> int:
    """Return a hash of parts in which what has none counts for nothing."""
    try:
        return hash(parts)
    except TypeError:
        return hash(tuple(map(_hash, parts))) if isinstance(parts, tuple) else 0


class _Memory:
    """What is held, the last used of each kind at the end, and who makes what."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.bytes = 0
        self.held: dict[tuple[Scope | None, str], dict[Hashable, object]] = {}
        self._turns: WeakValueDictionary[tuple[str, Hashable], RLock] = WeakValueDictionary()

    def turn(self, kind: KeptKind[KeptT], name: Hashable) -> RLock:
        """Lock of a computation, one per name: other names do not wait."""
        with self.lock:
            return self._turns.setdefault((kind.name, name), RLock())

    def of(self, kind: KeptKind[KeptT]) -> dict[Hashable, KeptT]:
        # What is found by its content never has to be forgotten.
        place = (None if kind.form else kind.scope, kind.name)
        return cast("dict[Hashable, KeptT]", self.held.setdefault(place, {}))


@dataclass(frozen=True, slots=True)
class KeptStore:
    """Things by kind and parts; by default a folder alone, and `KeptStore(None)` keeps nothing.

    Attributes:
        folder: of what is written; None writes nothing.
        most: of each kind, what is held in memory; 0 holds nothing, whatever the kind.
        most_bytes: of what is bounded by its bytes; the oldest goes first.
        single_meter: let go of what rests on the meters when others are asked for.
        stamp: what tells that a file changed, set by who asks; what is held, and not written, is of this one.
    """

    folder: Path | None
    most: int = 0
    most_bytes: int = 0
    single_meter: bool = False
    stamp: str = ""
    _memory: _Memory = field(default_factory=_Memory, repr=False)

    @classmethod
    def of(cls, folder: Path, *, use_cache: bool = True) -> Self:
        """Return the store of an operation folder, or the one that keeps nothing."""
        return cls(folder / CACHE if use_cache else None)

    def get(self, kind: KeptKind[KeptT], parts: object, make: Callable[[], KeptT]) -> KeptT:
        """Value computed from equal parts, kept, or computed once now, however many threads ask.

        Args:
            parts: all that it depends on beside the files of the folder. Arrays are told apart by what holds
                them (an exchange, an allocation), which is equal to itself alone.
        """
        if not self.most and (self.folder is None or kind.form is None):
            return make()
        name = self._name(kind, parts)
        with self._memory.turn(kind, name):
            value = self._known(kind, name)
            if value is None:
                value = make()
                self._keep(kind, name, value)
            return value

    def known(self, kind: KeptKind[KeptT], parts: object) -> KeptT | None:
        """Kept value of equal parts, None when absent or stale."""
        return self._known(kind, self._name(kind, parts))

    def keep(self, kind: KeptKind[KeptT], parts: object, thing: KeptT) -> None:
        """Keep the value made of these parts."""
        self._keep(kind, self._name(kind, parts), thing)

    def last(self, kind: KeptKind[KeptT]) -> KeptT | None:
        """Return the last that was made or asked for, of whatever parts and stamp."""
        with self._memory.lock:
            return next(reversed(self._memory.of(kind).values()), None)

    def forget(self, scope: Scope) -> None:
        """Forget what is held that rests on this."""
        with self._memory.lock:
            for (of, _name), things in self._memory.held.items():
                if of is scope:
                    things.clear()

    def _name(self, kind: KeptKind[KeptT], parts: object) -> Hashable:
        if kind.form is None:
            return _Name(self.stamp, parts)
        language = os.environ.get("LANGUAGE") if kind.form.has_words else None
        about = {"code": kind.form.code(), "language": language, kind.name: parts}
        text = json.dumps(about, ensure_ascii=False, sort_keys=True, default=str)
        return sha256(text.encode()).hexdigest()[:40]

    def _known(self, kind: KeptKind[KeptT], name: Hashable) -> KeptT | None:
        with self._memory.lock:
            things = self._memory.of(kind)
            value = things.pop(name, None)
            if value is not None:
                things[name] = value
        if value is None:
            value = self._read(kind, name)
            if value is not None:
                self._hold(kind, name, value)
        return value if value is None or kind.fits is None or kind.fits(value) else None

    def _read(self, kind: KeptKind[KeptT], name: Hashable) -> KeptT | None:
        if self.folder is None or kind.form is None:
            return None
        body = read_signed(self.folder / f"{name}{kind.form.suffix}")
        try:
            return None if body is None else kind.form.read(body)
        except (ValueError, EOFError, KeyError, TypeError):
            return None

    def _keep(self, kind: KeptKind[KeptT], name: Hashable, thing: KeptT) -> None:
        if self.folder is not None and kind.form is not None:
            write_signed(self.folder / f"{name}{kind.form.suffix}", kind.form.write(thing))
        self._hold(kind, name, thing)

    def _hold(self, kind: KeptKind[KeptT], name: Hashable, thing: KeptT) -> None:
        if not self.most:
            return
        memory, size = self._memory, kind.size_bytes
        with memory.lock:
            things = memory.of(kind)
            replaced = [things.pop(name)] if name in things else []
            things[name] = thing
            if size is None:
                while len(things) > (kind.most or self.most):
                    del things[next(iter(things))]
                return
            memory.bytes += size(thing) - sum(map(size, replaced))
            while memory.bytes > self.most_bytes and len(things) > 1:
                memory.bytes -= size(things.pop(next(iter(things))))


KEPT_NOWHERE = KeptStore(None)
