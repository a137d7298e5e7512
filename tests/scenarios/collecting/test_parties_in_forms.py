"""What a member answers of its own party: a line of `parties.csv`, made where there is none."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell

from acc.holders import party_of
from scenarios.entry.collecting.form import BLOCKS
from scenarios.entry.columns.names import PARTIES
from scenarios.entry.folder.load import load
from scenarios.entry.workbook.cells import YELLOW
from scenarios.export import export
from scenarios.forms import PendingAnswers, accept, find_answers, make_forms
from tests.effort import few
from tests.scenarios.collecting.forms import fill, line_of, made

TODAY = date(2026, 9, 14)
BLOCK = BLOCKS[PARTIES]
TOWN, CELLAR = "ville-d-exemple.xlsx", "cave-des-coteaux.xlsx"
OF_TOWN = {
    (BLOCK, 1, "Nom officiel"): "Commune de Xanadu",
    (BLOCK, 1, "SIRET"): 98765432100007,
    (BLOCK, 1, "Signataire"): "Philomène Xérès",
}
OF_CELLAR = {(BLOCK, 1, "Nom officiel"): "Zéphyrin"}


def answered(folder: Path, form: str, answers: dict[tuple[str, int, str], object]) -> PendingAnswers:
    fill(folder / "forms" / form, folder / "answers" / form, answers)
    return find_answers(folder)


def with_forms(folder: Path) -> Path:
    make_forms(folder, folder / "forms", TODAY, force=True)
    return folder


def complete(folder: Path) -> Path:
    """Write the operation with the need of each site: its forms lack the parties alone."""
    sites = made(folder) / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("mairie;;36", "mairie;40000;36"), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_forms(complete(tmp_path / "op"))


def texts_of(form: Path) -> list[str]:
    sheets = openpyxl.load_workbook(form).worksheets  # the hidden one too
    cells = (cell for sheet in sheets for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.value is not None]


def told(found: PendingAnswers) -> list[str]:
    return [str(problem) for answer in found.printed for problem in answer.problems]


def test_two_answers_make_the_table_of_parties(folder: Path) -> None:
    answered(folder, TOWN, OF_TOWN)
    found = answered(folder, CELLAR, OF_CELLAR)
    assert told(found) == []
    accept(found, TODAY)
    scenario = load(folder)
    assert sorted(scenario.parties) == ["cave", "ville"]
    town = party_of(scenario, "ecole")
    assert (town.legal_name, town.siret) == ("Commune de Xanadu", "98765432100007")
    assert party_of(scenario, "toit-chai").legal_name == "Zéphyrin"
    assert find_answers(folder).answers == ()


def test_an_answer_of_the_rest_alone_makes_no_table_of_parties(folder: Path) -> None:
    accept(answered(folder, TOWN, {("Site", 1, "PRM"): "30000000000001"}), TODAY)
    assert not (folder / PARTIES).exists()


def test_lines_that_are_there_stay_and_those_of_its_sites_are_asked_too(folder: Path) -> None:
    text = "# à relire\nid;holder;Nom officiel\necole;Caisse Wagnérienne;\n\ncave;;Zéphyrin"
    (folder / PARTIES).write_text(text, encoding="utf-8")
    with_forms(folder)
    form = folder / "forms" / TOWN
    assert "Caisse Wagnérienne" in texts_of(form)
    assert "Zéphyrin" not in texts_of(form)
    accept(answered(folder, TOWN, OF_TOWN | {(BLOCK, 2, "Fournisseur du complément"): "Voltigeur"}), TODAY)
    lines = (folder / PARTIES).read_text(encoding="utf-8-sig").splitlines()
    assert [lines[n] for n in (0, 3, 4)] == ["# à relire", "", "cave;;Zéphyrin"]
    scenario = load(folder)
    assert party_of(scenario, "ecole").holder == "Caisse Wagnérienne"
    assert party_of(scenario, "ecole").supplier == "Voltigeur"
    assert party_of(scenario, "mairie").supplier is None
    assert party_of(scenario, "mairie").signatory == "Philomène Xérès"


@pytest.mark.parametrize("has_sheet", few(1, [True, False]))
def test_the_same_answers_reach_a_workbook_with_its_sheet_or_without(tmp_path: Path, has_sheet: bool) -> None:
    path = tmp_path / "op" / "membres.xlsx"
    export(complete(tmp_path / "text"), path)
    if not has_sheet:
        book = openpyxl.load_workbook(path)
        del book["Parties"]
        book.save(path)
    folder = with_forms(tmp_path / "op")
    answered(folder, TOWN, OF_TOWN)
    accept(answered(folder, CELLAR, OF_CELLAR), TODAY)
    scenario = load(folder)
    assert party_of(scenario, "ville").siret == "98765432100007"
    assert party_of(scenario, "cave").legal_name == "Zéphyrin"


def test_a_wrong_siret_is_told_by_its_cell_and_nothing_is_taken(folder: Path) -> None:
    found = answered(folder, TOWN, OF_TOWN | {(BLOCK, 1, "SIRET"): "98765432100008"})
    (problem,) = told(found)
    assert problem.startswith(f"answers/{TOWN}, Fiche!B")
    assert "SIRET" in problem
    assert accept(found, TODAY) == []
    assert not (folder / PARTIES).exists()


def test_homes_told_together_are_asked_for_no_party(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    for name, old, new in (
        ("participants.csv", "chai;Chai;entreprise", "chai;Chai;household-group"),
        ("plants.csv", ";cave;", ";ville;"),
    ):
        text = (folder / name).read_text(encoding="utf-8").replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    with_forms(folder)
    assert BLOCK not in texts_of(folder / "forms" / CELLAR)
    assert BLOCK in texts_of(folder / "forms" / TOWN)


@pytest.mark.parametrize(("kind", "lacks"), [("entreprise", True), ("foyer", False)])
def test_a_home_is_not_said_to_lack_a_siret(tmp_path: Path, kind: str, lacks: bool) -> None:
    folder = made(tmp_path / "op")
    sites = folder / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("Chai;entreprise", f"Chai;{kind}"), encoding="utf-8")
    sheet = openpyxl.load_workbook(with_forms(folder) / "forms" / CELLAR)["Fiche"]
    yellow = {title: is_yellow(sheet.cell(line_of(sheet, BLOCK, title), 2)) for title in ("SIRET", "Adresse")}
    assert yellow == {"SIRET": lacks, "Adresse": True}


def is_yellow(cell: Cell | MergedCell) -> bool:
    return str(cell.fill.fgColor.rgb).endswith(YELLOW.removeprefix("#"))
