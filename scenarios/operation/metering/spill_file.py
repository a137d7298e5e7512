"""Loads that wait on the disk until the process that makes them has given its memory back.

A file without a name, which nobody else can open: nothing is left of it, however the command ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from acc.arrays import FloatArray
from profiles.files.atomic_write import make_closed_folder


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
