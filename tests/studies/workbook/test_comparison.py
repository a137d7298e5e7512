"""The workbook of a comparison: each key x each row, totals live and equal to what they sum."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from acc.result.result import Result
from reports.nodes.tree import Paragraph
from reports.studies.workbook.comparison import comparison_workbook
from reports.terminal.run import compared_nodes
from reports.view.view import view_of
from scenarios.entry.folder.settings import read_setting
from scenarios.run import run
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.scenarios.operation import write_operation

DAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result(others=("static", "equal")))


def test_every_key_and_every_row_with_live_totals(result: Result) -> None:
    made, view = comparison_workbook([result]), view_of(result)
    shown = openpyxl.load_workbook(BytesIO(made), data_only=True)
    written = openpyxl.load_workbook(BytesIO(made))
    assert comparison_workbook([result]) == made
    for place, attribute, totals in (
        (1, "received_kwh", [key.shared_kwh for key in view.keys]),
        (2, "saving_eur_ht", [key.total_saving_eur_ht for key in view.keys]),
    ):
        values, formulas = shown.worksheets[place], written.worksheets[place]
        head = next(row for row in values.iter_rows() if len([c for c in row if c.value]) > len(view.keys))
        first = head[0].row + 1
        for row, group in enumerate(view.groups):
            cells = [values.cell(first + row, column).value for column in range(1, 5)]
            assert cells[0] == group.name
            assert cells[1:] == [pytest.approx(getattr(key, attribute)[row]) for key in view.keys]
        total = first + len(view.groups)
        found = [values.cell(total, column).value for column in range(2, 5)]
        assert found == [pytest.approx(value) for value in totals]
        assert formulas.cell(total, 3).value == f"=SUM(C{first}:C{total - 1})"
        apart = [values.cell(total + 1, column).value for column in range(2, 5)]
        assert apart == [pytest.approx(value - totals[0], abs=1e-6) for value in totals]
        assert formulas.cell(total + 1, 3).value == f"=C{total}-B{total}"


def test_the_gains_of_who_is_taxed_are_named_before_that_tax(tmp_path: Path) -> None:
    folder = write_operation(tmp_path, **{"[finance]\nhorizon_years = 20\n": ""})
    heads = []
    for owners in ("", "id;name;kind;profit_tax_ratio\ncave;Cave;company;0,25\n"):
        if owners:
            (folder / "persons.csv").write_text(owners, encoding="utf-8")
        both = [run(folder, ran_on=DAY, settings=(read_setting(f"prix={price}"),)) for price in (90, 105)]
        book = openpyxl.load_workbook(BytesIO(comparison_workbook(both)), data_only=True)
        texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
        heads.append([text for text in texts if text.startswith(("Gain of each person", "Everybody €"))])
    assert heads == [
        ["Everybody €", "Gain of each person (EUR without tax, before investment)"],
        [
            "Everybody € (before tax on profit)",
            "Gain of each person (EUR without tax, before investment and tax on profit)",
        ],
    ]


def test_the_screen_says_that_everybodys_gain_is_before_tax(tmp_path: Path) -> None:
    folder, said = write_operation(tmp_path), []
    for owners in ("", "id;name;kind;profit_tax_ratio\ncave;Cave;company;0,25\n"):
        if owners:
            (folder / "persons.csv").write_text(owners, encoding="utf-8")
        both = [run(folder, ran_on=DAY, settings=(read_setting(f"prix={price}"),)) for price in (90, 105)]
        texts = [node.text for node in compared_nodes(both, ()) if isinstance(node, Paragraph)]
        said.append([text for text in texts if text.startswith("Everybody €")])
    assert said == [[], ["Everybody €: before investment and tax on profit; NPV €: after it."]]
