"""What its holder announced stands on its sheet, with what it brings, and on no other."""

import html
from datetime import date

import pytest

from acc.result.result import Result
from reports.documents.sheet import sheet_document
from reports.html.own_page import own_page
from reports.sentences.years import own_changes, own_title
from reports.view.view import holders_shown, sheet_view_of
from scenarios.run import run
from tests.reports.told import items
from tests.scenarios.operation import write_operation

ROWS = """id;what;since;ratio;kwh;hours
mairie;ev-fleet;2028;;20000;
garage;ev-fleet;2029;;12000;11:00-16:00
ecole;water-heater;2028;;9000;
cave;water-heater;2029;;15000;
bureau;closes;2030-03-17;0.1;;
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("own")
    write_operation(folder)
    (folder / "changes.csv").write_text(ROWS, encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 29), advised=False)


def test_each_sheet_tells_its_own_changes_and_the_hours_that_would_be_local(result: Result) -> None:
    assert result.changes is not None
    rows = {row.change.site: row for row in result.changes.rows}
    ids = [person.id for person in holders_shown(result)]
    told = {id_: " ".join(own_changes(sheet_view_of(result, n))) for n, id_ in enumerate(ids)}
    fleet = rows["mairie"]
    assert fleet.local_ratio is not None
    assert fleet.midday_ratio is not None
    usual, midday = f"{100 * fleet.local_ratio:.0f}%", f"{100 * fleet.midday_ratio:.0f}%"
    assert (
        f"{usual} would be local in 2035. From 11:00 to 16:00: {midday} local instead of {usual}."
        in (told["mairie"])
    )
    assert "from 01/01/2028" in told["mairie"]
    assert "April to October" in told["ecole"]  # the rest of the year it stays at night
    assert "11:00" not in told["garage"]  # already there
    assert "11:00" not in told["cave"]  # its own roof would feed it: nothing sure is said
    assert "takes away" in told["bureau"]
    assert told["foyer"] == told["commune"] == ""


def test_sheets_and_own_pages_hold_these_sentences(result: Result) -> None:
    view = sheet_view_of(result, [person.id for person in holders_shown(result)].index("mairie"))
    assert items(sheet_document(result, "mairie"), own_title()) == tuple(own_changes(view))
    page = html.unescape(own_page(result, "mairie").decode())
    assert "From 11:00 to 16:00" in page
    assert own_title() not in own_page(result, "foyer").decode()
