"""The words of a meeting on its screen, and the short names of an address: they set what the controls set."""

import html
import re
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.web.browsing import comes, no_browser, settle
from tests.web.folders import a_month
from tests.web.test_closed import CLOSED, closed
from tests.web.test_guard import client_of


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_of(a_month(tmp_path_factory.mktemp("said") / "demo"))


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_of(closed(tmp_path_factory.mktemp("secret") / "demo"))


def answer(client: TestClient, **words: str | list[str]) -> str:
    shown = client.get("/seance", params=words)
    assert shown.status_code == 200
    return html.unescape(shown.text)


def understood(shown: str) -> str:
    match = re.search(r'id="compris"[^>]*>(.*?)</p>', shown, re.DOTALL)
    assert match is not None
    return match[1].strip()


def state(shown: str) -> str:
    """State that the menu goes on with."""
    match = re.search(r'href="/comparer\??([^"]*)"', shown)
    assert match is not None
    return match[1]


def value(shown: str, slider: str) -> str:
    match = re.search(rf'name="{slider}"[^>]* value="([^"]*)"', shown)
    assert match is not None
    return match[1]


def test_words_move_the_controls_and_what_goes_with_a_member_is_repeated(client: TestClient) -> None:
    shown = answer(client, phrase="la cave part ; toit du gymnase 240; 90 euros")
    assert understood(shown) == (
        "Understood: without Cave coopérative (and its plant: Hangar de la cave) ; "
        "Toiture du gymnase: 240 kWp in place of 180 ; local price 90 €/MWh"
    )
    assert (value(shown, "prix"), value(shown, "kwp.toit-gymnase")) == ("90", "240")
    assert value(shown, "kwp.hangar-cave") == "0"
    assert "90\u00a0€/MWh" in re.search("<h1>.*?</h1>", shown)[0]  # type: ignore[index]
    assert 'id="avec-cave" checked' not in shown
    same = client.get(f"/seance?{state(shown)}").text
    assert re.search("<h1>.*?</h1>", same)[0] in shown  # type: ignore[index]


def test_words_replace_what_the_state_says_of_the_same_and_leave_the_rest(client: TestClient) -> None:
    shown = answer(
        client,
        set=["prix=95", "fournisseurs=1.2"],
        without=["cave", "hangar-cave"],
        kwp="toit-gymnase=150",
        phrase="la cave vient; 98 euros; selon la consommation",
    )
    assert state(shown) == ("set=fournisseurs%3D1.2&set=prices.local_eur_per_mwh%3D98&kwp=toit-gymnase%3D150")
    assert state(answer(client, kwp="toit-gymnase=150", phrase="gymnase 0 kWc")) == "without=toit-gymnase"
    assert state(answer(client, key="equal", phrase="usine vient")) == (
        "set=participants.usine.active%3Dtrue&key=equal"
    )


@pytest.mark.parametrize("phrase", ["rien du tout", "abracadabra part", "gymnase part;?"])
def test_what_is_not_understood_says_what_may_be_and_the_state_stays(client: TestClient, phrase: str) -> None:
    shown = answer(client, set="prix=95", phrase=phrase)
    assert "« 90 euros »" in understood(shown)
    assert 'class="refused"' in shown
    assert state(shown) == "set=prix%3D95"
    assert value(shown, "phrase") == phrase


def test_what_cannot_be_computed_says_why_and_the_state_stays(client: TestClient) -> None:
    shown = answer(client, set="prix=95", phrase="toit du gymnase 99999999 kWc")
    assert 'class="refused"' in shown
    assert understood(shown)
    assert state(shown) == "set=prix%3D95"


def test_short_names_of_an_address_are_read_or_refused_in_words(client: TestClient) -> None:
    shown = answer(client, prix="90,5", fournisseurs="0.8", cle="parts égales", perimetre="20km")
    assert value(shown, "prix") == "90.5"
    assert state(shown) == (
        "set=prices.local_eur_per_mwh%3D90.5&set=prices.supply_ratio%3D0.8"
        "&set=operation.perimeter%3D20km&key=equal"
    )
    assert "abc is not a number" in answer(client, prix="abc")
    assert "“foo” is unknown" in answer(client, cle="foo")
    led = client.get("/?prix=90", follow_redirects=False)
    assert led.headers["location"] == "/seance?prix=90"


@pytest.mark.parametrize("name", CLOSED.values())
def test_who_may_not_be_named_is_answered_as_nobody_is(secret: TestClient, name: str) -> None:
    """Neither a real name, nor its id, nor what stands for it: each is told as a word of no folder is."""
    echo = re.compile(r"^« [^»]* » : “[^”]*”")
    nobody = understood(answer(secret, phrase="zzz part"))
    for word in (name, next(id_ for id_, shown in CLOSED.items() if shown == name)):
        for phrase in (f"{word} part", f"{word} 50 kWh"):
            told = understood(answer(secret, phrase=phrase))
            assert echo.match(told)
            assert echo.sub("", told) == echo.sub("", nobody)


def test_what_leaves_with_a_member_is_named_as_the_page_names_it(secret: TestClient) -> None:
    for phrase in ("une entreprise part", "un membre part", "a company leaves", "household leaves"):
        assert "is no name of the folder" in understood(answer(secret, phrase=phrase))
    shown = answer(secret, phrase="a plant 90 kwp")
    assert understood(shown) == "Understood: A plant: 90 kWp in place of 240"
    for id_, name in CLOSED.items():
        assert name not in shown
        assert not re.search(rf"(?<![\w-]){id_}(?![\w-])", shown)


@no_browser
def test_in_a_browser_the_controls_follow_and_the_hand_stays_in_the_field(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.evaluate("window.same = true")
    page.fill("#phrase", "la cave part; 91 euros; parts égales")
    page.press("#phrase", "Enter")
    comes(page, "document.querySelector('h1').innerText.includes('91')")
    assert page.input_value("#prix") == "91"
    assert page.input_value("[id='kwp.hangar-cave']") == "0"
    assert page.is_checked("input[name=cle][value=equal]")
    assert "sans Cave coopérative (et sa centrale\u00a0: Hangar de la cave)" in page.inner_text("#compris")
    assert page.evaluate("window.same && document.activeElement.id") == "phrase"
    assert "91" in page.url
    page.fill("#phrase", "n’importe quoi")
    page.press("#phrase", "Enter")
    page.wait_for_selector("#compris.refused")
    assert "toit du gymnase 240" in page.inner_text("#compris")
    assert page.input_value("#prix") == "91"
    # A hand that has moved a control since is where the words go on from.
    page.fill("#phrase", "la cave vient")
    page.press("#phrase", "Enter")
    comes(page, "document.querySelector('#avec-cave').checked")
    page.click("#annuler")
    page.wait_for_url("**without=cave**")
    assert page.evaluate("window.same") is None
    assert not faults


@pytest.mark.parametrize("screen", ["seance", "question", "membres", "comparer", "documents", "donnees"])
def test_a_word_that_no_screen_reads_is_told_with_the_nearest_one(client: TestClient, screen: str) -> None:
    shown = client.get(f"/{screen}", params={"prx": "90", "set": "fournisseurs=1.2"})
    assert shown.status_code == 400
    told = html.unescape(shown.text)
    assert "“prx” in the address is no word of this screen" in told
    reads = screen in {"seance", "question", "membres"}
    assert f'href="{"" if reads else "/seance"}?set=fournisseurs%3D1.2&prix=90"' in told
    assert 'href="?set=fournisseurs%3D1.2"' in told


@pytest.mark.parametrize("screen", ["comparer", "documents", "donnees"])
def test_a_price_that_a_screen_does_not_read_is_led_to_the_one_that_does(
    client: TestClient, screen: str
) -> None:
    shown = client.get(f"/{screen}", params={"prix": "90"})
    assert shown.status_code == 400
    assert 'href="/seance?prix=90"' in shown.text


def test_a_year_is_looked_at_on_the_screen_of_a_meeting(client: TestClient) -> None:
    for word, text in {"annee": "2030", "phrase": "en 2030"}.items():
        shown = client.get("/comparer", params={word: text})
        assert shown.status_code == 400
        assert f'href="/seance?{urlencode({word: text})}"' in html.unescape(shown.text)


def test_a_price_of_an_address_is_that_of_the_question_and_of_the_members(client: TestClient) -> None:
    assert state(client.get("/question", params={"prix": "90"}).text) == "set=prices.local_eur_per_mwh%3D90"
    assert state(client.get("/membres", params={"prix": "90"}).text) == "set=prices.local_eur_per_mwh%3D90"


def test_words_of_a_year_are_refused_where_none_differs(client: TestClient) -> None:
    assert "No change is counted" in understood(answer(client, phrase="en 2030"))


def test_words_ask_for_the_suppliers_at_the_market_and_for_other_costs(client: TestClient) -> None:
    shown = answer(
        client, phrase="fournisseurs au marché; raccordement du gymnase 30 k€; accise entière en 2028"
    )
    assert state(shown) == (
        "set=prices.supply_at_market%3Dtrue&set=plants.toit-gymnase.connection_eur%3D30000"
        "&set=prices.full_accise_from%3D2028-01-01"
    )
