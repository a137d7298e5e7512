"""What its holder announced stands on its sheet, with what it brings, and in nothing that others read."""

import html
from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import to_the_euro
from reports.html.page import own_page
from reports.sentences.limits import silent
from reports.sentences.years import own_changes, own_title
from reports.view.view import holders_shown, sheet_view_of
from scenarios.run import RunParts, run
from tests.reports.audiences import EVERY_AUDIENCE
from tests.reports.document_texts import items
from tests.scenarios.operation import PARTICIPANTS, write_operation

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
    return run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))


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
    assert "11:00" in told["cave"]  # its own roof feeds it: what is used there is local
    assert "takes away" in told["bureau"]
    assert told["foyer"] == told["commune"] == ""


def test_sheets_and_own_pages_hold_these_sentences(result: Result) -> None:
    view = sheet_view_of(result, [person.id for person in holders_shown(result)].index("mairie"))
    assert items(sheet_document(result, "mairie"), own_title()) == tuple(own_changes(view))
    assert "From 11:00 to 16:00" in html.unescape(own_page(result, "mairie").decode())
    assert own_title() not in own_page(result, "foyer").decode()
    # Who announced something does not read that nothing changes; who may know of nothing reads of nothing.
    assert "but for the changes announced" in " ".join(silent(view))
    assert "announced" not in " ".join(silent(sheet_view_of(result, 4)))


def test_what_a_change_brings_its_member_stands_on_its_own_sheet_alone(tmp_path: Path) -> None:
    write_operation(tmp_path)
    priced = PARTICIPANTS.replace("CU4;;town-hall", "CU4;130;town-hall")
    (tmp_path / "participants.csv").write_text(priced, encoding="utf-8")
    (tmp_path / "changes.csv").write_text(ROWS + "hangar;closes;2034;;;\n", encoding="utf-8")
    made = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    assert made.changes is not None
    told = {row.change.site: row.own_last_eur or 0.0 for row in made.changes.rows}
    assert told["mairie"] > 0.5 > abs(told["cave"])
    assert told["bureau"] < -0.5
    said = {
        "mairie": f"By the operation, you would gain {to_the_euro(told['mairie'])} more in 2035.",
        "bureau": f"By the operation, you would gain {to_the_euro(-told['bureau'])} less in 2035.",
        "cave": "By the operation and your plants, you would gain neither more nor less in 2035.",
        "hangar": f"{to_the_euro(-told['hangar'])} less in 2035.",
    }
    for person in holders_shown(made):
        own = (
            repr(sheet_document(made, person.id).document)
            .replace("\\xa0", "\xa0")
            .replace("\\u202f", "\u202f")
        )
        for site, words in said.items():
            assert (words in own) is (person.id == {"hangar": "cave"}.get(site, site)), (person.id, words)
    for audience in EVERY_AUDIENCE:
        assert "you would gain" not in repr(brief_document(made, audience).document)


DAYS = ("17/03/2031", "17 March 2031", "2031-03-17", "2031-04-19", "19/04/2031", "19 April 2031")
NEVER = (*DAYS, "43,210", "43 210")
OPEN = "mairie;scale;2030;1.4;;\n"
SECRETS = (
    "cave;closes;2031-03-17;0.37;;\nhangar;closes;2031-04-19;;;\ngarage;water-heater;2031-04-19;;43210;\n",
    "cave;scale;2031-03-17;2.6;;\ngarage;leaves;2031-04-19;;;\n",
    "garage;closes;2031-03-17;;;\ncave;ev-fleet;2031-04-19;;43210;\n",
)
