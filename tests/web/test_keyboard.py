"""Keyboard only, from an empty folder to a printed brief."""

import pytest

from scenarios.entry.folder.load import load
from tests.web.browsing import Served, comes, no_browser, opened
from tests.web.test_looks import looked_at, passes_axe

SITES = [
    {"name": "Mairie", "kind": "Commune", "profile": "mairie", "annual_kwh": "62000", "commune": "Bergerac"},
    {
        "name": "Garage",
        "kind": "Entreprise",
        "profile": "atelier",
        "annual_kwh": "90000",
        "commune": "Bergerac",
    },
]
for one in SITES:
    one |= {"supply_eur_per_mwh": "140", "kva": "36"}


@no_browser
@pytest.mark.slow  # half a minute of calculation: the brief of a year
def test_the_keyboard_alone_leads_from_an_empty_folder_to_a_printed_brief(browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    served = Served(tmp_path)
    page = opened(browser, served, viewport={"width": 1280, "height": 720}, accept_downloads=True)
    page.goto(served.base + "/accueil")
    passes_axe(page)
    looked_at(page, 18.0)

    def press_until(selector: str, *, key: str = "Tab", most: int = 400) -> None:
        for _time in range(most):
            if page.evaluate("one => document.activeElement.matches(one)", selector):
                return
            page.keyboard.press(key)
        raise AssertionError(selector)

    def cell(selector: str, text: str) -> None:
        press_until(selector)
        page.keyboard.type(text)

    cell("input[name=nom]", "Notre zone")
    page.keyboard.press("Enter")
    page.wait_for_selector("html.js #donnees")
    for site in SITES:
        press_until("tr.new input[name$=':name']")
        page.keyboard.type(site["name"])
        page.keyboard.press("Tab")
        page.wait_for_selector(f"input[value='{site['name']}']")
        row = page.get_attribute(f"input[value='{site['name']}']", "name").rpartition(":")[0]
        for column in ("kind", "profile", "annual_kwh", "commune", "supply_eur_per_mwh", "kva"):
            cell(f"[name='{row}:{column}']", site[column])
            page.keyboard.press("Tab")
        page.wait_for_selector(f"[name='{row}:kva'][value='36']")
    press_until(".tabs a[href$='onglet=centrales']", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("html.js .tabs a[href$='onglet=centrales'][aria-current]")
    cell("tr.new input[name$=':name']", "Toit")
    page.keyboard.press("Tab")
    page.wait_for_selector("input[value='Toit']")
    row = page.get_attribute("input[value='Toit']", "name").rpartition(":")[0]
    cell(f"[name='{row}:kwp']", "60")
    page.keyboard.press("Tab")
    comes(page, "document.querySelector('h1').innerText.includes('complètes')")
    press_until("nav a[href$='/documents']", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("html.js main#documents")
    press_until("#faire-brief")
    page.keyboard.press("Enter")
    page.wait_for_selector(".made .yes")
    assert len(list((tmp_path / "notre-zone" / "out" / "documents").rglob("*.pdf"))) == 1
    assert len(load(tmp_path / "notre-zone").participants) == 2
    page.context.close()
    served.stop()
