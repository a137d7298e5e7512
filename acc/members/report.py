"""Who adds what to an operation: everything that `acc members` tells, as values.

The Shapley value of each player: what it brings on average, over all orders in which all may arrive.

Exact by the worth of every subset for few players. For many, by orders drawn at random: the value of a sum
of games is the sum of their values, so that each step of time draws an order of its own. One draw of the
period then weighs thousands of orders instead of one, at the same cost. Each order is used in both
directions. Reference: Shapley, "A value for n-person games" (1953); sampling: Castro et al. (2009).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import factorial
from statistics import NormalDist

import numpy as np

from acc.accounts.person_values import Missing
from acc.arrays import FloatArray
from acc.departures.counterfactual import SubsetOutcome
from acc.departures.entry_exit import Change, LargestLoss
from acc.departures.game import EUR, Fixed, Game, Player, worth
from acc.i18n import N_
from acc.members.core import Stability
from acc.rules.check import Check, OperationStatus, State
from acc.scenario import Scenario

MOST_EXACT = 12
"""Players up to which every subset is weighed: 4096 of them."""

CONFIDENCE = 0.95
"""Of all the intervals of a game at once."""

LOOKS = (32, 64, 128, 256)
"""Numbers of sweeps at which it is asked whether to stop; each look takes its part of the doubt."""

LEAST_PAIRS = 2048
"""Orders and steps that a sweep weighs at least, so that it is nearly normal even over a short period."""

TARGET_RATIO = 0.0005
"""Half width at which sampling stops, as a part of what all players are worth together."""

BLOCK_VALUES = 1 << 16
"""Sums handled at once (512 kB a flow)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shapley:
    """The value of each player; values sum to the worth of all of them, in each outcome.

    Attributes:
        value: kWh, and euros where they are known, shape (V, K).
        half_width: all the intervals `value` +- `half_width` of an outcome hold together with probability
            `confidence`; zero when exact.
        exact: whether every subset was weighed.
        orders: drawn over the whole period, when not; each step of time has its own.
        reached: whether the widest interval is within the target, so that sampling stopped by itself.
    """

    value: FloatArray
    half_width: FloatArray
    exact: bool
    orders: int = 0
    confidence: float = CONFIDENCE
    reached: bool = True

    @property
    def kwh(self) -> FloatArray:
        """Shared kWh that each player brings, shape (K,)."""
        kwh: FloatArray = self.value[0]
        return kwh

    @property
    def eur(self) -> FloatArray | None:
        """Euros that each player brings, shape (K,); None when they are not known."""
        return self.value[EUR] if len(self.value) > EUR else None


def shapley(game: Game, *, seed: int = 24) -> Shapley:
    """Return the value of each player: exact up to `MOST_EXACT` of them, otherwise sampled.

    Sampling draws whole sweeps of the period until, at one of the `LOOKS`, the widest interval (Student's,
    with Bonferroni's correction over the players and the looks) is within `TARGET_RATIO`.
    """
    if len(game.players) <= MOST_EXACT:
        value = values_of(subset_worths(game))
        return Shapley(value=value, half_width=np.zeros_like(value), exact=True)
    return sampled(game, np.random.default_rng(seed))


def subset_worths(game: Game) -> FloatArray:
    """Return the worth of every coalition, shape (V, 2^K): bit k of a position says that player k is in."""
    count = len(game.players)
    total = np.zeros((game.outcomes, 1 << count))
    rows = max(1, BLOCK_VALUES >> count)
    for first in range(0, game.steps, rows):
        part = game.part(np.arange(first, min(first + rows, game.steps)))
        sums = np.zeros((len(part), part.shape[1], 1 << count))
        for player in range(count):
            half = 1 << player
            np.add(sums[..., :half], part[..., player, None], out=sums[..., half : 2 * half])
        total += worth(sums).sum(axis=1)
    if game.fixed is not None:
        total[EUR] -= subset_costs_eur(game.fixed)
    return total


def subset_costs_eur(fixed: Fixed) -> FloatArray:
    """Return the fixed costs of every coalition, shape (2^K,): none without a plant and a participant."""
    count = len(fixed.own_eur)
    inside = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1
    operates = (inside @ fixed.produces > 0) & (inside @ fixed.consumes > 0)
    return np.where(operates, inside @ fixed.own_eur + fixed.pmo_eur, 0.0)


def values_of(worths: FloatArray) -> FloatArray:
    """Return the Shapley values (V, K) from the worth of every coalition (V, 2^K).

    `value_k = sum over S without k of |S|! (K - |S| - 1)! / K! x (v(S + k) - v(S))`.

    >>> values_of(np.array([[0.0, 0.0, 0.0, 6.0]])).tolist()  # worth something together only
    [[3.0, 3.0]]
    """
    count = worths.shape[1].bit_length() - 1
    subsets = np.arange(1 << count)
    size = np.bitwise_count(subsets)
    weight = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    values = np.zeros((len(worths), count))
    for player in range(count):
        without = subsets[(subsets >> player) & 1 == 0]
        gain = worths[:, without | 1 << player] - worths[:, without]
        values[:, player] = gain @ weight[size[without]]
    return values


def sampled(game: Game, generator: np.random.Generator, target_ratio: float = TARGET_RATIO) -> Shapley:
    """Return the value of each player from random orders, with its interval; see `shapley`."""
    fixed = None if game.fixed is None else fixed_values_eur(game.fixed)
    repeats = max(1, -(-LEAST_PAIRS // max(1, game.steps)))
    sweeps: list[FloatArray] = []
    reached = False
    for look in LOOKS:
        sweeps += [sweep(game, generator, repeats) for _ in range(look - len(sweeps))]
        value, half_width = interval(np.stack(sweeps))
        widest = half_width.max(axis=1, initial=0.0)
        reached = bool(np.all(widest <= target_ratio * np.abs(value.sum(axis=1))))
        if reached:
            break
    if fixed is not None:
        value[EUR] -= fixed
    orders = 2 * repeats * len(sweeps)
    return Shapley(value=value, half_width=half_width, exact=False, orders=orders, reached=reached)


def sweep(game: Game, generator: np.random.Generator, repeats: int = 1) -> FloatArray:
    """Return an unbiased draw of the values (V, K) without fixed costs: one order a step, both ways."""
    steps, count = game.steps, len(game.players)
    values = np.zeros((game.outcomes, count))
    rows = max(1, BLOCK_VALUES // max(1, count))
    for first in range(0, steps * repeats, rows):
        row = np.arange(first, min(first + rows, steps * repeats)) % max(1, steps)
        order = generator.permuted(np.tile(np.arange(count), (len(row), 1)), axis=1)
        arriving = (order + count * np.arange(len(row))[:, None]).ravel()
        flows = game.part(row)
        gains = _gains(flows.reshape(len(flows), -1).take(arriving, axis=1).reshape(flows.shape))
        for outcome, gain in enumerate(gains):
            values[outcome] += np.bincount(order.ravel(), gain.ravel(), minlength=count)
    return values / repeats


def _gains(flows: FloatArray) -> FloatArray:
    """Marginal worth of each arrival, (V, d, K), from flows in order of arrival, in both directions."""
    ahead = np.zeros((*flows.shape[:2], flows.shape[2] + 1))
    np.cumsum(flows, axis=2, out=ahead[..., 1:])
    behind = ahead[..., -1:] - ahead
    forth, back = worth(ahead), worth(behind)
    return 0.5 * (np.diff(forth, axis=2) - np.diff(back, axis=2))


def interval(sweeps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean of independent draws (R, V, K) and the half width that holds for all K at once.

    Student's interval at `1 - (1 - CONFIDENCE) / K / looks` for each player (Bonferroni).
    """
    count, players = sweeps.shape[0], sweeps.shape[2]
    error = sweeps.std(axis=0, ddof=1) / np.sqrt(count)
    doubt = (1.0 - CONFIDENCE) / max(1, players) / len(LOOKS)
    quantile = student_quantile(1.0 - doubt / 2.0, count - 1)
    return sweeps.mean(axis=0), quantile * error


def student_quantile(chance_ratio: float, degrees: int) -> float:
    """Return the quantile of Student's law, by its expansion about the normal one.

    Abramowitz and Stegun (1964), 26.7.5; within 0.5 % from 15 degrees of freedom on, up to 0.9999.

    >>> round(student_quantile(0.975, 30), 3)
    2.042
    """
    x = NormalDist().inv_cdf(chance_ratio)
    terms = (
        (x**3 + x) / 4.0,
        (5.0 * x**5 + 16.0 * x**3 + 3.0 * x) / 96.0,
        (3.0 * x**7 + 19.0 * x**5 + 17.0 * x**3 - 15.0 * x) / 384.0,
        (79.0 * x**9 + 776.0 * x**7 + 1482.0 * x**5 - 1920.0 * x**3 - 945.0 * x) / 92160.0,
    )
    series = (term / float(degrees) ** (power + 1) for power, term in enumerate(terms))
    return x + sum(series)


def fixed_values_eur(fixed: Fixed) -> FloatArray:
    """Return each player's Shapley value of the fixed costs, exactly, shape (K,).

    "A coalition has a plant and a participant" is worth 1 in the order in which the second of the two
    comes: by inclusion and exclusion, games "somebody of A is there", of which each of A has 1 / |A|.
    """
    produces, consumes = fixed.produces, fixed.consumes
    either = produces | consumes
    makers, users, both = int(produces.sum()), int(consumes.sum()), int(either.sum())
    values = np.zeros(len(either))
    if makers == 0 or users == 0:
        return values
    values += fixed.pmo_eur * (produces / makers + consumes / users - either / both)
    for player in np.flatnonzero(consumes & (fixed.own_eur != 0.0)):
        own = fixed.own_eur[player]
        if produces[player]:
            values[player] += own
            continue
        # Player and a plant are both there: 1 = [player] + [a plant] - [player or a plant].
        values[player] += own * (1.0 - 1.0 / (makers + 1))
        values += own * np.where(produces, 1.0 / makers - 1.0 / (makers + 1), 0.0)
    return values


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
