"""What is proposed in place of a mistake makes the figure meant, worked by hand; else it is asked."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from reports.format.language import use
from scenarios.entry.columns.names import header_of
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.load import load
from tests.scenarios.plausibility.mended import BASE, SITES, Cells, follow, write
from tests.scenarios.plausibility.tired import save, sound, sound_curves

ROOFS, QUOTES, CHANGES = "plants.csv", "quotes.csv", "changes.csv"


def change(**cells: str) -> Cells:
    return {CHANGES: ({"id": "ecole", "what": "scale", "since": "2029", **cells},)}


def quote(**cells: str) -> Cells:
    return {QUOTES: ({"id": "toit", "kwp": "150", **cells},)}


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR_MWH = ("11,2", "10,1", "9,3", "7,4", "6,2", "5,1", "4,8", "4,9", "6,3", "7,8", "9,6", "10,9")
IN_MWH = {f"{month}_kwh": mwh for month, mwh in zip(MONTHS, YEAR_MWH, strict=True)}
SLOTS_MWH = {"hph_kwh": "173", "hch_kwh": "71", "hpb_kwh": "160", "hcb_kwh": "66"}

MENDED: Mapping[str, tuple[Cells, str, Mapping[str, str]]] = {
    # The power times the price of a kWp: 947 x 150, 884 x 240; 0.92 x 1000 x 240; 1000 x 140.
    "947 €/kWc": (quote(capex_eur="947"), QUOTES, {"capex_eur": "142050"}),
    "922 €/kWc": (quote(capex_eur="922"), QUOTES, {"capex_eur": "138300"}),
    "884 €/kWc": (quote(kwp="240", capex_eur="884"), QUOTES, {"capex_eur": "212160"}),
    "0,92 €/Wc": ({ROOFS: {"kwp": "240", "capex_eur": "0,92"}}, ROOFS, {"capex_eur": "220800"}),
    "1 000 €/kWc": ({ROOFS: {"capex_eur": "1000"}}, ROOFS, {"capex_eur": "140000"}),
    "140 k€": ({ROOFS: {"capex_eur": "140"}}, ROOFS, {"capex_eur": "140000"}),
    # 1,000 kWh each: January is 11,200, not the 93,600 of the year.
    "months in MWh": (
        {SITES: {"annual_kwh": "", **IN_MWH}},
        SITES,
        {name: f"{float(mwh.replace(',', '.')) * 1000:.0f}" for name, mwh in IN_MWH.items()},
    ),
    "postes in MWh": (
        {SITES: {"annual_kwh": "", "kva": "250", "name": "Site nord", "kind": "entreprise", **SLOTS_MWH}},
        SITES,
        {name: f"{mwh}000" for name, mwh in SLOTS_MWH.items()},
    ),
    "0,5 % lost a year": ({ROOFS: {"degradation_ratio": "0,5"}}, ROOFS, {"degradation_ratio": "0,005"}),
    # 1 - 0.86.
    "losses of 0,86": ({ROOFS: {"losses_ratio": "0,86"}}, ROOFS, {"losses_ratio": "0,14"}),
    # 0.2 kVA an ampere at 230 V; in three phases 27 kVA would be no contract.
    "a home of 45 A": (
        {
            SITES: {
                "name": "Maison",
                "kind": "foyer",
                "kva": "45",
                "annual_kwh": "4200",
                "profile": "logements",
            }
        },
        SITES,
        {"kva": "9"},
    ),
    # tan 6.8° = 0.12: a slope of 12 % is no 12 degrees
    "a slope in per cent": ({ROOFS: {"surface_tilt": "12 %"}}, ROOFS, {"surface_tilt": "6,8"}),
    # 108,000 kWh of 90 kWp = 1,200 kWh/kWp
    "the kWh of the whole plant": (
        {ROOFS: {"kwp": "90", "p50_kwh_per_kwp": "108000"}},
        ROOFS,
        {"p50_kwh_per_kwp": "1200"},
    ),
    "62 MWh": ({SITES: {"annual_kwh": "62 MWh"}}, SITES, {"annual_kwh": "62000"}),
    "0,62 GWh in words": ({SITES: {"annual_kwh": "0,0621 GWh"}}, SITES, {"annual_kwh": "62100"}),
    "-0,4": (change(ratio="-0,4"), CHANGES, {"ratio": "0,6"}),
    "panels at a site": (
        {CHANGES: ({"id": "cave", "what": "kwp", "since": "2029", "kwp": "36"},)},
        CHANGES,
        {"id": "toit"},
    ),
    "c€ for €/MWh": ({SITES: {"supply_eur_per_mwh": "12,8"}}, SITES, {"supply_eur_per_mwh": "128"}),
    "two powers in VA": ({SITES: {"kva": "36000/42000"}}, SITES, {"kva": "36/42"}),
}
"""By mistake, the cells that are typed, their table, and what is meant by them."""


@pytest.mark.parametrize("mistake", MENDED)
def test_a_remedy_makes_the_figure_that_was_meant_and_nothing_new_is_doubted(
    tmp_path: Path, mistake: str
) -> None:
    use("fr")
    cells, file, right = MENDED[mistake]
    folder = write(tmp_path / "op", cells)
    (fault,) = (fault for fault in look(folder).faults if fault.remedy)
    assert (fault.file, dict(fault.remedy)) == (file, dict(right))
    assert not follow(folder, fault).faults


ASKED: Mapping[str, tuple[Cells, str, tuple[str, ...]]] = {
    # 700 m² of roof are some 140 kWp: the investment is right.
    "700 m²": ({ROOFS: {"kwp": "700"}}, "kwp", ("700 kWc", "m²", "écrire les kWc")),
    "chance 7": (change(ratio="0,5", chance_ratio="7"), "chance_ratio", ("0,7", "0,07")),
    "40 % of a renovation": (change(what="renovation", ratio="40 %"), "ratio", ("−40 %", "0,4")),
    "Saint-Capraise": (
        {SITES: {"commune": "Saint-Capraise"}},
        "commune",
        ("Saint-Capraise-d’Eymet", "Saint-Capraise-de-Lalinde"),
    ),
    # 95 / 121.
    "95 €/MWh": (change(what="price", ratio="95"), "ratio", ("€/MWh", "121", "0,785")),
    "45 of a need": (change(ratio="45"), "ratio", ("0,45", "1,45")),
    "30 A": ({SITES: {"kva": "30 A"}}, "kva", ("6 kVA", "18 kVA")),
    "800 at 600 kWp": ({ROOFS: {"kwp": "600", "capex_eur": "800"}}, "capex_eur", ("480 000", "800 000")),
    "losses of 86": ({ROOFS: {"losses_ratio": "86"}}, "losses_ratio", ("86",)),
    "62 000 MWh": ({SITES: {"annual_kwh": "62000 MWh"}}, "annual_kwh", ("62000 MWh",)),
    "a digit too many": ({ROOFS: {"capex_eur": "1400000"}}, "capex_eur", ("1 400 000",)),
    "more than all": (change(ratio="-120 %"), "ratio", ("+20 %", "−40 %")),
    # 0.4 k€ a year, 0.4 % of 140,000 € (56 € at 0.40 €/kWp is far from usual): the insurer knows which.
    "0,4 of insurance": (
        {ROOFS: {"insurance_eur_per_year": "0,4"}},
        "insurance_eur_per_year",
        ("400", "560"),
    ),
    # 6 k€ a year, or 6 €/m² of 700 m².
    "6 €/m² of rent": ({ROOFS: {"rent_eur_per_year": "6"}}, "rent_eur_per_year", ("6 000", "4 200")),
    # 0.995 %, or 0.5 % lost.
    "what is left": ({ROOFS: {"degradation_ratio": "0,995"}}, "degradation_ratio", ("0,00995", "0,005")),
    "in words": (change(ratio="un peu"), "ratio", ("+20 %", "−40 %")),
}
"""Mistakes of which the right figure cannot be known: the column, what the question says."""


@pytest.mark.parametrize("mistake", ASKED)
def test_what_cannot_be_known_is_asked(tmp_path: Path, mistake: str) -> None:
    use("fr")
    cells, column, words = ASKED[mistake]
    (fault,) = look(write(tmp_path / "op", cells)).faults
    text = fault.message.replace("\u202f", " ").replace("\u00a0", " ")
    assert (fault.column, dict(fault.remedy)) == (column, {})
    assert [word for word in words if word not in text.replace("'", "’")] == []


READ: Mapping[str, tuple[Cells, float, str]] = {
    "+50 %": (change(ratio="+50 %"), 1.5, "un besoin × 1,5"),
    "-40 %": (change(ratio="-40 %"), 0.6, "un besoin × 0,6"),
    "−40 % of a renovation": (change(what="renovation", ratio="−40 %"), 0.6, "cet usage × 0,6"),
    "-70%": (change(ratio="-70%"), 0.3, "un besoin × 0,3"),
    "70 %": (change(ratio="70 %"), 0.7, "un besoin × 0,7"),
    "20 % de plus": (change(ratio="20 % de plus"), 1.2, "un besoin × 1,2"),
    "x 1,2": (change(ratio="x 1,2"), 1.2, "un besoin × 1,2"),
    "+10 % of a price": (change(what="price", ratio="+10 %"), 1.1, "un prix × 1,1"),
    "10 % that stay": (change(what="closes", ratio="10 %"), 0.1, "0,1 qui reste"),
}


@pytest.mark.parametrize("mistake", READ)
def test_a_percentage_is_read_by_its_meaning_and_echoed(tmp_path: Path, mistake: str) -> None:
    use("fr")
    cells, ratio, meaning = READ[mistake]
    folder = write(tmp_path / "op", cells)
    scenario = load(folder)
    (dated,) = (*scenario.changes, *scenario.other_changes)
    assert dated.ratio == pytest.approx(ratio)
    said = [note.replace("\u00a0", " ") for note in scenario.notes if meaning in note]
    assert len(said) == 1
    assert "(changes.csv, ligne 2, ratio) : « " in said[0]
    assert not look(folder).faults


PERCENT_CELLS: Mapping[str, tuple[str, float, float | str]] = {
    "+20 %": ("activité", 0.2, "120 %"),
    "-40 %": ("activité", -0.4, 0.6),
    "120 %": ("activité", 1.2, 1.2),
    "10 % that stay": ("ferme", 0.1, 0.1),
    "40 % of a renovation": ("rénovation", 0.4, "−40 %"),
    "-40 % of a renovation": ("rénovation", -0.4, 0.6),
}
"""By what is seen in a cell in per cent: the change, the figure of the workbook, what is read or proposed."""


@pytest.mark.parametrize("case", PERCENT_CELLS)
def test_a_cell_in_per_cent_is_read_as_it_is_seen_and_asked_where_its_plus_is_lost(
    tmp_path: Path, case: str
) -> None:
    use("fr")
    what, value, read = PERCENT_CELLS[case]
    line: list[object] = ["ecole", what, "2029-01-01", value]
    sheets = {**sound(), "Changements": [["Identifiant", "Changement", "Depuis", "Multiplié par"], line]}
    path = save(sheets, tmp_path / "op", sound_curves()) / "membres.xlsx"
    book = openpyxl.load_workbook(path)
    book["Changements"]["D2"].number_format = "0%"
    book.save(path)
    if isinstance(read, str):
        (fault,) = look(path.parent).faults
        assert read in fault.message.replace("\u00a0", " ")
        return
    scenario = load(path.parent)
    (dated,) = (*scenario.changes, *scenario.other_changes)
    assert dated.ratio == pytest.approx(read)
    assert sum("est lu" in note for note in scenario.notes) == 1


FLEETS: Mapping[str, tuple[Mapping[str, str], float]] = {
    # 12 vehicles of 10,000 km, whatever way they are said.
    "all together": ({"quantity": "12 voitures, 120 000 km en tout"}, 12 * 10_000),
    "in two cells": ({"quantity": "12", "km": "120 000 km en tout"}, 12 * 10_000),
    "each": ({"quantity": "12 véhicules", "km": "10 000 km par an"}, 12 * 10_000),
}


@pytest.mark.parametrize("mistake", FLEETS)
def test_a_fleet_in_words_is_read_by_vehicle(tmp_path: Path, mistake: str) -> None:
    cells, km = FLEETS[mistake]
    plain = {"quantity": "1", "km": str(km)}
    written = [
        load(write(tmp_path / name, change(what="ev-fleet", **own)))
        for name, own in (("a", cells), ("b", plain))
    ]
    first, second = (scenario.changes[0].kwh for scenario in written)
    assert first == pytest.approx(second)


def test_a_fuel_in_litres_is_read_as_ten_kwh_each(tmp_path: Path) -> None:
    litres = load(write(tmp_path / "a", change(what="heat-pump", fuel_kwh="9 200 litres de fioul")))
    kwh = load(write(tmp_path / "b", change(what="heat-pump", fuel_kwh="92000")))
    assert litres.changes == kwh.changes
    assert any("9 200 litres de fioul" in note for note in litres.notes)


def test_a_share_in_per_cent_is_read_and_echoed(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", {ROOFS: {"losses_ratio": "14 %"}})
    scenario = load(folder)
    plain = load(write(tmp_path / "plain", {ROOFS: {"losses_ratio": "0,14"}}))
    assert scenario.plants == plain.plants
    assert [note for note in scenario.notes if "“14 %” is read as 0.14" in note]


@pytest.mark.parametrize("typed", ["0,92 €/Wc", "920 € HT/kWc", "920 EUR par kWc"])
def test_a_price_by_power_is_read_with_the_power_of_the_plant(tmp_path: Path, typed: str) -> None:
    scenario = load(write(tmp_path / "op", {ROOFS: {"kwp": "240", "capex_eur": typed}}))
    costs = scenario.plants[0].costs
    assert costs is not None
    assert costs.capex_eur == pytest.approx(220_800.0)
    assert any(typed in note and "220,800 €" in note for note in scenario.notes)


def test_a_grant_in_per_cent_is_read_of_the_investment(tmp_path: Path) -> None:
    scenario = load(write(tmp_path / "op", {ROOFS: {"capex_eur": "140000", "grant_eur": "30 %"}}))
    costs = scenario.plants[0].costs
    assert costs is not None
    assert costs.grant_eur == pytest.approx(42_000.0)
    assert any("“30 %” is read as 42,000 €" in note for note in scenario.notes)


def test_a_chance_of_ten_is_read(tmp_path: Path) -> None:
    scenario = load(write(tmp_path / "op", change(ratio="0,5", chance_ratio="7 chances sur 10")))
    assert scenario.changes[0].chance_ratio == pytest.approx(0.7)


def test_a_figure_beside_another_that_is_odd_is_not_proposed_and_a_word_is(tmp_path: Path) -> None:
    """Two cells exchanged: 60 is no MWh, 88,300 no VA; the kind of the roof has nothing to do with it."""
    cells: Cells = {SITES: {"annual_kwh": "60", "kva": "88300"}}
    assert [dict(fault.remedy) for fault in look(write(tmp_path / "a", cells)).faults] == [{}, {}]
    roof: Cells = {ROOFS: {"name": "Ombrières", "kind": "", "capex_eur": "1400000", "kwp": "140"}}
    use("fr")
    seen = {fault.column: dict(fault.remedy) for fault in look(write(tmp_path / "b", roof)).faults}
    assert seen == {"capex_eur": {}, "kind": {"kind": "Ombrière"}}


def in_unit(name: str, factor: float, file: str = SITES) -> Cells:
    """Return the figures of a column, each as often as that."""
    return {file: tuple({**row, name: f"{float(row[name]) * factor:g}"} for row in BASE[file])}


TITLES: Mapping[str, tuple[Cells, Mapping[str, str], str]] = {
    "MWh over kWh": ({}, {"annual_kwh": "Besoin annuel (MWh)"}, "Besoin annuel (kWh)"),
    "€/kWh over €/MWh": (
        {},
        {"supply_eur_per_mwh": "Prix du fournisseur (€/kWh)"},
        "Prix du fournisseur (€/MWh)",
    ),
    "c€ over €/MWh": (
        {},
        {"supply_eur_per_mwh": "Prix du fournisseur (c€/kWh)"},
        "Prix du fournisseur (€/MWh)",
    ),
    "VA over kVA": ({}, {"kva": "Puissance souscrite (VA)"}, "Puissance souscrite (kVA)"),
    "k€ over euros": ({}, {"capex_eur": "Investissement (k€)"}, "Investissement (€)"),
    "MWc over kWc": ({}, {"kwp": "Puissance (MWc)"}, "Puissance (kWc)"),
    "kWh over MWh": (in_unit("annual_kwh", 0.001), {}, "Besoin annuel (MWh)"),
    "€/MWh over €/kWh": (in_unit("supply_eur_per_mwh", 0.001), {}, "Prix du fournisseur (€/kWh)"),
    "kVA over VA": (in_unit("kva", 1000.0), {}, "Puissance souscrite (VA)"),
}
"""Titles over figures of another unit: the figures, the titles, that which is told."""


def right_column(title: str) -> str:
    """Return the column of a title."""
    headers = (header_of(file, title) for file in (SITES, ROOFS))
    return next(header.id for header in headers if header and header.unit_ratio)


@pytest.mark.parametrize("case", TITLES)
def test_a_title_that_lies_is_one_fault_and_the_one_that_is_told_mends_it(tmp_path: Path, case: str) -> None:
    use("fr")
    cells, heads, right = TITLES[case]
    (fault,) = look(write(tmp_path / "op", cells, heads)).faults
    text = fault.message.replace("\u00a0", " ")
    assert fault.place.startswith(("participants.csv, colonne ", "plants.csv, colonne "))
    assert f"Écrire « {right} » à sa place" in text
    name = right_column(right)
    assert not look(write(tmp_path / "mended", cells, {name: right})).faults


def test_titles_that_changed_places_are_no_matter_of_units(tmp_path: Path) -> None:
    swapped = tuple({**row, "kva": row["annual_kwh"], "annual_kwh": row["kva"]} for row in BASE[SITES])
    faults = look(write(tmp_path / "op", {SITES: swapped})).faults
    assert all("exchange them" in fault.message for fault in faults if "title" in fault.message)


def test_a_remedy_is_typed_in_the_unit_of_its_title(tmp_path: Path) -> None:
    sites = tuple({**row, "annual_kwh": f"{float(row['annual_kwh']) / 1000:g}"} for row in BASE[SITES])
    wrong = ({**sites[0], "annual_kwh": "0,0621"}, *sites[1:])
    folder = write(tmp_path / "op", {SITES: wrong}, {"annual_kwh": "Besoin annuel (MWh)"})
    (fault,) = look(folder).faults
    assert dict(fault.remedy) == {"annual_kwh": "62,1"}
    assert not follow(folder, fault).faults
    assert load(folder).participants[0].source.annual_kwh == pytest.approx(62_100.0)


def test_the_unit_of_a_cell_comes_before_that_of_its_title(tmp_path: Path) -> None:
    for typed in ("62100 kWh", "62,1 MWh", "62,1"):
        sites = tuple({**row, "annual_kwh": typed if row["id"] == "mairie" else "90"} for row in BASE[SITES])
        folder = write(tmp_path / "op", {SITES: sites}, {"annual_kwh": "Besoin annuel (MWh)"})
        assert load(folder).participants[0].source.annual_kwh == pytest.approx(62_100.0), typed
