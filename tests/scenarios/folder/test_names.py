"""The table of names: every column and word, in French and in English, means one thing."""

import pytest

from acc.keys import KEYS
from acc.plant_model import Mounting
from acc.scenario import Regime
from acc.sites import Kind, PlantKind, Vat
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import choices, french_word, header_of, word_of, words
from scenarios.entry.columns.row_models import ROWS as TABLES

LISTS = ("kind", "plant_kind", "vat", "mounting", "perimeter", "key", "quantity_unit", "profile", "turpe")


@pytest.mark.parametrize("file", list(TABLES))
def test_every_column_of_a_table_has_a_french_name(file: str) -> None:
    assert set(columns(file)) == set(TABLES[file].model_fields)
    titles = [column.french for column in columns(file).values()]
    assert len(set(titles)) == len(titles)
    assert all(column.what and column.example for column in columns(file).values())


@pytest.mark.parametrize("file", list(TABLES))
def test_every_spelling_of_a_column_means_that_column(file: str) -> None:
    for column in columns(file).values():
        for name in (column.id, column.french, column.header, column.header.upper(), *column.others):
            found = header_of(file, name)
            assert (found and (found.id, found.unit_ratio)) == (column.id, 1.0), name


@pytest.mark.parametrize("name", LISTS)
def test_every_spelling_of_a_word_means_that_word(name: str) -> None:
    for word in words(name).values():
        for spelling in (word.id, word.french, word.french.upper(), *word.others):
            assert word_of(name, spelling) == word.id, spelling


def test_the_lists_hold_the_words_of_the_code() -> None:
    for name, known in (("kind", Kind), ("plant_kind", PlantKind), ("vat", Vat), ("mounting", Mounting)):
        assert set(words(name)) == {str(word) for word in known}
    assert set(words("perimeter")) == {str(regime) for regime in Regime}
    assert list(words("key")) == list(KEYS)


@pytest.mark.parametrize(
    ("file", "written", "column", "factor"),
    [
        ("participants.csv", "Consommation annuelle (MWh)", "annual_kwh", 1000.0),
        ("participants.csv", "annual_mwh", "annual_kwh", 1000.0),
        ("participants.csv", "MWh", "annual_kwh", 1000.0),
        ("participants.csv", "Consommation (t)", "annual_kwh", None),
        ("participants.csv", "Prix du fournisseur (€ HT/MWh)", "supply_eur_per_mwh", 1.0),
        ("participants.csv", "Prix du fournisseur (c€/kWh)", "supply_eur_per_mwh", 10.0),
        ("participants.csv", "supply_eur_per_kwh", "supply_eur_per_mwh", 1000.0),
        ("plants.csv", "kWc", "kwp", 1.0),
        ("plants.csv", "PUISSANCE CRÊTE (MWc)", "kwp", 1000.0),
        ("plants.csv", "Loyer (€/an)", "rent_eur_per_year", 1.0),
        ("plants.csv", "Pertes (%)", "losses_ratio", 0.01),
    ],
)
def test_a_unit_in_a_header_is_understood(file: str, written: str, column: str, factor: float | None) -> None:
    found = header_of(file, written)
    assert (found and (found.id, found.unit_ratio)) == (column, factor)


def test_what_is_no_column_is_not_taken_for_one() -> None:
    assert header_of("participants.csv", "téléphone") is None
    assert word_of("kind", "licorne") is None


def test_a_drop_down_offers_french_words() -> None:
    assert choices("participants.csv", "kind")["commune"].french == "Commune"
    assert choices("participants.csv", "profile")["town-hall"].french == "mairie"
    assert not choices("participants.csv", "name")
    assert french_word("key", "equal") == "Parts égales"
