"""Documents written together, all or none; nothing is overwritten by surprise."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from filecmp import cmp
from functools import lru_cache
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from acc.result.result import Result
from profiles.files.atomic_write import Content, make_closed_folder, staged

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=16)
def template(name: str) -> str:
    """Read a template once; `name` holds its suffix."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


MOST_OF_A_NAME = 60
"""Letters of a folder's name: Windows takes 260 of a whole path, and two such names stand in one."""


def folder_name(words: Iterable[str]) -> str:
    """Return some words as the name of a folder; a long one is cut and told apart by a digest.

    >>> folder_name(["compare", "Sans la cave"])
    'compare-sans-la-cave'
    """
    name = "-".join(slug(word) for word in words)
    if len(name) <= MOST_OF_A_NAME:
        return name
    digest = sha256(name.encode()).hexdigest()[:8]
    return f"{name[: MOST_OF_A_NAME - 9].rstrip('-')}-{digest}"


def results_folder(result: Result) -> str:
    """Return one folder a run: other inputs, variant or key give another name, so nothing is lost."""
    words = [result.scenario.label, result.scenario.key.name, result.provenance.digest[:8]]
    return folder_name(word for word in words if word)


def slug(word: str) -> str:
    """Return a word as part of a file's name.

    >>> slug("Sans la cave")
    'sans-la-cave'
    """
    return "".join(c if c.isalnum() else "-" for c in word.lower())


def write_files(folder: Path, contents: Mapping[str, Content], *, force: bool = False) -> list[Path]:
    """Write each file of `contents` under `folder`; return their paths.

    A file that is there with the same bytes is left as it is.

    Raises:
        InputError: a file that is there with other content (unless `force`), or a folder without rights;
            nothing is written then.
    """
    halves: dict[str, Path] = {}
    try:
        make_closed_folder(folder)
        for name, content in contents.items():
            if not isinstance(content, bytes) or not _same(folder / name, content):
                halves[name] = staged(folder / name, content)
        changed = [name for name, path in halves.items() if not _equal(path, folder / name)]
        names = [name for name in changed if (folder / name).exists()]
        if names and not force:
            message = _(
                "there already, with other content: add --force to replace it, or --out for elsewhere"
            )
            raise InputError([Problem(str(folder / name), message) for name in names])
        for name in changed:
            halves.pop(name).replace(folder / name)
    except OSError as fault:
        message = _("cannot be written: {fault}. Choose another folder with --out").format(
            fault=reason_of(fault)
        )
        raise InputError([Problem(str(fault.filename or folder), message)]) from None
    finally:  # Ctrl-C between two files too
        for path in halves.values():
            with suppress(OSError):
                path.unlink()
    return [folder / name for name in contents]


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _equal(path: Path, other: Path) -> bool:
    return other.is_file() and cmp(path, other, shallow=False)
