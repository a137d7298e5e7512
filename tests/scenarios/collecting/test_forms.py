"""Forms: written with one member's own data alone, read back, told with place and remedy, taken whole."""

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from acc.problem import InputError
from reports.format.language import use
from reports.terminal.check import print_answers
from scenarios.entry.collecting.form import BLOCKS
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.export import export
from scenarios.forms import PendingAnswers, accept, find_answers, forms_state, make_forms
from tests.scenarios.collecting.forms import fill, line_of, made
from tests.scenarios.folder.test_lists_of_the_workbook import lists_of

TODAY = date(2026, 11, 25)
TOWN, CELLAR = "ville-d-exemple.xlsx", "cave-des-coteaux.xlsx"

SOUND = {
    ("Site", 2, "Besoin annuel (kWh)"): 45000,
    ("Site", 2, "Prix du fournisseur (EUR/MWh)"): "131,5",
    ("Site", 1, "PRM"): "30 000 000 000 001",
    ("Site", 1, "Fin du contrat de fourniture"): "31/12/2027",
    ("Centrale", 1, "Nature"): "Toiture",
    ("Membre", 1, "Acheteur public"): "oui",
    ("Accord", 1, "J’accepte"): "oui",
    ("Accord", 1, "Nom et qualité"): "la maire",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = made(tmp_path / "op")
    make_forms(folder, folder / "forms", TODAY)
    return folder


def book_folder(tmp_path: Path) -> Path:
    """Return the same operation in a workbook, its forms made."""
    text = made(tmp_path / "text")
    sites = text / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("mairie;;36", "mairie;40000;36"), encoding="utf-8")
    export(text, tmp_path / "op" / "membres.xlsx")
    make_forms(tmp_path / "op", tmp_path / "op" / "forms", TODAY)
    return tmp_path / "op"


def answered(folder: Path, answers: dict[tuple[str, int, str], object], form: str = TOWN) -> PendingAnswers:
    fill(folder / "forms" / form, folder / "answers" / form, answers)
    return find_answers(folder)


def faults(found: PendingAnswers) -> list[str]:
    return [str(problem) for answer in found.printed for problem in answer.problems]


def cells(folder: Path, id_: str) -> dict[str, object]:
    source = read_source(folder)
    rows = (*source.participants, *source.plants, *(source.persons or ()))
    return next(dict(row.cells) for row in rows if row.cells["id"] == id_)


def test_each_form_holds_its_member_alone(folder: Path) -> None:
    assert {path.name for path in (folder / "forms").iterdir()} == {TOWN, CELLAR}
    with zipfile.ZipFile(folder / "forms" / TOWN) as archive:
        text = " ".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    for other in ("Coteaux", "chai", "Chai", "142500", "111,125", "111.125", "44,8580", "44.858<", "95.5"):
        assert other not in text, other
    assert all(own in text for own in ("École", "62100", "128", "Ville d"))


BELOW_TEN = "Compté à moins de dix"
SIGNED = {("Accord", 1, "J’accepte"): "oui", ("Accord", 1, "Nom et qualité"): "Mme Dupont"}


def test_the_form_of_a_home_alone_asks_whether_it_may_be_counted_below_ten(tmp_path: Path) -> None:
    where = made(tmp_path / "op")
    for name, row in (
        ("persons.csv", "dupont;Famille Dupont;foyer;\n"),
        ("participants.csv", "maison;Maison;foyer;dupont;44,8570;0,4020;logements;4000;9;\n"),
    ):
        path = where / name
        path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    forms = make_forms(where, where / "forms", TODAY)
    home = next(path for path in forms if "dupont" in path.name)
    for form in forms:
        titles = [row[0].value for row in openpyxl.load_workbook(form)["Fiche"].iter_rows(max_col=1)]
        assert (BELOW_TEN in titles) is (form == home), form.name
    answers = {("Site", 1, BELOW_TEN): "oui", **SIGNED}
    fill(home, where / "answers" / home.name, answers)
    accept(find_answers(where), TODAY)
    assert cells(where, "maison")["counted_below_ten"] == "oui"


A4_POINTS = 842.0
"""How high a page is."""


def test_a_member_of_many_sites_prints_its_last_page_alone(tmp_path: Path) -> None:
    """Nine meters of the town: the parts flow, the consent has a page of its own that names them all."""
    where = made(tmp_path / "op")
    rows = "".join(
        f"lieu{n};Lieu {n};commune;ville;;;mairie;9000;12;;2434000000000{n}\n" for n in range(1, 8)
    )
    table = (where / "participants.csv").read_text(encoding="utf-8")
    table = table.replace("supply_eur_per_mwh\n", "supply_eur_per_mwh;prm\n") + rows
    (where / "participants.csv").write_text(table, encoding="utf-8")
    make_forms(where, where / "forms", TODAY)
    sheet = openpyxl.load_workbook(where / "forms" / TOWN)["Fiche"]
    consent = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Accord")
    breaks = [one.id + 1 for one in sheet.row_breaks.brk]
    assert breaks[-1] == consent
    # No part stands across two pages, which a program keeps to only where the sheet is not fitted to them.
    assert all(sheet.cell(line, 1).value in {*BLOCKS.values(), "Accord"} for line in breaks)
    heights = [sheet.row_dimensions[line].height or 15.0 for line in range(1, sheet.max_row + 1)]
    pages = [
        sum(heights[a - 1 : b - 1]) for a, b in zip([1, *breaks], [*breaks, len(heights) + 1], strict=True)
    ]
    assert max(pages) * sheet.page_setup.scale / 100 < 0.95 * (A4_POINTS - 72.0 * 0.9)
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$2"
    told = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
    assert any("the last page alone" in text for text in told[:5])
    assert "Lieu 7 (24340000000007)" in str(sheet.cell(consent + 1, 1).value)
    signed = {("Accord", 1, "J’accepte"): "oui", ("Accord", 1, "Nom et qualité"): "le maire"}
    fill(where / "forms" / TOWN, where / "answers" / TOWN, signed)
    (answer,) = find_answers(where).printed
    assert (answer.problems, answer.changes) == ((), ())
    assert answer.consent


def test_what_lacks_is_yellow_and_what_is_known_is_filled_in(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "forms" / TOWN)
    sheet = book["Fiche"]
    lacking = sheet.cell(line_of(sheet, "Site", "Besoin annuel (kWh)"), 3)
    known = sheet.cell(line_of(sheet, "Site", "Besoin annuel (kWh)"), 2)
    assert (lacking.value, lacking.fill.fgColor.rgb) == (None, "FFFFF6C8")
    assert (known.value, known.fill.fill_type) == (62100, None)
    assert not lacking.protection.locked
    assert sheet.cell(line_of(sheet, "Site", "Identifiant"), 2).protection.locked
    assert all(sheet.cell(line_of(sheet, "Site", name), 1).comment for name in ("Nom", "PRM", "Profil"))
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in {None, 1}
    offered = list(lists_of(book, "Fiche").values())
    assert ["oui", "non"] in offered
    assert any("BTSUP-CU" in texts for texts in offered)
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "To be confirmed" in words


def test_forms_that_are_there_are_left_until_forced(folder: Path) -> None:
    assert make_forms(folder, folder / "forms", TODAY) == []
    assert len(make_forms(folder, folder / "forms", TODAY, force=True)) == 2


def test_answers_are_shown_then_taken_and_nothing_else_changes(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    found = answered(folder, SOUND)
    assert faults(found) == []
    told = {(change.id, change.column): (change.before, change.after) for change in found.printed[0].changes}
    assert told == {
        ("ville", "public_buyer"): ("", "oui"),
        ("ecole", "prm"): ("", "30000000000001"),
        ("ecole", "supply_until"): ("", "2027-12-31"),
        ("mairie", "annual_kwh"): ("", "45000"),
        ("mairie", "supply_eur_per_mwh"): ("", "131,5"),
        ("toit", "kind"): ("", "Toiture"),
    }
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before
    accept(found, TODAY)
    scenario = load(folder)
    assert scenario.participants[1].source.annual_kwh == 45000
    assert scenario.participants[0].prm == "30000000000001"
    lines = (folder / "participants.csv").read_bytes().decode("utf-8-sig").split("\n")
    old = before["participants.csv"].decode("utf-8").split("\n")
    assert [lines[n] for n in (0, 3, 5)] == [old[n] for n in (0, 3, 5)]
    assert (folder / "participants.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert find_answers(folder).answers == ()


def test_the_same_answers_reach_a_workbook_and_leave_the_rest_of_it(tmp_path: Path) -> None:
    folder = book_folder(tmp_path)
    accept(answered(folder, SOUND), TODAY)
    source = read_source(folder)
    ecole, mairie, chai = (row.cells for row in source.participants)
    assert (mairie["annual_kwh"], ecole["supply_until"]) == ("45000", "2027-12-31")
    assert chai["annual_kwh"] == "142500"
    assert [row.cells.get("public_buyer") for row in source.persons or ()] == ["oui", None]
    book = openpyxl.load_workbook(folder / "membres.xlsx")
    assert str(book["Sites"]["D2"].value).startswith("=SUMIFS(")
    assert book.calculation.fullCalcOnLoad
    assert openpyxl.load_workbook(folder / "membres.xlsx", data_only=True)["Sites"]["D2"].value is not None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            {("Site", 2, "Besoin annuel (kWh)"): "45.000"},
            "Fiche!C20, Besoin annuel .kWh.: “45.000”",
        ),
        ({("Site", 2, "Besoin annuel (kWh)"): "45 MWh"}, "write 45000, in kWh"),
        ({("Site", 2, "Besoin annuel (kWh)"): -3}, "a number above 0 is expected"),
        ({("Site", 2, "Besoin annuel (kWh)"): "beaucoup"}, "“beaucoup”|beaucoup is not a number"),
        ({("Site", 1, "PRM"): 3000000000000}, "13 digits, 14 are expected"),
        ({("Site", 1, "Nature"): "Mairi"}, "Did you mean `commune`"),
        ({("Site", 1, "Fin du contrat de fourniture"): "fin 2027"}, "is not a date"),
        ({("Site", 1, "Latitude (degrés)"): 0.4011, ("Site", 1, "Longitude (degrés)"): 44.8561}, "swapped"),
        ({("Site", 1, "Besoin annuel (kWh)"): "=1/0"}, "formula"),
        ({("Accord", 1, "J’accepte"): "peut-être"}, "`oui` or `non`"),
        (
            {("Site", 1, "Identifiant"): "ecole-2"},
            "ecole-2 is no identifier of Ville d'Exemple.*ecole, mairie",
        ),
        ({("Site", 1, "Identifiant"): "chai"}, "chai is no identifier of Ville d'Exemple"),
    ],
)
def test_what_is_wrong_is_told_by_cell_and_nothing_is_taken(
    folder: Path, typed: dict[tuple[str, int, str], object], says: str
) -> None:
    found = answered(folder, typed)
    told = " | ".join(faults(found))
    assert re.search(says, told), told
    assert "answers/ville-d-exemple.xlsx, Fiche!" in told
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    assert accept(found, TODAY) == []
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before


def test_an_unlikely_answer_is_warned_of(folder: Path) -> None:
    (told,) = answered(folder, {("Site", 2, "Besoin annuel (kWh)"): 45}).printed
    assert told.problems == ()
    assert "45" in told.notes[0]
    assert "Fiche!" in told.notes[0]


def test_an_answer_with_a_fault_keeps_none_of_the_others_away(folder: Path) -> None:
    answered(folder, {("Site", 2, "Besoin annuel (kWh)"): "45.000"})
    found = answered(folder, {("Site", 1, "Puissance souscrite (kVA)"): 72}, CELLAR)
    assert len(faults(found)) == 1
    accept(found, TODAY)
    assert (cells(folder, "chai")["kva"], "annual_kwh" in cells(folder, "mairie")) == ("72", False)


def test_what_the_folder_came_to_say_since_is_not_replaced_unseen(folder: Path) -> None:
    path = folder / "participants.csv"
    path.write_text(path.read_text("utf-8").replace("62 100", "70000"), encoding="utf-8")
    untouched = answered(folder, {("Site", 2, "Besoin annuel (kWh)"): 45000})
    assert faults(untouched) == []
    (fault,) = faults(answered(folder, {("Site", 1, "Besoin annuel (kWh)"): 65000}))
    assert "says 65000; the folder said 62100 when the form was made, and says 70000 since" in fault
    assert "participants.csv, line 3, annual_kwh" in fault
    path.write_text(path.read_text("utf-8").replace("70000", "65000"), encoding="utf-8")
    assert faults(find_answers(folder)) == []


def test_a_member_may_correct_its_own_answer(folder: Path) -> None:
    accept(answered(folder, {("Site", 2, "Besoin annuel (kWh)"): 45000}), TODAY)
    found = answered(folder, {("Site", 2, "Besoin annuel (kWh)"): 46000})
    assert faults(found) == []
    accept(found, TODAY)
    assert cells(folder, "mairie")["annual_kwh"] == "46000"


def test_half_of_a_place_that_was_pasted_in_one_cell_is_corrected(folder: Path) -> None:
    path = folder / "participants.csv"
    path.write_text(
        path.read_text("utf-8").replace("44,8561;0,4011;école", '"44.8561, 0.4011";;école'), "utf-8"
    )
    make_forms(folder, folder / "forms", TODAY, force=True)
    accept(answered(folder, {("Site", 1, "Longitude (degrés)"): "0,4022"}), TODAY)
    assert (cells(folder, "ecole")["latitude"], cells(folder, "ecole")["longitude"]) == ("44,8561", "0,4022")


def test_a_form_that_comes_back_untouched_is_an_answer(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    found = answered(folder, {})
    assert (found.printed[0].changes, faults(found)) == ((), [])
    assert [path.name for path in accept(found, TODAY)] == ["journal.csv"]
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before
    state = forms_state(folder)
    assert state is not None
    assert state.answered == ("ville",)
    assert state.consents == {}


def test_two_answers_of_one_member_are_both_left_aside(folder: Path) -> None:
    answered(folder, SOUND)
    shutil.copy(folder / "answers" / TOWN, folder / "answers" / "ville (1).xlsx")
    told = faults(find_answers(folder))
    assert len(told) == 2
    assert all("another answer of the same member" in text for text in told)


def test_a_stranger_among_the_answers_is_told_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other")
    path = other / "operation.toml"
    path.write_text(path.read_text("utf-8").replace("Essai", "Autre"), encoding="utf-8")
    make_forms(other, other / "forms", TODAY)
    answers = folder / "answers"
    shutil.copy(other / "forms" / TOWN, answers / "autre.xlsx")
    shutil.copy(folder / "forms" / CELLAR, answers / "macros.xlsm")
    with zipfile.ZipFile(answers / "cachees.xlsx", "w") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    (answers / "photo.jpg").write_bytes(b"\xff\xd8")
    (answers / "texte.xlsx").write_text("bonjour", encoding="utf-8")
    (answers / "enorme.xlsx").write_bytes(b"PK" + b"0" * 2_000_001)
    openpyxl.Workbook().save(answers / "vide.xlsx")
    (answers / "~$ville.xlsx").write_bytes(b"x")
    text = made(tmp_path / "text")
    sites = text / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("mairie;;36", "mairie;40000;36"), encoding="utf-8")
    export(text, answers / "classeur.xlsx")
    told = {
        answer.file.removeprefix("answers/"): faults_of
        for answer in find_answers(folder).printed
        if (faults_of := " ".join(map(str, answer.problems)))
    }
    assert "made for “Autre”, and this folder is “Essai”" in told.pop("autre.xlsx")
    assert all("macros in it" in told.pop(name) for name in ("macros.xlsm", "cachees.xlsx"))
    assert "one in .xlsx is expected" in told.pop("photo.jpg")
    assert "a text, not a workbook" in told.pop("texte.xlsx")
    assert "more than the 2,000,000 expected" in told.pop("enorme.xlsx")
    assert "send this member its form again" in told.pop("vide.xlsx")
    assert "the workbook of a whole operation" in told.pop("classeur.xlsx")
    assert told == {}


def test_tables_that_changed_while_one_looked_are_not_written(folder: Path) -> None:
    found = answered(folder, SOUND)
    path = folder / "plants.csv"
    path.write_text(path.read_text("utf-8").replace("99,5", "80"), encoding="utf-8")
    with pytest.raises(InputError, match="changed meanwhile"):
        accept(found, TODAY)


def test_who_answered_who_did_not_and_what_is_estimated(folder: Path) -> None:
    accept(answered(folder, SOUND), TODAY)
    state = forms_state(folder)
    assert state is not None
    assert (state.answered, state.waiting) == (("ville",), ("Cave des Coteaux",))
    assert state.consents == {"ville": True}
    assert state.estimated["version of the TURPE"] == ("École", "Mairie", "Chai")
    assert "kWh of a bill" not in state.estimated
    journal = (folder / "answers" / "journal.csv").read_bytes().decode("utf-8-sig")
    assert "2026-11-25;ville;answers/ville-d-exemple.xlsx;" in journal
    assert ";participants.csv;mairie;annual_kwh;;45000" in journal


MONTHS = [f"{month}_kwh" for month in ("jan", "feb", "mar", "apr", "may", "jun")]
MONTHS += [f"{month}_kwh" for month in ("jul", "aug", "sep", "oct", "nov", "dec")]


def known_by_months(folder: Path) -> Path:
    """Make forms of a folder whose town hall is known by its months, in French."""
    use("fr")
    made(folder)
    path = folder / "participants.csv"
    head, *lines = filter(None, path.read_text(encoding="utf-8").splitlines()[1:])
    known = [[line, *["5000" if line.startswith("mairie") else ""] * len(MONTHS)] for line in lines]
    path.write_text("\n".join(map(";".join, [[head, *MONTHS], *known])), encoding="utf-8")
    make_forms(folder, folder / "forms", TODAY)
    return folder


def test_what_the_tables_know_by_month_stands_in_the_form_and_is_asked_no_more(tmp_path: Path) -> None:
    folder = known_by_months(tmp_path / "op")
    sheet = openpyxl.load_workbook(folder / "forms" / TOWN)["Fiche"]
    known = sheet.cell(line_of(sheet, "Site", "Ce que nous savons de sa consommation"), 3)
    said = re.sub(r"[\s\u202f]", " ", str(known.value))
    assert said.startswith("12 mois sur 12, 60 000 kWh")
    assert sheet.cell(line_of(sheet, "Site", "Besoin annuel (kWh)"), 3).fill.fill_type is None


def test_an_answer_that_what_is_known_contradicts_is_told_in_the_words_of_the_form(tmp_path: Path) -> None:
    folder = known_by_months(tmp_path / "op")
    postes = {("Site", 2, "HP (kWh)"): 40_000, ("Site", 2, "HC (kWh)"): 2_000}
    sheet = openpyxl.load_workbook(folder / "forms" / TOWN)["Fiche"]
    titles = {str(row[0].value) for row in sheet.iter_rows(max_col=1)}
    assert {title for _part, _place, title in postes} <= titles
    fill(folder / "forms" / TOWN, folder / "answers" / TOWN, postes)
    (answer,) = find_answers(folder).printed
    assert answer.problems
    assert not any(re.search(r"[a-z]_kwh|`", problem.message) for problem in answer.problems), answer.problems


def test_what_is_taken_is_told_as_a_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    use("fr")
    fill(folder / "forms" / TOWN, folder / "answers" / TOWN, {("Site", 1, "Besoin annuel (kWh)"): 71_500})
    print_answers(find_answers(folder).printed, folder, taken=True)
    text = capsys.readouterr().out.replace("\u202f", " ")
    assert "Besoin annuel (kWh) : 62100 → 71500" in text.replace("\u00a0", " ")
