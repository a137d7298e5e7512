"""The whole chain in a screenful: folder -> scenario -> exchange -> allocation -> indicators -> result."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from acc.keys import KEYS
from acc.legal.case import LegalCase
from acc.legal.checklist import legal_checks
from acc.result.recommendation import KeyAdvice, Weighed, recommend_cases
from acc.result.result import KeyOutcome, Result, ShiftUsed, StorageUsed
from acc.rules.all_checks import checks
from acc.rules.check import Check
from scenarios.entry.folder.battery_and_loads import battery_warnings, checked_members
from scenarios.entry.folder.settings import Setting
from scenarios.lawful_way_kept import lawful_way_of
from scenarios.operation.metering.memory import give_back
from scenarios.operation.metering.meter import Metered, Progress, unpriced
from scenarios.operation.ready.operation import Operation, departure, open_operation
from scenarios.operation.ready.provenance import provenance
from scenarios.operation.store.store import KeptKind, KeptStore
from scenarios.rates.legal_figures import DISPENSE, GRANT, PROCUREMENT, legal_figure
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.studies.membership.advice import advice
from scenarios.studies.membership.cancelling import cancelling
from scenarios.studies.membership.departures import leaving_of
from scenarios.studies.sweeping.kept_ranges import drawn


def run(  # noqa: PLR0913 - what a person may ask of a run, each part optional
    folder: Path,
    *,
    ran_on: date,
    variant: str | None = None,
    key: str | None = None,
    settings: Sequence[Setting] = (),
    others: Iterable[str] | None = (),
    all_keys: bool = False,
    leaving: bool = False,
    way: bool = False,
    drawn_in: Path | None = None,
    use_cache: bool = True,
    held: KeptStore | None = None,
    advised: bool = True,
    progress: Progress = lambda _text: None,
) -> Result:
    """Return the result of an operation folder, and of `others` keys on the same exchange.

    Args:
        settings: what is asked over the folder; see `scenarios.entry.folder.question`.
        others: None asks for those that a brief sets beside the chosen one, as far as they can be made.
        all_keys: compare every key of the table, leaving out those whose parameters the folder does not
            give (a warning names them).
        leaving: tell what each site changes by leaving, as the briefs do.
        way: tell what would make the operation lawful, where it is not.
        drawn_in: folder whose last sweep of the same inputs gives the ranges; quick draws where there is
            none. Without it nothing is drawn.
        held: a cache to use in place of the folder's own.
        advised: say among the warnings who can only lose and which price is under cost; it takes a second
            run without them. Without it nobody leaves either, to see what the others would share and what
            the plan would become, and what would cancel it is not told.

    Raises:
        InputError: every fault of the folder, its curves, its key and its prices.
    """
    cache = held or KeptStore.of(folder, use_cache=use_cache)
    operation, metered = open_operation(
        folder, variant=variant, key=key, settings=settings, cache=cache, progress=progress
    )
    scenario = operation.scenario
    operation.key(scenario.key)  # its faults come first; its kWh last, so that no two keys are in memory
    names = scenario.keys_beside if others is None else others
    compared, left_out = operation.outcomes(KEYS if all_keys else names, lenient=all_keys or others is None)
    weighed = compared if all_keys else {}
    if others is None and not all_keys:  # a brief names the key that a comparison of all would
        beyond = operation.outcomes((name for name in KEYS if name not in compared), lenient=True)[0]
        every = compared | beyond
        weighed = {name: every[name] for name in KEYS if name in every}
    sites, persons = leaving_of(operation, metered.unshifted, progress) if leaving else ((), ())
    made = provenance(scenario, metered, folder, ran_on, ())
    give_back(operation.exchange.consumption_kwh)
    ranges = None if drawn_in is None else drawn(operation, metered, made.inputs, drawn_in, cache)
    rules = perimeter_rules(read_rates(), scenario.on)
    found = cache.get(
        KeptKind("checks"),
        (unpriced(scenario), scenario.plants, scenario.battery, scenario.regime, rules),
        lambda: checks(checked_members(scenario), scenario.regime, rules),
    )
    found_way = lawful_way_of(operation, found, cache) if way else None
    give_back(operation.exchange.consumption_kwh)
    # Last of what takes memory of the size of the loads: each of the others is gone by then.
    chosen = operation.outcome(scenario.key, leaving=advised)
    warnings = (
        *scenario.notes,
        *battery_warnings(scenario),
        *metered.warnings,
        *(advice(operation, chosen, metered.unshifted) if advised else ()),
        *(chosen.money.warnings if chosen.money else ()),
        *(ranges.warnings if ranges else ()),
    )
    told = _advice(operation, [chosen, *weighed.values()]) if weighed else None
    if told is not None and told.name in weighed:  # the key that is named is shown too
        compared = {**compared, told.name: weighed[told.name]}
    result = Result(
        scenario=scenario,
        exchange=metered.exchange,
        allocation=chosen.allocation,
        energy=chosen.energy,
        checks=found,
        legal=_legal(operation, chosen),
        quality=metered.quality,
        weather=metered.weather,
        provenance=replace(made, warnings=tuple(dict.fromkeys(warnings))),
        others=compared,
        left_out=left_out,
        advice=told,
        departure=departure(operation, chosen) if leaving else None,
        cancelling=cancelling(operation, chosen, metered.unshifted) if advised else (),
        leaving=sites,
        persons_leaving=persons,
        money=chosen.money,
        storage=_storage_used(operation, chosen),
        shift=_shift_used(operation, metered),
        way=found_way,
    )
    give_back(operation.exchange.consumption_kwh)
    return ranges.told_in(result) if ranges else result


def _advice(operation: Operation, outcomes: Sequence[KeyOutcome]) -> KeyAdvice:
    """Return the key that the group's criteria name."""
    cases = [Weighed(operation.exchange, one.energy.received_kwh, one.money) for one in outcomes]
    found = recommend_cases(cases, operation.scenario.decide)
    return KeyAdvice(name=outcomes[found.index].name, among=tuple(one.name for one in outcomes))


def _legal(operation: Operation, chosen: KeyOutcome) -> tuple[Check, ...]:
    """Return what the contracts and the money of the chosen key ask for."""
    rates, on = read_rates(), operation.scenario.on
    return legal_checks(
        LegalCase(
            scenario=operation.scenario,
            energy=chosen.energy,
            money=chosen.money,
            procurement=legal_figure(rates, PROCUREMENT, on),
            dispense=legal_figure(rates, DISPENSE, on),
            grant=legal_figure(rates, GRANT, on),
        )
    )


def _storage_used(operation: Operation, chosen: KeyOutcome) -> StorageUsed | None:
    """Return what the battery did, and the chosen key without it."""
    stored, battery = operation.stored, operation.scenario.battery
    if stored is None or battery is None:
        return None
    sums = chosen.energy
    charge, discharge = float(stored.charge_kwh.sum()), float(stored.discharge_kwh.sum())
    used = float(sums.received_kwh.sum() + sums.surplus_kwh.sum()) + charge
    return StorageUsed(
        name=battery.name,
        charge_kwh=charge,
        discharge_kwh=discharge,
        lost_kwh=float(stored.lost_kwh.sum()),
        start_kwh=stored.initial_kwh,
        end_kwh=max(0.0, float(stored.level_kwh[-1])),
        unused_kwh=max(0.0, float(sums.production_kwh.sum()) + discharge - used),
        cycles=stored.cycles,
        without=operation.without_battery().sums(operation.scenario.key),
    )


def _shift_used(operation: Operation, metered: Metered) -> ShiftUsed | None:
    """Return what the flexible loads did, and the chosen key had they not moved."""
    shifted = metered.shifted
    if shifted is None or metered.unshifted is None:
        return None
    used, moved = shifted.before_kwh.sum(axis=0), shifted.moved_kwh
    loads = zip(operation.scenario.flexible, used.tolist(), moved.tolist(), strict=True)
    return ShiftUsed(
        loads=tuple((load.participant, kwh, other) for load, kwh, other in loads),
        without=replace(operation, exchange=metered.unshifted).sums(operation.scenario.key),
    )
