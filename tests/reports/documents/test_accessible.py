"""What a reader that cannot see needs: tags, language, title, words of figures, heads of tables, order."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.format.language import use
from reports.paper.typeset import pdf
from reports.sheets import write_bound
from tests.effort import few
from tests.reports.make import make_result
from tests.reports.make_money import with_money


def elements(node: Any) -> Iterator[Any]:
    found = node.get_object()
    for one in found if isinstance(found, list) else [found]:
        element = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(element, dict) and "/S" in element:
            yield element
            if "/K" in element:
                yield from elements(element["/K"])


def faults(data: bytes, lang: str) -> Iterator[str]:
    """Yield what keeps a PDF from being read aloud whole."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.root_object
    if root.get("/Lang") != lang or not root["/MarkInfo"].get("/Marked"):
        yield "no language, or no tags"
    shown = root["/ViewerPreferences"].get("/DisplayDocTitle")
    if not (
        reader.metadata
        and reader.metadata.title
        and shown
        and b"<pdfuaid:part>1" in root["/Metadata"].get_data()
    ):
        yield "no title, or not said to be accessible"
    tree = root["/StructTreeRoot"]
    found = list(elements(tree["/K"]))
    levels = [int(one["/S"][2:]) for one in found if one["/S"][1:2] == "H" and one["/S"][2:].isdigit()]
    yield from (f"H{a} then H{b}" for a, b in zip([0, *levels], levels, strict=False) if b > a + 1)
    yield from ("a figure without words" for one in found if one["/S"] == "/Figure" and not one.get("/Alt"))
    for table in (one for one in found if one["/S"] == "/Table"):
        kinds = {one["/S"] for one in elements(table)}
        if "/TH" not in kinds:
            yield "a table without heads"
    ids = [str(one["/ID"]) for one in found if "/ID" in one]
    named = {str(text) for one in found for about in attributes(one) for text in about.get("/Headers", ())}
    if len(ids) != len(set(ids)) or not named <= set(ids):
        yield "heads of tables that are not told apart"
    held = tree["/ParentTree"]["/Nums"][::2]
    pages = [page.get("/StructParents") for page in reader.pages]
    if None in pages or len(set(pages)) != len(pages) or not set(pages) <= set(held) or held != sorted(held):
        yield "a page that no tag speaks of"


def attributes(element: Any) -> list[Any]:
    given = element.get("/A", [])
    return [one.get_object() for one in (given if isinstance(given, list) else [given])]


def brief(_folder: Path) -> bytes:
    return pdf(brief_document(with_money(make_result())))


def comparison(_folder: Path) -> bytes:
    return pdf(comparison_document([with_money(make_result())]))


def sheets(folder: Path) -> bytes:
    (path,) = write_bound(with_money(make_result()), ["usine", "toit", "cave"], folder, lambda _id: None)
    return path.read_bytes()


@pytest.mark.parametrize(("made", "lang"), few(1, [(brief, "fr"), (comparison, "en"), (sheets, "fr")]))
def test_a_document_can_be_read_aloud(
    made: Callable[[Path], bytes], lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", lang)
    use(lang)
    assert list(faults(made(tmp_path), lang)) == []
