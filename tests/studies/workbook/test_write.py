"""The workbook read back: sums, live formulas that equal the real chain, named cells, privacy, same bytes."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from acc.accounts.assemble import money
from acc.bills.tariffs import ConnectionCosts, IferRates, SurplusContract
from acc.finance import Finance
from acc.plant_model import PlantModel
from acc.result.result import Result, StorageUsed
from acc.scenario import Prices
from acc.sites import Kind, PlantCosts
from reports.data.results import results_document
from reports.data.rows import shown_persons
from reports.studies.workbook.cells import NAMES
from reports.studies.workbook.write import workbook
from reports.view.view import view_of
from tests import messages
from tests.effort import few
from tests.reports.make import MEMBERS, make_result, scenario
from tests.reports.make_money import appraise, tariffs, with_money
from tests.reports.make_ranges import with_ranges
from tests.reports.spreadsheet import Spreadsheet

ROOT = Path(__file__).resolve().parents[3]
RICH = Finance(
    horizon_years=25,
    discount_ratio=0.03,
    real=True,
    inflation_ratio=0.02,
    indexation_ratio=0.015,
    opex_indexation_ratio=0.02,
    grant_eur=80_000.0,
    debt_ratio=0.6,
    tax_ratio=0.25,
    market_eur_per_kwh=0.03,
)
SHEETS = [
    "Summary",
    "Participants",
    "Months",
    "Keys",
    "Plants",
    "Persons",
    "Year by year",
    "Plan",
    "Hypotheses",
    "Rules",
    "Provenance",
]


@pytest.fixture(scope="module")
def plain() -> Result:
    return make_result()


@pytest.fixture(scope="module")
def result(plain: Result) -> Result:
    return with_money(plain)


@pytest.fixture(scope="module")
def rich(plain: Result) -> Result:
    return with_money(plain, finance=RICH)


def table(book: openpyxl.Workbook, sheet: str, head: str) -> dict[str, dict[str, object]]:
    """Rows of the table whose first head is `head`, by first cell, then by head."""
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0] == head)
    body = {}
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        body[row[0]] = dict(zip(rows[start], row, strict=True))
    return body


def cached(result: Result) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(workbook(result)), data_only=True)


def test_the_sheets_stand_in_their_order(result: Result, plain: Result) -> None:
    assert cached(result).sheetnames == SHEETS
    unpriced = {"Persons", "Year by year", "Plan"}
    assert cached(plain).sheetnames == [name for name in SHEETS if name not in unpriced]


def test_the_years_of_each_person_and_what_departures_leave(rich: Result) -> None:
    money, book = rich.money, cached(rich)
    assert money is not None
    assert money.plan is not None
    rows = [[cell.value for cell in row] for row in book["Year by year"].iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0] == "Year")
    heads = rows[start]
    together = heads.index("Together")
    for year in (0, 1, money.plan.horizon_years):
        row = rows[start + 1 + year]
        assert row[0] == year
        assert row[together] == pytest.approx(sum(p.by_year_eur_ht[year] for p in money.persons), abs=1e-6)
        for person in money.persons:
            if person.name in heads:
                cell = row[heads.index(person.name)]
                assert cell == pytest.approx(person.by_year_eur_ht[year], abs=1e-6)
    left = table(book, "Year by year", "Present value, €")
    assert money.total is not None
    assert left["as planned"]["Together"] == pytest.approx(money.total.npv_eur_ht, abs=1e-6)
    for after, name in zip(money.plans_after, list(left)[1:], strict=True):
        assert left[name]["Together"] == pytest.approx(after.everybody_npv_eur_ht, abs=1e-6)
        assert left[name]["Plants"] == pytest.approx(after.npv_eur_ht, abs=1e-6)
        assert left[name]["Debt cover, lowest"] == pytest.approx(after.dscr_min)


def test_the_sums_equal_those_of_results_json(result: Result) -> None:
    document, book = results_document(result), cached(result)
    people, plants = table(book, "Participants", "Participant"), table(book, "Plants", "Plant")
    for member in document["participants"]:
        row = people[member["name"]]
        assert row["Need (kWh/year)"] == pytest.approx(member["consumption_kwh"], abs=0.1)
        assert row["Shared (kWh/year)"] == pytest.approx(member["received_kwh"], abs=0.1)
        assert row["Complement (kWh/year)"] == pytest.approx(member["complement_kwh"], abs=0.1)
        assert row["Saving (€/year without tax)"] == pytest.approx(member["saving_eur_ht"], abs=1.0)
    for plant in document["plants"]:
        row = plants[plant["name"]]
        assert row["Injected (kWh/year)"] == pytest.approx(plant["production_kwh"], abs=0.1)
        assert row["Surplus (kWh/year)"] == pytest.approx(plant["surplus_kwh"], abs=0.1)
    total, months = people["Together"], table(book, "Months", "Month")["Together"]
    assert total["Saving (€/year without tax)"] == pytest.approx(document["saving_eur_ht"], abs=1.0)
    for head, name in (("Need", "consumption_kwh"), ("Shared", "received_kwh"), ("Surplus", "surplus_kwh")):
        assert months[head] == pytest.approx(document[name], abs=0.1)
    assert total["Shared (kWh/year)"] == pytest.approx(document["received_kwh"], abs=0.1)


def test_the_summary_begins_its_euros_with_those_of_page_1(rich: Result) -> None:
    assert rich.money is not None
    assert rich.money.total is not None
    rows = {row[0].value: row[1].value for row in cached(rich)["Summary"].iter_rows()}
    assert rows["Gain of all members"] == pytest.approx(rich.money.total.gain_eur_ht, abs=1e-6)
    assert rows["Net present value of all members"] == pytest.approx(rich.money.total.npv_eur_ht, abs=1e-6)
    assert not [value for value in rows if "page “" in str(value)]


def test_the_keys_stand_side_by_side(result: Result) -> None:
    keys = table(cached(result), "Keys", "Key")
    static = result.others["static"]
    assert keys["Static"]["Shared (kWh/year)"] == pytest.approx(static.energy.received_kwh.sum(), abs=0.1)
    assert static.money is not None
    assert keys["Static"]["Saving (€/year without tax)"] == pytest.approx(static.money.saving_eur_ht, abs=1.0)


def formulas_hold(data: bytes) -> None:
    sheet = Spreadsheet(data)
    for place in sheet.formulas():
        found, kept = sheet.value(*place), sheet.cached_value(*place)
        if isinstance(found, str):
            assert (kept or "") == found, place
        else:
            assert found == pytest.approx(kept, rel=1e-9, abs=1e-6), place


def test_each_cached_value_is_what_its_formula_gives(result: Result, rich: Result) -> None:
    formulas_hold(workbook(result))
    formulas_hold(workbook(rich))


def test_the_plan_sheet_gives_the_plan(rich: Result) -> None:
    assert rich.money is not None
    plan = rich.money.plan
    assert plan is not None
    sheet = Spreadsheet(workbook(rich))
    assert sheet.named("project_npv") == pytest.approx(plan.npv_eur_ht, abs=0.01)
    assert sheet.named("project_irr") == pytest.approx(plan.irr_ratio, abs=1e-9)
    assert sheet.named("project_payback") == pytest.approx(plan.payback_years, abs=1e-9)
    assert sheet.named("project_lcoe") == pytest.approx(plan.lcoe_eur_per_kwh * 1000.0, abs=1e-9)
    results = table(sheet.cached, "Plan", "Net present value (€)")
    row = next(iter(results.values()))
    assert row["Value for the owner (€)"] == pytest.approx(plan.equity_npv_eur_ht, abs=0.01)
    assert row["Return for the owner"] == pytest.approx(plan.equity_irr_ratio, abs=1e-9)
    assert row["Lowest cover of the debt"] == pytest.approx(plan.dscr_min, abs=1e-9)
    assert row["Mean cover of the debt"] == pytest.approx(plan.dscr_mean, abs=1e-9)


CHANGES = [
    ({"local_price": 104.0}, {}, 0.104),
    ({"discount_rate": 0.05, "inflation": 0.01}, {"discount_ratio": 0.05, "inflation_ratio": 0.01}, 0.092),
    ({"capex_per_kwp": 990.0}, {"capex_eur_per_kwp": 990.0}, 0.092),
    ({"grant": 10_000.0, "debt_part": 0.8}, {"grant_eur": 10_000.0, "debt_ratio": 0.8}, 0.092),
    ({"debt_rate": 0.0, "debt_years": 12}, {"debt_interest_ratio": 0.0, "debt_years": 12}, 0.092),
    (
        {"indexation": 0.03, "market_price": 55.0},
        {"indexation_ratio": 0.03, "market_eur_per_kwh": 0.055},
        0.092,
    ),
    ({"market_indexation": -0.02}, {"market_indexation_ratio": -0.02}, 0.092),
    ({"cost_growth": 0.04}, {"opex_indexation_ratio": 0.04}, 0.092),
    ({"inverter_year": 11, "tax_rate": 0.15}, {"inverter_year": 11, "tax_ratio": 0.15}, 0.092),
]


@pytest.mark.parametrize(("inputs", "finance", "price"), few(4, CHANGES))
def test_a_changed_yellow_cell_gives_what_the_simulator_would(
    plain: Result, inputs: dict[str, float], finance: dict[str, float], price: float
) -> None:
    costs = {"capex_eur_per_kwp": 1150.0, "opex_eur_per_kwp_year": 20.7, "inverter_eur_per_kwp": 92.0}
    first = replace(RICH, **costs)
    sheet = Spreadsheet(workbook(with_money(plain, finance=first)), inputs)
    again = with_money(plain, price, finance=replace(first, **finance))
    assert again.money is not None
    assert again.money.plan is not None
    assert sheet.named("project_npv") == pytest.approx(again.money.plan.npv_eur_ht, abs=0.01)
    assert sheet.named("project_irr") == pytest.approx(again.money.plan.irr_ratio, abs=1e-8)
    assert sheet.named("total_saving") == pytest.approx(again.money.saving_eur_ht, abs=0.01)
    static = again.others["static"].money
    keys = sheet.book["Keys"]
    row = next(row for row in keys.iter_rows() if row[0].value == "Static")
    assert sheet.value("Keys", row[5].coordinate) == pytest.approx(static.saving_eur_ht, abs=0.01)


def two_producers(plain: Result, finance: Finance) -> Result:
    """Two producers with contracts of their own; the second one's plant fades faster and sells dearer."""
    sites = [
        replace(p, model=PlantModel(degradation_ratio=0.01 * n)) for n, p in enumerate(plain.scenario.plants)
    ]
    prices = Prices(local_eur_per_kwh=0.092, local_by_plant_eur_per_kwh={"hangar": 0.12})
    given = replace(plain.scenario, plants=tuple(sites), prices=prices, finance=finance)
    known = tariffs(plain, frozenset())
    fixed = replace(
        known.plants[0], owner="Cave", surplus=SurplusContract(code="price", eur_per_kwh=0.05, years=10)
    )
    known = replace(known, plants=(*known.plants[:2], fixed))
    euros = money(given, plain.exchange, plain.allocation, plain.energy, known, appraise)
    return replace(plain, scenario=given, money=euros, others={})


@pytest.mark.slow
def test_several_producers_contracts_and_prices_still_give_the_plan(plain: Result) -> None:
    for finance in (RICH, replace(RICH, tax_ratio=0.0, real=False, grant_eur=0.0)):
        given = two_producers(plain, finance)
        assert given.money is not None
        plan = given.money.plan
        sheet = Spreadsheet(workbook(given))
        formulas_hold(workbook(given))
        assert sheet.named("project_npv") == pytest.approx(plan.npv_eur_ht, abs=0.01)
        assert "surplus_price" not in sheet.names
        assert "tax_rate" not in sheet.names


def charged(plain: Result, finance: Finance) -> Result:
    """Plants that pay everything, of which one ends within the plan and one bears the full IFER at once."""
    own = [
        PlantCosts(connection_eur=9000.0, rent_eur_per_year=600.0, life_years=11, grant_eur=4000.0),
        PlantCosts(insurance_eur_per_year=0.0, capex_eur=150_000.0),
    ]
    sites = tuple(replace(p, costs=own[n % 2], kwp=150.0) for n, p in enumerate(plain.scenario.plants))
    known = tariffs(plain, frozenset())
    costs = replace(
        known.plant_costs,
        insurance_ratio=0.003,
        injection_turpe_eur_per_year=((0.0, 38.8), (36.0, 501.07)),
        ifer=IferRates(
            reduced_eur_per_kwp=3.542, full_eur_per_kwp=8.51, threshold_kwp=100.0, reduced_years=20
        ),
        connection=ConnectionCosts(included_kva=120.0, high_eur_per_kwp=250.0),
        life_years=30,
    )
    prices = Prices(local_eur_per_kwh=0.092)
    given = replace(plain.scenario, plants=sites, prices=prices, finance=finance)
    known = replace(known, plant_costs=costs)
    euros = money(given, plain.exchange, plain.allocation, plain.energy, known, appraise)
    return replace(plain, scenario=given, money=euros, others={})


def test_every_charge_of_a_plant_has_its_yellow_cell_and_its_column(plain: Result) -> None:
    result = charged(plain, RICH)
    assert result.money is not None
    plan = result.money.plan
    assert plan is not None
    formulas_hold(workbook(result))
    sheet = Spreadsheet(workbook(result))
    assert sheet.named("project_npv") == pytest.approx(plan.npv_eur_ht, abs=0.01)
    assert sheet.named("project_lcoe") == pytest.approx(plan.lcoe_eur_per_kwh * 1000.0, abs=1e-9)
    dearer = Spreadsheet(workbook(result), {"ifer_cost": 0.0, "connection": 0.0, "insurance_cost": 0.0})
    flows = plan.flows
    rate = 1.03 * 1.02
    spared = -(flows.ifer_eur + flows.insurance_eur_ht) @ rate ** -np.arange(26.0)
    before_tax = charged(plain, replace(RICH, tax_ratio=0.0, debt_ratio=0.0))
    assert before_tax.money is not None
    assert before_tax.money.plan is not None
    untaxed = Spreadsheet(workbook(before_tax), {"ifer_cost": 0.0, "connection": 0.0, "insurance_cost": 0.0})
    gained = untaxed.named("project_npv") - before_tax.money.plan.npv_eur_ht
    assert gained == pytest.approx(spared + plan.connection_eur_ht, abs=0.01)
    assert dearer.named("project_npv") > plan.npv_eur_ht
    assert len(plan.without_connection_ids) == len(result.scenario.plants) // 2


def test_a_plan_that_never_pays_back_says_so(plain: Result) -> None:
    given = with_money(plain, 0.05, finance=Finance(horizon_years=15))
    sheet = Spreadsheet(workbook(given))
    assert sheet.named("project_payback") == "never within the plan"
    assert Spreadsheet(workbook(given), {"local_price": 250.0}).named("project_payback") < 10.0


def test_yellow_cells_are_named_and_say_where_they_come_from(rich: Result) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(rich)))
    page = book["Hypotheses"]
    yellow = [row for row in page.iter_rows() if row[1].fill.fgColor.rgb == "FFFBE6BC"]
    assert [row[6].value for row in yellow][:4] == [
        "local_price",
        "discount_rate",
        "inflation",
        "capex_per_kwp",
    ]
    for row in yellow:
        assert book.defined_names[row[6].value].attr_text == f"'Hypotheses'!$B${row[1].row}"
        assert row[0].value
        assert row[3].value, row[0].value
    capex = yellow[3]
    assert "milieu de plusieurs devis" in capex[3].value
    assert capex[5].value == "low"


def test_pages_are_ready_to_print_and_to_scroll(result: Result) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(result)))
    for page in book:
        assert page.print_area, page.title
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.paperSize == 9
        assert "EXAMPLE" in page.oddHeader.left.text
        assert "9fec7048" in page.oddFooter.left.text
    assert book["Participants"].freeze_panes == "B6"
    assert book["Months"].freeze_panes == "B5"


def test_the_months_have_a_native_chart_with_its_words(result: Result) -> None:
    data = workbook(result)
    chart = openpyxl.load_workbook(BytesIO(data))["Months"]._charts[0]
    assert [series.tx.strRef.f for series in chart.series] == ["Months!$D$4", "Months!$E$4"]
    drawing = zipfile.ZipFile(BytesIO(data)).read("xl/drawings/drawing1.xml").decode()
    assert 'descr="Bars over J–D' in drawing


def test_numbers_carry_codes_that_a_french_excel_writes_its_way(result: Result) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(result)))
    first = book["Participants"]["C6"].row
    formats = [cell.number_format for cell in book["Participants"][first][2:9]]
    assert formats == ["#,##0", "#,##0", "0.0%", "#,##0", "#,##0.00", "#,##0", "#,##0"]


def test_a_member_who_loses_at_any_price_has_no_worth(result: Result) -> None:
    row = table(cached(result), "Participants", "Participant")["Éclairage public"]
    assert row["Worth of a local kWh (€/MWh)"] == "–"
    assert row["Saving (€/year without tax)"] < 0.0


def test_unknown_euros_are_dashes_and_totals_count_the_others(plain: Result) -> None:
    given = with_money(plain, unknown=frozenset({"usine"}))
    assert given.money is not None
    people = table(cached(given), "Participants", "Participant")
    assert people["Usine agroalimentaire"]["Saving (€/year without tax)"] == "–"
    total = people["Together"]["Saving (€/year without tax)"]
    assert total == pytest.approx(given.money.saving_eur_ht, abs=1.0)


def test_ranges_stand_beside_savings(result: Result) -> None:
    bands = {"usine": (6_000.0, 10_000.0, 13_000.0), "": (30_000.0, 50_000.0, 61_000.0)}
    people = table(cached(replace(result, ranges={"saving_eur_ht": bands})), "Participants", "Participant")
    low, high = "Low saving (passed 9 times out of 10)", "High saving (passed once out of 10)"
    assert (people["Usine agroalimentaire"][low], people["Usine agroalimentaire"][high]) == (
        6_000.0,
        13_000.0,
    )
    assert (people["Together"][low], people["Together"][high]) == (30_000.0, 61_000.0)
    assert people["Gymnase"][low] == "–"


def test_the_figures_of_the_tornado_have_a_sheet(result: Result) -> None:
    rows = table(cached(with_ranges(result)), "One hypothesis at a time", "Hypothesis")
    assert result.money is not None
    assert result.money.plan is not None
    npv_eur = result.money.plan.npv_eur_ht
    assert rows["all as expected"]["NPV, low end €"] == pytest.approx(npv_eur)
    assert rows["investment"]["NPV, high end €"] == pytest.approx(npv_eur - 73_000.0)
    assert rows["investment"]["Change, high end €"] == pytest.approx(-73_000.0)
    assert rows["departure of a participant"]["Tried"] == "Usine agroalimentaire"
    assert "One hypothesis at a time" not in cached(result).sheetnames


def test_what_a_battery_takes_and_gives_is_in_the_summary(result: Result) -> None:
    used = StorageUsed(
        name="Batterie",
        charge_kwh=12_000.0,
        discharge_kwh=10_500.0,
        lost_kwh=1_500.0,
        start_kwh=0.0,
        end_kwh=0.0,
        unused_kwh=0.0,
        cycles=120.0,
        without=result.energy,
    )
    rows = table(cached(replace(result, storage=used)), "Summary", "Key figure")
    assert rows["Taken by the battery"]["Value"] == 12_000.0
    assert rows["Given back by the battery"]["Value"] == 10_500.0


def test_names_of_cells_and_sheets_are_those_a_spreadsheet_takes() -> None:
    french = messages.read(messages.CATALOGUE)
    for names in (list(NAMES), [french[name].string or name for name in NAMES]):
        assert len({name.lower() for name in names}) == len(names)
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    for title in SHEETS:
        assert re.fullmatch(r"[^\[\]:*?/\\']{1,31}", french[title].string or title)


def private(plain: Result, **changes: object) -> Result:
    """The factory does not publish, and stands with another company that does not."""
    people = tuple(replace(p, publish=p.id not in {"usine", "marche"}) for p in plain.scenario.participants)
    return with_money(replace(plain, scenario=replace(plain.scenario, participants=people, **changes)))


def all_texts(data: bytes) -> str:
    archive = zipfile.ZipFile(BytesIO(data))
    return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_nothing_of_those_who_do_not_publish_is_in_the_file(plain: Result) -> None:
    given = private(plain)
    people = table(cached(given), "Participants", "Participant")
    assert not [name for name in people if name.endswith("(together)") and "household" not in name]
    named = sum(row["Need (kWh/year)"] for name, row in people.items() if not name.startswith("Together"))
    total = people["Together, who is not shown included"]["Need (kWh/year)"]
    assert total - named == pytest.approx(1_420_000.0, abs=0.1)
    words = all_texts(workbook(given))
    assert "Usine agroalimentaire" not in words
    assert "Supermarché" not in words


def test_neither_meters_nor_names_of_input_files_are_in_the_file(result: Result) -> None:
    words = all_texts(workbook(result))
    for participant in result.scenario.participants:
        assert participant.prm not in words
    assert "participants.csv" not in words
    core = zipfile.ZipFile(BytesIO(workbook(result))).read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core
    assert "2026-01-12T00:00:00Z" in core


def test_a_single_household_that_did_not_agree_has_no_row_and_the_file_says_so() -> None:
    rows = [(*row[:2], Kind.HOUSEHOLD, *row[3:]) if row[0] == "foyers" else row for row in MEMBERS]
    words = all_texts(workbook(make_result(scenario(rows))))
    assert "35 foyers du bourg" not in words
    assert "Not every household agreed to be counted in a group smaller than ten" in words


def test_a_plan_that_would_show_a_hidden_price_keeps_its_lines(plain: Result) -> None:
    given = private(plain)
    assert given.money is not None
    plants = tuple(replace(p, behind="usine") if p.id == "toit" else p for p in given.scenario.plants)
    earned = tuple(replace(p, own_use_eur_ht=900.0) if p.id == "toit" else p for p in given.money.plants)
    given = replace(
        given,
        scenario=replace(given.scenario, plants=plants),
        money=replace(given.money, plants=earned),
    )
    sheet = Spreadsheet(workbook(given))
    heads = [cell.value for row in sheet.book["Plan"].iter_rows() for cell in row]
    assert "Cash of the project (€)" in heads
    assert "Local sale (€)" not in heads
    assert "discount_rate" in sheet.names
    assert "running_cost" not in sheet.names
    assert sheet.named("project_npv") == pytest.approx(given.money.plan.npv_eur_ht, abs=0.01)


def test_words_that_look_like_formulas_stay_words() -> None:
    rows = [(row[0], "=1+1", *row[2:]) if row[0] == "mairie" else row for row in MEMBERS]
    book = openpyxl.load_workbook(BytesIO(workbook(make_result(scenario(rows)))))
    found = [cell for row in book["Participants"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in found] == ["s"] or all(cell.data_type != "f" for cell in found)


def test_a_short_period_lists_its_days(plain: Result) -> None:
    given = make_result(scenario(days=(date(2025, 6, 1), date(2025, 7, 1))))
    days = table(cached(given), "Days", "Day")
    assert len(days) == 31
    assert days["Together"]["Shared"] == pytest.approx(given.energy.received_kwh.sum(), abs=0.1)


def test_years_of_persons_print_eight_persons_a_page(result: Result) -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook(result)))["Year by year"]
    persons = len(shown_persons(view_of(result)))
    assert persons > 8
    assert sheet.page_setup.fitToWidth == -(-persons // 8)
    assert sheet.print_title_cols == "$A:$A"


def test_each_sheet_is_printed_from_its_first_cell_to_its_last(result: Result) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(result)))
    for sheet in book:
        (area,) = sheet.print_area.replace("$", "").split(",")
        first, last = area.rpartition("!")[2].split(":")
        assert first == "A1"
        assert sheet[last].row >= sheet.max_row - 1
        assert sheet[last].column >= sheet.max_column - 1
