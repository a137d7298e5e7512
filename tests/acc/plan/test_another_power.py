"""A plant of another power: what is so much a kWp follows, the rest stays, the law decides beyond a bound."""

from dataclasses import replace

import pytest

from acc.plan.another_power import PowerBounds, at_power
from acc.sites import Plant, PlantCosts

FOLLOW = (
    *("inverter_kva", "capex_eur", "connection_eur", "opex_eur_per_year"),
    *("insurance_eur_per_year", "inverter_eur", "grant_eur"),
)
BOUNDS = PowerBounds(follow=FOLLOW, ifer_kwp=100.0, injection_kva=(36.0, 250.0))
STATED = PlantCosts(
    capex_eur=180_000.0,
    connection_eur=9_000.0,
    opex_eur_per_year=2_700.0,
    insurance_eur_per_year=540.0,
    rent_eur_per_year=600.0,
    inverter_eur=18_000.0,
    injection_turpe_eur_per_year=480.0,
    ifer_eur_per_year=640.0,
    life_years=25,
    grant_eur=4_500.0,
)
ROOF = Plant(id="toit", name="Toit", kwp=180.0, inverter_kva=150.0, costs=STATED)


def test_half_a_roof_more_costs_half_more_but_its_rent_and_its_metering() -> None:
    assert at_power(ROOF, 270.0, BOUNDS) == replace(
        ROOF,
        kwp=270.0,
        inverter_kva=225.0,
        costs=PlantCosts(
            capex_eur=270_000.0,
            connection_eur=13_500.0,
            opex_eur_per_year=4_050.0,
            insurance_eur_per_year=810.0,
            rent_eur_per_year=600.0,
            inverter_eur=27_000.0,
            injection_turpe_eur_per_year=480.0,
            ifer_eur_per_year=960.0,
            life_years=25,
            grant_eur=6_750.0,
        ),
    )


@pytest.mark.parametrize(
    ("kwp", "ifer", "injection"),
    [
        (100.0, True, True),  # from 100 kWp, 100 included
        (99.9, False, True),
        (43.2, False, False),  # its inverter: exactly 36 kVA, which is of the class below
        (43.3, False, True),
        (300.0, True, True),  # an inverter of exactly 250 kVA
        (301.0, True, False),
    ],
)
def test_what_the_law_asks_is_stated_on_its_side_of_a_bound_alone(
    kwp: float, ifer: bool, injection: bool
) -> None:
    costs = at_power(ROOF, kwp, BOUNDS).costs
    assert costs is not None
    assert (costs.ifer_eur_per_year is not None) is ifer
    assert (costs.injection_turpe_eur_per_year is not None) is injection


def test_a_stated_zero_stays_one_and_nothing_stated_stays_unknown() -> None:
    free = at_power(replace(ROOF, costs=PlantCosts(capex_eur=0.0)), 360.0, BOUNDS)
    assert free.costs == PlantCosts(capex_eur=0.0)
    assert at_power(Plant(id="a", name="a", kwp=9.0), 12.0, BOUNDS) == Plant(id="a", name="a", kwp=12.0)
    assert at_power(ROOF, 180.0, BOUNDS) == ROOF
