"""A sizing as data: what `acc size --json` prints and size.json holds."""

from acc.size.result import SizedPowers, Sizing
from reports.data import columns
from reports.data.encode import Document, document, pick, proposal_document
from reports.data.results import TOTAL


def size_document(sizing: Sizing) -> Document:
    """Return a sizing: kWp, kWh a year, EUR without tax, ratios 0 to 1, the value in the unit of its aim."""
    compared = [
        pick(row, "* value", value=None if row.value is None else sizing.display_value(row.value))
        for row in sizing.compared
    ]
    battery = sizing.battery and pick(
        sizing.battery,
        "max_kwh hours round_trip_ratio capex_eur_per_kwh fixed_eur running_eur_per_kwh first_kwh_eur "
        "pays_below_eur_per_kwh without curve",
        without=_powers(sizing.battery.without, sizing),
        curve=[_powers(powers, sizing) for powers in sizing.battery.curve],
    )
    return document(
        sizing,
        "status objective=aim floor_ratio budget_eur power_cap_kwp highest_ratio total persons beside "
        "*proposed bound_basis later_years_eur_ht=later_years_eur best without_cap frontier compared "
        "battery notes",
        total=sizing.total and pick(sizing.total, TOTAL),
        persons=[columns.PERSONS.record(person) for person in sizing.persons],
        beside=[pick(row, "name kwp npv_eur_ht=total.npv_eur_ht") for row in sizing.reference_powers],
        proposed=proposal_document("recommended_powers", sizing.proposal),
        best=_powers(sizing.best, sizing),
        without_cap=_powers(sizing.without_cap, sizing),
        frontier=[_powers(powers, sizing) for powers in sizing.frontier],
        compared=compared,
        battery=battery,
    )


def _powers(powers: SizedPowers | None, sizing: Sizing) -> Document | None:
    if powers is None:
        return None
    return pick(
        powers,
        "value bound gap_ratio npv_eur_ht capex_eur_ht kwp made_kwh used_kwh own_use_kwh used_ratio "
        "autoconsommation_ratio autoproduction_ratio worst_member battery plants",
        value=sizing.display_value(powers.value),
        bound=sizing.display_value(powers.bound),
    )
