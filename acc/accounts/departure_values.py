"""The producers' plan once members have left: values; `acc.accounts.departures` computes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Departures(StrEnum):
    """Who leaves."""

    CHURN = "churn"
    """A part of the members each year."""
    LOSERS = "losers"
    """All who lose in a year, and who then lose because others left: the PMO's fee is left to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAfter:
    """The plan of all producers together once members leave.

    Attributes:
        persons_npv_eur_ht: present value of each person by id, its sites and its plants, after tax on profit;
            a site that left spares nothing any more.
        later_year: of the plan, from 1 on; `persons_later_eur_ht` the gain of each person in it, before what
            is built and tax on profit.
        left: who leaves and in which year, worst first; empty under a rate.
        dscr_min, dscr_mean: cash available over debt service; None without debt.
        shared_ratio: part of the local kWh of the first year's members still sold in the last year.
    """

    case: Departures
    churn_ratio: float | None
    commitment_years: int
    npv_eur_ht: float
    payback_years: float | None
    dscr_min: float | None
    dscr_mean: float | None
    shared_ratio: float
    left: tuple[tuple[str, int], ...] = ()
    persons_npv_eur_ht: Mapping[str, float] = field(default_factory=dict)
    later_year: int = 1
    persons_later_eur_ht: Mapping[str, float] = field(default_factory=dict)

    @property
    def everybody_npv_eur_ht(self) -> float:
        """Present value of all persons together."""
        return sum(self.persons_npv_eur_ht.values())
