"""The workbook is the folder's tables: every mistake of the table of mistakes is caught by this door too."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from acc.problem import InputError
from acc.scenario import Scenario
from reports.format.language import use
from scenarios.entry.columns.names import Header
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.sheets import FilledCell, _is_worked_out
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, WORKBOOK, cell_text
from tests.effort import few, kept
from tests.scenarios.folder.test_mistakes import (
    BASE,
    LAWFUL_NEGATIVE,
    NUMBERS,
    THOUSANDS,
    mistaken,
    read,
    write,
)
from tests.scenarios.folder.workbooks import OPERATION, book_of, saved, typed

SITES, PLANTS = "participants.csv", "plants.csv"
FOURTH = kept(list(NUMBERS)[::4], NUMBERS)
"""Each column is met by `test_mistakes`; that a cell of a workbook goes the same way, by one in four."""


def tables(file: str = "", column: str = "", value: object = None) -> dict[str, list[dict[str, object]]]:
    """Return the tables of `test_mistakes` as typed; one cell set, with the cells that go with it."""
    made = {name: [{k: typed(v) for k, v in row.items()} for row in rows] for name, rows in BASE.items()}
    if file:
        beside = {k: typed(v) for k, v in NUMBERS.get((file, column), ("", {}))[1].items()}
        made[file][0] |= {**beside, column: value}
    return made


def said_of(folder: Path) -> tuple[Scenario | None, list[str]]:
    scenario, said = read(folder)
    return scenario, [text for text in said if not text.startswith("membres.xlsx, Membres: read, checked")]


def place(book: Workbook, file: str, column: str, line: int = 2) -> str:
    sheet = book[TABLE_SHEETS[file]]
    heads = [cell.value for cell in sheet[1]]
    return f"{WORKBOOK}, {sheet.title}!{get_column_letter(heads.index(column) + 1)}{line}"


def sites(book: Workbook) -> Worksheet:
    found: Worksheet = book["Sites"]
    return found


@pytest.mark.parametrize(("file", "column"), list(NUMBERS))
def test_both_doors_read_a_right_value_alike_and_say_nothing(tmp_path: Path, file: str, column: str) -> None:
    right = NUMBERS[file, column][0]
    by_text = load(write(tmp_path / "a", file, column, right))
    by_book, said = said_of(saved(book_of(tables(file, column, typed(right))), tmp_path / "b"))
    assert said == []
    assert by_book is not None
    assert by_book.participants == by_text.participants
    assert by_book.plants == by_text.plants
    assert by_book.persons == by_text.persons


@pytest.mark.parametrize("mistake", few(1, ["text", "x1000", "/1000", "negative"]))
@pytest.mark.parametrize(("file", "column"), FOURTH)
def test_a_mistake_is_caught_with_sheet_and_cell(
    tmp_path: Path, file: str, column: str, mistake: str
) -> None:
    book = book_of(tables(file, column, typed(mistaken(NUMBERS[file, column][0], mistake))))
    _scenario, said = said_of(saved(book, tmp_path))
    assert any(f"{WORKBOOK}, {TABLE_SHEETS[file]}!" in text for text in said), said
    if mistake in {"text", "negative"} and column not in LAWFUL_NEGATIVE:
        assert any(text.startswith(f"{place(book, file, column)}, {column}: ") for text in said), said


@pytest.mark.parametrize(("file", "column"), FOURTH)
def test_a_number_as_text_is_read_with_its_comma(tmp_path: Path, file: str, column: str) -> None:
    right = NUMBERS[file, column][0]
    first = said_of(saved(book_of(tables(file, column, typed(right))), tmp_path / "a"))
    second = said_of(saved(book_of(tables(file, column, mistaken(right, "comma"))), tmp_path / "b"))
    assert first == second
    assert first[1] == []


@pytest.mark.parametrize(("file", "column"), kept(THOUSANDS[::4], THOUSANDS))
def test_a_text_with_marks_of_thousands_is_refused_with_both_readings(
    tmp_path: Path, file: str, column: str
) -> None:
    right = NUMBERS[file, column][0]
    book = book_of(tables(file, column, mistaken(right, "thousands")))
    _none, said = said_of(saved(book, tmp_path))
    assert any(place(book, file, column) in text and f"Write {right} or " in text for text in said), said


@pytest.mark.parametrize(("file", "column"), FOURTH)
def test_an_empty_cell_is_unknown(tmp_path: Path, file: str, column: str) -> None:
    by_text = read(write(tmp_path / "a", file, column, ""))
    by_book = said_of(saved(book_of(tables(file, column, None)), tmp_path / "b"))
    assert (by_text[0] is None) == (by_book[0] is None)
    assert len(by_text[1]) == len(by_book[1])


@pytest.mark.parametrize(("file", "column"), FOURTH)
def test_a_day_that_excel_made_of_a_number_is_refused(tmp_path: Path, file: str, column: str) -> None:
    book = book_of(tables(file, column, datetime(2026, 2, 1)))
    _none, said = said_of(saved(book, tmp_path))
    assert any(place(book, file, column) in text and "2026-02-01" in text for text in said), said


def test_a_number_of_three_decimals_has_one_reading(tmp_path: Path) -> None:
    scenario = load(saved(book_of(tables(PLANTS, "kwp", 99.125)), tmp_path))
    assert scenario.plants[0].kwp == 99.125


def test_a_percentage_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = book_of(tables(PLANTS, "losses_ratio", 0.14))
    book["Centrales"]["F2"].number_format = "0%"
    assert load(saved(book, tmp_path / "a")).plants[0].losses_ratio == 0.14
    book["Centrales"]["F1"].value = "Pertes (%)"
    assert load(saved(book, tmp_path / "b")).plants[0].losses_ratio == 0.14
    book["Centrales"]["F2"].number_format = "General"
    book["Centrales"]["F2"].value = 14
    assert load(saved(book, tmp_path / "c")).plants[0].losses_ratio == 0.14


def test_days_truths_hours_and_long_numbers_are_read_as_a_person_means_them(tmp_path: Path) -> None:
    made = tables()
    made[SITES][0] |= {"prm": 30000000000001, "supply_until": date(2027, 12, 31), "publish": True}
    made[SITES][1] |= {"supply_until": 46752, "off_peak": "22:00-06:00"}
    made[PLANTS][0] |= {"commissioned_on": 45000}
    scenario = load(saved(book_of(made), tmp_path))
    first, second = scenario.participants
    assert first.prm == "30000000000001"
    assert first.contract.until == date(2027, 12, 31)
    assert first.publish is True
    # Their format lost: days since 30 December 1899.
    assert second.contract.until == date(2027, 12, 31)
    assert scenario.plants[0].commissioned_on == date(2023, 3, 15)


def test_merged_cells_are_refused_with_their_area(tmp_path: Path) -> None:
    book = book_of(tables())
    sites(book).merge_cells("F2:F3")
    assert said_of(saved(book, tmp_path))[1][0].startswith("membres.xlsx, Sites!F2:F3: merged cells")


def test_a_formula_without_its_value_and_one_that_fails_are_refused(tmp_path: Path) -> None:
    book = book_of(tables())
    sites(book)["I2"] = "=60000+2100"
    sites(book)["I3"] = "#REF!"
    sites(book)["I3"].data_type = "e"
    said = said_of(saved(book, tmp_path))[1]
    assert any(text.startswith("membres.xlsx, Sites!I2: a formula without its value") for text in said)
    assert any(text.startswith("membres.xlsx, Sites!I3: #REF!: the formula fails") for text in said)


def test_the_same_bytes_are_opened_once_and_told_in_the_language_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_of(tables())
    sites(book)["I3"] = "#REF!"
    sites(book)["I3"].data_type = "e"
    folder = saved(book, tmp_path)
    said = said_of(folder)[1]
    with monkeypatch.context() as once:
        once.setattr("openpyxl.load_workbook", None)
        assert said_of(folder)[1] == said
    use("fr")
    assert any("Sites!I3 : #REF! : la formule" in text for text in map(plain_spaces, said_of(folder)[1]))
    sites(book)["I3"] = 62000
    assert not any("#REF!" in text for text in said_of(saved(book, tmp_path))[1])


def plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_empty_rows_moved_columns_titles_and_remarks_change_nothing(tmp_path: Path) -> None:
    plain = load(saved(book_of(tables()), tmp_path / "a"))
    made = tables()
    made[SITES] = [dict(reversed(row.items())) for row in made[SITES]]
    book = book_of(made)
    sheet = sites(book)
    sheet.insert_rows(3, 4)
    sheet["A4"] = "# une remarque"
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Nos sites"
    assert load(saved(book, tmp_path / "b")).participants == plain.participants


def test_a_cell_outside_the_table_and_a_column_that_stands_twice_are_told(tmp_path: Path) -> None:
    book = book_of(tables())
    sites(book)["Z2"] = "à vérifier"
    sites(book)["Y1"] = "kva"
    said = said_of(saved(book, tmp_path))[1]
    assert "membres.xlsx, Sites!Z2: a cell outside the table: its column has no header" in said
    assert "membres.xlsx, Sites!Y1: this column stands twice in the header" in said


def test_text_files_beside_the_workbook_are_refused_with_the_remedy(tmp_path: Path) -> None:
    folder = saved(book_of(tables()), write(tmp_path / "op"))
    (said,) = said_of(folder)[1]
    assert said.startswith("membres.xlsx: stands beside operation.toml, participants.csv")
    assert "Keep one" in said


WHAT_IT_IS = {
    b"": "the workbook is damaged or protected",
    b"PK\x03\x04 not a workbook \0": "the workbook is damaged or protected",
    b"id;name\n": "a text, not a workbook",
    b"\xd0\xcf\x11\xe0old": "an .xls workbook, or one with a password",
    b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet \0": "an .ods workbook",
}


@pytest.mark.parametrize("content", WHAT_IT_IS)
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / WORKBOOK).write_bytes(content)
    (said,) = said_of(tmp_path)[1]
    assert said.startswith(f"membres.xlsx: {WHAT_IT_IS[content]}")


def test_a_workbook_that_unpacks_to_more_than_a_list_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / WORKBOOK, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert (tmp_path / WORKBOOK).stat().st_size < 100_000
    (said,) = said_of(tmp_path)[1]
    assert said.startswith("membres.xlsx: the file unpacks to more than 20 MB")
    (tmp_path / WORKBOOK).write_bytes(b"0" * 2_000_001)
    assert said_of(tmp_path)[1][0].startswith("membres.xlsx: 2,000,001 bytes")


def test_an_xml_entity_is_not_expanded(tmp_path: Path) -> None:
    folder = saved(book_of(tables()), tmp_path / "op")
    with zipfile.ZipFile(folder / WORKBOOK) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    name = "xl/workbook.xml"
    start = parts[name].index(b"<workbook")
    parts[name] = parts[name][:start] + bomb + parts[name][start:]
    with zipfile.ZipFile(folder / WORKBOOK, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    assert "damaged or protected" in said_of(folder)[1][0]


def test_a_stray_cell_far_away_is_told_before_it_is_read(tmp_path: Path) -> None:
    book = book_of(tables())
    sites(book)["A900000"] = "x"
    assert "membres.xlsx, Sites: more than 5000 rows" in said_of(saved(book, tmp_path))[1][0]


def test_a_sheet_that_is_missing_and_a_header_that_is_missing_are_told(tmp_path: Path) -> None:
    book = book_of(tables())
    del book["Centrales"]
    sites(book)["A1"] = "numéro"
    said = said_of(saved(book, tmp_path))[1]
    assert any("no sheet Centrales" in text for text in said)
    assert any(
        text.startswith("membres.xlsx, Sites: no header: a line with the column “Identifiant”")
        for text in said
    )


PRICES = (("Prix local", 95), ("Vente du surplus", 45), ("Frais de la PMO", "6 000"))


def test_settings_are_read_by_their_french_names(tmp_path: Path) -> None:
    variants = (
        ("sans la cave", "sites.cave.Actif", "non"),
        ("prix", "Prix local", 80),
        (None, "centrales.toit.kwp", 120.5),
        ("sans prix", "Clé de répartition", "Parts égales"),
    )
    folder = saved(book_of(tables(), prices=PRICES, variants=variants), tmp_path)
    source = read_source(folder)
    assert source.sections["prices"] == {
        "local_eur_per_mwh": 95,
        "surplus": 45,
        "pmo_eur_per_year": 6000,
    }
    assert source.variants == ("sans la cave", "prix", "sans prix")
    assert load(folder, variant="sans la cave").inactive_ids == {"cave"}
    changed = load(folder, variant="prix")
    assert (changed.prices.local_eur_per_kwh, changed.plants[0].kwp) == (0.08, 120.5)
    assert load(folder, variant="sans prix").key.name == "equal"


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        ((("Prix local", "cher"),), "membres.xlsx, Prix!B2: "),
        ((("Prix local", -5),), "membres.xlsx, Prix!B2: "),
        ((("Prix local", 0.105),), "105 EUR/MWh? (membres.xlsx, Prix!B2)"),
        (
            (("Prix locale", 95),),
            "Prix!A2: “Prix locale” is unknown. Did you mean `Prix local`?",
        ),
        ((("Prix local", 95), ("prices.local_eur_per_mwh", 90)), "membres.xlsx, Prix!B3: "),
        (((None, 95),), "membres.xlsx, Prix!B2: a value without its name"),
    ],
)
def test_a_mistake_in_a_setting_is_told_with_its_cell(
    tmp_path: Path, prices: tuple[tuple[str, object], ...], says: str
) -> None:
    said = said_of(saved(book_of(tables(), prices=prices), tmp_path))[1]
    assert any(says in text for text in said), said


def test_a_mistake_in_a_variant_is_told_with_its_line(tmp_path: Path) -> None:
    folder = saved(book_of(tables(), variants=(("x", "sites.nulle-part.actif", "non"),)), tmp_path)
    with pytest.raises(InputError) as caught:
        load(folder, variant="x")
    assert str(caught.value.problems[0]).startswith("membres.xlsx, Variantes!2: “nulle-part” is unknown")


def test_the_rest_of_the_settings_is_lines_of_toml(tmp_path: Path) -> None:
    book = book_of(tables())
    sheet = book.create_sheet("Réglages")
    for line, text in enumerate(
        ("# rare", "[keys.equal]", "[battery]", "energy_kwh = 100", "power_kw = 0"), 1
    ):
        sheet.cell(line, 1, text)
    said = said_of(saved(book, tmp_path / "a"))[1]
    assert any(text.startswith("membres.xlsx, Réglages, [battery] power_kw: ") for text in said), said
    sheet["A5"] = "power_kw = 50"
    sheet["A6"] = "round_trip_ratio = 0.9"
    scenario = load(saved(book, tmp_path / "b"))
    assert scenario.battery is not None
    sheet["A5"] = "power_kw = 0,5"
    assert any("Réglages, line 5" in text for text in said_of(saved(book, tmp_path / "c"))[1])


def test_times_of_a_day_are_hours(tmp_path: Path) -> None:
    book = book_of(tables(), settings=(*OPERATION, ("Contact", time(8, 30))))
    assert load(saved(book, tmp_path)).words.contact == "08:30"


@pytest.mark.parametrize(
    ("cells", "worked_out"),
    [
        ("<c r='A1'><v>1</v></c>", True),
        ("<c r='A1'><f>B1&gt;2</f><v>1</v></c>", True),
        ("<x:c r='A1'><x:f t='shared' si='0'/><x:v>1</x:v></x:c>", True),
        ("<c r='A1'><f>B1</f></c>", False),
        ("<c r='A1'><f>B1</f><v></v></c><c r='A2'><v>1</v></c>", False),
        ("<c r='A1'><f>B1</f><v/></c><c r='A2'><f>B2</f><v>1</v></c>", False),
        ("<x:c r='A1'><x:f t='shared' si='0'/></x:c>", False),
        ("<c r='A1'><f>B1</f></c><c t='inlineStr'><is><t><![CDATA[</f><v>1]]></t></is></c>", False),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_formulas_are_read_a_second_time_where_one_may_lack_its_value(
    cells: str, worked_out: bool, encoding: str
) -> None:
    assert _is_worked_out(f"<sheetData>{cells}</sheetData>".encode(encoding)) is worked_out


def test_formulas_beside_the_tables_are_left_alone(tmp_path: Path) -> None:
    book = book_of(tables())
    book.create_sheet("Brouillon")["A1"] = "=1+1"
    sites(book).insert_rows(1)
    sites(book)["B1"] = "=COUNTA(A3:A9)"
    assert said_of(saved(book, tmp_path))[1] == []


def test_lines_that_are_struck_or_hidden_are_counted_and_said(tmp_path: Path) -> None:
    use("fr")
    book = book_of(tables())
    sites = book[TABLE_SHEETS[SITES]]
    for cell in sites[3]:
        cell.font = Font(strike=True)
    sites.row_dimensions[2].hidden = True
    notes = " ".join(load(saved(book, tmp_path)).notes).replace("\xa0", " ")
    assert "Sites : 1 ligne masquée (ligne 2)" in notes
    assert "Sites : 1 ligne barrée (ligne 3), et comptée" in notes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (46_023, "2026-01-01"),
        (20_001, "1954-10-04"),
        (79_999, "2119-01-10"),
        (20_000, "20000"),
        (80_000, "80000"),
        (2_027, "2027"),
        (date(1905, 7, 19), "2027"),
        (date(2027, 12, 31), "2027-12-31"),
    ],
)
def test_a_day_without_its_format_is_counted_from_the_end_of_1899(value: int | date, text: str) -> None:
    """1 January 2000 is day 36,526 of Excel; 26 years later, 7 of them leap years, it is 46,023. 71 years and
    18 leap days before that is 1955, day 20,090; 93 years and 22 leap days after it is 2119, day 79,990. A
    year alone in a cell for days is the day of that number."""
    assert cell_text(FilledCell(1, "A1", value), Header("commissioned_on")) == text
    if isinstance(value, int):
        assert cell_text(FilledCell(1, "A1", value), Header("name")) == str(value)
