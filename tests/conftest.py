"""What all tests share: French is the language of the product, and third-party data may be absent."""

import os
from pathlib import Path

import pytest

import profiles  # noqa: F401 - says which parser reads workbooks, before openpyxl is there

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Let the fixtures of `tests/everywhere.py` reach the examples of docstrings too."""
    config.pluginmanager.import_plugin("tests.everywhere")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of third-party data, or skip, visibly."""
    folder = Path(os.environ.get("ACC_SHARED_DATA", SHARED))
    if not folder.is_dir():
        pytest.skip(f"third-party data absent: {folder}")
    return folder
