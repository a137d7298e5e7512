"""Columns and keys that no command uses yet: read in the units of the core, checked, told in a warning."""

from datetime import date
from pathlib import Path

import pytest

from acc.kept_bill import KeptBill
from acc.problem import InputError
from acc.scenario import Accepted
from acc.sites import Kind, Person, PlantCosts, PlantKind, Vat
from reports.format.language import use
from scenarios.entry.folder.load import load

OPERATION = """[operation]
name = "Essai"
start = 2025-01-01
end = 2026-01-01

[prices]
local_eur_per_mwh = 110.0
supply_ratio = 1.1
local_ratio = 0.9

[[accepted]]
where = "participants.csv, mairie, annual_kwh"
value = 62
why = "un local vide"

[[variants]]
name = "séance du 25"
kept_on = 2026-11-25
present = "Mme Roy, M. Petit"
note = "le maire veut revoir le prix"
"prices.local_eur_per_mwh" = 95.0
"""
PERSONS = """id;name;kind;insee;epci;vat;profit_tax_ratio;public_buyer
ville;Ville;commune;24037;200068930;fctva;;oui
forge;Forge;company;;;recovered;0,25;non
"""
PARTICIPANTS = (
    "id;kind;person;profile;annual_kwh;hph_kwh;hch_kwh;hpb_kwh;hcb_kwh;jan_kwh;dec_kwh;bill_start;bill_end;"
    "peak_kw;off_peak;off_peak_winter;off_peak_summer;recovers_vat;accise_eur_per_mwh;supply_until\n"
    "mairie;commune;ville;town-hall;62000;20 000;9000;24000;9000;6000;5500;01/01/2024;2024-12-31;"
    "31,5;;23:30-05:30;12:30-14:30;;0,5;31/12/2027\n"
    "usine;company;forge;workshop;640000;;;;;;;;;;22:00-06:00;;;oui;;\n"
)
PLANTS = (
    "id;person;kind;kwp;capex_eur;connection_eur;opex_eur_per_year;insurance_eur_per_year;rent_eur_per_year;"
    "inverter_eur;injection_turpe_eur_per_year;ifer_eur_per_year;life_years;grant_eur;commissioned_year;"
    "commissioned_on\n"
    "toit;ville;roof;100;95000;12000;1500;400;0;9000;90;330;30;5000;2025;2025-03-31\n"
)
FILES = {
    "operation.toml": OPERATION,
    "persons.csv": PERSONS,
    "participants.csv": PARTICIPANTS,
    "plants.csv": PLANTS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "curves").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_persons_are_carried_with_their_taxes(folder: Path) -> None:
    ville = Person(
        id="ville",
        name="Ville",
        kind=Kind.COMMUNE,
        insee="24037",
        epci="200068930",
        vat=Vat.FCTVA,
        public_buyer=True,
    )
    forge = Person(
        id="forge",
        name="Forge",
        kind=Kind.COMPANY,
        vat=Vat.RECOVERED,
        profit_tax_ratio=0.25,
        public_buyer=False,
    )
    scenario = load(folder)
    assert scenario.persons == (ville, forge)
    assert [site.person for site in (*scenario.participants, *scenario.plants)] == ["ville", "forge", "ville"]
    assert scenario.files == ("persons.csv",)  # its sha256 is in the provenance


def test_a_folder_without_persons_has_none(folder: Path) -> None:
    (folder / "persons.csv").unlink()
    assert load(folder).persons is None  # `person` is kept as it is written: nothing says who exists


def test_a_bill_is_kept_by_slot_and_by_month(folder: Path) -> None:
    mairie, usine = load(folder).participants
    assert mairie.bill == KeptBill(
        kwh_by_slot={"hph": 20_000.0, "hch": 9_000.0, "hpb": 24_000.0, "hcb": 9_000.0},
        kwh_by_month={1: 6_000.0, 12: 5_500.0},
        start=date(2024, 1, 1),
        end=date(2024, 12, 31),
        peak_kw=31.5,
    )
    assert usine.bill is None
    contract = mairie.contract
    assert contract.off_peak_winter_hours == ((1410, 1440), (0, 330))  # 23:30 to 05:30, cut at midnight
    assert contract.off_peak_summer_hours == ((750, 870),)
    assert (contract.accise_eur_per_kwh, contract.until) == (0.0005, date(2027, 12, 31))
    assert usine.contract.off_peak_winter_hours is None


def test_a_plant_carries_its_own_costs(folder: Path) -> None:
    plant = load(folder).plants[0]
    assert plant.costs == PlantCosts(
        capex_eur=95_000.0,
        connection_eur=12_000.0,
        opex_eur_per_year=1_500.0,
        insurance_eur_per_year=400.0,
        rent_eur_per_year=0.0,
        inverter_eur=9_000.0,
        injection_turpe_eur_per_year=90.0,
        ifer_eur_per_year=330.0,
        life_years=30,
        grant_eur=5_000.0,
    )
    assert (plant.kind, plant.commissioned_on) == (PlantKind.ROOF, date(2025, 3, 31))


def test_a_day_of_start_gives_its_year(folder: Path) -> None:
    spoil(folder, "plants.csv", ";2025;2025-03-31", ";;2019-03-31")
    assert load(folder).plants[0].commissioned_year == 2019


def test_ratios_and_accepted_oddities_are_carried(folder: Path) -> None:
    scenario = load(folder)
    assert (scenario.prices.supply_ratio, scenario.prices.local_ratio) == (1.1, 0.9)
    assert scenario.prices.local_eur_per_kwh == pytest.approx(0.110 * 0.9)
    assert any(value == "× 0.900" or value == "× 0,900" for _what, value, _why in scenario.assumptions)
    where = "participants.csv, mairie, annual_kwh"
    assert scenario.accepted == (Accepted(where=where, value=62, why="un local vide"),)


def test_what_is_said_of_a_variant_changes_nothing(folder: Path) -> None:
    assert load(folder, variant="séance du 25").prices.local_eur_per_kwh == pytest.approx(0.095 * 0.9)


def test_what_is_not_used_yet_is_named_in_a_warning_a_file(folder: Path) -> None:
    use("fr")
    notes = [plain(note) for note in load(folder).notes[:4]]
    assert notes[0] == (
        "operation.toml : lu, vérifié et gardé, pas encore utilisé : "
        "[[variants]] kept_on, [[variants]] note, [[variants]] present"
    )
    assert notes[1].endswith(" : epci, insee")


def test_a_folder_that_gives_none_of_them_is_told_nothing(folder: Path) -> None:
    (folder / "persons.csv").unlink()
    (folder / "operation.toml").write_text(OPERATION.split("supply_ratio", maxsplit=1)[0], encoding="utf-8")
    (folder / "participants.csv").write_text("id;kind;profile;annual_kwh\na;company;workshop;9000\n")
    (folder / "plants.csv").write_text("id;kwp\ntoit;9\n", encoding="utf-8")
    scenario = load(folder)
    assert not any("not used yet" in note for note in scenario.notes)
    assert (scenario.accepted, scenario.plants[0].costs) == (None, None)


def plain(text: str) -> str:
    """Return a text without what differs by typography alone: spaces, apostrophes, marks of a name."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("`", "")


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


WRONG = {
    ("participants.csv", "commune;ville;", "commune;vile;"): (
        "participants.csv, ligne 2, person : « vile » est inconnu. Vouliez-vous dire `ville` ?"
    ),
    ("plants.csv", "toit;ville", "toit;la ville"): (
        "plants.csv, ligne 2, person : la ville n'est pas un identifiant : lettres sans accent, "
        "chiffres, - et _"
    ),
    ("participants.csv", ";;;oui;;", ";;;non;;"): (
        "participants.csv, ligne 3, recovers_vat : non, mais persons.csv dit vat = recovered pour forge : "
        "laissez cette case vide, ou corrigez l'un des deux"
    ),
    ("persons.csv", ";fctva;", ";tva;"): (
        "persons.csv, ligne 2, vat : « tva » est inconnu. Vouliez-vous dire `Rendue en partie (FCTVA)` ?"
    ),
    ("persons.csv", "0,25", "25"): (
        "persons.csv, ligne 3, profit_tax_ratio : « 25 » : écrire 0,25 pour 25 %."
    ),
    ("persons.csv", "forge;Forge", "ville;Forge"): (
        "persons.csv : l'identifiant ville figure 2 fois (lignes 2, 3)"
    ),
    ("persons.csv", "public_buyer\n", "public_buyers\n"): (
        "persons.csv, colonne public_buyers : « public_buyers » est inconnu. Vouliez-vous dire "
        "`Acheteur public` ?"
    ),
    ("persons.csv", PERSONS.split("\n", maxsplit=1)[1], ""): (
        "persons.csv : aucun membre : écrivez-en un par ligne, ou ôtez le fichier"
    ),
    ("participants.csv", ";hph_kwh;", ";hp_kwh;"): (
        "participants.csv, ligne 2, hp_kwh : 20000 à côté de hch_kwh, hpb_kwh, hcb_kwh : gardez "
        "heures pleines et creuses (hp_kwh, hc_kwh), ou les postes HPH, HCH, HPB, HCB, pointe"
    ),
    ("participants.csv", "20 000", "-20"): (
        "participants.csv, ligne 2, hph_kwh : -20 est refusé : 0 au moins est attendu"
    ),
    ("participants.csv", ";2024-12-31;", ";;"): (
        "participants.csv, ligne 2, bill_end : absent : le premier et le dernier jour d'une facture "
        "vont ensemble"
    ),
    ("participants.csv", ";2024-12-31;", ";2023-12-31;"): (
        "participants.csv, ligne 2, bill_end : 2023-12-31 vient avant le début de la facture, "
        "2024-01-01 : le dernier jour est attendu"
    ),
    ("participants.csv", ";31/12/2027", ";fin 2027"): (
        "participants.csv, ligne 2, supply_until : « fin 2027 » n'est pas une date : écrire 31/01/2025"
    ),
    ("participants.csv", ";12:30-14:30;", ";;"): (
        "participants.csv, ligne 2, off_peak_summer : absent : donnez les deux saisons, ou les heures "
        "creuses de toute l'année (off_peak)"
    ),
    ("participants.csv", ";31,5;;", ";31,5;22:00-06:00;"): (
        "participants.csv, ligne 2, off_peak : 22:00-06:00 à côté d'heures par saison : gardez "
        "celles de l'année (off_peak), ou des deux saisons (off_peak_winter, off_peak_summer)"
    ),
    ("participants.csv", ";23:30-05:30;", ";la nuit;"): (
        "participants.csv, ligne 2, off_peak_winter : la nuit n'est pas une plage d'heures :"
    ),
    ("participants.csv", ";0,5;", ";500;"): (
        "participants.csv, ligne 2, accise_eur_per_mwh : 500 est refusé : 100 au plus est attendu"
    ),
    ("participants.csv", ";town-hall;62000;20 000;", ";town-hall;;;"): (
        "participants.csv, ligne 2, annual_kwh : il manque des postes ou des mois : donner tous, "
        "ou les kWh de l'année (annual_kwh)"
    ),
    ("participants.csv", ";62000;", ";70 000;"): (
        "participants.csv, ligne 2, annual_kwh : 70000 kWh, mais les postes font 62000 : corrigez l'un "
        "ou l'autre, ou laissez cette case vide"
    ),
    ("participants.csv", ";6000;5500;", ";26000;5500;"): (
        "participants.csv, ligne 2, hph_kwh : hph_kwh + hch_kwh font 29000 kWh, les mois de leur saison "
        "(jan_kwh, dec_kwh) 31500 : corrigez les uns ou les autres (saison haute : novembre à mars)"
    ),
    ("participants.csv", ";2024-12-31;", ";2024-06-30;"): (
        "participants.csv, ligne 2, bill_end : 182 jours depuis le début de la facture, 2024-01-01 : "
        "douze mois sont attendus, à cinq jours près ; additionnez plusieurs factures, ou ne gardez que "
        "les kWh d'une année"
    ),
    ("participants.csv", "31,5;", "6,5;"): (
        "participants.csv, ligne 2, peak_kw : 6,5 kW, moins que la puissance moyenne de la facture, "
        "7,1 kW : la puissance la plus haute, en kW, est attendue"
    ),
    ("participants.csv", ";62000;20 000;9000;24000;9000;6000;5500;", ";;0;0;0;0;;;"): (
        "participants.csv, ligne 2, hph_kwh : 0 kWh dans toute la facture : laisser ses cases vides, ou "
        "mettre Actif à non (active)"
    ),
    ("plants.csv", ";roof;", ";toit;"): (
        "plants.csv, ligne 2, kind : « toit » est inconnu. Vouliez-vous dire `Toiture` ?"
    ),
    ("plants.csv", ";95000;", ";95 k;"): "plants.csv, ligne 2, capex_eur : « 95 k » n'est pas un nombre",
    ("plants.csv", ";2025-03-31", ";2024-03-31"): (
        "plants.csv, ligne 2, commissioned_on : 2024-03-31 n'est pas en 2025, l'année de mise "
        "en service (commissioned_year) : gardez celui des deux qui est juste"
    ),
    ("operation.toml", "local_ratio = 0.9", "local_ratio = 0"): (
        "operation.toml, ligne 9, [prices] local_ratio : 0 est refusé : un nombre supérieur à 0 est attendu"
    ),
    ("operation.toml", 'why = "un local vide"\n', ""): (
        "operation.toml, ligne 11, [accepted] why : manquant, à remplir"
    ),
    ("operation.toml", "2026-11-25", '"le 25"'): (
        "operation.toml, ligne 18, [variants] kept_on : « le 25 » n'est pas une date"
    ),
    ("operation.toml", "[[accepted]]", "[accepted]"): (
        "operation.toml, ligne 11, [accepted] : des sections [[accepted]] sont attendues, à deux "
        "crochets, une pour "
        "chaque"
    ),
}


@pytest.mark.parametrize("change", list(WRONG), ids=lambda change: f"{change[0]} {change[2][:20]!r}")
def test_a_fault_names_file_line_column_value_and_remedy_in_french(
    folder: Path, change: tuple[str, str, str]
) -> None:
    spoil(folder, *change)
    use("fr")
    with pytest.raises(InputError) as caught:
        load(folder)
    found = [plain(f"{problem.path} : {problem.message}") for problem in caught.value.problems]
    assert any(plain(WRONG[change]) in line for line in found), found
