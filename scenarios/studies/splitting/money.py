"""What each group of a split receives and gains under the chosen key, beside one single operation."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.accounts.holdings import holdings
from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.i18n import semicolons
from acc.problem import InputError
from acc.result.groups import BatteryHome, GroupWorth, LawfulGroup, Share, SplitSums, SplitWorth, total
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from acc.sites import Site
from scenarios.operation.ready.operation import Operation
from scenarios.studies.membership.departures import without


def split_worth(
    operation: Operation,
    unshifted: Exchange | None,
    groups: Sequence[LawfulGroup],
    battery: BatteryHome | None,
) -> SplitWorth:
    """Return what each group is worth, each with its own costs of organisation.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.
        battery: which group has it.

    Raises:
        InputError: the key cannot be built for everyone.
    """
    key = operation.scenario.key
    found: list[GroupWorth | None] = []
    notes = []
    for number, group in enumerate(groups, start=1):
        try:
            part = _part(operation, unshifted, group)
            has_it = battery is not None and battery.group == number
            found.append(_worth(part if has_it else part.without_battery()))
        except InputError as fault:
            found.append(None)
            message = _("group {number}: the key {key} cannot be used: {why}")
            why = semicolons(problem.message for problem in fault.problems)
            notes.append(message.format(number=number, key=key.name, why=why))
    return SplitWorth(key=key.name, single=_worth(operation), groups=tuple(found), notes=tuple(notes))


def _part(operation: Operation, unshifted: Exchange | None, group: LawfulGroup) -> Operation:
    scenario = operation.scenario
    members = [i for i, member in enumerate(scenario.participants) if member.id in group.participant_ids]
    plants = [i for i, plant in enumerate(scenario.plants) if plant.id in group.plant_ids]
    return without(operation, unshifted, members, plants)


def _worth(operation: Operation) -> GroupWorth:
    outcome = operation.outcome(operation.scenario.key)
    euros, money = _euros(outcome), outcome.money
    persons = () if money is None else money.persons
    kwh = {
        **_by_id(operation.scenario.participants, outcome.energy.received_kwh),
        **_by_id(operation.scenario.plants, outcome.energy.shared_kwh),
    }
    return GroupWorth(
        shares={name: Share(kwh=value, eur=euros.get(name)) for name, value in kwh.items()},
        received_kwh=float(outcome.energy.received_kwh.sum()),
        eur=total([euros.get(name) for name in kwh]),
        savings_eur=None if money is None else money.saving_eur_ht,
        persons_eur={p.id: p.gain_eur_ht for p in persons},
        persons_npv_eur={p.id: p.npv_eur_ht for p in persons if p.npv_eur_ht is not None},
        npv_eur=None if money is None or money.total is None else money.total.npv_eur_ht,
    )


def _by_id(sites: Sequence[Site], values: FloatArray) -> dict[str, float]:
    return {site.id: float(value) for site, value in zip(sites, values, strict=True)}


def _euros(outcome: KeyOutcome) -> Mapping[str, float | None]:
    money = outcome.money
    if money is None:
        return {}
    savings = {member.id: member.saving_eur_ht for member in money.participants}
    return {**savings, **{plant.id: plant.gain_eur_ht for plant in money.plants}}


def sums_of(
    scenario: Scenario, groups: Sequence[LawfulGroup], worth: SplitWorth
) -> tuple[SplitSums, SplitSums]:
    """Return the groups together, then one single operation of everyone."""
    owned = [
        (scenario.plants[m].id, {scenario.participants[n].id for n in one.sites})
        for one in holdings(scenario)
        for m in one.plants
        if one.sites
    ]
    place = {id_: group.participant_ids for group in groups for id_ in group.plant_ids}
    beside = sum(bool(sites & set(place.get(plant, ()))) for plant, sites in owned)
    return (
        SplitSums.of(worth.groups, beside, len(owned)),
        SplitSums.of([worth.single], len(owned), len(owned)),
    )
