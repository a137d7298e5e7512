"""The hand on a table of the page, in a browser: blocks, undo, answers late or lost, two hands."""

import json
from pathlib import Path

import pytest

from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, QUOTES
from scenarios.entry.editing.drafts import read_drafts
from scenarios.entry.editing.merge import keyed
from scenarios.entry.editing.tables import sheets_of
from scenarios.entry.folder.raw import PARTICIPANTS, PERSONS, PLANTS
from tests.web.browsing import Served, Slow, comes, no_browser, opened
from tests.web.operation_typed import by_hand, drawn, few
from tests.web.test_looks import passes_axe

pytestmark = no_browser

FIGURES = ("annual_kwh", "supply_eur_per_mwh", "kva")
DONE = "document.getElementById('enregistre').textContent"


def cells(folder: Path) -> dict[str, dict[str, str]]:
    """Cells of the sites that are filled in, by id."""
    lines = [line.cells for line in sheets_of(folder)[PARTICIPANTS].lines]
    return {own["id"]: {column: text for column, text in own.items() if text} for own in lines}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return by_hand(tmp_path / "op", few())


@pytest.fixture
def served(folder: Path):  # type: ignore[no-untyped-def]
    made = Slow(folder)
    yield made
    made.stop()


class Hand:
    """A page of the sites, and the keys that are pressed on it."""

    def __init__(self, browser, served: Slow | Served, path: str = "/donnees") -> None:  # type: ignore[no-untyped-def]
        self.served = served
        self.page = opened(browser, served, viewport={"width": 1280, "height": 720})
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.goto(served.base + path)
        self.page.wait_for_selector("html.js #donnees")

    def at(self, row: str, column: str) -> None:
        """Put the focus on a cell; rows by key, `` the blank one."""
        self.page.locator(self.name(row, column)).focus()

    def name(self, row: str, column: str) -> str:
        kind = f"tr[data-row='{row}']" if row else "tr.new"
        return f"{kind} [form=table][name$=':{column}']:not([type=hidden])"

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def paste(self, text: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    def settled(self) -> None:
        """Wait until all that was typed is answered."""
        comes(self.page, "document.getElementById('data').dataset.waits === '0'")

    def value(self, row: str, column: str) -> str:
        return self.page.input_value(self.name(row, column)).replace("\u202f", "")


@pytest.fixture
def hand(browser, served):  # type: ignore[no-untyped-def]
    made = Hand(browser, served)
    yield made
    assert made.faults == []
    made.page.context.close()


def test_every_column_of_figures_by_the_keyboard_with_selection_copy_paste_fill_and_undo(
    hand, folder
) -> None:  # type: ignore[no-untyped-def]
    before = cells(folder)
    hand.at("mairie", "annual_kwh")
    for figure in ("1000", "200", "30"):  # along the row
        hand.page.keyboard.type(figure)
        hand.press("Tab")
    hand.settled()
    assert [cells(folder)["mairie"][column] for column in FIGURES] == ["1000", "200", "30"]
    hand.at("mairie", "annual_kwh")
    hand.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Control+d")
    hand.settled()
    assert [cells(folder)["gymnase"][column] for column in FIGURES] == ["1000", "200", "30"]
    hand.press("Control+c")
    hand.at("scierie", "annual_kwh")
    hand.press("Control+v")
    hand.settled()
    assert len(cells(folder)) == len(before) + 1, "two rows, of which the second one is new"
    assert [cells(folder)["scierie"][column] for column in FIGURES] == ["1000", "200", "30"]
    hand.press("Control+z")
    hand.settled()
    assert cells(folder)["scierie"] == before["scierie"]
    assert len(cells(folder)) == len(before)
    hand.press("Control+y")
    hand.settled()
    assert len(cells(folder)) == len(before) + 1
    hand.press(*["Control+z"] * 5)
    hand.settled()
    assert cells(folder) == before


FILES = {"membres": PARTICIPANTS, "centrales": PLANTS, "changements": CHANGES, "devis": QUOTES}


@pytest.mark.slow  # every column of figures of four tables, some ninety
@pytest.mark.parametrize("tab", [*FILES, "personnes"])
def test_each_column_of_figures_is_typed_filled_copied_pasted_and_undone(browser, tmp_path, tab) -> None:  # type: ignore[no-untyped-def]
    folder = by_hand(tmp_path / "op", drawn(3))
    (folder / QUOTES).write_text("id;kwp\ntoit-0;50\ntoit-1;60\n", encoding="utf-8")
    file = FILES.get(tab, PERSONS)
    served = Slow(folder)
    hand = Hand(browser, served, f"/donnees?onglet={tab}&colonnes=toutes")
    lines = lambda: [dict(line.cells) for line in sheets_of(folder)[file].lines]  # noqa: E731
    filled = lambda: [{column: text for column, text in own.items() if text} for own in lines()]  # noqa: E731
    before, keys = filled(), [*keyed(sheets_of(folder)[file])]
    for rank, own in enumerate(each for each in columns(file).values() if each.is_figure):
        hand.at(keys[0], own.id)
        hand.page.keyboard.type(f"{rank + 11},5")
        hand.press("Enter", "Control+d")
        hand.settled()
        assert [line[own.id] for line in lines()[:2]] == [f"{rank + 11},5"] * 2, own.id
        hand.press("Shift+ArrowUp", "Control+c")
        hand.at("", own.id)
        hand.press("Control+v")
        hand.settled()
        assert [line[own.id] for line in lines()[len(before) :]] == [f"{rank + 11},5"] * 2, own.id
        hand.press(*["Control+z"] * 3)
        hand.settled()
        assert filled() == before, own.id
    assert hand.faults == []
    hand.page.context.close()
    served.stop()


def test_forty_lines_pasted_with_titles_are_undone_in_one_stroke_though_an_answer_is_lost(
    hand, folder
) -> None:  # type: ignore[no-untyped-def]
    before, lost = cells(folder), []

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        if lost or "Conso" not in (route.request.post_data or ""):
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    hand.page.route("**/donnees/cellules", lose)
    titles = "Nom du site\tConso (MWh)\tCouleur\tCommune"
    hand.at("", "name")
    hand.paste("\n".join([titles, *(f"Site {n}\t1\u202f0{n},5\tbleu\tLalinde" for n in range(10, 50))]))
    hand.page.wait_for_selector("tr[data-row='site-49']")
    hand.settled()
    assert len(lost) == 1
    assert len(cells(folder)) == len(before) + 40
    assert cells(folder)["site-17"]["annual_kwh"] == "1017500"
    assert "Couleur" in hand.page.inner_text("#dite")
    hand.press("Control+z")
    hand.page.wait_for_selector("tr[data-row='site-49']", state="detached")
    hand.settled()
    assert cells(folder) == before
    hand.press("Control+y")
    hand.page.wait_for_selector("tr[data-row='site-49']")
    hand.settled()
    assert len(cells(folder)) == len(before) + 40


def test_an_answer_that_comes_during_a_composition_or_an_edit_changes_neither_text_nor_caret(
    hand, served
) -> None:  # type: ignore[no-untyped-def]
    served.tables_late_s = 0.5
    hand.at("mairie", "annual_kwh")
    hand.page.keyboard.type("51000")
    hand.press("Tab", "F2", "ArrowLeft")
    hand.page.keyboard.type("7")
    keys = hand.page.context.new_cdp_session(hand.page)
    keys.send("Input.imeSetComposition", {"text": "ê", "selectionStart": 1, "selectionEnd": 1})
    state = "() => [document.activeElement.value, document.activeElement.selectionStart]"
    typed = hand.page.evaluate(state)
    comes(hand.page, f"{DONE} !== ''")
    assert hand.page.evaluate(state) == typed == ["147ê0", 4]
    keys.send("Input.insertText", {"text": "ê"})
    assert hand.page.evaluate(state) == ["147ê0", 4]


def test_two_pages_write_different_cells_and_the_same_cell_shows_both(browser, hand, served, folder) -> None:  # type: ignore[no-untyped-def]
    other, before = Hand(browser, served), cells(folder)
    hand.at("mairie", "annual_kwh")
    hand.page.keyboard.type("51000")
    hand.press("Tab")
    hand.settled()
    hand.page.locator("tr[data-row='scierie'] .take button").click()
    comes(hand.page, "document.querySelectorAll('tr[data-row]').length === 4")
    for row, column, text in (("eclairage", "kva", "33"), ("mairie", "annual_kwh", "52000")):
        other.at(row, column)
        other.page.keyboard.type(text)
        other.press("Tab")
    other.page.wait_for_selector(".below:has-text('51\u202f000')")
    assert other.value("mairie", "annual_kwh") == "52000"
    assert cells(folder)["mairie"]["annual_kwh"] == "51000"
    assert cells(folder)["eclairage"]["kva"] == "33"
    assert "scierie" not in cells(folder)
    passes_axe(other.page)
    other.at("mairie", "annual_kwh")  # passing through chooses nothing
    other.press("Tab")
    other.settled()
    assert cells(folder)["mairie"]["annual_kwh"] == "51000"
    other.page.locator(".below:has-text('51\u202f000') button").first.focus()
    other.press("Enter")
    other.settled()
    assert cells(folder)["mairie"]["annual_kwh"] == "52000"
    assert other.page.locator(".below:has-text('51\u202f000')").count() == 0
    hand.at("eclairage", "name")  # the other page looks now and then
    seen = "document.querySelector(arg).value.replace(/\\s/g, '') === '52000'"
    comes(hand.page, seen, hand.name("mairie", "annual_kwh"))
    hand.press("Control+z")  # the line that was taken away is there again, with what no column shows
    hand.settled()
    comes(hand.page, "document.querySelectorAll('tr[data-row]').length === 5")
    assert cells(folder)["scierie"] == before["scierie"]
    assert other.faults == []
    other.page.context.close()


def test_a_refused_cell_says_so_keeps_its_text_and_later_ones_go_through(hand, folder) -> None:  # type: ignore[no-untyped-def]
    hand.at("mairie", "name")
    hand.page.keyboard.insert_text("Mairie " * 30)
    hand.press("Tab", "Tab")
    hand.page.keyboard.insert_text("Mouleydier")
    hand.press("Tab")
    hand.page.wait_for_selector(".below")
    hand.settled()
    assert hand.value("mairie", "name").startswith("Mairie Mairie")
    assert cells(folder)["mairie"]["name"] == "Mairie"
    assert cells(folder)["mairie"]["commune"] == "Mouleydier"
    hand.at("mairie", "name")
    hand.press("Escape")
    assert hand.value("mairie", "name") == "Mairie"


def test_what_is_typed_while_nothing_answers_is_kept_and_sent_later(hand, folder) -> None:  # type: ignore[no-untyped-def]
    hand.page.route("**/donnees/cellules", lambda route: route.abort())
    hand.at("mairie", "kva")
    hand.page.keyboard.type("33")
    hand.press("Enter")
    hand.page.keyboard.type("44")
    hand.press("Enter")
    hand.page.wait_for_selector("#arret:not([hidden])")
    assert cells(folder)["mairie"]["kva"] == "36"
    assert hand.value("mairie", "kva") == "33"
    hand.page.unroute("**/donnees/cellules")
    hand.page.wait_for_selector("#arret", state="hidden")
    hand.settled()
    assert [cells(folder)[row]["kva"] for row in ("mairie", "gymnase")] == ["33", "44"]


def test_a_wrong_cell_is_corrected_by_the_button_of_its_remedy_and_moves_nothing(hand, folder) -> None:  # type: ignore[no-untyped-def]
    hand.at("gymnase", "supply_eur_per_mwh")
    hand.page.keyboard.type("0,13")
    hand.press("Enter")
    top = "() => document.activeElement.getBoundingClientRect().top"
    before = hand.page.evaluate(top)
    hand.page.wait_for_selector(".fault-row .button.main")
    assert abs(hand.page.evaluate(top) - before) <= 2
    passes_axe(hand.page)
    for _time in range(40):
        if hand.page.evaluate("document.activeElement.matches('.fault-row .button.main')"):
            break
        hand.press("Shift+Tab")
    hand.press("Enter")
    hand.page.wait_for_selector(".fault-row", state="detached")
    hand.settled()
    assert cells(folder)["gymnase"]["supply_eur_per_mwh"] == "130"
    comes(hand.page, "document.activeElement.matches(arg)", hand.name("gymnase", "supply_eur_per_mwh"))
    hand.press("Control+z")
    hand.settled()
    assert cells(folder)["gymnase"]["supply_eur_per_mwh"] == "0,13"


def test_a_line_that_is_begun_is_kept_by_a_kill_and_a_reload_and_written_by_the_keyboard(
    browser, folder
) -> None:  # type: ignore[no-untyped-def]
    before, first = cells(folder), Served(folder)
    hand = Hand(browser, first)
    hand.at("", "name")
    hand.page.keyboard.type("Halle")
    hand.press("Tab", "Tab")
    hand.page.keyboard.type("Lalinde")
    hand.press("Tab")
    hand.settled()
    first.process.kill()
    first.stop()
    hand.page.context.close()
    second = Served(folder)
    hand = Hand(browser, second)
    assert cells(folder) == before
    (key,) = [key for _file, key in read_drafts(folder).lines]
    assert [hand.value(key, column) for column in ("name", "commune")] == ["Halle", "Lalinde"]
    passes_axe(hand.page)
    hand.at(key, "kva")
    hand.page.keyboard.type("36")
    hand.press("Tab", "Shift+Tab")  # to the next line, and back to what is said below this one
    assert hand.page.evaluate("document.activeElement.matches('tr.draft .button')")
    hand.press("Enter")
    hand.page.wait_for_selector("tr[data-row=halle]")
    hand.settled()
    assert cells(folder) == {
        **before,
        "halle": {"id": "halle", "name": "Halle", "commune": "Lalinde", "kva": "36"},
    }
    assert not read_drafts(folder).lines
    assert hand.page.evaluate("document.activeElement.closest('tr').dataset.row") == "halle"
    assert hand.faults == []
    hand.page.context.close()
    second.stop()


@pytest.mark.slow  # two servers, one after the other
def test_what_is_typed_while_the_program_is_stopped_is_written_by_the_next_one(browser, folder) -> None:  # type: ignore[no-untyped-def]
    first = Served(folder)
    hand = Hand(browser, first)
    hand.at("", "name")
    hand.page.keyboard.type("Halle")
    hand.press("Tab")
    hand.settled()
    first.stop()
    hand.press("Tab")
    hand.page.keyboard.type("Lalinde")
    hand.press("Enter")
    hand.page.wait_for_selector("#arret:not([hidden])")
    second = Served(folder)
    try:
        assert second.base == first.base
        hand.page.wait_for_selector("#arret[data-why=restarted]")
        hand.page.context.new_page().goto(second.first, wait_until="commit")
        hand.page.wait_for_selector("#arret", state="hidden")
        hand.settled()
        assert [*read_drafts(folder).lines.values()] == [{"name": "Halle", "commune": "Lalinde"}]
        assert hand.faults == []
    finally:
        hand.page.context.close()
        second.stop()


def test_enter_goes_on_below_where_the_row_was_begun(hand, folder) -> None:  # type: ignore[no-untyped-def]
    hand.at("", "name")
    for name in ("Halle", "Marché"):
        hand.page.keyboard.insert_text(name)
        hand.press("Tab", "Tab")
        hand.page.keyboard.type("Lalinde")
        hand.press("Enter")
        assert hand.page.evaluate("name => document.activeElement.matches(name)", hand.name("", "name"))
    hand.settled()
    begun = [cells for (_file, _key), cells in read_drafts(folder).lines.items()]
    assert begun == [{"name": name, "commune": "Lalinde"} for name in ("Halle", "Marché")]


def test_what_a_page_sends_is_cells_alone(hand) -> None:  # type: ignore[no-untyped-def]
    with hand.page.expect_request("**/donnees/cellules") as sent:
        hand.at("mairie", "kva")
        hand.page.keyboard.type("33")
        hand.press("Tab")
    (op,) = json.loads(sent.value.post_data)["ops"]
    assert op == {"file": PARTICIPANTS, "row": "mairie", "column": "kva", "before": "36", "text": "33"}


def test_what_is_typed_before_the_script_is_there_stays_and_begins_its_line(browser, served) -> None:  # type: ignore[no-untyped-def]
    page = opened(browser, served, viewport={"width": 1280, "height": 720})
    scripts: list[object] = []

    def wait(route) -> None:  # type: ignore[no-untyped-def]
        scripts.append(route)

    page.route("**/data.js*", wait)
    page.goto(served.base + "/donnees", wait_until="commit")
    name = page.locator("tr.new [form=table][name$=':name']")
    name.focus()
    page.keyboard.type("forge 0")
    page.keyboard.press("Tab")
    page.keyboard.type("co")
    scripts.pop().continue_()  # type: ignore[attr-defined]
    page.wait_for_selector("tr.begun")
    page.keyboard.type("op")
    texts = page.eval_on_selector_all(
        "tr.begun [form=table]:not([type=hidden])", "all => all.map(one => one.value)"
    )
    assert texts[1:3] == ["forge 0", "coop"]
    assert page.locator("tr.new").count() == 1
    page.context.close()
