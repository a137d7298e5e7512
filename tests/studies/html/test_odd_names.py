"""Odd names on the page."""

import re
from dataclasses import replace
from datetime import date

import pytest

from acc.result.result import Result
from reports.studies.html.page import page
from tests.reports.documents.test_odd_names import NAMES
from tests.reports.make import small
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def odd() -> Result:
    result = with_money(small(len(NAMES), (date(2025, 6, 1), date(2025, 7, 1))))
    people = tuple(
        replace(p, name=name) for p, (name, _) in zip(result.scenario.participants, NAMES, strict=True)
    )
    plants = tuple(replace(p, name=NAMES[1][0]) for p in result.scenario.plants)
    named = replace(result.scenario, name="Mairie\x07 🏫 小 مدرسة", participants=people, plants=plants)
    return replace(result, scenario=named)


@pytest.mark.slow
def test_the_page_keeps_letters_and_drops_what_steers_them(odd: Result) -> None:
    text = page(odd).decode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\ufeff\uffff]", text)
    assert "小学校" in text
    assert "Saint‑Aigne" in text
    # Letters that our font lacks travel with the page, in a face of their own.
    assert re.search(r"unicode-range:[^;]*U\+5D1", text)
