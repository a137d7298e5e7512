"""The first page of each reader's note holds its five answers, or says what to fill in."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from acc.result.result import Result
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.nodes.tree import walk
from tests.few_homes import write_homes
from tests.test_oracle import FOLDERS, made

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "commune": (
        "What is asked",
        "to pay|'Paid back'",
        "full accise|Accise in full",
        "'With you'",
        "'If you wait'",
    ),
    "company": ("€/year|without tax", "'You sign'", "'To leave'", "'Your supplier'", "'Your figures'"),
    "engineer": ("'Lawful, by which rule'", "'Groups'", "'kVA by place'", "'What flows back'", "'Data'"),
    "lender": (
        "'Who borrows'",
        "'Cover of each year'",
        "'Largest buyer gone'",
        "'Connection'",
        "'Contracts'",
    ),
    "treasurer": ("'Budget lines'", "'Loan'", "'Receipts'", "'VAT, FCTVA'", "'First euro'"),
    "operator": ("'Which meters'", "'Type of key'", "'From when'", "'PMO'", "'Derogation'"),
    "coordinator": ("'Missing'", "'Agreed'", "'To call'", "'What tips it'", "'Next date'"),
}
AT_HOME = ("'A month'", "'To pay'", "'To leave'", "'Your supplier'", "'Who answers'")


@pytest.fixture(scope="module", params=["loan", "firm"])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("questions") / "op"
    FOLDERS[request.param](folder)
    return made(folder)


@pytest.mark.parametrize("reader", ANSWERS)
def test_the_first_page_of_each_reader_holds_its_five_answers(result: Result, reader: str) -> None:
    page = brief_document(result, reader).document.sections[0]
    told = " ".join(str(node) for block in page.blocks for node in walk(block))
    assert not [answer for answer in ANSWERS[reader] if not re.search(answer, told)]


def test_so_does_that_of_a_home(tmp_path: Path) -> None:
    write_homes(tmp_path / "op", [True] * 12, roof=True)
    page = sheet_document(made(tmp_path / "op"), "home3").document.sections[0]
    told = " ".join(str(node) for block in page.blocks for node in walk(block))
    assert not [answer for answer in AT_HOME if answer not in told]
    assert "not filled in: who answers in the group" in told
