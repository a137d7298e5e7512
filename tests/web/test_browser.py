"""The page in the system's Chromium: controls, late answers, a server that stops, the keyboard alone."""

import shutil
import signal

import pytest

from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.raw import read_source
from scenarios.export import export
from tests.web.browsing import SIZES, SLIDE, Served, comes, no_browser, opened, settle
from tests.web.test_looks import passes_axe

pytestmark = no_browser


def test_each_slider_by_the_keyboard_moves_the_answer_and_the_address(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.click("text=Toitures, batterie")
    for slider in page.eval_on_selector_all("input[type=range]", "all => all.map(one => one.id)"):
        page.focus(f"[id='{slider}']")
        before = page.inner_text(f"[id='dit-{slider}']")
        page.keyboard.press("ArrowLeft")
        assert page.inner_text(f"[id='dit-{slider}']") != before
        assert page.evaluate("document.activeElement.id") == slider
    moved = ("prices.local", "prices.supply", "prices.pmo", "kwp=toit-gymnase", "kwp=hangar-cave")
    comes(page, "arg.every(word => location.href.includes(word))", moved)
    comes(page, "document.querySelector('h1').innerText.includes('79')")
    assert page.inner_text("#tient-toits").endswith("kWc")
    assert not faults


@pytest.mark.slow
def test_a_value_between_two_steps_stays_where_the_folder_has_it(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    copy_example("bergerac", tmp_path / "demo")
    path = tmp_path / "demo" / "operation.toml"
    text = path.read_text(encoding="utf-8").replace("local_eur_per_mwh = 80.0", "local_eur_per_mwh = 95.5")
    path.write_text(text.replace("pmo_eur_per_year = 3000.0", "pmo_eur_per_year = 1250.0"), encoding="utf-8")
    served = Served(tmp_path / "demo")
    page = opened(browser, served)
    settle(page, "/seance", served)
    assert [page.input_value(f"#{name}") for name in ("prix", "pmo")] == ["95.5", "1250"]
    page.uncheck("#avec-supermarche")
    comes(page, "location.href.endsWith('/seance?without=supermarche')")
    served.stop()


@pytest.mark.slow
def test_two_ticks_in_a_hurry_both_count(page, served) -> None:  # type: ignore[no-untyped-def]
    held: list[object] = []
    page.route("**/etat", lambda route: route.continue_() if held else held.append(route))
    settle(page, "/seance", served)
    page.uncheck("#avec-supermarche")
    page.uncheck("#avec-froid")
    comes(page, "location.href.includes('without=froid')")
    held[0].continue_()  # type: ignore[attr-defined]
    page.wait_for_selector(".apart #avec-froid")
    assert "without=supermarche" in page.url
    assert not page.is_checked("#avec-supermarche")


@pytest.mark.slow
def test_a_member_taken_out_leaves_the_sums_and_the_state_comes_back_from_the_address(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.uncheck("#avec-supermarche")
    page.wait_for_selector(".apart #avec-supermarche")
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
    page.wait_for_selector("tr:has(#avec-ecole) .why")
    assert page.evaluate("document.getElementById('membre-ville').indeterminate")
    page.click("#membre-ville")
    page.wait_for_selector("#membre-ville:checked:not(:indeterminate)")
    page.wait_for_selector("tr:has(#avec-ecole) .why", state="detached")
    page.click("#membre-ville")
    page.wait_for_selector(".apart #membre-ville")
    for site in ("mairie", "ecole", "gymnase", "eclairage"):
        assert f"without={site}" in page.url
    assert "Toiture du gymnase" in page.inner_text(".apart")
    page.click("#membre-ville")
    page.wait_for_selector("tr[data-row=ville]")
    assert "without" not in page.url
    assert not faults


def test_without_javascript_all_is_unfolded_and_a_form_computes(browser, served) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, served, java_script_enabled=False)
    page.goto(served.base + "/seance")
    assert page.is_visible("text=Toiture du gymnase >> nth=-1")
    page.uncheck("#avec-ecole")
    with page.expect_navigation():
        page.click("button[form=etat]")
    assert "moins\xa0: Ville de Bergerac (" in page.inner_text(".second")
    page.context.close()


def test_late_answers_are_dropped(page, served) -> None:  # type: ignore[no-untyped-def]
    drawn: list[object] = []

    def keep_back(route) -> None:  # type: ignore[no-untyped-def]
        if '"drawn":true' in route.request.post_data:
            drawn.append(route)
        else:
            page.wait_for_timeout(next(waits))
            route.continue_()

    waits = iter([120, 5, 60, 5, 30] * 20)
    page.route("**/etat", keep_back)
    with page.expect_request(lambda asked: '"drawn":true' in (asked.post_data or "")):
        settle(page, "/seance", served)
    for value in (81, 95, 120, 100, 133):
        page.evaluate(SLIDE, value)
    comes(page, "document.querySelector('h1').innerText.includes('133')")
    with page.expect_response("**/etat") as late:
        drawn[0].continue_()  # type: ignore[attr-defined]
    late.value.finished()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert "133" in page.inner_text("h1")
    assert page.locator(".spread").count() == 0


@pytest.mark.slow
def test_a_server_that_stops_is_said_and_the_page_goes_on_after_a_restart(
    browser, served, served_folder, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    mine = tmp_path / "demo"
    shutil.copytree(served_folder, mine)
    first = Served(mine)
    page = opened(browser, first)
    page.clock.install()
    settle(page, "/seance", first)
    first.stop()
    page.evaluate(SLIDE, 97)
    page.wait_for_selector("#arret:not([hidden])")
    assert "prices.local_eur_per_mwh%3D97" in page.url
    assert "Relancez acc serve" in page.inner_text("#arret")
    second = Served(mine)
    try:
        assert second.base == first.base
        assert second.first != first.first
        page.clock.fast_forward(2_000)
        page.wait_for_selector("#arret[data-why=restarted]")
        page.context.new_page().goto(second.first, wait_until="commit")
        page.clock.fast_forward(2_000)
        page.wait_for_selector("#arret", state="hidden")
        comes(page, "document.querySelector('h1').innerText.includes('97')")
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


@pytest.mark.slow
def test_from_an_empty_folder_fill_mend_play_and_keep_by_the_keyboard_alone(
    browser, served_folder, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    export(served_folder, tmp_path / "membres.xlsx")
    empty = tmp_path / "vide"
    empty.mkdir()
    served = Served(empty)
    try:
        page = opened(browser, served, viewport={"width": 1280, "height": 720})
        for screen in ("/seance", "/donnees"):
            page.goto(served.base + screen)
            passes_axe(page)
        page.wait_for_selector("html.js")
        # Listening takes the browser a moment: it starts before the first key, not with the last one.
        with page.expect_file_chooser() as chosen:
            tab_to(page, "#choisir")
            page.keyboard.press("Enter")
        chosen.value.set_files(tmp_path / "membres.xlsx")
        page.wait_for_selector(".arrived")
        tab_to(page, ".arrived .button.main")
        page.keyboard.press("Enter")
        page.wait_for_selector("table.typed tr:nth-child(13)")
        tab_to(page, "td.c-annual_kwh input")
        total = page.inner_text("#totaux b")
        page.keyboard.type("1")
        comes(page, "document.querySelector('#totaux b').innerText !== arg", total)
        page.keyboard.press("Escape")
        comes(page, "document.querySelector('#totaux b').innerText === arg", total)
        tab_to(page, "td.c-supply_hph_eur_per_mwh input")
        page.keyboard.type("0,92")
        page.keyboard.press("Enter")
        page.wait_for_selector(".fault-row")
        tab_to(page, ".fault-row .button.main", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".fault-row", state="detached")
        assert page.evaluate("document.activeElement.matches('td.c-supply_hph_eur_per_mwh input')")
        tab_to(page, "nav a[href^='/seance']", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("html.js #prix")
        tab_to(page, "#prix")
        for _press in range(3):
            page.keyboard.press("ArrowRight")
        comes(page, "location.href.includes('/seance?set=')")
        tab_to(page, "#avec-blanchisserie")
        page.keyboard.press("Space")
        comes(page, "location.href.includes('without=blanchisserie')")
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
        page.wait_for_url("**/seance?variant=sans*")
        assert "83" in page.inner_text("h1")
        page.context.close()
    finally:
        served.stop()
    kept = read_source(empty).known_variants
    assert "sans la blanchisserie" in kept


def test_a_server_held_in_a_drag_is_said_within_five_seconds_then_resumes_by_itself(page, served) -> None:  # type: ignore[no-untyped-def]
    page.clock.install()
    settle(page, "/seance", served)
    try:
        served.process.send_signal(signal.SIGSTOP)
        page.evaluate(SLIDE.replace('["input", "change"]', '["input"]'), 101)
        page.clock.run_for(4_000)
        assert page.is_hidden("#arret")
        page.clock.run_for(1_000)
        page.wait_for_selector("#arret:not([hidden])")
        assert page.is_disabled("#prix")
        assert page.inner_text(".tile .range").startswith("à ")
        assert "prices.local_eur_per_mwh%3D101" in page.url
        served.process.send_signal(signal.SIGCONT)
        page.clock.fast_forward(2_000)
        page.wait_for_selector("#arret", state="hidden")
        assert page.is_enabled("#prix")
        comes(page, "document.querySelector('h1').innerText.includes('101')")
    finally:
        served.process.send_signal(signal.SIGCONT)


@pytest.mark.slow
def test_data_changed_elsewhere_are_said(page, served, served_folder) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    path = served_folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + "\n# une remarque\n", encoding="utf-8")
        page.evaluate(SLIDE, 99)
        page.wait_for_selector("#change:not([hidden])")
    finally:
        path.write_text(text, encoding="utf-8")
