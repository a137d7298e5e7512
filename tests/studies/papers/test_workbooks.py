"""Papers for who must act: peaks worked by hand, sums that close with the plan, refused names left out."""

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import openpyxl
import pytest

from acc.ledger.chart import LOCAL, PMO, Account
from acc.ledger.sums import Entry
from acc.result.lending import treasury
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.sites import Kind
from reports.studies.papers.workbooks import (
    WORKBOOKS,
    budget_sheet,
    purchases_sheet,
    substations_sheet,
    workbooks,
)
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown, view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def books(files: dict[str, bytes]) -> dict[str, openpyxl.Workbook]:
    named = {name: data for name, data in files.items() if name.endswith(".xlsx")}
    return {name: openpyxl.load_workbook(BytesIO(data), data_only=True) for name, data in named.items()}


@pytest.mark.parametrize("paper", WORKBOOKS)
def test_each_sheet_says_that_it_is_a_draft(result: Result, paper: str) -> None:
    files = workbooks(result, paper)
    assert workbooks(result, paper) == files
    for book in books(files).values():
        assert all(sheet["A1"].value.startswith("DRAFT") for sheet in book)


def test_the_peaks_of_a_substation_are_those_of_its_net_power(result: Result) -> None:
    sheet = substations_sheet(view_of(result))
    rows = {str(row[0].value): row for row in sheet.rows if row and row[0] is not None}
    # Plants stand at a named substation, sites at none: nothing is drawn at the one, all at the other.
    at_plants, at_sites = rows["Poste de l’Exemple"], rows["Exemple-sur-Dordogne (substation not given)"]
    flows = result.exchange
    injected_kw = float(flows.production_kwh.sum(axis=1).max()) / flows.steps.hours
    drawn_kw = float(flows.consumption_kwh.sum(axis=1).max()) / flows.steps.hours
    assert [at_plants[i].value for i in (1, 2, 6, 8)] == [0, 3, 0, 0]
    assert at_plants[10].value == pytest.approx(injected_kw, abs=0.05)
    assert at_sites[6].value == at_sites[8].value == pytest.approx(drawn_kw, abs=0.05)
    assert at_sites[10].value == 0


def test_what_is_used_behind_the_meter_was_drawn_before(result: Result) -> None:
    plants = tuple(
        replace(p, behind=result.scenario.participants[0].id, substation=None) for p in result.scenario.plants
    )
    flows = replace(
        result.exchange,
        production_kwh=np.zeros_like(result.exchange.production_kwh),
        own_use_kwh=result.exchange.production_kwh,
    )
    given = replace(result, exchange=flows, scenario=replace(result.scenario, plants=plants))
    row = substations_sheet(view_of(given)).rows[-1]
    before = flows.consumption_kwh.sum(axis=1) + flows.own_use_kwh.sum(axis=1)
    assert row[6].value == pytest.approx(float(before.max()) / flows.steps.hours, abs=0.05)


def test_the_map_holds_who_may_be_named(result: Result) -> None:
    people = tuple(replace(p, publish=p.id != "usine") for p in result.scenario.participants)
    given = replace(result, scenario=replace(result.scenario, participants=people))
    found = json.loads(workbooks(given, "syndicate")["operation.geojson"])
    ids = {feature["id"] for feature in found["features"]}
    assert "usine" not in ids
    assert {"marche", "toit"} <= ids
    (mairie,) = (f for f in found["features"] if f["id"] == "mairie")
    assert mairie["geometry"] == {"type": "Point", "coordinates": [0.486, 44.861]}  # longitude first


def test_the_operator_has_numbers_segments_and_no_peak_power_for_that_of_inverters(
    result: Result,
) -> None:
    scenario = result.scenario
    plants = tuple(
        replace(plant, inverter_kva=None if n else 87.5) for n, plant in enumerate(scenario.plants)
    )
    people = tuple(
        replace(
            site, contract=replace(site.contract, turpe="HTA-LU-PF" if n else None, subscribed_kva=(12.0,))
        )
        for n, site in enumerate(scenario.participants)
    )
    told = replace(result, scenario=replace(scenario, plants=plants, participants=people))
    _first, producers, consumers = books(workbooks(told, "operator"))["annex-2.1.xlsx"].worksheets
    points = list(consumers.iter_rows(values_only=True))
    assert sum(str(row[1]).startswith("3000") for row in points) == len(scenario.participants)
    cells = {str(cell) for row in points for cell in row}
    assert {"C5", "C2 or C3"} <= cells
    heads = next(row for row in producers.iter_rows(values_only=True) if "kVA" in row)
    powers = [row[heads.index("kVA")] for row in producers.iter_rows(values_only=True)][-len(plants) :]
    assert powers == [87.5, *["to complete"] * (len(plants) - 1)]
    (unknown,) = (row for row in substations_sheet(view_of(told)).rows if len(row) > 4 and row[2].value == 3)
    assert unknown[4].value == "–"


def test_the_balance_of_each_year_is_that_of_the_plan(result: Result) -> None:
    assert result.money is not None
    flows = replace(
        result.money.plans[0].flows, investment_vat_eur=result.money.plans[0].flows.investment_eur_ht * 0.2
    )
    back = flows.investment_vat_eur.copy()
    back[2] = 164.04 * 12
    plan = replace(result.money.plans[0], flows=replace(flows, investment_vat_eur=back))
    rows = budget_sheet(view_of(result), "Town", plan, 1).rows[-len(back) :]
    assert [row[-1].value for row in rows] == pytest.approx(list(plan.flows.equity_eur_ht))
    assert rows[2][3].value == pytest.approx(164.04 * 12)
    assert rows[0][2].value == pytest.approx(float(flows.investment_eur_ht[0]) * 0.2)


def test_a_commune_whose_own_site_is_elsewhere_has_its_budget_and_each_rule_says_how_it_stands(
    result: Result,
) -> None:
    assert result.money is not None
    assert result.money.plan is not None
    town = replace(result.scenario.participants[0], id="ville", name="Ville", kind=Kind.COMMUNE)
    broken = Check(rule="aid", state=State.NOT_MET, title="Too much", remedy="Give it up (`grant_eur`).")
    given = replace(
        result,
        scenario=replace(result.scenario, absent=(town,)),
        money=replace(result.money, plans=(replace(result.money.plan, owner="ville"),)),
        checks=(broken,),
    )
    made = books(workbooks(given, "deliberation"))
    # Those who own no plant have their purchases, and nothing of the plan of another.
    for name, book in made.items():
        if "ville" not in name:
            heads = [cell.value for cell in next(row for row in book.worksheets[1] if row[0].value == "Year")]
            assert heads[1:3] == ["Purchases from members", "Fee of the PMO"]
    annex, budget = made["deliberation-ville.xlsx"].worksheets
    lines = [str(row[0]) for row in annex.iter_rows(values_only=True)]
    assert "Not respected: Too much. Give it up." in lines
    assert any(line.startswith("Not lawful: Too much.") for line in lines)
    assert budget["A2"].value == "Budget lines by year: Ville"


def test_each_public_body_deliberates_of_its_own_sites(result: Result) -> None:
    bodies = [one for one in holders_shown(result) if one.kind in PUBLIC_BODIES]
    made = books(workbooks(result, "deliberation"))
    assert len(made) == len(bodies) > 1
    for body, book in zip(bodies, made.values(), strict=True):
        told = [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
        names = {site.name for site in result.scenario.participants}
        assert names & set(told) == {result.scenario.participants[n].name for n in body.sites}


def test_purchases_avoided_are_no_receipt_and_unsaid_vat_is_no_zero(result: Result) -> None:
    assert result.money is not None
    plan = result.money.plans[0]
    every, ones = plan.owner, np.ones(len(plan.flows.tax_eur))
    # The owner also holds a site: it takes 7 of its own plants, buys 30 of a mill, and its bills fall by 50.
    more = (
        Entry(every, every, LOCAL, 7.0 * ones),
        Entry("mill", every, LOCAL, 100.0 * ones),
        Entry(every, "mill", LOCAL, 30.0 * ones),
        Entry(every, Account.PMO, PMO, 4.0 * ones),
        Entry(every, Account.SUPPLIERS, "supply_eur_ht", -50.0 * ones),
    )
    given = replace(result, money=replace(result.money, year_ledger=more))
    sheet = budget_sheet(view_of(given), "Town", plan, 1)
    heads = next([cell.value for cell in row] for row in sheet.rows if len(row) > 1)
    row = dict(zip(heads, (cell.value for cell in sheet.rows[-1]), strict=True))
    told = [row[name] for name in ("Sales to members", "Purchases from members", "Fee of the PMO")]
    assert told == [100.0, -30.0, -4.0]
    assert row["Purchases avoided"] == 50.0
    assert row["Balance with them"] == pytest.approx(row["Balance"] + 50.0)
    assert row["VAT on it"] == row["FCTVA"] == "–"


def test_a_body_that_only_buys_has_its_purchases_by_year(result: Result) -> None:
    buyers = [one for one in holders_shown(result) if one.kind in PUBLIC_BODIES and not one.plants]
    assert buyers
    for body in buyers:
        book = treasury(result, body)
        assert book is not None
        rows = purchases_sheet(view_of(result), body).rows
        (first,) = [row for row in rows if row and row[0] is not None and row[0].value == 1]
        amounts = [one.value for one in first if one is not None]
        assert amounts[1] == pytest.approx(-book.budget.bought_from_members_eur_ht, abs=0.01)
        assert amounts[-1] == pytest.approx(book.balance_eur + book.budget.saved_eur_ht, abs=0.01)
