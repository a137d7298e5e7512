"""Memory: what does not fit is refused before it is spent, what was freed is given back."""

import ctypes
import gc
import os
from collections.abc import Callable
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path

from acc.arrays import PAGED_BYTES, FloatArray
from acc.i18n import decimal
from acc.keys import KEYS
from acc.keys.rule import EnedisType
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from scenarios.operation.store.store import KEPT_NOWHERE, KeptStore

VALUE_BYTES, GB = 8, 1e9
LOADS, WORN_LOADS, CHANGED_LOADS, BESIDE_BYTES = 1.5, 2.5, 6.0, 3e8
"""What a command holds: so many times the loads (nights are not allocated), and the program itself.

The second where a plant behind a meter ages, whose later years stand beside the first one; the third where
dated changes do (measured on 2,000 sites and 100 rows).
"""


def free_bytes() -> float | None:
    """Return the memory that can still be taken, within the limits of a container; None where not known."""
    limits = [_mem_available(), _left_in_group()]
    return min((value for value in limits if value is not None), default=None)


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
    need, free = _loads(scenario) * members * steps * VALUE_BYTES + BESIDE_BYTES, free_bytes()
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
    if need <= BESIDE_BYTES:
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


def _mem_available() -> float | None:
    for line in _read("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return float(line.split()[1]) * 1024.0
    return None


def _left_in_group() -> float | None:
    limit, used = _read("/sys/fs/cgroup/memory.max").strip(), _read("/sys/fs/cgroup/memory.current").strip()
    return float(limit) - float(used) if limit.isdigit() and used.isdigit() else None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError:
        return ""
