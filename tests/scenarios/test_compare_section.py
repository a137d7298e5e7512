"""`[compare]` and the sheet Comparaison: the same scenarios as the line that says them, faults by place."""

from pathlib import Path
from random import Random

import openpyxl
import pytest

from acc.problem import InputError
from scenarios.check import check_sections
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.question import read_question, source_with_settings
from scenarios.entry.folder.raw import COMPARE, OPERATION, read_source
from scenarios.entry.folder.xlsx_tables import COMPARED, WORKBOOK
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.export import export
from scenarios.studies.anonymous.hand_over import hand_over
from scenarios.variants import ComparedScenarios, scenarios_to_compare

MATRIX = """
[compare]
keys = ["prorata", "Parts égales"]
prices = [80, 95]
kwp = { toit-gymnase = [180, "99,5"] }
"""


def folder_with(tmp_path: Path, text: str, name: str = "bergerac") -> Path:
    folder = tmp_path / "op"
    copy_example(name, folder)
    path = folder / OPERATION
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return folder


def as_book(folder: Path) -> Path:
    book = folder.with_name("book")
    export(folder, book / WORKBOOK)
    return book


def change(book: Path, cells: dict[str, object]) -> None:
    opened = openpyxl.load_workbook(book / WORKBOOK)
    for address, value in cells.items():
        opened[COMPARED][address] = value
    opened.save(book / WORKBOOK)


def places(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        scenarios_to_compare(folder)
    return [problem.path for problem in caught.value.problems]


def scenarios(folder: Path, found: ComparedScenarios) -> list[tuple[object, ...]]:
    """Return the key, the price and the powers of each, whatever words they were asked in."""
    source = read_source(folder)
    each = [
        scenario_of(source_with_settings(source, settings=settings)) for _variant, settings in found.cases
    ]
    return [(s.key.name, s.prices.local_eur_per_kwh, *(plant.kwp for plant in s.plants)) for s in each]


def test_a_section_a_sheet_and_a_line_ask_for_the_same_scenarios(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MATRIX)
    settings = read_question(("prix=80/95",), (), ("toit-gymnase=180/99,5",))
    typed = scenarios_to_compare(folder, keys="prorata,equal", settings=settings)
    written = scenarios_to_compare(folder)
    assert len(written.cases) == 7
    assert scenarios(folder, written) == scenarios(folder, typed)
    book = as_book(folder)
    again = tmp_path / "again"
    export(book, again)
    assert scenarios(book, scenarios_to_compare(book)) == scenarios(folder, written)
    assert scenarios(again, scenarios_to_compare(again)) == scenarios(folder, written)


def test_what_is_typed_takes_the_place_of_what_is_written(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MATRIX)
    assert scenarios_to_compare(folder, keys="prorata,static").keys == ("prorata", "static")
    assert len(scenarios_to_compare(folder, asks=("prix=70",)).cases) == 1
    # One value is asked over the folder; what is written stands beside it.
    assert len(scenarios_to_compare(folder, settings=read_question(("prix=70",))).cases) == 8
    assert len(scenarios_to_compare(folder_with(tmp_path / "none", "")).cases) == 0


def test_a_year_is_no_scenario_and_the_command_that_shows_it_is_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "")
    for words in ("en 2030", "90 euros et en 2030"):
        with pytest.raises(InputError, match=r"all years of a plan are one scenario.*--year 2030"):
            scenarios_to_compare(folder, asks=[words])


def test_keys_alone_are_compared_on_one_exchange(tmp_path: Path) -> None:
    found = scenarios_to_compare(folder_with(tmp_path, '[compare]\nkeys = ["equal", "static"]\n'))
    assert (found.keys, found.cases) == (("equal", "static"), ())


def test_every_fault_of_the_sheet_is_told_with_its_cell(tmp_path: Path) -> None:
    book = as_book(folder_with(tmp_path, MATRIX))
    change(book, {"C5": "egale", "C6": "ab", "D6": -5, "C7": 0, "A8": "nulle-part", "B8": 4})
    sheet = f"{WORKBOOK}, {COMPARED}!"
    assert places(book) == [f"{sheet}{cell}" for cell in ("C5", "C6", "D6", "C7", "B8")]
    change(book, {"A7": None})
    with pytest.raises(InputError, match="without its name"):
        read_source(book)


def test_every_fault_of_the_section_is_told_with_its_line(tmp_path: Path) -> None:
    text = MATRIX.replace("[80, 95]", '[80, "ab"]').replace("toit-gymnase", "nulle-part")
    folder = folder_with(tmp_path, text)
    told = places(folder)
    assert [place.rpartition("] ")[2] for place in told] == [
        "prices.2",
        "kwp.nulle-part.1",
        "kwp.nulle-part.2",
    ]
    assert all(place.startswith("operation.toml, line ") for place in told)
    with pytest.raises(InputError) as caught:
        check_sections(folder)
    assert [problem.path for problem in caught.value.problems] == told
    for wrong in (
        "compare = 3",
        "[compare]\nprices = 95",
        "[compare]\nkey = []",
        "[compare]\nprices = [[1]]",
    ):
        head, _gap, rest = wrong.partition(" = 3")
        folder = folder_with(tmp_path / str(hash(wrong)), "" if _gap else wrong)
        if _gap:
            path = folder / OPERATION
            path.write_text(f"{head}{_gap}\n{path.read_text(encoding='utf-8')}{rest}", encoding="utf-8")
        assert all(COMPARE in place for place in places(folder)), wrong


def test_a_key_that_lacks_what_it_needs_is_told_before_it_is_compared(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '[compare]\nkeys = ["custom"]\nprices = [80]\n', "depart")
    with pytest.raises(InputError, match=r"keys\.custom"):
        check_sections(folder)


def test_an_empty_workbook_offers_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / WORKBOOK
    path.write_bytes(workbook_bytes())
    sheet = openpyxl.load_workbook(path)[COMPARED]
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == [
        "À comparer",
        "Clé de répartition",
        "Prix local",
    ]
    offered = [rule.sqref for rule in sheet.data_validations.dataValidation]
    assert [str(area) for area in offered] == ["B5:I5"]


@pytest.mark.slow
def test_a_copy_without_names_compares_the_same_and_calls_nobody(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, MATRIX.replace("{ toit", '{ "Gymnase" = [3], toit'))
    text = hand_over(folder, Random(1)).files[OPERATION].decode()
    section = text[text.index("[compare]") :]
    assert "gymnase" not in section.lower()
    assert "centrale-" in section
