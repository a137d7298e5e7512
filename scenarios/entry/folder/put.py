"""The one way in which a program writes the files of an operation: read back, then put in place.

A text that the reader refuses would close the folder to everything else: a name of 90 letters, kept as a
variant, was the last thing that such a folder answered. What a cell holds is told in its cell instead. The
data that a variant is kept with stay beside the folder: what changed since is told by them. `acc clean`
removes caches, old draws, what a killed run left half written: all can be made again.
"""

import os
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from filecmp import cmp
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from acc.arrays import CellValue
from acc.i18n import reason_of
from acc.problem import Collecting, InputError, Problem, refuse
from profiles.files.atomic_write import (
    copy_atomic,
    make_closed_folder,
    scratch_folder,
    sweep_left,
    write_atomic,
    write_together,
)
from scenarios.entry.columns.names import TABLES, plain
from scenarios.entry.columns.toml_text import toml_of, toml_values
from scenarios.entry.folder.question import all_settings
from scenarios.entry.folder.raw import FILE_FOLDERS, OPERATION, RawFolder, inputs_of, read_source
from scenarios.entry.folder.sections import check_variants, read_accepted
from scenarios.entry.folder.settings import Setting
from scenarios.entry.folder.xlsx_tables import WORKBOOK

KEPT = Path("versions") / "gardes"
"""Of a folder: one folder a kept scenario, which is read as any operation."""


def keep_data(folder: Path, name: str) -> None:
    """Keep the data of a folder as they stand, for a scenario of it; those of scenarios that are gone go.

    A file that another kept scenario holds already is the same file. Where the folder refuses, or the disk is
    full, nothing is kept: the scenario itself is.
    """
    known = [folder / KEPT / _place(variant) for variant in read_source(folder).variants if variant != name]
    where, making = folder / KEPT / _place(name), folder / KEPT / f".{_place(name)}.tmp"
    with suppress(OSError):
        for old in [path for path in (folder / KEPT).glob("*") if path not in known]:
            shutil.rmtree(old)
        shutil.rmtree(making, ignore_errors=True)
        for path in _files(folder):
            make_closed_folder((making / path).parent)
            _take(folder / path, making / path, [data / path for data in known])
        making.rename(where)


def kept_data(folder: Path, name: str) -> Path | None:
    """Return the folder of the data that a scenario was kept with; None where they were not kept."""
    where = folder / KEPT / _place(name)
    return where if where.is_dir() else None


def _place(name: str) -> str:
    letters = "-".join(re.findall(r"[a-z0-9]+", plain(name)))[:40]
    return f"{letters}-{sha256(name.encode()).hexdigest()[:8]}"


def _files(folder: Path) -> list[Path]:
    paths = [path for name in FILE_FOLDERS for path in (folder / name).glob("*")]
    return [path.relative_to(folder) for path in (*map(folder.joinpath, FILES), *paths) if path.is_file()]


def _take(file: Path, to: Path, paths: list[Path]) -> None:
    """Copy a file with its day, by which it is known again; one that is held is not written twice."""
    for same in paths:
        if same.is_file() and cmp(same, file):
            with suppress(OSError):  # a disk that has no such links
                os.link(same, to)
                return
    shutil.copy2(file, to)


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
    refuse(refused)
    if ready is not None:
        ready()
    write_together({folder / name: content for name, content in files.items()})


def read_with(folder: Path, files: Made) -> RawFolder:
    """Return the raw content that a folder would have with these files.

    Raises:
        InputError: what could not be read then; no room for temporary files.
    """
    with scratch_folder() as name:
        scratch = Path(name)
        for file in FILES:
            content = files.get(file)
            if content is not None:
                write_atomic(scratch / file, content, sync=False)
            elif file not in files and (folder / file).exists():
                copy_atomic(folder / file, scratch / file)
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
    with Collecting(faults):
        source = read_with(folder, files)
        read_accepted(source, faults)
        check_variants(source, faults)
    return faults


def keep(
    folder: Path,
    name: str,
    *,
    variant: str | None,
    key: str | None,
    settings: Sequence[Setting],
    about: Mapping[str, CellValue] | None = None,
) -> str:
    """Add a question to `operation.toml` as a variant, with its own base; return the message.

    The data that it is kept with stay beside the folder (`kept_data`).

    Args:
        about: how it came to be (`kept_on`, `present`, `note`); what is empty is not written.

    Raises:
        InputError: nothing is asked, the name is taken, or the file holds its variants in another form.
    """
    source = read_source(folder)
    if name in source.variants:
        message = _("“{name}” is there already: choose another name, or take the variant out of {file}")
        raise InputError([Problem("--save", message.format(name=name, file=source.book or OPERATION))])
    changes = {setting.path: setting.value for setting in all_settings(source, variant, key, settings)}
    if not changes:
        message = _("nothing is asked that could be kept: add --set, --without, --kwp or --key")
        raise InputError([Problem("--save", message)])
    notes = {word: value for word, value in (about or {}).items() if value}
    kept = _('kept as the variant "{name}": acc run {folder} --variant "{name}"')
    if source.book:
        from scenarios.entry.folder.xlsx_edit import with_variant_lines  # noqa: PLC0415 - xlsxwriter: for a workbook only

        content = with_variant_lines(folder / source.book, name, {**notes, **changes})
        put(folder, {source.book: content})
        keep_data(folder, name)
        return kept.format(name=name, folder=folder)
    lines = [f"{toml_of(path)} = {toml_of(value)}" for path, value in {**notes, **changes}.items()]
    text = "\n".join([source.toml_text.rstrip(), "", "[[variants]]", f"name = {toml_of(name)}", *lines, ""])
    try:
        toml_values(text)
    except tomllib.TOMLDecodeError:
        message = _("write the variants as sections [[variants]], so that one can be added")
        raise InputError([Problem(OPERATION, message)]) from None
    put(folder, {OPERATION: text})
    keep_data(folder, name)
    return kept.format(name=name, folder=folder)


CACHES = (".cache", "sweep-*")
"""Below the folder of results: curves that were kept, draws of batches."""


def group_places(out: Path) -> list[Path]:
    """Return the places of groups below a folder of results: operations, with results of their own."""
    groups = out / _("groups")
    return [groups, *(path for form in ("*", "*/*", "*/out/*") for path in sorted(groups.glob(form)))]


def stay_inside(folder: Path, paths: Iterable[Path]) -> None:
    """Refuse a link that leads out of a folder: nothing is read, written or removed elsewhere.

    Raises:
        InputError: each such link.
    """
    message = _("a link that leads out of the folder: put the file itself here")
    inside = folder.resolve()
    out = [path for path in paths if path.is_symlink() and not path.resolve().is_relative_to(inside)]
    refuse([Problem(path.relative_to(folder).as_posix(), message) for path in out])


UNFINISHED = re.compile(r"\..+\.[a-z0-9_]{8}\.tmp")
"""Names that files have while they are written: see `atomic_write`."""


def clean(folder: Path, out: Path) -> tuple[Path, ...]:
    """Remove caches, draws, unfinished files of an operation, temporaries of killed runs; return them.

    Those of its groups too: their folders are operations.

    Args:
        folder: of the operation; what it says is not touched, nor are results and briefs.
        out: its folder of results.

    Raises:
        InputError: no operation there, a link of a group that leads out, or something that cannot be removed.
    """
    if not any((folder / name).is_file() for name in inputs_of(folder)[:1]):
        raise InputError([Problem(str(folder), _("is not the folder of an operation: nothing is removed"))])
    within = {folder / "out", out}
    for place in within:
        stay_inside(place, group_places(place))
    forms = (*CACHES, *(f"{_('groups')}/*/out/{name}" for name in CACHES))
    caches = sorted({path for place in within for form in forms for path in place.glob(form)})
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
