"""What scenarios bring in the same draws: the range of each, and how often it brings more than another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from acc.accounts.values import Money
from acc.arrays import BoolArray, FloatArray
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws
from acc.result.proposal import Ranking, ranking
from acc.sides import NOTHING_EUR


@dataclass(frozen=True, slots=True)
class Chance:
    """What somebody gains under a scenario in the draws.

    Attributes:
        low_eur, middle_eur, high_eur: 8 chances in 10 to be between, around what a run of it prints; the low
            one with connections that nobody knows at their upper figure, as the ranges of a run.
        better_ratio: part of the draws in which it gains more than under the reference, the difference laid
            around the one that is printed; None of that one.
        connected_better_ratio: the same where these connections cost their upper figure.
        worse_ratio: part of the draws in which it gains less.
        equal_ratio: part of the draws in which it gains as much, whatever these connections cost: to half a
            euro, what is printed as nothing.
    """

    low_eur: float
    middle_eur: float
    high_eur: float
    better_ratio: float | None
    connected_better_ratio: float | None
    worse_ratio: float | None
    equal_ratio: float | None = None

    @property
    def is_equal(self) -> bool:
        """Whether it gains as much as under the reference in every draw."""
        return self.equal_ratio == 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PairedDraws:
    """What each of P persons gains under each of S scenarios in each of D draws, the same for all.

    Attributes:
        persons: their ids.
        eur, connected_eur: EUR, (S, P, D), nothing for who has no part; the second where connections that
            nobody knows cost their upper figure.
        central_eur, central_connected_eur: the same where nothing is drawn, (S, P): ranges are around them.
        usual: which draws have what these rest on, (D,); None where it may fail to happen, or come late.
        is_value: whether they are present values over the plan; else gains of the period.
        reference: the scenario that others are set against.
    """

    persons: tuple[str, ...]
    eur: FloatArray
    connected_eur: FloatArray
    central_eur: FloatArray
    central_connected_eur: FloatArray
    usual: BoolArray | None
    is_value: bool
    reference: int

    @property
    def count(self) -> int:
        """How many draws."""
        return int(self.eur.shape[2])

    def chance(self, case: int, ids: Collection[str] | None = None) -> Chance:
        """Probability of a joint gain under a scenario; of all persons by default."""
        rows = [p for p, id_ in enumerate(self.persons) if ids is None or id_ in ids]
        free, dear = (eur[:, rows].sum(axis=1) for eur in (self.eur, self.connected_eur))
        central, connected = (
            float(eur[case, rows].sum()) for eur in (self.central_eur, self.central_connected_eur)
        )
        ends = quantiles_with_unknown_connection((central, connected), (free[case], dear[case]), self.usual)
        if case == self.reference:
            return Chance(*ends, None, None, None)
        more, dearer = (
            self._lead_eur(case, rows, *of)
            for of in ((free, self.central_eur), (dear, self.central_connected_eur))
        )
        same = np.maximum(np.abs(more), np.abs(dearer)) <= NOTHING_EUR
        ratios = (more > NOTHING_EUR, dearer > NOTHING_EUR, more < -NOTHING_EUR, same)
        return Chance(*ends, *(float(ratio.mean()) for ratio in ratios))

    def _lead_eur(
        self, case: int, rows: list[int], drawn_eur: FloatArray, figures_eur: FloatArray
    ) -> FloatArray:
        """Lead of some over the reference in each draw, centred on the printed value, (D,), EUR."""
        lead: FloatArray = drawn_eur[case] - drawn_eur[self.reference]
        if self.usual is None:  # what is printed may fail to happen: no middle
            return lead
        central = figures_eur[case, rows].sum() - figures_eur[self.reference, rows].sum()
        return recentre_draws(np.float64(central), lead, self.usual)


class ChangeCause(StrEnum):
    """What may differ between two scenarios, in the order in which it is changed."""

    CURVES = "curves"
    MEMBERS = "members"
    ROOFS = "roofs"
    KEY = "key"
    PRICES = "prices"
    TARIFFS = "tariffs"
    PLAN = "plan"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """One thing that differs.

    Attributes:
        path: `prices.local_eur_per_mwh`, `plants.ID.kwp`.
        title, unit: of the column or the setting, as people call it; the path where it has no title.
        of: id of the site or the plant; empty for a setting of all.
        before, after: as the folder holds them; None where it says nothing.
    """

    path: str
    title: str
    unit: str
    of: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangeState:
    """A scenario on the way from one to the other: the causes that changed last, and what it brings.

    Attributes:
        causes: several where the first ones alone give no scenario that can be.
    """

    causes: tuple[ChangeCause, ...]
    changed: tuple[ChangedSetting, ...]
    shared_kwh: float
    money: Money | None


@dataclass(frozen=True, slots=True)
class CauseEffect:
    """What the causes of one step bring.

    Attributes:
        amount_eur: to everybody; None where euros are not known.
        shared_kwh: of the period.
        persons_eur: to each person, nothing to who has no part before and after.
    """

    causes: tuple[ChangeCause, ...]
    changed: tuple[ChangedSetting, ...]
    amount_eur: float | None
    shared_kwh: float
    persons_eur: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ExplainedChange:
    """The difference of two results, split by cause: the effects sum to it.

    Attributes:
        plan_years: lengths of the plans over which euros are present values; empty where they are gains of
            the period. See `Ranking`.
        levels_eur: what everybody gains at each step, the first result first; empty without euros.
    """

    plan_years: tuple[int, ...]
    levels_eur: tuple[float, ...]
    levels_kwh: tuple[float, ...]
    effects: tuple[CauseEffect, ...]


def explained(states: Sequence[ChangeState]) -> ExplainedChange:
    """Contribution of each step of a path, from its first state to its last."""
    ranked = ranking([state.money for state in states])
    levels = () if ranked is None else ranked.together_eur
    each = [_persons_eur(ranked, state.money) for state in states]
    effects = tuple(
        CauseEffect(
            state.causes,
            state.changed,
            levels[at + 1] - levels[at] if levels else None,
            state.shared_kwh - before.shared_kwh,
            {id_: each[at + 1].get(id_, 0.0) - each[at].get(id_, 0.0) for id_ in each[at] | each[at + 1]},
        )
        for at, (before, state) in enumerate(pairwise(states))
    )
    years = () if ranked is None else ranked.plan_years
    return ExplainedChange(years, levels, tuple(state.shared_kwh for state in states), effects)


def _persons_eur(ranked: Ranking | None, money: Money | None) -> dict[str, float]:
    if ranked is None or money is None:
        return {}
    return {person.id: ranked.own_eur(person) or 0.0 for person in money.persons}


SAME_EUR = 0.01
"""Values that differ by less than a cent are equal."""


def best_ratios(values_eur: FloatArray) -> FloatArray:
    """Return the part of the draws in which each choice is the best; equals share, all sum to 1.

    Args:
        values_eur: of each choice in each draw, (A, D).

    >>> best_ratios(np.array([[1.0, 1.0], [1.0, 3.0]])).tolist()
    [0.25, 0.75]
    """
    best = values_eur >= values_eur.max(axis=0) - SAME_EUR
    part: FloatArray = (best / best.sum(axis=0)).mean(axis=1)
    return part


def sharing_ratio(values_eur: FloatArray, shares: BoolArray) -> float | None:
    """Return the part of the draws in which the best with sharing beats the best without; None without both.

    An equal is no win: sharing asks for more than doing nothing does.

    Args:
        values_eur: of each choice in each draw, (A, D).
        shares: which choices share, (A,).

    >>> sharing_ratio(np.array([[2.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.array([True, True, False]))
    0.5
    """
    if shares.all() or not shares.any():
        return None
    ahead = values_eur[shares].max(axis=0) - values_eur[~shares].max(axis=0)
    return float((ahead > SAME_EUR).mean())


def own_chance(values_eur: FloatArray, shares: BoolArray, own: int) -> tuple[float, float]:
    """Return in which part of the draws one choice is the best of all, and beats the best without sharing.

    The best one has no other choice ahead of it, and beats those without sharing: an equal is no win.

    Args:
        values_eur: of each choice in each draw, (A, D).
        shares: which choices share, (A,); some do not.
        own: place of the choice.

    >>> values = np.array([[2.0, 3.0, 0.0, 1.0], [3.0, 2.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    >>> own_chance(values, np.array([True, True, False]), 0)
    (0.25, 0.5)
    """
    value = values_eur[own]
    is_ahead = value > values_eur[~shares].max(axis=0) + SAME_EUR
    is_best = is_ahead & (value >= values_eur.max(axis=0) - SAME_EUR)
    return float(is_best.mean()), float(is_ahead.mean())


def tips_at(
    values_eur: FloatArray, slopes: FloatArray, shares: BoolArray, least: float = -np.inf
) -> float | None:
    """Return the smallest change of a price at which the best with sharing and the best without are equal.

    Each value is straight in the price. None where no change makes them equal.

    Args:
        values_eur, slopes: today, and for one more unit of the price, (A,).
        least: the lowest change that there can be: below it the price would be negative.

    >>> tips_at(np.array([100.0, 60.0]), np.array([1.0, 5.0]), np.array([True, False]))
    10.0
    """
    if shares.all() or not shares.any():
        return None

    def ahead(change: float) -> float:
        at = values_eur + slopes * change
        return float(at[shares].max() - at[~shares].max())

    pairs = [
        (values_eur[b] - values_eur[a]) / (slopes[a] - slopes[b])
        for a in np.flatnonzero(shares)
        for b in np.flatnonzero(~shares)
        if slopes[a] != slopes[b]
    ]
    scale = max(1.0, float(np.abs(values_eur).max()))
    possible = [change for change in pairs if change >= least]
    tips = [float(change) for change in possible if abs(ahead(float(change))) < 1e-9 * scale]
    return min(tips, key=abs, default=None)
