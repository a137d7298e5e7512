"""Faults that a new user met on screens: each is told in French, with its place and what to write."""

from pathlib import Path

import click.testing
import pytest
from click.testing import CliRunner

import cli
from tests.scenarios.operation import write_operation

HEAD, *ROWS = (
    "id;name;kind;prm;latitude;longitude;insee;commune;kva;supply_eur_per_mwh;profile;annual_kwh\n"
    "mairie;Mairie annexe;commune;30000000000001;44,8478;0,4856;24037;Bergerac;36;128;mairie;62000\n"
    "cave;Cave;entreprise;30000000000002;44,8425;0,4968;24037;Bergerac;120;118;cave;140000"
).splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_operation(tmp_path / "op", **{"end = 2027-01-01": "end = 2026-01-04"})
    text = (made / "operation.toml").read_text(encoding="utf-8")
    head, tail = text.split("[keys.weighted]")
    tail = tail.partition("[prices]")[2].partition("[[variants]]")[0]
    (made / "operation.toml").write_text(f"{head}[prices]{tail}", encoding="utf-8")
    (made / "participants.csv").write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    plants = "id;name;owner;latitude;longitude;insee;kwp\ntoit;Toit;cave;44,8455;0,4835;24037;90\n"
    (made / "plants.csv").write_text(plants, encoding="utf-8")
    return made


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def acc(*words: str | Path) -> click.testing.Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words], catch_exceptions=False)


def said(*words: str | Path) -> str:
    done = acc(*words)
    return (done.stdout + done.stderr).replace("\u00a0", " ").replace("\u202f", " ").replace("\n", " ")


def test_a_letter_in_a_prm_is_told_with_its_place_and_the_prm_is_not_printed(folder: Path) -> None:
    spoil(folder, "participants.csv", "30000000000001", "3000000000000A")
    text = said("check", folder)
    assert "Mairie annexe, PRM : « A » en 14e place." in text
    assert "(participants.csv, ligne 2)" in text
    assert "3000000000000" not in text


def test_a_prm_of_thirteen_digits_is_told_with_their_count(folder: Path) -> None:
    spoil(folder, "participants.csv", "30000000000001", "3000000000001")
    assert "Mairie annexe, PRM : 13 chiffres au lieu de 14" in said("check", folder)


def test_a_typed_value_is_shown_as_it_was_typed(folder: Path) -> None:
    spoil(folder, "participants.csv", ";62000", ";62 MWh")
    told = said("check", folder)
    assert "Mairie annexe, besoin annuel : « 62 MWh » : écrire 62000, en kWh." in told
    assert "kWh. (participants.csv, ligne 2, annual_kwh)" in told
    assert told.rstrip().endswith("Corriger, enregistrer, puis la même commande.")
    spoil(folder, "participants.csv", ";62 MWh", ";pas sûr 62")
    assert "« pas sûr 62 » n’est pas un nombre" in said("check", folder).replace("'", "’")


@pytest.mark.parametrize(
    "words", [("look", "nofile.csv"), ("coefficients", "check", "nofile.csv"), ("check", "nodossier")]
)
def test_a_file_that_is_not_there_is_told_in_french(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = said(*words)
    assert "No such file" not in text
    assert "dans .." not in text
    assert words[-1] in text


def test_look_offers_columns_that_are_named_and_no_kind_that_it_cannot_know(tmp_path: Path) -> None:
    rows = "\n".join(f"2026-01-01T{hour:02d}:00:00Z;1" for hour in range(24))
    file = tmp_path / "ecole.csv"
    file.write_text(f"horodatage;ecole_kwh\n{rows}\n", encoding="utf-8")
    text = said("look", file)
    assert "colonne « curve » : ecole.csv" in text
    assert "company" not in text


def test_coefficients_of_the_default_key_say_that_nothing_is_to_be_sent(folder: Path) -> None:
    spoil(folder, "operation.toml", "step_minutes = 60", "step_minutes = 15")
    text = said("coefficients", "write", folder)
    assert "calcule cette clé : rien à envoyer" in text.replace("'", "’")


def test_coefficients_of_an_operation_that_breaks_a_rule_say_so(folder: Path) -> None:
    spoil(folder, "operation.toml", "step_minutes = 60", "step_minutes = 15")
    spoil(folder, "operation.toml", 'name = "prorata"', 'name = "static"')
    assert "ne respecte pas" not in said("coefficients", "write", folder)
    spoil(folder, "participants.csv", "44,8478;0,4856;24037;Bergerac", "45,1840;0,7211;24322;Périgueux")
    text = said("coefficients", "write", folder, "--force")
    assert "L’opération ne respecte pas" in text.replace("'", "’")
    assert "rien à envoyer" not in text


def test_check_ends_with_a_picture_of_what_was_understood(folder: Path) -> None:
    text = said("check", folder, "--details")
    told = text[text.index("Ce qui a été compris") :]
    assert "Commune" in told
    assert "Ensemble" in told
    assert "profil (2)" in told
    assert "1 centrale, 90 kWc" in told
    assert f"Ensuite : `acc run {folder}`" in told
    assert "Lieux : 3 connus sur 3, à Bergerac (3)" in told


def test_check_refuses_a_folder_of_which_a_variant_cannot_be_run(folder: Path) -> None:
    path = folder / "operation.toml"
    variant = '\n[[variants]]\nname = "a"\n"participants.mairie.annual_kwh" = "peu"\n'
    path.write_text(path.read_text(encoding="utf-8") + variant, encoding="utf-8")
    done = acc("check", folder)
    assert done.exit_code == 1
    assert "peu" in done.stderr
    assert "[variants]" in done.stderr


def test_a_title_of_another_table_is_answered_by_that_of_its_own(folder: Path) -> None:
    (folder / "parties.csv").write_text("Site ou centrale;signatory\nmairie;A. B.\n", encoding="utf-8")
    told = acc("check", folder).output
    assert "« Site ou centrale » est inconnu. Vouliez-vous dire `Identifiant`" in told.replace("\xa0", " ")
