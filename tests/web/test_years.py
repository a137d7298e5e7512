"""A later year of the plan in a meeting: the figures of `acc run --year`, switches, what no room is told."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from acc.result.outcomes import outcomes_in
from reports.data.encode import to_json
from reports.data.results import results_document
from reports.format.money import range_ends
from reports.format.numbers import span
from reports.format.rounding import borne_ends
from reports.nodes.tree import Paragraph
from reports.terminal.persons import year_nodes
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.mask import SECRET
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from scenarios.session import AtHand, PageQuestion
from tests.web.browsing import Served, comes, no_browser, opened, still
from tests.web.test_guard import client_of, today

ROWS = """id;what;since;until;ratio;source
ecole;closes;2029;;0,1;conseil
cave;scale;2031;;2;
toit-gymnase;starts;01/04/2028;;;
"""
CLOSED = "froid;closes;2032;;;\n"
HOURS = ("step_minutes = 15", "step_minutes = 60")


def folder_of(where: Path, rows: str, closed: str = "") -> Path:
    """Copy the example by the hour, with dated changes; who is `closed` does not publish its name."""
    copy_example("bergerac", where)
    settings = where / "operation.toml"
    text = settings.read_text(encoding="utf-8")
    assert HOURS[0] in text
    settings.write_text(text.replace(*HOURS), encoding="utf-8")
    (where / "changes.csv").write_text(rows, encoding="utf-8")
    if closed:
        (where / SECRET).write_text("5e" * 32, encoding="utf-8")  # of two folders that are compared
        table = where / "participants.csv"
        lines = table.read_text(encoding="utf-8-sig").splitlines()
        heads = lines[0].split(";")
        for n, line in enumerate(lines):
            cells = line.split(";")
            if cells[0] == closed:
                cells[heads.index("publish")] = "non"
                lines[n] = ";".join(cells)
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return where


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("years") / "demo", ROWS)


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


def told(client: TestClient, **asked: object) -> dict[str, object]:
    answer = client.post("/etat", json={"number": 1, **asked})
    assert answer.status_code == 200, answer.text
    texts: dict[str, object] = answer.json()["texts"]
    return texts


def number(text: str) -> float:
    """Value of an amount as it is printed: `−1 234`."""
    return float(re.sub(r"[^\d-]", "", text.replace("−", "-")))


def step_of(amounts: Iterable[str]) -> float:
    """Step to which a column of amounts is printed: 100, 10 or 1."""
    values = [number(text) for text in amounts]
    return next(step for step in (100.0, 10.0, 1.0) if not any(value % step for value in values))


def document(folder: Path, *sets: str) -> dict[str, object]:
    result = run(folder, ran_on=today(), settings=read_question(sets), parts=RunParts(advice=False))
    made: dict[str, object] = json.loads(to_json(results_document(result)))
    return made


@pytest.mark.parametrize("sets", [(), ("changes.cave-scale-2031.active=false", "prix=95")])
def test_a_year_of_the_page_is_that_of_the_command_to_the_euro(
    folder: Path, client: TestClient, sets: tuple[str, ...]
) -> None:
    texts, found = told(client, annee="2035", set=list(sets)), document(folder, *sets)
    persons, years = found["persons"], found["years"]
    assert isinstance(persons, list)
    assert isinstance(years, list)
    assert texts["tiles"][0][0] == texts["total"][1]  # type: ignore[index]
    assert number(texts["total"][1]) == pytest.approx(years[9]["gain_eur_ht"], abs=0.5)  # type: ignore[index]
    assert texts["tiles"][1][0] == f"{years[9]['shared_kwh'] / 1000:.0f}"  # type: ignore[index]
    assert str(texts["sentence"]).startswith("In 2035")
    result = AtHand(folder, today).result(PageQuestion(sets), complete=False)
    for year in (2, 10):  # in 2027 the gymnasium is built
        members = outcomes_in(result, year).members
        row = years[year - 1]
        assert sum(one.gain_eur_ht or 0.0 for one in members) == pytest.approx(row["gain_eur_ht"], abs=0.005)
        gained = {one["id"]: one["gain_by_year_eur_ht"][year] for one in persons}
        assert {one.id: one.gain_eur_ht for one in members} == pytest.approx(gained, abs=0.005)  # the cent
        assert (row["investment_eur_ht"] > 0.0) is (year == 2)
    printed = {row[0]: row[3] for row in texts["rows"]}  # type: ignore[attr-defined]
    assert printed.keys() == {one.id for one in members}
    step = step_of(printed.values())  # parts of a column that adds up as printed differ by less than its step
    for one in members:
        assert abs(number(printed[one.id]) - (one.gain_eur_ht or 0.0)) < step
    assert sum(map(number, printed.values())) == number(texts["total"][1])  # type: ignore[index]


def test_a_year_has_the_ranges_of_the_command_from_the_same_draws(folder: Path, client: TestClient) -> None:
    result = run(folder, ran_on=today(), parts=RunParts(ranges_folder=folder / "out", advice=False))
    screen = "".join(node.text for node in year_nodes(result, 2035) if isinstance(node, Paragraph))
    tiles = told(client, annee="2035", drawn=True)["tiles"]
    for name, year, tile in (("later_gain_eur_ht", 10, 0), ("later_received_kwh", 10, 1)):
        assert result.ranges is not None
        low, _middle, high = result.ranges[name][str(year)]
        ends = range_ends(low, high) if tile == 0 else borne_ends(low / 1000.0, high / 1000.0, 0)
        assert low < high
        assert tiles[tile][3] == span(*ends)  # type: ignore[index]
        assert f"{span(*ends)}" in screen
    assert tiles[2][3] == ""  # type: ignore[index]
    others = [told(client, annee=year, drawn=True)["tiles"][1][3] for year in ("2028", "2050")]  # type: ignore[index]
    assert all(others)
    assert len({*others, tiles[1][3]}) == 3  # type: ignore[index]


def test_a_switch_beside_a_firm_that_does_not_publish_takes_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = client_of(folder_of(tmp_path / "shut", ROWS + CLOSED, "froid"))
    told(shut, annee="2035")
    asked: list[object] = []

    def counted(*given: object, **more: object) -> object:
        asked.append(more["settings"])
        return run(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("scenarios.session.run", counted)
    told(shut, annee="2035", set=["changes.cave-scale-2031.active=false"])
    assert len(asked) == 1
    told(shut, annee="2031", set=["changes.cave-scale-2031.active=false"])
    assert len(asked) == 1


def test_the_power_that_is_shown_tells_no_panels_of_who_does_not_publish(tmp_path: Path) -> None:
    rows = ROWS.replace(";source\n", ";kwp;source\n").replace(";;\n", ";;;\n").replace("0,1;c", "0,1;;c")
    shut = client_of(folder_of(tmp_path / "shut", rows + "hangar-cave;kwp;2033;;;40;\n", "cave"))
    power = [
        shut.post("/etat", json={"number": 1, "annee": year}).json()["power"] for year in ("", "2030", "2040")
    ]
    assert power[0] == power[1] == power[2]


def test_a_switch_is_the_folder_without_that_line(folder: Path, client: TestClient, tmp_path: Path) -> None:
    rows = "".join(line for line in ROWS.splitlines(keepends=True) if not line.startswith("cave"))
    bare = client_of(folder_of(tmp_path / "bare", rows))
    off = told(client, annee="2035", set=["changes.cave-scale-2031.active=false"])
    assert off == told(bare, annee="2035")
    assert off != told(client, annee="2035")


def test_all_switches_off_are_the_first_year_repeated(folder: Path, client: TestClient) -> None:
    rows = ("ecole-closes-2029", "cave-scale-2031")
    off = [f"changes.{row}.active=false" for row in rows]
    # A plant that is announced and does not come is not built: the command leaves it out.
    asked = {"set": [*off, "changes.toit-gymnase-starts-2028.active=false"]}
    same = {"set": ["changements=non"], "without": ["toit-gymnase"]}
    for name in ("tiles", "rows", "total"):
        assert told(client, **asked)[name] == told(client, **same)[name]


def test_a_price_settles_no_year_again(folder: Path) -> None:
    hand = AtHand(folder, today)
    one, other = (hand.result(PageQuestion((f"prix={price}",)), complete=False) for price in (90, 95))
    assert one.years is not None
    assert other.years is not None
    assert one.money != other.money
    assert one.years.energies[9] is other.years.energies[9]


def test_the_address_keeps_the_year_and_the_switches(client: TestClient) -> None:
    page = client.get("/seance?annee=2031&set=changes.ecole-closes-2029.active=false").text
    assert 'id="annee"' in page
    assert 'value="2031"' in page
    boxes = [part.partition(">")[0] for part in page.split('name="changement"')[1:]]
    assert [("checked" in box, "data-base" in box) for box in boxes] == [(1, 1), (0, 1), (1, 1)]
    plain = client.get("/seance?formulaire=1&annee=2031&changement=cave-scale-2031&avec=ecole").text
    boxes = [part.partition(">")[0] for part in plain.split('name="changement"')[1:]]
    assert [" checked" in box for box in boxes] == [False, False, True]


def test_a_folder_without_changes_has_no_year_to_choose(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "plain")
    assert 'id="annee"' not in client_of(tmp_path / "plain").get("/seance").text


def test_what_a_firm_plans_and_does_not_publish_is_neither_named_nor_counted(tmp_path: Path) -> None:
    shut = client_of(folder_of(tmp_path / "shut", ROWS + CLOSED, "froid"))
    bare = client_of(folder_of(tmp_path / "bare", ROWS, "froid"))
    for asked in ({"annee": "2035"}, {"annee": "2031", "set": ["prix=95"]}):
        mine, other = told(shut, **asked), told(bare, **asked)
        assert mine == other
    pages = [client.get("/seance?annee=2035").text for client in (shut, bare)]
    assert pages[0].count('name="changement"') == pages[1].count('name="changement"') == 3
    assert "froid-closes" not in pages[0]
    assert "2032" not in pages[0].replace("|2032|", "")  # a step of the slider, nothing else
    only = client_of(folder_of(tmp_path / "only", ROWS.splitlines(keepends=True)[0] + CLOSED, "froid"))
    assert 'id="annee"' not in only.get("/seance?annee=2035").text


def test_who_is_told_of_a_change_of_the_first_year_has_no_other_year(tmp_path: Path) -> None:
    """Its figures of this year against those of the next, where it does not count, would tell it."""
    now = "froid;closes;01/07/2026;;0,5;\n"
    page = client_of(folder_of(tmp_path / "now", ROWS + now, "froid")).get("/seance").text
    assert 'id="annee"' not in page


@pytest.mark.parametrize("year", ["1999", "2026", "x", "3000", "2035'"])
def test_a_year_that_is_not_in_the_plan_is_the_first_one(client: TestClient, year: str) -> None:
    assert told(client, annee=year) == told(client)


@pytest.mark.slow
@no_browser
def test_a_hand_moves_the_year_and_a_switch_and_the_address_follows(folder: Path, browser: object) -> None:
    served = Served(folder)
    try:
        page = opened(browser, served, viewport={"width": 1280, "height": 950})
        still(page, "/seance", served)
        page.evaluate(
            """() => {
              const year = document.getElementById("annee");
              year.value = "2031";
              for (const kind of ["input", "change"]) year.dispatchEvent(new Event(kind, { bubbles: true }));
            }"""
        )
        comes(page, "document.querySelector('h1').textContent.startsWith('En 2031')")
        assert page.url.endswith("/seance?annee=2031")
        before = page.inner_text(".tile .figure")
        page.uncheck("#changement-cave-scale-2031")
        comes(page, "location.search.includes('changes.cave-scale-2031.active')")
        comes(page, "document.querySelector('.tile .figure').innerText !== arg", before)
        shown = page.inner_text(".tile .figure")
        page.reload()
        comes(page, "document.querySelector('h1').textContent.startsWith('En 2031')")
        assert page.inner_text(".tile .figure") == shown
        assert not page.is_checked("#changement-cave-scale-2031")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        served.stop()
