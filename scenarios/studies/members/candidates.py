"""Who could join: the rows with `active = false`, one by one and in the best order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.accounts.persons import holdings
from acc.arrays import FloatArray
from acc.departures.counterfactual import Baseline, SubsetOutcome, subset_outcomes
from acc.departures.entry_exit import MovingSite, joined
from acc.exchange import Exchange, exchange_behind_meters
from acc.i18n import semicolons
from acc.members.invitation_order import Candidates, best_order
from acc.members.report import Invited, Joining
from acc.problem import InputError
from acc.rules.all_checks import regime_checks, worst_state
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.metering.kept_meters import sky_position
from scenarios.operation.metering.meter import Progress, meter
from scenarios.operation.metering.own_use import behind_of, hosts_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.request import OperationRequest, with_inactive_rows
from scenarios.operation.tariffs.price import tariffs_of

ROUNDING_KWH = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Applicant:
    """Who would join as one: a participant with the plants behind its meter, or a plant.

    Plants that would join behind one meter which is in already share its own use: they are one candidate.

    Attributes:
        load_kwh, output_kwh: what its participant uses and its plants make, shapes (T, n) and (T, m).
    """

    participants: tuple[Participant, ...]
    plants: tuple[Plant, ...]
    load_kwh: FloatArray
    output_kwh: FloatArray

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its sites, itself first."""
        return tuple(site.id for site in (*self.participants, *self.plants))

    @property
    def name(self) -> str:
        """How it is called: the participant, or the plants."""
        return " + ".join(site.name for site in self.participants or self.plants)


def candidates_of(
    operation: Operation, request: OperationRequest, planned: Scenario, progress: Progress
) -> tuple[list[Applicant], list[str]]:
    """Return the candidates of a folder, their curves read, and what to say of those left out.

    Who comes by a dated change of the folder is of the operation already, and no candidate.

    Args:
        operation: the operation as it stands, of `request`.
        planned: the same folder with all that it dates.

    Raises:
        InputError: every curve of a candidate that cannot be read.
    """
    everyone = with_inactive_rows(operation.folder, request)
    today = {site.id for site in (*operation.scenario.participants, *operation.scenario.plants)}
    coming = {site.id for site in (*planned.participants, *planned.plants)} - today
    inside = today | coming
    members = tuple(p for p in everyone.participants if p.id not in inside)
    outside = {member.id for member in members}
    absent = outside | coming
    plants = tuple(p for p in everyone.plants if p.id not in inside and (p.active or p.behind not in absent))
    message = _("{plant} is not ranked: the participant whose meter it stands behind does not take part")
    notes = [message.format(plant=p.name) for p in everyone.plants if p.id not in inside and p not in plants]
    if not members and not plants:
        return [], notes
    # The sky is the one of the operation as it stands, so that nobody's sun changes with who joins.
    sky = sky_position(operation.scenario)
    apart = replace(
        everyone,
        participants=members,
        plants=tuple(replace(plant, behind=None) for plant in plants),
        flexible=(),
        changes=(),
        other_changes=(),
        weather=replace(everyone.weather, position=sky),
    )
    exchange = meter(apart, operation.folder, operation.cache, progress).exchange
    groups = [([i], [j for j, p in enumerate(plants) if p.behind == m.id]) for i, m in enumerate(members)]
    hosts = dict.fromkeys((p.behind or p.id) for p in plants if p.behind not in outside)
    groups += [([], [j for j, p in enumerate(plants) if (p.behind or p.id) == host]) for host in hosts]
    candidates = [
        Applicant(
            tuple(members[i] for i in who),
            tuple(plants[j] for j in roofs),
            exchange.consumption_kwh[:, who],
            exchange.production_kwh[:, roofs],
        )
        for who, roofs in groups
    ]
    return candidates, notes


def with_candidates(operation: Operation, chosen: Sequence[Applicant]) -> Operation:
    """Return the operation once these have joined.

    Raises:
        InputError: prices or tariffs of a candidate that cannot be used.
    """
    after, exchange = _grown(operation.scenario, chosen), exchange_with(operation, chosen)
    tariffs = None if operation.tariffs is None else tariffs_of(after, exchange)
    return Operation(after, operation.folder, exchange, scenario_members(after), tariffs)


def _grown(scenario: Scenario, chosen: Sequence[Applicant]) -> Scenario:
    members = tuple(member for applicant in chosen for member in applicant.participants)
    plants = tuple(plant for applicant in chosen for plant in applicant.plants)
    return replace(
        scenario,
        participants=(*scenario.participants, *members),
        plants=(*scenario.plants, *plants),
        inactive_ids=scenario.inactive_ids - {member.id for member in members},
        inactive_plant_ids=scenario.inactive_plant_ids - {plant.id for plant in plants},
    )


def exchange_with(operation: Operation, chosen: Sequence[Applicant]) -> Exchange:
    """Exchange after the entry of some candidates."""
    scenario, exchange = operation.scenario, operation.exchange
    load = site_load_kwh(exchange, behind_of(scenario))
    output = exchange.production_kwh + exchange.own_use_kwh
    return exchange_behind_meters(
        exchange.steps,
        np.column_stack([load, *(applicant.load_kwh for applicant in chosen)]),
        np.column_stack([output, *(applicant.output_kwh for applicant in chosen)]),
        hosts_of(_grown(scenario, chosen)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class OperationToJoin:
    """What candidates join: the operation as it stands, and what everyone has under its key.

    Attributes:
        rules: the figures of the perimeter.
        staged: makes an operation ready.
    """

    operation: Operation
    status: SubsetOutcome
    rules: PerimeterRules
    staged: Callable[[Operation], Baseline]

    def checks(self, chosen: Sequence[Applicant]) -> list[Check]:
        """Checks of the perimeter after the entry of some candidates."""
        after = _grown(self.operation.scenario, chosen)
        return regime_checks(scenario_members(after), after.regime, self.rules)


def joinings(entry: OperationToJoin, candidates: Sequence[Applicant]) -> tuple[list[Joining], list[str]]:
    """Change from the entry of each candidate, largest gain first, and notes on failures."""
    joining, notes = [], []
    for candidate in candidates:
        try:
            joining.append(_joining(entry, candidate))
        except InputError as fault:
            message = _("{name} cannot be taken in: {why}")
            why = semicolons(problem.message for problem in fault.problems)
            notes.append(message.format(name=candidate.name, why=why))
    return sorted(joining, key=lambda join: -join.change.shared_change_kwh), notes


def _joining(entry: OperationToJoin, candidate: Applicant) -> Joining:
    """Change from the entry of one candidate, and its perimeter checks.

    Raises:
        InputError: a key or a tariff that cannot be made with it.
    """
    before = entry.operation.scenario
    operation = with_candidates(entry.operation, [candidate])
    after = operation.scenario
    (baseline,) = subset_outcomes(entry.staged(operation), [operation.read(after.key)])
    if isinstance(baseline, InputError):
        raise baseline
    site = MovingSite(
        candidate.ids[0],
        candidate.name,
        tuple(range(len(before.participants), len(after.participants))),
        tuple(range(len(before.plants), len(after.plants))),
        candidate.ids,
        tuple(range(len(before.plants), len(after.plants))),
    )
    sites, plants = set(site.absent), set(site.idle)
    owners = [
        holding for holding in holdings(after) if sites & set(holding.sites) or plants & set(holding.plants)
    ]
    checks = entry.checks([candidate])
    return Joining(
        change=joined(site, entry.status, baseline, holdings(before), owners),
        state=worst_state(checks),
        broken=broken_by([candidate], checks, broken(entry.checks([]))),
    )


def broken(checks: Sequence[Check]) -> set[str]:
    """Return the rules that do not hold."""
    return {check.rule for check in checks if check.state is State.NOT_MET}


def broken_by(chosen: Sequence[Applicant], checks: Sequence[Check], known: set[str]) -> tuple[Check, ...]:
    """Return the rules that candidates break, or that they are among the culprits of when already broken.

    Args:
        checks: once they have joined.
        known: rules that do not hold without them.
    """
    ids = {id_ for candidate in chosen for id_ in candidate.ids}
    unmet = (check for check in checks if check.state is State.NOT_MET)
    return tuple(check for check in unmet if check.rule not in known or ids & set(check.culprits))


def order_of(entry: OperationToJoin, candidates: Sequence[Applicant]) -> tuple[tuple[Invited, ...], bool]:
    """Return candidates in the order in which each next one adds most, and whether that order is proven good.

    A candidate is passed over when, with those before it, it would break a rule, or be in the way of one that
    does not hold today.
    """
    exchange = entry.operation.exchange
    kwh, need = exchange.production_kwh.sum(axis=1), exchange.consumption_kwh.sum(axis=1)
    more_kwh, more_need = np.zeros((len(kwh), len(candidates))), np.zeros((len(kwh), len(candidates)))
    for column, candidate in enumerate(candidates):
        joint = exchange_with(entry.operation, [candidate])
        more_kwh[:, column] = joint.production_kwh.sum(axis=1) - kwh
        more_need[:, column] = joint.consumption_kwh.sum(axis=1) - need
    # Differences of sums leave a rounding where nothing changes.
    for more in (more_kwh, more_need):
        more[np.abs(more) < ROUNDING_KWH] = 0.0
    lit = (kwh > 0.0) | (more_kwh > 0.0).any(axis=1)
    arrays = Candidates(kwh[lit], need[lit], more_kwh[lit], more_need[lit])
    known = broken(entry.checks([]))
    refused = False

    def may_join(chosen: Sequence[int]) -> bool:
        nonlocal refused
        joining = [candidates[i] for i in chosen]
        may = not broken_by(joining, entry.checks(joining), known)
        refused = refused or not may
        return may

    steps = best_order(arrays, may_join)
    order = tuple(
        Invited(
            id=candidates[step.candidate].ids[0],
            name=candidates[step.candidate].name,
            gain_kwh=step.gain_kwh,
            total_kwh=step.total_kwh,
            bound_kwh=step.bound_kwh,
        )
        for step in steps
    )
    return order, arrays.is_submodular and not refused
