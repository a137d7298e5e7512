"""The document and the pictures of a sizing, as files."""

from acc.size.result import Sizing
from reports.data.encode import to_json
from reports.studies.size.data import size_document
from reports.studies.size.figures import size_pictures


def size_files(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the document of a sizing under its name, and its pictures."""
    return {name: to_json(size_document(sizing)).encode(), **size_pictures(sizing, name)}
