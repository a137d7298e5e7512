"""The writer on paper sets every node, whatever its texts, as a tagged PDF that names its figures."""

from io import BytesIO

import numpy as np
import pypdf
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle

from reports.figures.drawn import Illustrated, picture
from reports.figures.style import blank, canvas
from reports.paper.typeset import pages, pdf
from tests.effort import few
from tests.reports.nodes.odd import ODD, odd_document


def odd_drawn() -> Illustrated:
    return Illustrated(odd_document(), {"drawn": picture(Figure(figsize=(2.0, 1.0)))})


def test_odd_texts_are_set_as_they_are_read() -> None:
    made = pdf(odd_drawn())
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages)
    for odd in (ODD[0], ODD[1], "two", "“quoted”", "curly"):
        assert odd in text or odd.replace("“", '"').replace("”", '"') in text
    assert "\u202e" not in text
    assert made == pdf(odd_drawn())
    assert all(page.startswith(b"\x89PNG") for page in pages(odd_drawn(), ppi=10))


@pytest.mark.slow
@pytest.mark.parametrize("rows", few(1, [7, 3, 10]))
def test_a_drawing_loses_no_row_of_its_dots(rows: int) -> None:
    figure = blank(86.0, 9.0 + 6.6 * rows)
    words = canvas(figure)
    for row in range(rows):
        words.add_patch(Rectangle((2.0, 9.0 + 6.6 * row), 82.0, 3.0, color="black", linewidth=0))
    drawn = Illustrated(odd_document(), {"drawn": picture(figure)})
    bars = [ink for page in pages(drawn) for ink in ink_down(page) if ink > 14.0]
    # 3 mm are 18 dots, those that a bar shares with the paper at its edges added up.
    assert len(bars) % rows == 0
    assert bars == pytest.approx([18.0] * len(bars), abs=0.1)


def ink_down(page: bytes) -> list[float]:
    """Return how many dots of ink each run of them has, down a page, where bars cross it and words end."""
    ink = 1.0 - imread(BytesIO(page))[:, 300:420, :3].mean(axis=2).max(axis=1)
    turns = np.flatnonzero(np.diff(np.r_[False, ink > 0.02, False].astype(int)))
    return [float(ink[first:last].sum()) for first, last in zip(turns[::2], turns[1::2], strict=True)]
