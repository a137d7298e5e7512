"""What all tests share: French is the language of the product, and third-party data may be absent."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

import profiles  # noqa: F401 - says which parser reads workbooks, before openpyxl is there
from scenarios.study import STUDIES, installed_studies

ROOT = Path(__file__).resolve().parents[1]
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


MIXED = {
    *("test_cli.py", "test_cli_check.py", "test_cli_choices.py", "test_in_the_hand.py", "test_said_again.py"),
    *("test_status.py", "test_spoken.py", "test_input_columns.py", "test_question.py", "test_mutants.py"),
    *("test_attacked_files.py", "test_parties_closed.py", "test_sources.py", "test_no_network.py"),
    "test_full_disk.py",
}
"""Files whose tests run commands of the core and of studies alike: they are for a tree with all of them."""
STUDY = re.compile(rf"(?:scenarios|reports|web)\.studies\.(\w+)|\bacc\.({'|'.join(STUDIES)})\b")


@cache
def studies_of(path: Path) -> frozenset[str]:
    """Return the studies that a file of tests imports, itself or by other files of tests."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    own = {name for found in STUDY.findall(text) for name in found if name in STUDIES}
    others = re.findall(r"^from (tests[\w.]*) import", text, re.MULTILINE)
    return frozenset(own).union(*(studies_of(ROOT / f"{name.replace('.', '/')}.py") for name in others))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what tests a study that is not in the tree: the tests of the core are collected alone."""
    absent = STUDIES.keys() - set(installed_studies())
    if not absent or collection_path.suffix != ".py":
        return None
    return True if collection_path.name in MIXED or studies_of(collection_path) & absent else None
