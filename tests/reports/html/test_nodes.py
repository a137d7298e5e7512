"""The HTML writer: each node is set, words are words, and what a reader of the screen asks for is there."""

import re
from dataclasses import replace
from html import unescape
from typing import get_args

import pytest

from reports.files import TEMPLATES
from reports.html.writer import Placed, set_document
from reports.nodes.tree import (
    Document,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    Status,
    TextCell,
    TextColumn,
    TextTable,
)
from tests.reports.html.parsed import Page
from tests.reports.nodes.odd import ODD, odd_document, one_of_each

DRAWN = {
    "drawn": Placed("<svg></svg>", "Numbers", TextTable("t", (TextColumn("Head"),), ((TextCell("1"),),)))
}


def made(*blocks: Node, name: str = "part") -> Document:
    """Return a document of one section under a heading, after its opening."""
    section = Section((Heading("A part"), *blocks), name=name)
    return replace(odd_document(), sections=(Section(()), section))


def as_html(document: Document, **places: str) -> str:
    return set_document(document, DRAWN, places, "Skip")


def test_each_node_has_its_macro() -> None:
    found = {type(node).__name__ for node in one_of_each("x")}
    assert found == {kind.__name__ for kind in get_args(Node)}
    text = as_html(made(*one_of_each("worded")))
    for tag in ("h3", "p", "ul", "ol", "dl", "table", "figure", "figcaption", "caption", "details", "b"):
        assert f"<{tag}" in text


@pytest.mark.parametrize("text", [text for text in ODD if text])
def test_odd_texts_are_words_that_a_reader_sees_whole(text: str) -> None:
    page = Page(f"<div>{as_html(made(*one_of_each(text)))}</div>".encode())
    seen = text.replace("\u202e", "")
    assert seen in page.words
    assert "\u202e" not in "".join(page.words)
    known = {"div", "a", "header", "main", "footer", "section", "svg", "rect", "details", "summary", "figure"}
    words = {"p", "span", "b", "i", "small", "ul", "ol", "li", "dl", "dt", "dd", "figcaption"}
    tables = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    assert {name for name, _given in page.elements} <= known | words | tables | {"h1", "h2", "h3"}


def test_a_quote_never_ends_an_attribute() -> None:
    text = as_html(made(name='x" onload="y'))
    assert 'onload="' not in text
    assert Page(f"<div>{text}</div>".encode()).all("section") == [{"aria-labelledby": 'x" onload="y-heading'}]


def test_no_heading_is_skipped_and_a_section_is_named_by_its_own() -> None:
    page = Page(f"<div>{as_html(made(Group((Heading('Below'),)), Heading('Low', 3)))}</div>".encode())
    levels = [name for name, _given in page.elements if re.fullmatch(r"h\d", name)]
    assert levels == ["h1", "h2", "h3", "h3"]
    assert page.all("h2") == [{"id": "part-heading"}]
    assert page.all("section") == [{"aria-labelledby": "part-heading"}]


def test_a_table_has_its_caption_its_heads_and_a_name_for_each_row() -> None:
    columns = (TextColumn("Who", align="left"), TextColumn("Gain,\n€"))
    cells = (TextCell("Town hall", note="public"), TextCell("−5", "strong", tone="worse"))
    table = TextTable("who", columns, (cells,), total=(TextCell("All"), TextCell("9")), title="T", note="N")
    text = as_html(made(table))
    for told in (
        "<table><caption>T</caption><thead><tr>",
        '<tr><th scope="col" class="words">Who</th><th scope="col">Gain, €</th></tr></thead>',
        '<tbody><tr><th scope="row">Town hall<small> public</small></th>',
        '<td class="strong loses">−5</td></tr>',
        '<tfoot><tr><th scope="row">All</th><td>9</td></tr></tfoot></table></div><p class="note">N</p>',
    ):
        assert told in text


def test_a_figure_has_its_numbers_below_it_and_no_word_is_lost() -> None:
    text = as_html(made(Figure("drawn", "seen", "A < B")))
    assert "<figcaption>A &lt; B</figcaption></figure><details><summary>Numbers</summary>" in text


def test_what_is_no_document_stands_at_its_place() -> None:
    group = Group((), name="switch")
    assert "<main><" not in as_html(made(group), switch="<input>")
    assert "<input>" in as_html(made(group), switch="<input>")


def test_what_forbids_comes_before_the_title() -> None:
    text = unescape(as_html(made(Paragraph("x"))))
    assert text.index('role="note"') < text.index("<h1>")


def test_how_the_operation_stands_is_told_before_any_figure_where_nothing_forbids() -> None:
    status = Status(Paragraph("Lawful, 2 points to verify", tone="sun_text"))
    text = as_html(replace(made(Paragraph("x")), status=status))
    assert text.count('<p class="doubtful">Lawful, 2 points to verify</p>') == 1
    assert text.index("<h1>") < text.index("Lawful, 2 points") < text.index("</header>")


def test_only_what_templates_hold_is_markup() -> None:
    """`safe` is for drawings, what stands at a place, and the frame: style, script, policy, body."""
    found = [
        name
        for path in sorted(TEMPLATES.glob("*.html"))
        for name in re.findall(r"(\w+)(?:\[[^\]]*\])? \| safe", path.read_text(encoding="utf-8"))
    ]
    assert sorted(found) == sorted(["body", "policy", "style", "script", "svg", "places"])
