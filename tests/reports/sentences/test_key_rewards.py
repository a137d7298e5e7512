"""The table of what keys reward: on the comparison and in docs/cles.md, the same words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from acc.keys import KEYS, REWARDS
from reports.format.language import current, use
from reports.sentences.comparison import rewards_table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "cles.md"


@pytest.fixture
def french() -> Iterator[None]:
    before = current()
    use("fr")
    yield
    use(before)


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize("name", list(REWARDS))
def test_the_page_of_keys_says_what_the_comparison_says(name: str) -> None:
    part = PAGE.read_text(encoding="utf-8").split("## Ce que chaque clé récompense")[1]
    assert "Sous toutes, une centrale de plus n’y fait aucun perdant, un arrivant aucun gagnant." in part
    (line,) = re.findall(rf"^\| `{name}` \|(.*)\|$", part, re.MULTILINE)
    table = rewards_table([name])
    assert table is not None
    *told, hurt = (cell.text for cell in table.rows[0][1:])
    assert [cell.strip() for cell in line.split("|")] == [*told, hurt]


def test_a_comparison_tells_of_its_own_keys_in_their_order() -> None:
    table = rewards_table(["price", "custom", "equal"])
    assert table is not None
    first, second = (row[0].text for row in table.rows)
    assert [first, second] == [KEYS["price"].title, KEYS["equal"].title]
    assert rewards_table(["custom"]) is None
