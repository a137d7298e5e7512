"""Keyboard only: a robot that presses keys, types lines of the tables and goes on to a printed brief."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scenarios.entry.editing.drafts import read_drafts
from scenarios.entry.editing.tables import sheets_of
from scenarios.entry.editing.write import begin
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.cells import table_text
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.export import export
from tests.web.browsing import Served, Slow, no_browser, opened
from tests.web.operation_typed import (
    NAME,
    SITES,
    TABLES,
    TypedRows,
    by_hand,
    by_workbook,
    cells_of,
    drawn,
    few,
)
from tests.web.test_looks import looked_at, passes_axe


class Robot:
    """Presses keys at a pace, and looks at no cell that it has typed."""

    def __init__(self, page, pace_ms: int) -> None:  # type: ignore[no-untyped-def]
        self.page, self.pace_ms = page, pace_ms
        self._keys = page.context.new_cdp_session(page)

    def go(self, selector: str, key: str = "Tab", most: int = 400) -> None:
        """Press a key until the focus is on what is looked for."""
        for _time in range(most):
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(selector)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(self.pace_ms)

    def type(self, text: str) -> None:
        """Press the key of each letter; the driver itself presses none that an American keyboard lacks."""
        for letter in text:
            if letter.isascii():
                self.page.keyboard.type(letter)
                continue
            for kind in ("keyDown", "keyUp"):
                more = {"text": letter} if kind == "keyDown" else {}
                self._keys.send("Input.dispatchKeyEvent", {"type": kind, "key": letter, **more})

    def row(self, cells: Sequence[str]) -> None:
        """Type the cells of a row from its name on, Tab after each."""
        for text in cells:
            self.type(text)
            self.press("Tab")

    def table(self, rows: TypedRows) -> None:
        """Go to the tab of a table, and type its rows from the blank one on."""
        here = f"html.js .tabs a[href$='onglet={rows.tab}'][aria-current]"
        if not self.page.query_selector(here):
            self.follow(f"onglet={rows.tab}", "Tab", here)
        if rows.whole:
            self.follow("colonnes=toutes", "Shift+Tab", "html.js table.typed.whole")
        self.page.locator("tr.new [form=table]:not([type=hidden], :disabled)").first.focus()
        names = "one => one.name.split(':')[2]"
        shown = self.page.eval_on_selector_all(
            "tr.new [form=table]:not([type=hidden], :disabled)", f"all => all.map({names})"
        )
        for row in rows.rows:
            texts = dict(zip(rows.columns, row, strict=True))
            self.row([texts.get(column, "") for column in shown])

    def leave(self) -> None:
        """Go to another tab: what was typed is written once its address is shown."""
        here = "html.js .tabs a[href$='onglet=courbes'][aria-current]"
        self.follow("onglet=courbes", "Shift+Tab", here)

    def follow(self, link: str, key: str, arrived: str) -> None:
        self.go(f"a[href$='{link}']", key)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(arrived)


def as_shown(folder: Path, book: Path) -> dict[str, str]:
    """Return the tables of a folder as a workbook has them, their columns in one order."""
    if not (folder / WORKBOOK).exists():
        export(folder, book / WORKBOOK)
        folder = book
    texts = {}
    for file, rows in read_source(folder).tables.items():
        names = sorted({name for row in rows for name, cell in row.cells.items() if cell not in {"", None}})
        lines = [replace(row, cells={name: row.cells.get(name, "") for name in names}) for row in rows]
        texts[file] = table_text(file, lines)
    return texts


@no_browser
@pytest.mark.parametrize(
    ("tables", "pace_ms", "late_s", "is_book"),
    [
        (few(), 20, 0.0, False),
        (drawn(1), 20, 0.0, False),
        pytest.param(TABLES, 20, 0.0, False, marks=pytest.mark.slow),
        pytest.param(TABLES, 20, 0.0, True, marks=pytest.mark.slow),
        pytest.param(TABLES, 150, 0.0, False, marks=pytest.mark.slow),  # the pace of a hand
        pytest.param(TABLES, 1500, 0.0, False, marks=pytest.mark.slow),  # each cell answered before the next
        pytest.param(few(), 20, 2.0, False, marks=pytest.mark.slow),
        pytest.param(TABLES, 150, 2.0, True, marks=pytest.mark.slow),
        *(
            pytest.param(drawn(seed), 20, 0.0, seed % 2 == 0, marks=pytest.mark.slow, id=f"drawn-{seed}")
            for seed in range(2, 10)
        ),
    ],
)
def test_rows_typed_by_tab_alone_are_those_written_by_hand(  # type: ignore[no-untyped-def]
    browser, tmp_path, tables, pace_ms, late_s, is_book
) -> None:
    typed, hand = tmp_path / "typed", by_hand(tmp_path / "hand", tables)
    begin(tmp_path / "begun", NAME, date(2026, 1, 1))
    if is_book:
        typed.mkdir()
        (typed / WORKBOOK).write_bytes(workbook_bytes(read_source(tmp_path / "begun")))
    else:
        shutil.copytree(tmp_path / "begun", typed)
    served = Slow(typed)
    served.tables_late_s = late_s
    faults: list[str] = []
    page = opened(browser, served, viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(served.base + "/donnees")
    page.wait_for_selector("html.js #donnees")
    robot = Robot(page, pace_ms)
    for table in tables:
        robot.table(table)
    robot.leave()
    page.context.close()
    served.stop()
    assert faults == []
    assert not read_drafts(typed).lines
    for table in () if is_book else tables:
        rows = [line.cells for line in sheets_of(typed)[table.file].lines]
        lines = [{column: text for column, text in cells.items() if text} for cells in rows]
        assert lines == cells_of(table, tables)
    export(hand, tmp_path / "book" / WORKBOOK)
    filled = by_workbook(tmp_path / "filled", tables)
    assert as_shown(typed, tmp_path / "again") == as_shown(filled, filled)
    for other in (hand, tmp_path / "book", filled):
        made, written = load(typed), load(other)
        assert made.participants == written.participants
        assert made.plants == written.plants
        assert made.persons == written.persons
    if not is_book:
        assert (typed / OPERATION).read_bytes() == (hand / OPERATION).read_bytes()


def cell(folder: Path, row: int, column: str) -> str:
    return sheets_of(folder)[PARTICIPANTS].lines[row].cells[column]


@no_browser
def test_a_cell_that_is_entered_is_typed_over_and_f2_changes_it(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = by_hand(tmp_path / "hand", few())
    served = Slow(folder)
    served.tables_late_s = 0.4  # the answer of a cell comes during the typing of the next one
    page = opened(browser, served, viewport={"width": 1280, "height": 720})
    page.goto(served.base + "/donnees")
    page.wait_for_selector("html.js #donnees")
    robot = Robot(page, 20)

    def typed(text: str, key: str) -> None:
        page.keyboard.type(text)
        robot.press(key)

    robot.go("[name$=':2:name']")
    robot.go("[name$=':2:annual_kwh']", "ArrowRight")
    typed("51000", "Enter")  # over "62 000", then the site below
    typed("60", "ArrowDown")  # over 47 500
    typed("72", "ArrowUp")  # over 90 000
    robot.press("F2")
    page.keyboard.type("5")
    page.wait_for_timeout(600)  # an answer comes during the typing
    typed("0", "Tab")
    typed("151", "Tab")
    robot.press("Escape")
    robot.follow("onglet=centrales", "Shift+Tab", "html.js .tabs a[href$='onglet=centrales'][aria-current]")
    assert [cell(folder, row, "annual_kwh") for row in range(3)] == ["51000", "6050", "72"]
    assert [cell(folder, row, "supply_eur_per_mwh") for row in range(3)] == ["140", "151", "121"]
    page.context.close()
    served.stop()


@no_browser
@pytest.mark.slow  # a minute of calculation: the brief of a year, the papers
def test_the_keyboard_alone_leads_from_an_empty_folder_to_the_papers(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    served = Served(tmp_path)
    page = opened(browser, served, viewport={"width": 1280, "height": 720}, accept_downloads=True)
    page.goto(served.base + "/accueil")
    passes_axe(page)
    looked_at(page, 18.0)
    robot = Robot(page, 20)
    robot.go("input[name=nom]")
    page.keyboard.type("Notre zone")
    page.keyboard.press("Enter")
    page.wait_for_selector("html.js #donnees")
    for table in TABLES:
        robot.table(table)
    robot.follow("onglet=reglages", "Tab", "html.js .settings")
    robot.go("[name='prices.local_eur_per_mwh']")
    robot.row(("80",))
    robot.follow("/documents", "Shift+Tab", "html.js main#documents")
    robot.go("#faire-brief", most=400)
    page.keyboard.press("Enter")
    page.wait_for_selector(".made .yes")
    assert len(list((tmp_path / "notre-zone" / "out" / "documents").rglob("*.pdf"))) == 1
    robot.go("details.keeper summary", most=400)
    page.keyboard.press("Enter")
    robot.go("#faire-papers")
    page.keyboard.press("Enter")
    page.wait_for_selector(".made tr.keeper")
    assert load(tmp_path / "notre-zone").prices.local_eur_per_kwh == pytest.approx(0.08)
    assert len(load(tmp_path / "notre-zone").participants) == len(SITES.rows)
    page.context.close()
    served.stop()
