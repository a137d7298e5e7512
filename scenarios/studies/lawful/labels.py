"""A plan as labels: the operation of each site and of each roof on the network, the power of each roof."""

from dataclasses import dataclass, field

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.lawful.evaluate import GroupEuros, GroupValues, PlanRules, SharingGroup
from scenarios.studies.lawful.meters import NOT_BUILT, Powers
from scenarios.studies.lawful.model import GroupModel

OUT = -1
LOSES_EUR = 0.5
"""A person who has less than this below zero loses."""

LOSER_EUR, LOSS_TIMES = 1e6, 5.0
"""What a person who loses costs the score, and its loss: no gain of the others buys a loser."""


@dataclass(slots=True)
class Labels:
    """A plan that is being changed.

    Attributes:
        label: operation of each site, then of each roof, `OUT` elsewhere; that of a roof behind a meter is
            its host's.
        power: of each roof, or `NOT_BUILT`.
    """

    label: list[int]
    power: list[int]

    def copy(self) -> "Labels":
        """Return one whose arrays may be moved without moving these."""
        return Labels(self.label.copy(), self.power.copy())


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A plan with what it is worth.

    Attributes:
        groups: by label, None where nothing is shared.
        persons_eur: over the plan and the period, (2, Q), wherever their sites and roofs are.
        value_eur: of everybody over the plan; `score` the same, losers counted where none is wanted.
    """

    labels: Labels
    groups: tuple[SharingGroup | None, ...]
    persons_eur: FloatArray
    value_eur: float
    losers: int
    score: float

    @property
    def founded(self) -> tuple[SharingGroup, ...]:
        """The operations."""
        return tuple(group for group in self.groups if group is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """What scores labels.

    Attributes:
        by_group: euros of groups under some rules, None where one may not be founded.
        by_power: what persons have of the roofs that are built, alone.
    """

    values: GroupValues
    rules: PlanRules
    by_group: dict[SharingGroup, GroupEuros | None] = field(default_factory=dict)
    by_power: dict[tuple[int, ...], FloatArray] = field(default_factory=dict)

    @property
    def model(self) -> GroupModel:
        """What it values with."""
        return self.values.model

    def scored(self, labels: Labels) -> Scored | None:
        """Return a plan with its worth; None where one of its groups may not be founded."""
        groups = groups_of(self.model, labels, self.rules.request.most)
        euros = []
        for group in groups:
            if group is None:
                continue
            groups_eur = self.group(group)
            if groups_eur is None:
                return None
            euros.append(groups_eur)
        powers = tuple(labels.power)
        persons = self.by_power.get(powers)
        if persons is None:
            persons = self.by_power[powers] = alone_eur(self.model, labels)
        for euro in euros:
            persons = persons + euro.persons_eur
        value = float(persons[0].sum())
        least = np.minimum(persons[0], persons[1])
        lost = least[least < -LOSES_EUR]
        score = value
        if self.rules.request.no_loser and len(lost):
            score += LOSS_TIMES * float(lost.sum()) - LOSER_EUR * len(lost)
        return Scored(labels, groups, persons, value, len(lost), score)

    def mended(self, labels: Labels) -> Labels:
        """Return labels without the operations that may not be founded."""
        groups = groups_of(self.model, labels, self.rules.request.most)
        ats = {at for at, group in enumerate(groups) if group is not None and self.group(group) is None}
        return Labels([OUT if at in ats else at for at in labels.label], labels.power.copy())

    def group(self, group: SharingGroup) -> GroupEuros | None:
        """Return the euros of a group, None where it may not be founded."""
        if group not in self.by_group:
            lawful = self.rules.regime(group) is not None
            worth = self.values.value(group) if lawful else None
            self.by_group[group] = None if worth is None or worth.sites_eur < 0.0 else worth
        return self.by_group[group]


def groups_of(model: GroupModel, labels: Labels, most: int) -> tuple[SharingGroup | None, ...]:
    """Return the group of each label; None where no site or no roof has it, or nothing meets."""
    sites, roofs = [0] * most, [list[tuple[int, int]]() for _ in range(most)]
    for n, at in enumerate(labels.label[: model.sites]):
        if at != OUT:
            sites[at] |= 1 << n
    for m, power in enumerate(labels.power):
        if power != NOT_BUILT:
            at = labels.label[model.holder[m]]
            if at != OUT:
                roofs[at].append((m, power))
    pairs = zip(sites, roofs, strict=True)
    return tuple(SharingGroup(s, tuple(r)) if s and r else None for s, r in pairs)


def alone_eur(model: GroupModel, labels: Labels) -> FloatArray:
    """Income of persons from the roofs built, with all injections sold as surplus, (2, Q), EUR."""
    total = np.zeros((2, len(model.persons)))
    for at, meter in enumerate(model.meters.every):
        powers: Powers = tuple(labels.power[roof] for roof in meter.roofs)
        if any(power != NOT_BUILT for power in powers):
            total += model.meters.built(at, powers).alone_eur
    return total


def no_operation(model: GroupModel, without: int = 0) -> Labels:
    """Return the plan without any operation: each meter's roofs at the powers that bring everybody most."""
    power = [NOT_BUILT] * model.roofs
    for at, meter in enumerate(model.meters.every):
        best = max(powers_of_meter(model, at, without), key=lambda powers: _alone_total(model, at, powers))
        for roof, chosen in zip(meter.roofs, best, strict=True):
            power[roof] = chosen
    return Labels([OUT] * (model.sites + model.roofs), power)


def powers_of_meter(model: GroupModel, meter: int, without: int = 0) -> list[Powers]:
    """Return all powers that the roofs of a meter may have together."""
    together: list[Powers] = [()]
    for roof in model.meters.every[meter].roofs:
        banned = without >> model.sites + roof & 1
        none = [NOT_BUILT] if banned or model.may_leave[roof] else []
        some = [] if banned else list(model.powers_of(roof))
        together = [(*before, power) for before in together for power in (*none, *some)]
    return together


def _alone_total(model: GroupModel, meter: int, powers: Powers) -> float:
    if all(power == NOT_BUILT for power in powers):
        return 0.0
    return float(model.meters.built(meter, powers).alone_eur[0].sum())
