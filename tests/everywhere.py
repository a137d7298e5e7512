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
from scenarios.operation.store import store
from scenarios.operation.store.store import read_signed, write_signed

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")

MADE: dict[str, bytes] = {}
"""Curves and draws that a test of this process kept in its folder, by the hash of all that made them."""

MOST_MADE = 1000
"""Some hundred kB each."""

MADE_ALIKE = (".kept", ".draws", ".shared")
"""How they end: a plan or an answer that is kept changes what a folder says, and stays in its folder."""


def pytest_configure() -> None:
    """Open a catalogue of messages once, as a command does; make equal curves once, as a kept folder does."""
    hold()
    always = pytest.MonkeyPatch()
    always.setattr(store, "read_signed", _read_made)
    always.setattr(store, "write_signed", _write_made)


def _read_made(path: Path) -> bytes | None:
    return MADE[path.name] if path.name in MADE and not path.exists() else read_signed(path)


def _write_made(path: Path, body: bytes) -> None:
    if path.suffix in MADE_ALIKE:
        MADE[path.name] = body
        if len(MADE) > MOST_MADE:
            del MADE[next(iter(MADE))]
    write_signed(path, body)


@pytest.fixture
def made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that asks what a folder keeps find what that folder keeps alone."""
    monkeypatch.setattr(store, "read_signed", read_signed)
    monkeypatch.setattr(store, "write_signed", write_signed)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays to the end: modules and tests; forget a language."""
    os.environ.pop("LANGUAGE", None)  # set by a module that names its cases; the first fixture would speak it
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
