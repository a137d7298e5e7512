"""What a search of powers rests on, from the meters, prices and classes of a folder.

Years that differ, one after the other: a search over them is one over the steps of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.accounts.horizon import pays_tax
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.tariffs import Tariffs
from acc.ledger.chart import Account, holders, landlords_of, tax_ratios
from acc.scenario import Scenario
from acc.size.result import Aim
from scenarios.operation.metering.meter import Metered
from scenarios.operation.metering.own_use import behind_of, site_load_kwh
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.studies.size.marginal_values import (
    MemberEuros,
    everyone_worths,
    hosts_of,
    member_euros,
    member_gains,
    most_local,
    own_is_known,
    paid_worths,
    priced_of,
)
from scenarios.studies.size.roof_classes import RoofClass, RoofRules, columns_of, unit_rows, vector
from scenarios.studies.size.settings import SizeChoice
from scenarios.studies.size.values import RoofWorths, SizeGround, battery_ground
from scenarios.studies.size.years import SearchedYears


def joined(columns: Sequence[RoofClass], years: Sequence[SizeGround], parts: Sequence[float]) -> SizeGround:
    """Join the grounds of several years into one.

    Args:
        columns: the classes, over the whole plan.
        years: what a search of each would rest on, its kWh worth what they are over those it stands for.
        parts: what each is of the mean year.
    """
    first = years[0]

    def along(arrays: Sequence[FloatArray]) -> FloatArray:
        return np.concatenate(arrays, axis=-1)

    paid = [year.paid for year in years if year.paid is not None]
    return replace(
        first,
        columns=tuple(columns),
        unit_kwh=along([year.unit_kwh for year in years]),
        need_kwh=along([year.need_kwh for year in years]),
        year_kwh=float(np.dot(parts, [year.year_kwh for year in years])),
        local=along([year.local for year in years]),
        own=along([year.own for year in years]),
        surplus=along([np.broadcast_to(year.surplus[:, None], year.local.shape) for year in years]),
        hosts=tuple(
            (along([unit for unit, _need in host]), along([need for _unit, need in host]))
            for host in zip(*(year.hosts for year in years), strict=True)
        ),
        shared=_shared(years),
        part_of_year=np.repeat(parts, [len(year.need_kwh) for year in years]),
        paid=joined(columns, paid, parts) if paid else None,
    )


def _shared(years: Sequence[SizeGround]) -> RoofWorths | None:
    """Value of a kWh to each host; None where all values are equal in every year."""
    if all(year.shared is None for year in years):
        return None
    every = [
        year.shared or RoofWorths(year.local, year.own, (year.local,) * len(year.hosts)) for year in years
    ]
    return RoofWorths(
        local=np.concatenate([row.local for row in every], axis=1),
        own=np.concatenate([row.own for row in every], axis=1),
        hosts=tuple(np.concatenate(host, axis=1) for host in zip(*(row.hosts for row in every), strict=True)),
    )


def ground_of(
    scenario: Scenario,
    metered: Metered,
    unit_kwh: FloatArray,
    choice: SizeChoice,
    takers: BoolArray | None = None,
    years: SearchedYears | None = None,
) -> tuple[SizeGround, tuple[str, ...]]:
    """Build the ground of the search, with notes.

    Args:
        unit_kwh: of every alternative of every plant, (T, A); see `roof_classes.alternatives`.
        takers: who takes the ACC option of the network tariff, (N,); nobody where it is None.
        years: those that are settled, where dated changes tell them apart; None repeats the first one.
    """
    assert scenario.finance is not None  # `check_size` asked for it
    tariffs, reader = tariffs_of(scenario, metered.exchange), RateReader(read_rates(), scenario.on)
    of_site, of_plant, kept_rent = taxed_places(scenario, tariffs, counted=counts_tax(scenario, choice))
    sold = {p.id: t.surplus for p, t in zip(scenario.plants, tariffs.plants, strict=True) if t.surplus}
    costs, taxed = tariffs.plant_costs, tariffs.accise.taxed_by_year
    rules = RoofRules(scenario, costs, scenario.finance, choice, reader, of_plant, kept_rent, sold, taxed)
    each = () if years is None else years.each
    columns, notes = columns_of(replace(rules, years=each))
    if scenario.markets:
        notes = (*notes, _hours_note())
    inputs = _SearchInputs(scenario, tariffs, choice, takers, of_site, is_taxed=bool(of_plant))
    if years is None:
        load = site_load_kwh(metered.exchange, behind_of(scenario))
        ground, members = _ground(inputs, columns, np.arange(len(load)), load, unit_kwh)
        return _with_members(ground, scenario, [members], [1.0]), notes
    by_year = [
        _ground(inputs, tuple(column.in_year(j) for column in columns), *years.seen(j), year.supply_ratio)
        for j, year in enumerate(each)
    ]
    parts = years.parts.tolist()
    merged = joined(columns, [ground for ground, _members in by_year], parts)
    return _with_members(merged, scenario, [members for _ground, members in by_year], parts), notes


@dataclass(frozen=True, slots=True, eq=False)
class _SearchInputs:
    """What every year of a search is told with."""

    scenario: Scenario
    tariffs: Tariffs
    choice: SizeChoice
    takers: BoolArray | None
    of_site: FloatArray | None
    is_taxed: bool


def _ground(
    inputs: _SearchInputs,
    columns: Sequence[RoofClass],
    rows: IntArray,
    load: FloatArray,
    unit_kwh: FloatArray,
    supply_ratio: FloatArray | None = None,
) -> tuple[SizeGround, MemberEuros | None]:
    """Ground of the search for one year, and the bills of members where the aim counts them.

    Args:
        rows: steps that are told, (R,), of which `load` is, (R, N), and `unit_kwh`, (R, A).
    """
    scenario, choice, finance = inputs.scenario, inputs.choice, inputs.scenario.finance
    assert finance is not None  # `check_size` asked for it
    # A battery gives back at night: no step can then be left aside.
    lit = np.flatnonzero((unit_kwh.sum(axis=1) > 0.0) | (choice.battery is not None))
    parts = inputs.takers, inputs.of_site, supply_ratio
    priced = priced_of(scenario, inputs.tariffs, load[lit], rows[lit], *parts)
    output_kwh = np.ascontiguousarray(unit_kwh[lit][:, unit_rows(choice, columns)].T) / priced.years
    output_kwh *= np.array([column.worths.runs for column in columns])[:, None]
    worths, battery, sought = paid_worths(priced, columns), None, choice.battery
    if sought is not None:
        battery = battery_ground(sought, finance, scenario.steps.hours, priced.years)
    need, hosts = priced.need_kwh.sum(axis=0), hosts_of(columns, priced, output_kwh)
    paid = SizeGround(
        columns=tuple(columns),
        unit_kwh=output_kwh,
        need_kwh=need,
        year_kwh=float(load.sum()) / priced.years,
        local=most_local(worths, need, _used_at_home(hosts)),
        shared=worths if worths.differ else None,
        own=worths.own,
        surplus=np.array([column.worths.surplus for column in columns]),
        cost_eur_per_kwp=vector(columns, "cost_eur_per_kwp"),
        capex_eur_per_kwp=vector(columns, "capex_eur_per_kwp"),
        entry_eur=vector(columns, "fixed_eur") + vector(columns, "fixed_running_eur"),
        entry_capex_eur=vector(columns, "fixed_eur"),
        hosts=hosts,
        battery=battery,
        own_is_known=own_is_known(priced, columns, everyone=choice.aim is Aim.NPV_EVERYONE),
    )
    members = member_euros(priced, rows, load, unit_kwh) if choice.aim is Aim.WORST_MEMBER else None
    if choice.aim is Aim.NPV_EVERYONE:
        return _of_everyone(paid, everyone_worths(priced, columns)), members
    taxed = paid_worths(priced, columns, taxed=True) if inputs.is_taxed else None
    return (paid if taxed is None else _after_tax(paid, taxed)), members


def _with_members(
    ground: SizeGround, scenario: Scenario, years: Sequence[MemberEuros | None], parts: Sequence[float]
) -> SizeGround:
    known = [year for year in years if year is not None]
    return replace(ground, members=member_gains(scenario, known, parts)) if known else ground


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
        local=most_local(worths, paid.need_kwh, _used_at_home(paid.hosts)),
        shared=worths if worths.differ else None,
        own=worths.own,
    )


def _used_at_home(hosts: Sequence[tuple[FloatArray, FloatArray]]) -> list[FloatArray]:
    """Return the most that each host may use behind its meter, (D,): nothing where no plant runs there."""
    return [need if unit.any() else np.zeros_like(need) for unit, need in hosts]


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
