"""One column of the plan as a value: what it holds year by year, and the formula that gives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from acc.arrays import FloatArray
from reports.workbook.cells import Kind, named
from reports.workbook.plan_book import PlanBook


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
    """

    key: str
    head: str
    kind: Kind
    values: FloatArray
    formula: Formula | None = None
    start: Formula | str | None = None


def growth_formula(address: Address) -> str:
    """Return how prices grow from the first year to the year of a row."""
    return f"(1+{named('indexation')})^({address('year')}-1)"


def rate_name(book: PlanBook) -> str:
    """Return the name of the rate that discounts money of each year."""
    return named("nominal_rate" if book.finance.real else "discount_rate")


def sum_formula(keys: Sequence[str]) -> Formula:
    """Return the formula that adds columns up."""
    return lambda address: "+".join(address(key) for key in keys)


def growth_values(book: PlanBook) -> FloatArray:
    """Return the values of `growth_formula`, shape (H + 1,)."""
    t = np.arange(len(book.flows.loan_eur), dtype=np.float64)
    growth: FloatArray = (1.0 + book.finance.indexation_ratio) ** (t - 1.0)
    return growth


def operating_keys(book: PlanBook) -> list[str]:
    """Return the columns that make the operating cash: income, running cost, new inverters."""
    there = {"own_use": book.has_own_use, "inverters": bool(book.inverter_eur)}
    return [key for key in ("local", "surplus", "own_use", "running", "inverters") if there.get(key, True)]
