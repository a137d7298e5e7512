"""The figure by which scenarios and keys are ranked: what everybody gains together, producers included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.sides import NOTHING_EUR, loses


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
