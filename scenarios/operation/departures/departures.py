"""What each site changes by leaving: by fast sums, or run again where a battery or flexible loads answer."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

import numpy as np

from acc.accounts.holdings import holdings
from acc.arrays import FloatArray
from acc.batch.key_forms import SumSplits, split_of
from acc.batch.needs import Needs
from acc.batch.sums import KeySums, ProductiveSteps, Split, split_sums
from acc.bills.terms import bill_terms, period_years
from acc.departures.counterfactual import Baseline, PriceBook, SubsetOutcome, baseline_of, nobody
from acc.departures.entry_exit import Change, SubsetOutcomes, leavings_by, persons_leaving
from acc.departures.one_by_one import outcomes_of_subsets
from acc.devices.battery import shift_loads
from acc.exchange import Exchange, exchange_behind_meters
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.scenario import KeyChoice, Scenario
from acc.settle import looks_back
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.metering.meter import Progress
from scenarios.operation.metering.own_use import behind_of, hosts_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import tariffs_of

FAST_SUMS = 3000
"""Sites x participants x keys from which compiled sums pay for their start (0.4 s, and seconds once)."""

MOST_VALUES, LOOKING_BACK = 10_000_000, 40
"""Energies that a brief settles again to tell who leaves, some 2 s; a key that looks back at each step counts
as so many participants."""

MOST_RUNS = 60
"""Sites x keys up to which each case is run again without being asked: about 0.1 s each."""


def staged(operation: Operation, sums: int = 0) -> Baseline:
    """Return an operation made ready to be looked at without some of its sites; a battery is left out.

    Args:
        sums: how many sums are asked for: sites x participants x keys.
    """
    tariffs, steps = operation.tariffs, operation.exchange.steps
    prices = None
    if tariffs is not None:
        years = period_years(steps)
        prices = PriceBook(
            terms=bill_terms(tariffs, operation.scenario.prices, operation.scenario.plants, years),
            contracts=tuple(plant.surplus for plant in tariffs.plants),
            clocks=tariffs.clocks,
            years=years,
        )
    return baseline_of(operation.exchange, operation.context, prices, _engine(sums))


def _engine(sums: int) -> SumSplits:
    return _compiled_sums if sums >= FAST_SUMS and find_spec("numba") else split_sums


def _compiled_sums(
    sheet: ProductiveSteps,
    needs: Needs,
    output_kwh: FloatArray,
    splits: Sequence[Split],
    *,
    by_plant: bool = False,
) -> tuple[KeySums, ...]:
    """Return the sums of the compiled engine, read when some are asked for: the default key asks for none."""
    from scenarios.operation.batch.numba_sums import split_sums as compiled  # noqa: PLC0415 - 0.3 s, 130 MB, an extra

    return compiled(sheet, needs, output_kwh, splits, by_plant=by_plant)


def leaving_of(
    operation: Operation, unshifted: Exchange | None, progress: Progress
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Change from the departure of each site, then of each person with all sites, under the chosen key.

    Nothing where it would take too long.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.

    Raises:
        InputError: the chosen key cannot be built.
    """
    scenario = operation.scenario
    members, sites = len(scenario.participants), len(scenario.participants) + len(scenario.plants)
    if not members:
        return (), ()
    choice = operation.read(scenario.key)
    stage = staged(operation, sites * members)
    outcomes: SubsetOutcomes = partial(outcomes_of_subsets, stage, [choice])
    key = operation.key(choice)
    if scenario.has_devices or split_of(key, members, stage.sheet) is None:
        columns = max(members, LOOKING_BACK) if looks_back(key) else members
        if (sites + 2) * scenario.steps.count * columns > MOST_VALUES:
            return (), ()
        if scenario.has_devices:
            outcomes = rerun(operation, unshifted, [choice], progress)
    everyone = holdings(scenario)
    changes = leavings_by(operation.context, [choice], everyone, outcomes, of_each=False)[0][choice.name]
    return changes, persons_leaving(operation.context, [choice], everyone, outcomes, everyone, changes)


def rerun(
    operation: Operation, unshifted: Exchange | None, choices: Sequence[KeyChoice], progress: Progress
) -> SubsetOutcomes:
    """Build the function of subset outcomes, each case computed as by `acc run`.

    The battery is driven again and the flexible loads are moved again, for those who stay.

    Args:
        choices: their files read.
    """
    scenario = operation.scenario
    names = [site.name for site in (*scenario.participants, *scenario.plants)]

    def outcomes_of(absent: Sequence[int], idle: Sequence[int]) -> tuple[SubsetOutcome | InputError, ...]:
        members = [i for i in range(len(scenario.participants)) if i not in absent]
        plants = [i for i in range(len(scenario.plants)) if i not in idle]
        out = [*absent, *(len(scenario.participants) + i for i in idle)]
        progress(names[out[0]] if out else scenario.name)
        outcome = nobody(len(scenario.participants), len(scenario.plants))
        if not members or not plants:
            return (outcome,) * len(choices)
        try:
            rest = without(unplanned(operation), unshifted, members, plants)
        except InputError as fault:
            return (fault,) * len(choices)
        return tuple(_full_outcome(rest, choice, outcome, members, plants) for choice in choices)

    return lambda cases: (outcomes_of(*case) for case in cases)


def without(
    operation: Operation, unshifted: Exchange | None, members: Sequence[int], plants: Sequence[int]
) -> Operation:
    """Return the operation of some participants and plants, by column.

    A plant that is left out stays built: own use behind its meter goes on, at the hours it has with all.

    Raises:
        InputError: tariffs that cannot be made.
    """
    exchange = _columns(unshifted or operation.exchange, members, plants)
    return _rest(operation, exchange, members, plants)


def unplanned(operation: Operation) -> Operation:
    """Return an operation whose plan is not asked, as where only what the period brings is told."""
    return replace(operation, scenario=replace(operation.scenario, finance=None))


def not_built(operation: Operation, unshifted: Exchange | None, removed: int) -> Operation:
    """Return the operation as if one plant, by column, were not built: its host withdraws what it spared.

    Nor is what comes later beside it.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.

    Raises:
        InputError: tariffs that cannot be made.
    """
    scenario, before = operation.scenario, unshifted or operation.exchange
    name, every = scenario.plants[removed].id, range(len(scenario.plants))
    plants = [m for m in every if name not in (scenario.plants[m].id, scenario.plants[m].added_to)]
    lost = [m for m in every if m not in plants]
    members, host = range(len(scenario.participants)), scenario.plants[removed].behind
    injected, own_use = before.production_kwh[:, plants], before.own_use_kwh[:, plants]
    exchange = before.injecting(injected, own_use)
    site = next((n for n in members if scenario.participants[n].id == host), None)
    if site is not None:  # those left behind the same meter serve it first
        ats = [at for at, m in enumerate(plants) if scenario.plants[m].behind == host]
        load = before.consumption_kwh.copy()
        spared = own_use[:, ats].sum(axis=1) + before.own_use_kwh[:, lost].sum(axis=1)
        output = injected[:, ats] + own_use[:, ats]
        served = exchange_behind_meters(
            before.steps, (load[:, site] + spared)[:, None], output, [0] * len(ats)
        )
        load[:, site] = served.consumption_kwh[:, 0]
        injected[:, ats], own_use[:, ats] = served.production_kwh, served.own_use_kwh
        exchange = Exchange(before.steps, load, injected, own_use)
    # A site that gives no power is billed by its highest load, which moves with the plant behind its meter.
    same = site is None or bool(scenario.participants[site].contract.subscribed_kva)
    return _rest(operation, exchange, members, plants, same_members=same and not scenario.flexible)


def _rest(
    operation: Operation,
    exchange: Exchange,
    members: Sequence[int],
    plants: Sequence[int],
    *,
    same_members: bool = False,
) -> Operation:
    """Return the operation of some participants and plants, of which `exchange` is, loads not moved yet.

    Args:
        same_members: all participants stay, and what they are billed with does not move.
    """
    before = operation.scenario
    people = tuple(before.participants[i] for i in members)
    roofs = tuple(before.plants[i] for i in plants)
    ids, kept = {p.id for p in people}, {p.id for p in roofs}
    scenario = replace(
        before,
        participants=people,
        plants=roofs,
        flexible=tuple(load for load in before.flexible if load.participant in ids),
        changes=tuple(change for change in before.changes if change.site in ids | kept),
        inactive_ids=before.inactive_ids | {p.id for p in before.participants} - ids,
        inactive_plant_ids=before.inactive_plant_ids | {p.id for p in before.plants} - kept,
    )
    exchange = _moved(scenario, exchange)
    tariffs = operation.tariffs
    if tariffs is not None:
        tariffs = tariffs_of(scenario, exchange, tariffs.members if same_members else None)
    base = operation.base.part(members, plants) if operation.base and before.finance else None
    placed = scenario_members(scenario)  # holds nothing: asked once
    return Operation(scenario, operation.folder, exchange, placed, tariffs, base=base)


def _columns(exchange: Exchange, members: Sequence[int], plants: Sequence[int]) -> Exchange:
    return Exchange(
        exchange.steps,
        exchange.consumption_kwh[:, members],
        exchange.production_kwh[:, plants],
        exchange.own_use_kwh[:, plants],
    )


def _moved(scenario: Scenario, exchange: Exchange) -> Exchange:
    """Return an exchange once its flexible loads have moved."""
    if not scenario.flexible:
        return exchange
    ids = [member.id for member in scenario.participants]
    load = site_load_kwh(exchange, behind_of(scenario))
    output = exchange.production_kwh + exchange.own_use_kwh
    moved = shift_loads(scenario.steps, load, output, scenario.flexible, ids)
    return exchange_behind_meters(scenario.steps, moved.load_kwh, output, hosts_of(scenario))


def _full_outcome(
    rest: Operation,
    choice: KeyChoice,
    subset_outcome: SubsetOutcome,
    members: Sequence[int],
    plants: Sequence[int],
) -> SubsetOutcome | InputError:
    """Outcome of a subset, in arrays of all; zeros for those left out."""
    try:
        outcome = rest.outcome(choice)
    except InputError as fault:
        return fault
    saving, gain = _euros(outcome, len(members), len(plants))
    return SubsetOutcome(
        _spread(subset_outcome.received_kwh, members, outcome.energy.received_kwh),
        _spread(subset_outcome.saving_eur, members, saving),
        _spread(subset_outcome.shared_kwh, plants, outcome.energy.shared_kwh),
        _spread(subset_outcome.surplus_kwh, plants, outcome.energy.surplus_kwh),
        _spread(subset_outcome.gain_eur, plants, gain),
    )


def _euros(outcome: KeyOutcome, members: int, plants: int) -> tuple[FloatArray, FloatArray]:
    if outcome.money is None:
        return np.full(members, np.nan), np.full(plants, np.nan)
    savings = [member.saving_eur_ht for member in outcome.money.participants]
    gains = [plant.gain_eur_ht for plant in outcome.money.plants]
    return _known(savings), _known(gains)


def _known(amounts: Sequence[float | None]) -> FloatArray:
    return np.array([np.nan if amount is None else amount for amount in amounts])


def _spread(nothing: FloatArray, columns: Sequence[int], values: FloatArray) -> FloatArray:
    spread = nothing.copy()
    spread[list(columns)] = values
    return spread
