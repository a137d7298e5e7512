"""Which of several keys or scenarios to recommend: one function for every screen and document.

The criteria and their order are the group's (`[decide]`); they are printed beside the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.fairness import fairness
from acc.result.ranking import ranking
from acc.scenario import Decide, DecisionCriterion


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
    """

    index: int
    kept: Mapping[DecisionCriterion, int]
    fewest_losers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdvice:
    """The key that the criteria name, among all that the folder allows."""

    name: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What a case is judged by: its exchange, what each receives (N,), its euros, whether it is lawful."""

    exchange: Exchange
    received_kwh: FloatArray
    money: Money | None
    lawful: bool = True


def recommend(candidates: Sequence[Candidate], decide: Decide | None = None) -> Recommendation:
    """Return the candidate left when each criterion in turn keeps its best; the first of equals.

    By default: the lawful ones, the fewest losers, near the best total, then the most even.

    >>> found = recommend(
    ...     [
    ...         Candidate(losers=1, total=120.0, gini=0.1),
    ...         Candidate(losers=0, total=100.0, gini=0.3),
    ...         Candidate(losers=0, total=99.5, gini=0.2),
    ...     ]
    ... )
    >>> found.index, list(found.kept.values())
    (2, [3, 2, 2, 1])

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
    return Recommendation(index=kept[0], kept=counts, fewest_losers=fewest)


_Left = Sequence[tuple[int, Candidate]]


def _lawful(left: _Left, _near_ratio: float) -> list[int]:
    # Where nothing is lawful, the other criteria still tell.
    return [i for i, one in left if one.lawful] or [i for i, _one in left]


def _fewest(left: _Left, _near_ratio: float) -> list[int]:
    fewest = min(one.losers for _i, one in left)
    return [i for i, one in left if one.losers == fewest]


def _most(left: _Left, near_ratio: float) -> list[int]:
    best = max(one.total for _i, one in left)
    return [i for i, one in left if one.total >= best - near_ratio * abs(best)]


def _evenest(left: _Left, _near_ratio: float) -> list[int]:
    least = min(one.gini for _i, one in left)
    return [i for i, one in left if one.gini == least]


_KEEPS: Mapping[DecisionCriterion, Callable[[_Left, float], list[int]]] = {
    DecisionCriterion.LAW: _lawful,
    DecisionCriterion.LOSERS: _fewest,
    DecisionCriterion.TOTAL: _most,
    DecisionCriterion.FAIRNESS: _evenest,
}


def recommend_cases(cases: Sequence[Weighed], decide: Decide) -> Recommendation:
    """Return the case that the criteria name; in kWh where the euros of a case are unknown."""
    known = all(case.money is not None and case.money.saving_eur_ht is not None for case in cases)
    ranked = ranking([case.money for case in cases]) if known else None
    return recommend(
        [
            Candidate(
                losers=ranked.losers[i] if ranked else 0,
                total=ranked.together_eur[i] if ranked else float(case.received_kwh.sum()),
                gini=fairness(case.exchange, case.received_kwh).gini,
                lawful=case.lawful,
            )
            for i, case in enumerate(cases)
        ],
        decide,
    )
