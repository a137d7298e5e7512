"""What the front of fairness found: the most euros of everybody at each floor, and where each key stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from acc.arrays import FloatArray
from acc.keys.optimal import Orders
from acc.result.proposal import Proposal
from acc.rules.check import OperationStatus
from acc.scenario import Scenario


class PointKind(StrEnum):
    """Why a point is on the list."""

    MOST_EUROS = "most-euros"
    """No floor."""
    SAME_WORST = "same-worst"
    """Nobody is served worse than the worst today."""
    BETTER_ON_BOTH = "better-on-both"
    """More euros and a better served worst than today, both strictly."""
    NO_COST = "no-cost"
    """The highest floor that costs nobody's euros: everybody together gains as much as today."""
    MOST_EVEN = "most-even"
    """The highest floor that there is."""
    STEP = "step"
    """One of the evenly spaced floors."""


class PointValues(NamedTuple):
    """What a split is judged by: the worst served, evenness, euros without tax over the period."""

    worst_ratio: float
    gini: float
    gain_eur_ht: float
    saving_eur_ht: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrontPoint:
    """One point of the front.

    Attributes:
        floor_ratio: what each covers at least, or all that it can ever have; the worst of those who can have
            the floor.
        values: `worst_ratio` of those who can receive, and the others; see `PointValues`.
        bound_eur_ht: proven: no split with this floor (this evenness) brings everybody more.
        coverage: of each participant, (N,).
        left_kwh: what it leaves to the surplus though somebody could use it.
        orders: what the key is made of.
    """

    kind: PointKind
    floor_ratio: float
    values: PointValues
    bound_eur_ht: float
    coverage: FloatArray
    left_kwh: float
    orders: Orders

    @property
    def gap_ratio(self) -> float:
        """Bound less value, relative to the value (to 1 EUR when it is smaller)."""
        gain = self.values.gain_eur_ht
        return max(0.0, self.bound_eur_ht - gain) / max(1.0, abs(gain))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """Where a key stands: what a split with the same worst served could bring more."""

    name: str
    values: PointValues
    distance_eur_ht: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A way to share, chosen on some draws of a year and judged on others.

    Attributes:
        gain_eur_ht: of everybody, above today's key in the same draws, mean of those judged.
        short_ratio: the most that somebody covers less than promised; `short_ids` who, the worst first.
    """

    gain_eur_ht: float
    short_ratio: float
    short_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A floor tried on draws of needs, sun and prices that it was not chosen on.

    Attributes:
        trained, judged: how many draws each.
        kept, monthly: orders kept from the study, and solved anew each month where that was asked.
    """

    kind: PointKind
    floor_ratio: float
    trained: int
    judged: int
    kept: Judged
    monthly: Judged | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Front:
    """The front of one scenario, euros over the period.

    Attributes:
        today: the folder's own key, the first of `keys`.
        points: by growing worst served, then by growing floor; `even_points` by falling Gini, when asked for.
        levels: how high each participant can be raised when the worst come first, (N,), 0 for `never_ids`.
        worst_id: who is the worst served today, None where nobody can receive.
        never_ids: who cannot receive: no floor protects it.
        nobody_fewer_eur_ht: the most that everybody could gain more, if nobody receives fewer kWh than today.
        patterns: how many times of day differ in prices.
        notes: sentences already translated.
        proposal: the key that the group's criteria choose; None where nothing may be proposed.
        over_plan: what named points add over the plan to what everybody gains with today's key, worth today,
            where something is dated.
    """

    scenario: Scenario
    today: str
    keys: Mapping[str, KeyPlace]
    points: tuple[FrontPoint, ...]
    levels: FloatArray
    never_ids: tuple[str, ...]
    nobody_fewer_eur_ht: float
    patterns: int
    worst_id: str | None = None
    even_points: tuple[FrontPoint, ...] = ()
    robust: tuple[Robust, ...] = ()
    status: OperationStatus
    notes: tuple[str, ...] = ()
    proposal: Proposal | None = None
    over_plan: Mapping[PointKind, float] = field(default_factory=dict)

    @property
    def here(self) -> PointValues:
        """What the folder's key gives."""
        return self.keys[self.today].values

    def point(self, kind: PointKind) -> FrontPoint | None:
        """Return the point of a kind, where there is one."""
        return next((point for point in self.points if point.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPoint:
    """A point written as a variant, and what sending it as coefficients costs.

    Attributes:
        variant: its name; `file` holds the orders, None where they are solved anew each month.
        decimals: of the coefficients.
        lost_eur_ht, lost_ratio: what rounding takes from everybody, and from the one whom it hurts most.
    """

    variant: str
    file: str | None
    decimals: int
    lost_eur_ht: float
    lost_ratio: float
