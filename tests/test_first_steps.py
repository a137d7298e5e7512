"""The first page, followed word for word by somebody who knows Excel only: from nothing to a brief."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "installation.md"

FILLED = {
    "Sites": (
        {
            "Identifiant": "mairie",
            "Nature": "Commune",
            "Profil": "mairie",
            "Commune": "Prigonrieux",
            "Besoin annuel (kWh)": 45000,
        },
        {
            "Identifiant": "atelier",
            "Nature": "Entreprise",
            "Profil": "atelier",
            "Commune": "prigonrieux",
            "Besoin annuel (kWh)": 140000,
        },
    ),
    "Centrales": ({"Identifiant": "toit", "Commune": "Prigonrieux", "Puissance (kWc)": 99},),
}
"""What the page asks for, sheet by sheet; the lists of the workbook hold each of the words."""


def commands() -> list[list[str]]:
    """Return the commands of the part on one's own data, as the page has them."""
    part = PAGE.read_text(encoding="utf-8").split("## 3. ")[1].split("\n## ")[0]
    return [line.split("#")[0].split()[1:] for line in part.splitlines() if line.startswith("acc ")]


def fill(sheet: Worksheet, rows: tuple[dict[str, object], ...]) -> None:
    heads = {str(cell.value): cell.column for cell in sheet[4]}
    for line, row in enumerate(rows, start=6):
        for name, value in row.items():
            sheet.cell(line, heads[name], value)


def test_the_page_leads_from_a_workbook_to_a_brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made, *others = commands()
    assert made == ["new", "notre-zone", "--xlsx"]
    assert [words[0] for words in others] == ["check", "run", "brief"]
    assert CliRunner().invoke(cli.main, made).exit_code == 0
    path = tmp_path / "notre-zone" / "membres.xlsx"
    book = openpyxl.load_workbook(path)
    for title, rows in FILLED.items():
        fill(book[title], rows)
    prices = {str(row[0].value): row[1] for row in book["Prix"].iter_rows(min_row=5)}
    prices["Prix local"].value, prices["Vente du surplus"].value = 105, 45
    book.save(path)
    for words in others:
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == 0, (words, result.output, result.stderr, result.exception)
    assert list((tmp_path / "notre-zone" / "out").rglob("brief.pdf"))
