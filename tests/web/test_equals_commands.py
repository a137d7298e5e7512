"""The page and the command line find the same of any state: as data, and as the page prints it."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

import cli
from reports.data.encode import to_json
from reports.data.results import comparison_document, results_document
from scenarios.session import AtHand, PageQuestion
from tests.web.folders import a_month
from tests.web.test_guard import client_of, today
from tests.web.test_years import number, step_of

FEW, MANY = 2, 30
SETS = (
    "prix=60",
    "prix=97.5",
    "fournisseurs=1.2",
    "finance.horizon_years=15",
    "prices.pmo_eur_per_year=1000",
)
KEYS = (None, "equal", "priority", "static")
SITES = ("cave", "froid", "ecole", "supermarche")
POWERS = ("toit-gymnase=90", "toit-gymnase=210.5", "hangar-cave=100")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_month(tmp_path_factory.mktemp("equals") / "demo")


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


@pytest.fixture(scope="module")
def at_hand(folder: Path) -> AtHand:
    return AtHand(folder, today)


def state(random: Random) -> PageQuestion:
    """Return a state that a meeting may reach; one price at most."""
    asked = random.sample(SETS, random.randint(0, 3))
    sets = tuple({word.partition("=")[0]: word for word in asked}.values())
    without = tuple(random.sample(SITES, random.randint(0, 1)))
    powers = () if "cave" in without else tuple(random.sample(POWERS, random.randint(0, 1)))
    key = random.choice(KEYS if not without else (None, "equal"))
    return PageQuestion(sets, without, powers, key)


def words(asked: PageQuestion) -> list[str]:
    """Return a state as a person types it."""
    typed = [("--set", word) for word in asked.sets] + [("--without", word) for word in asked.without]
    typed += [("--kwp", word) for word in asked.powers] + ([("--key", asked.key)] if asked.key else [])
    return [part for pair in typed for part in pair]


def command(*line: str) -> dict[str, object]:
    done = CliRunner().invoke(cli.main, [*line, "--json"], env={"SOURCE_DATE_EPOCH": "1795564800"})
    assert done.exit_code == 0, done.output
    return plain(json.loads(done.stdout))


def plain(document: dict[str, object]) -> dict[str, object]:
    """Return a document without the day, the program and the files that it was made of."""
    if isinstance(document, dict):
        return {name: plain(value) for name, value in document.items() if name != "provenance"}  # type: ignore[arg-type]
    return [plain(one) for one in document] if isinstance(document, list) else document


@pytest.mark.parametrize(
    "seed", [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, MANY))]
)
def test_a_state_of_the_page_is_what_run_finds_and_prints_its_euros(
    folder: Path, client: TestClient, at_hand: AtHand, seed: int
) -> None:
    asked = state(Random(seed))
    told = command("run", str(folder), "--no-ranges", *words(asked))
    found = plain(json.loads(to_json(results_document(at_hand.result(asked)))))
    assert found == told
    body = {"number": 1, "parts": ["texts"], "set": asked.sets, "without": asked.without, "kwp": asked.powers}
    texts = client.post("/etat", json={**body, "key": asked.key}).json()["texts"]
    persons, years = told["persons"], 31.0 / 365.25
    assert isinstance(persons, list)
    result = at_hand.result(asked, complete=False)
    years = result.money.period_years if result.money else years
    printed = {row[0]: row[3] for row in texts["rows"]}
    step = step_of(printed.values())  # parts of a column that adds up as printed differ by less than its step
    for person in persons:
        assert abs(number(printed[person["id"]]) - person["gain_eur_ht"] / years) < step
    total = sum(person["gain_eur_ht"] for person in persons)
    # The tile prints the total of the list, to the step of its smallest amount; the folder's euros within it.
    gained = float(texts["tiles"][0][0].replace("\u202f", "").replace("−", "-"))
    assert gained == pytest.approx(total / years, abs=50.0)  # to_hundreds at most
    assert sum(number(printed[person["id"]]) for person in persons) == number(texts["total"][1])
    assert abs(number(texts["total"][1]) - total / years) < step


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, MANY))])
def test_scenarios_side_by_side_are_what_compare_finds(
    folder: Path, client: TestClient, at_hand: AtHand, seed: int
) -> None:
    random = Random(1000 + seed)
    asked = [one for one in (state(random) for _rank in range(12)) if not one.key and words(one)][:2]
    lines = [
        " ".join([*one.sets, *(f"sans={w}" for w in one.without), *(f"kwp.{w}" for w in one.powers)])
        for one in asked
    ]
    told = command("compare", str(folder), *(part for line in lines for part in ("--ask", line)))
    beside = [PageQuestion(), *(PageQuestion(sets=tuple(line.split())) for line in lines)]
    found = at_hand.side_by_side(beside, drawn=True)
    mine = plain(json.loads(to_json(comparison_document(found.results, found.drawn, found.changes))))
    for name in ("ranking", "status"):
        assert str(mine[name]) == str(told[name])
    assert list(mine["paired"]["cases"].values()) == list(told["paired"]["cases"].values())  # type: ignore[index, union-attr]
    causes = [list(one.get("why", {}).values()) for one in (mine, told)]  # type: ignore[attr-defined]
    assert causes[0] == causes[1]


def test_what_is_held_from_one_answer_to_the_next_is_what_is_made_anew(folder: Path) -> None:
    def asked(*sets: str) -> PageQuestion:
        return PageQuestion(sets, key="price")

    at_hand = AtHand(folder, today)  # its own: another test's holds words of another language
    first = at_hand.result(asked(), complete=False)
    grid = ("prices.local_by_plant_eur_per_mwh.toit-gymnase=80",)
    for sets in (("prix=60",), ("prix=60", "fournisseurs=1.2"), grid):
        found, anew = (one.result(asked(*sets), complete=False) for one in (at_hand, AtHand(folder, today)))
        assert to_json(results_document(found)) == to_json(results_document(anew))
        shared_again = found.allocation.received_kwh is not first.allocation.received_kwh
        assert shared_again == ("fournisseurs=1.2" in sets)  # no local price ranks who pays most
