"""`acc export`: an operation as a workbook or as text files; `acc new --xlsx`: the workbook to fill in."""

import shutil
from gettext import gettext as _
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from profiles.files.atomic_write import (
    copy_atomic,
    make_closed_folder,
    make_folder_atomic,
    write_atomic,
    write_together,
)
from scenarios.entry.catalogue import FOLDER as EXAMPLES_FOLDER
from scenarios.entry.columns.csv_tables import BOM
from scenarios.entry.columns.names import OPTIONAL_TABLES
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.mask import SECRET
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.cells import table_text
from scenarios.entry.workbook.write import workbook_bytes

OTHER_FORMS = {".xls", ".ods", ".xlsm", ".csv", ".doc", ".docx", ".pdf"}


def new_workbook(folder: Path, example: str | None = None) -> list[Path]:
    """Write the workbook to fill in, in a folder that has room for curves; return the files written.

    Args:
        example: a bundled folder that it holds; None: nothing but a line of example a table.

    Raises:
        InputError: a folder that cannot be written in.
    """
    source = read_source(EXAMPLES_FOLDER / example) if example else None

    def write(where: Path) -> list[Path]:
        written = [write_atomic(where / WORKBOOK, workbook_bytes(source))]
        return written + (_copied_curves(source.folder, where) if source else _empty_curves(where))

    return make_folder_atomic(folder, write)


def export(folder: Path, target: Path, *, force: bool = False) -> list[Path]:
    """Write an operation as a workbook (a name in `.xlsx`) or as the text files (a folder); same values.

    Raises:
        InputError: a folder at fault, or files that are there already (unless `force`).
    """
    if target.suffix.lower() == ".zip":
        message = _("an archive is made with --anonymous: acc export {folder} --anonymous {name}")
        raise InputError([Problem(str(target), message.format(folder=folder, name=target))])
    if target.suffix.lower() in OTHER_FORMS:
        message = _("this form is not written: give a name that ends in .xlsx, or a folder")
        raise InputError([Problem(str(target), message)])
    source = read_source(folder)
    scenario_of(source, everyone=True)  # an operation at fault is told, not carried over
    if target.suffix.lower() == ".xlsx":
        texts = {target: workbook_bytes(source)}
    else:
        if (target / WORKBOOK).exists():
            message = _("there already: text files beside it would be refused. Choose another folder")
            raise InputError([Problem(str(target / WORKBOOK), message)])
        texts = {target / name: text.encode() for name, text in _texts(source).items()}
        if (folder / SECRET).is_file():  # documents of both have the same factors
            texts[target / SECRET] = (folder / SECRET).read_bytes()
    paths = [path for path in texts if path.exists()]
    if paths and not force:
        message = _("there already: choose another name, or add --force")
        raise InputError([Problem(str(path), message) for path in paths])
    # Tables last and together: where the disk is full, none refuses the same command a second time.
    curves = [] if target in texts else _copied_curves(folder, target)
    write_together(texts)
    return [*texts, *curves]


def _texts(source: RawFolder) -> dict[str, str]:
    tables = {name: rows for name, rows in source.tables.items() if rows or name not in OPTIONAL_TABLES}
    return {OPERATION: source.toml_text, **{name: table_text(name, rows) for name, rows in tables.items()}}


def _copied_curves(folder: Path, target: Path) -> list[Path]:
    source = folder / "curves"
    if not source.is_dir() or source.resolve() == (target / "curves").resolve():
        return []
    try:
        make_closed_folder(target)
        shutil.copytree(source, target / "curves", dirs_exist_ok=True, copy_function=copy_atomic)
    except OSError as fault:
        message = _("cannot be copied: {reason}").format(reason=reason_of(fault))
        raise InputError([Problem(str(target / "curves"), message)]) from None
    return sorted(path for path in (target / "curves").rglob("*") if path.is_file())


def _empty_curves(folder: Path) -> list[Path]:
    text = _("Put measured curves here; the column Courbe of the workbook names them.") + "\n"
    return [write_atomic(folder / "curves" / "LISEZMOI.txt", BOM + text)]
