"""Under each picture of the page, the guide says what the screen says today; else it is to be taken anew."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.entry.catalogue import copy_example
from tests.web.browsing import Served, no_browser
from tests.web.page_pictures import FOLDER, GUIDE, OWN, SCREENS, own_file, own_said, said_of

pytestmark = no_browser


@pytest.fixture(scope="module")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide tells a whole year."""
    where = tmp_path_factory.mktemp("guide") / "demo"
    copy_example("bergerac", where)
    return where


@pytest.fixture(scope="module")
def served(served_folder: Path) -> Iterator[Served]:
    made = Served(served_folder)
    yield made
    made.stop()


def told(name: str) -> str:
    guide = "\n".join(page.read_text(encoding="utf-8") for page in GUIDE.glob("*.md"))
    found = re.search(rf"!\[(.*?)\]\(img/{name}\.png\)", guide)
    assert found is not None, name
    assert (FOLDER / f"{name}.png").stat().st_size < 120_000
    return " ".join(found[1].split())


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.slow
def test_the_guide_says_what_the_screen_says(page, served, name: str) -> None:  # type: ignore[no-untyped-def]
    assert said_of(page, served, name) == told(name)


@pytest.mark.slow
def test_the_guide_says_what_a_members_own_page_says(browser, served_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    assert own_said(page, own_file(served_folder, tmp_path)) == told(OWN)
