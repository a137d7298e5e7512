"""A column of the plan as a value, year by year, with its formula; the plan behind it; loan and tax."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import gettext as _

import numpy as np

from acc.accounts.producers import SAME, PlanLines, plan_lines
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.values import DEPRECIATION_YEARS, CashFlows, Plan, cover_by_year
from reports.studies.workbook.cells import CellKind
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


@dataclass(frozen=True, slots=True, eq=False)
class PlanColumn:
    """One column: values of years 0 to H, and their formula.

    A formula is written with `{key}` for the cell of a column in the same row, `{key-1}` in the row above,
    `{key@0}` in that of year 0 (see `YearTable`), and `[name]` for a named cell.

    Attributes:
        formula: of a year from 1 on; None where the values come from the simulator and stay.
        start: formula of year 0, "" to write its value; None leaves year 0 blank.
        share: what the formula is multiplied by in each year, where it is not 1.
    """

    key: str
    head: str
    kind: CellKind
    values: FloatArray
    formula: str | None = None
    start: str | None = None
    share: FloatArray | None = None


def growth_formula(index: str = "indexation") -> str:
    """Growth of a price from the first year to the year of a row, by the yellow cell of its index."""
    return f"(1+[{index}])^({{year}}-1)"


def rate_name(book: PlanBook) -> str:
    """Named cell of the rate that discounts money of each year."""
    return "[nominal_rate]" if book.finance.real else "[discount_rate]"


def sum_formula(keys: Sequence[str]) -> str:
    """Formula that adds columns up."""
    return "+".join(f"{{{key}}}" for key in keys)


def yearly_cost(book: PlanBook, key: str, head: str, flow: FloatArray, name: str) -> PlanColumn:
    """Return a cost that grows each year from the amount of a yellow cell.

    A year in which it is not the grown amount (a plant has reached its end, another rate of a tax) says so
    by its share of it.
    """
    formula = f"-[{name}]*{growth_formula('cost_growth')}"
    return PlanColumn(key, head, CellKind.EUR, flow, formula, share=_shares(book, flow))


def _shares(book: PlanBook, flow: FloatArray) -> FloatArray:
    """Ratio of each year to the first, growth removed, (H + 1,); 1 to the last rounding."""
    t = np.arange(len(flow), dtype=np.float64)
    grown = flow[1] * (1.0 + book.plan.cost_growth_ratio) ** (t - 1.0)
    share = np.divide(flow, grown, out=np.zeros_like(flow), where=grown != 0.0)
    return np.where(np.abs(share - 1.0) < SAME, 1.0, share)


def operating_keys(book: PlanBook) -> list[str]:
    """Return the columns that make the operating cash: income, running cost, charges, new inverters."""
    present = {"own_use": book.has_own_use, "inverters": bool(book.inverter_eur)}
    present |= {charge.key: True for charge in book.charges}
    present["running_vat"] = bool(book.flows.running_vat_eur.any())
    costs = ("running", *CHARGES, "running_vat", "inverters")
    return [key for key in ("local", "surplus", "own_use", *costs) if present.get(key, key not in CHARGES)]


def debt_columns(book: PlanBook) -> Iterator[PlanColumn]:
    """Yield the loan, paid back by constant annuities, and what is left to the owner."""
    flows = book.flows
    loan = "[debt_part]*MAX(0,-({investment}+{grants}))"
    yield PlanColumn("loan", _("Loan (€)"), CellKind.EUR, flows.loan_eur, None, loan)
    interest = "IF({year}<=[debt_years],-{left-1}*[debt_rate],0)"
    yield PlanColumn("interest", _("Interest (€)"), CellKind.EUR, flows.interest_eur, interest)
    principal = "IF({year}<=[debt_years],-PMT([debt_rate],[debt_years],-{loan@0})-{interest},0)"
    yield PlanColumn("principal", _("Principal (€)"), CellKind.EUR, flows.principal_eur, principal)
    t = np.arange(len(flows.loan_eur))
    # Nothing is left at the end: what the sum gives then is a rounding.
    left_eur = np.where(t < book.finance.debt_years, np.cumsum(flows.loan_eur + flows.principal_eur), 0.0)
    left = "IF({year}<[debt_years],{left-1}+{principal},0)"
    yield PlanColumn("left", _("Left to pay back (€)"), CellKind.EUR, left_eur, left, "{loan}")
    operating = operating_keys(book)
    owner = sum_formula(["project", "loan", "interest", "principal"])
    if book.plan.with_tax:
        head = _("Tax after interest (€)")
        yield tax_column("own_tax", head, flows.equity_tax_eur, "own_result", "own_carried", book)
        operating.append("own_tax")
        owner += "-{tax}+{own_tax}"
    yield PlanColumn("owner", _("Cash of the owner (€)"), CellKind.EUR, flows.equity_eur_ht, owner, owner)
    cover = f'IF({{year}}<=[debt_years],({sum_formula(operating)})/-({{interest}}+{{principal}}),"")'
    yield PlanColumn("cover", _("Cover of the debt"), CellKind.PRICE, cover_by_year(flows), cover)


def tax_column(
    key: str, head: str, values: FloatArray, result: str, carried: str, book: PlanBook
) -> PlanColumn:
    """Return the tax of each year on the column `result`, the losses of the column `carried` deducted."""
    # The cell of year 0 is blank: nothing is carried into the first year.
    formula = f"-[tax_rate]*MAX({{{result}}}+{{{carried}-1}},0)" if book.has_live_tax else None
    return PlanColumn(key, head, CellKind.EUR, values, formula)


def tax_work_columns(book: PlanBook) -> Iterator[PlanColumn]:
    """Yield the profit of each year and the losses carried forward, before interest and after it."""
    flows = book.flows
    years = min(DEPRECIATION_YEARS, book.plan.horizon_years)
    t = np.arange(len(flows.loan_eur))
    base = -(flows.investment_eur_ht[0] + flows.grant_eur[0])
    profit = flows.operating_eur_ht + np.where(t > 0, flows.grant_eur, 0.0)
    profit = np.where(t > 0, profit - np.where(t <= years, base / years, 0.0), 0.0)
    result = sum_formula([*operating_keys(book), "grants"])
    result += f"+IF({{year}}<={years},({{investment@0}}+{{grants@0}})/{years},0)"
    yield PlanColumn("result", _("Profit (€)"), CellKind.EUR, profit, result)
    yield _carried("carried", _("Losses carried forward (€)"), profit, "result")
    if book.has_debt:
        own = profit + flows.interest_eur
        yield PlanColumn(
            "own_result", _("Profit after interest (€)"), CellKind.EUR, own, "{result}+{interest}"
        )
        yield _carried("own_carried", _("Losses carried forward after interest (€)"), own, "own_result")


def _carried(key: str, head: str, profit: FloatArray, result: str) -> PlanColumn:
    values = np.zeros(len(profit))
    for t in range(1, len(profit)):
        values[t] = min(profit[t] + values[t - 1], 0.0)
    return PlanColumn(key, head, CellKind.EUR, values, f"MIN({{{result}}}+{{{key}-1}},0)")
