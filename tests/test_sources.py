"""What is shipped is told in SOURCES.md with its source and licence; what a licence asks to travel does."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from acc.problem import InputError
from docs.hand_over import contents
from profiles.weather.pvgis_client import TYPICAL_YEAR, pvgis_record
from tests.architecture.trees import nodes_of
from tests.profiles.weather_samples import PLACE

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = (ROOT / "SOURCES.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in MANIFEST.splitlines() if line.startswith("| `")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = "acc", "profiles", "scenarios", "reports", "web", "commands"


def files_of(pattern: str) -> set[str]:
    """Return what a pattern names, but code and what Python keeps of it."""
    found = {path for path in ROOT.glob(pattern) if path.is_file()}
    return {path.relative_to(ROOT).as_posix() for path in found if path.suffix not in {".py", ".pyc"}}


def shipped() -> set[str]:
    """Return what the wheel and the zip hold beside code and the pages of the guide."""
    given = PROJECT["tool"]["setuptools"]["package-data"]
    patterns = [f"{package.replace('.', '/')}/{one}" for package, some in given.items() for one in some]
    return {name for pattern in [*patterns, "docs/img/*"] for name in files_of(pattern)}


def test_each_shipped_file_has_one_row_and_each_row_a_file() -> None:
    named = [name for row in ROWS for name in sorted(files_of(row[0].strip("`")) & shipped())]
    assert len(named) == len({*named})
    assert {*named} == shipped()
    assert [row[0] for row in ROWS if not files_of(row[0].strip("`"))] == []


def test_each_row_says_source_licence_date_and_what_was_derived_and_each_table_has_its_own() -> None:
    assert len(ROWS) > 40
    assert [row for row in ROWS if len(row) != 5 or not all(row)] == []
    tables = {name for name in shipped() if name.endswith(".csv") and "/catalogue/" not in name}
    assert tables <= {row[0].strip("`") for row in ROWS}


def test_the_notice_of_measured_shapes_stands_whole_with_its_copyright_line() -> None:
    (asked,) = {row[2] for row in ROWS if "measured_shapes" in row[0]}
    assert asked.startswith("MIT")
    notice = MANIFEST.partition("```text\n")[2].partition("```")[0]
    assert re.search(r"^Copyright \(c\) \d{4} \S", notice, re.MULTILINE)
    assert "The above copyright notice and this permission notice shall be included" in notice
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in notice


def test_the_manifest_is_in_what_the_wheel_and_the_zip_hold(tmp_path: Path) -> None:
    assert "SOURCES.md" in PROJECT["project"]["license-files"]  # what is in it: tests/wheel_smoke.py
    wheel = tmp_path / "autoconso-9.9-py3-none-any.whl"
    wheel.write_bytes(b"")
    assert dict(contents(wheel))["SOURCES.md"].decode() == MANIFEST


def test_the_one_client_of_the_network_imports_requests_when_it_asks_and_an_extra_brings_it() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), node.col_offset > 0)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in nodes_of(path)
        if isinstance(node, ast.Import | ast.ImportFrom) and "requests" in imported(node)
    ]
    assert found
    assert {*found} == {("profiles/weather/pvgis_client.py", True)}
    needed = [re.split(r"\W", one)[0] for one in PROJECT["project"]["dependencies"]]
    assert "requests" not in needed
    assert [re.split(r"\W", one)[0] for one in PROJECT["project"]["optional-dependencies"]["pvgis"]] == [
        "requests"
    ]


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
    return {name.partition(".")[0] for name in names}


def test_without_requests_the_weather_client_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(InputError, match=r"autoconso\[pvgis\]"):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path)
