"""What a treasurer is told of a person: its first year by nature, its loan, what of its output is sold."""

from dataclasses import dataclass

import numpy as np

from acc.accounts.holdings import Holding
from acc.holders import holders_of
from acc.ledger.budget import Budget, budget_of
from acc.result.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldPart:
    """What the plants of a person make over the period, kWh, and how much of it others pay for.

    Attributes:
        to_members_kwh: to sites of others, own use that a host pays for included.
    """

    produced_kwh: float
    to_members_kwh: float
    surplus_kwh: float

    @property
    def sold_kwh(self) -> float:
        """What is sold: the activity whose share of the plant may deduct VAT."""
        return self.to_members_kwh + self.surplus_kwh

    @property
    def sold_ratio(self) -> float:
        """Sold over produced; the rest serves the person itself."""
        return self.sold_kwh / self.produced_kwh if self.produced_kwh > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasury:
    """The first year of one person, EUR without tax; the works are those of year 0.

    Attributes:
        annuity_eur: interest and principal; `works_eur_ht` what is invested, grants not deducted.
    """

    budget: Budget[float]
    annuity_eur: float
    works_eur_ht: float
    sold: SoldPart

    @property
    def balance_eur(self) -> float:
        """What is received less what is paid, the loan with it, purchases avoided left out."""
        return self.budget.received_eur_ht - self.budget.paid_eur_ht - self.annuity_eur

    @property
    def with_saved_eur(self) -> float:
        """The same with them."""
        return self.balance_eur + self.budget.saved_eur_ht


def treasury(result: Result, holding: Holding) -> Treasury | None:
    """Return the first year of a person; None where euros are not computed."""
    money = result.money
    if money is None:
        return None
    plan = next((plan for plan in money.plans if plan.owner == holding.id), None)
    return Treasury(
        budget=budget_of(money.ledger, holding.id, money.period_years),
        annuity_eur=0.0 if plan is None else float(plan.flows.debt_service_eur[1]),
        works_eur_ht=0.0 if plan is None else -float(plan.flows.investment_eur_ht[0]),
        sold=sold_part(result, holding),
    )


def sold_part(result: Result, holding: Holding) -> SoldPart:
    """Return what the plants of a person make, and what of it is sold, over the period."""
    money, energy, plants = result.money, result.energy, list(holding.plants)
    pairs = None if money is None else money.pair_by_slot_kwh
    scenario = result.scenario
    people, _plants = holders_of(scenario, [])
    host = dict(zip((site.id for site in scenario.participants), people, strict=True))
    hosted = [m for m in plants if host.get(scenario.plants[m].behind or "", holding.id) != holding.id]
    others = [n for n, person in enumerate(people) if person != holding.id]
    shared = 0.0 if pairs is None else float(pairs[np.ix_(plants, others)].sum())
    return SoldPart(
        produced_kwh=float((energy.production_kwh + energy.own_use_kwh)[plants].sum()),
        to_members_kwh=shared + float(energy.own_use_kwh[hosted].sum()),
        surplus_kwh=float(energy.surplus_kwh[plants].sum()),
    )
