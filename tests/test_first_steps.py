"""The first page, followed word for word by somebody who knows Excel only: from nothing to a brief."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "installation.md"


def cells() -> list[tuple[str, str, str, str]]:
    """Return the table of the page: sheet, cell, what heads it, what is typed."""
    lines = PAGE.read_text(encoding="utf-8").split("| feuille | case |")[1].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines[: lines.index("")]]
    return [(sheet, cell, head, text) for sheet, cell, head, text in rows]


def as_excel_keeps_it(text: str) -> object:
    """Return what Excel in French makes of what is typed: a number where it is one."""
    bare = text.replace(" ", "").replace("\u202f", "").replace(",", ".")
    return float(bare) if bare.replace(".", "", 1).isdigit() else text


def commands() -> list[list[str]]:
    """Return the commands of the part on one's own data, as the page has them."""
    part = PAGE.read_text(encoding="utf-8").split("## 3. ")[1].split("\n## ")[0]
    return [line.split("#")[0].split()[1:] for line in part.splitlines() if line.startswith("acc ")]


def test_the_page_leads_from_a_workbook_to_a_brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made, *others = commands()
    assert made == ["new", "notre-zone", "--xlsx"]
    assert [words[0] for words in others] == ["check", "run", "brief"]
    assert CliRunner().invoke(cli.main, made).exit_code == 0
    path = tmp_path / "notre-zone" / "membres.xlsx"
    book = openpyxl.load_workbook(path)
    for title, cell, head, text in cells():
        sheet = book[title]
        above = sheet[f"{cell[0]}4"] if title != "Prix" else sheet[f"A{cell[1:]}"]
        assert above.value == head
        sheet[cell] = as_excel_keeps_it(text)
    book.save(path)
    for words in others:
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == 0, (words, result.output, result.stderr, result.exception)
    assert list((tmp_path / "notre-zone" / "out").rglob("brief.pdf"))
