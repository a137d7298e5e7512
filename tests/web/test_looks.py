"""What the screens look like: axe, widths, sizes of letters, texts that overlap, the ways of people."""

from shutil import copytree

import pytest

from tests.effort import few, kept
from tests.web.browsing import SIZES, SLIDE, Served, comes, no_browser, opened, settle, still
from tests.web.folders import installed

pytestmark = no_browser
STATES = {
    "kept": "/seance",
    "moved": "/seance?set=prix=98&key=priority",
    "broken": "/seance?set=participants.usine.active=true",
    "impossible": "/seance?set=prix=-3",
    "data": "/donnees",
    "data whole": "/donnees?onglet=centrales&colonnes=toutes",
    "settings": "/donnees?onglet=reglages",
    "grouped": "/seance?grouper=kind&tri=name&jour=winter&echelle=bill&suivre=froid&set=prix=98",
    "fair": "/seance?key=optimal&set=key.floor_ratio=0.15",
    "question": "/question",
    "question moved": "/question?set=prix=98&tirages=1",
    "question broken": "/question?set=participants.usine.active=true",
    "beside": "/comparer?tirages=1",
    "alone": "/comparer?cas=",
    "crossed": "/comparer/croiser?cle=equal&kwp.0=90/180&tirages=1",
    "documents": "/documents",
    "documents broken": "/documents?variant=avec+l%27usine+de+Prigonrieux",
}
STATES = {name: STATES[name] for name in STATES if installed(STATES[name])}
SMOKE = [(SIZES[0], "kept"), (SIZES[0], "documents"), (SIZES[1], "data")]
SMOKE += [(SIZES[1], "question")] if installed("/question") else []
"""Each screen once; `make slow` looks at each state on both sizes."""

TEXTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), one = walk.currentNode.parentElement;
    if (!text || one.closest(".unseen, .skip, option, script")) continue;
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const frame = one.closest(".scroll")?.getBoundingClientRect().right ?? Infinity;
    for (const box of range.getClientRects()) {
      if (box.right > frame) continue; // scrolled out of its region
      const size = parseFloat(getComputedStyle(one).fontSize);
      found.push([text.slice(0, 40), size, box.left, box.top, box.right, box.bottom]);
    }
  }
  return found;
}"""
"""Each line of text that is seen: its words, the size of its letters, its box."""


def looked_at(page, least: float) -> None:  # type: ignore[no-untyped-def]
    """Nothing is wider than the screen, nor smaller than is read from afar; no text runs over another."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    texts = page.evaluate(TEXTS)
    assert not [text for text in texts if text[1] < least]
    for n, (text, _size, left, top, right, bottom) in enumerate(texts):
        for other, _size_too, x0, y0, x1, y1 in texts[n + 1 :]:
            over = min(right, x1) - max(left, x0), min(bottom, y1) - max(top, y0)
            assert over[0] < 2.0 or over[1] < 8.0, f"{text!r} and {other!r} overlap by {over}"


def passes_axe(page) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(page).response["violations"]
    assert not found, [(v["id"], v["nodes"][0]["html"][:120]) for v in found]


@pytest.mark.parametrize(
    ("page", "state"), kept(SMOKE, [(size, state) for state in STATES for size in SIZES]), indirect=["page"]
)
def test_every_state_passes_axe_and_is_read_from_afar(page, served, faults, state) -> None:  # type: ignore[no-untyped-def]
    still(page, STATES[state], served)
    passes_axe(page)
    is_phone = page.viewport_size["width"] < 760
    looked_at(page, 16.0 if is_phone else 18.0)
    if not is_phone:
        page.set_viewport_size({"width": 1280, "height": 800})
        looked_at(page, 18.0)
    assert not [fault for fault in faults if "422" not in fault]


@pytest.mark.parametrize("page", few(1, [(size,) for size in SIZES]), indirect=True)
@pytest.mark.slow
def test_waiting_and_failing_pass_axe_too_and_nothing_jumps(page, served) -> None:  # type: ignore[no-untyped-def]
    page.route("**/etat", lambda asked: None)
    still(page, "/seance", served)
    before = page.evaluate("document.querySelector('.columns').getBoundingClientRect().top")
    page.evaluate(SLIDE, 98)
    page.wait_for_selector(".tile .wait")
    looked_at(page, 16.0 if page.viewport_size["width"] < 760 else 18.0)
    passes_axe(page)
    assert page.evaluate("document.querySelector('.columns').getBoundingClientRect().top") == before
    page.unroute("**/etat")
    page.route("**/etat", lambda asked: asked.fulfill(status=500, body="500"))
    still(page, "/seance", served)
    page.evaluate(SLIDE, 97)
    page.wait_for_selector("#arret[data-why=failed]")
    assert "Le calcul a échoué" in page.inner_text("#arret")
    assert "Dernier calcul" in page.inner_text(".list h2")
    assert page.is_enabled("#prix")
    passes_axe(page)
    page.wait_for_selector("#arret button")
    page.unroute("**/etat")
    # Pressed where it stands: the ranges, asked at rest, may be answered first, and take the band away.
    page.eval_on_selector("#arret button", "one => one.click()")
    page.wait_for_selector("#arret", state="hidden")
    assert "97" in page.inner_text("h1")


def test_the_meeting_of_the_example_is_seen_without_scrolling(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/seance", served)
    assert page.evaluate("document.documentElement.scrollHeight") <= 720
    still(page, "/seance?set=prix=98&key=priority", served)
    assert page.evaluate("document.documentElement.scrollHeight") <= 720


@pytest.mark.parametrize("page", SIZES[1:], indirect=True)
def test_on_a_phone_the_faulty_cards_come_first(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/donnees", served)
    top = "name => [...document.querySelectorAll('tr')].find(r => r.querySelector(`input[value='${name}']`))"
    first, fourth = (page.evaluate(f"({top})({name!r})?.offsetTop") for name in ("Mairie annexe", "Gymnase"))
    assert first < fourth
    page.evaluate(f"({top})('Gymnase').classList.add('faulty')")
    first, fourth = (page.evaluate(f"({top})({name!r})?.offsetTop") for name in ("Mairie annexe", "Gymnase"))
    assert fourth < first


FORTY = {
    "broken": "/seance",
    "of a bill": "/seance?set=prix=98&echelle=bill&grouper=commune",
    "question": "/question",
    "beside": "/comparer?cas=&cas=reforme-heures-creuses",
    "crossed": "/comparer/croiser?cle=equal&cle=prorata",
    "members": "/membres?calcul=1",
    "documents": "/documents",
    "data": "/donnees",
}


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("size", [*SIZES, (1920, 1080)])
def test_forty_members_pass_axe_and_are_read_from_afar(browser, forty, size) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, forty, viewport={"width": size[0], "height": size[1]})
    for state in installed(*FORTY.values()):
        still(page, state, forty)
        passes_axe(page)
        looked_at(page, 16.0 if size[0] < 760 else 18.0)
    page.emulate_media(forced_colors="active")
    still(page, FORTY["broken"], forty)
    passes_axe(page)
    page.context.close()


@pytest.fixture(scope="module")
def forty(shared_data, tmp_path_factory):  # type: ignore[no-untyped-def]
    made = Served(copytree(shared_data / "op40", tmp_path_factory.mktemp("forty") / "op40"))
    yield made
    made.stop()


MODES = {
    "forced colours": {"forced_colors": "active"},
    "200 % zoom": {"viewport": {"width": 640, "height": 360}},
    "reduced motion": {"reduced_motion": "reduce"},
}
MODE_STATES = installed("/seance?set=prix=98&set=participants.usine.active=true", "/question", "/donnees")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.slow
def test_nothing_is_lost_in_the_ways_that_people_set_their_screen(browser, served, mode) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, served, **MODES[mode])
    for state in reversed(MODE_STATES):
        still(page, state, served)
        passes_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate("document.getAnimations().length")
    page.eval_on_selector_all(".place", "all => all.forEach(one => { one.open = true; })")
    said = page.inner_text("main")
    for words in ("MWh", "ans", "Règle non respectée", "Périmètre", "Entrepôt frigorifique", "perdent"):
        assert words in said
    if mode == "forced colours":
        colour = "one => getComputedStyle(document.querySelector(one))"
        ink = page.evaluate(f"({colour})('body').color")
        for mark in (".tick", ".axis", ".km"):
            assert page.evaluate(f"({colour})('{mark}').fill") == ink
        assert page.evaluate(f"({colour})('.site').stroke") == ink
        assert page.evaluate(f"({colour})('.sq.shared').backgroundColor") == "rgb(10, 126, 100)"
    if mode == "200 % zoom":
        assert page.evaluate("getComputedStyle(document.getElementById('reponse')).position") == "static"
    page.context.close()


def test_a_printed_meeting_holds_the_answer_the_settings_and_every_row(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/seance?set=prix=98", served)
    page.emulate_media(media="print")
    said = page.inner_text("body")
    for words in ("98", "Fournisseurs", "Toiture du gymnase", "Mairie annexe", "Gain d’un membre"):
        assert words in said
    assert not page.is_visible("nav")
    assert not page.is_visible("input[type=range]")
    assert not page.is_visible("#annuler")


JUMPS = """() => { window.jumps = []; new PerformanceObserver((list) => {
  const all = list.getEntries().flatMap((one) => one.sources);
  for (const { previousRect: was, currentRect: is, node } of all) {
    if (was.top !== is.top || was.height !== is.height) window.jumps.push(String(node?.textContent));
  }
}).observe({ type: "layout-shift" }); }"""
"""What moves up or down, or grows, by itself; a figure aligned to the right moves sideways as it changes."""


def test_nothing_jumps_while_a_control_is_dragged_and_no_range_is_of_an_older_state(page, served) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/seance", served)
    page.wait_for_selector(".spread", state="attached")
    page.evaluate(JUMPS)
    drag = SLIDE.replace('["input", "change"]', '["input"]')
    for value in (84, 96, 101):
        page.evaluate(drag, value)
        assert page.locator(".spread").count() == 0
        assert page.locator(".tile .wait").count() == 3
        comes(page, "document.querySelector('h1').innerText.includes(arg)", str(value))
    assert page.locator(".spread").count() == 0
    found = page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(jumps))))")
    assert found == []


@pytest.mark.parametrize("page", few(1, [((390, 844),), ((1280, 600),)]), indirect=True)
def test_the_answer_a_control_and_ones_own_row_stay_in_view_while_the_rows_scroll(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/seance?suivre=froid&set=prix=98", served)
    page.evaluate("document.querySelector('.list').scrollTo(0, 60); scrollTo(0, 900)")
    page.wait_for_selector("body.slim")
    seen = """() => ["#reponse .figure", "#prix", ".pinned .name"].map((one) => {
      const box = document.querySelector(one).getBoundingClientRect();
      const on = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return Boolean(on?.closest(one) || document.querySelector(one).contains(on));
    })"""
    comes(page, f"({seen})().every(Boolean)")
    assert page.evaluate("document.querySelector('#reponse').offsetHeight") < 60
    passes_axe(page)
    page.evaluate("document.querySelector('.list').scrollTo(0, 0); scrollTo(0, 0)")
    page.wait_for_selector("body:not(.slim)")
    assert page.locator(".controls #prix").count() == 1


def test_the_marks_of_the_comparison_stand_where_their_axis_says(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/comparer", served)
    middles = """selector => [...document.querySelectorAll(selector)].map((one) => {
      const box = one.getBoundingClientRect();
      return (box.left + box.right) / 2;
    })"""
    lines = page.evaluate(middles, ".each tbody tr:first-child .grid")
    ticks = page.evaluate(middles, ".each .tick:not(.first, .last)")
    assert "0" in page.locator(".each .tick").all_text_contents()
    assert len(ticks) >= 2
    for tick in ticks:
        assert min(abs(tick - line) for line in lines) < 1.0, "half a stroke"


@pytest.mark.parametrize("page", [SIZES[1]], indirect=True)
def test_on_a_phone_a_part_of_a_bill_is_no_energy(page, served) -> None:  # type: ignore[no-untyped-def]
    unit = "one => getComputedStyle(document.querySelector(one), '::after').content"
    still(page, "/seance?echelle=bill", served)
    assert page.inner_text(".members tbody td.mwh:not(:empty)").endswith("%")
    assert page.evaluate(unit, ".members tbody td.mwh:not(:empty)") == "none"
    still(page, "/seance", served)
    assert "MWh" in page.evaluate(unit, ".members tbody td.mwh:not(:empty)")
    # What would cancel the gain is read without moving it aside.
    assert page.evaluate(
        "(one => !one || one.scrollWidth <= one.clientWidth)(document.querySelector('.cancel'))"
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", [(1920, 1080)], indirect=True)
def test_projected_the_page_is_read_from_the_back_row_and_leads_to_no_data(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/seance?set=prix=98", served)
    page.click("#projeter")
    page.wait_for_selector("html.project")
    assert page.evaluate(LETTERS) >= 26.0
    assert not page.is_visible("nav a[href*='/donnees']")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#tiroir")
    round_ = "one => { const box = one.getBoundingClientRect(); return box.width / box.height; }"
    assert page.eval_on_selector(".ring", round_) == pytest.approx(1.0, abs=0.02)
    page.click("#projeter")
    page.wait_for_selector("html:not(.project)")


@pytest.mark.parametrize("page", [SIZES[1]], indirect=True)
def test_a_phone_unfolds_the_screens_under_one_button(page, served) -> None:  # type: ignore[no-untyped-def]
    still(page, "/seance", served)
    assert not page.is_visible("#ecrans a")
    assert page.eval_on_selector("header.bar", "one => one.offsetHeight") <= 64
    page.focus("#menu")
    page.keyboard.press("Enter")
    assert page.get_attribute("#menu", "aria-expanded") == "true"
    assert all(one.is_visible() for one in page.query_selector_all("#ecrans a"))
    looked_at(page, 16.0)


CUT = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), one = walk.currentNode.parentElement;
    if (!/\\d/.test(text) || one.closest(".unseen, .skip, option, script, svg")) continue;
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    for (let box = one; box && box !== document.body; box = box.parentElement) {
      const edge = box.getBoundingClientRect();
      if (getComputedStyle(box).overflowX === "visible") continue;
      const isOut = (at) => at.right > edge.right + 1 || at.left < edge.left - 1;
      if ([...range.getClientRects()].some(isOut)) found.push(text.slice(0, 60));
    }
    if ([...range.getClientRects()].some((at) => at.right > innerWidth + 1 || at.left < -1)) found.push(text);
  }
  return found;
}"""
"""Texts with a figure that stand beyond the frame they are in, or beyond the screen."""
WIDTHS = [(320, 700), (390, 844), (768, 1024), (1280, 720), (1920, 1080)]


@pytest.mark.parametrize("page", few(1, [(size,) for size in WIDTHS]), indirect=True)
def test_no_figure_of_the_example_is_cut(page, served) -> None:  # type: ignore[no-untyped-def]
    for state in installed(STATES["moved"], STATES["beside"], STATES["crossed"], STATES["question"]):
        still(page, state, served)
        assert page.evaluate(CUT) == [], state


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("size", WIDTHS)
def test_no_figure_of_forty_members_is_cut(browser, forty, size) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, forty, viewport={"width": size[0], "height": size[1]})
    for state in installed("/seance?set=prix=98", FORTY["beside"] + "&tirages=1", FORTY["crossed"]):
        still(page, state, forty)
        assert page.evaluate(CUT) == [], state
    page.context.close()


WHOLE = """() => [...document.querySelectorAll("tr[data-row]")].filter((row) => {
  const box = row.getBoundingClientRect(), on = document.elementFromPoint(box.right - 30, box.bottom - 4);
  return row.checkVisibility() && box.bottom <= innerHeight && row.contains(on);
}).length"""
"""Rows of members that are seen from their top to their bottom."""
DENSE = (
    "mairie-bergerac ecole-cyrano college-lacoste piscine-picquecailloux gymnase-picquecailloux hopital cab "
    "supermarche-nord step-bergerac fabcoop foyer-jeunes logements-barbusse mairie-gardonne ecole-gardonne "
    "cave-gardonne eclairage-bergerac toit-gymnase ombrieres-supermarche hangar-cave-gardonne"
)
RURAL = "without=" + DENSE.replace(" ", "&without=")
"""Of forty members, those of communes that may share over 20 km: a lawful state."""
LETTERS = "parseFloat(getComputedStyle(document.body).fontSize) * document.body.currentCSSZoom"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("state", ["/seance", "/seance?set=prix=98", f"/seance?set=prix=98&{RURAL}"])
def test_projected_ten_of_forty_members_are_seen_whole_lawful_or_not(browser, forty, state) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, forty, viewport={"width": 1920, "height": 1080})
    page.add_init_script("localStorage.setItem('projeter', '1')")
    still(page, state, forty)
    page.wait_for_selector("html.project")
    assert page.evaluate(LETTERS) >= 26.0
    assert page.evaluate(WHOLE) >= 10
    assert page.evaluate(CUT) == []
    assert page.is_visible(".alert:not([hidden])") == (RURAL not in state)
    for law in page.query_selector_all(".alert:not([hidden]), .lamp-short"):
        assert law.evaluate("one => one.offsetHeight") <= 48, "one line"
    looked_at(page, 18.0)
    passes_axe(page)
    page.context.close()


@pytest.mark.parametrize("page", [(1920, 1080)], indirect=True)
def test_projected_stand_a_sentence_a_figure_the_control_in_hand_and_bars_by_difference(page, served) -> None:  # type: ignore[no-untyped-def]
    page.add_init_script("localStorage.setItem('projeter', '1')")
    still(page, "/seance?set=prix=98", served)
    page.wait_for_selector("html.project #sous-la-main #prix")
    assert page.locator("h1:visible").count() == 1
    assert page.locator(".figure:visible").count() == 1
    assert page.inner_text(".lamp-short") == "Périmètre respecté\u00a0: 1,4\u00a0km"
    assert page.locator("select:visible, .slides input:visible").count() == 1
    bars = page.eval_on_selector_all(
        "td .gap-bar rect",
        "all => all.map(one => one.getBoundingClientRect().width * (one.matches('.worse') ? -1 : 1))",
    )
    assert len(bars) == page.evaluate(WHOLE) == 8
    assert bars == sorted(bars)
    assert bars[0] < -50.0
    passes_axe(page)
    # The slider is moved where it stands, by hand and by words; the drawer has all the others.
    page.evaluate(SLIDE, 91)
    comes(page, "document.querySelector('h1').innerText.includes('91')")
    page.fill("#phrase", "toit du gymnase 240")
    page.press("#phrase", "Enter")
    page.wait_for_selector("#sous-la-main [id='kwp.toit-gymnase']")
    assert page.inner_text("#sous-la-main output") == "240\u00a0kWc"
    page.click("#tiroir")
    assert page.is_visible(".controls #prix")
    assert page.is_visible("#echelle")
    page.click("#tiroir")
    page.click("#projeter")
    page.wait_for_selector(".controls [id='kwp.toit-gymnase']")
    assert page.is_visible("#prix")
    page.click("#projeter")
    still(page, "/seance?set=prix=-3", served)
    page.wait_for_selector("html.project #faute:visible")
    assert page.evaluate(WHOLE) == 8
    passes_axe(page)
