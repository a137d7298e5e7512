"""What the group's criteria choose among keys or scenarios, beside the folder as it is written: told once.

Screens, documents, the working page and the JSON read this value; none of them chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.fairness import fairness
from acc.result.ranking import ranking
from acc.result.recommendation import Candidate, Recommendation, recommend
from acc.scenario import Decide
from acc.sides import NOTHING_EUR


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
    ginis = tuple(_gini(case) for case in cases)
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


def _gini(case: CaseToCompare) -> float:
    """Gini index of the covered part of needs; inf where nothing is received."""
    gini = fairness(case.exchange, case.received_kwh).gini
    return gini if isfinite(gini) else inf
