"""Figures, days and lines beside others: each mistake is doubted at its cell, its right neighbour is not."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.format.language import use
from scenarios.entry.editing.tables import look
from scenarios.entry.plausibility.of_pairs import OF_LINES
from scenarios.entry.plausibility.rules import rules
from tests.scenarios.folder.test_mistakes import MONTHS
from tests.scenarios.plausibility.mended import BASE, SITES, Cells, follow, write
from web.data_view import faults_said

ROOFS, QUOTES, CHANGES, PARTIES, PERSONS = (
    *("plants.csv", "quotes.csv", "changes.csv"),
    *("parties.csv", "persons.csv"),
)
SITE = BASE[SITES][0]


def roof(**cells: str) -> Cells:
    return {ROOFS: cells}


def site(**cells: str) -> Cells:
    return {SITES: cells}


def changes(*rows: Mapping[str, str]) -> Cells:
    return {CHANGES: tuple({"id": "ecole", "what": "scale", "since": "2029", **row} for row in rows)}


def quoted(**cells: str) -> Cells:
    return {QUOTES: ({"id": "toit", "kwp": "150", "capex_eur": "142000", **cells},)}


def _quote(kwp: str, capex_eur: str) -> Mapping[str, str]:
    return {"id": "toit", "kwp": kwp, "capex_eur": capex_eur}


def party(*rows: Mapping[str, str]) -> Cells:
    return {PARTIES: tuple({"id": name, **row} for name, row in zip(("cave", "ecole"), rows, strict=False))}


def placed(count: int) -> Cells:
    """So many sites at one point; their kWh differ."""
    rows = [
        {**SITE, "id": f"s{n}", "name": f"Site {n}", "annual_kwh": str(41_000 + 1_370 * n)}
        | {"latitude": "44,84781", "longitude": "0,48563"}
        for n in range(count)
    ]
    return {SITES: tuple(rows), ROOFS: {"owner": ""}}


SUN = " ".join(["0,9"] * 12)
SHADE = " ".join(["0,1"] * 12)
PRICES = {"supply_eur_per_mwh": "", "supply_hpb_eur_per_mwh": "110", "supply_hcb_eur_per_mwh": "90"}
SIRETS = {"siret": "73282932000074"}
CLOSED = {"what": "closes", "since": "2028"}
PEOPLE = (
    {"id": "ville", "name": "Mairie", "kind": "commune"},
    {"id": "cave", "name": "Coop", "kind": "commune"},
)
FAR = tuple(
    {**row, "latitude": "44,8425", "longitude": f"0,49{n}68"} for n, row in enumerate(BASE[SITES], start=4)
)


AT_SCHOOL = {"latitude": "44,8425", "longitude": "0,49568"}
FLAT = dict.fromkeys((f"supply_{slot}_eur_per_mwh" for slot in ("hph", "hch", "hpb", "hcb")), "118")


def _given(person: str) -> tuple[Mapping[str, str], ...]:
    """The sites of the folder, the first one given to a person."""
    first, *others = BASE[SITES]
    return ({**first, "person": person}, *({**row, "person": "ville", "kind": "commune"} for row in others))


def _roofs(capex: str) -> Cells:
    (roof,) = BASE[ROOFS]
    pair = ({**roof, "capex_eur": capex}, {**roof, "id": "halle", "name": "Halle", "kwp": "120"})
    return {ROOFS: (pair[0], {**pair[1], "capex_eur": capex})}


def _quotes(capex: str) -> Cells:
    return {QUOTES: tuple({"id": "toit", "kwp": kwp, "capex_eur": capex} for kwp in ("120", "150"))}


def _homes(count: str) -> Cells:
    homes = {"kind": "groupe de foyers", "profile": "logements", "kva": "", "annual_kwh": "98000"}
    return site(name="Résidence (24 logements)", households=count, **homes)


def _ticked(last: str, column: str = "recovers_vat") -> Cells:
    """Four sites with a tick, that of the last one aside."""
    hall = {**SITE, "id": "salle", "name": "Salle", "annual_kwh": "41200", "profile": "bureaux"}
    rows = [{**row, column: "oui"} for row in BASE[SITES]]
    return {SITES: (*rows, {**hall, column: last})}


def _bought(last: str, column: str) -> Cells:
    kinds = ("commune", "entreprise", "association", "entreprise")
    rows = [
        {"id": f"m{n}", "name": f"Membre {n}", "kind": kind, column: "oui"} for n, kind in enumerate(kinds)
    ]
    return {PERSONS: (*rows[:-1], {**rows[-1], column: last})}


PUMP = {"what": "heat-pump", "fuel_kwh": "92000"}

PAIRS: Mapping[str, tuple[Cells, Cells, str]] = {
    "grant_capex": (roof(grant_eur="42000"), roof(grant_eur="138000"), "grant_eur"),
    "connection_capex": (roof(connection_eur="12000"), roof(connection_eur="140000"), "connection_eur"),
    "quoted_connection": (
        quoted(connection_eur="18000"),
        quoted(connection_eur="142000"),
        "connection_eur",
    ),
    "rent_power": (roof(rent_eur_per_year="900"), roof(rent_eur_per_year="16000"), "rent_eur_per_year"),
    "winter_prices": (
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="118"),
        site(**PRICES, supply_hph_eur_per_mwh="118", supply_hch_eur_per_mwh="141"),
        "supply_hch_eur_per_mwh",
    ),
    "summer_prices": (
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="141"),
        site(supply_eur_per_mwh="", supply_hpb_eur_per_mwh="90", supply_hcb_eur_per_mwh="110"),
        "supply_hcb_eur_per_mwh",
    ),
    # 279 MWh on 60 kVA are 4,650 h; 28.5 MWh are 475 h.
    "added_hours": (
        changes({"what": "heat-pump", "kwh": "28500"}),
        changes({"what": "heat-pump", "kwh": "279000"}),
        "kwh",
    ),
    # 920 MWh of gas beside 88 of electricity: more than ten times.
    "fuel_need": (changes(PUMP), changes({**PUMP, "fuel_kwh": "920000"}), "fuel_kwh"),
    "cooled_need": (
        changes({"what": "cooling", "kwh": "9000"}),
        changes({"what": "cooling", "kwh": "120000"}),
        "kwh",
    ),
    "larger_cheaper": (
        {QUOTES: tuple(_quote(kwp, eur) for kwp, eur in (("100", "98000"), ("150", "142000")))},
        {QUOTES: tuple(_quote(kwp, eur) for kwp, eur in (("100", "142000"), ("150", "128000")))},
        "capex_eur",
    ),
    "moved_need": (
        changes({"what": "hours", "kwh": "20000", "hours": "11:00-16:00"}),
        changes({"what": "hours", "kwh": "60000", "hours": "11:00-16:00"}),
        "kwh",
    ),
    "summer_hph": (
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="118"),
        site(**PRICES, supply_hph_eur_per_mwh="105", supply_hch_eur_per_mwh="104"),
        "supply_hpb_eur_per_mwh",
    ),
    "summer_hch": (
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="118"),
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="85"),
        "supply_hcb_eur_per_mwh",
    ),
    "prices_twice": (
        site(supply_eur_per_mwh="", supply_hph_eur_per_mwh="138", supply_hpb_eur_per_mwh="92"),
        site(supply_eur_per_mwh="118", supply_hph_eur_per_mwh="138", supply_hpb_eur_per_mwh="92"),
        "supply_eur_per_mwh",
    ),
    "quoted_power": (quoted(), quoted(kwp="2000", capex_eur="1900000"), "kwp"),
    # 2,611 EUR a kWp, and 1,000 for the roof.
    "quoted_price": (quoted(), quoted(kwp="36", capex_eur="94000"), "capex_eur"),
    "added_power": (
        changes({"id": "toit", "what": "kwp", "kwp": "50", "capex_eur": "50000"}),
        changes({"id": "toit", "what": "kwp", "kwp": "700", "capex_eur": "700000"}),
        "kwp",
    ),
    "size_power": (
        site(annual_kwh="", quantity="1400", quantity_unit="m2"),
        site(annual_kwh="", quantity="62000", quantity_unit="m2"),
        "quantity",
    ),
    "home_kind": (site(), site(kind="foyer", kva="9", annual_kwh="6200"), "kind"),
    "homes_kind": (site(), site(kind="groupe de foyers"), "kind"),
    "many_homes": (
        site(name="Maison", kind="foyer", profile="logements", kva="9", annual_kwh="6200"),
        site(
            name="Résidence", kind="foyer", profile="logements", kva="", annual_kwh="38000", households="12"
        ),
        "kind",
    ),
    "home_profile": (site(), site(name="Tilleuls", profile="logements"), "profile"),
    "taxed_town": (
        {PERSONS: ({"id": "ville", "name": "Ville", "kind": "entreprise", "profit_tax_ratio": "0,25"},)},
        {PERSONS: ({"id": "ville", "name": "Ville", "kind": "commune", "profit_tax_ratio": "0,25"},)},
        "profit_tax_ratio",
    ),
    "lit_use": (
        {**site(name="Lampes", profile="éclairage public", kva="9", annual_kwh="20000"), **changes({**PUMP})},
        {
            **site(name="Lampes", profile="éclairage public", kva="9", annual_kwh="20000"),
            **changes({"id": "mairie", "what": "cooling", "kwh": "4000"}),
        },
        "what",
    ),
    "home_cars": (
        changes({"id": "cave", "what": "ev-fleet", "quantity": "4", "km": "12000"}),
        changes({"id": "cave", "what": "ev-home", "quantity": "4"}),
        "what",
    ),
    "mayor": (party({"signs_as": "président"}), party({"signs_as": "maire"}), "signs_as"),
    "town_kind": (site(), site(name="Mairie de Lembras", kind="entreprise"), "kind"),
    "firm_kind": (site(), site(name="Cave coopérative", kind="commune", profile="cave coopérative"), "kind"),
    "town_form": (party({"legal_form": "SAS"}), party({"legal_form": "commune"}), "legal_form"),
    "signed_after": (
        party({}, {"deliberated_on": "2026-03-12", "signed_on": "2026-05-04"}),
        party({}, {"deliberated_on": "2026-06-12", "signed_on": "2026-05-04"}),
        "deliberated_on",
    ),
    "quoted_after": (
        {**roof(commissioned_on="2026-06-01"), **quoted(quoted_on="2025-06-01")},
        {**roof(commissioned_on="2016-06-01"), **quoted(quoted_on="2025-06-01")},
        "commissioned_on",
    ),
    "own_landlord": (
        {
            PERSONS: PEOPLE,
            SITES: _given("ville"),
            **roof(person="cave", owner="", landlord="ville", rent_eur_per_year="900"),
        },
        {
            PERSONS: PEOPLE,
            SITES: _given("ville"),
            **roof(person="cave", owner="", landlord="cave", rent_eur_per_year="900"),
        },
        "landlord",
    ),
    "rounded_prm": (site(prm="30000000000001"), site(prm="24151200000000"), "prm"),
    "form_as_name": (party({"legal_name": "Cave"}), party({"legal_name": "SARL"}), "legal_name"),
    "whole_sale": (roof(surplus="oa-2026-06"), roof(surplus="oa-2026-t1-total"), "surplus"),
    "host_owner": (roof(behind="cave"), roof(owner="ecole", behind="cave"), "behind"),
    "host_place": (
        {SITES: FAR, **roof(behind="cave", latitude="44,8425", longitude="0,4968")},
        {SITES: FAR, **roof(behind="cave", latitude="44,8925", longitude="0,4968")},
        "behind",
    ),
    "named_person": (
        {PERSONS: PEOPLE, SITES: _given("ville")},
        {PERSONS: PEOPLE, SITES: _given("cave")},
        "person",
    ),
    # The school lends its roof to the coop: a lease says so, a rent of nothing too.
    "lent_roof": (
        {SITES: FAR, **roof(owner="cave", rent_eur_per_year="0", **AT_SCHOOL)},
        {SITES: FAR, **roof(owner="cave", **AT_SCHOOL)},
        "owner",
    ),
    "public_roof": (
        {SITES: FAR, **roof(owner="ecole", kwp="900", capex_eur="810000", **AT_SCHOOL)},
        {SITES: FAR, **roof(owner="ecole", kwp="1800", capex_eur="1620000", **AT_SCHOOL)},
        "kwp",
    ),
    "far_place": (site(commune="Creysse"), site(commune="Lille"), "commune"),
    "other_holder": (
        party({"holder": "Cave du Breuil"}, {"legal_name": "Commune"}),
        party({"holder": "Commune"}, {"legal_name": "Commune"}),
        "holder",
    ),
    "flat_prices": (
        site(**PRICES, supply_hph_eur_per_mwh="141", supply_hch_eur_per_mwh="118"),
        site(supply_eur_per_mwh="", **FLAT),
        "supply_hcb_eur_per_mwh",
    ),
    "postcode": (
        party({"address": "1 place de la Mairie, 24100 Bergerac"}),
        party({"address": "1 place de la Mairie, 2410 Bergerac"}),
        "address",
    ),
    "plant_year": (roof(commissioned_year="2012"), roof(commissioned_year="1996"), "commissioned_year"),
    "plant_day": (roof(commissioned_on="2026-06-01"), roof(commissioned_on="2062-06-01"), "commissioned_on"),
    "bill_first_day": (
        site(bill_start="2025-01-01", bill_end="2025-12-31"),
        site(bill_start="2015-01-01", bill_end="2015-12-31"),
        "bill_start",
    ),
    "contract_end": (site(supply_until="2028-12-31"), site(supply_until="2062-12-31"), "supply_until"),
    "quote_day": (quoted(quoted_on="2026-05-04"), quoted(quoted_on="2016-05-04"), "quoted_on"),
    "consent_day": (
        party({"consented_on": "2026-04-02"}),
        party({"consented_on": "2062-04-02"}),
        "consented_on",
    ),
    "deliberation_day": (
        party({}, {"deliberated_on": "2026-03-12"}),
        party({}, {"deliberated_on": "2006-03-12"}),
        "deliberated_on",
    ),
    "signature_day": (party({"signed_on": "2026-05-04"}), party({"signed_on": "2016-05-04"}), "signed_on"),
    "same_prm": (
        {SITES: {"prm": "30000000000001"}, ROOFS: {"prm": "30000000000002"}},
        {SITES: {"prm": "30000000000001"}, ROOFS: {"prm": "30000000000001"}},
        "prm",
    ),
    "same_siret": (
        {PARTIES: tuple({"id": id_, "legal_name": "Commune", **SIRETS} for id_ in ("mairie", "ecole"))},
        {PARTIES: tuple({"id": id_, "legal_name": id_, **SIRETS} for id_ in ("mairie", "ecole"))},
        "siret",
    ),
    "same_substation": (
        {SITES: {"substation": "Naillac"}, ROOFS: {"substation": "Naillac"}},
        {SITES: {"substation": "Naillac"}, ROOFS: {"substation": "Poste de NAILLAC"}},
        "substation",
    ),
    "public_buyer": (
        {PERSONS: ({"id": "ville", "name": "Ville", "kind": "commune", "public_buyer": "oui"},)},
        {PERSONS: ({"id": "ville", "name": "Ville", "kind": "commune", "public_buyer": "non"},)},
        "public_buyer",
    ),
    "plant_name": (
        roof(name="Pré du bas", kind="sol"),
        roof(name="Toiture du gymnase", kind="sol"),
        "kind",
    ),
    "subtotal": (site(name="Total Bergerac"), site(name="Sous-total communes"), "name"),
    "same_place": (placed(5), placed(12), "latitude"),
    "horizon": (roof(horizon_deg="0 5 12 3"), roof(horizon_deg="0 80 80 0"), "horizon_deg"),
    "shading": (roof(shading_ratio=SHADE), roof(shading_ratio=SUN), "shading_ratio"),
    "same_change": (
        changes({"ratio": "0,8"}, {"since": "2031", "ratio": "0,9"}),
        changes({"ratio": "0,8"}, {"since": "2031", "ratio": "0,8"}),
        "what",
    ),
    # 42 kWp at the 140,000 EUR of the whole roof of 140.
    "added_price": (
        changes({"id": "toit", "what": "kwp", "kwp": "42", "capex_eur": "44000"}),
        changes({"id": "toit", "what": "kwp", "kwp": "50", "capex_eur": "140000"}),
        "capex_eur",
    ),
    "public_kind": (
        site(name="Gymnase privé", kind="entreprise", profile="gymnase"),
        site(name="Collège du centre", kind="entreprise", profile="collège"),
        "kind",
    ),
    "firm_council": (party({}, {"deliberation": "12"}), party({"deliberation": "12"}), "deliberation"),
    "same_cost": (_roofs("140000"), _roofs("139432,5"), "capex_eur"),
    "same_quote": (_quotes("140000"), _quotes("139432,5"), "capex_eur"),
    "copied_party": (
        party({"signatory": "A. B.", "signs_as": "président"}, {"signatory": "A. B.", "signs_as": "maire"}),
        party({"legal_name": "Cave", "siret": "73282932000074"}, {"legal_name": "CAVE"}),
        "legal_name",
    ),
    "near_owner": (roof(owner="cave"), roof(owner="caev"), "owner"),
    "named_homes": (_homes("24"), _homes("52"), "households"),
    "joins_late": (
        changes({"id": "cave", "what": "joins"}, {"id": "toit", "what": "starts"}),
        changes({"id": "cave", "what": "joins"}),
        "since",
    ),
    "turned_windows": (
        changes({"what": "use", "kwh": "9000", "hours": "17:00-07:00"}),
        changes({"what": "use", "kwh": "9000", "hours": "16:00-11:00"}),
        "hours",
    ),
    "copied_vat": (_ticked("non"), _ticked("oui"), "recovers_vat"),
    "copied_below_ten": (
        _ticked("non", "counted_below_ten"),
        _ticked("oui", "counted_below_ten"),
        "counted_below_ten",
    ),
    "copied_buyer": (_bought("non", "public_buyer"), _bought("oui", "public_buyer"), "public_buyer"),
    "copied_mission": (_bought("non", "public_mission"), _bought("oui", "public_mission"), "public_mission"),
    "after_closing": (
        changes(CLOSED, {**PUMP, "since": "2027"}),
        changes(CLOSED, {**PUMP, "since": "2028"}),
        "since",
    ),
}
"""By rule, what is right, a mistake, the cell that is doubted."""


@pytest.mark.parametrize("rule", PAIRS)
def test_a_mistake_is_doubted_at_its_cell_and_its_neighbour_is_not(tmp_path: Path, rule: str) -> None:
    sound, mistake, column = PAIRS[rule]
    seen = look(write(tmp_path / "sound", sound))
    assert not seen.faults
    (fault,) = look(write(tmp_path / "mistake", mistake)).faults
    assert (fault.column, fault.path.partition("#")[2], fault.is_odd) == (column, rule, True)


USUAL: Mapping[str, tuple[Cells, Cells, str]] = {
    "a home ten times over": (
        site(name="Maison", kind="foyer", profile="logements", kva="9", annual_kwh="6200"),
        site(name="Maison", kind="foyer", profile="logements", kva="9", annual_kwh="62000"),
        "annual_kwh",
    ),
    "homes of 390 kWh": (
        site(
            name="Lavoir",
            kind="groupe de foyers",
            profile="logements",
            kva="",
            annual_kwh="46800",
            households="12",
        ),
        site(
            name="Lavoir",
            kind="groupe de foyers",
            profile="logements",
            kva="",
            annual_kwh="46800",
            households="120",
        ),
        "annual_kwh",
    ),
    "a surplus in c€": (roof(surplus="45"), roof(surplus="1,1"), "surplus"),
    "a roof at 78°": (roof(surface_tilt="12"), roof(surface_tilt="78"), "surface_tilt"),
    "a month ten times lower": (
        site(annual_kwh="", **MONTHS),
        site(annual_kwh="", **{**MONTHS, "mar_kwh": "541"}),
        "mar_kwh",
    ),
    "a life of 5 years": (roof(life_years="30"), roof(life_years="5"), "life_years"),
    "a canopy at 60°": (
        roof(name="Parking", kind="ombrière", surface_tilt="10"),
        roof(name="Parking", kind="ombrière", surface_tilt="60"),
        "surface_tilt",
    ),
    "km of a whole fleet": (
        changes({"what": "ev-fleet", "quantity": "8", "km": "12000"}),
        changes({"what": "ev-fleet", "quantity": "8", "km": "96000"}),
        "km",
    ),
    "what closes in place of what stays": (
        changes({**CLOSED, "ratio": "0,1"}),
        changes({**CLOSED, "ratio": "0,9"}),
        "ratio",
    ),
    "what a renovation saves": (
        changes({"what": "renovation", "ratio": "0,6"}),
        changes({"what": "renovation", "ratio": "0,4"}),
        "ratio",
    ),
    "what lamps of light save": (
        {**site(name="Lampes", profile="éclairage public", kva="9", annual_kwh="20000")}
        | changes({"id": "mairie", "what": "led", "ratio": "0,5"}),
        {**site(name="Lampes", profile="éclairage public", kva="9", annual_kwh="20000")}
        | changes({"id": "mairie", "what": "led", "ratio": "0,05"}),
        "ratio",
    ),
    "a slope of 60 %": (roof(surface_tilt="31"), roof(surface_tilt="60"), "surface_tilt"),
    "an extension at the price of a small roof": (
        changes({"id": "toit", "what": "kwp", "kwp": "50", "capex_eur": "75000"}),
        changes({"id": "toit", "what": "kwp", "kwp": "50", "capex_eur": "190000"}),
        "capex_eur",
    ),
    "30 % as a grant": (roof(grant_eur="42000"), roof(grant_eur="0,3"), "grant_eur"),
}


@pytest.mark.parametrize("case", USUAL)
def test_a_figure_out_of_the_usual_range_of_its_kind_is_doubted(tmp_path: Path, case: str) -> None:
    sound, mistake, column = USUAL[case]
    assert not look(write(tmp_path / "sound", sound)).faults
    (fault,) = look(write(tmp_path / "mistake", mistake)).faults
    assert (fault.column, fault.is_odd) == (column, True)


def test_an_address_is_quoted_nowhere_and_none_without_a_postal_code_is_doubted(tmp_path: Path) -> None:
    (odd,) = faults_said(look(write(tmp_path / "op", PAIRS["postcode"][1])))
    assert "place de la Mairie" not in odd.text
    assert odd.fault.value == ""
    for address in ("1234 route du Lac", "La Mairie, Bergerac", "1234 Route du Lac, 24100 Bergerac"):
        assert not look(write(tmp_path / address[:4], party({"address": address}))).faults


def test_a_holder_may_be_the_member_of_the_site_and_is_named_in_no_doubt(
    tmp_path: Path,
) -> None:
    own = {PERSONS: PEOPLE, SITES: _given("ville"), ROOFS: {"owner": "", "person": "ville"}}
    lines = {"id": "ville", "legal_name": "Commune"}, {"id": "mairie", "holder": "Commune"}
    assert not look(write(tmp_path / "own", {**own, PARTIES: lines})).faults
    (odd,) = faults_said(look(write(tmp_path / "op", PAIRS["other_holder"][1])))
    assert "“Commune”" not in odd.text


def test_the_place_of_an_operation_far_from_its_sites_is_doubted(tmp_path: Path) -> None:
    for place, count in {"Bergerac (Dordogne)": 0, "Pays de Bergerac": 0, "Lille (Nord)": 1}.items():
        folder = write(tmp_path / place, {})
        told = folder / "operation.toml"
        told.write_text(told.read_text("utf-8").replace("[key]", f'place = "{place}"\n\n[key]'), "utf-8")
        assert [fault.path for fault in look(folder).faults] == ["operation.place"] * count


def test_titles_that_are_exchanged_are_one_doubt_of_both(tmp_path: Path) -> None:
    titles = {"kva": "annual_kwh", "annual_kwh": "kva"}
    seen = look(write(tmp_path / "op", {}, titles)).faults
    (odd,) = (fault for fault in seen if fault.path.endswith("#title"))
    assert odd.message == "the titles annual_kwh and kva: exchange them, the figures below are each other’s"
    assert all(fault.column not in titles for fault in seen if fault.is_odd and fault is not odd)


def test_a_power_pulled_down_is_doubted_where_the_energy_does_not_pass(tmp_path: Path) -> None:
    rows = tuple({**row, "kva": "15"} for row in BASE[SITES])
    seen = look(write(tmp_path / "op", {SITES: rows})).faults
    assert [fault.line for fault in seen if fault.path.endswith("#copied_kva")] == [4]
    same = tuple({**row, "kva": "36"} for row in BASE[SITES])
    assert not look(write(tmp_path / "same", {SITES: same})).faults


def test_prices_that_are_exchanged_are_put_back(tmp_path: Path) -> None:
    use("fr")
    folder = write(tmp_path / "op", PAIRS["winter_prices"][1])
    (fault,) = look(folder).faults
    assert dict(fault.remedy) == {"supply_hch_eur_per_mwh": "118", "supply_hph_eur_per_mwh": "141"}
    assert not follow(folder, fault).faults


def test_each_rule_of_pairs_has_its_case() -> None:
    lines = {name for name, rule in rules().items() if rule.needs not in {"rows", "curves", "settings"}}
    assert (lines | set(OF_LINES)) - {"pmo_day"} == set(PAIRS)
    assert all(rule.source and rule.confidence in "HML" for rule in rules().values())


def test_an_unreadable_row_has_no_second_fault(tmp_path: Path) -> None:
    later = ({"id": "toit", "what": "kwp", "since": "2029", "kwp": "36"},)
    (fault,) = look(write(tmp_path / "op", {**roof(kwp="beaucoup"), CHANGES: later})).faults
    assert (fault.file, fault.column) == (ROOFS, "kwp")
    later = ({"id": "mairie", "what": "scale", "since": "2029", "ratio": "0,8"},)
    (fault,) = look(write(tmp_path / "site", {**site(annual_kwh="peu"), CHANGES: later})).faults
    assert (fault.file, fault.column) == (SITES, "annual_kwh")


def test_a_line_of_totals_among_the_plants_is_said(tmp_path: Path) -> None:
    use("fr")
    made = write(tmp_path / "op", roof(name="Total centrales"))
    assert any("est compté comme une centrale" in fault.message for fault in look(made).faults)
