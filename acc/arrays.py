"""Types of arrays and of the values of texts, so that every signature says what it carries."""

import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
TimeArray: TypeAlias = NDArray[np.datetime64]

JsonValue: TypeAlias = str | int | float | bool | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None
"""What JSON has."""

JsonObject: TypeAlias = dict[str, JsonValue]

CellValue: TypeAlias = (
    str | int | float | bool | date | time | Sequence["CellValue"] | Mapping[str, "CellValue"] | None
)
"""What TOML has, a cell of a sheet, a setting of a command line: JSON, days and moments."""


class KeyFile:
    """Content of a file that an allocation key follows: its coefficients, its orders."""

    __slots__ = ()


KeyParameters: TypeAlias = Mapping[str, CellValue | KeyFile]
"""Parameters of an allocation key by name."""


PAGED_BYTES = 1 << 26
"""From this size on, zeros come page by page (64 MB): small arrays are sooner filled than mapped."""


def zeros(shape: tuple[int, ...]) -> FloatArray:
    """Return zeros whose pages cost memory only once they are written to.

    Nights, half of a period, are never written by an allocation. numpy asks for pages of 2 MB, a day or more
    of many participants: one step that is written would bring the night beside it.

    >>> zeros((2, 3)).sum()
    np.float64(0.0)
    """
    size = prod(shape) * np.dtype(np.float64).itemsize
    if size < PAGED_BYTES or not hasattr(mmap, "MADV_NOHUGEPAGE"):
        return np.zeros(shape)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(memory, dtype=np.float64).reshape(shape)


StoreRows: TypeAlias = Callable[[Iterator[FloatArray], tuple[int, ...]], FloatArray]
"""What makes an array of this shape of its rows, which come one block after the other."""


def in_memory(blocks: Iterator[FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """Return rows that come one block after the other as one array.

    >>> in_memory(iter([np.array([[1.0]]), np.array([[2.0], [3.0]])]), (3, 1)).ravel().tolist()
    [1.0, 2.0, 3.0]
    """
    rows, first = np.empty(shape), 0
    for block in blocks:
        rows[first : first + len(block)] = block
        first += len(block)
    return rows


def let_go(values: FloatArray) -> None:
    """Give back the memory of what was read of an array that lies in a file: the file has it."""
    memory = getattr(values, "_mmap", None)
    if memory is not None and hasattr(mmap, "MADV_DONTNEED"):
        memory.madvise(mmap.MADV_DONTNEED)


def row_sums(values: FloatArray) -> FloatArray:
    """Return the sums over the last axis, as a product with ones: on blocks in cache, twice as fast as `sum`.

    >>> row_sums(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [3.0, 7.0]
    """
    return values @ _ones(values.shape[-1])


def column_sums(values: FloatArray) -> FloatArray:
    """Return the sums over the first of two axes, as `row_sums`."""
    return _ones(len(values)) @ values


def span_sums(values: FloatArray, spans: Sequence[tuple[int, int]]) -> FloatArray:
    """Return the sums over parts of the last of two axes that follow one another, some of them empty.

    >>> span_sums(np.array([[1.0, 2.0, 4.0]]), [(0, 2), (2, 2), (2, 3)]).tolist()
    [[3.0, 0.0, 4.0]]
    """
    sums = np.zeros((len(values), len(spans)))
    full = [n for n, (first, end) in enumerate(spans) if end > first]
    if full:
        sums[:, full] = np.add.reduceat(values, [spans[n][0] for n in full], axis=1)
    return sums


@lru_cache(maxsize=16)
def _ones(count: int) -> FloatArray:
    """Return ones, made once: on small blocks making them takes as long as the sums."""
    ones = np.ones(count)
    ones.setflags(write=False)
    return ones


def spread(values: FloatArray, rows: Sequence[int], count: int, axis: int) -> FloatArray:
    """Return values of some rows of an axis among all of them, `count`, nothing for the others."""
    if len(rows) == count:
        return values
    shape = list(values.shape)
    shape[axis] = count
    out = np.zeros(shape)
    out[(slice(None),) * axis + (list(rows),)] = values
    return out
