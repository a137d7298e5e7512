"""Figures that are not known for all of a first year: which, until when, whom to ask; days worked by hand.

The accise is that of 1 August 2026 to 31 January 2027; shared kWh are exempt in 2026 for sure; the IFER was
read for 2025; prices of the market are of contracts for 2026; the TURPE lasts until 31 July 2027.
"""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.result.rates import expiring_rates
from acc.result.result import Result
from reports.data.encode import to_json
from reports.data.results import results_document
from reports.sentences.overview import uncertain
from reports.terminal.run import result_nodes
from reports.terminal.screen import show
from reports.view.view import view_of
from scenarios.rates.table import read_rates
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation

DAY = date(2026, 9, 1)
EXEMPTION = ("accise.local.ratio", "2026-12-31", "douanes")
MARKET = ("market", "2026-12-31", "fournisseurs")
ACCISE = ("accise", "2027-01-31", "douanes")
REGULATED = ("market.regulated.base", "2027-01-31", "CRE")
TURPE = ("turpe", "2027-07-31", "CRE")
IFER = ("pv.ifer", "2025-12-31", "impôts")
GRID = ("perimeter_density_grid", "2026-05-14", "Insee")


def told(folder: Path, start: str, end: str, *settings: str) -> Result:
    """Return a run of a period; `settings` replace lines of the sections."""
    changes = {"start = 2026-01-01": f"start = {start}", "end = 2027-01-01": f"end = {end}"}
    for setting in settings:
        changes |= {"[prices]": f"[prices]\n{setting}"} if "accise" in setting else {}
        changes |= {'name = "Essai"': f'name = "Essai"\n{setting}'} if "perimeter" in setting else {}
    return run(write_operation(folder, **changes), ran_on=DAY, parts=RunParts(advice=False, other_keys=()))


def ending(result: Result) -> list[tuple[str, str, str]]:
    return [(one.subject, one.valid_until, one.ask) for one in expiring_rates(result)]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        # A year that ends on the last day for which a figure is known asks for nothing; a day more, it does.
        ("2026-01-01", "2027-01-01", []),
        ("2026-01-02", "2027-01-02", [EXEMPTION, MARKET]),
        ("2026-02-01", "2027-02-01", [EXEMPTION, MARKET]),
        ("2026-02-02", "2027-02-02", [EXEMPTION, MARKET, REGULATED, ACCISE]),
        ("2026-08-01", "2027-08-01", [EXEMPTION, MARKET, REGULATED, ACCISE]),
        ("2027-01-01", "2028-01-01", [EXEMPTION, MARKET, REGULATED, ACCISE, TURPE]),
    ],
)
def test_a_first_year_beyond_an_end_names_what_to_ask_for(
    start: str, end: str, found: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    assert ending(told(tmp_path / "op", start, end)) == found


def test_a_plant_that_owes_the_ifer_has_none_known_for_2026(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    plants = folder / "plants.csv"
    plants.write_text(plants.read_text("utf-8").replace(";90;12;", ";120;12;"), "utf-8")
    assert ending(run(folder, ran_on=DAY, parts=RunParts(advice=False, other_keys=()))) == [IFER]


@pytest.mark.parametrize(("perimeter", "found"), [("2km", []), ("20km", [GRID])])
def test_the_grid_of_density_counts_where_the_distance_depends_on_it(
    perimeter: str, found: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    result = told(tmp_path / "op", "2026-01-01", "2027-01-01", f'perimeter = "{perimeter}"')
    assert ending(result) == found


def test_a_day_that_the_folder_gives_for_the_full_accise_is_no_doubt(tmp_path: Path) -> None:
    result = told(tmp_path / "op", "2026-01-02", "2027-01-02", "full_accise_from = 2028-01-01")
    assert ending(result) == [MARKET]


def test_page_1_the_screen_and_the_data_say_it_once_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = told(tmp_path / "op", "2026-02-02", "2027-02-02")
    lines = [text for text in uncertain(view_of(result)) if "ask for again" in text]
    assert lines == ["To ask for again, from 01/01/2027 on: accise (douanes); market (fournisseurs and CRE)."]
    show(result_nodes(result, tmp_path))
    text = " ".join(capsys.readouterr().out.split())
    assert (
        "Figures to ask for again, the last known one counted: "
        "accise, shared kWh after 31/12/2026 (douanes); market after 31/12/2026 (fournisseurs); "
        "market, regulated tariff after 31/01/2027 (CRE); accise after 31/01/2027 (douanes)."
    ) in text
    assert text.count("ask for again") == 1
    document = json.loads(to_json(results_document(result)))
    assert document["expiring_rates"][0] == {
        "subject": "accise.local.ratio",
        "valid_until": "2026-12-31",
        "ask": "douanes",
        "names": ["accise.local.ratio"],
    }


def test_a_row_that_ends_says_whom_to_ask_and_ends_after_it_begins() -> None:
    rates = read_rates()
    rows = [row for name in rates.names for row in rates.rows(name) if row.valid_until]
    assert all(row.ask and row.in_force_from < row.valid_until for row in rows if row.valid_until)
    for name in {row.name for row in rows}:
        own = rates.rows(name)
        for row, later in pairwise(own):
            assert row.valid_until is None or row.valid_until < later.in_force_from, name


def test_a_row_that_ends_without_anyone_to_ask_is_refused(tmp_path: Path) -> None:
    head = "name,in_force_from,value,unit,reference,confidence,rhythm_months,valid_until,ask\n"
    (tmp_path / "taxes.csv").write_text(f"{head}x,2026-01-01,1,ratio,texte,H,,2026-12-31,\n", "utf-8")
    with pytest.raises(InputError, match=r"taxes\.csv, line 2.*ask"):
        read_rates(tmp_path)
