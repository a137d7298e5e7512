"""The page in a real browser: nothing is asked for, keys switch, tables sort, with and without a script."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from acc.result.result import Result
from reports.studies.html.page import page
from tests.reports.chromium import PROGRAM, Chromium
from tests.reports.make import make_result
from tests.reports.make_money import with_money

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium here: apt-get install chromium"),
]
SHOWN = "[...document.querySelectorAll('.panel')].filter(p => p.getClientRects().length).map(p => p.id)"
NAMES = "[...document.querySelectorAll('#panel-0 tbody th')].map(cell => cell.firstChild.textContent)"
CLICK = "document.querySelectorAll('#panel-0 thead button')[{column}].click()"


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result(others=("static", "equal")))


@pytest.fixture(scope="module")
def place(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "brief.html"
    file.write_bytes(page(result))
    return file


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


def test_the_browser_asks_for_nothing_and_refuses_nothing(browser: Chromium, place: Path) -> None:
    browser.open(place.as_uri())
    outside = [url for url in browser.asked_urls if not url.startswith("data:")]
    assert outside == [place.as_uri()]
    assert browser.complaints == []
    assert browser.run("[...document.fonts].map(face => face.status).join()") == "loaded,loaded"


def test_a_request_from_the_page_is_refused_by_its_policy(browser: Chromium, place: Path) -> None:
    browser.open(place.as_uri())
    tried = "new Promise(done => { const i = new Image(); i.onerror = () => done('refused'); i.src = '%s'; })"
    assert browser.run(tried % "https://example.invalid/x.png") == "refused"
    assert any("Content Security Policy" in text for text in browser.complaints)
    assert [told.get("blockedReason") for told in browser.told("Network.loadingFailed")] == ["csp"]


def test_a_key_shows_its_own_panel(browser: Chromium, place: Path) -> None:
    browser.open(place.as_uri())
    assert browser.run(SHOWN) == ["panel-0"]
    browser.run("document.querySelector('label[for=key-1]').click()")
    assert browser.run(SHOWN) == ["panel-1"]
    # The arrows of the keyboard move a radio button as a click does.
    browser.run("document.getElementById('key-2').focus()")
    browser.ask(
        "Input.dispatchKeyEvent", type="rawKeyDown", key="ArrowUp", code="ArrowUp", windowsVirtualKeyCode=38
    )
    browser.ask(
        "Input.dispatchKeyEvent", type="keyUp", key="ArrowUp", code="ArrowUp", windowsVirtualKeyCode=38
    )
    assert browser.run(SHOWN) == ["panel-1"]


def test_tables_sort_by_number_and_by_name(browser: Chromium, place: Path, result: Result) -> None:
    browser.open(place.as_uri())
    people, energy = result.scenario.participants, result.energy
    by_need = sorted(range(len(people)), key=lambda index: -energy.consumption_kwh[index])
    browser.run(CLICK.format(column=1))
    assert browser.run(NAMES) == [people[index].name for index in by_need]
    assert browser.run("document.querySelectorAll('#panel-0 thead th')[1].ariaSort") == "descending"
    browser.run(CLICK.format(column=1))
    assert browser.run(NAMES) == [people[index].name for index in reversed(by_need)]
    browser.run(CLICK.format(column=0))
    names = browser.run(NAMES)
    assert names[0] == "35 foyers du bourg"
    assert names.index("Éclairage public") < names.index("EHPAD des Tilleuls") < names.index("Gymnase")
    last = "[...document.querySelectorAll('#panel-1 tbody th')].map(cell => cell.firstChild.textContent)"
    assert browser.run(last) == names
    browser.run(CLICK.format(column=4))
    assert browser.run(NAMES)[-1] == "Éclairage public"  # what is unknown stands last


def test_without_a_script_keys_still_switch_and_nothing_is_missing(browser: Chromium, place: Path) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(place.as_uri())
        assert browser.run("document.querySelectorAll('thead button').length") == 0
        browser.run("document.querySelector('label[for=key-2]').click()")
        assert browser.run(SHOWN) == ["panel-2"]
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_the_printed_page_shows_one_key_and_no_button(browser: Chromium, place: Path) -> None:
    browser.open(place.as_uri())
    browser.run("document.getElementById('key-1').click()")
    pages = pypdf.PdfReader(BytesIO(browser.printed())).pages
    text = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in pages))
    assert "Participants under the key “Static”" in text
    assert "Participants under the key “Equal shares”" not in text
    assert "Key of sharing" not in text
    assert {round(float(one.mediabox.width)) for one in pages} == {595}


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_no_width_of_screen_makes_the_page_scroll_sideways(
    browser: Chromium, place: Path, width: int
) -> None:
    browser.open(place.as_uri(), width=width)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert len(browser.picture()) > 50_000
