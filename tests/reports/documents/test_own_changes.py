"""What its holder announced stands on its sheet, with what it brings, and in nothing that others read."""

import html
from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from reports.documents.brief import AUDIENCES, brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import to_the_euro
from reports.html.page import own_page, page
from reports.sentences.limits import silent
from reports.sentences.years import own_changes, own_title
from reports.view.view import holders_shown, sheet_view_of
from scenarios.run import RunParts, run
from tests.effort import few
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
    for audience in AUDIENCES:
        assert "you would gain" not in repr(brief_document(made, audience).document)


DAYS = ("17/03/2031", "17 March 2031", "2031-03-17", "2031-04-19", "19/04/2031", "19 April 2031")
NEVER = (*DAYS, "43,210", "43 210")
OPEN = "mairie;scale;2030;1.4;;\n"
SECRETS = (
    "cave;closes;2031-03-17;0.37;;\nhangar;closes;2031-04-19;;;\ngarage;water-heater;2031-04-19;;43210;\n",
    "cave;scale;2031-03-17;2.6;;\ngarage;leaves;2031-04-19;;;\n",
    "garage;closes;2031-03-17;;;\ncave;ev-fleet;2031-04-19;;43210;\n",
)


@pytest.mark.parametrize(
    ("told", "secret"), few(1, [(told, secret) for secret in SECRETS for told in (OPEN, "")])
)
def test_what_a_company_keeps_to_itself_is_in_nothing_that_others_read(
    tmp_path: Path, told: str, secret: str
) -> None:
    write_operation(tmp_path)
    text = f"id;what;since;ratio;kwh;hours\n{told}{secret}"
    (tmp_path / "changes.csv").write_text(text, encoding="utf-8")
    made = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    texts = {audience or "partners": repr(brief_document(made, audience).document) for audience in AUDIENCES}
    texts["page"] = page(made).decode()
    for person in holders_shown(made):
        if person.id not in {"cave", "garage"}:
            texts[person.id] = repr(sheet_document(made, person.id).document)
            texts[f"own page of {person.id}"] = own_page(made, person.id).decode()
    for place, words in texts.items():
        said = html.unescape(words).replace("\\xa0", " ").replace("\xa0", " ").replace("\u202f", " ")
        for never in NEVER:
            assert never not in said, (place, never)
        assert "changes are announced" not in said, place
        assert "is announced" not in said or told, place
    assert ("1 change is announced" in texts["partners"]) is bool(told)
    # The holder alone reads it: what is looked for above is how it would be written.
    assert "17/03/2031" in "".join(repr(sheet_document(made, id_).document) for id_ in ("cave", "garage"))


def test_what_is_doubted_of_who_is_not_named_stands_in_its_own_sheet_alone(tmp_path: Path) -> None:
    """A doubt quotes a need, a power, a trade: without its name it would tell who it is."""
    write_operation(tmp_path)
    row = "id;what;since;kwh;hours\ncave;hours;2029;90000;11:00-16:00\n"
    (tmp_path / "changes.csv").write_text(row, encoding="utf-8")
    result = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    doubts = ("kWh a year are moved", "sounds like the profile wine-cooperative")
    assert all(any(doubt in note for note in result.scenario.notes) for doubt in doubts)
    own = repr(sheet_document(result, "cave").document)
    assert all(doubt in own for doubt in doubts)
    shared = [repr(brief_document(result, reader).document) for reader in (None, "company", "commune")]
    shared += [repr(sheet_document(result, "ecole").document), page(result, []).decode()]
    assert not [doubt for doubt in doubts for text in shared if doubt in text]
