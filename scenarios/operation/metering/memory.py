"""Arrays that lie on the disk: loads that wait until the process that makes them is gone, and whole ones.

A file without a name, which nobody else can open: nothing is left of it, however the command ends.
"""

import ctypes
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from acc.arrays import PAGED_BYTES, FloatArray
from acc.i18n import decimal
from acc.keys import KEYS
from acc.keys.rule import EnedisType
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from profiles.files.atomic_write import PartError, make_closed_folder
from scenarios.operation.store.store import KEPT_NOWHERE, KeptStore

COLUMNS = 256
"""Written at once."""


class Waiting:
    """Columns of a table, some at a time, in a file of `folder` that the first of them opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes: dict[int, tuple[int, int]] = {}
        self._refuses = False
        self.file: IO[bytes] | None = None

    def put(self, first: int, columns: Sequence[FloatArray]) -> bool:
        """Let the columns from `first` on wait, n of (T,); False where the disk is full, or refuses."""
        if self._refuses:
            return False
        try:
            if self.file is None:
                make_closed_folder(self._folder)
                self.file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `waiting`
            for column in columns:
                column.tofile(self.file)
        except OSError:
            self._refuses = True
            return False
        self._shapes[first] = len(columns), len(columns[0])
        return True

    def taken(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the columns that wait, (n, T), each with its place, in the order that they came in."""
        if self.file is None:
            return
        self.file.seek(0)
        for first, shape in self._shapes.items():
            yield first, np.fromfile(self.file, count=shape[0] * shape[1]).reshape(shape)


@contextmanager
def waiting(folder: Path) -> Iterator[Waiting]:
    """Give a place where columns wait, in `out/` of an operation folder; nothing is left of it."""
    place = Waiting(folder / "out")
    try:
        yield place
    finally:
        if place.file is not None:
            place.file.close()


def spooled(values: FloatArray, folder: Path) -> FloatArray:
    """Return an array from a file without a name in `folder`: nothing is left of it, however one ends.

    Raises:
        PartError: the disk is full, or refuses.
    """
    return spooled_rows(iter([values]), values.shape, folder)


def spooled_rows(blocks: Iterator[FloatArray], shape: tuple[int, ...], folder: Path) -> FloatArray:
    """Return an array whose rows come one block after the other, as `spooled`: one of them is in memory.

    Raises:
        PartError: the disk is full, or refuses.
    """
    try:
        make_closed_folder(folder)
        with TemporaryFile(dir=folder) as file:
            for block in blocks:
                block.tofile(file)
            return np.memmap(file, dtype=np.float64, mode="r", shape=shape)
    except OSError as fault:
        raise PartError(folder, fault) from None


def spooled_columns(values: FloatArray, folder: Path) -> FloatArray:
    """Return an array, (T, S), of which some columns are read without the others, as `spooled`."""
    blocks = (
        np.ascontiguousarray(values[:, first : first + COLUMNS].T)
        for first in range(0, values.shape[1], COLUMNS)
    )
    return spooled_rows(blocks, values.shape[::-1], folder).T


VALUE_BYTES, GB = 8, 1e9
LOADS, WORN_LOADS, CHANGED_LOADS, PROGRAM_BYTES = 1.5, 2.5, 6.0, 3e8
"""What a command holds: so many times the loads (nights are not allocated), and the program itself.

The second where a plant behind a meter ages, whose later years stand beside the first one; the third where
dated changes do (measured on 2,000 sites and 100 rows).
"""


def free_bytes() -> float | None:
    """Return the memory that can still be taken, within the limits of a container; None where not known."""
    lines = [line.split() for line in _read("/proc/meminfo").splitlines()]
    limits = [float(line[1]) * 1024.0 for line in lines if line[:1] == ["MemAvailable:"]]
    limit, used = _read("/sys/fs/cgroup/memory.max").strip(), _read("/sys/fs/cgroup/memory.current").strip()
    if limit.isdigit() and used.isdigit():
        limits.append(float(limit) - float(used))
    return min(limits, default=None)


def give_back(like: FloatArray, kept_store: KeptStore = KEPT_NOWHERE) -> None:
    """Give back to the machine what was freed, where arrays are as large as this one.

    Not where things are held for the next answer: of four hundred sites, looking for what holds itself would
    take a third of one; who asks again and again looks at rest.
    """
    if like.nbytes >= PAGED_BYTES and not kept_store.most:
        gc.collect()  # what holds itself, a search that remembers for one
        trimmed()


def trimmed() -> None:
    """Give back what the C library of Linux keeps: some 100 MB of a year of 500 sites."""
    trim = _of_libc("malloc_trim")
    if trim is not None:
        trim(0)


def keep_freed() -> None:
    """Keep freed memory for the next answer, rather than request each page again.

    For who answers again and again: the arrays of forty sites over a year are 11 MB each, and asking for them
    anew takes a tenth of an answer. Larger ones still go back. Called before any thread is started.
    """
    choose = _of_libc("mallopt")
    if choose is not None:
        for parameter, value in KEPT.items():
            choose(parameter, value)


KEPT = {-8: 1, -3: 1 << 25, -1: 1 << 28}
"""M_ARENA_MAX, M_MMAP_THRESHOLD (32 MB, its most) and M_TRIM_THRESHOLD (256 MB), for glibc's mallopt."""


@lru_cache(maxsize=2)
def _of_libc(name: str) -> Callable[[*tuple[int, ...]], int] | None:
    function: Callable[[*tuple[int, ...]], int] | None = None
    if os.name == "posix":
        function = getattr(ctypes.CDLL(None), name, None)
    return function


def check_loads_fit(scenario: Scenario) -> None:
    """Refuse loads that would not fit.

    Raises:
        InputError: with what is needed, what is free and the ways on.
    """
    members, steps = len(scenario.participants), scenario.steps.count
    need, free = _loads(scenario) * members * steps * VALUE_BYTES + PROGRAM_BYTES, free_bytes()
    if free is None or need <= free:
        return
    message = _(
        "{members} participants over {steps} steps need about {need} GB of memory, {free} GB are free: a "
        "longer step (step_minutes = 60) or a shorter period needs less; so do several operations "
        "(acc members --split); else run it on a machine of a cluster that has more"
    )
    text = message.format(members=members, steps=steps, need=_gb(need), free=_gb(free))
    raise InputError([Problem("operation.toml", text)])


def _loads(scenario: Scenario) -> float:
    if scenario.finance is None:
        return LOADS
    if scenario.changes:
        return CHANGED_LOADS
    return WORN_LOADS if any(plant.behind is not None for plant in scenario.plants) else LOADS


def check_key_fits(scenario: Scenario, name: str) -> None:
    """Refuse a key that tells the plants apart where its kWh, pair by pair, would not fit.

    Raises:
        InputError: with what is needed, what is free and the ways on.
    """
    need = _pair_bytes(scenario, name)
    free = free_bytes() if need else None
    if free is None or need <= free:
        return
    pairs = len(scenario.participants) * len(scenario.plants)
    message = _(
        "the key {name} tells {pairs} pairs of a plant and a participant at each step: about {need} GB of "
        "memory, {free} GB are free; a key that pools the plants (prorata...), a longer step or a shorter "
        "period needs less"
    )
    text = message.format(name=name, pairs=pairs, need=_gb(need), free=_gb(free))
    raise InputError([Problem(f"key.{name}", text)])


def check_key_is_light(scenario: Scenario, name: str) -> None:
    """Refuse, beside the key that was chosen, one whose kWh, pair by pair, would outweigh all the rest.

    Raises:
        InputError: with what is needed, and how to ask for it.
    """
    need = _pair_bytes(scenario, name)
    if need <= PROGRAM_BYTES:
        return
    message = _(
        "it would hold {need} GB to tell {pairs} pairs of a plant and a participant at each step; ask for it "
        "by its name: --key {name}"
    )
    pairs = len(scenario.participants) * len(scenario.plants)
    raise InputError([Problem(f"key.{name}", message.format(need=_gb(need), pairs=pairs, name=name))])


def _pair_bytes(scenario: Scenario, name: str) -> float:
    """Memory of a key with coefficients by plant, bytes; 0 for another."""
    rule = KEYS.get(name)
    if rule is None or rule.enedis is not EnedisType.FULL:
        return 0.0
    return float(len(scenario.participants)) * len(scenario.plants) * scenario.steps.count * VALUE_BYTES


def _gb(size_bytes: float) -> str:
    return decimal(size_bytes / GB, 1)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError:
        return ""
