"""The page of reliability tells what is kept of the measures, and nothing else."""

import json
import re
from string import Formatter

import pytest

from benchmarks.judge import ANNUAL, BILLS, FOUR, TWO
from benchmarks.published import BASES, basis
from benchmarks.reliability import PAGE, PARTS, TEMPLATE, Kept, least_ratio, page, read_kept
from profiles.data.sourced_figures import table_rows
from scenarios.operation.draws.quick import NARROW_RATIO

NOT_MEASURED = re.compile(r"`[^`]*`|P10|P90|^#+ \d\.", re.MULTILINE)
"""Names of files and commands, of quantiles, numbers of titles."""


@pytest.fixture
def kept() -> Kept:
    return read_kept()


def test_the_page_is_made_of_what_is_kept(kept: Kept) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(kept)


def test_the_words_of_the_page_hold_no_figure() -> None:
    words = "".join(text for text, *_field in Formatter().parse(TEMPLATE.read_text(encoding="utf-8")))
    assert not re.search(r"\d", NOT_MEASURED.sub("", words))


def test_each_part_says_the_commit_that_it_was_measured_on(kept: Kept) -> None:
    assert set(kept) == set(PARTS)
    assert all(f"`{of['commit']}`" in page(kept) for of in kept.values())


def test_another_measure_makes_another_page(kept: Kept) -> None:
    other = json.loads(json.dumps(kept))
    other["operations"]["figures"][0]["low"] = 0.9876
    other["buildings"]["rows"][0]["inside"] = 0.1234
    assert "**12** (" in page(other)
    assert "(99–" in page(other)


def test_each_published_operation_says_how_its_figures_are_known() -> None:
    assert {basis(row) for row in table_rows("published_operations.csv")} == set(BASES.values())


def test_few_figures_all_covered_prove_less_than_many() -> None:
    # All of n covered: the least p with p^n = 1 in 20.
    assert least_ratio(7, 7) == pytest.approx(0.05 ** (1 / 7))
    assert least_ratio(7, 7) < least_ratio(28, 28)


def main_rows(kept: Kept, known: str) -> list[Kept]:
    """Rows where the sun is not little: 60 and 100 % of the need, nobody behind a roof."""
    rows = kept["buildings"]["rows"]
    return [row for row in rows if row["known"] == known and row["ratio"] >= 0.6 and not row["own_ratio"]]


@pytest.mark.parametrize("known", BILLS)
def test_members_are_covered_four_times_in_five(kept: Kept, known: str) -> None:
    for row in main_rows(kept, known):
        assert 0.75 <= row["inside"] <= 0.88
        assert row["inside_lowest_year"] >= 0.68


@pytest.mark.parametrize("known", [ANNUAL, FOUR])
def test_groups_are_covered_where_the_sun_is_not_little(kept: Kept, known: str) -> None:
    assert all(row["group_inside"] >= 0.85 for row in main_rows(kept, known))


def test_four_postes_halve_the_error_of_the_annual_bill(kept: Kept) -> None:
    pairs = zip(main_rows(kept, ANNUAL), main_rows(kept, FOUR), (8.8 / 3.8, 10.1 / 4.3), strict=True)
    assert all(annual["error"] / four["error"] >= least for annual, four, least in pairs)


def test_the_program_says_where_the_ranges_of_groups_are_too_narrow(kept: Kept) -> None:
    # What `narrow_ranges` warns of, and from which production on it does not: as measured.
    rows = [row for row in kept["buildings"]["rows"] if row["known"] in {TWO, FOUR} and not row["own_ratio"]]
    little = [row["group_inside"] for row in rows if row["ratio"] < NARROW_RATIO]
    more = [row["group_inside"] for row in rows if row["ratio"] >= NARROW_RATIO]
    assert little
    assert all(0.4 < inside < 0.6 for inside in little)
    assert all(inside > 0.75 for inside in more)
