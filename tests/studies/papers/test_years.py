"""Points that come later are declared, and are in no figure of the first year."""

from datetime import date
from pathlib import Path

import pytest

from reports.data.understood import understood
from reports.data.years import year_rows
from reports.sentences import overview
from reports.studies.papers.workbooks import participants_list
from reports.view.places import plant_groups
from reports.view.view import view_of
from scenarios.run import RunParts, run
from tests.reports.sentences.test_years import PANELS
from tests.scenarios.operation import write_operation


def test_what_comes_later_is_in_no_figure_of_the_first_year(tmp_path: Path) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(PANELS.replace("2030-06", "2030-06-01"), encoding="utf-8")
    view = view_of(run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False)))
    assert view.kwp == pytest.approx(150.0)
    assert overview.lead(view).startswith("2 solar plants (150\N{NO-BREAK SPACE}kWp)")
    assert sum(len(group.plants) for group in plant_groups(view)) == 2
    assert understood(view.result).kwp == pytest.approx(150.0)
    _operation, producers, _consumers = participants_list(view)
    names = [plant.name for plant in view.result.scenario.plants]
    declared = [row for row in producers.rows if row and row[0] and row[0].value in names]
    assert len(declared) == 2
    # Panels are paid the year before they come; the gain of that year is told before, as that of the first.
    rows = list(year_rows(view.result))
    assert [row.year for row in rows if row.investment_eur_ht] == [2029]
    built = rows[3].investment_eur_ht
    assert built is not None
    assert built >= 27_000.0  # the connection, and the VAT that is not given back, beside
    assert rows[3].gain_eur_ht == pytest.approx(rows[2].gain_eur_ht, rel=0.05)  # prices grow, output fades
