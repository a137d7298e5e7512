"""Et dans dix ans ? Told where something is announced, and never of a site that does not publish."""

import json
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.result.result import Result
from reports.data.results import to_json
from reports.data.years import year_asked, years_document
from reports.documents.figure_catalogue import FIGURES
from reports.sentences.years import in_ten_years
from reports.terminal.years import years_nodes
from reports.view.view import view_of
from scenarios.run import run
from tests.scenarios.operation import write_operation

OPEN = "ecole;heat-pump;2028;;20000\nmairie;scale;2029;3;\n"
CLOSED = "cave;scale;2029;2;\ngarage;closes;2030;;\n"


def result_of(folder: Path, rows: str) -> Result:
    write_operation(folder)
    if rows:
        (folder / "changes.csv").write_text(f"id;what;since;ratio;kwh\n{rows}", encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 29), advised=False)


def test_what_counts_what_does_not_and_nobody_who_does_not_publish(tmp_path: Path) -> None:
    result = result_of(tmp_path / "a", OPEN + CLOSED)
    told = in_ten_years(view_of(result))
    assert told is not None
    assert "2 changes are announced." in told.text
    assert "2035" in told.text
    assert "no range is drawn" in told.text
    assert "Ecole" in told.text
    assert "Mairie" in told.text
    for secret in ("Cave", "cave", "Garage", "garage", "4 changes"):
        assert secret not in told.text
    # What all changes make, less what these make, would tell that the cellar doubles.
    alone = result_of(tmp_path / "b", OPEN)
    theirs, mine = in_ten_years(view_of(alone)), told.text.split(" All together gain ")
    assert theirs is not None
    other = theirs.text.split(" All together gain ")
    assert mine[0] == other[0]
    assert mine[1].split(" that year. ")[1] == other[1].split(" that year. ")[1]
    # Each figure of the sentence is in the document of the run.
    document = json.loads(to_json(years_document(alone)))
    kwh = document["changes"]["shared_with_kwh"]
    assert f"{kwh / 1000.0:.1f}" in told.text
    assert document["years"][9]["shared_kwh"] == pytest.approx(kwh, rel=1e-9)
    assert sum(row["shapley_kwh"] for row in document["changes"]["rows"]) == pytest.approx(
        kwh - document["changes"]["shared_without_kwh"], abs=1e-6
    )


def test_the_years_are_drawn_for_who_may_know_of_all_that_changes_in_them(tmp_path: Path) -> None:
    alone = view_of(result_of(tmp_path / "a", OPEN))
    figure = FIGURES["years"]
    assert figure.exists(alone)
    assert alone.result.years is not None
    shared = alone.result.years.total("received_kwh") / 1000.0
    assert f"{shared[0]:.1f} MWh shared in 2026, {shared[-1]:.1f} in 2045" in figure.words(alone)
    caption = figure.caption(alone)
    assert caption.index("2028, Ecole: heat pump") < caption.index("2029, Mairie: need multiplied")
    drawn = figure.draw(alone)
    marks = [text for text in drawn.texts if text.get_text() == "▾"]
    assert len(marks) == 2  # of twenty years
    assert not figure.exists(view_of(alone.result, "company"))
    for rows in ("", CLOSED, OPEN + CLOSED):
        assert not figure.exists(view_of(result_of(tmp_path / "b", rows)))


def test_what_one_row_does_at_all_sites_of_a_kind_is_one_change(tmp_path: Path) -> None:
    view = view_of(result_of(tmp_path, OPEN + "nature:commune;cooling;2030;;2000\n"))
    told = in_ten_years(view)
    assert told is not None
    assert "3 changes are announced." in told.text
    assert "Commune (2 sites): air conditioning, 4,000\N{NO-BREAK SPACE}kWh a year" in FIGURES[
        "years"
    ].caption(view)
    every = [row for rows in years_nodes(view.result) for row in str(rows).split("·")]
    assert len([row for row in every if "air conditioning" in row]) == 1


@pytest.mark.parametrize("rows", ["", CLOSED])
def test_nothing_is_told_where_nothing_is_announced_to_the_reader(tmp_path: Path, rows: str) -> None:
    assert in_ten_years(view_of(result_of(tmp_path, rows))) is None


def test_a_year_that_is_not_in_the_plan_is_refused(tmp_path: Path) -> None:
    result = result_of(tmp_path / "a", OPEN)
    assert year_asked(result, 2035) == 10
    with pytest.raises(InputError, match="2026 to 2045"):
        year_asked(result, 2050)
    with pytest.raises(InputError, match="no dated change"):
        year_asked(result_of(tmp_path / "b", ""), 2030)
