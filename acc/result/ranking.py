"""The figure by which scenarios and keys are ranked: what everybody gains together, producers included."""

from collections.abc import Sequence
from dataclasses import dataclass

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.sides import NOTHING_EUR, loses


@dataclass(frozen=True, slots=True)
class Ranking:
    """What everybody gains in each case, and how many persons lose there.

    Attributes:
        is_value: whether gains are present values over the plan; else those of the period, before investment.
        together_eur: of all persons, case by case.
    """

    is_value: bool
    together_eur: tuple[float, ...]
    losers: tuple[int, ...]

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
        """Return what one person gains, in the same measure."""
        return person.npv_eur_ht if self.is_value else person.gain_eur_ht


def ranking(cases: Sequence[Money | None]) -> Ranking | None:
    """Return what ranks cases: present values where every case has one, else gains; None without euros."""
    totals = [money.total for money in cases if money is not None and money.total is not None]
    if not totals or len(totals) < len(cases):
        return None
    values = [total.npv_eur_ht for total in totals]
    is_value = None not in values
    found = Ranking(
        is_value,
        tuple(value if is_value and value is not None else total.gain_eur_ht
              for value, total in zip(values, totals, strict=True)),
        (),
    )  # fmt: skip
    losers = tuple(
        sum(loses(found.own_eur(person)) for person in money.persons) for money in cases if money is not None
    )
    return Ranking(is_value, found.together_eur, losers)
