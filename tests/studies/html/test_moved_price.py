"""The page to hand around: every key and variant, a price that moves to the cent, members found, axe."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acc.result.result import Result
from reports.sentences import limits
from reports.studies.html.page import page
from reports.view.selection import why_fixed
from reports.view.view import view_of
from tests.reports.chromium import PROGRAM
from tests.reports.make import MEMBERS, make_result, scenario
from tests.reports.make_money import with_leaving, with_money
from tests.reports.make_ranges import with_ranges

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
needs_browser = pytest.mark.skipif(
    PROGRAM is None, reason="BROWSER TESTS SKIPPED: no Chromium on this machine"
)
PRICE, MOVED = 0.092, 0.131
OTHERS = ("static", "equal", "catch-up")
SIZES = [(1280, 720), (390, 844)]


@pytest.fixture(scope="module")
def energy() -> Result:
    return make_result(others=OTHERS)


@pytest.fixture(scope="module")
def result(energy: Result) -> Result:
    return with_ranges(with_leaving(with_money(energy, PRICE)))


def variant(dropped: str, price: float = 0.08) -> Result:
    rows = [row for row in MEMBERS if row[0] != dropped]
    made = make_result(scenario(rows), [row[3] for row in rows], [row[4] for row in rows])
    return with_money(replace(made, scenario=replace(made.scenario, variant=f"without {dropped}")), price)


@pytest.fixture(scope="module")
def place(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "brief.html"
    file.write_bytes(page(result, [variant("gymnase")]))
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def shown(browser: Any, place: Path) -> Iterator[Any]:
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.goto(place.as_uri())
    yield tab
    tab.close()


def savings(result: Result) -> dict[str, list[float]]:
    """Return what each site saves under each key, by the title of its panel."""
    return {key.title: key.saving_eur_ht.tolist() for key in view_of(result).keys}


def move(tab: Any, eur_per_mwh: float) -> None:
    tab.eval_on_selector(
        "#price", f"bar => {{ bar.value = {eur_per_mwh}; bar.dispatchEvent(new Event('input')); }}"
    )


def told(tab: Any, panel: int) -> dict[str, float]:
    """Return the savings of a panel by name, as they are sorted: to the cent."""
    rows = tab.eval_on_selector_all(
        f"#panel-{panel} tbody tr",
        "rows => rows.map(r => [r.cells[0].firstChild.textContent,"
        " r.querySelector('td[data-kwh]').dataset.v])",
    )
    return {name: float(value) for name, value in rows}


@pytest.mark.slow
@needs_browser
def test_a_moved_price_gives_every_saving_to_the_cent_under_every_key(
    energy: Result, result: Result, shown: Any
) -> None:
    computed = savings(with_money(energy, MOVED))
    names = [group.name for group in view_of(result).groups]
    move(shown, MOVED * 1000.0)
    assert shown.inner_text("#price-now") == "131\u00a0€/MWh"
    for panel, key in enumerate(view_of(result).keys):
        found = told(shown, panel)
        wanted = dict(zip(names, computed[key.title], strict=True))
        assert found == {
            name: pytest.approx(value, abs=0.0051) for name, value in wanted.items()
        }  # a cent, rounded
    last = told(shown, len(OTHERS) + 1)  # a variant starts from a price of its own
    view = view_of(variant("gymnase", MOVED))
    wanted = dict(zip((g.name for g in view.groups), view.chosen.saving_eur_ht.tolist(), strict=True))
    assert last == {name: pytest.approx(value, abs=0.0051) for name, value in wanted.items()}  # the same
    total = float(shown.get_attribute("#panel-0 tfoot td[data-kwh]", "data-v"))
    assert total == pytest.approx(sum(computed[view_of(result).chosen.title]), abs=0.0051)  # the same


@needs_browser
@pytest.mark.slow
def test_ranges_and_totals_hide_once_the_price_moves_and_come_back_with_it(shown: Any) -> None:
    cell, tiles, note = "#panel-0 tbody tr:first-child td.goes", "#panel-0 .tiles", "#price-note"
    before = shown.inner_text("#panel-0 tbody")
    seen = [shown.is_visible(cell), shown.is_visible(tiles), shown.is_visible(note)]
    assert seen == [True, True, False]
    move(shown, 131.0)
    assert [shown.is_visible(cell), shown.is_visible(tiles), shown.is_visible(note)] == [False, False, True]
    shown.click("#price-back")
    assert shown.inner_text("#panel-0 tbody") == before
    assert [shown.is_visible(cell), shown.is_visible(tiles), shown.is_visible(note)] == seen


@needs_browser
def test_a_member_is_found_by_a_part_of_its_name_whatever_its_accents(shown: Any) -> None:
    shown.fill("#find", "ecla")
    names = "rows => rows.filter(r => !r.hidden).map(r => r.cells[0].firstChild.textContent)"
    assert shown.eval_on_selector_all("#panel-1 tbody tr", names) == ["Éclairage public"]
    shown.fill("#find", "nobody")
    assert shown.inner_text("#found") == "Nobody has this name."
    shown.fill("#find", "")
    assert len(shown.eval_on_selector_all("#panel-1 tbody tr", names)) == len(MEMBERS)


@needs_browser
@pytest.mark.slow
def test_every_key_and_every_variant_has_its_panel(shown: Any, result: Result) -> None:
    panels = len(OTHERS) + 2
    assert shown.locator(".panel").count() == panels
    shown.check(f"#key-{panels - 1}")
    assert shown.is_visible(f"#panel-{panels - 1}")
    assert "without gymnase" in shown.inner_text(f"#panel-{panels - 1} h3")
    assert "Gymnase" not in shown.inner_text(f"#panel-{panels - 1} tbody")


@needs_browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.slow
def test_axe_finds_nothing_on_a_projector_or_a_phone_nor_once_the_price_moved(
    browser: Any, place: Path, size: tuple[int, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only where there is a browser

    tab = browser.new_page(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    tab.goto(place.as_uri())
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for step in ("kept", "moved"):
        if step == "moved":
            move(tab, 131.0)
            tab.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        found = Axe().run(tab).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], step
        assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert asked == []
    tab.close()


def test_each_figure_has_its_table_and_every_warning_of_the_brief_is_there(result: Result) -> None:
    text = page(result).decode()
    view = view_of(result)
    assert text.count("<summary>") == text.count("<figure")
    for warning in (*limits.warnings(view), *limits.money_warnings(view)):
        assert warning.replace("&", "&amp;") in text


@pytest.mark.slow
def test_where_savings_do_not_follow_a_line_the_slider_is_off_and_says_why(
    result: Result, energy: Result
) -> None:
    assert why_fixed(view_of(result)) == ""
    assert why_fixed(view_of(energy)).endswith("euros are not computed.")
    prices = replace(result.scenario.prices, local_by_plant_eur_per_kwh={"toit": 0.1})
    several = replace(result, scenario=replace(result.scenario, prices=prices))
    assert why_fixed(view_of(several)).endswith("it is not the same for every kWh.")
    assert 'id="price"' in page(result).decode()
    for other in (energy, several):
        text = page(other).decode()
        assert 'id="price"' not in text
        assert why_fixed(view_of(other)) in text


def test_who_did_not_agree_is_in_no_part_of_the_page(result: Result) -> None:
    people = tuple(
        replace(p, publish=False) if p.id in {"usine", "cave"} else p for p in result.scenario.participants
    )
    closed = replace(result, scenario=replace(result.scenario, participants=people))
    text = page(closed).decode()
    assert "Usine agroalimentaire" not in text
    kwh = json.dumps(round(float(result.energy.received_kwh[0]), 6))
    assert kwh not in text
