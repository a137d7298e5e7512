"""One column of the plan as a value: what it holds year by year, and the formula that gives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from acc.accounts.producers import SAME
from acc.arrays import FloatArray
from reports.workbook.cells import CellKind, named
from reports.workbook.plan_book import CHARGES, PlanBook


class Address(Protocol):
    """Gives the address of a column's cell: in the same row, `back` rows above, or in the row of year 0."""

    def __call__(self, key: str, *, back: int = 0, start: bool = False) -> str:
        """Return an address such as "C12"."""
        ...


Formula = Callable[[Address], str]


@dataclass(frozen=True, slots=True, eq=False)
class PlanColumn:
    """One column: values of years 0 to H, and their formula.

    Attributes:
        formula: of a year from 1 on; None where the values come from the simulator and stay.
        start: formula of year 0, "" to write its value; None leaves year 0 blank.
        share: what the formula is multiplied by in each year, where it is not 1.
    """

    key: str
    head: str
    kind: CellKind
    values: FloatArray
    formula: Formula | None = None
    start: Formula | str | None = None
    share: FloatArray | None = None


def growth_formula(address: Address, index: str = "indexation") -> str:
    """Growth of a price from the first year to the year of a row, by the yellow cell of its index."""
    return f"(1+{named(index)})^({address('year')}-1)"


def rate_name(book: PlanBook) -> str:
    """Return the name of the rate that discounts money of each year."""
    return named("nominal_rate" if book.finance.real else "discount_rate")


def sum_formula(keys: Sequence[str]) -> Formula:
    """Return the formula that adds columns up."""
    return lambda address: "+".join(address(key) for key in keys)


def cost_growth_formula(address: Address) -> str:
    """Growth of costs from the first year to the year of a row."""
    return f"(1+{named('cost_growth')})^({address('year')}-1)"


def yearly_cost(book: PlanBook, key: str, head: str, flow: FloatArray, name: str) -> PlanColumn:
    """Return a cost that grows each year from the amount of a yellow cell.

    A year in which it is not the grown amount (a plant has reached its end, another rate of a tax) says so
    by its share of it.
    """

    def formula(address: Address) -> str:
        return f"-{named(name)}*{cost_growth_formula(address)}"

    return PlanColumn(key, head, CellKind.EUR, flow, formula, share=_shares(book, flow))


def _shares(book: PlanBook, flow: FloatArray) -> FloatArray:
    """Ratio of each year to the first, growth removed, (H + 1,); 1 to the last rounding."""
    t = np.arange(len(flow), dtype=np.float64)
    grown = flow[1] * (1.0 + book.plan.cost_growth_ratio) ** (t - 1.0)
    share = np.divide(flow, grown, out=np.zeros_like(flow), where=grown != 0.0)
    return np.where(np.abs(share - 1.0) < SAME, 1.0, share)


def growth_values(book: PlanBook) -> FloatArray:
    """Return the values of `growth_formula`, shape (H + 1,)."""
    t = np.arange(len(book.flows.loan_eur), dtype=np.float64)
    growth: FloatArray = (1.0 + book.finance.indexation_ratio) ** (t - 1.0)
    return growth


def operating_keys(book: PlanBook) -> list[str]:
    """Return the columns that make the operating cash: income, running cost, charges, new inverters."""
    present = {"own_use": book.has_own_use, "inverters": bool(book.inverter_eur)}
    present |= {charge.key: True for charge in book.charges}
    present["running_vat"] = bool(book.flows.running_vat_eur.any())
    costs = ("running", *CHARGES, "running_vat", "inverters")
    return [key for key in ("local", "surplus", "own_use", *costs) if present.get(key, key not in CHARGES)]
