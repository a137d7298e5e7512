"""Ranges say how many draws they rest on; few draws are never called chances."""

import re
from dataclasses import replace

import pytest

from acc.result.result import Drawn, PublishedYields, Result
from reports.data.results import results_document
from reports.format.draws import model_text
from reports.sentences.gains import cash_caption, payback_tile, range_cell, savings_ends
from reports.sentences.limits import glossary
from reports.sentences.money import tiles_note
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.make_ranges import with_ranges


@pytest.fixture(scope="module")
def result() -> Result:
    return with_ranges(with_money(make_result()))


def plain(text: str) -> str:
    return re.sub(r"\s", " ", text)


def test_many_draws_are_chances_and_are_counted(result: Result) -> None:
    view = view_of(replace(result, ranges_draws=200))
    assert "8 chances out of 10 (200 draws" in tiles_note(view)
    assert "Band: 8 chances out of 10." in cash_caption(view)
    assert any("over 200 draws" in text for _word, text in glossary(view).items)


def test_few_draws_are_told_and_no_chance_is(result: Result) -> None:
    view = view_of(replace(result, ranges_draws=20))
    note = tiles_note(view)
    assert "20 draws only" in note
    assert "out of 10" not in note
    assert "Band: 20 draws only." in cash_caption(view)


def test_the_document_has_the_ranges_of_the_group_and_of_each_participant(result: Result) -> None:
    document = results_document(replace(result, ranges_draws=200))
    assert document["ranges"]["received_kwh"] == {"p10": 990_000.0, "p50": 1_045_000.0, "p90": 1_130_000.0}
    assert "cumulated_eur" not in document["ranges"]  # by year, not by member
    assert document["ranges_draws"] == 200
    assert result.ranges is not None
    for row in document["participants"]:
        low, middle, high = result.ranges["saving_eur_ht"][row["id"]]
        assert row["ranges"] == {"saving_eur_ht": {"p10": low, "p50": middle, "p90": high}}


def test_nothing_drawn_has_no_range_in_the_document(result: Result) -> None:
    document = results_document(replace(result, ranges=None))
    assert "ranges" not in document
    assert "ranges" not in document["participants"][0]


def test_the_table_of_who_gains_has_ends_as_the_draws_bear_them(result: Result) -> None:
    ranges = {"saving_eur_ht": {"ecole": (4_012.0, 7_900.0, 13_340.0), "mairie": (1_210.0, 1_230.0, 1_240.0)}}
    view = view_of(replace(result, ranges=ranges, ranges_draws=200))
    ends = savings_ends(view)
    told = [plain(range_cell(view, [id_], ends).text) for id_ in ranges["saving_eur_ht"]]
    assert told == ["4,000 to 13,000", "1,210 to 1,240"]


def test_a_payback_that_some_draws_never_reach_is_told_in_draws(result: Result) -> None:
    ranges = {name: found for name, found in (result.ranges or {}).items() if name != "payback_years"}
    told = Drawn(weather_years=5, model_yield_ratio=0.96, paid_back_ratio=0.58)
    view = view_of(replace(result, ranges=ranges, ranges_draws=200, drawn=told))
    tile = payback_tile(view)
    assert tile is not None
    assert plain(tile.note) == "not paid back in 84 draws of 200"
    assert any("multiply it by 0.96" in plain(text) for _word, text in glossary(view).items)


def test_the_model_is_told_with_how_many_published_yields_it_agrees() -> None:
    published = PublishedYields(count=28, gap_ratio=0.012)
    told = Drawn(weather_years=1, model_yield_ratio=1.0, published=published)
    assert "agrees on average with 28 published yields" in model_text(told)
    assert "(median gap 1%)" in model_text(told)
