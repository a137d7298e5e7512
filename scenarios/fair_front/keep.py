"""A point of the front as a variant of the folder: its orders in a file, the key in `operation.toml`."""

import json
import re
import unicodedata
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.atomic_write import write_whole
from scenarios.folder.raw import OPERATION, read_source

ORDERS_FOLDER = "cles"


def keep_variant(
    folder: Path, name: str, floor_ratio: float, orders: str | None, *, force: bool = False
) -> str | None:
    """Add a variant with the key `optimal`; return the file of its orders, None where each month is solved.

    Raises:
        InputError: a variant of that name, or a file of it that is there already and not `force`.
    """
    if name in read_source(folder).variants:
        message = _("a variant {name} is there already: give another name")
        raise InputError([Problem("--keep", message.format(name=name))])
    lines = ["", "[[variants]]", f"name = {_quoted(name)}", '"key.name" = "optimal"']
    lines.append(f'"key.floor_ratio" = {floor_ratio!r}')
    file = None
    if orders is None:
        lines.append('"key.monthly" = true')
    else:
        file = f"{ORDERS_FOLDER}/optimal-{_slug(name)}.csv"
        if (folder / file).exists() and not force:
            message = _("there already: use --force to write it again")
            raise InputError([Problem(str(folder / file), message)])
        write_whole(folder / file, orders)
        lines.append(f'"key.file" = {_quoted(file)}')
    path = folder / OPERATION
    text = path.read_text(encoding="utf-8")
    write_whole(path, text.rstrip("\n") + "\n" + "\n".join(lines) + "\n")
    return file


def _quoted(text: str) -> str:
    """Return a TOML text; its basic strings are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "point"
