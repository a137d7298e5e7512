"""The page of an operation of one member."""

import re
from pathlib import Path

import pytest

from reports.studies.html.page import page
from reports.view.view import View, view_of
from tests.scenarios.test_town_worked import town


@pytest.fixture(scope="module")
def at_price(tmp_path_factory: pytest.TempPathFactory) -> dict[int, View]:
    there: Path = tmp_path_factory.mktemp("town")
    return {price: view_of(town(there / str(price), price, now=True)) for price in (0, 90)}


@pytest.mark.slow
def test_the_web_page_says_as_much(at_price: dict[int, View]) -> None:
    text = re.sub(r"<[^>]+>", " ", page(at_price[90].result).decode())
    assert "would serve 5 participants of the same member" in text
    assert "local producers" not in text
