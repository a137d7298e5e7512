"""Rent that stays in the operation: what a landlord of it receives for a roof is no cost to all together."""

from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import Tariffs
from acc.ledger.chart import Account, holders, landlords_of, tax_ratios
from acc.plan.cash_flows import present_value_eur
from acc.plan.plan_terms import nominal_discount_ratio, rent_eur
from acc.plan.plant_costs import charges
from acc.scenario import Scenario
from scenarios.studies.sizing.values import SizeGround


def rents_kept_eur(scenario: Scenario, tariffs: Tariffs, *, taxed: bool) -> FloatArray:
    """Rent of each plant that its landlord keeps, its tax paid, worth today, (M,); 0 outside."""
    finance = scenario.finance
    assert finance is not None
    _sites, owners = holders(scenario, tariffs.plants)
    ratios = tax_ratios(scenario, owners, finance) if taxed else {}
    found = np.zeros(len(scenario.plants))
    landlords = landlords_of(scenario)
    for m, (plant, landlord) in enumerate(zip(scenario.plants, landlords, strict=True)):
        if landlord != Account.WORKS:
            paid = rent_eur(charges(plant, finance, tariffs.plant_costs, scenario.on), finance)
            worth = present_value_eur(paid, nominal_discount_ratio(finance))
            found[m] = worth * (1.0 - ratios.get(landlord, 0.0))
    return found


def without_rents(ground: SizeGround, kept_eur: FloatArray) -> SizeGround:
    """Return what the search rests on where the rents that landlords keep, (M,), are no cost of a roof."""
    kept, running = kept_eur[[column.roof for column in ground.columns]], ground.entry_running_eur
    return replace(
        ground,
        entry_eur=ground.entry_eur - kept,
        entry_running_eur=None if running is None else running - kept,
    )
