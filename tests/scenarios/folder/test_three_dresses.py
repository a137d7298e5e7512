"""Every fault in three dresses, text files, workbook and page: once, at its place, in the words of each."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.columns.input_columns import columns, every_setting, sheet_settings
from scenarios.entry.columns.row_models import SECTIONS
from scenarios.entry.columns.toml_text import with_key
from scenarios.entry.editing.merge import Edit, merge
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.load import problems_of
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS
from tests.scenarios.folder import dresses
from web.data_view import faults_said

PO = Path(__file__).resolve().parents[3] / "reports/locale/fr/LC_MESSAGES/acc.po"
TABLE_NAMES = "participants|plants|persons|parties|quotes"
PROGRAMMERS = re.compile(rf"`\w+`|\b[a-z]+(?:_[a-z0-9]+)+\b|\[\w+\]|\b(?:{TABLE_NAMES})\b")
"""Words of the text files, which who fills a workbook or the page has never seen."""


@pytest.fixture(autouse=True)
def french() -> None:
    use("fr")


@pytest.fixture(scope="module")
def lines() -> list[dresses.WrongLine]:
    return dresses.wrong_lines()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, lines: list[dresses.WrongLine]) -> Mapping[str, list[str]]:
    use("fr")
    folder = tmp_path_factory.mktemp("dresses")
    texts, book = dresses.as_texts(folder / "texts", lines), dresses.as_book(folder / "book", lines)
    return {
        "text": [one.text for one in placed(texts, problems_of(read_source(texts)))],
        "book": [one.text for one in placed(book, problems_of(read_source(book)))],
        "page": [one.text for one in faults_said(look(texts)) if not one.fault.is_odd],
    }


def test_every_slip_is_told_once_in_each_dress_and_makes_no_other_fault(
    told: Mapping[str, list[str]], lines: list[dresses.WrongLine]
) -> None:
    assert len(lines) > 300
    whose = {dress: sorted(_id(text) for text in texts) for dress, texts in told.items()}
    assert whose == dict.fromkeys(told, sorted(line.id for line in lines))


def test_a_fault_is_told_by_the_title_and_the_place_of_its_cell(
    told: Mapping[str, list[str]], lines: list[dresses.WrongLine]
) -> None:
    found = {dress: {_id(text): text for text in texts} for dress, texts in told.items()}
    numbers = {
        file: {row["id"]: number for number, row in enumerate(rows, start=2)}
        for file, rows in dresses.tables_of(lines).items()
    }
    for line in lines:
        title = columns(line.file)[line.column].french
        at = numbers[line.file][line.id]
        for texts in found.values():
            assert title.lower() in texts[line.id].lower().partition("\u00a0:")[0], texts[line.id]
        assert f"({line.file}, ligne {at}" in found["text"][line.id]
        assert re.search(rf"\(membres\.xlsx, {TABLE_SHEETS[line.file]}![A-Z]*{at}\)$", found["book"][line.id])


def test_a_workbook_and_the_page_speak_no_word_of_the_text_files(told: Mapping[str, list[str]]) -> None:
    for text in (*told["book"], *told["page"]):
        assert not PROGRAMMERS.search(text), text


def test_every_setting_is_told_once_by_its_title_and_its_place(tmp_path: Path) -> None:
    for rank, wrong in enumerate(dresses.wrong_settings()):
        settings = {**dresses.SETTINGS, **wrong}
        texts = dresses.as_texts(tmp_path / f"texts{rank}", [], settings)
        book = dresses.as_book(tmp_path / f"book{rank}", [], settings)
        in_texts = [one.text for one in placed(texts, problems_of(read_source(texts)))]
        in_book = [one.text for one in placed(book, problems_of(read_source(book)))]
        on_page = [one.text for one in faults_said(look(texts)) if not one.fault.is_odd]
        titles = sorted(sheet_settings()[path].french for path in wrong)
        for told in (in_texts, in_book, on_page):
            assert sorted(text.partition("\u00a0:")[0] for text in told) == titles
        assert all(re.search(r"\(operation\.toml, ligne \d+, \[\w+\] \w+\)$", text) for text in in_texts)
        assert all(re.search(r"\(membres\.xlsx, Opération!B\d+\)$", text) for text in in_book)
        assert not any(PROGRAMMERS.search(text) for text in (*in_book, *on_page))


@pytest.mark.parametrize("section", list(SECTIONS))
def test_a_setting_that_no_sheet_asks_for_is_told_by_its_title_too(tmp_path: Path, section: str) -> None:
    for path, setting in every_setting().items():
        if path.startswith(f"{section}."):
            folder = dresses.as_texts(tmp_path / setting.id, [])
            written = folder / "operation.toml"
            wrong = with_key(written.read_text("utf-8"), section, setting.id, "{ x = [1] }")
            written.write_text(wrong, "utf-8")
            in_texts = [one.text for one in placed(folder, problems_of(read_source(folder)))]
            on_page = [one.text for one in faults_said(look(folder)) if not one.fault.is_odd]
            for told in (in_texts, on_page):
                assert any(text.startswith(setting.french) for text in told), (path, told)
            assert all(setting.id in text for text in in_texts if text.startswith(setting.french)), in_texts


def test_an_unlikely_setting_is_told_by_its_title_and_its_button_writes_it(tmp_path: Path) -> None:
    pressed = []
    for path, setting in every_setting().items():
        section, _dot, key = path.partition(".")
        if setting.usual and setting.unit == "0 à 1":
            folder = dresses.as_texts(tmp_path / key, [])
            written = folder / "operation.toml"
            high = max(span.high for span in setting.usual)
            written.write_text(with_key(written.read_text("utf-8"), section, key, f"{high * 1.1:g}"), "utf-8")
            (odd,) = (one for one in faults_said(look(folder)) if one.fault.path == path)
            assert odd.text.startswith(setting.french), odd.text
            if odd.remedy:
                ((column, text),) = odd.remedy.items()
                assert column == path
                merge(folder, [Edit("", "", column, text)], datetime(2026, 12, 2, tzinfo=UTC))
                assert not [one for one in faults_said(look(folder)) if one.fault.path == path]
                pressed.append(path)
    assert set(pressed) - set(sheet_settings()), pressed


def test_a_unit_that_a_column_does_not_have_is_told_with_those_it_has(tmp_path: Path) -> None:
    folder = dresses.as_texts(tmp_path / "op", [])
    (folder / "participants.csv").write_text("id;kind;Besoin (ha)\na;commune;4\n", "utf-8")
    with pytest.raises(InputError, match=r"colonne Besoin \(ha\)\W+ha\W+n’est pas une unité.* kWh, MWh, Wh"):
        read_source(folder)


SHEETLESS = re.compile(r"\[(?:worth|weather|carbon)\]")
"""Sections whose settings are typed by their path, on the sheet Réglages as after `--set`, or by a title."""

OF_A_FILE = "Dans operation.toml"


def test_no_french_sentence_sends_to_a_section_that_no_sheet_has() -> None:
    catalogue = read_po(PO.read_bytes().splitlines(keepends=True), locale="fr")
    texts = [text for message in catalogue if isinstance(text := message.string, str)]
    assert texts
    assert not [text for text in texts if SHEETLESS.search(text) and not text.startswith(OF_A_FILE)]


def _id(text: str) -> str:
    found = re.search(r"\b(?:par|pla|per|sig)\d{3}\b", text)
    assert found, text
    return found[0]
