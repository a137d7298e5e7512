"""Which of several keys or scenarios to recommend: one function for every screen and document.

The criteria and their order are the group's (`[decide]`); they are printed beside the answer.

Screens, documents, the working page and the JSON read this value; none of them chooses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from math import inf, isfinite

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.fairness import fairness_of_each
from acc.scenario import Decide, DecisionCriterion
from acc.sides import NOTHING_EUR, loses

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


@dataclass(frozen=True, slots=True)
class Ranking:
    """What everybody gains in each case, and how many persons lose there.

    Attributes:
        plan_years: lengths of the plans over which gains are present values, the investment counted; empty
            where a case has no plan: gains are then those of the period, before the investment.
        together_eur: of all persons, case by case.
        loser_ids: persons who lose in each case, in the same measure, worst first.
    """

    plan_years: tuple[int, ...]
    together_eur: tuple[float, ...]
    loser_ids: tuple[tuple[str, ...], ...]

    @property
    def losers(self) -> tuple[int, ...]:
        """How many persons lose in each case."""
        return tuple(len(ids) for ids in self.loser_ids)

    @property
    def is_value(self) -> bool:
        """Whether gains are present values over the plan."""
        return bool(self.plan_years)

    @property
    def best(self) -> int:
        """The case in which everybody gains most together, the first of equals."""
        return max(range(len(self.together_eur)), key=lambda case: (self.together_eur[case], -case))

    @property
    def order(self) -> tuple[int, ...]:
        """The cases, the best first; equals keep their order."""
        return tuple(sorted(range(len(self.together_eur)), key=lambda case: -self.together_eur[case]))

    def rank(self, case: int) -> int:
        """Return the rank of a case from 1; cases within half a euro of each other share theirs."""
        return 1 + sum(eur > self.together_eur[case] + NOTHING_EUR for eur in self.together_eur)

    def own_eur(self, person: PersonMoney) -> float | None:
        """Gain of one person, in the same measure, EUR excl. VAT."""
        return person.npv_eur_ht if self.is_value else person.gain_eur_ht


def ranking(cases: Sequence[Money | None]) -> Ranking | None:
    """Ranking of cases: by present value where every case has one, else by gain; None without euros."""
    known = [money for money in cases if money is not None and money.total is not None]
    if not known or len(known) < len(cases):
        return None
    plans = [money.plan for money in known if money.plan is not None]
    plan_years = tuple(sorted({plan.horizon_years for plan in plans})) if len(plans) == len(known) else ()
    ranked = Ranking(plan_years, (), ())
    gains_eur = [[ranked.own_eur(person) or 0.0 for person in money.persons] for money in known]
    return replace(
        ranked,
        together_eur=tuple(sum(case) for case in gains_eur),
        loser_ids=tuple(_loser_ids(ranked, money) for money in known),
    )


def _loser_ids(ranks: Ranking, money: Money) -> tuple[str, ...]:
    lose = {person.id: ranks.own_eur(person) for person in money.persons if person.is_known}
    return tuple(sorted((id_ for id_, eur in lose.items() if loses(eur)), key=lambda id_: lose[id_] or 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class CaseToCompare:
    """What a case is judged by: its exchange, what each receives (N,), its euros, whether it is lawful."""

    name: str
    exchange: Exchange
    received_kwh: FloatArray
    money: Money | None
    lawful: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The case that the criteria choose, and what it changes for everybody.

    Attributes:
        names: of the cases that were weighed, the folder as it is written first.
        result: which of them is chosen, and what each criterion left.
        totals: of each case, EUR that everybody gains together in the measure of `plan_years`; kWh received
            where the euros of a case are unknown.
        plan_years: as in `Ranking`.
        loser_ids: who loses in each case, in the same measure.
        ginis: how unevenly needs are covered in each case.
        lawful: whether no binding rule is broken in each case.
        near_ratio: totals this near are equal.
    """

    names: tuple[str, ...]
    result: Recommendation
    totals: tuple[float, ...]
    in_euros: bool
    plan_years: tuple[int, ...]
    loser_ids: tuple[tuple[str, ...], ...]
    ginis: tuple[float, ...]
    lawful: tuple[bool, ...]
    near_ratio: float

    @property
    def index(self) -> int:
        """The case chosen."""
        return self.result.index

    @property
    def name(self) -> str:
        """The name of the case chosen."""
        return self.names[self.index]

    @property
    def keeps_folder(self) -> bool:
        """Whether the folder as it is written is what the criteria choose."""
        return self.index == 0

    def more(self, case: int) -> float:
        """Additional gain of all under a case against the folder, EUR or kWh."""
        return self.totals[case] - self.totals[0]

    @property
    def most(self) -> int | None:
        """The lawful case that brings everybody the most, where it is more than nothing over the chosen."""
        founded = [case for case, lawful in enumerate(self.lawful) if lawful]
        best = max(founded, key=lambda case: (self.totals[case], -case))
        chosen = self.totals[self.index]
        nothing = max(NOTHING_EUR, self.near_ratio * abs(chosen))
        return best if self.totals[best] - chosen > nothing else None


def propose(cases: Sequence[CaseToCompare], decide: Decide) -> Proposal | None:
    """Proposal by the criteria; the first case is the folder as written.

    None where what they choose may not be founded: nothing is then proposed. Totals are kWh where the euros
    of a case are unknown.
    """
    known = all(case.money is not None and case.money.saving_eur_ht is not None for case in cases)
    ranked = ranking([case.money for case in cases]) if known else None
    ginis = _ginis(cases)
    totals = ranked.together_eur if ranked else tuple(float(case.received_kwh.sum()) for case in cases)
    loser_ids = ranked.loser_ids if ranked else ((),) * len(cases)
    choice = recommend(
        [
            Candidate(losers=len(lose), total=total, gini=gini, lawful=case.lawful)
            for case, lose, total, gini in zip(cases, loser_ids, totals, ginis, strict=True)
        ],
        decide,
    )
    if not cases[choice.index].lawful:
        return None
    return Proposal(
        names=tuple(case.name for case in cases),
        result=choice,
        totals=totals,
        in_euros=ranked is not None,
        plan_years=ranked.plan_years if ranked else (),
        loser_ids=loser_ids,
        ginis=ginis,
        lawful=tuple(case.lawful for case in cases),
        near_ratio=decide.near_ratio,
    )


def _ginis(cases: Sequence[CaseToCompare]) -> tuple[float, ...]:
    """Gini index of the covered part of needs in each case; inf where nothing is received."""
    measured = (
        fairness_of_each(alike[0].exchange, [case.received_kwh for case in alike])
        for _exchange, group in groupby(cases, lambda case: id(case.exchange))
        for alike in [list(group)]
    )
    return tuple(each.gini if isfinite(each.gini) else inf for each in chain.from_iterable(measured))
