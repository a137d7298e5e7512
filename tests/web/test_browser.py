"""The page in the system's Chromium: controls, late answers, a server that stops, widths, keyboard, axe."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.catalogue import copy_example
from scenarios.export import export
from scenarios.folder.raw import read_source

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="BROWSER TESTS SKIPPED: no Chromium on this machine")
SIZES = [(1280, 720), (390, 844)]
STATES = {
    "kept": "/seance",
    "moved": "/seance?set=prix=98&key=priority",
    "broken": "/seance?set=participants.usine.active=true",
    "impossible": "/seance?set=prix=-3",
    "data": "/donnees",
    "data whole": "/donnees?onglet=centrales&colonnes=toutes",
    "settings": "/donnees?onglet=reglages",
    "grouped": "/seance?grouper=kind&tri=name&jour=winter",
    "fair": "/seance?key=optimal&set=key.floor_ratio=0.15",
    "question": "/question",
    "question moved": "/question?set=prix=98&tirages=1",
    "question broken": "/question?set=participants.usine.active=true",
}


class Served:
    """A page that is being served."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        words = ["serve", str(folder), "--no-browser", "--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline().strip()
        self.base, _start, self.token = self.first.partition("/?")
        # The token is taken by the screen that computes nothing.
        self.door = f"{self.base}/donnees?{self.token}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("page") / "demo"
    copy_example("bergerac", where)
    return where


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    made = Served(folder)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser, served: Served, faults: list[str]) -> Iterator[object]:  # type: ignore[no-untyped-def]
    width, height = getattr(request, "param", SIZES[0])
    context = browser.new_context(viewport={"width": width, "height": height})
    made = context.new_page()
    made.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda fault: faults.append(str(fault)))
    made.on("request", lambda asked: None if asked.url.startswith(served.base) else faults.append(asked.url))
    made.goto(served.door)
    yield made
    context.close()


SLIDE = """value => {
  const slider = document.getElementById("prix");
  slider.value = value;
  for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


def settle(page, path: str, served: Served) -> None:  # type: ignore[no-untyped-def]
    page.goto(served.base + path)
    page.wait_for_selector("main")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("page", SIZES, indirect=True)
@pytest.mark.parametrize("state", STATES)
def test_every_state_passes_axe_and_is_as_wide_as_the_screen(page, served, faults, state) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    settle(page, STATES[state], served)
    found = axe.Axe().run(page).response["violations"]
    assert not found, [(v["id"], v["nodes"][0]["html"][:120]) for v in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not [fault for fault in faults if "422" not in fault]


MODES = {
    "forced colours": {"forced_colors": "active"},
    "200 % zoom": {"viewport": {"width": 640, "height": 360}},
    "reduced motion": {"reduced_motion": "reduce"},
}
MODE_STATES = ("/seance?set=prix=98&set=participants.usine.active=true", "/question", "/donnees")


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_lost_in_the_ways_that_people_set_their_screen(browser, served, mode) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(**MODES[mode])
    page = context.new_page()
    page.goto(served.door)
    for state in MODE_STATES:
        settle(page, state, served)
        found = axe.Axe().run(page).response["violations"]
        assert not found, [(v["id"], v["nodes"][0]["html"][:120]) for v in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate("document.getAnimations().length")
    settle(page, MODE_STATES[0], served)
    said = page.inner_text("main")
    for words in ("MWh", "ans", "Règle non respectée", "Périmètre", "Entrepôt frigorifique", "Perdent"):
        assert words in said
    if mode == "forced colours":
        colour = "one => getComputedStyle(document.querySelector(one))"
        ink = page.evaluate(f"({colour})('body').color")
        for mark in (".tick", ".site", ".axis"):
            assert page.evaluate(f"({colour})('{mark}').fill") == ink
        assert page.evaluate(f"({colour})('.sq.shared').backgroundColor") == "rgb(10, 126, 100)"
    if mode == "200 % zoom":
        assert page.evaluate("getComputedStyle(document.getElementById('reponse')).position") == "static"
    context.close()


def test_a_printed_meeting_holds_the_answer_the_settings_and_every_row(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance?set=prix=98", served)
    page.emulate_media(media="print")
    said = page.inner_text("body")
    for words in ("98", "Fournisseurs", "Toiture du gymnase", "Mairie annexe", "Gain d’un membre"):
        assert words in said
    assert not page.is_visible("nav")
    assert not page.is_visible("input[type=range]")
    assert not page.is_visible("#annuler")


def test_a_slider_by_the_keyboard_moves_the_answer_and_the_address(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    before = page.inner_text("h1")
    page.focus("#prix")
    for _press in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('h1').innerText !== before", arg=before, timeout=20_000
    )
    page.wait_for_url("**/seance?set=prices.local_eur_per_mwh*")
    assert page.evaluate("document.activeElement.id") == "prix"
    assert not faults


def test_a_member_taken_out_leaves_the_sums_and_the_state_comes_back_from_the_address(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.uncheck("#avec-supermarche")
    page.wait_for_selector(".apart #avec-supermarche", timeout=20_000)
    said = page.inner_text("h1")
    address = page.url
    assert "without=supermarche" in address
    page.goto(address)
    assert page.inner_text("h1") == said


@pytest.mark.parametrize("page", SIZES[1:], indirect=True)
def test_a_member_of_several_sites_leaves_with_them_and_is_partly_in(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.click("button[data-member=ville]")
    page.uncheck("#avec-ecole")
    page.wait_for_selector("tr[data-of=ville] .why", timeout=20_000)
    assert page.evaluate("document.getElementById('membre-ville').indeterminate")
    page.click("#membre-ville")
    page.wait_for_selector("#membre-ville:checked:not(:indeterminate)", timeout=20_000)
    page.wait_for_selector("tr[data-of=ville] .why", state="detached", timeout=20_000)
    page.click("#membre-ville")
    page.wait_for_selector(".apart #membre-ville", timeout=20_000)
    for site in ("mairie", "ecole", "gymnase", "eclairage"):
        assert f"without={site}" in page.url
    assert "Toiture du gymnase" in page.inner_text(".apart")
    page.click("#membre-ville")
    page.wait_for_selector("tr[data-row=ville]", timeout=20_000)
    assert "without" not in page.url
    assert not faults


def test_without_javascript_all_is_unfolded_and_a_form_computes(browser, served) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.door)
    page.goto(served.base + "/seance")
    assert page.is_visible("text=Toiture du gymnase >> nth=-1")
    page.uncheck("#avec-ecole")
    page.click("button[form=etat]")
    assert "1 membre gagne moins" in page.inner_text(".second")
    context.close()


def test_late_answers_are_dropped(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    waits = iter([900, 50, 400, 10, 200] * 20)

    def late(route) -> None:  # type: ignore[no-untyped-def]
        time.sleep(next(waits) / 1000)
        route.continue_()

    page.route("**/etat", late)
    for value in (81, 95, 120, 100, 133):
        page.evaluate(SLIDE, value)
        page.wait_for_timeout(60)
    page.wait_for_function("() => document.querySelector('h1').innerText.includes('133')", timeout=20_000)
    page.wait_for_timeout(1500)
    assert "133" in page.inner_text("h1")


def test_a_server_that_stops_is_said_and_the_page_goes_on_after_a_restart(browser, folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    first = Served(mine)
    page = browser.new_context().new_page()
    page.goto(first.first)
    first.stop()
    page.evaluate(SLIDE, 97)
    page.wait_for_selector("#arret:not([hidden])", timeout=6_000)
    assert "prices.local_eur_per_mwh%3D97" in page.url
    second = Served(mine)
    try:
        assert second.base == first.base
        assert second.first != first.first
        page.wait_for_selector("#arret[data-why=restarted]", timeout=20_000)
        page.context.new_page().goto(second.first)
        page.wait_for_selector("#arret", state="hidden", timeout=20_000)
        page.wait_for_function("() => document.querySelector('h1').innerText.includes('97')", timeout=20_000)
        assert "prices.local_eur_per_mwh%3D97" in page.url
    finally:
        page.context.close()
        second.stop()


def tab_to(page, selector: str, key: str = "Tab", most: int = 150) -> None:  # type: ignore[no-untyped-def]
    """Press a key until the focus is on what is looked for; wherever it goes, it is to be seen."""
    for _press in range(most):
        page.keyboard.press(key)
        where = page.evaluate(
            """selector => {
              const one = document.activeElement, style = getComputedStyle(one);
              const box = one.closest("label.button, .drop") || one;
              const shown = one === document.body || parseFloat(getComputedStyle(box).outlineWidth) >= 3;
              return [one.matches(selector), shown, one.outerHTML.slice(0, 120)];
            }""",
            selector,
        )
        assert where[1], f"the focus is not seen on {where[2]}"
        if where[0]:
            return
    raise AssertionError(f"{selector} is not reached with {key}")


def test_from_an_empty_folder_fill_mend_play_and_keep_by_the_keyboard_alone(
    browser, folder, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    export(folder, tmp_path / "membres.xlsx")
    empty = tmp_path / "vide"
    empty.mkdir()
    served = Served(empty)
    try:
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.goto(served.first)
        # Listening takes the browser a moment: it starts before the first key, not with the last one.
        with page.expect_file_chooser() as chosen:
            tab_to(page, "#choisir")
            page.keyboard.press("Enter")
        chosen.value.set_files(tmp_path / "membres.xlsx")
        page.wait_for_selector(".arrived")
        tab_to(page, ".arrived .button.main")
        page.keyboard.press("Enter")
        page.wait_for_selector("table.typed tr:nth-child(13)", timeout=20_000)
        tab_to(page, "td.c-annual_kwh input")
        total = page.inner_text("#totaux b")
        page.keyboard.type("1")
        page.wait_for_function("total => document.querySelector('#totaux b').innerText !== total", arg=total)
        page.keyboard.press("Escape")
        page.wait_for_function("total => document.querySelector('#totaux b').innerText === total", arg=total)
        tab_to(page, "td.c-supply_hph_eur_per_mwh input")
        page.keyboard.type("0,92")
        page.keyboard.press("Enter")
        page.wait_for_selector(".fault-row", timeout=20_000)
        tab_to(page, ".fault-row .button.main", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".fault-row", state="detached", timeout=20_000)
        assert page.evaluate("document.activeElement.matches('td.c-supply_hph_eur_per_mwh input')")
        tab_to(page, "nav a[href^='/seance']", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("html.js #prix", timeout=30_000)
        tab_to(page, "#prix")
        for _press in range(3):
            page.keyboard.press("ArrowRight")
        page.wait_for_url("**/seance?set=*")
        tab_to(page, "#avec-blanchisserie")
        page.keyboard.press("Space")
        page.wait_for_function("() => location.href.includes('without=blanchisserie')")
        tab_to(page, "#garder summary", "Shift+Tab")
        page.keyboard.press("Enter")
        tab_to(page, "#garder-form input[name=nom]")
        assert "83" in page.input_value("#garder-form input[name=nom]")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('#garder summary')")
        page.keyboard.press("Enter")
        tab_to(page, "#garder-form input[name=nom]")
        page.keyboard.press("Control+A")
        page.keyboard.type("sans la blanchisserie")
        page.keyboard.press("Enter")
        page.wait_for_url("**/seance?variant=sans*", timeout=30_000)
        assert "83" in page.inner_text("h1")
        page.context.close()
    finally:
        served.stop()
    kept = read_source(empty).known_variants
    assert "sans la blanchisserie" in kept


def test_fairness_is_chosen_by_the_keyboard(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.check("input[name=cle][value=optimal]")
    page.wait_for_selector("#equite", timeout=30_000)
    before = page.inner_text("#dit-equite")
    page.focus("#equite")
    for _press in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('#dit-equite').innerText !== before", arg=before)
    page.wait_for_function("() => location.href.includes('key.floor_ratio')", timeout=20_000)
    assert page.evaluate("document.activeElement.id") == "equite"
    assert not faults


def test_a_server_held_in_a_drag_is_said_then_resumes_by_itself(browser, folder) -> None:  # type: ignore[no-untyped-def]
    served = Served(folder)
    page = browser.new_context().new_page()
    try:
        page.goto(served.first)
        page.wait_for_timeout(500)
        served.process.send_signal(signal.SIGSTOP)
        page.evaluate(SLIDE, 101)
        page.wait_for_selector("#arret:not([hidden])", timeout=9_000)
        served.process.send_signal(signal.SIGCONT)
        page.wait_for_selector("#arret", state="hidden", timeout=20_000)
        page.wait_for_function("() => document.querySelector('h1').innerText.includes('101')", timeout=20_000)
    finally:
        served.process.send_signal(signal.SIGCONT)
        page.context.close()
        served.stop()


def test_data_changed_elsewhere_are_said(page, served, folder) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + "\n# une remarque\n", encoding="utf-8")
        page.evaluate(SLIDE, 99)
        page.wait_for_selector("#change:not([hidden])", timeout=20_000)
    finally:
        path.write_text(text, encoding="utf-8")
