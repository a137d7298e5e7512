"""Which of several keys or scenarios to recommend: one function for every screen and document.

The criteria and their order are the group's (`[decide]`); they are printed beside the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from acc.scenario import Decide, DecisionCriterion
from acc.sides import NOTHING_EUR

SAME_GINI = 0.005
"""Gini indices nearer than this are printed alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one key or scenario gives.

    Attributes:
        losers: persons who lose, producers included; 0 where euros are unknown for every candidate.
        total: euros that everybody gains together, producers included; kWh shared where euros are unknown.
        gini: how unevenly needs are covered, 0 when all alike.
        lawful: whether no binding rule is broken.
    """

    losers: int
    total: float
    gini: float
    lawful: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The candidate that the criteria name.

    Attributes:
        kept: how many were left after each criterion, in the group's order.
        fewest_losers: among those that were left before that criterion.
        equal: the case that they leave beside the first one, which stays: nothing tells it from that one but
            evenness; None where the first is left by itself, or another is chosen.
    """

    index: int
    kept: Mapping[DecisionCriterion, int]
    fewest_losers: int
    equal: int | None = None


def recommend(candidates: Sequence[Candidate], decide: Decide | None = None) -> Recommendation:
    """Return the candidate left when each criterion in turn keeps its best; the first one among equals.

    By default: the lawful ones, the fewest losers, near the best total, then the most even. The first
    candidate is what is written: it is changed for more euros or fewer losers.

    >>> advice = recommend(
    ...     [
    ...         Candidate(losers=1, total=120.0, gini=0.1),
    ...         Candidate(losers=0, total=100.0, gini=0.3),
    ...         Candidate(losers=0, total=99.5, gini=0.2),
    ...     ]
    ... )
    >>> advice.index, list(advice.kept.values())
    (2, [3, 2, 2, 1])
    >>> even = recommend([Candidate(losers=0, total=100.0, gini=gini) for gini in (0.3, 0.1)])
    >>> even.index, even.equal
    (0, 1)

    Raises:
        ValueError: no candidate.
    """
    if not candidates:
        raise ValueError("nothing to compare")
    decide = decide or Decide()
    kept = list(range(len(candidates)))
    counts: dict[DecisionCriterion, int] = {}
    fewest = min(candidate.losers for candidate in candidates)
    for criterion in decide.order:
        if criterion is DecisionCriterion.LOSERS:
            fewest = min(candidates[i].losers for i in kept)
        kept = _KEEPS[criterion]([(i, candidates[i]) for i in kept], decide.near_ratio)
        counts[criterion] = len(kept)
    recommendation = Recommendation(index=kept[0], kept=counts, fewest_losers=fewest)
    if recommendation.index and not _unseats(candidates[recommendation.index], candidates[0], decide):
        return replace(recommendation, index=0, equal=recommendation.index)
    return recommendation


def _unseats(other: Candidate, first: Candidate, decide: Decide) -> bool:
    """Return whether a criterion tells a candidate from the first one by more than nothing.

    Evenness alone unseats nothing, unless the group asks for it before the totals.
    """
    rank = {criterion: place for place, criterion in enumerate(decide.order)}
    last = rank.get(DecisionCriterion.TOTAL, len(rank))
    for criterion in decide.order:
        if criterion is DecisionCriterion.FAIRNESS and rank[criterion] > last:
            continue
        apart = _APART[criterion](other, first, decide.near_ratio)
        if apart:
            return apart > 0.0
    return False


def _more(other: Candidate, first: Candidate, near_ratio: float) -> float:
    more = other.total - first.total
    return more if abs(more) > max(NOTHING_EUR, near_ratio * abs(first.total)) else 0.0


def _evener(other: Candidate, first: Candidate, _near_ratio: float) -> float:
    evener = first.gini - other.gini
    return evener if abs(evener) >= SAME_GINI else 0.0


_APART: Mapping[DecisionCriterion, Callable[[Candidate, Candidate, float], float]] = {
    DecisionCriterion.LAW: lambda other, first, _near: other.lawful - first.lawful,
    DecisionCriterion.LOSERS: lambda other, first, _near: first.losers - other.losers,
    DecisionCriterion.TOTAL: _more,
    DecisionCriterion.FAIRNESS: _evener,
}


_Left = Sequence[tuple[int, Candidate]]


def _lawful(left: _Left, _near_ratio: float) -> list[int]:
    # Where nothing is lawful, the other criteria still tell.
    return [i for i, candidate in left if candidate.lawful] or [i for i, _candidate in left]


def _fewest(left: _Left, _near_ratio: float) -> list[int]:
    fewest = min(candidate.losers for _i, candidate in left)
    return [i for i, candidate in left if candidate.losers == fewest]


def _most(left: _Left, near_ratio: float) -> list[int]:
    best = max(candidate.total for _i, candidate in left)
    return [i for i, candidate in left if candidate.total >= best - near_ratio * abs(best)]


def _evenest(left: _Left, _near_ratio: float) -> list[int]:
    least = min(candidate.gini for _i, candidate in left)
    return [i for i, candidate in left if candidate.gini == least]


_KEEPS: Mapping[DecisionCriterion, Callable[[_Left, float], list[int]]] = {
    DecisionCriterion.LAW: _lawful,
    DecisionCriterion.LOSERS: _fewest,
    DecisionCriterion.TOTAL: _most,
    DecisionCriterion.FAIRNESS: _evenest,
}
