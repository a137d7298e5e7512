"""What `acc clean` removes: caches, old draws, what a killed run left half written. All can be made again."""

import re
import shutil
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem, refuse
from profiles.files.scratch import sweep_left
from scenarios.entry.folder.put import KEPT
from scenarios.entry.folder.raw import inputs_of

CACHES = (".cache", "sweep-*")
"""Below the folder of results: curves that were kept, draws of batches."""

UNFINISHED = re.compile(r"\..+\.[a-z0-9_]{8}\.tmp")
"""Names that files have while they are written: see `atomic_write`."""


def clean(folder: Path, out: Path) -> tuple[Path, ...]:
    """Remove caches, draws, unfinished files of an operation, temporaries of killed runs; return them.

    Args:
        folder: of the operation; what it says is not touched, nor are results and briefs.
        out: its folder of results.

    Raises:
        InputError: no operation there, or something that cannot be removed.
    """
    if not any((folder / name).is_file() for name in inputs_of(folder)[:1]):
        raise InputError([Problem(str(folder), _("is not the folder of an operation: nothing is removed"))])
    within = {folder / "out", out}
    caches = sorted({path for place in within for name in CACHES for path in place.glob(name)})
    _remove_all(caches)
    unfinished = [path for path in _temporaries(folder, within) if UNFINISHED.fullmatch(path.name)]
    _remove_all(unfinished)
    return (*caches, *unfinished, *sweep_left())


def _temporaries(folder: Path, within: set[Path]) -> list[Path]:
    below = (path for place in (*within, folder / KEPT.parent) for path in place.rglob(".*.tmp"))
    paths = (path for where in ("", "*/") for path in folder.glob(f"{where}.*.tmp"))
    return sorted({path for path in (*paths, *below) if path.is_file()})


def _remove_all(paths: Sequence[Path]) -> None:
    faults = []
    for path in paths:
        try:
            if path.is_symlink() or path.is_file():
                path.unlink()  # what a link leads to is not ours
            else:
                shutil.rmtree(path)
        except OSError as fault:
            message = _("cannot be removed: {reason}")
            faults.append(Problem(str(path), message.format(reason=reason_of(fault))))
    refuse(faults)
