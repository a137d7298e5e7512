"""The one way in which a program writes the files of an operation: read back, then put in place.

A text that the reader refuses would close the folder to everything else: a name of 90 letters, kept as a
variant, was the last thing that such a folder answered. What a cell holds is told in its cell instead.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import TypeAlias

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_together
from profiles.files.scratch import scratch_folder
from scenarios.entry.columns.names import TABLES
from scenarios.entry.folder.kept_tables import check_variants, read_accepted
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK

FILES = (OPERATION, *TABLES, WORKBOOK)
"""What holds an operation, curves left out."""

Made: TypeAlias = Mapping[str, bytes | str | None]
"""New contents by the name of their file, below the folder; None for a file that is taken away."""


def put(folder: Path, files: Made, ready: Callable[[], object] | None = None) -> None:
    """Write files of an operation once its own reader has read them; None takes a file away.

    Args:
        ready: done once they are read, before the first is written: a version is kept.

    Raises:
        InputError: what the reader would refuse, with its place; every file is as it was.
    """
    problems, refused = _faults_with(folder, files), []
    known = Counter(fault.message for fault in _faults_with(folder, {})) if problems else Counter()
    for fault in problems:
        known[fault.message] -= 1
        if known[fault.message] < 0:
            text = _("{fault}. Nothing is written").format(fault=fault.message.rstrip("."))
            refused.append(Problem(fault.path, text))
    if refused:
        raise InputError(refused)
    if ready is not None:
        ready()
    write_together({folder / name: content for name, content in files.items()})


def read_with(folder: Path, files: Made) -> RawFolder:
    """Return the raw content that a folder would have with these files.

    Raises:
        InputError: what could not be read then.
    """
    with scratch_folder() as name:
        scratch = Path(name)
        for file in FILES:
            content = files.get(file)
            if content is not None:
                (scratch / file).write_bytes(content.encode() if isinstance(content, str) else content)
            elif file not in files and (folder / file).exists():
                shutil.copyfile(folder / file, scratch / file)
        try:
            return read_source(scratch)
        except InputError as fault:
            problems = (
                replace(problem, message=problem.message.replace(name, str(folder)))
                for problem in fault.problems
            )
            raise InputError(list(problems)) from None


def _faults_with(folder: Path, files: Made) -> list[Problem]:
    """Return the faults that keep a folder with these files from being read at all."""
    faults: list[Problem] = []
    try:
        source = read_with(folder, files)
        read_accepted(source, faults)
        check_variants(source, faults)
    except InputError as fault:
        faults += fault.problems
    return faults
