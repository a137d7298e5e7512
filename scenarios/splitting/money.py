"""What each group of a split receives and gains under the chosen key, beside one single operation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.problem import InputError
from acc.result.result import KeyOutcome
from acc.sites import Site
from scenarios.membership.departures import without
from scenarios.operation.operation import Operation
from scenarios.splitting.battery import Home
from scenarios.splitting.search_all import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a site has in its operation.

    Attributes:
        kwh: what a participant receives, or what a plant delivers to participants.
        eur: what a participant saves, or what a plant gains over selling all it injects, without tax; None
            when a price is missing.
    """

    kwh: float
    eur: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One operation under the chosen key, as `acc run` computes it.

    Attributes:
        shares: of each site, by id.
        received_kwh: by all participants.
        eur: what participants save and plants gain together; None when a price is missing.
    """

    shares: Mapping[str, Share]
    received_kwh: float
    eur: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitWorth:
    """The groups of a split and one single operation of everyone, under the chosen key.

    Attributes:
        key: its name.
        groups: in their order; None where the key cannot be built for a group, with the reason in `notes`.
    """

    key: str
    single: Worth
    groups: tuple[Worth | None, ...]
    notes: tuple[str, ...]

    @property
    def eur(self) -> float | None:
        """What all groups save and gain together."""
        return total([None if worth is None else worth.eur for worth in self.groups])

    @property
    def lost_eur(self) -> float | None:
        """What the perimeters cost, against one single operation of everyone."""
        together = self.eur
        return None if together is None or self.single.eur is None else self.single.eur - together


def split_worth(
    operation: Operation, unshifted: Exchange | None, groups: Sequence[Group], battery: Home | None
) -> SplitWorth:
    """Return what each group is worth, each with its own costs of organisation.

    Args:
        unshifted: the exchange before the flexible loads moved; None without any.
        battery: which group has it.

    Raises:
        InputError: the key cannot be built for everyone.
    """
    key = operation.scenario.key
    found: list[Worth | None] = []
    notes = []
    for number, group in enumerate(groups, start=1):
        try:
            part = _part(operation, unshifted, group)
            has_it = battery is not None and battery.group == number
            found.append(_worth(part if has_it else part.without_battery()))
        except InputError as fault:
            found.append(None)
            message = _("group {number}: the key {key} cannot be used: {why}")
            why = "; ".join(problem.message for problem in fault.problems)
            notes.append(message.format(number=number, key=key.name, why=why))
    return SplitWorth(key=key.name, single=_worth(operation), groups=tuple(found), notes=tuple(notes))


def total(amounts: Sequence[float | None]) -> float | None:
    """Return a sum, None when a part of it is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _part(operation: Operation, unshifted: Exchange | None, group: Group) -> Operation:
    scenario = operation.scenario
    members = [i for i, member in enumerate(scenario.participants) if member.id in group.participant_ids]
    plants = [i for i, plant in enumerate(scenario.plants) if plant.id in group.plant_ids]
    return without(operation, unshifted, members, plants)


def _worth(operation: Operation) -> Worth:
    outcome = operation.outcome(operation.scenario.key)
    euros = _euros(outcome)
    kwh = {
        **_by_id(operation.scenario.participants, outcome.energy.received_kwh),
        **_by_id(operation.scenario.plants, outcome.energy.shared_kwh),
    }
    return Worth(
        shares={name: Share(kwh=value, eur=euros.get(name)) for name, value in kwh.items()},
        received_kwh=float(outcome.energy.received_kwh.sum()),
        eur=total([euros.get(name) for name in kwh]),
    )


def _by_id(sites: Sequence[Site], values: FloatArray) -> dict[str, float]:
    return {site.id: float(value) for site, value in zip(sites, values, strict=True)}


def _euros(outcome: KeyOutcome) -> Mapping[str, float | None]:
    money = outcome.money
    if money is None:
        return {}
    savings = {member.id: member.saving_eur_ht for member in money.participants}
    return {**savings, **{plant.id: plant.gain_eur_ht for plant in money.plants}}
