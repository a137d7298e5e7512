"""What LibreOffice opens and saves again is the same folder: empty, the example, forty members."""

import subprocess
from pathlib import Path
from shutil import which

import openpyxl
import pytest

from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.xlsx_tables import WORKBOOK, read_workbook
from scenarios.export import export, new_workbook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice here (`soffice`)"),
]


def saved_again(path: Path) -> Path:
    """Open a workbook in LibreOffice and save it, with a profile of its own; return what it saved."""
    out = path.parent / "again"
    profile = (path.parent / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=300)
    return out / path.name


def offered(path: Path) -> set[tuple[str, str]]:
    """Return the lists that cells offer: the sheet, the range that holds them."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, str(rule.formula1).replace("$", "").replace("'", ""))
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }


def test_the_empty_workbook_comes_back_as_it_was(tmp_path: Path) -> None:
    new_workbook(tmp_path)
    path = tmp_path / WORKBOOK
    again = saved_again(path)
    assert read_workbook(again) == read_workbook(path)
    assert offered(again) == offered(path) != set()


def test_the_example_comes_back_as_it_was(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "op")
    export(tmp_path / "op", tmp_path / WORKBOOK)
    assert read_workbook(saved_again(tmp_path / WORKBOOK)) == read_workbook(tmp_path / WORKBOOK)


@pytest.mark.shared
def test_forty_members_come_back_as_they_were(shared_data: Path, tmp_path: Path) -> None:
    export(shared_data / "op40", tmp_path / WORKBOOK)
    assert read_workbook(saved_again(tmp_path / WORKBOOK)) == read_workbook(tmp_path / WORKBOOK)
