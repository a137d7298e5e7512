"""Quotes of a plant at several powers: exact where one is, a line between two, said in the hypotheses."""

from dataclasses import replace
from pathlib import Path

import pytest

from acc.plan.another_power import at_power
from acc.problem import InputError
from acc.scenario import Scenario
from reports.nodes.tree import Paragraph
from reports.terminal.blocks import quoted
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_ask
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import power_rules
from scenarios.entry.workbook.cells import table_text
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.studies.anonymous.names import new_names, new_tables
from tests.scenarios.operation import write_operation

QUOTES = (
    "id;kwp;capex_eur;connection_eur;quoted_on;quoted_by\n"
    "toit;150;140000;;2026-05-04;Soleil SARL\n"
    "toit;200;180000;24000;2026-06-01;\n"
)
HEADER, PLACE = "id;name;kwp;latitude;longitude;insee;capex_eur;connection_eur", "44.8455;0.4835;24037"


def folder_of(folder: Path, stated: str = "100000", quotes: str = QUOTES) -> Path:
    write_operation(folder)
    row = f"toit;Toit;100;{PLACE};{stated};"
    (folder / "plants.csv").write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    (folder / "quotes.csv").write_text(quotes, encoding="utf-8")
    return folder


def costs(scenario: Scenario) -> tuple[float | None, float | None]:
    (plant,) = scenario.plants
    assert plant.costs is not None
    return plant.costs.capex_eur, plant.costs.connection_eur


@pytest.mark.parametrize(
    ("kwp", "capex_eur", "connection_eur"),
    [
        (50.0, 50_000.0, 6_000.0),  # below all: in proportion to the nearest, 100 for one, 200 for the other
        (100.0, 100_000.0, 12_000.0),
        (125.0, 120_000.0, 15_000.0),  # half way from 100 to 140 k€
        (150.0, 140_000.0, 18_000.0),
        (160.0, 148_000.0, 19_200.0),  # a fifth of the way from 140 to 180 k€
        (200.0, 180_000.0, 24_000.0),
        (300.0, 270_000.0, 36_000.0),
    ],
)
def test_a_power_costs_its_quote_or_what_the_two_around_it_say(
    tmp_path: Path, kwp: float, capex_eur: float, connection_eur: float
) -> None:
    folder = folder_of(tmp_path)
    expected = pytest.approx((capex_eur, connection_eur), abs=1e-9)
    assert costs(load(folder, settings=read_ask(f"kwp.toit={kwp}"))) == expected
    written = load(folder)
    (plant,) = written.plants
    searched = replace(written, plants=(at_power(plant, kwp, power_rules()),))
    assert costs(searched) == expected
    # Whatever was set before it, as over a variant.
    twice = read_ask("kwp.toit=180") + read_ask(f"kwp.toit={kwp}")
    assert costs(load(folder, settings=twice)) == expected


def test_an_empty_cell_takes_what_quotes_say_and_what_is_typed_beside_the_power_holds(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, stated="")
    assert costs(load(folder)) == pytest.approx((140_000.0 / 1.5, 12_000.0), abs=1e-9)
    asked = "kwp.toit=150 plants.toit.capex_eur=99000"
    assert costs(load(folder, settings=read_ask(asked))) == (99_000.0, 18_000.0)


def test_hypotheses_name_the_quotes_that_a_cost_rests_on(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)

    def lines(kwp: str = "") -> list[tuple[str, str, str]]:
        scenario = load(folder, settings=read_ask(f"kwp.toit={kwp}") if kwp else ())
        return [line for line in scenario.assumptions if line[0].startswith("Toit:")]

    connection = "in proportion to the nearest quote, 200 kWp, 24,000 EUR (2026-06-01); none is beyond"
    assert lines() == [("Toit: connection", "12,000 EUR", connection)]
    assert lines("150")[0] == (
        "Toit: investment",
        "140,000 EUR",
        "the quote of this power: 150 kWp, 140,000 EUR (Soleil SARL, 2026-05-04)",
    )
    assert lines("125")[0] == (
        "Toit: investment",
        "120,000 EUR",
        "on the line between two quotes: 100 kWp, 100,000 EUR; "
        "150 kWp, 140,000 EUR (Soleil SARL, 2026-05-04)",
    )
    (note,) = [note for note in load(folder, settings=read_ask("kwp.toit=150")).notes if "kWp" in note]
    assert "By the quotes: investment 100,000 → 140,000\u00a0EUR." in note
    assert "In proportion" not in note


def test_the_screen_of_a_run_names_the_quotes_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (stated,) = quoted(load(folder).plants)
    assert isinstance(stated, Paragraph)
    said = stated.text.replace("\u00a0", " ")
    assert said.startswith("Toit, 100 kWp: connection 12,000 €, in proportion to the nearest quote")
    invested, _connection = quoted(load(folder, settings=read_ask("kwp.toit=150")).plants)
    assert isinstance(invested, Paragraph)
    assert "investment 140,000 €, the quote of this power: 150 kWp" in invested.text.replace("\u00a0", " ")


def test_a_folder_without_quotes_says_what_it_said(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "quotes.csv").unlink()
    scenario = load(folder, settings=read_ask("kwp.toit=150"))
    assert costs(scenario) == (150_000.0, None)
    assert scenario.plants[0].quotes == ()
    assert not [line for line in scenario.assumptions if "quote" in line[2]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("toi;150;140000;", r"quotes\.csv, line 2, id.*“toi” is unknown"),
        ("toit;150;;", "a quote without any amount"),
        ("toit;100;98000;", r"98.000, and 100.000 in plants\.csv, line 2, capex_eur, for the same power"),
        ("toit;150;1;\ntoit;150;2;", "as in line 2: keep one quote a power"),
        ("toit;0;1;", r"quotes\.csv, line 2, kwp"),
    ],
)
def test_a_quote_that_cannot_be_is_told_where_it_stands(tmp_path: Path, line: str, message: str) -> None:
    folder = folder_of(tmp_path, quotes=f"id;kwp;capex_eur;connection_eur\n{line}\n")
    with pytest.raises(InputError, match=message):
        load(folder)


def test_a_quote_in_thousands_of_euros_is_doubted_where_it_stands(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, quotes="id;kwp;capex_eur\ntoit;150;140\n")
    (doubt,) = [note for path, note in load(folder).doubted.items() if path == "quotes.toit.capex_eur"]
    assert "quotes.csv, line 2" in doubt
    assert "140,000" in doubt


def test_a_workbook_and_text_files_carry_the_same_quotes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "text", quotes=QUOTES.replace("toit;150", "Toit;150"))
    source = read_source(folder)
    book = tmp_path / "book"
    book.mkdir()
    (book / "membres.xlsx").write_bytes(workbook_bytes(source))
    again = read_source(book)
    assert load(book).plants == load(folder).plants
    assert len(again.quotes) == 2
    assert again.quotes[0].file == "membres.xlsx, Devis" or "Devis" in again.quotes[0].path()
    (tmp_path / "again").mkdir()
    rewritten = folder_of(tmp_path / "again", quotes=table_text("quotes.csv", again.quotes))
    assert load(rewritten).plants == load(folder).plants


def test_a_copy_without_names_keeps_amounts_not_who_made_the_quote(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    source = read_source(folder)
    rows = new_tables(source, load(folder), new_names(source), {}, {})["quotes.csv"]
    assert [row.cells["capex_eur"] for row in rows] == ["140000", "180000"]
    assert {row.cells["id"] for row in rows} == {"centrale-01"}
    assert all("quoted_by" not in row.cells for row in rows)
