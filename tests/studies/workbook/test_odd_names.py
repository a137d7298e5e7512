"""Odd names in the workbook."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from acc.result.result import Result
from profiles.files.letters import stripped
from reports.studies.workbook.write import workbook
from tests.reports.documents.test_odd_names import NAMES
from tests.reports.make import small
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def odd() -> Result:
    result = with_money(small(len(NAMES), (date(2025, 6, 1), date(2025, 7, 1))))
    people = tuple(
        replace(p, name=name) for p, (name, _) in zip(result.scenario.participants, NAMES, strict=True)
    )
    plants = tuple(replace(p, name=NAMES[1][0]) for p in result.scenario.plants)
    named = replace(result.scenario, name="Mairie\x07 🏫 小 مدرسة", participants=people, plants=plants)
    return replace(result, scenario=named)


def test_the_workbook_opens(odd: Result) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(odd)))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {stripped(typed) for typed, _ in NAMES} <= cells
