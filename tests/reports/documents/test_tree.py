"""The tree of every document, before a writer sees it: titles in order, heads, figures with their words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from acc.result.result import Result
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.figures.drawn import Illustrated
from reports.nodes.tree import Figure, Heading, Paragraph, TextTable
from tests.reports.document_texts import nodes
from tests.reports.make import make_result
from tests.reports.make_money import with_leaving

DOCUMENTS: Mapping[str, Callable[[Result], Illustrated]] = MappingProxyType(
    {
        "partners": brief_document,
        "company": lambda result: brief_document(result, "company"),
        "commune": lambda result: brief_document(result, "commune"),
        "syndicate": lambda result: brief_document(result, "syndicate"),
        "sheet": lambda result: sheet_document(result, "usine"),
        "comparison": lambda result: comparison_document([result]),
    }
)


@pytest.fixture(scope="module", params=["energy", "euros"])
def result(request: pytest.FixtureRequest) -> Result:
    energy = make_result()
    return energy if request.param == "energy" else with_leaving(energy)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_titles_skip_no_level_tables_have_heads_and_figures_have_words(name: str, result: Result) -> None:
    made, level = DOCUMENTS[name](result), 1
    for node in nodes(made):
        if isinstance(node, Heading) or (isinstance(node, TextTable) and node.title):
            assert 1 < node.level <= level + 1, node
            level = node.level
        if isinstance(node, TextTable):
            assert any(column.head for column in node.columns), node.name
            assert {len(row) for row in node.rows} <= {len(node.columns)}, node.name
            assert len(node.total) in {0, len(node.columns)}, node.name
        if isinstance(node, Figure):
            assert node.alt, node.name
            assert node.name in made.pictures, node.name
    assert hash(made.document) == hash(DOCUMENTS[name](result).document)


def test_an_operation_without_rules_says_that_they_are_not_checked() -> None:
    told = brief_document(replace(make_result(), checks=(), legal=())).document.status.text
    assert told == Paragraph("Not checked against the rules", tone="sun_text")
