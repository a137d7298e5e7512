"""The first screen: the road of `acc next`, one act for each thing that is missing, in the page's words."""

import html
import re
from datetime import date
from pathlib import Path

from starlette.testclient import TestClient

from reports.sentences.steps import steps_of
from scenarios.entry.columns.names import PARTICIPANTS as SITES
from scenarios.entry.editing.drafts import Drafts, write_drafts
from scenarios.entry.editing.write import begin
from scenarios.run import run
from tests.scenarios.operation import write_operation
from tests.web.folders import a_month, installed
from tests.web.test_closed import CLOSED, closed
from tests.web.test_guard import client_of

TODAY = date(2026, 11, 29)


def road(client: TestClient) -> str:
    led = client.get("/", follow_redirects=False)
    assert led.headers["location"] == "/avancement"
    shown = client.get("/avancement")
    assert shown.status_code == 200
    return html.unescape(shown.text)


def said(shown: str) -> str:
    """Everything but the fold of commands, without tags."""
    main = shown[shown.index("<h1>") : shown.index("<details")]
    # As a person reads it: fixed blanks are blanks.
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def links(shown: str) -> list[str]:
    main = shown[shown.index("<ol>") : shown.index("</ol>")]
    return re.findall(r'href="([^"]+)"', main)


def test_a_new_operation_is_told_in_the_words_of_the_page(tmp_path: Path) -> None:
    begin(tmp_path / "new", "New", TODAY)
    (tmp_path / "bare").mkdir()
    for folder in (tmp_path / "new", tmp_path / "bare"):
        shown = road(client_of(folder))
        assert "No site: nobody uses electricity yet" in said(shown)
        assert not re.search(r"acc |\.csv|\.toml|`", said(shown))
        assert links(shown) == ["/donnees?onglet=membres", "/donnees?onglet=centrales"]


def test_each_act_of_the_road_leads_to_a_screen_that_answers(tmp_path: Path) -> None:
    write_operation(tmp_path / "op")
    client = client_of(tmp_path / "op")
    shown = road(client)
    # The office of the test operation has no supply price: its member is asked, its row is shown.
    # It did not agree to be named: neither is its id in a link.
    lacks = "A company 3: the price of its supplier is not known (« Prix du fournisseur »)"
    assert f"{lacks}. Ask A company 3: what does a kWh cost" in said(shown)
    assert "/donnees?onglet=membres" in links(shown)
    assert "bureau" not in shown.lower()
    assert not re.search(r"acc |\.csv|\.toml|`", said(shown))
    assert len(links(shown)) >= 4
    for link in installed(*links(shown)):
        page, _sign, place = link.partition("#")
        answer = client.get(page)
        assert answer.status_code == 200
        assert not place or f'id="{place}"' in answer.text


def test_a_local_price_that_is_missing_is_a_link_to_its_setting(tmp_path: Path) -> None:
    write_operation(tmp_path / "op")
    toml = tmp_path / "op" / "operation.toml"
    text = re.sub(r"(?m)^local_eur_per_mwh.*\n", "", toml.read_text(encoding="utf-8"))
    toml.write_text(text, encoding="utf-8")
    client = client_of(tmp_path / "op")
    assert "/donnees?onglet=reglages#prices.local_eur_per_mwh" in links(road(client))
    assert 'id="prices.local_eur_per_mwh"' in client.get("/donnees?onglet=reglages").text


def test_faults_come_first_and_each_leads_to_its_cell(tmp_path: Path) -> None:
    write_operation(tmp_path / "op")
    table = tmp_path / "op" / "plants.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("240", "abc"), encoding="utf-8")
    client = client_of(tmp_path / "op")
    shown = road(client)
    assert "abc" in said(shown)
    for link in links(shown):
        page, _sign, place = link.partition("#")
        assert f'id="{place}"' in client.get(page).text


def test_who_may_not_be_named_is_not_and_no_id_of_theirs_is_in_a_link(tmp_path: Path) -> None:
    folder = closed(tmp_path / "secret")
    table = folder / "participants.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("supply_eur", "x_eur"), encoding="utf-8")
    for where in (folder, closed(tmp_path / "other")):
        shown = road(client_of(where))
        for id_, name in CLOSED.items():
            assert name not in shown
            assert not re.search(rf"(?<![\w-]){id_}(?![\w-])", shown)


def test_the_road_of_the_page_is_that_of_the_command(tmp_path: Path) -> None:
    folder = a_month(tmp_path / "demo")
    steps = steps_of(run(folder, ran_on=TODAY), None, folder)
    told = said(road(client_of(folder)))
    places = [told.index(step.title) for step in steps]
    assert places == sorted(places)
    for step in steps:
        assert " ".join(step.reached.split()) in told


def test_a_line_that_is_begun_is_the_first_thing_to_do_and_names_nobody(tmp_path: Path) -> None:
    write_drafts(folder := a_month(tmp_path / "demo"), Drafts({(SITES, "n-1"): {"name": "Foyer Blanc"}}))
    shown = road(client_of(folder))
    told = said(shown)
    assert told.index("1 line begun on the page is not counted: Sites") < told.index("First euro")
    assert "Foyer Blanc" not in told
    assert "/donnees?onglet=membres" in links(shown)


def test_the_first_screen_says_what_only_a_command_does(tmp_path: Path) -> None:
    shown = client_of(tmp_path).get("/avancement").text
    for command in ("acc size", "acc territory", "acc rates", "acc export --anonymous"):
        assert f"<code>{command}</code>" in shown
