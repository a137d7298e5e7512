"""Each figure of a form, typed as tired people type it: read rightly, or told by its cell."""

import re
from pathlib import Path

import pytest

from scenarios.entry.collecting.questions import QUESTIONS
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PARTICIPANTS, PLANTS, UNITS, plain_number
from scenarios.forms import accept, find_answers, forms_state, make_forms
from tests.scenarios.collecting.forms import fill, made
from tests.scenarios.collecting.test_forms import CELLAR, TODAY, cells

FIGURES = [
    (part, columns(file)[name])
    for part, file in (("Site", PARTICIPANTS), ("Centrale", PLANTS))
    for name in QUESTIONS[file]
    if columns(file)[name].unit in UNITS and name != "kva"
]
SOUND = {
    "latitude": "44,8581",
    "longitude": "0,4051",
    "annual_kwh": "142 600",
    "supply_eur_per_mwh": "112,5",
    "kwp": "37,5",
    "surface_tilt": "12",
    "surface_azimuth": "165",
    "inverter_kva": "36",
    "capex_eur": "45 000",
    "connection_eur": "9 000",
}
DAYS = {"bill_start": "01/01/2025", "bill_end": "31/12/2025", "supply_until": "31/12/2027"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = made(tmp_path / "op")
    sites = folder / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("mairie;;36", "mairie;40000;36"), encoding="utf-8")
    make_forms(folder, folder / "forms", TODAY)
    return folder


def answer(folder: Path, typed: dict[tuple[str, int, str], object]) -> None:
    fill(folder / "forms" / CELLAR, folder / "answers" / CELLAR, typed)


@pytest.mark.parametrize("mistake", ["beaucoup", "-7", "1.2.3,4", "12 MWh/ha", "1e999", "?"])
def test_what_is_no_figure_is_told_of_every_cell(folder: Path, mistake: str) -> None:
    answer(folder, {(part, 1, known.header): mistake for part, known in FIGURES})
    (told,) = find_answers(folder).printed
    said = " ".join(map(str, told.problems))
    lacking = [known.header for _part, known in FIGURES if f", {known.header}: " not in said]
    # South and west are negative too; where a site stands then is told of both together.
    assert set(lacking) <= ({"Latitude (degrés)", "Longitude (degrés)"} if mistake == "-7" else set())
    assert all(problem.path.startswith("answers/cave-des-coteaux.xlsx, Fiche!B") for problem in told.problems)
    assert accept(find_answers(folder), TODAY) == []


def test_french_figures_and_days_are_read(folder: Path) -> None:
    given = {(part, known.id): SOUND[known.id] for part, known in FIGURES if known.id in SOUND}
    titles = {(part, known.id): known.header for part, known in FIGURES}
    typed = {(part, 1, titles[part, name]): text for (part, name), text in given.items()}
    days = {("Site", 1, columns(PARTICIPANTS)[name].header): day for name, day in DAYS.items()}
    answer(folder, {**typed, **days})
    found = find_answers(folder)
    assert [str(problem) for problem in found.printed[0].problems] == []
    accept(found, TODAY)
    rows = {"Site": cells(folder, "chai"), "Centrale": cells(folder, "toit-chai")}
    for (part, name), text in given.items():
        assert plain_number(str(rows[part][name])) == plain_number(text), name
    assert [rows["Site"][name] for name in DAYS] == ["2025-01-01", "2025-12-31", "2027-12-31"]


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_figure_in_another_unit_is_warned_of(folder: Path, factor: float) -> None:
    names = ("annual_kwh", "supply_eur_per_mwh", "kwp", "capex_eur")
    usual = {"annual_kwh": 142_600, "supply_eur_per_mwh": 112.5, "kwp": 37.5, "capex_eur": 45_000}
    shown = {known.id: (part, 1, known.header) for part, known in FIGURES if known.id in names}
    for name in names:
        answer(folder, {shown[name]: usual[name] * factor})
        (told,) = find_answers(folder).printed
        said = " ".join([*map(str, told.problems), *told.notes])
        assert f", {shown[name][2]}: ".lower() in said.lower(), name


def test_an_unlikely_value_waits_until_a_person_keeps_it(folder: Path) -> None:
    answer(
        folder, {("Site", 1, "Besoin annuel (kWh)"): "40 000", ("Centrale", 1, "Puissance (kWc)"): "0,036"}
    )
    found = find_answers(folder)
    # The same kWh as another site is no fault of the form alone: the whole folder is looked at.
    assert any("0,036" in note or "0.036" in note for note in found.printed[0].notes)
    assert accept(found, TODAY) == []
    assert cells(folder, "chai")["annual_kwh"] == "142500"
    assert accept(found, TODAY, keep=True)
    assert cells(folder, "chai")["annual_kwh"].replace(" ", "") == "40000"


def test_what_is_said_twice_in_the_folder_is_doubted_on_the_form(folder: Path) -> None:
    sites = folder / "participants.csv"
    sites.write_text(sites.read_text("utf-8").replace("62 100", "62 137"), encoding="utf-8")
    answer(folder, {("Site", 1, "Besoin annuel (kWh)"): "62 137"})
    (told,) = find_answers(folder).printed
    assert any("line 3" in note and "62,137" in note for note in told.notes), told.notes


def test_a_missing_signatory_hides_no_other_fault(folder: Path) -> None:
    answer(folder, {("Accord", 1, "J’accepte"): "oui", ("Site", 1, "Besoin annuel (kWh)"): "beaucoup"})
    (told,) = find_answers(folder).printed
    assert "accepted by nobody" in told.unsigned
    assert "beaucoup" in " ".join(map(str, told.problems))


def test_a_consent_that_nobody_signs_is_not_counted_and_keeps_the_rest_of_the_answer(folder: Path) -> None:
    answer(folder, {("Accord", 1, "J’accepte"): "oui", ("Site", 1, "Besoin annuel (kWh)"): "140 400"})
    found = find_answers(folder)
    (told,) = found.printed
    assert (told.problems, told.consent) == ((), None)
    assert told.unsigned.startswith("answers/")
    assert "Fiche!" in told.unsigned
    assert accept(found, TODAY)
    assert cells(folder, "chai")["annual_kwh"].replace(" ", "") == "140400"
    state = forms_state(folder)
    assert state is not None
    assert state.consents == {}


IN_OTHER_UNITS = {
    "annual_kwh": ("142,6 MWh", "142600"),
    "supply_eur_per_mwh": ("11,25 c€", "112.5"),
    "kwp": ("37500 Wc", "37.5"),
    "capex_eur": ("45 k€", "45000"),
}
"""What is typed in a form, by column, and the figure that it is told to write."""


def test_what_a_form_is_told_to_write_is_read_without_a_word(folder: Path) -> None:
    parts = {known.id: (part, 1, known.header) for part, known in FIGURES if known.id in IN_OTHER_UNITS}
    answer(folder, {parts[name]: typed for name, (typed, _right) in IN_OTHER_UNITS.items()})
    (told,) = find_answers(folder).printed
    said = {
        name: re.search(r": write ([\d.,]+), in ", str(problem))
        for name, (_part, _rank, header) in parts.items()
        for problem in told.problems
        if f", {header}: " in str(problem)
    }
    written = {name: match[1] for name, match in said.items() if match}
    assert {name: plain_number(text) for name, text in written.items()} == {
        name: right for name, (_typed, right) in IN_OTHER_UNITS.items()
    }
    answer(folder, {parts[name]: text for name, text in written.items()})
    (mended,) = find_answers(folder).printed
    assert (mended.problems, mended.notes) == ((), ())


def test_a_doubt_is_told_beside_the_faults_each_at_its_cell(folder: Path) -> None:
    parts = {known.id: (part, 1, known.header) for part, known in FIGURES}
    answer(folder, {parts["annual_kwh"]: "beaucoup", parts["kwp"]: "37500"})
    (told,) = find_answers(folder).printed
    (problem,), (note,) = told.problems, told.notes
    assert problem.path.startswith("answers/cave-des-coteaux.xlsx, Fiche!B")
    assert "answers/cave-des-coteaux.xlsx, Fiche!B" in note
    assert "37.5" in note
