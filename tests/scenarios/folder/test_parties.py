"""`parties.csv` and `[pmo]`: read in every dress, checked all at once, closed where a folder is copied."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from acc.holders import party_of
from acc.parties import Organiser
from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.columns.schema import siret_key
from scenarios.entry.editing.faults import look
from scenarios.entry.editing.versions import bring_back, versions_of
from scenarios.entry.editing.write import Typed, write_cells
from scenarios.entry.folder.load import load
from scenarios.export import export
from scenarios.studies.anonymous.archive import export_anonymous
from tests.parties import CLOSED_OF_PARTIES, CLOSED_OF_PMO, PARTIES, write_parties
from tests.scenarios.operation import write_operation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_parties(write_operation(tmp_path / "op"))


def test_a_party_is_read_by_the_id_or_by_the_name_of_whom_it_is(folder: Path) -> None:
    found = load(folder)
    town = party_of(found, "mairie")
    assert (town.legal_name, town.siret) == ("Commune de Xanadu", "98765432100007")
    assert town.contact == "0600000042"  # its zero is there
    assert town.deliberated_on == date(2026, 1, 31)
    assert party_of(found, "ecole").holder == "Caisse Wagnérienne"
    assert party_of(found, "hangar").signatory == "Odilon Brumaire"  # the roof of the cellar
    assert party_of(found, "garage").legal_name is None


def test_the_organiser_is_read_and_what_it_does_not_say_is_unknown(folder: Path) -> None:
    assert load(folder).organiser == Organiser(
        name="Association Kaléidoscope",
        siret="11223344500009",
        address="3 venelle Jacaranda",
        signatory="Wilhelmine Kiosque",
        signs_as="trésorière-k",
        contact="kiosque@exemple.invalid",
        mandatary="Cabinet Zibeline",
        exit_notice="cent sept jours",
        decided_on=date(2026, 2, 20),
    )


def test_a_folder_without_parties_has_none(tmp_path: Path) -> None:
    found = load(write_operation(tmp_path / "op"))
    assert (found.parties, found.organiser) == ({}, None)


def test_no_figure_and_no_sentence_rests_on_a_party(folder: Path, tmp_path: Path) -> None:
    with_them, without = load(folder), load(write_operation(tmp_path / "other"))
    assert (with_them.files, with_them.notes) == (without.files, without.notes)
    assert with_them.assumptions == without.assumptions


@pytest.mark.parametrize("name", ["membres.xlsx", "copy"])
def test_an_export_of_the_whole_operation_has_them(folder: Path, tmp_path: Path, name: str) -> None:
    export(folder, tmp_path / "to" / name)
    found = load(tmp_path / "to" / name if name == "copy" else tmp_path / "to")
    assert (found.parties, found.organiser) == (load(folder).parties, load(folder).organiser)


def test_a_copy_without_names_has_nothing_of_them(folder: Path, tmp_path: Path) -> None:
    made, _told = export_anonymous(folder, tmp_path / "copy.zip")
    archive = zipfile.ZipFile(io.BytesIO(made.read_bytes()))
    assert "parties.csv" not in archive.namelist()
    text = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert [closed for closed in (*CLOSED_OF_PARTIES, *CLOSED_OF_PMO) if closed in text] == []


WRONG = {
    ("98765432100007", "98765432100008"): (
        "parties.csv, ligne 3, siret : un chiffre est faux : recopiez les 14 chiffres "
        "(annuaire-entreprises.data.gouv.fr)"
    ),
    ("98765432100007", "987654321"): "parties.csv, ligne 3, siret : 9 chiffres au lieu de 14",
    ("98765432100007", "9876543210000A"): ("parties.csv, ligne 3, siret : « A » en 14e place"),
    ("Mairie;", "Marie;"): "parties.csv, ligne 3, id : « Marie » est inconnu. Vouliez-vous dire `mairie` ?",
    ("Mairie;", "cave;"): "parties.csv : l'identifiant cave figure 2 fois (lignes 2, 3)",
    ("31/01/2026", "fin janvier"): (
        "parties.csv, ligne 3, deliberated_on : « fin janvier » n'est pas une date : écrire 31/01/2025"
    ),
    ("Fluviale SA", "FR76 3000 1007 9412 3456 7890 185"): (
        "parties.csv, ligne 3, supplier : un numéro de compte bancaire : videz cette case. Il s'écrit à la "
        "main sur la pièce signée, dans aucun fichier"
    ),
    (";signatory;", ";signataires;"): (
        "parties.csv, colonne signataires : « signataires » est inconnu. Vouliez-vous dire `Signataire` ?"
    ),
}


def straight(text: str) -> str:
    return text.replace("’", "'").replace("\u202f", " ").replace("\u00a0", " ")


def faults_with(folder: Path, *changes: tuple[str, str]) -> str:
    text = PARTIES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "parties.csv").write_text(text, encoding="utf-8")
    use("fr")
    with pytest.raises(InputError) as refused:
        load(folder)
    return straight(str(refused.value))


@pytest.mark.parametrize(("change", "said"), WRONG.items())
def test_a_fault_names_its_cell_and_a_way_out(folder: Path, change: tuple[str, str], said: str) -> None:
    assert said in faults_with(folder, change)


def test_all_faults_are_told_at_once_those_of_the_organiser_too(folder: Path) -> None:
    settings = folder / "operation.toml"
    text = settings.read_text(encoding="utf-8").replace("11223344500009", "11223344500001")
    settings.write_text(text.replace("3 venelle Jacaranda", "FR7630001007941234567890185"), encoding="utf-8")
    told = faults_with(folder, ("98765432100007", "1"), ("31/01/2026", "hier"), ("cave;", "cava;"))
    assert told.count("parties.csv, ligne") == 3
    assert "[pmo] siret : un chiffre est faux" in told
    assert "[pmo] address : un numéro de compte bancaire" in told


def test_what_is_typed_makes_the_table_and_its_faults_are_in_their_cells(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    typed = [("id", "mairie"), ("siret", "98765432100008"), ("address", "1 place Xylophone")]
    write_cells(folder, [Typed("parties.csv", 0, column, text) for column, text in typed], datetime.now())
    (fault,) = [fault for fault in look(folder).faults if not fault.is_odd]
    assert (fault.file, fault.line, fault.column) == ("parties.csv", 2, "siret")
    write_cells(folder, [Typed("parties.csv", 2, "siret", "98765432100007")], datetime.now())
    assert party_of(load(folder), "mairie").siret == "98765432100007"
    bring_back(folder, versions_of(folder)[1].name, datetime.now())
    assert not (folder / "parties.csv").exists()


def test_what_is_missing_is_no_fault(folder: Path) -> None:
    (folder / "parties.csv").write_text("id;siret;address\nmairie;;\ncave\n", encoding="utf-8")
    assert party_of(load(folder), "mairie").siret is None


def test_a_variant_changes_nothing_of_who_signs(folder: Path) -> None:
    settings = folder / "operation.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[[variants]]\nname = "x"\n"pmo.name" = "Y"\n', encoding="utf-8")
    with pytest.raises(InputError, match="pmo"):
        load(folder, variant="x")


SIRETS = ("12345678200002", "98765432100007", "11223344500009", "99887766500005", "35600000000001")


@pytest.mark.parametrize("siret", SIRETS)
def test_a_key_that_is_right_is_taken(siret: str) -> None:
    assert siret_key(siret) == siret


@given(st.sampled_from(SIRETS[:-1]), st.integers(0, 13), st.integers(0, 9))
def test_one_wrong_digit_is_always_seen(siret: str, place: int, digit: int) -> None:
    assume(siret[place] != str(digit))
    with pytest.raises(PydanticCustomError):
        siret_key(f"{siret[:place]}{digit}{siret[place + 1 :]}")


@pytest.mark.parametrize("text", ["bail du 3 mars 2026", "FR12345678901", "AC 123, AC 124", "0600000042"])
def test_what_is_no_bank_account_is_kept(folder: Path, text: str) -> None:
    (folder / "parties.csv").write_text(f"id;supplier\nmairie;{text}\n", encoding="utf-8")
    assert party_of(load(folder), "mairie").supplier == text
