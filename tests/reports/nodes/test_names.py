"""A name is words in every writer: no link, no markup, no formula, whatever signs it is made of."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pypdf
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from reports.figures.drawn import Illustrated, picture
from reports.figures.style import printable
from reports.html.writer import set_document
from reports.nodes.tree import Document, Group, Paragraph, Section
from reports.paper.docx import editable
from reports.paper.typeset import figure_png, pdf
from reports.studies.workbook.write import workbook
from tests.effort import law
from tests.reports.html.parsed import Page
from tests.reports.html.test_nodes import DRAWN
from tests.reports.make import small
from tests.reports.nodes.odd import odd_document, one_of_each

WORDS = (
    "@preview", "@preview/cetz:0.1", "ecole@preview", "mailto:a@b.fr", "https://ecole.fr/a?b=c&d",
    "www.ecole.fr", "#let", "#link", "$x$", "_em_", "*fort*", "<label>", "<b>gras</b>", "`raw`", "//",
    "[x](http://a.fr)", "&amp;", "&P", "{x}", "=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "~", "\\", "|",
)  # fmt: skip
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
"""Words that mean something to a typesetter, a browser, an office suite or a spreadsheet."""


def named(name: str) -> Document:
    """Return a document in which every text is a name, its head and foot too."""
    document = odd_document()
    frame = replace(document.frame, kind=name, title=name, subtitle=name, label=name, footer=name)
    opening = Section((Group((Paragraph(name, "lead"),), name="opening"),))
    return replace(document, frame=frame, sections=(opening, Section(one_of_each(name))))


def drawn(name: str) -> Illustrated:
    return Illustrated(named(name), {"drawn": picture(Figure(figsize=(2.0, 1.0)))})


@law(20)
@given(name=NAMES)
def test_on_paper_a_name_is_words_and_no_link(name: str) -> None:
    read = pypdf.PdfReader(BytesIO(pdf(drawn(name))))
    assert not [page for page in read.pages if page.get("/Annots")]
    words = "".join("".join(page.extract_text().split()) for page in read.pages)
    assert "".join(printable(name).split()) in words


@law(20)
@given(name=NAMES)
def test_on_a_screen_a_name_is_words_and_no_element(name: str) -> None:
    def elements(text: str) -> list[str]:
        return [kind for kind, _given in page(text).elements]

    def page(text: str) -> Page:
        return Page(f"<div>{set_document(named(text), DRAWN, {}, 'Skip')}</div>".encode())

    assert name in page(name).words
    assert elements(name) == elements("worded")


@law(20)
@given(name=NAMES)
def test_in_an_editable_document_a_name_is_words_and_no_field(name: str) -> None:
    made = drawn(name)
    file = editable(made, {"drawn": figure_png(made.pictures["drawn"])})
    assert name in {line.text for line in docx.Document(BytesIO(file)).paragraphs}
    with ZipFile(BytesIO(file)) as parts:
        body = parts.read("word/document.xml")
        links = parts.read("word/_rels/document.xml.rels")
    assert not [sign for sign in (b"w:hyperlink", b"w:fldSimple", b"w:instrText") if sign in body]
    assert b"hyperlink" not in links


@law(20)
@given(name=NAMES)
def test_in_a_workbook_a_name_is_words_and_no_formula(name: str) -> None:
    def formulas(file: bytes) -> int:
        cells = [cell for sheet in openpyxl.load_workbook(BytesIO(file)) for row in sheet for cell in row]
        assert not [cell.hyperlink for cell in cells if cell.hyperlink]
        return sum(cell.data_type == "f" for cell in cells)

    def made(name: str) -> bytes:
        result = small(2, (date(2025, 6, 1), date(2025, 7, 1)))
        people = tuple(replace(site, name=name) for site in result.scenario.participants)
        plants = tuple(replace(plant, name=name) for plant in result.scenario.plants)
        scenario = replace(result.scenario, name=name, participants=people, plants=plants)
        return workbook(replace(result, scenario=scenario))

    file = made(name)
    assert formulas(file) == formulas(made("Mairie"))
    sheets = openpyxl.load_workbook(BytesIO(file))
    assert name in {cell.value for sheet in sheets for row in sheet for cell in row}
