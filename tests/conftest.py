"""What all tests share: French is the language of the product, and third-party data may be absent."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Colours, width and language do not depend on the machine that runs the tests."""
    for name in ("ACC_LANG", "COLUMNS", "FORCE_COLOR", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    yield
    # The command line chooses a language for the whole process: fixtures of the next module must not see it.
    os.environ.pop("LANGUAGE", None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of third-party data, or skip, visibly."""
    folder = Path(os.environ.get("ACC_SHARED_DATA", SHARED))
    if not folder.is_dir():
        pytest.skip(f"third-party data absent: {folder}")
    return folder
