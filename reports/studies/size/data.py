"""A sizing as data: what `acc size --json` prints and size.json holds."""

from dataclasses import asdict

from acc.size.result import BatteryWorth, SizedPowers, Sizing
from reports.data import columns
from reports.data.money import total_document
from reports.data.proposal import proposal_document


def size_document(sizing: Sizing) -> dict[str, object]:
    """Return a sizing: kWp, kWh a year, EUR without tax, ratios 0 to 1, the value in the unit of its aim."""
    return {
        "status": sizing.status.document,
        "objective": sizing.aim.value,
        "floor_ratio": sizing.floor_ratio,
        "budget_eur": sizing.budget_eur,
        "power_cap_kwp": sizing.power_cap_kwp,
        "highest_ratio": sizing.highest_ratio,
        "total": None if sizing.total is None else total_document(sizing.total),
        "persons": [columns.PERSONS.record(person) for person in sizing.persons],
        "beside": [
            {"name": row.name.value, "kwp": dict(row.kwp), "npv_eur_ht": row.total.npv_eur_ht}
            for row in sizing.reference_powers
        ],
        **proposal_document("recommended_powers", sizing.proposal),
        "bound_basis": str(sizing.bound_basis),
        "later_years_eur_ht": sizing.later_years_eur,
        "best": _powers(sizing.best, sizing),
        "without_cap": None if sizing.without_cap is None else _powers(sizing.without_cap, sizing),
        "frontier": [_powers(powers, sizing) for powers in sizing.frontier],
        "compared": [
            {**asdict(row), "value": None if row.value is None else sizing.display_value(row.value)}
            for row in sizing.compared
        ],
        "battery": None if sizing.battery is None else _battery(sizing.battery, sizing),
        "notes": list(sizing.notes),
    }


def _powers(powers: SizedPowers, sizing: Sizing) -> dict[str, object]:
    return {
        "value": sizing.display_value(powers.value),
        "bound": sizing.display_value(powers.bound),
        "gap_ratio": powers.gap_ratio,
        "npv_eur_ht": powers.npv_eur_ht,
        "capex_eur_ht": powers.capex_eur_ht,
        "kwp": powers.kwp,
        "made_kwh": powers.made_kwh,
        "used_kwh": powers.used_kwh,
        "own_use_kwh": powers.own_use_kwh,
        "used_ratio": powers.used_ratio,
        "autoconsommation_ratio": powers.autoconsommation_ratio,
        "autoproduction_ratio": powers.autoproduction_ratio,
        "worst_member": powers.worst_member,
        "battery": None if powers.battery is None else asdict(powers.battery),
        "plants": [asdict(plant) for plant in powers.plants],
    }


def _battery(worth: BatteryWorth, sizing: Sizing) -> dict[str, object]:
    return {
        "max_kwh": worth.max_kwh,
        "hours": worth.hours,
        "round_trip_ratio": worth.round_trip_ratio,
        "capex_eur_per_kwh": worth.capex_eur_per_kwh,
        "fixed_eur": worth.fixed_eur,
        "running_eur_per_kwh": worth.running_eur_per_kwh,
        "first_kwh_eur": worth.first_kwh_eur,
        "pays_below_eur_per_kwh": worth.pays_below_eur_per_kwh,
        "without": None if worth.without is None else _powers(worth.without, sizing),
        "curve": [_powers(powers, sizing) for powers in worth.curve],
    }
