"""Each line of what a plant costs, by hand: as its row says, else `[finance]`, else by kind and size."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from acc.bills.tariffs import ConnectionCosts, IferRates, PlantCostRates, SurplusContract
from acc.finance import Finance
from acc.plan.cash_flows import lcoe_eur_per_kwh, plant_flows, present_value_eur
from acc.plan.plants import (
    PlannedPlant,
    PlantCharges,
    capex_eur,
    charges,
    connection_is_unknown,
    cost_growth_ratio,
    fixed_lines,
    has_roof_losses,
    injection_turpe_eur,
    insurance_eur,
    inverter_eur,
    opex_eur,
    taken_as_roofs,
)
from acc.plant_model import Mounting
from acc.sites import Plant, PlantCosts, PlantKind
from tests.acc.plan.producer import income

ON = date(2026, 9, 1)
COSTS = PlantCostRates(
    capex_eur_per_kwp=((0.0, 1875.0), (36.0, 1100.0), (100.0, 950.0)),
    capex_by_kind={PlantKind.CANOPY: ((0.0, 1800.0), (250.0, 1550.0))},
    opex_ratio=0.017,
    insurance_ratio=0.003,
    inverter_ratio=0.125,
    injection_turpe_eur_per_year=((0.0, 38.80), (36.0, 501.07), (250.0, 812.11)),
    ifer=IferRates(
        reduced_eur_per_kwp=3.542,
        full_eur_per_kwp=8.51,
        threshold_kwp=100.0,
        reduced_years=20,
        reduced_from=2021,
    ),
    connection=ConnectionCosts(included_kva=120.0, hta_kva=250.0, high_eur_per_kwp=0.25),
    life_years=30,
    opex_indexation_ratio=0.02,
)
FINANCE = Finance()
MADE = income(production_kwh=200_000.0, shared_kwh=150_000.0, surplus_kwh=50_000.0, local_eur=15_000.0)


def plant(kwp: float = 180.0, *, year: int | None = None, behind: str | None = None, **costs: float) -> Plant:
    own = PlantCosts(**costs) if costs else None  # type: ignore[arg-type]
    return Plant(id="toit", name="Toit", kwp=kwp, commissioned_year=year, behind=behind, costs=own)


def year_of(site: Plant, finance: Finance = FINANCE) -> PlannedPlant:
    capex = capex_eur(site, finance, COSTS)
    return PlannedPlant(
        id=site.id,
        owner="ville",
        power_kwp=site.kwp,
        contract=SurplusContract(code="price", eur_per_kwh=0.03),
        capex_eur=capex,
        opex_eur=opex_eur(site, finance, COSTS, capex),
        inverter_eur=inverter_eur(site, finance, COSTS, capex),
        degradation_ratio=0.0,
        charges=charges(site, finance, COSTS, ON),
        fixed_lines=fixed_lines(site, finance),
    )


def test_a_canopy_costs_what_canopies_cost() -> None:
    canopy = replace(plant(420.0), kind=PlantKind.CANOPY)
    assert capex_eur(canopy, FINANCE, COSTS) == 420.0 * 1550.0  # 651,000 EUR
    assert capex_eur(plant(420.0), FINANCE, COSTS) == 420.0 * 950.0  # a roof: 399,000 EUR
    assert capex_eur(replace(canopy, kwp=100.0), FINANCE, COSTS) == 180_000.0


def on_a_roof(one: Plant) -> Plant:
    return replace(one, model=replace(one.model, mounting=Mounting.ROOF))


def test_a_plant_without_a_kind_is_taken_as_a_roof_where_a_price_or_losses_ask_for_one() -> None:
    modelled, priced = on_a_roof(plant()), on_a_roof(plant(capex_eur=1000.0))
    measured, upkeep = (
        replace(modelled, curve="toit.csv"),
        replace(plant(opex_eur_per_year=9.0), curve="toit.csv"),
    )
    said = replace(modelled, kind=PlantKind.ROOF)
    both = replace(priced, curve="toit.csv")
    taken = taken_as_roofs([said, modelled, both, priced, measured, upkeep])
    assert taken == [modelled, priced, measured, upkeep]


def test_a_plant_laid_free_is_taken_as_a_roof_for_its_price_alone() -> None:
    free, priced = plant(), plant(capex_eur=1000.0)
    assert free.model.mounting is Mounting.FREE
    assert taken_as_roofs([free, priced]) == [free]
    assert not has_roof_losses(free)
    assert has_roof_losses(on_a_roof(free))


def test_a_row_wins_over_finance_which_wins_over_the_rates() -> None:
    general = Finance(capex_eur_per_kwp=1000.0)
    assert capex_eur(plant(), general, COSTS) == 180_000.0
    assert capex_eur(plant(capex_eur=160_000.0), general, COSTS) == 160_000.0


def test_operation_and_insurance_are_parts_of_the_investment() -> None:
    # 180 kWp x 950 = 171,000 EUR; 1.7 % of it is 2,907, 0.3 % is 513, 12.5 % is 21,375.
    assert opex_eur(plant(), FINANCE, COSTS, 171_000.0) == pytest.approx(2907.0)
    assert insurance_eur(plant(), FINANCE, COSTS, 171_000.0) == pytest.approx(513.0)
    assert inverter_eur(plant(), FINANCE, COSTS, 171_000.0) == pytest.approx(21_375.0)
    assert fixed_lines(plant(), FINANCE) == frozenset()


def test_a_running_cost_of_finance_holds_the_insurance() -> None:
    general = Finance(opex_eur_per_kwp_year=18.0)
    assert opex_eur(plant(), general, COSTS, 171_000.0) == 3240.0
    assert insurance_eur(plant(), general, COSTS, 171_000.0) == 0.0
    own = plant(opex_eur_per_year=2000.0)
    assert insurance_eur(own, general, COSTS, 171_000.0) == pytest.approx(513.0)
    assert insurance_eur(plant(insurance_eur_per_year=0.0), FINANCE, COSTS, 171_000.0) == 0.0


def test_an_injection_point_pays_by_its_voltage_and_none_behind_a_meter() -> None:
    sizes = (36.0, 36.1, 250.0, 251.0)
    assert [injection_turpe_eur(plant(kwp), COSTS) for kwp in sizes] == [38.80, 501.07, 501.07, 812.11]
    assert injection_turpe_eur(replace(plant(420.0), inverter_kva=240.0), COSTS) == 501.07
    assert injection_turpe_eur(plant(behind="cave"), COSTS) == 0.0
    assert injection_turpe_eur(plant(injection_turpe_eur_per_year=0.0), COSTS) == 0.0


def test_ifer_is_due_from_100_kwp_of_one_operator_at_one_place() -> None:
    assert charges(plant(99.0), FINANCE, COSTS, ON).ifer_eur == 0.0
    assert charges(plant(100.0), FINANCE, COSTS, ON).ifer_eur == pytest.approx(354.2)
    # 60 kWp, beside another 60 of the same owner: 60 x 3.542.
    beside = replace(COSTS, operator_kwp={"toit": 120.0})
    assert charges(plant(60.0), FINANCE, beside, ON).ifer_eur == pytest.approx(212.52)
    assert charges(plant(180.0, ifer_eur_per_year=0.0), FINANCE, COSTS, ON).ifer_eur == 0.0


def test_ifer_rises_to_its_full_rate_after_twenty_years_in_service() -> None:
    flows = plant_flows(
        year_of(plant(180.0), Finance(horizon_years=22, opex_indexation_ratio=0.0)),
        Finance(horizon_years=22),
        MADE,
    )
    assert flows.ifer_eur[[0, 1, 20]] == pytest.approx([0.0, -637.56, -637.56])
    assert flows.ifer_eur[21] == pytest.approx(-180.0 * 8.51)
    # In service in 2021, five years before the plan: fifteen are left. Before 2021: the full rate at once.
    assert charges(plant(180.0, year=2021), FINANCE, COSTS, ON).ifer_reduced_years == 15
    assert charges(plant(180.0, year=2020), FINANCE, COSTS, ON).ifer_eur == pytest.approx(1531.8)


def test_a_connection_above_120_kva_is_unknown_unless_stated() -> None:
    assert not connection_is_unknown(plant(120.0), COSTS)
    assert connection_is_unknown(plant(120.1), COSTS)
    assert not connection_is_unknown(plant(180.0, connection_eur=0.0), COSTS)


def test_a_stated_connection_is_invested_and_a_grant_received_at_the_start() -> None:
    flows = plant_flows(year_of(plant(connection_eur=12_000.0, grant_eur=5000.0)), FINANCE, MADE)
    assert flows.investment_eur_ht[0] == -183_000.0
    assert flows.grant_eur[0] == 5000.0
    assert flows.project_eur_ht[0] == -178_000.0


def test_rent_and_the_other_charges_grow_by_their_own_index() -> None:
    finance = Finance(indexation_ratio=0.01)
    assert cost_growth_ratio(finance, COSTS) == 0.02
    # Costs never grow less than prices unless the folder says so.
    assert cost_growth_ratio(Finance(indexation_ratio=0.03), COSTS) == 0.03
    assert cost_growth_ratio(Finance(indexation_ratio=0.03, opex_indexation_ratio=0.0), COSTS) == 0.0
    flows = plant_flows(year_of(plant(rent_eur_per_year=600.0), finance), finance, MADE)
    assert flows.rent_eur_ht[[1, 2, 3]] == pytest.approx([-600.0, -612.0, -624.24])
    assert flows.opex_eur_ht[2] == pytest.approx(-2907.0 * 1.02)
    assert flows.local_eur_ht[2] == pytest.approx(15_000.0 * 1.01)
    # 513 + 600 + 501.07 + 637.56
    assert flows.charges_eur_ht[1] == pytest.approx(-2251.63)


def test_a_plant_earns_and_costs_nothing_after_its_life() -> None:
    flows = plant_flows(year_of(plant(life_years=10)), FINANCE, MADE)
    assert flows.operating_eur_ht[10] > 0.0
    assert not flows.operating_eur_ht[11:].any()
    assert not flows.production_kwh[11:].any()
    assert not flows.inverter_eur_ht.any()  # due in year 13, after the end
    # Five of thirty years are gone when the plan starts.
    assert charges(plant(year=2021), FINANCE, COSTS, ON).life_years == 25


def test_the_value_is_the_sum_of_the_lines_written_out() -> None:
    finance = Finance(discount_ratio=0.03)
    site = plant(180.0, rent_eur_per_year=600.0, connection_eur=12_000.0)
    expected = -171_000.0 - 12_000.0
    for t in range(1, 21):
        yearly = 2907.0 + 513.0 + 600.0 + 501.07 + 637.56 + (21_375.0 if t == 13 else 0.0)
        expected += (15_000.0 + 50_000.0 * 0.03 - yearly * 1.02 ** (t - 1)) / 1.03**t
    flows = plant_flows(year_of(site, finance), finance, MADE)
    assert present_value_eur(flows.project_eur_ht, 0.03) == pytest.approx(expected, abs=1e-9)


def test_the_cost_of_a_kwh_holds_every_line() -> None:
    site = replace(year_of(plant()), charges=PlantCharges(insurance_eur=100.0, rent_eur=50.0))
    free = replace(site, charges=PlantCharges())
    finance = Finance(horizon_years=1, discount_ratio=0.0)
    dear, cheap = (lcoe_eur_per_kwh(plant_flows(y, finance, MADE), 0.0) for y in (site, free))
    assert dear is not None
    assert cheap is not None
    assert dear - cheap == pytest.approx(150.0 / 200_000.0)


def test_zeros_give_back_the_plan_of_before() -> None:
    finance = Finance(opex_indexation_ratio=0.0, opex_eur_per_kwp_year=19.0)
    flows = plant_flows(
        year_of(plant(injection_turpe_eur_per_year=0.0, ifer_eur_per_year=0.0), finance), finance, MADE
    )
    assert not flows.charges_eur_ht.any()
    assert np.allclose(flows.opex_eur_ht[1:], -3420.0)
