"""What every command asks of a folder: which scenario of it, kept where, told to whom."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from scenarios.entry.folder.question import asked_source, read_question
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting
from scenarios.operation.metering.meter import Progress
from scenarios.operation.store.store import KeptStore


class OperationRequest(TypedDict, total=False):
    """Which scenario of a folder is asked for, and how it is made: what every command takes.

    `settings` are asked over the variant (`scenarios.entry.folder.question`); `cache` is used in place of the
    folder's own, which `use_cache` allows; `source` is what the folder says, in place of its tables.
    """

    variant: str | None
    key: str | None
    settings: Sequence[Setting]
    use_cache: bool
    cache: KeptStore | None
    progress: Progress
    source: RawFolder


def cache_of(folder: Path, request: OperationRequest) -> KeptStore:
    """Return where what is made for a request is kept."""
    return request.get("cache") or KeptStore.of(folder, use_cache=request.get("use_cache", True))


def progress_of(request: OperationRequest) -> Progress:
    """Return what tells how far a request is; nothing where nobody listens."""
    return request.get("progress", lambda _text: None)


def repeated(request: OperationRequest) -> OperationRequest:
    """Return the request with no dated change counted: what a study asks that repeats one year."""
    uncounted = Setting("operation.changes", value=False, place="")
    return {**request, "settings": (*request.get("settings", ()), uncounted)}


def source_of(folder: Path, request: OperationRequest) -> RawFolder:
    """Return the folder as a request changes it, for the sections that only a study reads.

    Raises:
        InputError: a folder that cannot be read, a variant or an id that is not in it.
    """
    changes = (*read_question(key=request.get("key")), *request.get("settings", ()))
    return asked_source(folder, variant=request.get("variant"), settings=changes)
