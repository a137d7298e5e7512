"""The control between euros and equality: a point is shown, kept, stale, chosen by the keyboard."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from acc.scenario import Battery, KeyChoice
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front.run import front_of_page
from tests.web.browsing import comes, no_browser, settle
from tests.web.folders import a_month
from tests.web.test_controls import controls, made_of
from tests.web.test_guard import client_of, today
from tests.web.test_state import results


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_month(tmp_path_factory.mktemp("fair") / "demo")


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


FAIR = {"key": "optimal", "set": ["key.floor_ratio=0.15"]}


def test_a_point_between_euros_and_equality_is_kept_as_it_was_shown(folder: Path, client: TestClient) -> None:
    shown = client.post("/etat", json={"number": 1, **FAIR}).json()
    front = front_of_page(AtHand(folder, today), PageQuestion((*FAIR["set"],), key="optimal"), anew=True)
    point = front.nearest(0.15)
    found = results(folder, FAIR)
    ratios = [row["autoproduction_ratio"] for row in found["participants"]]
    for ratio, level in zip(ratios, front.front.levels.tolist(), strict=True):
        assert ratio >= min(point.floor_ratio, level) - 1e-9
    assert min(ratio for ratio in ratios if ratio >= point.floor_ratio - 1e-9) < 1.0
    assert 'id="equite"' in shown["blocks"]["fair"]
    fields = {"set": "key.floor_ratio=0.15", "key": "optimal", "nom": "plus égal"}
    kept = client.post("/garder", files={name: (None, value) for name, value in fields.items()})
    assert kept.status_code == 303
    try:
        again = results(folder, {"variant": "plus égal"})
        received = [[row["received_kwh"] for row in one["participants"]] for one in (again, found)]
        assert received[0] == pytest.approx(received[1], rel=1e-9)
    finally:
        path = folder / "operation.toml"
        text = path.read_text(encoding="utf-8").partition('\n[[variants]]\nname = "plus égal"')[0]
        path.write_text(text + "\n", encoding="utf-8")


@pytest.mark.slow
def test_a_front_of_other_prices_is_said_stale_until_it_is_made_anew(client: TestClient) -> None:
    stale = {"number": 1, "key": "optimal", "set": ["key.floor_ratio=0.15", "prix=120"]}
    client.post("/etat", json={**stale, "set": FAIR["set"]})
    before = client.post("/etat", json=stale).json()["blocks"]["fair"]
    after = client.post("/etat", json={**stale, "drawn": True}).json()["blocks"]["fair"]
    assert "other prices" in before
    assert "other prices" not in after
    again = client.post("/etat", json=stale).json()["blocks"]["fair"]
    assert "other prices" not in again


def test_fairness_is_refused_where_the_front_knows_nothing(client: TestClient) -> None:
    unknown = {"number": 1, **FAIR, "set": [*FAIR["set"], 'prices.local_eur_per_mwh=""']}
    assert client.post("/etat", json=unknown).status_code == 422


@no_browser
@pytest.mark.slow
def test_fairness_is_chosen_by_the_keyboard(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.check("input[name=cle][value=optimal]")
    page.wait_for_selector("#equite")
    before = page.inner_text("#dit-equite")
    page.focus("#equite")
    for _press in range(4):
        page.keyboard.press("ArrowRight")
    comes(page, "document.querySelector('#dit-equite').innerText !== arg", before)
    comes(page, "location.href.includes('key.floor_ratio')")
    assert page.evaluate("document.activeElement.id") == "equite"
    assert not faults


def test_the_key_is_among_the_first_ones_but_where_there_is_a_battery() -> None:
    base = made_of(key=KeyChoice(name="equal"))
    battery = Battery(energy_kwh=50.0, power_kw=25.0, round_trip_ratio=0.9)
    plain, stored = controls(base), controls(replace(base, battery=battery))
    assert [key.name for key in plain.keys] == ["equal", "prorata", "optimal", "static"]
    assert "optimal" not in [key.name for key in (*stored.keys, *stored.other_keys)]
