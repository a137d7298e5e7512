"""What holds for every test and every example of a docstring: a pytest plugin that `tests/conftest.py` loads.

A fixture of a conftest reaches the tests beside it alone; examples stand in `acc`, `profiles`, `scenarios`
and `reports`, where no file of tests belongs.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.format.language import hold

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web")


def pytest_configure() -> None:
    """Open a catalogue of messages once, as every command does."""
    hold()


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays to the end: modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Colours, width and language do not depend on the machine that runs the tests."""
    # The command line chooses a language for the whole process: no later fixture must see it. Not by
    # monkeypatch, which would bring back the one that a fixture of a module chose.
    os.environ.pop("LANGUAGE", None)
    for name in ("ACC_LANG", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    yield
    os.environ.pop("LANGUAGE", None)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave modules without an example alone: to import them takes time, and some need an extra."""
    if collection_path.suffix != ".py" or not collection_path.is_relative_to(ROOT):
        return None
    if collection_path.relative_to(ROOT).parts[0] not in PACKAGES:
        return None
    return True if ">>>" not in collection_path.read_text(encoding="utf-8") else None
