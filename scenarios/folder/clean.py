"""What `acc clean` removes: caches and old draws, all of which can be made again."""

import shutil
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.raw import inputs_of

CACHES = (".cache", "sweep-*")
"""Below the folder of results: curves that were kept, draws of batches."""


def clean(folder: Path, out: Path) -> tuple[Path, ...]:
    """Remove the caches and the draws of an operation; return what was removed.

    Args:
        folder: of the operation; what it says is not touched, nor are results and briefs.
        out: its folder of results.

    Raises:
        InputError: no operation there, or something that cannot be removed.
    """
    if not any((folder / name).is_file() for name in inputs_of(folder)[:1]):
        raise InputError([Problem(str(folder), _("is not the folder of an operation: nothing is removed"))])
    within = {folder / "out", out}
    found = sorted({path for place in within for name in CACHES for path in place.glob(name)})
    _remove_all(found)
    return tuple(found)


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
            faults.append(Problem(str(path), message.format(reason=fault.strerror or str(fault))))
    if faults:
        raise InputError(faults)
