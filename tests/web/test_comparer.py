"""Scenarios side by side: kept, put aside, brought back; the screen prints what `acc compare` finds."""

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from gettext import gettext
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from acc.result.proposal import ranking
from reports.format.draws import chance_text, range_text
from reports.page.amounts import eur_text
from reports.page.comparer import comparer_screen
from scenarios.entry.editing.versions import kept_scenarios, without_variant
from scenarios.entry.folder.raw import read_source
from scenarios.session import AtHand, PageQuestion
from tests.web.folders import a_month
from tests.web.test_guard import client_of, today
from web.naming import FIELDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_month(tmp_path_factory.mktemp("beside") / "demo")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with client_of(folder) as made:
        yield made


def said(html: str) -> str:
    """Return the words of a page, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u202f", " ")


def test_the_screen_prints_what_the_engine_finds_of_the_same_draws(folder: Path, client: TestClient) -> None:
    words = "cas=&cas=sans+la+cave&cas=statique+%C3%A0+parts+%C3%A9gales"
    html = client.get(f"/comparer?{words}&partie=1&tirages=1").text
    asked = [PageQuestion(variant=name) for name in (None, "sans la cave", "statique à parts égales")]
    found = AtHand(folder, today).side_by_side(asked, drawn=True)
    ranked = ranking([result.money for result in found.results])
    assert ranked is not None
    assert found.drawn is not None
    text = said(html).replace("\xa0", " ")
    for eur in ranked.together_eur:
        assert f"{eur_text(eur)} €".replace("\u202f", " ") in text
    for change in found.changes:
        assert sum(effect.amount_eur or 0.0 for effect in change.effects) == pytest.approx(
            change.levels_eur[-1] - change.levels_eur[0], abs=0.005
        )
    drawn = replace(found.drawn, reference=0)
    for case in (1, 2):
        assert chance_text(drawn.chance(case)).replace("\xa0", " ") in text
        assert range_text(drawn.chance(case)).replace("\u202f", " ").replace("\xa0", " ") in text
    assert ("Why" in text or "D’où vient" in text) == bool(found.changes)


def test_the_menu_leads_back_to_the_state_of_the_meeting(client: TestClient) -> None:
    for screen in ("comparer", "documents"):
        html = client.get(f"/{screen}?set=prix%3D95&key=equal").text
        assert 'href="/seance?set=prix%3D95&amp;key=equal"' in html


def test_one_scenario_alone_is_not_compared(client: TestClient) -> None:
    assert 'class="sides' not in client.get("/comparer?cas=&partie=1").text
    assert 'class="sides' not in client.get("/comparer?cas=nobody&cas=&partie=1").text


def test_nothing_that_is_not_lawful_is_called_the_best(folder: Path) -> None:
    """With the factory, out of the perimeter, everybody would gain more: no mark says so."""
    asked = [PageQuestion(variant="avec l'usine de Prigonrieux"), PageQuestion(), PageQuestion(key="equal")]
    found = AtHand(folder, today).side_by_side(asked, drawn=False)
    names, days = ("usine", "dossier", "parts égales"), (None, None, date(2026, 11, 1))
    shown = comparer_screen(found.results, names, days, None, found.changes, {})
    assert not found.results[0].is_lawful
    assert not any(row.cells[0].is_best for row in shown.rows)
    assert any(row.cells[1].is_best or row.cells[2].is_best for row in shown.rows)
    alone = comparer_screen(found.results[:1] * 2, names[:2], days[:2], None, (), {})
    assert not any(cell.is_best for row in alone.rows for cell in row.cells)
    assert "“" not in alone.title


def test_what_is_put_aside_leaves_every_other_line_and_comes_back_whole(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    before = (where / "operation.toml").read_bytes()
    with client_of(where) as client:
        gone = client.post("/comparer/ecarter", data={"nom": "sans la cave"})
        assert gone.status_code == 303
        text = (where / "operation.toml").read_text(encoding="utf-8")
        lost = [line for line in before.decode().splitlines() if line not in text.splitlines()]
        assert lost == ['name = "sans la cave"', '"participants.cave.active" = false']
        shown = client.get(gone.headers["location"]).text
        version = re.search(r'name="nom" value="(\d{8}T\d+)"', shown)
        assert version is not None
        assert client.post("/comparer/remettre", data={"nom": "20200101T000000000000"}).status_code == 422
        assert client.post("/comparer/remettre", data={"nom": version[1]}).status_code == 303
        assert (where / "operation.toml").read_bytes() == before
        assert client.post("/comparer/ecarter", data={"nom": "nobody"}).status_code == 422


TOML = """# the folder
[operation]
name = "x"

[[variants]] # one
name = "a"
"key.ranks" = [
  ["one"],
  ["two"],
]

# of b
[[variants]]
name = "b"
note = '''
[[variants]]
name = "not one"
'''
[words]
promise = "y"
"""


@pytest.mark.parametrize("rank", [0, 1])
def test_a_variant_is_cut_out_of_any_text_and_nothing_else(rank: int) -> None:
    made = without_variant(TOML, rank)
    assert made is not None
    told = tomllib.loads(TOML)
    told["variants"].pop(rank)
    assert tomllib.loads(made) == told
    assert "# the folder" in made
    assert "# of b" in made, "the words of a person stay"
    assert without_variant('variants = [{ name = "a" }]\n', 0) is None


def test_who_was_there_is_read_again(folder: Path, tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    with client_of(where) as client:
        told = {"nom": "à 95", "set": "prix=95", "present": "le maire", "note": "à revoir"}
        client.post("/garder", data=told)
        shown = client.get("/comparer?cas=&cas=%C3%A0+95&partie=1").text
    kept = {one.name: one for one in kept_scenarios(read_source(where))}["à 95"]
    assert (kept.kept_on, kept.present, kept.note) == (date(2026, 11, 25), "le maire", "à revoir")
    assert "2026" in shown
    assert not kept_scenarios(read_source(where))[-1].is_written, "a ready-made one stands in no file"


def test_what_was_typed_to_keep_a_scenario_is_refused_at_its_field(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    with client_of(where) as client:
        taken = client.post(
            "/garder", data={"nom": kept_scenarios(read_source(where))[0].name, "set": "prix=95"}
        )
        long = client.post("/garder", data={"nom": "x" * 99, "present": "y" * 600, "set": "prix=95"})
    words = {name: gettext(text) for name, text in FIELDS.items()}
    for answer, fields in ((taken, ("name",)), (long, ("name", "present"))):
        assert answer.status_code == 422
        assert "operation.toml" not in answer.text
        assert "--save" not in answer.text
        assert all(f"<li>{words[field]} " in answer.text for field in fields)


def test_keys_and_powers_are_crossed_and_each_opens_as_a_state(folder: Path, client: TestClient) -> None:
    words = "cle=equal&cle=prorata&kwp.0=90/180&prix="
    html = client.get(f"/comparer/croiser?{words}&partie=1").text
    links = re.findall(r'href="/seance\?([^"]*)"', html)
    assert len(links) == html.count('<th scope="row">') == 4, "the folder, and three that are not it"
    assert sum("key=equal" in link for link in links) == 2
    titles = re.findall(r'<th scope="row">([^<]*)</th>', html)
    assert len(set(titles)) == 4, titles
    found = AtHand(folder, today).result(PageQuestion(powers=("toit-gymnase=90",), key="equal"), whole=False)
    shared = found.energy.received_kwh.sum() / 1000.0
    assert (
        f"{shared:.1f}".replace(".", ",") in said(html)
        or f"{shared:.1f}" in said(html)
        or f"{shared:.0f}" in said(html)
    )
    keys_alone = client.get("/comparer/croiser?cle=equal&cle=static&cle=prorata&partie=1").text
    assert keys_alone.count('<th scope="row">') == 3, "the folder's own key is the folder"
    assert 'role="alert"' in client.get("/comparer/croiser?cle=nothing&partie=1").text
    assert 'role="alert"' in client.get("/comparer/croiser?partie=1").text
    wrong = said(client.get("/comparer/croiser?kwp.0=99/zz&kwp.1=100/120&prix=-5&partie=1").text)
    assert "Toiture du gymnase: zz is not a number" in wrong
    assert "Local price: -5" in wrong
    assert "Hangar" not in wrong, "each fault is told by its field"
    many = "/".join(str(power) for power in range(20, 60))
    assert 'role="alert"' in client.get(f"/comparer/croiser?kwp.0={many}&partie=1").text


def test_a_kept_scenario_is_set_beside_itself_as_it_was_kept_once_the_data_change(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    with client_of(where) as client:
        client.post("/garder", data={"nom": "à 95", "set": "prix=95"})
        before = client.get("/comparer?cas=&cas=%C3%A0+95").text
        assert "jour:" not in before
        assert "jour%3A" not in before
        path = where / "participants.csv"
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(text.replace(";88000;", ";99000;"), encoding="utf-8")
        told = client.get("/comparer?cas=&cas=%C3%A0+95").text
        link = re.search(r'href="/comparer\?(cas=jour[^"]*)"', told)
        assert link is not None
        beside = client.get(f"/comparer?{html.unescape(link[1])}").text
        assert 'class="wait"' not in beside, "no draws come"
        assert "is-best" not in beside, "nobody chooses between two states of the data"
        assert beside.count('class="button main" href=') == 1, "what was is not opened in a meeting"
    asked = [PageQuestion(variant="à 95")] * 2
    found = AtHand(where, today).side_by_side(asked, drawn=True, as_kept=frozenset({0}))
    assert found.drawn is None
    assert beside.count("why-differs") == len(found.changes)
