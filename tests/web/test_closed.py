"""No screen but Données, no answer, no address holds the name or the id of who is not to be named."""

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.folders import a_month, installed
from tests.web.test_guard import client_of

CLOSED = {
    "cave": "Cave coopérative",
    "froid": "Entrepôt frigorifique",
    "usine": "Usine de Prigonrieux",
    "hangar-cave": "Hangar de la cave",
    "famille-durand": "Famille Durand",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return closed(tmp_path_factory.mktemp("closed") / "demo")


def closed(where: Path) -> Path:
    """Copy the example: three companies did not agree to be named, and one member is a home."""
    a_month(where)
    path = where / "participants.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    publish, kind = head.split(";").index("publish"), head.split(";").index("kind")
    kept = []
    for row in rows:
        cells = row.split(";")
        if cells[0] in CLOSED:
            cells[publish] = "non"
        if cells[0] == "atelier":
            cells[0] = cells[head.split(";").index("person")] = "famille-durand"
            cells[1], cells[kind] = "Famille Durand", "household"
        kept.append(";".join(cells))
    path.write_text("\n".join([head, *kept]), encoding="utf-8")
    people = where / "persons.csv"
    text = re.sub(
        r"(?m)^atelier;[^;]*;company",
        "famille-durand;Famille Durand;household",
        people.read_text(encoding="utf-8-sig"),
    )
    people.write_text(text, encoding="utf-8")
    return where


def boxes(shown: str) -> list[str]:
    return list(re.findall(r'name="avec" value="([^"]+)"', shown))


def names_nobody(answer: str) -> None:
    text = html.unescape(answer).lower().replace("\\u00e9", "é")
    for id_, name in CLOSED.items():
        assert name.lower() not in text
        assert not re.search(rf"(?<![\w-]){id_}(?![\w-])", text), id_


def states(client: TestClient) -> list[dict[str, object]]:
    """Return states in which each member is ticked out, then in, and each roof moved."""
    shown = client.get("/seance").text
    inside, out = boxes(shown.partition('class="apart"')[0]), boxes(shown.partition('class="apart"')[2])
    assert len({site for box in inside for site in box.split()}) > 10, "homes may stand with several others"
    assert len(out) == 1
    roofs = re.findall(r'data-off="([^"]+)"', shown)
    found: list[dict[str, object]] = [{"drawn": True}, {"set": [f"participants.{out[0]}.active=true"]}]
    # Who may be named keeps its own id in an address.
    found += [{"without": box.split()} for box in inside if box.startswith("s") or box == "ecole"]
    found += [{"kwp": [f"{roof}=90"]} for roof in roofs] + [{"without": [roof]} for roof in roofs]
    found += [{"without": [inside[0]], "set": ["prix=-3"]}, {"kwp": [f"{inside[-1]}=3"]}]
    return [*found, {"set": [f"participants.{inside[-1]}.annual_kwh=x", "rien.de=3"]}]


def test_members_ticked_in_and_out_are_named_nowhere(folder: Path) -> None:
    client = client_of(folder)
    asked = states(client)
    for number, state in enumerate(asked):
        answer = client.post("/etat", json={"number": number, **state})
        assert answer.status_code in (200, 422), state
        names_nobody(answer.text)
    for state in [
        *asked[:2],
        *asked[-3:],
        {"variant": "sans la cave", "face": "avec l'usine de Prigonrieux"},
    ]:
        names_nobody(client.get("/seance", params=state).text)
    for state in asked[:2]:
        for path in installed("/question"):
            names_nobody(client.get(path, params=state).text)
    for path in installed("/membres?calcul=1"):
        members = client.get(path).text
        assert "Supermarché" in members
        names_nobody(members)
    for path in installed("/membres?partie=1", "/comparer", "/comparer/croiser", "/documents"):
        names_nobody(client.get(path).text)
    names_nobody(client.post("/garder", data={"nom": "x", "without": "nobody", "set": "rien=1"}).text)
    assert "Cave coopérative" in client.get("/donnees").text


def test_a_page_without_javascript_and_an_address_with_ids_of_the_folder_mean_the_same_and_name_nobody(
    folder: Path,
) -> None:
    client = client_of(folder)
    by_id = client.get("/seance", params={"without": "cave", "kwp": "toit-gymnase=150"}).text
    names_nobody(by_id)
    said = re.search(r"<h1>.*?</h1>", by_id)
    assert said is not None
    ticked = re.findall(r'name="avec" value="([^"]+)"[^>]* checked', by_id)
    sliders = dict(re.findall(r'name="(kwp[^"]+)"[^>]* value="([^"]+)"', by_id))
    form = client.get("/seance", params={"formulaire": "1", "avec": ticked, **sliders}).text
    names_nobody(form)
    assert said[0] in form
    assert sliders["kwp.toit-gymnase"] == "150"


def test_the_same_folder_writes_the_same_addresses_from_one_start_to_the_next(folder: Path) -> None:
    first, second = (boxes(client_of(folder).get("/seance").text) for _start in range(2))
    assert first == second


def test_a_folder_with_faults_names_nobody_on_the_screens_of_a_meeting(folder: Path) -> None:
    path = folder / "participants.csv"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace(";Bergerac;210;", ";Bergerac;x210;"), encoding="utf-8")
        client = client_of(folder)
        shown = client.get("/seance").text
        assert "1 fault to mend" in shown
        names_nobody(shown)
        answer = client.post("/etat", json={"number": 1})
        assert answer.status_code == 422
        assert "told under “Data”" in answer.text
        names_nobody(answer.text)
    finally:
        path.write_text(text, encoding="utf-8")


def test_scenarios_side_by_side_and_documents_name_nobody(folder: Path) -> None:
    client = client_of(folder)
    cases = ["", "sans la cave", "avec l'usine de Prigonrieux"]
    alone = client.get("/comparer", params={"cas": cases})
    names_nobody(alone.text)
    beside = client.get("/comparer", params={"cas": cases, "qui": "each"})
    crossed = client.get("/comparer/croiser", params={"cle": "equal", "kwp.0": "100/200"})
    assert crossed.text.count('<th scope="row">') == 3
    again = re.findall(r'<option value="(s[0-9a-f]{12})"', beside.text)
    same = client.get("/comparer", params={"cas": ["", again[0]], "qui": "each"})
    assert 'class="sides' in same.text
    made = client.get("/documents", params={"variant": "sans la cave"})
    refused = client.post("/comparer/ecarter", data={"nom": "cave"})
    assert refused.status_code == 422
    for answer in (beside, crossed, same, made, refused):
        names_nobody(answer.text)
