"""The operation folders that come with the program."""

from gettext import gettext as _
from pathlib import Path

from acc.i18n import typed
from acc.problem import InputError, Problem
from profiles.files.atomic_write import copy_atomic, make_folder_atomic

FOLDER = Path(__file__).parent
EXAMPLES = ("depart", "bergerac")
"""`depart`: a small folder to start from; `bergerac`: the invented demo."""


def copy_example(name: str, folder: Path, *, force: bool = False) -> list[Path]:
    """Copy a bundled folder; return the files written.

    Raises:
        InputError: a file that is there already (unless `force`), or a folder without rights.
    """
    source = FOLDER / name
    files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    existing = [folder / file for file in files if (folder / file).exists()]
    if existing and not force:
        message = _(
            "the example is there already. To read it: `acc run {folder}`; another one: `acc demo AUTRE`; "
            "made anew, what was typed in it lost: `acc demo {folder} --force`"
        )
        raise InputError([Problem(str(folder), message.format(folder=typed(folder)))])
    return make_folder_atomic(
        folder, lambda where: [copy_atomic(source / file, where / file) for file in files]
    )
