"""A column of the results on the page."""

import pytest

from acc.result.result import Result
from reports.studies.html.page import page
from tests.reports.data.test_columns import HALF, put
from tests.reports.html.parsed import Page
from tests.reports.make import make_result
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def test_a_participants_new_column_is_on_the_page_with_its_total_and_what_it_sorts_by(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "PARTICIPANTS", HALF, "received_kwh")
    rows = next(t.rows for t in Page(page(result)).tables if "Half (MWh/year)" in dict(t.rows[0]))
    heads = [words for words, _key in rows[0]]
    assert heads[-1] == "Half (MWh/year)"
    shared = heads.index("Received MWh/year")
    for row in rows[1:-1]:
        assert float(row[-1][1] or "nan") == pytest.approx(float(row[shared][1] or "nan") / 2.0, abs=0.1)
    assert rows[-1][-1][0] == f"{result.energy.received_kwh.sum() / 2000.0:,.0f}"
