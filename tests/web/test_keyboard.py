"""Keyboard only: a robot that presses keys, types lines of the tables and goes on to a printed brief."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from scenarios.entry.editing.tables import sheets_of
from scenarios.entry.editing.write import begin
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from tests.web.browsing import Served, Slow, no_browser, opened
from tests.web.test_looks import looked_at, passes_axe

SITE_COLUMNS = "id;name;kind;profile;annual_kwh;commune;supply_eur_per_mwh"
SITES = (
    ("Mairie", "Commune", "mairie", "62000", "Bergerac", "140"),
    ("École neuve", "Commune", "bureaux", "47500", "Bergerac", "150"),
    ("Garage", "Entreprise", "atelier", "90000", "Bergerac", "135,5"),
)
PLANT_COLUMNS = "id;name;owner;commune;behind;kind;kwp"
ROOFS = (
    ("Toit école", "ecole-neuve", "Bergerac", "ecole-neuve", "toiture", "36"),
    ("Toit garage", "garage", "Bergerac", "", "sol", "60"),
)
IDS = ("mairie", "ecole-neuve", "garage"), ("toit-ecole", "toit-garage")


def by_hand(where: Path) -> Path:
    """Write in text what the robot types."""
    begin(where, "Notre zone", date(2026, 1, 1))
    for file, head, ids, rows in (
        (PARTICIPANTS, SITE_COLUMNS, IDS[0], SITES),
        (PLANTS, PLANT_COLUMNS, IDS[1], ROOFS),
    ):
        lines = [";".join((name, *row)) for name, row in zip(ids, rows, strict=True)]
        (where / file).write_text("\n".join((head, *lines, "")), encoding="utf-8")
    return where


class Robot:
    """Presses keys at a pace, and looks at no cell that it has typed."""

    def __init__(self, page, pace_ms: int) -> None:  # type: ignore[no-untyped-def]
        self.page, self.pace_ms = page, pace_ms

    def go(self, selector: str, key: str = "Tab", most: int = 60) -> None:
        """Press a key until the focus is on what is looked for."""
        for _time in range(most):
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(selector)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(self.pace_ms)

    def row(self, cells: Sequence[str], columns: int) -> None:
        """Type the cells of a row from its name on, Tab after each of its columns."""
        for text in (*cells, *[""] * (columns - len(cells))):
            self.page.keyboard.type(text)
            self.press("Tab")

    def follow(self, link: str, key: str, arrived: str) -> None:
        self.go(f"a[href$='{link}']", key)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(arrived)


def type_all(robot: Robot) -> None:
    """Type three sites and two roofs from the blank row of each table."""
    robot.go("tr.new input[name$=':name']")
    for site in SITES:
        robot.row(site, 7)
    robot.follow("onglet=centrales", "Shift+Tab", "html.js .tabs a[href$='onglet=centrales'][aria-current]")
    robot.go("tr.new input[name$=':name']")
    for roof in ROOFS:
        robot.row(roof, 9)
    robot.follow("onglet=membres", "Shift+Tab", "html.js .tabs a[href$='onglet=membres'][aria-current]")


@no_browser
@pytest.mark.parametrize(
    ("pace_ms", "late_s"),
    [
        (20, 0.0),
        pytest.param(150, 0.0, marks=pytest.mark.slow),  # the pace of a hand
        pytest.param(20, 1.5, marks=pytest.mark.slow),  # a minute of late answers
        pytest.param(150, 1.5, marks=pytest.mark.slow),
    ],
)
def test_rows_typed_by_tab_alone_are_those_written_by_hand(  # type: ignore[no-untyped-def]
    browser, tmp_path, pace_ms, late_s
) -> None:
    typed, hand = tmp_path / "typed", by_hand(tmp_path / "hand")
    begin(typed, "Notre zone", date(2026, 1, 1))
    served = Slow(typed)
    served.tables_late_s = late_s
    faults: list[str] = []
    page = opened(browser, served, viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(served.base + "/donnees")
    page.wait_for_selector("html.js #donnees")
    type_all(Robot(page, pace_ms))
    page.context.close()
    served.stop()
    assert faults == []
    for file, ids in zip((PARTICIPANTS, PLANTS), IDS, strict=True):
        assert [line.cells["id"] for line in sheets_of(typed)[file].lines] == list(ids)
    made, written = load(typed), load(hand)
    assert made.participants == written.participants
    assert made.plants == written.plants
    assert (typed / OPERATION).read_bytes() == (hand / OPERATION).read_bytes()


def cell(folder: Path, row: int, column: str) -> str:
    return sheets_of(folder)[PARTICIPANTS].lines[row].cells[column]


@no_browser
def test_a_cell_that_is_entered_is_typed_over_and_f2_changes_it(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = by_hand(tmp_path / "hand")
    served = Slow(folder)
    served.tables_late_s = 0.4  # the answer of a cell comes during the typing of the next one
    page = opened(browser, served, viewport={"width": 1280, "height": 720})
    page.goto(served.base + "/donnees")
    page.wait_for_selector("html.js #donnees")
    robot = Robot(page, 20)

    def typed(text: str, key: str) -> None:
        page.keyboard.type(text)
        robot.press(key)

    robot.go("[name$=':2:annual_kwh']")
    typed("51000", "Enter")  # over "62 000", then the site below
    typed("60", "ArrowDown")  # over 47 500
    typed("72", "ArrowUp")  # over 90 000
    robot.press("F2")
    page.keyboard.type("5")
    page.wait_for_timeout(600)  # an answer comes during the typing
    typed("0", "Tab")
    typed("Lalinde", "Tab")
    robot.press("Escape")
    robot.follow("onglet=centrales", "Shift+Tab", "html.js .tabs a[href$='onglet=centrales'][aria-current]")
    assert [cell(folder, row, "annual_kwh") for row in range(3)] == ["51000", "6050", "72"]
    assert [cell(folder, row, "commune") for row in range(3)] == ["Bergerac", "Lalinde", "Bergerac"]
    page.context.close()
    served.stop()


@no_browser
@pytest.mark.slow  # half a minute of calculation: the brief of a year
def test_the_keyboard_alone_leads_from_an_empty_folder_to_a_printed_brief(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
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
    type_all(robot)
    robot.follow("/documents", "Shift+Tab", "html.js main#documents")
    robot.go("#faire-brief", most=400)
    page.keyboard.press("Enter")
    page.wait_for_selector(".made .yes")
    assert len(list((tmp_path / "notre-zone" / "out" / "documents").rglob("*.pdf"))) == 1
    assert len(load(tmp_path / "notre-zone").participants) == 3
    page.context.close()
    served.stop()
