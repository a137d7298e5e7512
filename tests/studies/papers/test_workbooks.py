"""Papers for who must act: peaks worked by hand, refused names left out."""

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import openpyxl
import pytest

from acc.result.result import Result
from reports.studies.papers.workbooks import (
    WORKBOOKS,
    substations_sheet,
    workbooks,
)
from reports.view.view import view_of
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
