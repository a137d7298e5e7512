"""The pages kept as pictures: `python -m tests.reports.pictures` draws them anew; look before committing."""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.figures.drawn import Illustrated
from reports.paper.typeset import pages
from tests.reports.make import make_result
from tests.reports.make_money import with_leaving
from tests.reports.make_ranges import with_calendar, with_ranges

FOLDER = Path(__file__).parent / "golden"
PPI = 55
GREYS = 32
PAGES = {"company": (1, 2), "commune": (1, 2), "syndicate": (1, 2), "sheet": (1,), "ranges": (1, 3, 4, 5)}
"""Pages kept of a document, when the others are those of another one; all of them by default."""


@lru_cache(maxsize=1)
def documents() -> Mapping[str, Illustrated]:
    """Return every document that is kept, by the start of the names of its pages."""
    energy = make_result()
    euros = with_leaving(energy)
    return {
        "energy": brief_document(energy),
        "euros": brief_document(euros),
        "ranges": brief_document(with_calendar(with_ranges(euros), 4)),
        "company": brief_document(euros, "company"),
        "commune": brief_document(euros, "commune"),
        "syndicate": brief_document(euros, "syndicate"),
        "sheet": sheet_document(euros, "usine"),
        "compare": comparison_document([euros]),
    }


def drawn() -> dict[str, bytes]:
    """Return every page as a small picture, by file name."""
    return {
        f"{name}-{number}.png": page
        for name, document in documents().items()
        for number, page in enumerate(pages(document, ppi=PPI), start=1)
        if number in PAGES.get(name, (number,))
    }


def grey(data: bytes) -> np.ndarray:
    """Return a page as numbers from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=np.float64)


def keep() -> None:
    """Write every page, with few greys so that the repository stays light."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, data in drawn().items():
        Image.open(io.BytesIO(data)).convert("L").quantize(GREYS).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    keep()
