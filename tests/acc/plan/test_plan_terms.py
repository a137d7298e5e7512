"""Flows of many keys and investments at once equal those of each producer alone."""

from dataclasses import replace

import numpy as np
import pytest

from acc.bills.tariffs import SurplusContract
from acc.finance import Finance
from acc.plan.cash_flows import plan_terms, present_value_eur, project_eur
from acc.plan.plants import AMOUNTS, PlannedPlant, PlantCharges, PlantIncome
from tests.acc.plan.producer import floor_eur_per_kwh, income, producer_flows

OA = SurplusContract(
    code="oa", eur_per_kwh=0.04, indexation_ratio=0.02, cap_hours=1600.0, years=20, premium_eur_per_kwp=80.0
)
PLANTS = (
    PlannedPlant(
        id="a",
        owner="mairie",
        power_kwp=36.0,
        contract=OA,
        capex_eur=40_000.0,
        opex_eur=800.0,
        inverter_eur=5_000.0,
        degradation_ratio=0.005,
    ),
    PlannedPlant(
        id="b",
        owner="cave",
        power_kwp=100.0,
        contract=replace(OA, cap_hours=None, years=None),
        capex_eur=95_000.0,
        opex_eur=1900.0,
        inverter_eur=12_000.0,
        degradation_ratio=0.004,
        charges=PlantCharges(
            connection_eur=9000.0,
            insurance_eur=300.0,
            rent_eur=500.0,
            injection_turpe_eur=501.0,
            ifer_eur=354.2,
            ifer_reduced_years=12,
            ifer_full_ratio=2.4,
            grant_eur=2500.0,
            life_years=22,
            opex_indexation_ratio=0.02,
        ),
    ),
)
INCOME = PlantIncome(
    local_eur=np.array([[2500.0, 7000.0], [2000.0, 6500.0]]),
    own_use_eur=np.array([[0.0, 900.0], [0.0, 900.0]]),
    own_supply_eur=np.array([[0.0, 650.0], [0.0, 700.0]]),
    shared_kwh=np.array([[25_000.0, 70_000.0], [20_000.0, 65_000.0]]),
    surplus_kwh=np.array([[15_000.0, 40_000.0], [20_000.0, 45_000.0]]),
    production_kwh=np.zeros((2, 2)),
)
FINANCE = Finance(
    horizon_years=25,
    indexation_ratio=0.01,
    supply_indexation_ratio=0.03,
    market_indexation_ratio=-0.01,
    grant_eur=4000.0,
    market_eur_per_kwh=0.05,
)


def one_by_one(finance: Finance, earned: PlantIncome, k: int, capex_factor: float) -> np.ndarray:
    years = [
        replace(
            plant,
            capex_eur=plant.capex_eur * capex_factor,
            opex_eur=plant.opex_eur * capex_factor,
            inverter_eur=plant.inverter_eur * capex_factor,
            charges=replace(plant.charges, insurance_eur=plant.charges.insurance_eur * capex_factor),
        )
        for plant in PLANTS
    ]
    made = [
        replace(earned, **{name: getattr(earned, name)[k, [m]] for name in AMOUNTS})
        for m in range(len(PLANTS))
    ]
    whole = sum(year.capex_eur for year in years)
    grants = [finance.grant_eur * year.capex_eur / whole for year in years]
    every = zip(years, made, grants, strict=True)
    flows = [producer_flows([plant], own, finance, grant).project_eur_ht for plant, own, grant in every]
    return np.sum(flows, axis=0)


@pytest.mark.parametrize("tax_ratio", [0.0, 0.25])
@pytest.mark.parametrize("surplus_factor", [1.0, 3.0])  # three times passes the cap of the first contract
def test_many_keys_equal_one_by_one(tax_ratio: float, surplus_factor: float) -> None:
    finance = replace(FINANCE, tax_ratio=tax_ratio)
    income = replace(INCOME, surplus_kwh=INCOME.surplus_kwh * surplus_factor)
    terms, capex = plan_terms(PLANTS, finance), np.array([1.0, 1.25])
    flows = project_eur(terms, terms.flows(income, capex))
    for k in range(2):
        expected = one_by_one(finance, income, k, float(capex[k]))
        np.testing.assert_allclose(flows[k], expected, rtol=1e-12, atol=1e-8)
        assert flows[k] @ terms.discounting == pytest.approx(present_value_eur(expected, 0.04))


def test_costs_that_are_stated_do_not_follow_the_investment() -> None:
    finance = replace(FINANCE, opex_eur_per_kwp_year=20.0, inverter_eur_per_kwp=100.0)
    stated = [replace(plant, fixed_lines=frozenset({"insurance_eur"})) for plant in PLANTS]
    terms = plan_terms(stated, finance)
    usual, dearer = (project_eur(terms, terms.flows(INCOME, capex)) for capex in (1.0, 1.5))
    change = (dearer - usual)[0]
    assert change[0] == pytest.approx(-0.5 * 135_000.0)
    np.testing.assert_allclose(change[1:], 0.0, atol=1e-9)


def test_a_plant_whose_life_is_over_has_no_price_at_which_it_breaks_even() -> None:
    over = replace(PLANTS[1], charges=replace(PLANTS[1].charges, life_years=0))
    assert floor_eur_per_kwh([over], income(shared_kwh=10.0), FINANCE, 0.0) is None
