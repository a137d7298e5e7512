"""The screen "Membres" says what `acc members` says; homes have no row of their own; it can be stopped."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from acc.household_privacy import may_have_a_row
from reports.page.amounts import eur_text, signed_eur
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.raw import read_source
from scenarios.studies.members.run import members
from tests.effort import few
from tests.few_homes import write_homes
from tests.web.browsing import SIZES, no_browser, settle
from tests.web.folders import a_month
from tests.web.test_guard import client_of
from tests.web.test_looks import looked_at, passes_axe
from tests.web.test_rows_of_a_room import CLOSED, close
from web.answers import Stoppable


class Tables(HTMLParser):
    """The rows of the tables of a page, as texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


@pytest.fixture(scope="module", params=[(True, True), (False, True)], ids=["all agree", "one does not"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_homes(tmp_path_factory.mktemp("members") / "homes", request.param)


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


def test_it_is_stopped_at_the_next_step(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Stoppable._tell

    def stopped(self: Stoppable, text: str) -> None:
        client.post("/membres/arreter")
        told(self, text)

    monkeypatch.setattr(Stoppable, "_tell", stopped)
    assert client.get("/membres?partie=1").status_code == 409
    monkeypatch.undo()
    assert "calcul=1" in client.get("/membres").text, "nothing is kept of it"


def test_nothing_is_computed_until_it_is_asked_for_and_then_it_is_that_of_the_command(
    folder: Path, client: TestClient
) -> None:
    shell = client.get("/membres").text
    assert "Gymnase" not in shell
    assert "calcul=1" in shell
    part = client.get("/membres?partie=1").text
    assert part in client.get("/membres").text
    report = members(folder, mask=Mask(folder))
    rows = {row[0]: row for row in Tables(part).rows if len(row) == 5}
    told = [one for one in report.brought if one.player.name in rows]
    for one in told:
        assert rows[one.player.name][2:4] == [eur_text(one.value_eur), eur_text(one.key_eur)]
    leaving = {row[0]: row for row in Tables(part).rows if len(row) == 4}
    for change in report.chosen:
        assert change.others_change_eur is not None
        if change.name in leaving:
            assert leaving[change.name][2] == signed_eur(change.others_change_eur)
    # A home has no row; they have one together where all agreed.
    homes = [name for name in {**rows, **leaving} if "household" in name]
    all_agree = may_have_a_row(scenario_of(read_source(folder), everyone=True).participants)
    assert homes == (["2 households"] if all_agree else [])
    assert len(told) == 4
    assert not re.search("home[01]|Maison|Famille", part)
    assert "not told one by one" in part


def test_a_fault_is_told_by_the_whole_screen(client: TestClient) -> None:
    assert client.get("/membres?partie=1&without=nobody").status_code == 422
    assert "Nothing to compute yet" in client.get("/membres?without=nobody").text


@pytest.mark.slow
@no_browser
@pytest.mark.parametrize("page", few(1, [(size,) for size in SIZES]), indirect=True)
def test_the_screen_comes_by_itself_passes_axe_and_fits(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/membres", served)
    page.wait_for_selector(".brings")
    passes_axe(page)
    looked_at(page, 16.0 if page.viewport_size["width"] < 760 else 18.0)
    assert "reçoivent" in page.title()
    assert not faults


def test_a_map_shows_who_could_come(tmp_path: Path) -> None:
    page = client_of(a_month(tmp_path / "demo")).get("/membres?partie=1").text
    drawn = page.partition('class="coming" d="')[2].partition('"')[0]
    assert drawn.count("M") == page.count('<span class="light') - 1, "each who could come, beside the lamp"


def test_of_a_candidate_who_did_not_agree_nothing_is_told_alone(tmp_path: Path) -> None:
    client = client_of(close(a_month(tmp_path / "demo"), {*CLOSED, "usine"}))
    shown = html.unescape(client.get("/membres", params={"calcul": "1"}).text)
    assert re.findall(r"<b>(A company[^<]*)</b>", shown) == []
    alone = html.unescape(client.get("/membres", params={"calcul": "1", "qui": "each"}).text)
    assert len(re.findall(r"<b>(A company[^<]*)</b>", alone)) == 1
