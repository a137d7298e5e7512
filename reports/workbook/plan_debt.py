"""The columns of the plan that a loan or a tax adds."""

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.plan.values import DEPRECIATION_YEARS, cover_by_year
from reports.workbook.cells import CellKind, named
from reports.workbook.plan_book import PlanBook
from reports.workbook.plan_column import Address, PlanColumn, operating_keys, sum_formula


def debt_columns(book: PlanBook) -> tuple[PlanColumn, ...]:
    """Return the loan, paid back by constant annuities, and what is left to the owner."""
    return (*_loan(book), *_equity(book))


def _loan(book: PlanBook) -> Iterator[PlanColumn]:
    flows = book.flows
    years, rate = named("debt_years"), named("debt_rate")
    yield PlanColumn(
        "loan",
        _("Loan (€)"),
        CellKind.EUR,
        flows.loan_eur,
        None,
        lambda address: f"{named('debt_part')}*MAX(0,-({address('investment')}+{address('grants')}))",
    )
    yield PlanColumn(
        "interest",
        _("Interest (€)"),
        CellKind.EUR,
        flows.interest_eur,
        lambda address: f"IF({address('year')}<={years},-{address('left', back=1)}*{rate},0)",
    )
    yield PlanColumn(
        "principal",
        _("Principal (€)"),
        CellKind.EUR,
        flows.principal_eur,
        lambda address: (
            f"IF({address('year')}<={years},"
            f"-PMT({rate},{years},-{address('loan', start=True)})-{address('interest')},0)"
        ),
    )
    yield _left(book)


def _left(book: PlanBook) -> PlanColumn:
    flows, years = book.flows, named("debt_years")
    t = np.arange(len(flows.loan_eur))
    return PlanColumn(
        "left",
        _("Left to pay back (€)"),
        CellKind.EUR,
        # Nothing is left at the end: what the sum gives then is a rounding.
        np.where(t < book.finance.debt_years, np.cumsum(flows.loan_eur + flows.principal_eur), 0.0),
        lambda address: f"IF({address('year')}<{years},{address('left', back=1)}+{address('principal')},0)",
        lambda address: address("loan"),
    )


def _equity(book: PlanBook) -> Iterator[PlanColumn]:
    flows = book.flows
    keys = ["project", "loan", "interest", "principal"]
    operating = operating_keys(book)
    if book.plan.with_tax:
        head = _("Tax after interest (€)")
        yield tax_column("own_tax", head, flows.equity_tax_eur, "own_result", "own_carried", book)
        operating.append("own_tax")

    def owner(address: Address) -> str:
        text = sum_formula(keys)(address)
        return f"{text}-{address('tax')}+{address('own_tax')}" if book.plan.with_tax else text

    yield PlanColumn("owner", _("Cash of the owner (€)"), CellKind.EUR, flows.equity_eur_ht, owner, owner)
    yield PlanColumn(
        "cover",
        _("Cover of the debt"),
        CellKind.PRICE,
        cover_by_year(flows),
        lambda address: (
            f"IF({address('year')}<={named('debt_years')},({sum_formula(operating)(address)})"
            f'/-({address("interest")}+{address("principal")}),"")'
        ),
    )


def tax_column(
    key: str, head: str, values: FloatArray, result: str, carried: str, book: PlanBook
) -> PlanColumn:
    """Return the tax of each year on the column `result`, the losses of the column `carried` deducted."""
    if not book.has_live_tax:
        return PlanColumn(key, head, CellKind.EUR, values)

    def formula(address: Address) -> str:
        # The cell of year 0 is blank: nothing is carried into the first year.
        return f"-{named('tax_rate')}*MAX({address(result)}+{address(carried, back=1)},0)"

    return PlanColumn(key, head, CellKind.EUR, values, formula)


def tax_work_columns(book: PlanBook) -> tuple[PlanColumn, ...]:
    """Return the profit of each year and the losses carried forward, before interest and after it."""
    return tuple(_tax_work(book))


def _tax_work(book: PlanBook) -> Iterator[PlanColumn]:
    flows = book.flows
    years = min(DEPRECIATION_YEARS, book.plan.horizon_years)
    t = np.arange(len(flows.loan_eur))
    base = -(flows.investment_eur_ht[0] + flows.grant_eur[0])
    profit = flows.operating_eur_ht + np.where(t > 0, flows.grant_eur, 0.0)
    profit = np.where(t > 0, profit - np.where(t <= years, base / years, 0.0), 0.0)
    operating = [*operating_keys(book), "grants"]

    def result(address: Address) -> str:
        start = f"{address('investment', start=True)}+{address('grants', start=True)}"
        return f"{sum_formula(operating)(address)}+IF({address('year')}<={years},({start})/{years},0)"

    yield PlanColumn("result", _("Profit (€)"), CellKind.EUR, profit, result)
    yield _carried("carried", _("Losses carried forward (€)"), profit, "result")
    if book.has_debt:
        own = profit + flows.interest_eur
        yield PlanColumn(
            "own_result",
            _("Profit after interest (€)"),
            CellKind.EUR,
            own,
            lambda address: f"{address('result')}+{address('interest')}",
        )
        yield _carried("own_carried", _("Losses carried forward after interest (€)"), own, "own_result")


def _carried(key: str, head: str, profit: FloatArray, result: str) -> PlanColumn:
    values = np.zeros(len(profit))
    for t in range(1, len(profit)):
        values[t] = min(profit[t] + values[t - 1], 0.0)
    return PlanColumn(
        key,
        head,
        CellKind.EUR,
        values,
        lambda address: f"MIN({address(result)}+{address(key, back=1)},0)",
    )
