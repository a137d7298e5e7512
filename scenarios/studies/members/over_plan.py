"""What each person changes over the plan by leaving with all it holds, each year with its dated changes."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import Holding, holdings
from acc.departures.entry_exit import LargestLoss
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.members.report import PlanLeaving
from acc.problem import InputError
from scenarios.operation.departures.cancelling import balances_of
from scenarios.operation.departures.departures import without
from scenarios.operation.metering.meter import Progress
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of

MOST_PERSONS = 8
"""Persons told over the plan, those that receive and deliver most: some years are settled again for each."""


def dated_over_plan(
    folder: Path, request: OperationRequest, *, every: bool
) -> tuple[tuple[PlanLeaving, ...], tuple[str, ...]]:
    """Return `leaving_over_plan` of a folder, what is dated counted.

    Raises:
        InputError: see `scenarios.studies.members.run.members`.
    """
    operation, metered = open_operation(folder, **request)
    return leaving_over_plan(operation, metered.unshifted, progress_of(request), every=every)


def leaving_over_plan(
    operation: Operation, unshifted: Exchange | None, progress: Progress, *, every: bool = False
) -> tuple[tuple[PlanLeaving, ...], tuple[str, ...]]:
    """Change over the plan from the departure of the persons that share most, largest first.

    Then a sentence on the others, if any.

    Nothing without a plan, or a price. A person whose plant stands behind the meter of another, or above
    whose site another holds one, is left out: what leaves and what stays would meet at one meter.

    Args:
        operation: with its dated changes.
        unshifted: the exchange before the flexible loads moved; None without any.
        every: tell all of them, and not `MOST_PERSONS`.

    Raises:
        InputError: the chosen key cannot be built with everyone.
    """
    scenario = operation.scenario
    outcome = operation.outcome(scenario.key, leaving=False)
    if outcome.money is None or outcome.money.plan is None:
        return (), ()
    persons = {person.id: person for person in outcome.money.persons}
    some = [holding for holding in _movable(operation) if holding.id in persons]
    some.sort(key=lambda holding: -_moved_kwh(holding, outcome.energy))
    before = balances_of(operation)
    changes = []
    for left in some if every else some[:MOST_PERSONS]:
        progress(_("over the plan, without {name}").format(name=left.name))
        change = _leaving(operation, unshifted, left, persons[left.id], before)
        changes += [] if change is None else [change]
    return tuple(changes), _untold(len(persons) - len(changes)) if changes else ()


def _untold(count: int) -> tuple[str, ...]:
    text = ngettext(
        "Over the plan, who leaves is not told of {count} other: it shares less (--exact tells these), or "
        "shares a meter with who stays",
        "Over the plan, who leaves is not told of {count} others: they share less (--exact tells these), or "
        "share a meter with who stays",
        count,
    )
    return (text.format(count=count),) if count else ()


def _movable(operation: Operation) -> Iterator[Holding]:
    """Yield persons that may leave with all sites and plants: no shared meter, and somebody stays."""
    scenario, tariffs = operation.scenario, operation.tariffs
    ids = [site.id for site in scenario.participants]
    hosts = [None if plant.behind is None else ids.index(plant.behind) for plant in scenario.plants]
    owners = None if tariffs is None else [plant.owner for plant in tariffs.plants]
    for holding in holdings(scenario, owners):
        inside = {m for m, host in enumerate(hosts) if host in holding.sites}
        wired = {m for m in holding.plants if hosts[m] is not None}
        stays = len(holding.sites) < len(ids) and len(holding.plants) < len(hosts)
        if inside == wired and stays:
            yield holding


def _moved_kwh(holding: Holding, sums: Energy) -> float:
    """Energy received by a person and delivered by its plants in the first year, kWh."""
    return float(sums.received_kwh[list(holding.sites)].sum() + sums.shared_kwh[list(holding.plants)].sum())


def _leaving(
    operation: Operation,
    unshifted: Exchange | None,
    holding: Holding,
    own: PersonMoney,
    before: Sequence[PersonMoney],
) -> PlanLeaving | None:
    """Change from the departure of a person; None where unknown, or where the key is not defined."""
    scenario = operation.scenario
    members = [n for n in range(len(scenario.participants)) if n not in holding.sites]
    plants = [m for m in range(len(scenario.plants)) if m not in holding.plants]
    try:
        after = balances_of(without(operation, unshifted, members, plants))
    except InputError:
        return None
    npv_after = {person.id: person.npv_eur_ht for person in after}
    moved = []
    for person in before:
        left_eur = npv_after.get(person.id, 0.0)  # who has nothing to do with what is left
        if person.id != holding.id and person.npv_eur_ht is not None and left_eur is not None:
            moved.append((person, left_eur - person.npv_eur_ht))
    if not moved:
        return None
    worst, change = min(moved, key=lambda pair: pair[1])
    hit = LargestLoss(worst.id, worst.name, 0.0, change) if change < 0.0 else None
    others = sum(change for _person, change in moved)
    return PlanLeaving(
        id=holding.id, name=holding.name, own_eur=own.sharing_npv_eur_ht, others_change_eur=others, worst=hit
    )
