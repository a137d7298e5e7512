"""An operation folder gives a scenario, or all its faults at once: place, value, way out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.sites import ContractCode, FixedPrice, Kind
from acc.steps import Steps
from scenarios.entry.columns.bill_columns import read_powers, read_windows
from scenarios.entry.folder.load import load
from scenarios.operation.metering.meter import meter
from scenarios.operation.store.store import KeptStore

OPERATION = """
[operation]
name = "Essai"
start = 2025-01-01
end = 2026-01-01
perimeter = "2km"

[key]
name = "static"
shares = { mairie = 0.4, usine = 0.6 }

[prices]
local_eur_per_mwh = 110.0
surplus = "oa-2026-06"

[[variants]]
name = "sans l'usine"
"participants.usine.active" = false
"prices.local_eur_per_mwh" = 90.0
"""
PARTICIPANTS = (
    "id;name;kind;prm;latitude;longitude;kva;supply_eur_per_mwh;profile;annual_kwh\n"
    "mairie;Mairie;commune;01234567890123;44,85;0,48;36;128,5;town-hall;62 000\n"
    "usine;Usine;company;;44.851;0.481;240/240/240/180;109;workshop;640000\n"
)
PLANTS = (
    "id,name,latitude,longitude,kwp,surface_tilt,surface_azimuth,behind\n"
    "toit,Toit,44.85,0.48,100,12,170,usine\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "curves").mkdir()
    (tmp_path / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (tmp_path / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (tmp_path / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return tmp_path


def faults(folder: Path, **choice: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(folder, **choice)
    return [str(problem) for problem in caught.value.problems]


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_folder_becomes_values_in_the_units_of_the_core(folder: Path) -> None:
    scenario = load(folder)
    assert scenario.steps.count == 365 * 96
    assert str(scenario.steps.start_utc) == "2024-12-31 23:00:00"
    mairie, usine = scenario.participants
    assert (mairie.kind, mairie.prm, mairie.source.annual_kwh) == (Kind.COMMUNE, "01234567890123", 62000.0)
    assert mairie.contract.energy_eur_per_kwh == {"all": 0.1285}  # 128,5 EUR/MWh, decimal comma
    assert usine.contract.subscribed_kva == (240.0, 240.0, 240.0, 180.0)
    assert scenario.prices.local_eur_per_kwh == 0.11
    assert scenario.plants[0].behind == "usine"
    assert scenario.key.parameters == {"shares": {"mairie": 0.4, "usine": 0.6}}


def test_a_day_before_the_first_tariffs_takes_the_first_ones_and_says_so(folder: Path) -> None:
    change(folder, "operation.toml", 'perimeter = "2km"', 'perimeter = "2km"\nrates_on = 2024-06-01')
    scenario = load(folder)
    assert scenario.on == date(2025, 8, 1)
    assert any("no tariff of 1 June 2024 is known" in note for note in scenario.notes)
    assert any(what == "Date of the tariffs" for what, _value, _why in scenario.assumptions)


def test_sites_of_one_name_are_told_apart_by_their_ids(folder: Path) -> None:
    change(folder, "participants.csv", "usine;Usine", "usine;Mairie")
    assert [site.name for site in load(folder).participants] == ["Mairie (mairie)", "Mairie (usine)"]


def test_a_variant_changes_what_it_names_and_nothing_else(folder: Path) -> None:
    scenario = load(folder, variant="sans l'usine")
    assert [p.id for p in scenario.participants] == ["mairie"]
    assert scenario.plants == ()  # the roof behind the meter leaves with its site
    assert scenario.prices.local_eur_per_kwh == 0.09
    assert scenario.prices.surplus == ContractCode("oa-2026-06")


def test_another_key_takes_its_own_defaults_not_the_parameters_of_the_folder(folder: Path) -> None:
    assert load(folder, key="prorata").key.parameters == {}
    assert load(folder, key="static").key.parameters


@pytest.mark.parametrize("encode", ["utf-8-sig", "cp1252"])
def test_tables_saved_by_excel_are_read_as_they_are(folder: Path, encode: str) -> None:
    text = PARTICIPANTS.replace("Mairie", "Mairie d'Église")
    (folder / "participants.csv").write_bytes(text.encode(encode))
    assert load(folder).participants[0].name == "Mairie d'Église"


@pytest.mark.parametrize("encode", ["utf-16", "utf-16-le", "utf-16-be"])
def test_tables_saved_as_unicode_text_are_read_like_curves_saved_so(folder: Path, encode: str) -> None:
    """Excel's "Texte Unicode": UTF-16 with its mark, tabs, CRLF, a cell with a quote between quotes."""
    mark = "" if encode == "utf-16" else "\ufeff"
    text = PARTICIPANTS.replace("Mairie", '"Mairie ""d’Église"""').replace(";", "\t").replace("\n", "\r\n")
    (folder / "participants.csv").write_bytes((mark + text).encode(encode))
    assert load(folder).participants[0].name == 'Mairie "d’Église"'
    plants = (folder / "plants.csv").read_text(encoding="utf-8")
    expected = load(folder).plants
    (folder / "plants.csv").write_bytes(plants.replace(";", "\t").encode("utf-16"))
    assert load(folder).plants == expected


LATE_ZERO = b"id;name\n" + b"a" * 70_000 + b"\0"


@pytest.mark.parametrize(
    "data", [b"id;name\n\0\0", "id\tname\n".encode("utf-16-le"), b"\xff\xfe1", LATE_ZERO]
)
def test_a_table_that_is_no_text_says_how_to_save_it(folder: Path, data: bytes) -> None:
    (folder / "participants.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"participants\.csv: not a text file: save it as CSV"):
        load(folder)


def test_a_quote_that_nothing_closes_is_a_fault_with_its_line(folder: Path) -> None:
    (folder / "participants.csv").write_text('id;name\nmairie;"' + "a" * 140_000, encoding="utf-8")
    with pytest.raises(InputError, match=r"participants\.csv, line 2: a cell between quotes cannot be read"):
        load(folder)


WRONG: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "unknown key": (
        lambda f: change(f, "operation.toml", 'name = "static"', 'name = "statique"'),
        ("operation.toml, line 9, [key] name", "statique", "static"),
    ),
    "typo in a section": (
        lambda f: change(f, "operation.toml", "local_eur_per_mwh = 110.0", "local_eur_per_mhw = 110.0"),
        ("[prices] local_eur_per_mhw", "Did you mean `local_eur_per_mwh`"),
    ),
    "unknown section": (
        lambda f: change(f, "operation.toml", "[prices]", "[price]"),
        ("[price]", "Did you mean `prices`"),
    ),
    "invalid TOML": (
        lambda f: change(f, "operation.toml", 'name = "Essai"', "name = Essai"),
        ("operation.toml", "not valid TOML", "line 3"),
    ),
    "no such day": (
        lambda f: change(f, "operation.toml", "end = 2026-01-01", "end = 2026-02-29"),
        ("operation.toml, line 5", "there is no 2026-02-29"),
    ),
    "end before start": (
        lambda f: change(f, "operation.toml", "end = 2026-01-01", "end = 2024-01-01"),
        ("operation.toml, line 5", "2024-01-01 does not come after the start"),
    ),
    "a step that is none": (
        lambda f: change(f, "operation.toml", 'perimeter = "2km"', "step_minutes = 7"),
        ("step_minutes", "7 is refused", "5, 10, 15, 30 or 60"),
    ),
    "missing file": (lambda f: (f / "plants.csv").unlink(), ("plants.csv", "file missing")),
    "empty file": (
        lambda f: (f / "participants.csv").write_text("", encoding="utf-8"),  # type: ignore[arg-type]
        ("participants.csv", "empty"),
    ),
    "spreadsheet in place of a CSV": (
        lambda f: (f / "participants.csv").write_bytes(b"PK\x03\x04\0\0binary"),  # type: ignore[arg-type]
        ("participants.csv", "save it as CSV"),
    ),
    "text in a number": (
        lambda f: change(f, "participants.csv", "62 000", "beaucoup"),
        ("participants.csv, line 2, annual_kwh", "beaucoup is not a number"),
    ),
    "negative power": (
        lambda f: change(f, "plants.csv", ",100,", ",-100,"),
        ("plants.csv, line 2, kwp", "-100", "above 0"),
    ),
    "a PRM of 13 digits": (
        lambda f: change(f, "participants.csv", "01234567890123", "0123456789012"),
        ("participants.csv, line 2, prm", "13 digits", "14"),
    ),
    "duplicate ids": (
        lambda f: change(f, "participants.csv", "usine;Usine", "mairie;Usine"),
        ("participants.csv", "mairie stands 2 times (lines 2, 3)"),
    ),
    "a plant behind nobody": (
        lambda f: change(f, "plants.csv", ",usine", ",usines"),
        ("plants.csv, line 2, behind", "usines", "Did you mean `usine`"),
    ),
    "unknown column": (
        lambda f: change(f, "participants.csv", "annual_kwh\n", "anual_kwh\n"),
        ("participants.csv, column anual_kwh", "Did you mean `annual_kwh`"),
    ),
    "unknown kind": (
        lambda f: change(f, "participants.csv", ";commune;", ";comune;"),
        ("participants.csv, line 2, kind", "comune", "commune"),
    ),
    "neither curve nor profile": (
        lambda f: change(f, "participants.csv", "town-hall;62 000", ";"),
        ("participants.csv, line 2, curve", "neither `curve` nor `profile`"),
    ),
    "latitude without longitude": (
        lambda f: change(f, "participants.csv", "44,85;0,48;", "44,85;;"),
        ("participants.csv, line 2, latitude", "one is missing"),
    ),
    "more cells than columns": (
        lambda f: change(f, "participants.csv", "640000", "640000;8;9"),
        ("participants.csv, line 3", "12 cells for 10 columns"),
    ),
    "a folder that is none": (
        lambda f: [p.unlink() for p in f.glob("*.*")],
        ("operation.toml", "file missing"),
    ),  # type: ignore[arg-type, return-value]
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_input_names_place_value_and_remedy(folder: Path, name: str) -> None:
    spoil, expected = WRONG[name]
    spoil(folder)
    found = faults(folder)
    assert any(all(word in line for word in expected) for line in found), found


def test_every_fault_is_shown_at_once(folder: Path) -> None:
    for name in ("text in a number", "negative power", "typo in a section", "end before start"):
        WRONG[name][0](folder)
    assert len(faults(folder)) == 4


def test_a_curve_outside_the_folder_is_refused(folder: Path) -> None:
    change(folder, "participants.csv", "profile;annual_kwh", "curve;annual_kwh")
    change(folder, "participants.csv", "town-hall;", "../../secret.csv;")
    assert any("outside the folder" in line for line in faults(folder))


def test_a_missing_curve_proposes_the_nearest_file(folder: Path) -> None:
    (folder / "curves" / "mairie_2024.csv").write_text("time,a_kwh\n", encoding="utf-8")
    change(folder, "participants.csv", "profile;annual_kwh", "curve;annual_kwh")
    change(folder, "participants.csv", "town-hall;", "mairie_2025.csv;")
    assert any("mairie_2025.csv" in line and "mairie_2024.csv" in line for line in faults(folder))


def test_an_unknown_variant_proposes_the_nearest(folder: Path) -> None:
    assert any("sans l'usine" in line for line in faults(folder, variant="sans usine"))


def test_cells_with_several_values() -> None:
    assert read_windows("12:30-16:30, 1h-6h") == ((750, 990), (60, 360))
    with pytest.raises(ValueError, match="25:00-06:00"):
        read_windows("25:00-06:00")
    with pytest.raises(ValueError, match="trente"):
        read_powers("trente-six")


def test_what_only_the_money_asks_is_read(folder: Path) -> None:
    change(
        folder,
        "operation.toml",
        'surplus = "oa-2026-06"',
        "surplus = 60\nsame_substation = true\n[finance]\ninflation_ratio = 0.02",
    )
    change(folder, "participants.csv", ";kva;", ";kva;peak;subscription_eur_per_year;")
    change(folder, "participants.csv", ";36;", ";36;09:00-11:00 18:00-20:00;120;")
    change(folder, "participants.csv", ";240/240/240/180;", ";180/240/240/240;;;")
    scenario = load(folder)
    assert scenario.prices.same_substation is True
    assert scenario.prices.surplus == FixedPrice(0.06)
    assert scenario.finance.inflation_ratio == 0.02
    mairie, usine = (member.contract for member in scenario.participants)
    assert mairie.peak_hours == ((540, 660), (1080, 1200))
    assert mairie.subscription_eur_per_year == 120.0
    assert usine.subscribed_kva == (180.0, 240.0, 240.0, 240.0)
    assert usine.subscription_eur_per_year is None


def test_a_c68_fills_the_empty_cells_of_contracts_only(folder: Path) -> None:
    header = (
        "PRM;date de debut de la situation contractuelle;Etat contractuel;Segment;Code tarif acheminement"
    )
    header += ";Formule tarifaire acheminement;Numero Siret;Puissance souscrite;Type Injection"
    rows = [
        "01234567890123;01-04-2022;SERVC;C5;MU4;BTINFMU4;;9 kVA;",
        "01234567890124;01-04-2022;SERVC;C4;LU;BTSUPLU4;;120 kVA;",
    ]
    (folder / "curves" / "c68.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    change(folder, "operation.toml", 'perimeter = "2km"', 'perimeter = "2km"\ncontracts_file = "c68.csv"')
    change(
        folder,
        "participants.csv",
        "company;;44.851;0.481;240/240/240/180",
        "company;01234567890124;44.851;0.481;",
    )
    mairie, usine = load(folder).participants
    assert mairie.contract.subscribed_kva == (36.0,)  # what is written is kept
    assert mairie.contract.turpe == "BTINFMU4"
    assert (usine.contract.subscribed_kva, usine.contract.turpe) == ((120.0,), "BTSUPLU4")


def test_holes_may_be_refused(folder: Path) -> None:
    change(folder, "operation.toml", 'perimeter = "2km"', 'perimeter = "2km"\nholes = "refuse"')
    assert load(folder).holes == "refuse"
    change(folder, "operation.toml", '"refuse"', '"ignore"')
    assert any("holes" in line and "ignore" in line for line in faults(folder))


def test_a_shape_published_by_enedis_is_scaled_to_the_bill(folder: Path) -> None:
    header = "HORODATE;SOUS_PROFIL;CATEGORIE;COEFFICIENT_PREPARE;COEFFICIENT_AJUSTE;COEFFICIENT_DYNAMIQUE"
    header += ";INDIC_DISPERS_POIDS_DYN;INDIC_PRECISION_DYN"
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 30)
    hours = steps.starts_utc.astype("datetime64[h]").astype(int)
    weights = [1.5 if hour % 2 else 0.5 for hour in hours]
    rows = [
        f"{start}:00+00:00;PRO1_BASE;PRO;1;1;{weight};;"
        for start, weight in zip(steps.starts_utc, weights, strict=True)
    ]
    (folder / "curves" / "coefficients.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    change(folder, "participants.csv", "town-hall;", "coefficients.csv#PRO1_BASE;")
    scenario = load(folder)
    kwh = meter(scenario, folder, KeptStore(None)).exchange.consumption_kwh[:, 0]
    assert kwh.sum() == pytest.approx(62_000.0, rel=1e-9)
    assert kwh.max() == pytest.approx(3.0 * kwh.min(), rel=1e-9)  # 1.5 against 0.5
    change(folder, "participants.csv", "#PRO1_BASE", "#PRO2_BASE")
    with pytest.raises(InputError, match="PRO1_BASE"):
        meter(load(folder), folder, KeptStore(None))
