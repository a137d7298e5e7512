"""A place sends back the same in the note and in the workbook of the syndicate."""

from dataclasses import replace

import pytest

from acc.result.result import Result
from reports.sentences.audiences import places_table
from reports.studies.papers.workbooks import substations_sheet
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.sentences.test_places_and_peaks import plain, with_noon


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def test_a_place_sends_back_what_its_sites_do_not_draw_alike_in_the_note_and_in_the_workbook(
    result: Result,
) -> None:
    here = replace(
        result,
        scenario=replace(
            result.scenario,
            participants=tuple(
                replace(site, substation=result.scenario.plants[0].substation)
                for site in result.scenario.participants
            ),
        ),
    )
    view = with_noon(here, 400.0, 550.0)
    table = places_table(view)
    column = next(n for n, one in enumerate(table.columns) if one.head == "Sent back\nat most, kW")
    assert [plain(row[column].text) for row in table.rows] == ["150.0"]
    name = table.rows[0][0].text
    (row,) = [row for row in substations_sheet(view).rows if row and row[0] and row[0].value == name]
    assert row[10].value == pytest.approx(150.0)
