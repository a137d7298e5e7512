"""Documents written on paper: a tagged PDF, a PNG picture a page."""

from collections.abc import Collection
from pathlib import Path

from reports.figures.drawn import Illustrated
from reports.files import write_files
from reports.paper.typeset import page_files


def write_drawn(
    drawn: Illustrated, folder: Path, audience: str | None, formats: Collection[str], *, force: bool
) -> list[Path]:
    """Write a brief that is drawn, without its result; files take their names once all are complete.

    Args:
        audience: whose brief it is; None for the one that all partners read.
        formats: "pdf" (one file), "png" (one a page).
    """
    stem = _stem(audience)
    written = write_files(folder, page_files(drawn, stem, formats), force=force)
    if "png" in formats:
        # A shorter brief than the one before must not leave its last pages behind.
        for path in set(folder.glob(f"{stem}-page-*.png")) - set(written):
            path.unlink()
    return written


def _stem(audience: str | None) -> str:
    return f"brief-{audience}" if audience else "brief"


def drawn_names(audience: str | None, formats: Collection[str]) -> list[str]:
    """Return the files of a brief by name, a star for the numbers of its pages.

    >>> drawn_names("commune", ["pdf", "png", "xlsx"])
    ['brief-commune.pdf', 'brief-commune-page-*.png']
    """
    names = {"pdf": f"{_stem(audience)}.pdf", "png": f"{_stem(audience)}-page-*.png"}
    return [names[name] for name in formats if name in names]
