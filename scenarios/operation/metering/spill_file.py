"""Arrays that lie on the disk: loads that wait until the process that makes them is gone, and whole ones.

A file without a name, which nobody else can open: nothing is left of it, however the command ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import reason_of
from profiles.files.atomic_write import PartError, make_closed_folder

COLUMNS = 256
"""Written at once."""


class Waiting:
    """Columns of a table, some at a time, in a file of `folder` that the first of them opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes: dict[int, tuple[int, ...]] = {}
        self._refuses = False
        self.file: IO[bytes] | None = None

    def put(self, first: int, columns: FloatArray) -> bool:
        """Let the columns from `first` on wait, shape (T, n); False where the disk is full, or refuses."""
        if self._refuses:
            return False
        try:
            if self.file is None:
                make_closed_folder(self._folder)
                self.file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `waiting`
            columns.tofile(self.file)
        except OSError:
            self._refuses = True
            return False
        self._shapes[first] = columns.shape
        return True

    def taken(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the columns that wait, each with its place, in the order that they came in."""
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
        raise PartError(folder, reason_of(fault)) from None


def spooled_columns(values: FloatArray, folder: Path) -> FloatArray:
    """Return an array, (T, S), of which some columns are read without the others, as `spooled`."""
    blocks = (
        np.ascontiguousarray(values[:, first : first + COLUMNS].T)
        for first in range(0, values.shape[1], COLUMNS)
    )
    return spooled_rows(blocks, values.shape[::-1], folder).T
