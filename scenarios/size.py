"""From an operation folder to the powers that serve it best: meters, prices, classes, search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.accounts.assemble import is_whole_years
from acc.arrays import FloatArray, IntArray
from acc.bills.bill import BillTerms, bills_before
from acc.bills.tariff_slots import kwh_by_slot, slot_index
from acc.bills.tariffs import Tariffs
from acc.bills.terms import bill_terms, local_price, period_years
from acc.keys import KEYS
from acc.problem import InputError, Problem
from acc.rules.epci import outside_mainland
from acc.scenario import Regime, Scenario
from scenarios.folder.battery_and_loads import left_out
from scenarios.folder.geography import members_of
from scenarios.folder.load import scenario_of
from scenarios.folder.raw import read_source
from scenarios.folder.settings import with_variant
from scenarios.metering.cache import Cache
from scenarios.metering.meter import Metered, Progress, meter, site_load_kwh
from scenarios.operation.operation import CACHE
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.reader import RateReader
from scenarios.rates.table import read_rates
from scenarios.sizing.battery import battery_ground, battery_notes
from scenarios.sizing.roof_classes import Column, RoofRules, alternatives, columns_of, unit_rows, vector
from scenarios.sizing.search_all import size
from scenarios.sizing.settings import Aim, SizeChoice, read_size
from scenarios.sizing.values import BatteryGround, MemberGains, SizeGround, Sizing
from scenarios.tariffs.price import tariffs_of

UNDER_THE_CAP_KWP = 0.001
""""Inférieure à": the cap on the power of an operation is itself too much, by a watt."""


def size_folder(
    folder: Path,
    *,
    variant: str | None = None,
    use_cache: bool = True,
    progress: Progress = lambda _text: None,
) -> Sizing:
    """Return the best powers for an operation folder.

    Raises:
        InputError: every fault of the folder and of `[size]`, what is missing for a plan, limits that
            exclude each other.
    """
    source = read_source(folder)
    if variant:
        source = with_variant(source, variant)
    scenario = scenario_of(source, variant=variant)
    choice = read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, scenario.battery)
    _check(scenario)
    cache = Cache(folder / CACHE if use_cache else None)
    widest = replace(scenario, plants=tuple(alternatives(scenario, choice)))
    metered = meter(scenario, folder, cache, progress)
    unit_kwh = meter(widest, folder, cache, progress).unit_kwh
    operation, columns, notes = operation_of(scenario, metered, unit_kwh, choice)
    result = size(operation, choice, power_cap_kwp=power_cap_kwp(scenario))
    return Sizing(
        scenario=scenario,
        choice=choice,
        result=replace(result, notes=(*notes, *general_notes(scenario, choice))),
        columns=columns,
    )


def _check(scenario: Scenario) -> None:
    """Refuse a folder without what a plan needs."""
    problems = []
    if not scenario.plants:
        problems.append(Problem("plants.csv", _("no roof to size: at least one plant is expected")))
    if not scenario.prices.is_decided:
        problems.append(Problem("[prices]", _("a local price is needed to size: give local_eur_per_mwh")))
    if scenario.finance is None:
        problems.append(
            Problem("[finance]", _("hypotheses of a plan are needed to size: add a section [finance]"))
        )
    if not is_whole_years(period_years(scenario.steps)):
        message = _("whole years are needed to size: a plan of {days} days has no meaning")
        days = round(scenario.steps.count * scenario.steps.hours / 24.0)
        problems.append(Problem("[operation] end", message.format(days=days)))
    if any(plant.curve for plant in scenario.plants):
        message = _("a measured curve is no roof to size: leave `curve` empty to model the plant")
        problems.append(Problem("plants.csv, curve", message))
    if problems:
        raise InputError(problems)


def power_cap_kwp(scenario: Scenario) -> float | None:
    """Return the most power that the operation may have; None in one building."""
    if scenario.regime is Regime.BUILDING:
        return None
    rules = perimeter_rules(read_rates(), scenario.on)
    figure = rules.power_epci_mw if scenario.regime is Regime.EPCI else rules.power_mw
    if outside_mainland(members_of(scenario.participants, scenario.plants)):
        figure = rules.power_zni_mw
    return None if figure is None else 1000.0 * figure.value - UNDER_THE_CAP_KWP


def general_notes(scenario: Scenario, choice: SizeChoice) -> tuple[str, ...]:
    """Return what the search leaves aside, in sentences."""
    notes = [
        _("Taxes on profit, loans, grants and the caps on paid surplus are left out of the search."),
        _("Each roof is taken as a production site of its own for the accise and its contract."),
    ]
    if choice.battery is None:
        notes += left_out(scenario)
    else:
        notes += battery_notes(choice.battery, scenario)
    if scenario.flexible:
        notes.append(_("Flexible loads stand where the plants of the folder draw them, whatever the size."))
    key = KEYS[scenario.key.name]
    if not key.wastes_nothing:
        message = _("Sized as if nothing were wasted; the key {name} may share less: run it on the result.")
        notes.append(message.format(name=key.name))
    return tuple(notes)


def operation_of(
    scenario: Scenario, metered: Metered, unit_kwh: FloatArray, choice: SizeChoice
) -> tuple[SizeGround, tuple[Column, ...], tuple[str, ...]]:
    """Return what the search rests on, its columns, and notes.

    Args:
        unit_kwh: of every alternative of every plant, (T, A); see `size_columns.alternatives`.
    """
    assert scenario.finance is not None  # `_check` asked for it
    tariffs, reader = tariffs_of(scenario, metered.exchange), RateReader(read_rates(), scenario.on)
    columns, notes = columns_of(RoofRules(scenario, tariffs.plant_costs, scenario.finance, choice, reader))
    # A battery gives back at night: no step can then be left aside.
    lit = np.flatnonzero((unit_kwh.sum(axis=1) > 0.0) | (choice.battery is not None))
    priced = _priced(scenario, tariffs, metered, lit)
    made = np.ascontiguousarray(unit_kwh[lit][:, unit_rows(scenario, choice, columns)].T) / priced.years
    euro = vector(columns, "euro")[:, None]
    operation = SizeGround(
        columns=columns,
        unit_kwh=made,
        need_kwh=priced.need_kwh.sum(axis=0),
        year_kwh=float(priced.load_kwh.sum()) / priced.years,
        local=euro * _local_eur(priced, columns, choice),
        paid=euro * _paid_eur(priced, columns) if choice.aim is Aim.NPV_EVERYONE else None,
        own=euro * _own_eur(priced, columns),
        surplus=vector(columns, "surplus"),
        cost_eur_per_kwp=vector(columns, "cost_eur_per_kwp"),
        capex_eur_per_kwp=vector(columns, "capex_eur_per_kwp"),
        entry_eur=vector(columns, "fixed_eur"),
        hosts=_hosts(columns, priced, made),
        members=_members(priced, metered) if choice.aim is Aim.WORST_MEMBER else None,
        battery=_battery(choice, scenario, priced.years),
    )
    return operation, columns, notes


def _battery(choice: SizeChoice, scenario: Scenario, years: float) -> BatteryGround | None:
    assert scenario.finance is not None  # `_check` asked for it
    if choice.battery is None:
        return None
    return battery_ground(choice.battery, scenario.finance, scenario.steps.hours, years)


@dataclass(frozen=True, slots=True, eq=False)
class _Priced:
    """Needs and prices at the steps of the search: N participants, D steps.

    Attributes:
        need_kwh: used by each site in a year, (N, D); `share` its part of all needs of the step.
        load_kwh: the same at every step of the period, (T, N).
        slots: tariff slot on each one's clock, (N, D).
        behind: participant behind whose meter each plant stands, or -1.
    """

    scenario: Scenario
    tariffs: Tariffs
    terms: BillTerms
    years: float
    load_kwh: FloatArray
    need_kwh: FloatArray
    share: FloatArray
    slots: IntArray
    behind: IntArray


def _priced(scenario: Scenario, tariffs: Tariffs, metered: Metered, lit: IntArray) -> _Priced:
    steps = metered.exchange.steps
    years, behind = period_years(steps), _behind(scenario)
    load = site_load_kwh(metered, behind)
    need = load[lit].T / years
    whole = need.sum(axis=0)
    return _Priced(
        scenario=scenario,
        tariffs=tariffs,
        terms=bill_terms(tariffs, scenario.prices, scenario.plants, years),
        years=years,
        load_kwh=load,
        need_kwh=need,
        share=np.divide(need, whole, out=np.zeros_like(need), where=whole > 0.0),
        slots=np.stack([slot_index(steps, member.clock)[lit] for member in tariffs.members]),
        behind=behind,
    )


def _behind(scenario: Scenario) -> IntArray:
    ids = [participant.id for participant in scenario.participants]
    return np.array([ids.index(p.behind) if p.behind else -1 for p in scenario.plants], dtype=np.int64)


def _local_eur(priced: _Priced, columns: Sequence[Column], choice: SizeChoice) -> FloatArray:
    """Return what a local kWh made by each column brings at each step, (n, D), shared by needs."""
    share = priced.share
    if choice.aim is Aim.NPV_EVERYONE:
        by_tax = {e: (share * _spared(priced, exempt=e)).sum(axis=0) for e in (True, False)}
        return np.stack([by_tax[column.accise_exempt] for column in columns])
    return _paid_eur(priced, columns)


def _paid_eur(priced: _Priced, columns: Sequence[Column]) -> FloatArray:
    """Return what a local kWh made by each column is sold for at each step, (n, D), shared by needs."""
    share = priced.share
    prices = [_price(priced, plant.id) for plant in priced.scenario.plants]
    by_roof = [(share * price[priced.slots]).sum(axis=0) for price in prices]
    # Steps where nobody needs anything share nothing: any price does, and the highest keeps it concave.
    empty = share.sum(axis=0) <= 0.0
    for row, price in zip(by_roof, prices, strict=True):
        row[empty] = float(np.nanmax(price))
    return np.stack([by_roof[column.roof] for column in columns])


def _price(priced: _Priced, plant_id: str) -> FloatArray:
    """Return the local price of a plant's kWh by slot, (S,)."""
    return np.array(local_price(priced.scenario.prices, plant_id))


def _spared(priced: _Priced, *, exempt: bool) -> FloatArray:
    """Return what a local kWh spares each participant but for its price, (N, D); unknown prices count 0."""
    terms = priced.terms
    supply = np.nan_to_num(np.take_along_axis(terms.supply_eur_per_kwh, priced.slots, axis=1))
    ratio = float(terms.local_accise_ratio.min(initial=1.0)) if exempt else 1.0
    accise = terms.accise_eur_per_kwh[:, None] * (1.0 - ratio)
    spared: FloatArray = supply + accise - terms.pmo_eur_per_kwh
    return spared


def _own_eur(priced: _Priced, columns: Sequence[Column]) -> FloatArray:
    """Return what a kWh used behind the meter spares its owner, (n, D); 0 where the host is another."""
    terms, own = priced.terms, np.zeros((len(columns), priced.slots.shape[1]))
    for n, column in enumerate(columns):
        host = priced.behind[column.roof]
        if host >= 0 and priced.tariffs.plants[column.roof].own_use_is_owners:
            price = terms.supply_eur_per_kwh[host] + terms.network_eur_per_kwh[host]
            own[n] = np.nan_to_num((price + terms.accise_eur_per_kwh[host])[priced.slots[host]])
    return own


def _hosts(
    columns: Sequence[Column], priced: _Priced, made: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], ...]:
    """Return the columns behind each meter, (n, D) with the others at zero, and the need there, (D,)."""
    found = []
    for host in sorted({int(h) for h in priced.behind if h >= 0}):
        inside = np.array([priced.behind[column.roof] == host for column in columns])
        found.append((np.where(inside[:, None], made, 0.0), priced.need_kwh[host]))
    return tuple(found)


def _members(priced: _Priced, metered: Metered) -> MemberGains:
    """Return what each member saves by default sharing, as a part of its bill without tax.

    Raises:
        InputError: plants behind a meter, or no member whose price is known.
    """
    if np.any(priced.behind >= 0):
        message = _("worst-member: not with plants behind a meter, whose hosts' needs change with the powers")
        raise InputError([Problem("[size] objective", message)])
    terms, scenario = priced.terms, priced.scenario
    clocks = [member.clock for member in priced.tariffs.members]
    kwh = kwh_by_slot(metered.exchange.steps, clocks, metered.exchange.consumption_kwh)
    bills = bills_before(terms, kwh).total_eur_ht / priced.years
    price = _price(priced, scenario.plants[0].id)
    gain = priced.share * (_spared(priced, exempt=True) - price[priced.slots]) / bills[:, None]
    more_eur = (terms.management_acc_eur - terms.management_eur) * (1.0 + terms.cta_ratio)
    fixed = more_eur / priced.years / bills
    known = np.isfinite(bills)
    if not known.any():
        message = _("worst-member: no participant's supply price is known")
        raise InputError([Problem("[size] objective", message)])
    ids = tuple(p.id for p, is_known in zip(scenario.participants, known, strict=True) if is_known)
    return MemberGains(ids, gain[known], fixed[known])
