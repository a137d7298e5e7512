"""`acc export --anonymous`: an operation as an archive without names."""

from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_atomic
from scenarios.studies.anonymous.hand_over import hand_over, zipped


def export_anonymous(folder: Path, target: Path, *, force: bool = False) -> tuple[Path, tuple[str, ...]]:
    """Write an operation to hand over; return the archive, and what to know before giving it.

    Raises:
        InputError: a folder at fault, a target that is no `.zip` or is there already (unless `force`).
    """
    if target.suffix.lower() != ".zip":
        message = _("{name}: a name in .zip is expected after --anonymous").format(name=target.name)
        raise InputError([Problem("--anonymous", message)])
    if target.exists() and not force:
        raise InputError([Problem(str(target), _("there already: choose another name, or add --force"))])
    archive = hand_over(folder)
    return write_atomic(target, zipped(archive.files)), archive.sentences
