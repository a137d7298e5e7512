"""The writer on paper sets every node, whatever its texts, as a tagged PDF that names its figures."""

from io import BytesIO

import pypdf
from matplotlib.figure import Figure

from reports.figures.drawn import Illustrated, picture
from reports.paper.typeset import pages, pdf
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
