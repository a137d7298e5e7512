"""A sheet a person: its sites, its plants and one balance that closes; nobody is left without one."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.result.result import Result
from acc.sites import Kind, Person
from reports.documents.sheet import sheet_document
from reports.nodes.tree import Paragraph
from reports.paper.typeset import pages
from reports.sentences import sheet
from reports.sentences.gains import threshold_text
from reports.sentences.holdings import plants_table, price_text
from reports.sentences.sheet import signed_items
from reports.sentences.years import own_leaving
from reports.sheets import checked_ids
from reports.view.selection import own_bill
from reports.view.view import View, holders_shown, sheet_view_of
from scenarios.run import run
from tests.reports.document_texts import items, lead, nodes, table
from tests.reports.make import make_result
from tests.reports.make_money import with_leaving, with_money
from tests.scenarios.operation import BEHIND_ANOTHERS, write_operation

TOWN = Person(id="ville", name="Exemple-sur-Dordogne (commune)", kind=Kind.COMMUNE)


def of_town(result: Result) -> Result:
    """Return the operation once a commune holds the school, the town hall, the lights and a roof."""
    given = result.scenario
    people = tuple(
        replace(p, person="ville") if p.id in {"ecole", "mairie", "eclairage"} else p
        for p in given.participants
    )
    roofs = tuple(replace(p, person="ville", owner="ville") if p.id == "toit" else p for p in given.plants)
    return replace(result, scenario=replace(given, participants=people, plants=roofs, persons=(TOWN,)))


@pytest.fixture(scope="module")
def result() -> Result:
    made = with_money(of_town(make_result()))
    assert made.money is not None
    return with_leaving(made)


def view_of_person(result: Result, id_: str) -> View:
    return sheet_view_of(result, [one.id for one in holders_shown(result)].index(id_))


def plain(text: object) -> str:
    return re.sub(r"\s+", " ", str(text))


def number(text: str) -> float:
    return float(plain(text).replace(",", "").replace("−", "-").replace("+", "").replace(" €", ""))


def test_a_site_or_a_plant_gives_the_sheet_of_who_holds_it(result: Result) -> None:
    assert checked_ids(result, ["ecole", "mairie"], "NAME") == ["ville"]
    everyone = checked_ids(result, ["all"], "NAME")
    assert len(everyone) == len(set(everyone)) == 12 - 3 + 1 + 1
    assert {"ville", "Société des toitures"} <= set(everyone)


def test_the_lines_of_the_balance_sum_to_it_and_so_do_its_parts(result: Result) -> None:
    made = sheet_document(result, "Société des toitures")
    balance = table(made, "balance")
    lines = [number(row[1].text) for row in balance.rows]
    assert sum(lines) == pytest.approx(number(balance.total[1].text), abs=1.5)
    gains = [number(row[-2].text) for row in table(made, "own-plants").rows]
    assert sum(gains) == pytest.approx(number(balance.total[1].text), abs=2.5)


def test_an_owner_without_a_site_has_its_sheet(result: Result) -> None:
    document = sheet_document(result, "Société des toitures")
    assert set(document.pictures) >= {"cash"}
    assert not {"bill", "months", "days"} & set(document.pictures)
    assert "you would gain 75,918 € without tax, before investment" in plain(lead(document))
    assert "receive" not in plain(lead(document))
    assert plain(lead(document)).startswith("Your solar plants would produce")
    assert len(pages(document, ppi=20)) == 2


def test_the_sheet_of_several_sites_lists_them_all_and_its_bills_are_theirs(result: Result) -> None:
    made = sheet_document(result, "ville")
    sites = table(made, "sites")
    assert [row[0].text for row in sites.rows] == [
        "Éclairage public",
        "Groupe scolaire",
        "Mairie et salle des fêtes",
    ]
    money = result.money
    assert money is not None
    own = [p for p in money.participants if p.id in {"ecole", "mairie", "eclairage"}]
    saving = sum(p.saving_eur_ht or 0.0 for p in own)
    assert number(sites.total[4].text) == pytest.approx(saving, abs=0.5)
    assert Paragraph(price_text(view_of_person(result, "ville"))) in nodes(made)


def test_one_plant_is_one_and_several_are_several(result: Result) -> None:
    energy = of_town(make_result())
    one, plants = sheet_document(energy, "ville"), plants_table(view_of_person(energy, "ville"))
    assert plain(lead(one)).startswith("Your solar plant would produce")
    assert plants is not None
    assert plants.title == "Your plant"
    assert "A contract for the surplus of your plant." in items(one, "What you would sign")
    several = sheet_document(result, "Société des toitures")
    assert table(several, "own-plants").title == "Your plants"
    assert "your plants would sell all they inject" in " ".join(items(several, "If you leave the operation"))


def test_the_parts_of_a_shared_kwh_sum_to_the_threshold_of_its_supplier(result: Result) -> None:
    money = result.money
    assert money is not None
    mine = next(p for p in money.participants if p.id == "usine")
    text = plain(price_text(view_of_person(result, "usine")))
    parts = re.fullmatch(
        r"A shared kWh: local price (.*) €/MWh, fees of the PMO (.*) €/MWh and network, fixed charges (.*) "
        r"€/MWh; less the accise spared, (.*) €/MWh. Your supplier’s threshold is then (.*) €/MWh: .*",
        text,
    )
    assert parts is not None, text
    local, fees, fixed, spared, threshold = map(float, parts.groups())
    assert local + fees + fixed - spared == pytest.approx(threshold, abs=0.11)
    assert mine.break_even_supply_eur_per_kwh is not None
    assert threshold == pytest.approx(mine.break_even_supply_eur_per_kwh * 1000.0, abs=0.05)


def test_leaving_is_that_of_all_a_person_holds(result: Result) -> None:
    change = next(c for c in result.persons_leaving if c.id == "ville")
    assert set(change.together_ids) == {"ecole", "mairie", "eclairage"}
    # Nobody needs anything else in its place: what the three no longer take is shared by the others.
    columns = [n for n, p in enumerate(result.scenario.participants) if p.person == "ville"]
    assert change.own_kwh == pytest.approx(float(result.energy.received_kwh[columns].sum()), rel=1e-9)
    assert np.all(change.saving_change_eur[columns] == 0.0)
    told = own_leaving(view_of_person(result, "ville"))
    assert len(told) == 3


def test_who_holds_one_site_leaves_as_that_site_does(result: Result) -> None:
    site = next(c for c in result.leaving if c.id == "usine")
    person = next(c for c in result.persons_leaving if c.id == "usine")
    assert person.own_eur == site.own_eur
    assert person.others_change_eur == site.others_change_eur


def test_who_would_only_pay_more_is_told_to_stay_out(result: Result) -> None:
    alone = with_money(make_result())
    gone = replace(alone, energy=replace(alone.energy, received_kwh=alone.energy.received_kwh.copy()))
    gone.energy.received_kwh[7] = 0.0
    told = plain(sheet.lead(view_of_person(gone, "eclairage")))
    assert told.startswith("You would receive nothing. You would pay 8")
    assert told.endswith("more: better to stay out.")


def test_who_buys_what_it_uses_behind_its_meter_reads_it_in_its_bill(
    tmp_path: Path,
) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / "plants.csv").write_text(BEHIND_ANOTHERS, encoding="utf-8")
    made = run(folder, ran_on=date(2026, 9, 1))
    view = view_of_person(made, "cave")
    bill = own_bill(view)
    assert bill is not None
    before, after = bill
    used_kwh = float(made.energy.own_use_kwh.sum())
    assert after.behind_eur == pytest.approx(0.070 * used_kwh, rel=1e-9)
    assert made.money is not None
    mine = next(person for person in made.money.persons if person.id == "cave")
    assert before.total_eur - after.total_eur == pytest.approx(mine.sharing_eur_ht, rel=1e-9)
    assert any("behind your meter" in item for item in signed_items(view))


def test_the_threshold_of_a_site_that_loses_is_a_dash_and_never_thousands(result: Result) -> None:
    assert result.money is not None
    school = result.money.participants[0]
    assert not school.loses
    # 76 EUR of fixed parts over 6 kWh received.
    dear = replace(school, before=school.after, after=school.before, break_even_supply_eur_per_kwh=13.042)
    assert dear.loses
    assert threshold_text(dear) == "–"
    assert threshold_text(replace(school, break_even_supply_eur_per_kwh=0.0825)) == "82"
