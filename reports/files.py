"""Writes files whole or not at all: to a temporary name, then renamed; nothing is overwritten by surprise."""

import os
from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.result import Result


def results_folder(result: Result) -> str:
    """Return one folder a run: other inputs, variant or key give another name, so nothing is lost."""
    words = [result.scenario.variant, result.scenario.key.name, result.provenance.digest[:8]]
    return "-".join(slug(word) for word in words if word)


def slug(word: str) -> str:
    """Return a word as part of a file's name.

    >>> slug("Sans la cave")
    'sans-la-cave'
    """
    return "".join(c if c.isalnum() else "-" for c in word.lower())


def write_files(folder: Path, contents: Mapping[str, bytes], *, force: bool = False) -> list[Path]:
    """Write each file of `contents` under `folder`; return their paths.

    A file that is there with the same bytes is left as it is.

    Raises:
        InputError: a file that is there with other content (unless `force`), or a folder without rights;
            nothing is written then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        changed = {name: data for name, data in contents.items() if not _same(folder / name, data)}
        there = [name for name in changed if (folder / name).exists()]
        if there and not force:
            message = _(
                "there already, with other content: add --force to replace it, or --out for elsewhere"
            )
            raise InputError([Problem(str(folder / name), message) for name in there])
        for name, data in changed.items():
            _write(folder / name, data)
    except OSError as fault:
        message = _("cannot be written: {fault}. Choose another folder with --out").format(
            fault=fault.strerror
        )
        raise InputError([Problem(str(fault.filename or folder), message)]) from None
    return [folder / name for name in contents]


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        # Also on Ctrl-C: no half-written file is left behind.
        temporary.unlink(missing_ok=True)
