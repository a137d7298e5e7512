"""Digests of files and of the program: what a thing that is kept rests on. Nothing heavy is imported here.

A thing that is written is found only by the hash of all it depends on, so it cannot be stale; one that is
damaged, foreign or does not fit is made again, never trusted. Loads are personal data: they stay in the
folder, closed to other users. Nothing heavy is imported.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock, RLock
from typing import Generic, Literal, Self, TypeAlias, TypeVar, cast
from weakref import WeakValueDictionary

from profiles.files.atomic_write import PartError, signature, write_atomic
from profiles.files.open_file import open_regular

ROOT = Path(__file__).resolve().parents[3]

PACKAGES = ("acc", "profiles", "scenarios")
"""What makes every figure: a change of its code, its data or its rates makes what is kept useless."""

SUFFIXES = (".py", ".csv", ".npz")

MAX_BYTES = 512 * 1024 * 1024
"""Of a file of a folder, or kept: a weather file, the largest, has no more."""


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal.

    Raises:
        OSError: what no reader takes: no file, or one larger than any may be.
    """
    with open_regular(path, MAX_BYTES) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=2)
def code_sha256(
    root: Path = ROOT, packages: Sequence[str] = PACKAGES, suffixes: tuple[str, ...] = SUFFIXES
) -> str:
    """Return one hash of the code, the data and the regulated rates that figures are made with."""
    digest = hashlib.sha256()
    for name in code_files(root, packages, suffixes):
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()


def code_files(
    root: Path = ROOT, packages: Sequence[str] = PACKAGES, suffixes: tuple[str, ...] = SUFFIXES
) -> list[str]:
    """Return the files of `code_sha256`, by path relative to `root`, sorted."""
    # Strings and os.walk, since every run asks for this: a third of the time of Path.rglob.
    start = len(str(root)) + 1
    return sorted(
        os.path.join(folder, file)[start:].replace(os.sep, "/")  # noqa: PTH118
        for package in packages
        for folder, _folders, files in os.walk(root / package)
        for file in files
        if file.endswith(suffixes)
    )


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
