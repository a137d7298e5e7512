"""What a split wrote, told from what somebody changed since: known before a search, not after it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_atomic
from scenarios.entry.folder.put import FILES
from scenarios.operation.store.store import file_sha256
from scenarios.studies.lawful.folders import other_groups

RECORD = ".written.json"
"""Beside the folders of the groups: the sha256 of each file that was written, by path."""


def table_and_map(where: Path) -> tuple[Path, Path]:
    """Paths of the table and the map of the groups."""
    return where / f"{_('groups')}.csv", where / "map.png"


def refuse_changed(where: Path, *, force: bool) -> None:
    """Refuse to write groups where somebody changed a file of theirs since the last split.

    Raises:
        InputError: a file that is not as the last split left it, unless `force`.
    """
    left = {} if force else _record(where)
    paths = (
        [] if force else [path for path in _files(where) if left.get(_name(where, path)) != file_sha256(path)]
    )
    if paths:
        message = _(
            "changed since the last split, or not of one: add --force to replace it, or --out for elsewhere"
        )
        raise InputError([Problem(str(path), message) for path in paths])


def remember(where: Path) -> None:
    """Keep the digests of the files of the groups, for the next split."""
    digests = {_name(where, path): file_sha256(path) for path in _files(where)}
    write_atomic(where / RECORD, json.dumps(digests, indent=1, sort_keys=True))


def _files(where: Path) -> Iterator[Path]:
    paths: Iterable[Path] = (path / name for path in other_groups(where, 0) for name in FILES)
    yield from (path for path in (*paths, *table_and_map(where)) if path.is_file())


def _name(where: Path, path: Path) -> str:
    return path.relative_to(where).as_posix()


def _record(where: Path) -> Mapping[str, str]:
    try:
        record = json.loads((where / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
