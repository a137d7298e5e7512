"""What a meeting trusts: late answers, what is undone and done again, the focus; in the system's Chromium."""

from collections.abc import Iterator

import pytest

from tests.web.browsing import SLIDE, Slow, comes, no_browser, opened, settle

pytestmark = no_browser
FASTER = 10.0
"""The page's own times, and those of the late answers, are so many times shorter."""

SHORTER = f"""window.later = setTimeout;
window.setTimeout = (f, ms, ...more) => later(f, ms / {FASTER}, ...more);
window.dead = 0; document.addEventListener("arret", () => {{ window.dead += 1; }});"""


WAITED = """[...document.querySelectorAll(".tile .wait")]
.filter((one) => one.textContent === document.querySelector("main").dataset.waiting).length"""


@pytest.fixture(scope="module")
def slow(served_folder) -> Iterator[Slow]:  # type: ignore[no-untyped-def]
    made = Slow(served_folder)
    yield made
    made.stop()


@pytest.mark.parametrize("late_s", [1.0, 6.0, 20.0])
@pytest.mark.slow
def test_ranges_come_however_late_nothing_is_said_dead_and_nothing_older_is_shown_as_new(
    browser, slow: Slow, late_s: float
) -> None:  # type: ignore[no-untyped-def]
    slow.late_s = {False: late_s / FASTER, True: late_s / FASTER}
    page = opened(browser, slow)
    page.add_init_script(SHORTER)
    settle(page, "/seance", slow)
    page.wait_for_selector(".spread", state="attached")
    page.evaluate(SLIDE, 91)
    page.wait_for_selector("body.slow")  # the figures stand there, said to be those of before
    page.evaluate(SLIDE, 93)
    assert page.locator(".spread").count() == 0
    comes(page, "!document.body.classList.contains('slow')")
    assert "93" in page.inner_text("h1")
    page.wait_for_selector(".spread", state="attached")
    # A month has no plan, whose tile says that it has no range: none is waited for.
    assert page.evaluate(WAITED) == 0
    assert page.evaluate("dead") == 0
    assert page.is_hidden("#arret")
    page.context.close()


def test_ranges_that_fail_are_asked_again_and_a_live_server_is_not_said_dead(browser, slow: Slow) -> None:  # type: ignore[no-untyped-def]
    slow.late_s = {False: 0.0, True: 0.0}
    page = opened(browser, slow)
    page.add_init_script(SHORTER)
    cut: list[object] = []

    def once(route) -> None:  # type: ignore[no-untyped-def]
        drawn = '"drawn":true' in route.request.post_data
        if drawn and len(cut) < 2:
            cut.append(route.abort())
        else:
            route.continue_()

    page.route("**/etat", once)
    settle(page, "/seance", slow)
    page.wait_for_selector(".spread", state="attached")
    assert len(cut) == 2
    assert page.evaluate("dead") == 0
    # What takes longer than a hand waits is said to be computed, the figures of before greyed beside it.
    colour = "getComputedStyle(document.querySelector('.list td')).color"
    asked = page.evaluate(colour)
    assert page.is_hidden(".busy")
    is_free, kept_back = False, []

    def keep_back(route) -> None:  # type: ignore[no-untyped-def]
        if is_free:
            route.continue_()
        else:
            kept_back.append(route)

    page.route("**/etat", keep_back)
    page.evaluate(SLIDE, 94)
    page.wait_for_selector(".busy", state="visible")
    assert page.evaluate(colour) != asked
    assert "94" not in page.inner_text("h1")
    is_free = True
    kept_back[0].continue_()
    page.wait_for_selector(".busy", state="hidden")
    assert page.evaluate(colour) == asked
    assert "94" in page.inner_text("h1")
    page.context.close()


@pytest.mark.slow
def test_ten_moves_are_undone_and_done_again_across_loads(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    page.add_init_script(
        "window.later = setTimeout; window.setTimeout = (f, ms) => ms === 400 ? 0 : later(f, ms)"
    )
    settle(page, "/seance", served)
    prices = [*range(90, 100)]
    for price in prices:
        page.evaluate(SLIDE, price)
    for price in reversed([80, *prices[:-1]]):
        with page.expect_navigation():
            page.click("#annuler")
        page.wait_for_selector("html.js main")
        assert page.input_value("#prix") == str(price)
        assert page.evaluate("document.activeElement.id") == "annuler"
    assert page.get_attribute("#annuler", "aria-disabled") == "true"
    page.reload()
    page.wait_for_selector("html.js main")
    for price in prices[:2]:
        with page.expect_navigation():
            page.keyboard.press("Control+Shift+Z")
        page.wait_for_selector("html.js main")
        assert page.input_value("#prix") == str(price)
    page.evaluate(SLIDE, 120)
    assert page.get_attribute("#retablir", "aria-disabled") == "true"
    assert not faults


@pytest.mark.slow
def test_the_focus_stays_on_a_member_taken_out_by_the_keyboard(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.focus("#avec-froid")
    page.keyboard.press("Space")
    page.wait_for_selector(".apart #avec-froid")
    assert page.evaluate("document.activeElement.id") == "avec-froid"
    page.wait_for_selector(".spread", state="attached")
    assert page.evaluate("document.activeElement.id") == "avec-froid"
    page.keyboard.press("Space")
    page.wait_for_selector("tbody:not(.apart) #avec-froid")
    assert page.evaluate("document.activeElement.id") == "avec-froid"
