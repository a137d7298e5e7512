"""A point of the front as a variant of the folder: its orders in a file, the key in `operation.toml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_atomic
from scenarios.entry.columns.names import plain
from scenarios.entry.folder.put import keep, keep_data
from scenarios.entry.folder.raw import OPERATION, read_source
from scenarios.entry.folder.settings import Setting

ORDERS_FOLDER = "cles"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRequest:
    """What a front was made of over the folder; `about` says how the choice came to be, see `keep`."""

    variant: str | None = None
    settings: Sequence[Setting] = ()
    about: Mapping[str, object] | None = None


def keep_variant(
    folder: Path,
    name: str,
    floor_ratio: float,
    orders: str | None,
    request: FrontRequest,
    *,
    force: bool = False,
) -> str | None:
    """Add a variant with the key `optimal`; return the file of its orders, None where each month is solved.

    Args:
        request: what the front was asked of, which the new variant holds too.

    Raises:
        InputError: a variant of that name, or a file of it that is there already and not `force`.
    """
    source = read_source(folder)
    if name in source.variants:
        message = _("“{name}” is there already: choose another name, or take the variant out of {file}")
        raise InputError([Problem("--keep", message.format(name=name, file=source.book or OPERATION))])
    file = None
    if orders is not None:
        file = f"{ORDERS_FOLDER}/optimal-{_slug(name)}.csv"
        if (folder / file).exists() and not force:
            message = _("there already: use --force to write it again")
            raise InputError([Problem(str(folder / file), message)])
    form = ("key.monthly", True) if file is None else ("key.file", file)
    added = [Setting(path, value, "--keep") for path, value in (("key.floor_ratio", floor_ratio), form)]
    settings = [*request.settings, *added]
    keep(folder, name, variant=request.variant, key="optimal", settings=settings, about=request.about)
    if file is not None and orders is not None:
        write_atomic(folder / file, orders)
        keep_data(folder, name)
    return file


def _slug(name: str) -> str:
    return "-".join(plain(name).split()) or "point"
