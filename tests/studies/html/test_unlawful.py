"""The page and the workbook of an operation that is not lawful."""

from dataclasses import replace

from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.figure_catalogue import figure_png
from reports.documents.sheet import sheet_document
from reports.studies.html.page import page
from reports.studies.workbook.comparison import comparison_sheets
from reports.studies.workbook.write import sheets
from reports.view.comparison import compared
from reports.view.view import holders_shown, view_of
from tests.reports.documents.test_unlawful import OFFERS, text_of, unlawful
from tests.reports.make import make_result


def test_the_page_the_workbook_and_the_pictures_open_so_too() -> None:
    result = unlawful()
    html = page(result).decode()
    assert html.index("Not lawful") < html.index("<h1")
    assert str(sheets(view_of(result))[0].rows[1][0].value).startswith("Not lawful: ")
    assert figure_png(result, "flow") != figure_png(make_result(), "flow")


def test_nothing_is_offered_of_what_is_not_lawful() -> None:
    result = unlawful()
    documents = [
        *(brief_document(result, audience) for audience in (None, "company", "commune", "syndicate")),
        comparison_document([result]),
        comparison_document([replace(result, scenario=replace(result.scenario, variant="x")), result]),
        *(sheet_document(result, one.id) for one in holders_shown(result)[:3]),
    ]
    for made in documents:
        assert not OFFERS.search(text_of(made)), OFFERS.search(text_of(made))
        assert "These figures only compare." in text_of(made)
    html = page(result).decode()
    assert not OFFERS.search(html)
    book = str(comparison_sheets(compared([result])))
    assert not OFFERS.search(book)
    assert OFFERS.search(text_of(brief_document(make_result())))


def test_the_page_of_an_unlawful_operation_proposes_nothing_to_sign() -> None:
    text = page(unlawful())
    assert b"What remains uncertain" in text
    assert b"What it commits you to" not in text
    assert b"What it commits you to" in page(make_result())
