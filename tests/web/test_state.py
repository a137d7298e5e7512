"""A state of the page is what `acc run --json --no-ranges` says, to the last digit; an answer prints it."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

import cli
from reports.data.encode import to_json
from reports.data.results import results_document
from scenarios.entry.catalogue import copy_example
from scenarios.session import AtHand
from tests.effort import few
from tests.web.folders import a_month
from tests.web.test_guard import client_of, today
from web.naming import read_posted

STATES = 12
SITES = "mairie ecole piscine gymnase blanchisserie cave froid atelier supermarche step eclairage bureaux"
EVERYONE = SITES.split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("page") / "demo"
    a_month(where)
    return where


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


def results(folder: Path, asked: dict[str, object]) -> dict[str, object]:
    """Return what the page computes of a state; no answer of it holds all of that, which names everybody."""
    posted = read_posted(json.dumps({"number": 1, **asked}).encode())
    return json.loads(to_json(results_document(AtHand(folder, today).result(posted.question))))


def random_state(random: Random, members: list[str], plants: dict[str, float]) -> dict[str, object]:
    """Return a state, each control moved or not."""
    asked: dict[str, object] = {"number": random.randrange(1000)}
    sets = []
    if random.random() < 0.7:
        sets.append(f"prix={random.randrange(60, 160)}")
    if random.random() < 0.4:
        sets.append(f"fournisseurs={random.choice([0.6, 0.85, 1.2, 1.4])}")
    if random.random() < 0.4:
        sets.append(f"prices.pmo_eur_per_year={random.randrange(0, 100) * 100}")
    asked["set"] = sets
    asked["without"] = random.sample(members, random.randrange(3))
    moved = [name for name in plants if random.random() < 0.4]
    asked["kwp"] = [f"{name}={round(plants[name] * 2.0 * random.random()) + 1}" for name in moved]
    if random.random() < 0.6:
        asked["key"] = random.choice(["prorata", "equal", "price", "nearest-first"])
    return asked


def run(folder: Path, asked: dict[str, object]) -> object:
    words = []
    for name in ("set", "without", "kwp"):
        for value in asked[name]:  # type: ignore[attr-defined]
            words += [f"--{name}", value]
    words += ["--key", asked["key"]] if "key" in asked else []
    done = CliRunner().invoke(
        cli.main, ["run", str(folder), "--json", "--no-ranges", "--force", "--lang", "en", *words]
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("seed", few(4, range(STATES)))
def test_a_random_state_answers_as_the_command_line(folder: Path, client: TestClient, seed: int) -> None:
    base = results(folder, {})
    members = [row["id"] for row in base["participants"]]
    asked = random_state(Random(seed), members, {row["id"]: row["kwp"] for row in base["plants"]})
    answer, found, expected = (
        client.post("/etat", json=asked).json(),
        results(folder, asked),
        run(folder, asked),
    )
    for document in (found, expected):
        document["provenance"].pop("ran_on")  # the day of the first run that left files
    assert found == expected
    assert answer["number"] == asked["number"]
    assert answer["texts"]["sentence"]


def stated(where: Path, size: str = "") -> Path:
    """Return the example with the investment of its roofs written, and what a larger roof may hold."""
    copy_example("bergerac", where)
    path, costs = where / "plants.csv", ["capex_eur", "180000", "", "228000"]
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text(
        "\n".join(f"{row};{cost}" for row, cost in zip(rows, costs, strict=True)), encoding="utf-8"
    )
    with (where / "operation.toml").open("a", encoding="utf-8") as file:
        file.write(size)
    return where


def test_a_larger_roof_costs_more_on_the_page_as_on_the_command_line(tmp_path: Path) -> None:
    folder = stated(tmp_path / "op")
    client = client_of(folder)
    state: dict[str, object] = {"set": [], "without": [], "kwp": ["toit-gymnase=360"]}
    answer, found = client.post("/etat", json={"number": 1, **state}).json(), results(folder, state)
    expected = run(folder, state)
    for document in (found, expected):
        document["provenance"].pop("ran_on")
    assert found == expected
    base = results(folder, {})
    invested = [one["money"]["plans"][0]["capex_eur_ht"] for one in (base, found)]
    assert invested == [180_000.0, 360_000.0]
    # Twice the roof was free: everybody's value was four times as large.
    assert found["total"]["npv_eur_ht"] < 1.5 * base["total"]["npv_eur_ht"]
    assert "180,000 → 360,000" in answer["blocks"]["list"]
    assert "180,000 →" not in client.post("/etat", json={"number": 3}).json()["blocks"]["list"]


BATTERY = ["battery.power_kw=60", "battery.round_trip_ratio=0.9"]


@pytest.mark.parametrize(
    "asked",
    [
        {"set": [*BATTERY, "battery.energy_kwh=120"]},
        {"set": [*BATTERY, "battery.energy_kwh=200", "prix=91"]},
        {"set": [*BATTERY, "battery.energy_kwh=200", "fournisseurs=1.2"], "key": "equal"},
    ],
)
def test_a_battery_that_moves_answers_as_the_command_line(folder: Path, asked: dict[str, object]) -> None:
    whole = {"without": [], "kwp": [], **asked}
    found, expected = results(folder, whole), run(folder, whole)
    for document in (found, expected):
        document["provenance"].pop("ran_on")
    assert found == expected


def test_rows_keep_their_order_while_a_control_is_held(client: TestClient) -> None:
    rest = client.post("/etat", json={"number": 1}).json()["texts"]["rows"]
    order = [row[0] for row in rest][::-1]
    held = {"number": 2, "set": ["prix=140"], "order": order, "axis": [-1000, 9000]}
    answer = client.post("/etat", json=held).json()
    assert [row[0] for row in answer["texts"]["rows"]] == order
    assert answer["axis"] == [-1000.0, 9000.0]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"set": ["prix=-3"]}, "-3 is refused"),
        ({"set": ["rien"]}, "rien"),
        ({"without": ["nobody"]}, "nobody"),
        ({"without": EVERYONE}, "nobody takes part"),
        ({"kwp": ["nothing=3"]}, "nothing"),
        ({"key": "no-key"}, "no-key"),
    ],
)
def test_an_impossible_state_says_why(client: TestClient, asked: dict[str, object], word: str) -> None:
    answer = client.post("/etat", json={"number": 9, **asked})
    assert answer.status_code == 422
    assert answer.json()["number"] == 9
    assert any(word in p["message"] for p in answer.json()["problems"])


BAD = [b"", b"[]", b"{}", b'{"number": "1"}', b'{"number": 1, "set": "x"}', b'{"number": 1, "set": [1]}']


@pytest.mark.parametrize("body", [*BAD, bytes([255]), b"[" * 100_000])
def test_what_is_no_state_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/etat", content=body).status_code == 400


def test_a_form_sent_without_javascript_is_the_same_state(folder: Path, client: TestClient) -> None:
    base = results(folder, {})
    members = [row["id"] for row in base["participants"] if row["id"] != "cave"]
    fields = {"formulaire": "1", "prix": "95", "cle": base["key"], "avec": members}
    shown = client.get("/seance", params=fields).text
    expected = client.post("/etat", json={"number": 1, "set": ["prix=95"], "without": ["cave"]}).json()
    assert expected["texts"]["second"] in shown.replace("&#39;", "'")


def test_a_changed_file_is_read_again(folder: Path, client: TestClient) -> None:
    before = client.post("/etat", json={"number": 1}).json()["texts"]["sentence"]
    stamp = client.get("/tampon").text
    assert all(f'data-stamp="{stamp}"' in client.get(f"/{screen}").text for screen in ("seance", "documents"))
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("local_eur_per_mwh", "local_eur_per_mwh_x", 1), encoding="utf-8")
        assert client.get("/tampon").text != stamp  # an open page says that the data changed
        assert client.post("/etat", json={"number": 2}).status_code == 422
        assert "1 fault to mend" in client.get("/seance").text
        assert "local_eur_per_mwh_x" in client.get("/donnees").text
    finally:
        path.write_text(text, encoding="utf-8")
    assert client.post("/etat", json={"number": 3}).json()["texts"]["sentence"] == before


def test_how_a_state_is_looked_at_changes_no_figure(client: TestClient) -> None:
    plain = client.post("/etat", json={"number": 1}).json()["texts"]
    for view in (
        {"tri": "name"},
        {"tri": "mwh"},
        {"tri": "eur"},
        {"grouper": "kind"},
        {"grouper": "commune"},
    ):
        seen = client.post("/etat", json={"number": 1, "jour": "winter", **view}).json()
        assert sorted(seen["texts"]["rows"]) == sorted(plain["rows"])
        assert seen["texts"]["tiles"] == plain["tiles"]
    named = client.post("/etat", json={"number": 1, "tri": "name"}).json()["texts"]["rows"]
    assert [row[1].lower() for row in named] == sorted(row[1].lower() for row in named)
    groups = client.post("/etat", json={"number": 1, "grouper": "kind"}).json()["blocks"]["list"]
    assert groups.count('class="group"') == 4  # communes, an EPCI, companies, public services
    for day in ("2026-05-06", "1999-01-01", "x"):
        assert client.post("/etat", json={"number": 1, "jour": day}).status_code == 200
    asked = {"number": 1, "jour": "2026-05-06"}
    assert "<h2>Wednesday" in client.post("/etat", json=asked).json()["blocks"]["side"]


def test_an_unlawful_state_is_kept_with_its_mention(folder: Path, client: TestClient) -> None:
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    try:
        fields = {"set": "participants.usine.active=true", "nom": "avec l’usine", "note": "à revoir"}
        kept = client.post("/garder", files={name: (None, value) for name, value in fields.items()})
        assert kept.status_code == 303
        assert '"Not lawful when it was kept. à revoir"' in path.read_text(encoding="utf-8")
    finally:
        path.write_text(text, encoding="utf-8")


def test_who_could_come_is_told_with_its_obstacle(client: TestClient) -> None:
    shown = client.post("/etat", json={"number": 1, "without": ["cave"]}).json()["blocks"]["list"]
    apart = shown[shown.index('class="apart"') :]
    assert "out of the perimeter: 7.8 km" in apart.replace(
        "\u00a0", " "
    )  # the factory, told in the example's README
    assert "may come" in apart  # the cellar, taken out a moment ago


def test_a_price_that_the_folder_does_not_set_is_no_zero(folder: Path) -> None:
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("local_eur_per_mwh"))
    try:
        path.write_text(text.replace(line, ""), encoding="utf-8")
        shown = client_of(folder).get("/seance").text
        assert 'id="dit-prix">not set<' in shown
        assert 'data-unset="not set"' in shown
        assert "0 €/MWh" not in shown.replace("\u00a0", " ")
    finally:
        path.write_text(text, encoding="utf-8")


def test_an_operation_without_any_plant_is_computed_with_its_ranges(client: TestClient) -> None:
    asked = {"number": 1, "without": ["toit-gymnase", "hangar-cave"], "drawn": True}
    answer = client.post("/etat", json=asked)
    assert answer.status_code == 200
    assert "no member gains" in answer.json()["texts"]["sentence"]


def test_a_word_that_no_control_moves_stays_in_the_state_of_the_page(client: TestClient) -> None:
    words = {"set": ["prix=95", "participants.cave.annual_kwh=250000", "participants.usine.active=true"]}
    shown = client.get("/seance", params=words).text
    assert 'data-more="participants.cave.annual_kwh=250000"' in shown
    assert '<input type="hidden" name="set" value="participants.cave.annual_kwh=250000">' in shown


def test_a_failure_of_the_program_is_said_as_such_with_what_to_do(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_words: object) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(AtHand, "result", fail)
    shown = client.get("/seance", headers={"accept": "text/html"})
    assert shown.status_code == 500
    assert "The calculation failed" in shown.text
    assert "start acc serve again" in shown.text
    assert "not foreseen" not in shown.text
    answer = client.post("/etat", json={"number": 1})
    assert (answer.status_code, answer.text) == (500, "500\n")
    assert answer.headers["content-security-policy"]
