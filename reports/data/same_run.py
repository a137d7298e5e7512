"""Whether results on the disk are those of this very run, made another day or with other ranges."""

import json
from pathlib import Path
from typing import TypeVar

from acc.result.result import Result
from reports.data.results import results_document, to_json

Document = TypeVar("Document")

LEFT_ASIDE = frozenset({"ranges", "ranges_draws", "drawn", "ran_on"})
"""What the day, a sweep or `--no-ranges` changes in the results of the same inputs."""


def is_same_run(folder: Path, result: Result) -> bool:
    """Return whether a folder holds the results of the same inputs, of another day or with other ranges."""
    try:
        kept = json.loads((folder / "results.json").read_bytes())
    except (OSError, ValueError):
        return False
    return _bare(kept) == _bare(json.loads(to_json(results_document(result))))


def _bare(document: Document) -> Document | dict[str, object] | list[object]:
    if isinstance(document, dict):
        return {name: _bare(value) for name, value in document.items() if name not in LEFT_ASIDE}
    return [_bare(value) for value in document] if isinstance(document, list) else document
