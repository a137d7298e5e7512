"""The document and the pictures of a front, as files."""

from acc.front.result import Front, KeptPoint
from reports.data.encode import to_json
from reports.files import slug
from reports.studies.front.data import front_document


def front_files(front: Front, kept: KeptPoint | None, key: str | None) -> dict[str, bytes]:
    """Return the document of a front under its name, and its picture; one more against the Gini index."""
    name = "-".join(slug(word) for word in ("front", front.scenario.label, key) if word)
    from reports.studies.front.figures import even_png, front_png  # noqa: PLC0415 - matplotlib only where drawn

    document = to_json(front_document(front, kept)).encode()
    files = {f"{name}.json": document, f"{name}.png": front_png(front)}
    return files | ({f"{name}-gini.png": even_png(front)} if front.even_points else {})
