"""Years and values of the run in the workbook."""

import pytest

from acc.result.result import Result
from reports.studies.workbook.participants import person_years_sheet
from reports.view.view import view_of
from scenarios.run import RunParts, run
from tests.effort import few
from tests.scenarios.test_one_value import ON, random_folder


@pytest.fixture(scope="module", params=few(3, range(8)))
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = random_folder(tmp_path_factory.mktemp("one") / "op", request.param)
    return run(folder, ran_on=ON, parts=RunParts(ranges_folder=None))


def test_the_workbook_holds_the_years_and_values_of_the_run(result: Result) -> None:
    money = result.money
    assert money is not None
    assert money.total is not None
    sheet = person_years_sheet(view_of(result))
    assert sheet is not None
    numbers = [cell.value for row in sheet.rows for cell in row if isinstance(cell.value, float)]

    def has(eur: float) -> bool:
        return any(abs(number - eur) < 1e-6 for number in numbers)

    assert has(money.total.npv_eur_ht or 0.0)
    assert all(has(eur) for eur in money.total.by_year_eur_ht)
