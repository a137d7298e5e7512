"""What a search of powers rests on, from the meters, prices and classes of a folder."""

from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.accounts.horizon import pays_tax
from acc.arrays import BoolArray, FloatArray
from acc.bills.tariffs import Tariffs
from acc.ledger.chart import Account, holders, landlords_of, tax_ratios
from acc.result.sizing import Aim
from acc.scenario import Scenario
from scenarios.operation.metering.meter import Metered
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.studies.sizing.battery import battery_ground
from scenarios.studies.sizing.marginal_values import (
    everyone_worths,
    hosts_of,
    member_gains,
    most_local,
    paid_worths,
    priced_of,
)
from scenarios.studies.sizing.roof_classes import RoofRules, columns_of, unit_rows, vector
from scenarios.studies.sizing.settings import SizeChoice
from scenarios.studies.sizing.values import RoofWorths, SizeGround


def ground_of(
    scenario: Scenario,
    metered: Metered,
    unit_kwh: FloatArray,
    choice: SizeChoice,
    takers: BoolArray | None = None,
) -> tuple[SizeGround, tuple[str, ...]]:
    """Return what the search rests on, and notes.

    Args:
        unit_kwh: of every alternative of every plant, (T, A); see `roof_classes.alternatives`.
        takers: who takes the ACC option of the network tariff, (N,); nobody where it is None.
    """
    assert scenario.finance is not None  # `check_size` asked for it
    tariffs, reader = tariffs_of(scenario, metered.exchange), RateReader(read_rates(), scenario.on)
    of_site, of_plant, kept_rent = taxed_places(scenario, tariffs, counted=counts_tax(scenario, choice))
    sold = {p.id: t.surplus for p, t in zip(scenario.plants, tariffs.plants, strict=True) if t.surplus}
    costs, taxed = tariffs.plant_costs, tariffs.accise.taxed_by_year
    rules = RoofRules(scenario, costs, scenario.finance, choice, reader, of_plant, kept_rent, sold, taxed)
    columns, notes = columns_of(rules)
    if scenario.markets:
        notes = (*notes, _hours_note())
    # A battery gives back at night: no step can then be left aside.
    lit = np.flatnonzero((unit_kwh.sum(axis=1) > 0.0) | (choice.battery is not None))
    priced = priced_of(scenario, tariffs, metered, lit, takers, of_site)
    made = np.ascontiguousarray(unit_kwh[lit][:, unit_rows(choice, columns)].T) / priced.years
    worths, battery, sought = paid_worths(priced, columns), None, choice.battery
    if sought is not None:
        battery = battery_ground(sought, scenario.finance, scenario.steps.hours, priced.years)
    need, hosts = priced.need_kwh.sum(axis=0), hosts_of(columns, priced, made)
    needs = [used for _unit, used in hosts]
    paid = SizeGround(
        columns=columns,
        unit_kwh=made,
        need_kwh=need,
        year_kwh=float(priced.load_kwh.sum()) / priced.years,
        local=most_local(worths, need, needs),
        shared=worths if worths.differ else None,
        own=worths.own,
        surplus=vector(columns, "surplus"),
        cost_eur_per_kwp=vector(columns, "cost_eur_per_kwp"),
        capex_eur_per_kwp=vector(columns, "capex_eur_per_kwp"),
        entry_eur=vector(columns, "fixed_eur") + vector(columns, "fixed_running_eur"),
        entry_capex_eur=vector(columns, "fixed_eur"),
        hosts=hosts,
        members=member_gains(priced, metered) if choice.aim is Aim.WORST_MEMBER else None,
        battery=battery,
    )
    if choice.aim is Aim.NPV_EVERYONE:
        return _of_everyone(paid, everyone_worths(priced, columns)), notes
    return (_after_tax(paid, paid_worths(priced, columns, taxed=True)) if of_plant else paid), notes


def _of_everyone(paid: SizeGround, worths: RoofWorths) -> SizeGround:
    # The rent that a landlord among them receives is no cost.
    return replace(_after_tax(paid, worths, vector(paid.columns, "kept_rent_eur")), paid=paid)


def _after_tax(paid: SizeGround, worths: RoofWorths, kept_eur: FloatArray | float = 0.0) -> SizeGround:
    ratio = vector(paid.columns, "tax_ratio")
    return replace(
        paid,
        surplus=paid.surplus * (1.0 - ratio),
        cost_eur_per_kwp=paid.cost_eur_per_kwp - ratio * vector(paid.columns, "relief_eur_per_kwp"),
        entry_eur=paid.entry_eur - (ratio * vector(paid.columns, "fixed_relief_eur") + kept_eur),
        local=most_local(worths, paid.need_kwh, [used for _unit, used in paid.hosts]),
        shared=worths if worths.differ else None,
        own=worths.own,
    )


def taxed_places(
    scenario: Scenario, tariffs: Tariffs, *, counted: bool
) -> tuple[FloatArray | None, dict[str, float], dict[str, float]]:
    """Return the tax on profit of the person of each site, (N,), and of each plant, where taxes are counted.

    Beside, by plant, the part of its rent that a landlord of the operation keeps, its tax paid.
    """
    assert scenario.finance is not None  # `check_size` asked for it
    sites, owners = holders(scenario, tariffs.plants)
    ratios = tax_ratios(scenario, owners, scenario.finance) if counted else {}
    of_plant = {p.id: ratios.get(owner, 0.0) for p, owner in zip(scenario.plants, owners, strict=True)}
    rents = zip(scenario.plants, landlords_of(scenario), strict=True)
    return (
        np.array([ratios.get(person, 0.0) for person in sites]) if counted else None,
        of_plant if counted else {},
        {p.id: 1.0 - ratios.get(landlord, 0.0) for p, landlord in rents if landlord != Account.WORKS},
    )


def counts_tax(scenario: Scenario, choice: SizeChoice) -> bool:
    """Return whether the search counts taxes on profit: where its aim is a value and somebody pays one.

    Who pays for a battery, and who would be taxed on it, is not known before its size.
    """
    return choice.aim.is_value and choice.battery is None and pays_tax(scenario)


def _hours_note() -> str:
    return _(
        "Prices by the hour: a surplus of any size is counted at what that of the folder as it stands gets; "
        "more panels lower it."
    )
