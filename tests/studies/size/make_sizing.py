"""A sizing as a search would give it, for the tests of its screen, its pictures and its document."""

from typing import Any

from acc.rules.check import Legality, OperationStatus
from acc.size.result import Aim, BatteryWorth, SizedBattery, SizedPlant, SizedPowers, Sizing
from tests.operations import member, plant, scenario

ROOF = SizedPlant(id="toit", kwp=36.0, alternative=0, contract="oa", next_kwp=-12.0)
BATTERY = SizedBattery(
    kwh=120.0,
    kw=60.0,
    next_kwh=-3.0,
    taken_kwh=10_000.0,
    given_kwh=9_000.0,
    lost_kwh=1_000.0,
    capex_eur_ht=48_000.0,
)
POWERS = SizedPowers(
    plants=(ROOF,),
    value=1000.0,
    bound=1000.0,
    gap_ratio=0.0,
    npv_eur_ht=1000.0,
    capex_eur_ht=36_000.0,
    made_kwh=40_000.0,
    used_kwh=36_000.0,
    own_use_kwh=0.0,
    used_ratio=0.9,
    autoconsommation_ratio=0.9,
    autoproduction_ratio=0.3,
)


def sizing(**given: Any) -> Sizing:
    """A sizing of one roof for one participant; `given` replaces what it holds."""
    usual: dict[str, Any] = {
        "scenario": scenario([member("ecole")], [plant("toit")]),
        "aim": Aim.NPV,
        "floor_ratio": None,
        "budget_eur": None,
        "power_cap_kwp": None,
        "highest_ratio": 1.0,
        "best": POWERS,
        "status": OperationStatus(lawful=Legality.TO_VERIFY, fictitious=False),
    }
    return Sizing(**(usual | given))


def worth(*curve: SizedPowers, **given: Any) -> BatteryWorth:
    """A battery that pays below 450 EUR/kWh, the first of the curve without any; `given` replaces."""
    usual: dict[str, Any] = {
        "max_kwh": 120.0,
        "hours": 2.0,
        "round_trip_ratio": 0.9,
        "capex_eur_per_kwh": 400.0,
        "fixed_eur": 0.0,
        "running_eur_per_kwh": 0.0,
        "first_kwh_eur": 450.0,
        "pays_below_eur_per_kwh": 450.0,
        "without": curve[0],
        "curve": curve,
    }
    return BatteryWorth(**(usual | given))
