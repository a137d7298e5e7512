"""The plan as a workbook may show it: its yearly money, the kWh behind it, and which lines can be live."""

from dataclasses import dataclass
from functools import lru_cache
from gettext import gettext as _

from acc.accounts.producers import PlanLines, plan_lines
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.values import CashFlows, Plan
from reports.view.view import View

CHARGES = ("insurance", "rent", "injection", "ifer")
"""Keys of the columns of what is paid each year beside operation, in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """What is paid each year under one name: key of its column, what it is called, its flow (H + 1,)."""

    key: str
    label: str
    flow: FloatArray

    @property
    def first_eur(self) -> float:
        """The amount of the first year, positive."""
        return -float(self.flow[1])


@dataclass(frozen=True, slots=True, eq=False)
class PlanBook:
    """All that the sheet of the plan is written from.

    Attributes:
        is_open: whether its lines may be shown; a plan that counts what a participant who is not named
            spares behind its meter would show the price it pays.
    """

    money: Money
    plan: Plan
    finance: Finance
    lines: PlanLines
    is_open: bool

    @property
    def flows(self) -> CashFlows:
        """The yearly money of the plan."""
        return self.plan.flows

    @property
    def has_market(self) -> bool:
        """Whether a contract ends before the plan."""
        return bool(self.lines.market_kwh.any())

    @property
    def has_own_use(self) -> bool:
        """Whether own use behind a meter earns something."""
        return bool(self.lines.own_use_eur.any())

    @property
    def inverter_eur(self) -> float:
        """Replacement of the inverters in money of today; 0 when none happens within the plan."""
        year = self.finance.inverter_year
        if year is None or year > self.plan.horizon_years:
            return 0.0
        return -float(self.flows.inverter_eur_ht[year]) / (1.0 + self.plan.cost_growth_ratio) ** (year - 1)

    @property
    def charges(self) -> tuple[Charge, ...]:
        """What is paid each year beside operation, where it is."""
        flows = self.flows
        labels = _("Insurance"), _("Rent"), _("Network tariff of the injection"), _("IFER")
        paid = flows.insurance_eur_ht, flows.rent_eur_ht, flows.injection_turpe_eur_ht, flows.ifer_eur
        every = [Charge(*line) for line in zip(CHARGES, labels, paid, strict=True)]
        return tuple(charge for charge in every if charge.flow.any())

    @property
    def has_debt(self) -> bool:
        """Whether a part is borrowed."""
        return bool(self.flows.loan_eur.any())

    @property
    def has_live_tax(self) -> bool:
        """Whether the tax can follow the yellow cells: losses of several producers do not add up."""
        return self.plan.with_tax and len(self.money.plans) == 1


@lru_cache(maxsize=4)
def plan_book(view: View) -> PlanBook | None:
    """Data of the sheet of the plan; None without a plan."""
    money, finance = view.result.money, view.result.scenario.finance
    if money is None or money.plan is None or finance is None:
        return None
    lines = plan_lines(money)
    return PlanBook(money, money.plan, finance, lines, is_open=not _shows_a_hidden_host(view, money))


def _shows_a_hidden_host(view: View, money: Money) -> bool:
    people = view.result.scenario.participants
    hidden = {people[i].id for group in view.groups if not group.is_named for i in group.members}
    plants = zip(view.result.scenario.plants, money.plants, strict=True)
    return any(plant.behind in hidden and earned.own_use_eur_ht for plant, earned in plants)
