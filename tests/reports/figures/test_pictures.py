import numpy as np
import pytest

from tests.reports.pictures import FOLDER, drawn, grey

SAME_GREY = 40.0
"""A pixel of 16 greys against one of 256, at the edge of a letter."""


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return drawn()


def test_the_same_pages_are_kept_and_drawn(pages: dict[str, bytes]) -> None:
    assert sorted(pages) == sorted(path.name for path in FOLDER.glob("*.png"))


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.png")))
def test_a_page_looks_as_it_did_when_a_person_last_looked_at_it(name: str, pages: dict[str, bytes]) -> None:
    now, kept = grey(pages[name]), grey((FOLDER / name).read_bytes())
    assert now.shape == kept.shape
    # A moved line of text changes several thousandths of a page; another version of a library, a few pixels.
    assert float((np.abs(now - kept) > SAME_GREY).mean()) < 0.002
