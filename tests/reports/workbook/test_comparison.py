"""The workbook of a comparison: each key x each row, totals live and equal to what they sum."""

from io import BytesIO

import openpyxl
import pytest

from acc.result.result import Result
from reports.view.view import view_of
from reports.workbook.comparison import comparison_workbook
from tests.reports.make import make_result
from tests.reports.make_money import with_money


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
