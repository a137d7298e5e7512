"""What a member tells of the years to come: lines of `changes.csv`, of its own sites alone."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from acc.changes import What
from scenarios.entry.collecting.form import BLOCKS, LINE
from scenarios.entry.columns.names import CHANGES
from scenarios.entry.folder.load import load
from scenarios.export import export
from scenarios.forms import accept, find_answers
from tests.scenarios.collecting.forms import line_of
from tests.scenarios.collecting.test_parties_in_forms import (
    CELLAR,
    TODAY,
    TOWN,
    answered,
    complete,
    told,
    with_forms,
)

BLOCK = BLOCKS[CHANGES]
CLOSES = {
    (BLOCK, 1, "Site ou centrale"): "École",
    (BLOCK, 1, "Ce qui change"): "Ferme",
    (BLOCK, 1, "Depuis"): date(2029, 9, 1),
    (BLOCK, 1, "Multiplié par"): 0.1,
}
HEAT_PUMP = {
    (BLOCK, 2, "Site ou centrale"): "mairie",
    (BLOCK, 2, "Ce qui change"): "Pompe à chaleur",
    (BLOCK, 2, "Depuis"): 2030,
    (BLOCK, 2, "Combustible remplacé (kWh)"): 92000,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_forms(complete(tmp_path / "op"))


def rows_of(folder: Path) -> list[tuple[str, What, date, float, float]]:
    return [(c.site, c.what, c.since, c.ratio, round(c.kwh)) for c in load(folder).changes]


def test_an_answer_becomes_lines_of_the_table_and_says_nothing_more_once_taken(folder: Path) -> None:
    found = answered(folder, TOWN, CLOSES | HEAT_PUMP)
    assert told(found) == []
    accept(found, TODAY)
    assert rows_of(folder) == [
        ("ecole", What.CLOSES, date(2029, 9, 1), 0.1, 0),
        ("mairie", What.HEAT_PUMP, date(2030, 1, 1), 0.0, 28552),
    ]
    assert find_answers(folder).answers == ()
    again = with_forms(folder) / "forms" / TOWN
    sheet = openpyxl.load_workbook(again)["Fiche"]
    line = line_of(sheet, BLOCK, LINE)
    keys = [sheet.cell(line, column).value for column in range(2, 6)]
    assert keys == ["ecole-closes-2029", "mairie-heat-pump-2030", "ville-nouveau-1", "ville-nouveau-2"]
    assert sheet.cell(line_of(sheet, BLOCK, "Ce qui change"), 2).value == "Ferme"


def test_a_workbook_takes_them_too(folder: Path, tmp_path: Path) -> None:
    book = tmp_path / "book"
    export(folder, book)
    with_forms(book)
    accept(answered(book, TOWN, CLOSES), TODAY)
    assert rows_of(book) == [("ecole", What.CLOSES, date(2029, 9, 1), 0.1, 0)]


def test_a_form_that_is_sent_again_corrects_its_line_and_adds_none(folder: Path) -> None:
    accept(answered(folder, TOWN, CLOSES), TODAY)
    later = CLOSES | {(BLOCK, 1, "Depuis"): 2031}
    for _again in range(2):
        accept(answered(folder, TOWN, later), TODAY)
        assert rows_of(folder) == [("ecole", What.CLOSES, date(2031, 1, 1), 0.1, 0)]
        later = later | {(BLOCK, 1, "Depuis"): "01/01/2031"}
    table = folder / CHANGES
    table.write_text(table.read_text("utf-8-sig").replace("2031", "2033"), encoding="utf-8")
    (problem,) = told(answered(folder, TOWN, CLOSES | {(BLOCK, 1, "Depuis"): 2034}))
    assert "write it in the table" in problem
    assert len(rows_of(folder)) == 1


@pytest.mark.parametrize(
    ("answers", "title", "words"),
    [
        ({(BLOCK, 1, "Site ou centrale"): "chai"}, "Site ou centrale", "none of yours"),
        ({(BLOCK, 1, "Site ou centrale"): None}, "Site ou centrale", "which of"),
        ({(BLOCK, 1, "Ce qui change"): "Fermé bientôt"}, "Ce qui change", "closes"),
        ({(BLOCK, 1, "Ce qui change"): None}, "Ce qui change", "missing"),
        ({(BLOCK, 1, "Depuis"): 2099}, "Depuis", "73 years"),
        ({(BLOCK, 1, "Depuis"): 2020}, "Depuis", "already"),
        ({(BLOCK, 1, "Multiplié par"): 1.5}, "Multiplié par", "below 1"),
        ({(BLOCK, 1, "Ce qui change"): "Climatisation"}, "Énergie ajoutée", "missing"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell_and_nothing_is_taken(
    folder: Path, answers: dict[tuple[str, int, str], object], title: str, words: str
) -> None:
    found = answered(folder, TOWN, CLOSES | answers)
    faults = [one for one in told(found) if words in one]
    sheet = openpyxl.load_workbook(folder / "answers" / TOWN)["Fiche"]
    full = next(c.value for c in sheet["A"] if str(c.value).startswith(title))
    assert any(f"Fiche!B{line_of(sheet, BLOCK, str(full))}" in one for one in faults), told(found)
    assert accept(found, TODAY) == []
    assert not (folder / CHANGES).exists()


def test_who_has_one_site_need_not_say_which_and_a_form_names_nobody_else(folder: Path) -> None:
    table = folder / "changes.csv"
    table.write_text("id;what;since;ratio\necole;closes;2029;0,1\n", encoding="utf-8")
    plants = folder / "plants.csv"
    plants.write_text("".join(plants.read_text("utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    with_forms(folder)
    form = openpyxl.load_workbook(folder / "forms" / CELLAR)
    texts = [str(c.value) for sheet in form.worksheets for row in sheet.iter_rows() for c in row]
    assert not any("ecole" in text for text in texts)
    doubled = {k: v for k, v in CLOSES.items() if k[2] != "Site ou centrale"} | {
        (BLOCK, 1, "Ce qui change"): "Multiplie le besoin",
        (BLOCK, 1, "Multiplié par"): 2,
    }
    found = answered(folder, CELLAR, doubled)
    assert told(found) == []
    accept(found, TODAY)
    assert ("chai", What.SCALE, date(2029, 9, 1), 2.0, 0) in rows_of(folder)
