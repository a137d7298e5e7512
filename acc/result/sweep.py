"""What the draws of the uncertain hypotheses say: ranges, which key beats which, for whom, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from acc.result.result import Alone, Ranges
from acc.rules.check import OperationStatus

ByMember: TypeAlias = Mapping[str, float]
"""A figure by id of a participant; "" is the whole operation. What is not known is left out."""

Pairs: TypeAlias = Mapping[str, Mapping[str, ByMember]]
"""Of a key against another one, by name of the first, then of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSpread:
    """What a hypothesis is drawn from.

    Attributes:
        shape: "fixed", "uniform", "triangular", "normal" or "lognormal".
        low, middle, high: lowest, likeliest and highest value; 0 where the shape has no such figure.
        spread: standard deviation of a normal or a lognormal one.
        source: a sentence for the hypotheses; empty when it is the folder that says it.
        default: whether the folder says nothing of it.
    """

    shape: str
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0
    spread: float = 0.0
    source: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """In which part of the draws the producers are paid back, and their present value is above zero."""

    paid_back: float
    npv_positive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """For how many of `members` a key does better than another: in 9 draws out of 10, and the median."""

    members: int
    at_least: int
    median: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyDraws:
    """What the draws gave under one key.

    Attributes:
        chances: None without a plan.
        alone: what each hypothesis does by itself, by indicator.
        persons: ranges of each person, by indicator, then by id.
        narrowing: as `Drawn`.
    """

    ranges: Ranges
    chances: Chances | None
    alone: Mapping[str, Alone]
    persons: Ranges = field(default_factory=dict)
    narrowing: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VariantDraws:
    """What the draws gave for one variant; every table but `keys` is by indicator first.

    Attributes:
        name: empty for the folder as it stands.
        keys: by name, the chosen one first.
        beats: in which part of the draws a key gives more than another.
        ahead: for how many members it does.
        best: in which part of the draws each key gives the most, by key.
        regret: how far each key stays from the best one, mean over draws, by key, in the unit of the
            indicator.
        variance_shares: part of the variance of the operation that each factor explains, largest first.
    """

    name: str
    keys: Mapping[str, KeyDraws]
    beats: Mapping[str, Pairs]
    ahead: Mapping[str, Mapping[str, Mapping[str, Ahead]]]
    best: Mapping[str, Mapping[str, ByMember]]
    regret: Mapping[str, Mapping[str, ByMember]]
    variance_shares: Mapping[str, Mapping[str, float]]

    @property
    def own(self) -> str:
        """Name of the chosen key."""
        return next(iter(self.keys))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepReport:
    """A sweep in the figures that are printed, with what it rests on.

    Attributes:
        version: of the program.
        inputs: sha256 of each file that it rests on, by path relative to the operation folder.
        notes: what was left out or taken by default, sentences already translated.
        draws, weather_years: how many.
        engine: "numba" or "numpy".
        spreads: what each hypothesis was drawn from, by name.
        variants: the folder as it stands first.
        status: how the operation stands; None in a file, which keeps draws alone.
    """

    version: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    draws: int
    seed: int
    engine: str
    weather_years: int
    spreads: Mapping[str, DrawnSpread]
    variants: tuple[VariantDraws, ...]
    status: OperationStatus | None = None
