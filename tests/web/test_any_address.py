"""No address, no form, no body makes the program fail: whatever is asked, it is shown or refused in words."""

import json
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from scenarios.entry.catalogue import copy_example
from tests.effort import law
from tests.web.folders import a_month, installed
from tests.web.test_guard import client_of
from web.naming import STATE_WORDS

ODD = [
    "",
    "²",
    "-1",
    "1e999",
    "nan",
    "Infinity",
    "0",
    "é" * 300,
    "\x00",
    "a=b=c",
    "[",
    '"',
    "..",
    "prix=",
    "None",
]
IDS = ["cave", "toit-gymnase", "ville", "usine", "nobody"]
PATHS = ["prix", "fournisseurs", "prices.pmo_eur_per_year", "participants.cave.active", "battery.energy_kwh"]
PATHS += ["key.floor_ratio", "finance.horizon_years", "plants.toit-gymnase.kwp", "rien", "participants.x.y"]
text = st.one_of(st.sampled_from([*ODD, *IDS, *PATHS]), st.text(max_size=12))
words = st.one_of(
    text,
    st.builds("{}={}".format, st.sampled_from([*PATHS, *IDS]), st.one_of(text, st.floats().map(str))),
    st.builds("participants.{}.{}={}".format, st.sampled_from(IDS), st.sampled_from(["active", "kva"]), text),
)
NAMES = ["set", "without", "kwp", "key", "variant", "face", "tri", "grouper", "jour", "formulaire", "avec"]
NAMES += [
    "prix",
    "fournisseurs",
    "cle",
    "equite",
    "kwp.toit-gymnase",
    "suivre",
    "echelle",
    "onglet",
    "colonnes",
]
pairs = st.lists(st.tuples(st.sampled_from([*NAMES, "partie"]), words), max_size=5)
FORMS = [
    "garder",
    "donnees/table",
    "donnees/ligne",
    "donnees/admettre",
    "donnees/utiliser",
    "donnees/annuler",
]
FORMS += ["donnees/version", "donnees/ecarter", "donnees/totaux", "donnees/relire"]
FIELDS = [
    "tampon",
    "nom",
    "note",
    "ligne",
    "table",
    "case",
    "texte",
    "chemin",
    "valeur",
    "id",
    "site",
    "version",
]
FIELDS += [
    "participants.csv:5:annual_kwh",
    "participants.csv:²:kva",
    "prices.local_eur_per_mwh",
    "plants.csv:0:id",
]
fields = st.dictionaries(st.sampled_from([*FIELDS, *NAMES]), words, max_size=5)
json_value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words, st.just("\ud800")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=2)),
    max_leaves=5,
)
lists = st.lists(st.one_of(words, st.just("\ud800")), max_size=3)
bodies = st.fixed_dictionaries(
    {"number": st.integers()},
    optional={
        **dict.fromkeys(["set", "without", "kwp", "order"], lists),
        **dict.fromkeys(["axis", "key", "variant", "face", "tri", "jour", "grouper", "suivre"], json_value),
    },
)
few = law(
    20,
    phases=[Phase.explicit, Phase.generate],  # an example is found in a blink, shrunk in minutes
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    where: Path = tmp_path_factory.mktemp("any") / "demo"
    a_month(where)
    return client_of(where)


@few
@given(screen=st.sampled_from(["seance", "question", "donnees", "nothing"]), asked=pairs)
def test_any_address(client: TestClient, screen: str, asked: list[tuple[str, str]]) -> None:
    assert client.get(f"/{screen}", params=asked).status_code in (200, 400, 404)
    if screen in {"seance", "question"}:  # beside that word all others may be fields, and each is read
        assert client.get(f"/{screen}", params=[("formulaire", "1"), *asked]).status_code == 200
    state = [pair for pair in asked if pair[0] in STATE_WORDS]
    assert client.get(f"/{screen}", params=state).status_code in (200, 404)


@few
@given(form=st.sampled_from(FORMS), sent=fields)
def test_any_form(client: TestClient, form: str, sent: dict[str, str]) -> None:
    assert client.post(f"/{form}", data=sent).status_code in (200, 303, 400, 409, 422)


@few
@given(body=bodies)
def test_any_body(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/etat", content=json.dumps(body).encode()).status_code in (200, 400, 422)


ASKED = installed(
    "/seance?face=rien",
    "/seance?variant=rien",
    "/seance?set=%5B&key=optimal",
    "/seance?formulaire=1&prix=abc&kwp.toit-gymnase=x",
    "/question?set=a&formulaire=1&prix=",
)


@pytest.mark.parametrize("address", ASKED)
def test_an_address_that_means_nothing_says_so(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 200


def test_an_axis_without_an_end_is_none(client: TestClient) -> None:
    body = b'{"number": 1, "order": ["cave"], "axis": [-Infinity, 3]}'
    assert client.post("/etat", content=body).status_code == 200


@pytest.mark.parametrize("headers", [{"content-length": "²"}, {"origin": "http://["}])
def test_a_header_that_is_none_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert client.post("/etat", content=b"{}", headers=sent).status_code in (400, 403, 413)  # type: ignore[arg-type]


@pytest.mark.parametrize("piece", [b"a", b"12:00;", b"a;1,2;"])
def test_a_dropped_line_of_megabytes_is_refused_at_once(client: TestClient, piece: bytes) -> None:
    long = piece * (7_800_000 // len(piece))
    files = {"fichier": ("x.csv", long, "text/csv")}
    answer = client.post(
        "/donnees/fichier", data={"tampon": ""}, files=files, headers={"accept": "text/html"}
    )
    assert answer.status_code == 303
    assert "a line of more than 100,000 characters" in client.get("/donnees").text


def test_a_folder_that_is_gone_is_said_on_every_screen(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    client = client_of(tmp_path / "demo")
    rmtree(tmp_path / "demo")
    for screen in installed("/seance", "/question", "/donnees"):
        shown = client.get(screen)
        assert "no longer there" in shown.text
        assert "At least one member" not in shown.text
    told = client.post("/donnees/annuler", data={"tampon": "x"}, headers={"accept": "text/html"}).text
    assert "no longer there" in told
    assert "00 h 00" not in told
    assert "no longer there" in client.post("/etat", json={"number": 1}).text
