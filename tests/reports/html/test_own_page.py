"""A member's own page: nothing of the others is in it, its slider follows a run, it opens by itself."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from acc.result.result import Result
from reports.documents.sheet import own_view, sheet_document
from reports.html.page import _days, own_page
from reports.sheets import sheet
from reports.view.selection import own_bill, own_person
from reports.view.view import holders_shown
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from tests.effort import few
from tests.others import with_other_others

DAY = date(2026, 9, 1)


@pytest.fixture(
    scope="module", params=["example", pytest.param("op40", marks=[pytest.mark.shared, pytest.mark.slow])]
)
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("own") / "op"
    if request.param == "op40":
        copytree(request.getfixturevalue("shared_data") / "op40", folder)
    else:
        copy_example("bergerac", folder)
    return with_ranges(run(folder, ran_on=DAY, parts=RunParts(advice=False)))


def with_ranges(result: Result) -> Result:
    """Invented ranges of everyone and of all together: a page of one may tell its own alone."""
    scenario = result.scenario
    ids = ["", *(site.id for site in (*scenario.participants, *scenario.plants))]
    ends = {id_: (100.0 + n, 200.0 + n, 300.0 + n) for n, id_ in enumerate(ids)}
    persons = {one.id: (400.0 + n, 500.0 + n, 600.0 + n) for n, one in enumerate(holders_shown(result))}
    told = dict.fromkeys(("saving_eur_ht", "received_kwh", "everybody_npv_eur_ht", "gain_eur_ht"), ends)
    return replace(result, ranges=told, persons_ranges={"gain_eur_ht": persons}, ranges_draws=100)


@pytest.fixture(scope="module")
def pages(result: Result) -> dict[str, bytes]:
    return {one.id: own_page(result, one.id) for one in holders_shown(result)}


class Read(HTMLParser):
    """What a person and a program read of a page: texts and values of attributes, no style and no script."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.told: list[str] = []
        self.feed(re.sub(r"<(style|script)>.*?</\1>", "", page.decode(), flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.told += [value for _name, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.told.append(data)


@pytest.mark.parametrize("which", few(1, [slice(3), slice(3, None)]))
def test_a_page_stays_the_same_to_the_byte_once_all_that_is_the_others_is_replaced(
    result: Result, pages: dict[str, bytes], which: slice
) -> None:
    for id_, page in list(pages.items())[which]:
        others = with_other_others(result, id_)
        assert own_page(others, id_) == page
    # Its sheet, which does tell of the others, does not.
    assert sheet_document(result, id_).document != sheet_document(others, id_).document


def test_no_name_of_another_is_in_a_page(result: Result, pages: dict[str, bytes]) -> None:
    scenario = result.scenario
    known = (*scenario.participants, *scenario.plants, *scenario.absent, *(scenario.persons or ()))
    words = {word for one in known for word in (one.name, one.id)}
    words |= {one.prm for one in scenario.participants if one.prm}
    for holder in holders_shown(result):
        own = {holder.name, holder.id, *(names := own_view(result, holder.id).names), *names.values()}
        told = "\n".join(Read(pages[holder.id]).told)
        for name in sorted({*own, scenario.name}, key=len, reverse=True):
            told = told.replace(name, "")
        others = "|".join(map(re.escape, sorted(words - own, key=len)))
        assert not re.findall(rf"\b({others})\b", told)


def test_a_page_needs_no_network_and_is_the_same_again(result: Result, pages: dict[str, bytes]) -> None:
    first, page = next(iter(pages.items()))
    assert page == own_page(result, first)
    assert not re.findall(r'(?:src|href|action)="(?!data:|#)', page.decode())
    assert b"default-src 'none'" in page
    assert set(sheet(result, first, ("html",))) == {f"{first}.html"}


def test_the_slider_moves_the_gain_and_the_bills_as_a_run_at_that_price_does(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "op")
    now = run(tmp_path / "op", ran_on=DAY, parts=RunParts(advice=False))
    asked = read_question(["prices.supply_ratio=1.25"])
    dearer = run(tmp_path / "op", ran_on=DAY, settings=asked, parts=RunParts(advice=False))
    for holder in holders_shown(now):
        page, then = own_page(now, holder.id), own_person(own_view(dearer, holder.id))
        gain, spared = (data(page, name)[0] for name in ("gain", "spared"))
        assert then is not None
        assert gain + 0.25 * spared == pytest.approx(then.gain_eur_ht, abs=1e-6)
        bills = own_bill(own_view(dearer, holder.id))
        assert bills is not None
        parts = zip(data(page, "supplied"), data(page, "fixed"), bills, strict=True)
        for supplied, fixed, bill in parts:
            assert 1.25 * supplied + fixed == pytest.approx(bill.total_eur, abs=1e-6)


def data(page: bytes, name: str) -> list[float]:
    return [float(found) for found in re.findall(rf'data-{name}="([^"]*)"', page.decode())]


def test_marks_of_a_day_have_a_decimal_below_5_kw(monkeypatch: pytest.MonkeyPatch, result: Result) -> None:
    view = own_view(result, holders_shown(result)[0].id)
    for peak, marks in ((4.0, ["0.0", "1.0", "2.0", "3.0", "4.0"]), (5.0, ["0", "2", "4"])):
        days = np.full((4, 24, 3), peak / 2.0)
        monkeypatch.setattr("reports.html.page.member_days_kw", lambda *_words, days=days: days)
        assert [text for _y, text in _days(view)[0]["marks"]] == marks  # type: ignore[attr-defined]
