"""Et dans dix ans ? Told where something is announced, and never of a site that does not publish."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from acc.changes import DatedChange, What
from acc.problem import InputError
from acc.result.outcomes import outcomes_in
from acc.result.result import Result
from reports.data.encode import to_json
from reports.data.years import plan_year_of_calendar, year_rows, years_document
from reports.documents.figure_catalogue import FIGURES
from reports.format.changes import change_text
from reports.format.money import eur_text
from reports.format.numbers import mwh_cell
from reports.nodes.tree import TextTable
from reports.sentences import sheet
from reports.sentences.holdings import plants_table
from reports.sentences.years import in_ten_years
from reports.terminal.answer import plants_table as terminal_plants
from reports.terminal.check import check_nodes
from reports.terminal.persons import years_nodes
from reports.terminal.run import result_nodes
from reports.terminal.screen import fitting, show
from reports.view.view import holders_shown, sheet_view_of, view_of
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation

OPEN = "ecole;heat-pump;2028;;20000\nmairie;scale;2029;3;\n"
CHANGE = DatedChange(site="mairie", what=What.CLOSES, since=date(2029, 1, 1))
CLOSED = "cave;scale;2029;2;\ngarage;closes;2030;;\n"


def result_of(folder: Path, rows: str) -> Result:
    write_operation(folder)
    if rows:
        (folder / "changes.csv").write_text(f"id;what;since;ratio;kwh\n{rows}", encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))


def test_what_counts_what_does_not_and_nobody_who_does_not_publish(tmp_path: Path) -> None:
    result = result_of(tmp_path / "a", OPEN + CLOSED)
    told = in_ten_years(view_of(result))
    assert told is not None
    assert "2 changes are announced." in told.text
    assert "2035" in told.text
    assert "no range is told" in told.text
    assert "Ecole" in told.text
    assert "Mairie" in told.text
    for secret in ("Cave", "cave", "Garage", "garage", "4 changes"):
        assert secret not in told.text
    # What all changes make, less what these make, would tell that the cellar doubles.
    alone = result_of(tmp_path / "b", OPEN)
    theirs = in_ten_years(view_of(alone))
    assert theirs is not None
    before, after = theirs.text.split(" All together gain ")
    assert told.text == f"{before} {after.split(' that year. ')[1]}"  # nor does what all gain: not told
    # Each figure of the sentence is in the document of the run.
    document = json.loads(to_json(years_document(alone)))
    kwh = document["changes"]["shared_with_kwh"]
    assert mwh_cell(kwh) in told.text
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
    first, last = (mwh_cell(1000.0 * each) for each in (shared[0], shared[-1]))
    assert f"{first} MWh shared in 2026, {last} in 2045" in figure.words(alone)
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


PANELS = "id;what;since;kwp;capex_eur\ngymnase;kwp;2030-06;30;27000\n"


def test_a_sheet_says_of_what_comes_later_that_it_makes_nothing_yet(tmp_path: Path) -> None:
    rows = "id;what;since\ngymnase;starts;2028-04-01\nfoyer;joins;2029\n"
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(rows, encoding="utf-8")
    made = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    ids = [person.id for person in holders_shown(made)]
    leads = {
        name: sheet.lead(sheet_view_of(made, ids.index(name))).replace("\N{NO-BREAK SPACE}", " ")
        for name in ("commune", "foyer", "cave")
    }
    assert leads["commune"] == "Gymnase: in service on 1 April 2028, it makes nothing in the first year."
    assert leads["foyer"] == "You join on 1 January 2029: the first year is without you."
    assert leads["cave"].startswith("Your solar plant would produce")
    table = plants_table(sheet_view_of(made, ids.index("commune")))
    assert table is not None
    assert table.rows[0][0].text == "Gymnase (from 01/04/2028)"
    screen = Console(width=80)
    with screen.capture() as captured:
        show(check_nodes(made), screen)
    said = " ".join(captured.get().split())
    assert "6 sites (1 of them later), 2 plants (1 of them later)" in said
    assert terminal_plants(made).rows[0][0].text == "Gymnase (from 01/04/2028)"


def test_a_plan_of_eight_years_is_told_in_its_last_and_a_year_and_a_half_in_months(tmp_path: Path) -> None:
    write_operation(tmp_path, **{"horizon_years = 20": "horizon_years = 8"})
    text = "id;what;since\nmairie;closes;2029\ngymnase;starts;2028\n"
    (tmp_path / "changes.csv").write_text(text, encoding="utf-8")
    told = in_ten_years(view_of(run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))))
    assert told is not None
    assert told.title == "And in the last year of the plan?"
    assert "In 2033" in told.text
    late = replace(CHANGE, delay_years=1.5)
    assert "up to 18 months late" in change_text(late, "Mairie")
    assert "up to 2 years late" in change_text(replace(late, delay_years=2.0), "Mairie")


def test_what_comes_after_the_told_year_or_the_plan_is_said_to(tmp_path: Path) -> None:
    result = result_of(tmp_path, "mairie;scale;2029;3;\necole;closes;2040;;\nmairie;closes;2060;;\n")
    told = in_ten_years(view_of(result))
    assert told is not None
    assert "3 changes are announced. 2 come after 2035: Ecole closes and Mairie closes." in told.text
    said = [str(node) for node in years_nodes(result)]
    assert any("Mairie closes, from 01/01/2060: after the end of the plan" in text for text in said)
    assert not any("Ecole closes, from 01/01/2040: after" in text for text in said)


def test_the_years_of_a_narrow_screen_keep_their_names_and_their_amounts_whole(tmp_path: Path) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(PANELS.replace("2030-06", "2030-06-01"), encoding="utf-8")
    made = run(
        tmp_path,
        ran_on=date(2026, 11, 29),
        settings=read_question(("prices.surplus=40",)),
        parts=RunParts(advice=False),
    )
    table = next(node for node in years_nodes(made) if isinstance(node, TextTable))
    assert [row[0].text for row in table.rows] == ["2026", "2029", "2030", "2035", "2045"]
    for width in (60, 80, 120):
        kept = fitting(table, width)
        assert kept.columns[0].head == "Year"
        out = Console(width=width)
        with out.capture() as captured:
            show([table], out)
        assert all(cell.text in captured.get() for row in kept.rows for cell in row)


def test_the_year_told_is_before_what_is_built_in_it_wherever_it_is_told(tmp_path: Path) -> None:
    write_operation(tmp_path)
    # Panels of 2036 are paid in 2035, the year that is told.
    rows = "id;what;since;kwp;capex_eur;delay_years\ngymnase;kwp;2036-06-01;30;27000;0\n"
    (tmp_path / "changes.csv").write_text(rows, encoding="utf-8")
    result = run(
        tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(ranges_folder=tmp_path / "out", advice=False)
    )
    row = list(year_rows(result))[9]
    assert row.investment_eur_ht is not None
    assert row.investment_eur_ht >= 27_000.0
    assert row.gain_eur_ht is not None
    assert row.gain_eur_ht > 0.0
    told = in_ten_years(view_of(result))
    assert told is not None
    assert f"All together gain {eur_text(row.gain_eur_ht)} that year" in told.text
    assert result.ranges is not None
    assert result.ranges["later_gain_eur_ht"]["10"][1] == pytest.approx(row.gain_eur_ht, rel=1e-9)
    members = outcomes_in(result, 10).members
    assert sum(one.gain_eur_ht or 0.0 for one in members) == pytest.approx(row.gain_eur_ht, abs=0.005)


def test_years_that_begin_within_one_of_the_calendar_bear_both(tmp_path: Path) -> None:
    folder = write_operation(tmp_path, **{"2026-01-01": "2026-12-01", "2027-01-01": "2027-12-01"})
    (folder / "changes.csv").write_text("id;what;since;ratio\nmairie;scale;2029;3\n", encoding="utf-8")
    result = run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    changed = [row for row in year_rows(result) if row.changes]
    assert [(row.year, row.name) for row in changed] == [(2028, "2028-29")]
    told = in_ten_years(view_of(result))
    assert told is not None
    assert "In 2035-36," in told.text


def test_a_year_that_is_not_in_the_plan_is_refused(tmp_path: Path) -> None:
    result = result_of(tmp_path / "a", OPEN)
    assert plan_year_of_calendar(result, 2035) == 10
    with pytest.raises(InputError, match="2026 to 2045"):
        plan_year_of_calendar(result, 2050)
    with pytest.raises(InputError):
        next(result_nodes(result, tmp_path, 2050))  # before anything is printed
    with pytest.raises(InputError, match="no dated change"):
        plan_year_of_calendar(result_of(tmp_path / "b", ""), 2030)
    scenario = replace(result.scenario, finance=None)  # dated changes, and no plan that has years
    with pytest.raises(InputError, match="horizon_years"):
        plan_year_of_calendar(replace(result, scenario=scenario, years=None), 2030)
