"""Which of several keys or scenarios to recommend, by criteria that are printed beside the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

NEAR_RATIO = 0.01
"""Totals within 1 % of the best are taken as equal: curves and prices are not known better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one key or scenario gives.

    Attributes:
        losers: persons who lose, producers included; 0 where euros are unknown for every candidate.
        total: euros that everybody gains together, producers included; kWh shared where euros are unknown.
        gini: how unevenly needs are covered, 0 when all alike.
        lawful: whether no binding rule is broken; what is not is never named while something else is.
    """

    losers: int
    total: float
    gini: float
    lawful: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The candidate that the criteria name, and how many were left after each of them."""

    index: int
    after_law: int
    fewest_losers: int
    after_losers: int
    after_total: int


def recommend(candidates: Sequence[Candidate]) -> Recommendation:
    """Return the lawful candidate with the fewest losers, then near the best total, then the most even.

    >>> found = recommend(
    ...     [
    ...         Candidate(losers=1, total=120.0, gini=0.1),
    ...         Candidate(losers=0, total=100.0, gini=0.3),
    ...         Candidate(losers=0, total=99.5, gini=0.2),
    ...     ]
    ... )
    >>> found.index, found.after_losers, found.after_total
    (2, 2, 2)

    Raises:
        ValueError: no candidate.
    """
    if not candidates:
        raise ValueError("nothing to compare")
    everyone = range(len(candidates))
    lawful = [i for i in everyone if candidates[i].lawful] or list(everyone)
    fewest = min(candidates[i].losers for i in lawful)
    kept = [i for i in lawful if candidates[i].losers == fewest]
    best = max(candidates[i].total for i in kept)
    near = [i for i in kept if candidates[i].total >= best - NEAR_RATIO * abs(best)]
    chosen = min(near, key=lambda i: (candidates[i].gini, i))
    return Recommendation(
        index=chosen,
        after_law=len(lawful),
        fewest_losers=fewest,
        after_losers=len(kept),
        after_total=len(near),
    )
