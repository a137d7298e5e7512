"""From nothing: an operation made, opened, copied, its forms; then links to members' own pages."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
from starlette.testclient import TestClient

from reports.html.page import own_page
from scenarios.entry.folder.raw import read_source
from scenarios.session import AtHand, PageQuestion
from tests.few_homes import write_homes
from tests.scenarios.collecting.forms import fill, made
from tests.web.test_data import stamp_of
from tests.web.test_guard import HOST, TOKEN, client_of, today
from web.guard import Door
from web.serve import page_of


def exposed(folder: Path, now: list[datetime], *, known: bool = True) -> TestClient:
    door = Door(TOKEN, frozenset({"127.0.0.1:8000"}), "acc-8000", is_exposed=True)
    app = page_of(folder, door, today, lambda: now[0])
    cookies = {"acc-8000": TOKEN} if known else {}
    return TestClient(app, base_url=HOST, cookies=cookies, follow_redirects=False)


def test_a_new_operation_has_its_name_its_year_and_an_address_at_once(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    for rank in ("", "-2"):
        answer = client.post("/accueil/nouvelle", data={"nom": "Été à l’école / « 1 »"})
        assert answer.headers["location"] == f"/o/ete-a-l-ecole-1{rank}/donnees"
    source = read_source(tmp_path / "ete-a-l-ecole-1")
    about = source.sections["operation"]
    assert isinstance(about, dict)
    assert about["name"] == "Été à l’école / « 1 »"
    assert (about["start"], about["end"]) == (date(2026, 1, 1), date(2027, 1, 1))
    shown = client.get("/o/ete-a-l-ecole-1/donnees").text
    assert "missing" not in shown
    for name in ("", "   ", "x" * 300):
        assert client.post("/accueil/nouvelle", data={"nom": name}).status_code == 422
    assert len(list(tmp_path.iterdir())) == 2


def test_the_example_is_a_copy_and_another_folder_is_opened_where_nobody_else_reaches_the_page(
    tmp_path: Path,
) -> None:
    elsewhere, served = tmp_path / "elsewhere", tmp_path / "served"
    write_homes(elsewhere, (True,))
    served.mkdir()
    client = client_of(served)
    where = client.post("/accueil/exemple").headers["location"]
    assert client.get(where).headers["location"] == where + "avancement"
    assert "elsewhere" in client.get("/accueil", params={"dans": str(tmp_path)}).text
    opened_at = client.post("/accueil/ouvrir", data={"dossier": str(elsewhere)}).headers["location"]
    assert "Scierie" in client.get(opened_at + "donnees").text
    assert client.post("/accueil/ouvrir", data={"dossier": str(elsewhere)}).headers["location"] == opened_at
    assert client.post("/accueil/ouvrir", data={"dossier": str(tmp_path / "none")}).status_code == 422
    assert client.get("/o/unknown/donnees").status_code == 404
    others = exposed(served, [datetime(2026, 11, 25)])
    assert others.post("/accueil/ouvrir", data={"dossier": str(elsewhere)}).status_code == 422
    assert others.post("/accueil/ouvrir", data={"dossier": "../elsewhere"}).status_code == 422
    assert "elsewhere" not in others.get("/accueil", params={"dans": str(tmp_path)}).text


def test_the_workbook_comes_filled_and_a_form_comes_back(tmp_path: Path) -> None:
    folder = made(tmp_path / "zone")
    client = client_of(folder)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/donnees/classeur?rempli=1").content))
    assert any("Mairie" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    archive = zipfile.ZipFile(io.BytesIO(client.get("/donnees/formulaires").content))
    assert len(archive.namelist()) == 2
    form = tmp_path / "form.xlsx"
    form.write_bytes(archive.read(next(name for name in archive.namelist() if name.startswith("ville"))))
    filled = tmp_path / "ville.xlsx"
    fill(form, filled, ANSWERS)
    stamp = stamp_of(client)
    sent = {"fichier": ("ville.xlsx", filled.read_bytes())}
    assert client.post("/donnees/fichier", data={"tampon": stamp}, files=sent).status_code == 303
    shown = client.get("/donnees").text
    assert "the answer of a member" in shown
    assert "45000" in shown
    assert "45000" not in (folder / "participants.csv").read_text(encoding="utf-8")
    held = re.search(r'name="id" value="([^"]+)"', shown)
    assert held is not None
    taken = client.post("/donnees/utiliser", data={"tampon": stamp, "id": held[1]})
    assert taken.status_code == 303
    assert "45000" in (folder / "participants.csv").read_text(encoding="utf-8")
    assert client.post("/donnees/annuler", data={"tampon": stamp_of(client)}).status_code == 303
    assert "45000" not in (folder / "participants.csv").read_text(encoding="utf-8")


ANSWERS = {("Site", 2, "Besoin annuel (kWh)"): "45 000", ("Accord", 1, "J’accepte"): "oui"}
ANSWERS |= {("Accord", 1, "Nom et qualité"): "la maire"}


def test_a_link_opens_the_page_of_one_member_until_it_ends_and_nothing_else(tmp_path: Path) -> None:
    folder, now = write_homes(tmp_path / "homes", (True, True)), [datetime(2026, 11, 25, 19)]
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write("\n[sweep]\ndraws = 4\n")
    keeper, stranger = exposed(folder, now), exposed(folder, now, known=False)
    stranger.app = keeper.app
    stranger._transport.app = keeper.app  # type: ignore[attr-defined]
    made_ = keeper.post("/fiches", data={"heures": "2"})
    links = re.findall(r'href="http://127\.0\.0\.1:8000(/fiche/[^"]+)"', made_.text)
    assert len(links) == len({*links}) == 6
    given = [stranger.get(link) for link in links]
    assert {answer.status_code for answer in given} == {200}
    result = AtHand(folder, today).result(PageQuestion(), drawn=True, complete=False)
    assert given[0].content == own_page(result, "mairie")
    assert "frame-ancestors" in given[0].headers["content-security-policy"]
    assert "set-cookie" not in given[0].headers
    for path in ("/", "/seance", "/fiches", "/fiche/", "/fiche/../seance", links[0] + "x"):
        assert stranger.get(path).status_code in (401, 404, 410), path
    assert stranger.post(links[0]).status_code == 401
    now[0] += timedelta(hours=2)
    ended = stranger.get(links[0])
    assert ended.status_code == 410
    assert "no longer valid" in ended.text
    assert client_of(folder, known=False).get(links[0]).status_code == 401
    assert client_of(folder).post("/fiches").status_code in (404, 405)
