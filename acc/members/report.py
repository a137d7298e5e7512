"""Who adds what to an operation: everything that `acc members` tells, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from acc.accounts.person_values import Missing
from acc.arrays import FloatArray
from acc.departures.counterfactual import SubsetOutcome
from acc.departures.entry_exit import Change, LargestLoss
from acc.departures.game import Player
from acc.i18n import N_
from acc.members.core import Stability
from acc.members.shapley import Shapley
from acc.rules.check import Check, State
from acc.rules.status import OperationStatus
from acc.scenario import Scenario

FAIR_RATIO = 0.05
"""Within this part of what a member brings, a key gives it what it brings."""
LEAST_EUR, LEAST_KWH = 1.0, 50.0
"""Amounts closer than this are one: no key is judged on a euro."""


class Reward(StrEnum):
    """What a key gives a member, beside what it brings (its Shapley value)."""

    OVER = "over"
    FAIR = "fair"
    UNDER = "under"
    UNSURE = "unsure"
    """The value was sampled, and its interval holds both answers."""


REWARD_TEXTS: Mapping[Reward, str] = {
    Reward.OVER: N_("has more than it brings"),
    Reward.FAIR: N_("has what it brings"),
    Reward.UNDER: N_("has less than it brings"),
    Reward.UNSURE: N_("has about what it brings"),
}


def reward(given: float, value: float, half_width: float = 0.0, *, least: float = 0.0) -> Reward:
    """Comparison of a given amount with a value known within `half_width`, both in kWh or in EUR.

    Args:
        least: below this, two amounts are printed as one: neither is more than the other.

    >>> [str(reward(given, 100.0, 1.0)) for given in (94.5, 95.5, 97.0, 120.0)]
    ['unsure', 'unsure', 'fair', 'over']
    >>> str(reward(-5.4, -4.6)), str(reward(-5.4, -4.6, least=1.0))
    ('under', 'fair')
    """
    apart, limit = given - value, FAIR_RATIO * abs(value)
    if abs(apart) < least:
        return Reward.FAIR
    if abs(apart) > limit + half_width:
        return Reward.OVER if apart > 0.0 else Reward.UNDER
    return Reward.FAIR if abs(apart) <= limit - half_width or half_width == 0.0 else Reward.UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one member brings, and what the key gives it.

    Attributes:
        value_kwh: its Shapley value in shared kWh, within `half_kwh`.
        key_kwh: half of what it receives and half of what its plants deliver: a shared kWh takes one who
            makes it and one who uses it, and alone together they bring half each.
        value_eur, key_eur: the same in euros: what it adds, and its saving and the gain of its plants;
            None when euros are not known.
    """

    player: Player
    value_kwh: float
    half_kwh: float
    key_kwh: float
    value_eur: float | None = None
    half_eur: float = 0.0
    key_eur: float | None = None

    @property
    def reward_kwh(self) -> Reward:
        """How the key rewards it in kWh."""
        return reward(self.key_kwh, self.value_kwh, self.half_kwh, least=LEAST_KWH)

    @property
    def reward_eur(self) -> Reward | None:
        """How the key rewards it in euros; None when they are not known."""
        if self.value_eur is None or self.key_eur is None:
            return None
        return reward(self.key_eur, self.value_eur, self.half_eur, least=LEAST_EUR)


def together(player: Player, some: Sequence[Contribution]) -> Contribution:
    """Sum of several contributions as one; euros are None as soon as one is unknown."""
    known = all(contribution.value_eur is not None for contribution in some)
    return Contribution(
        player=player,
        value_kwh=sum(contribution.value_kwh for contribution in some),
        half_kwh=sum(contribution.half_kwh for contribution in some),
        key_kwh=sum(contribution.key_kwh for contribution in some),
        value_eur=sum(contribution.value_eur or 0.0 for contribution in some) if known else None,
        half_eur=sum(contribution.half_eur for contribution in some),
        key_eur=sum(contribution.key_eur or 0.0 for contribution in some) if known else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joining:
    """A candidate (a row with `active = false`): what it changes by joining, and whether it may.

    Attributes:
        state: of the rules of the perimeter once it has joined; `broken` those that hold without it only.
    """

    change: Change
    state: State
    broken: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """One step of the best order in which to invite candidates; see `invitation_order.Invitation`."""

    id: str
    name: str
    gain_kwh: float
    total_kwh: float
    bound_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLeaving:
    """What one person changes over the plan by leaving with all it holds, worth today.

    Attributes:
        own_eur: what sharing brings it, which it loses; None where that is not known.
        others_change_eur: what all the others together gain or lose.
        worst: who is hit worst among them, in euros alone; None where nobody loses.
    """

    id: str
    name: str
    own_eur: float | None
    others_change_eur: float
    worst: LargestLoss | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MembersReport:
    """Who adds what, under the chosen key and others.

    Attributes:
        key: name of the chosen key.
        outcome: what everyone has under it.
        need_kwh: of each participant, (N,).
        leaving: for each key, the chosen one first, what each site changes by leaving: participants, then
            plants, in the order of the scenario. A site without which a key cannot be built is left out.
        persons_leaving: what each person who holds more than one of them changes by leaving with all of it.
        joining: candidates, the one that brings most kWh first.
        order: in which to invite them; `order_is_proven` when it brings at least 63 % of the best set of
            the same size.
        brought: of each player, in the order of `players`.
        stability: of each key, the chosen one first; empty when euros are not known.
        broken: rules of the perimeter that do not hold with everyone as they are.
        missing: why euros are not known; empty when they are.
        over_plan: what persons change over the plan by leaving, where something is dated.
        notes: sentences already translated.
    """

    scenario: Scenario
    key: str
    players: tuple[Player, ...]
    outcome: SubsetOutcome
    need_kwh: FloatArray
    leaving: Mapping[str, tuple[Change, ...]]
    joining: tuple[Joining, ...]
    order: tuple[Invited, ...]
    order_is_proven: bool
    shapley: Shapley
    brought: tuple[Contribution, ...]
    stability: tuple[Stability, ...]
    status: OperationStatus
    broken: tuple[Check, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    persons_leaving: tuple[Change, ...] = ()
    over_plan: tuple[PlanLeaving, ...] = ()

    @property
    def shared_kwh(self) -> float:
        """What the operation shares under the chosen key."""
        return float(self.outcome.received_kwh.sum())

    @property
    def surplus_kwh(self) -> float:
        """What nobody takes under the chosen key."""
        return float(self.outcome.surplus_kwh.sum())

    @property
    def chosen(self) -> tuple[Change, ...]:
        """What each site changes by leaving, under the chosen key."""
        return self.leaving[self.key]
