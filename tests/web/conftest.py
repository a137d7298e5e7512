"""What the tests of the page share: a folder, a server of it, a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.browsing import SIZES, Served, launched, opened
from tests.web.folders import a_month


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("served") / "demo"
    return a_month(where)


@pytest.fixture(scope="session")
def served(served_folder: Path) -> Iterator[Served]:
    made = Served(served_folder)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    yield from launched()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser, served: Served, faults: list[str]) -> Iterator[object]:  # type: ignore[no-untyped-def]
    width, height = getattr(request, "param", SIZES[0])
    made = opened(browser, served, viewport={"width": width, "height": height})
    made.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda fault: faults.append(str(fault)))
    made.on("request", lambda asked: None if asked.url.startswith(served.base) else faults.append(asked.url))
    yield made
    made.context.close()
