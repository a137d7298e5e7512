"""What the screen "Données" says of hand-made folders: where a fault is, what a table adds up to."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reports.format.language import use
from scenarios.entry.editing.tables import Fault, FolderLook, Totals, TypedLine, TypedTable
from scenarios.entry.folder.raw import RawFolder
from web.data_view import data_view, faults_said, totals_words

TODAY = date(2026, 11, 29)

SITES, PLANTS, PERSONS = "participants.csv", "plants.csv", "persons.csv"
TOTALS = Totals(active=5, apart=0, yearly_kwh=12_500.0, unknown=(), measured=0, power_kwp=136.0, plants=2)
TABLE = TypedTable(
    SITES,
    {"id": "id", "name": "name", "annual_kwh": "annual_kwh"},
    (TypedLine(2, {"id": "mairie", "name": "Mairie", "annual_kwh": "x"}), TypedLine(3, {"id": "ecole"})),
)


def folder_with(*faults: Fault) -> FolderLook:
    return FolderLook({SITES: TABLE}, faults, TOTALS, None)


def test_a_fault_of_a_cell_is_said_of_its_site_and_column() -> None:
    cell = Fault(
        message="not a number", file=SITES, line=2, column="annual_kwh", path="participants.mairie.annual_kwh"
    )
    (said,) = faults_said(folder_with(cell))
    assert said.field == f"{SITES}:2:annual_kwh"
    assert said.link == "donnees?onglet=membres&colonnes=toutes#f1"
    assert said.text.startswith("Mairie, ")
    assert said.text.endswith(": not a number")
    (nameless,) = faults_said(folder_with(replace(cell, line=3)))
    assert nameless.text.startswith("ecole, ")
    # A line, not a cell: no field holds it.
    (line,) = faults_said(folder_with(replace(cell, column="", path="")))
    assert (line.field, line.text) == ("", "Mairie\u00a0: not a number")


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        (Fault(message="too low", path="prices.local_eur_per_mwh"), "prices.local_eur_per_mwh"),
        (
            Fault(message="too low", place="operation.toml, line 9, [prices] local_eur_per_mwh"),
            "prices.local_eur_per_mwh",
        ),
        (Fault(message="unknown", place="operation.toml, line 9, [prices] nothing"), ""),
        (Fault(message="unknown", path="nothing.at_all", place="here"), ""),
        (Fault(message="damaged", place="membres.xlsx"), ""),
    ],
)
def test_a_fault_of_a_setting_that_is_shown_leads_to_it_and_of_any_other_says_its_place(
    fault: Fault, path: str
) -> None:
    (said,) = faults_said(folder_with(fault))
    assert said.field == path
    assert said.link == (f"donnees?onglet=reglages#{path}" if path else "")
    assert path or said.text.startswith(fault.place)


def test_a_guess_is_offered_with_what_stands_there_and_a_comma() -> None:
    odd = Fault(
        message="unlikely",
        file=SITES,
        line=2,
        column="annual_kwh",
        is_odd=True,
        value=0.92,
        remedy={"annual_kwh": "920"},
    )
    (said,) = faults_said(folder_with(odd))
    assert (said.fault.is_odd, said.value) == (True, "0,92")
    assert said.remedy == {f"{SITES}:2:annual_kwh": "920"}


@pytest.mark.parametrize(
    ("fault", "label"),
    [
        # As it is typed, not as it is read; a word of a list by its title; nothing typed, no value.
        (Fault(message="odd", file=SITES, line=2, column="annual_kwh", value=0.5), "Garder x"),
        (Fault(message="odd", file=PLANTS, line=9, column="kind", value="roof"), "Garder Toiture"),
        (Fault(message="odd", file=SITES, line=3, column="person", value=""), "Garder ainsi"),
        (Fault(message="no plant", path="plants", value=0), "Garder ainsi"),
        (Fault(message="odd", path="prices.local_eur_per_mwh", value=0.1), "Garder 0,1"),
    ],
)
def test_what_is_kept_is_called_as_the_screen_calls_it(fault: Fault, label: str) -> None:
    use("fr")
    (said,) = faults_said(folder_with(replace(fault, is_odd=True)))
    assert said.kept == label


def test_a_refused_cell_has_its_button_too() -> None:
    wrong = Fault(message="62 MWh", file=SITES, line=2, column="annual_kwh", remedy={"annual_kwh": "62000"})
    shown = data_view(folder_with(wrong), "membres", (), TODAY, every_column=False)
    (row, *_others) = shown["rows"]
    assert [fault.remedy for fault in row.faults] == [{f"{SITES}:2:annual_kwh": "62000"}]


def test_the_title_counts_the_faults_then_the_oddities_then_what_takes_part() -> None:
    wrong, odd = Fault(message="wrong"), Fault(message="odd", is_odd=True)
    titles = [
        data_view(folder_with(*faults), "membres", (), TODAY, every_column=False)["title"]
        for faults in ((wrong, odd), (wrong, wrong), (odd,), ())
    ]
    assert titles == [
        "1 fault to mend before computing, 1 figure to be looked at",
        "2 faults to mend before computing",
        "1 figure to be looked at",
        "The data are complete: 5 sites, 2 plants",
    ]


def test_a_folder_without_any_table_has_nothing_yet_unless_a_fault_says_why() -> None:
    nothing = replace(folder_with(), sheets={})
    faulty = replace(nothing, faults=(Fault(message="damaged"),))
    titles = [data_view(of, "membres", (), TODAY, every_column=False)["title"] for of in (nothing, faulty)]
    assert titles == ["Nothing yet", "1 fault to mend before computing"]


def test_a_table_adds_up_what_takes_part_and_names_three_whose_year_is_unknown() -> None:
    assert totals_words(PLANTS, TOTALS) == ("136\u00a0kWc", "2 plants")
    assert totals_words(PERSONS, TOTALS) == ("", "")
    assert totals_words(SITES, TOTALS) == ("12,500\u00a0kWh", "5 active")
    some = replace(TOTALS, apart=1, measured=2, unknown=("a", "b", "c"))
    assert totals_words(SITES, some)[1] == "5 active, 1 apart, 2 measured curves, without a, b, c (empty)"
    more = replace(TOTALS, unknown=("a", "b", "c", "d", "e"))
    assert totals_words(SITES, more)[1] == "5 active, without a, b, c and 2 more (empty)"
    assert totals_words(SITES, replace(TOTALS, unknown=("a", "b", "c", "d")))[1].endswith(
        "c and 1 more (empty)"
    )


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"operation": {"name": "Essai", "fictitious": True}}, ("Essai", True)),
        ({"operation": {"name": "Essai"}}, ("Essai", False)),
        ({"operation": {"fictitious": "oui"}}, ("", False)),
        ({"operation": 3}, ("", False)),
        ({}, ("", False)),
    ],
)
def test_the_operation_is_named_and_said_fictitious_where_it_says_so(
    sections: dict[str, object], told: tuple[str, bool]
) -> None:
    source = RawFolder(Path(), sections, "", (), (), None)
    shown = data_view(replace(folder_with(), source=source), "membres", (), TODAY, every_column=False)
    assert (shown["operation"], shown["fictitious"]) == told
