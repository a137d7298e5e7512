"""The whole chain in a screenful: folder -> scenario -> exchange -> allocation -> indicators -> result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

from acc.keys import KEYS
from acc.legal.checklist import legal_checks
from acc.result.moved_gaps import with_true_verdicts
from acc.result.outcomes import proposed_key
from acc.result.proposal import Proposal
from acc.result.result import KeyOutcome, Provenance, Result, ShiftUsed, StorageUsed
from acc.rules.all_checks import checks
from acc.rules.check import Check
from acc.scenario import Scenario
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.sections import battery_warnings, checked_members
from scenarios.kept_plan import kept_plan
from scenarios.operation.departures.cancelling import cancelling
from scenarios.operation.departures.departures import advice, leaving_of
from scenarios.operation.draws.quick import KeptRanges, narrow_ranges, quick_ranges
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.metering.kept_meters import unpriced
from scenarios.operation.metering.memory import give_back
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.changes_worth import changes_worth
from scenarios.operation.ready.operation import (
    Operation,
    departure,
    open_operation,
)
from scenarios.operation.ready.other_keys import curve_notes, other_key_outcomes
from scenarios.operation.ready.plan_years import broken_later
from scenarios.operation.ready.request import OperationRequest, legal_case, progress_of, provenance
from scenarios.operation.store.store import KeptKind
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.study import kept_ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParts:
    """What a run adds to the result of the folder's own key.

    Attributes:
        other_keys: names of keys computed on the same exchange; None takes those that a brief compares, as
            far as they can be made.
        all_keys: compare every key of the table, leaving out those whose parameters the folder does not
            give (a warning names them).
        departures: what each site changes by leaving, as the briefs show.
        lawful_plan: the lawful plan last found for an operation that is not lawful.
        ranges_folder: folder whose last sweep of the same inputs gives the ranges; quick draws where there is
            none. Without it nothing is drawn.
        advice: warnings on who can only lose and which price is under cost; they take a second run without
            them. Without it nobody leaves either, and what would cancel the operation comes with
            ranges alone.
        change_values: value of each dated change.
        gap: of a result that others read, how far it is from the true figures, whose verdicts it takes.
    """

    other_keys: Iterable[str] | None = ()
    all_keys: bool = False
    departures: bool = False
    lawful_plan: bool = False
    ranges_folder: Path | None = None
    advice: bool = True
    change_values: bool = True
    gap: bool = True


OWN_KEY_ALONE = RunParts()


def run(
    folder: Path, *, ran_on: date, parts: RunParts = OWN_KEY_ALONE, **request: Unpack[OperationRequest]
) -> Result:
    """Compute the result of an operation folder under its key, with the parts asked for.

    Args:
        ran_on: date written in the result.
        request: which scenario; see `OperationRequest`.

    Raises:
        InputError: every fault of the folder, its curves, its key and its prices.
    """
    operation, metered = open_operation(folder, **request)
    scenario = operation.scenario
    operation.key(scenario.key)  # its faults come first; its kWh last, so that no two keys are in memory
    origin = provenance(scenario, metered, folder, ran_on, ())
    if scenario.moved_ids and (mask := request["mask"]):
        origin = replace(origin, sealed=mask.sealed(origin.digest))
    operation = replace(operation, inputs=origin.inputs)
    compared, outcomes, left_out = _compare_keys(operation, parts.other_keys, all_keys=parts.all_keys)
    exchange, progress = metered.unshifted, progress_of(request)
    sites, persons = leaving_of(operation, exchange, progress) if parts.departures else ((), ())
    give_back(operation.exchange.consumption_kwh, operation.cache)
    ranges = _ranges(operation, metered, origin.inputs, parts.ranges_folder) if parts.ranges_folder else None
    rule_checks = _checks(operation)
    plan = kept_plan(operation, rule_checks) if parts.lawful_plan else None
    give_back(operation.exchange.consumption_kwh, operation.cache)
    # Last of what takes memory of the size of the loads: each of the others is gone by then.
    tells_departures = parts.advice or parts.ranges_folder is not None
    chosen = operation.outcome(scenario.key, leaving=tells_departures)
    proposal = _proposal(operation, [chosen, *outcomes.values()], rule_checks) if outcomes else None
    if proposal is not None and proposal.name in outcomes:  # the key that is chosen is shown too
        compared = {**compared, proposal.name: outcomes[proposal.name]}
    more = advice(operation, chosen, exchange) if parts.advice else ()
    more = (*more, *curve_notes([chosen, *compared.values(), *outcomes.values()]))
    warnings = _warnings(metered, chosen, scenario, more, ranges)
    origin = replace(origin, warnings=tuple(dict.fromkeys(warnings)))
    result = replace(
        _result(operation, metered, chosen, rule_checks, origin),
        others=compared,
        left_out=left_out,
        proposal=proposal,
        departure=departure(operation, chosen) if parts.advice else None,
        cancelling=cancelling(operation, chosen, exchange) if tells_departures else (),
        leaving=sites,
        persons_leaving=persons,
        way=plan,
        changes=changes_worth(operation, chosen) if parts.change_values else None,
    )
    give_back(operation.exchange.consumption_kwh, operation.cache)
    result = ranges.add_to(result) if ranges else result
    return _with_verdicts(result, folder, parts, request) if parts.gap and scenario.moved_ids else result


def _with_verdicts(result: Result, folder: Path, parts: RunParts, request: OperationRequest) -> Result:
    """Return a result of moved data with the verdicts of the true ones, and how far off it may be."""
    mask, ran_on = request["mask"], date.fromisoformat(result.provenance.ran_on)
    assert mask is not None  # nothing else moves anything
    keys = RunParts(other_keys=parts.other_keys, all_keys=parts.all_keys, change_values=False, gap=False)
    own = replace(keys, advice=parts.advice or parts.ranges_folder is not None)
    # An end chooses no key: those that are weighed but not shown are left out.
    far = replace(keys, other_keys=tuple(result.others), all_keys=False, advice=False)
    truth: OperationRequest = {**request, "mask": None}
    sides = (1, -1) if any(plant.kwp_ratio != 1.0 for plant in result.scenario.plants) else (1,)
    ends: Iterable[OperationRequest] = ({**request, "mask": replace(mask, end=side)} for side in sides)
    true = run(folder, ran_on=ran_on, parts=own, **truth)
    return with_true_verdicts(result, true, (run(folder, ran_on=ran_on, parts=far, **end) for end in ends))


def _ranges(operation: Operation, metered: Metered, inputs: Mapping[str, str], out: Path) -> KeptRanges:
    """Return the ranges of an operation under its key; a warning where only a sweep can draw them.

    Args:
        inputs: sha256 of each file that the operation rests on.

    Raises:
        InputError: every fault of `[sweep]`.
    """
    moved = operation.scenario.moved_ids  # a sweep was drawn of the true figures
    kept = (not moved and kept_ranges(operation.scenario, operation.folder, out)) or KeptRanges()
    if kept.ranges is not None:
        return kept
    choice = read_sweep(read_source(operation.folder))
    quick = quick_ranges(operation, metered, choice, inputs, operation.cache)
    if quick is None:
        text = _("the key {name} is settled step by step: its ranges are drawn by `acc sweep` only")
        quick = KeptRanges(warnings=(text.format(name=operation.scenario.key.name),))
    return replace(quick, warnings=(*kept.warnings, *quick.warnings))


def with_ranges(result: Result, folder: Path, out: Path) -> Result:
    """Return the result with what a study of the same inputs drew, where one was made."""
    kept = kept_ranges(result.scenario, folder, out) or KeptRanges()
    warnings = (*result.provenance.warnings, *kept.warnings)
    return kept.add_to(replace(result, provenance=replace(result.provenance, warnings=warnings)))


def _warnings(
    metered: Metered, chosen: KeyOutcome, scenario: Scenario, more: Sequence[str], ranges: KeptRanges | None
) -> tuple[str, ...]:
    """What changes the answer most comes first: `more`, then the folder, its curves, euros, ranges."""
    euros = chosen.money.warnings if chosen.money else ()
    drawn = (*ranges.warnings, *narrow_ranges(metered, chosen.energy)) if ranges else ()
    return (*more, *scenario.notes, *battery_warnings(scenario), *metered.warnings, *euros, *drawn)


def _result(
    operation: Operation,
    metered: Metered,
    chosen: KeyOutcome,
    rule_checks: tuple[Check, ...],
    origin: Provenance,
) -> Result:
    """Build the result of the chosen key."""
    case = legal_case(operation.scenario, chosen.energy, chosen.money)
    return Result(
        scenario=operation.scenario,
        exchange=metered.exchange,
        allocation=chosen.allocation,
        energy=chosen.energy,
        checks=rule_checks,
        legal=legal_checks(case),
        case=case,
        quality=metered.quality,
        weather=metered.weather,
        provenance=origin,
        money=chosen.money,
        storage=_storage_used(operation, chosen),
        shift=_shift_used(operation, metered),
        years=chosen.years if operation.scenario.tells_years_apart else None,
        broken_later=broken_later(operation.scenario),
    )


def _compare_keys(
    operation: Operation, others: Iterable[str] | None, *, all_keys: bool
) -> tuple[dict[str, KeyOutcome], dict[str, KeyOutcome], dict[str, str]]:
    """Return the keys that are shown, those that are weighed, why others are left out; by name."""
    names = operation.scenario.other_keys if others is None else others
    compared, left_out = other_key_outcomes(
        operation, KEYS if all_keys else names, lenient=all_keys or others is None
    )
    if all_keys or others is not None:
        return compared, compared if all_keys else {}, left_out
    # A brief tells the key that a comparison of all would.
    every = (
        compared
        | other_key_outcomes(operation, (name for name in KEYS if name not in compared), lenient=True)[0]
    )
    return compared, {name: every[name] for name in KEYS if name in every}, left_out


def _checks(operation: Operation) -> tuple[Check, ...]:
    """Checks of the perimeter rules; kept, as they do not depend on prices."""
    scenario = operation.scenario
    rules = perimeter_rules(read_rates(), scenario.on)
    return operation.cache.get(
        KeptKind("checks"),
        (unpriced(scenario), scenario.plants, scenario.battery, scenario.regime, rules),
        lambda: checks(checked_members(scenario), scenario.regime, rules),
    )


def _proposal(
    operation: Operation, outcomes: Sequence[KeyOutcome], rule_checks: Sequence[Check]
) -> Proposal | None:
    """Return the key that the group's criteria choose, that of the folder first."""
    lawful = not any(check.forbids for check in rule_checks)
    return proposed_key(operation.exchange, outcomes, operation.scenario.decide, lawful=lawful)


def _storage_used(operation: Operation, chosen: KeyOutcome) -> StorageUsed | None:
    """Use of the battery, with the chosen key without it."""
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
    """Use of the flexible loads, with the chosen key without shifting."""
    shifted = metered.shifted
    if shifted is None or metered.unshifted is None:
        return None
    used, moved = shifted.before_kwh.sum(axis=0), shifted.moved_kwh
    loads = zip(operation.scenario.flexible, used.tolist(), moved.tolist(), strict=True)
    return ShiftUsed(
        loads=tuple((load.participant, kwh, other) for load, kwh, other in loads),
        without=replace(operation, exchange=metered.unshifted).sums(operation.scenario.key),
    )
