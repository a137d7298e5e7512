"""From the value that everybody gains with costs of today to the one printed, a step a cost line.

What bills and plants are worth with constant costs and prices and no levy on plants comes first; then each
hypothesis adds what it changes, so that a figure of before these lines can be found again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.ledger.chart import Account
from acc.ledger.lines import BILLED, INVESTMENT_VAT, OWN_USE, PMO_SHARED, RUNNING_VAT, SUPPLY, TAX, VAT, Index
from acc.plan.cash_flows import present_value_eur
from acc.plan.plan_terms import nominal_discount_ratio


class Step(StrEnum):
    """What the present value of everybody is made of, in the order in which it is told."""

    BILLS = "bills"
    """What the bills of all sites spare, prices and charges of the first year: fading with the plants."""
    PLANTS = "plants"
    """Investment, grants, sales outside, own use, running costs of the first year; what sites pay plants is
    neither here nor in the bills."""
    COSTS_GROW = "costs-grow"
    """Operation, insurance, rent and inverters grow."""
    FEES_GROW = "fees-grow"
    """Management of the network tariff and its CTA, and the PMO, grow as costs do."""
    PRICES_GROW = "prices-grow"
    """The suppliers' prices grow or fall."""
    INJECTION_TURPE = "injection-turpe"
    IFER = "ifer"
    PLANT_VAT = "plant-vat"
    """VAT on plants that is not recovered."""
    PROFIT_TAX = "profit-tax"


@dataclass(frozen=True, slots=True)
class ValueStep:
    """What one step brings everybody, worth today, without VAT on bills."""

    step: Step
    eur: float


WHOLE = {
    "injection_turpe_eur_ht": Step.INJECTION_TURPE,
    "ifer_eur": Step.IFER,
    INVESTMENT_VAT: Step.PLANT_VAT,
    RUNNING_VAT: Step.PLANT_VAT,
    TAX: Step.PROFIT_TAX,
}
"""Lines that are a step by themselves, growth included."""

COSTS = frozenset({"opex_eur_ht", "insurance_eur_ht", "rent_eur_ht", "inverter_eur_ht"})
BILLS = {line.name: line.index for line in (PMO_SHARED, *BILLED)}


def value_steps(money: Money, finance: Finance | None) -> tuple[ValueStep, ...]:
    """Decomposition of the total net present value into steps, zero steps left out; empty without a plan.

    The sum is `money.total.npv_eur_ht`: what persons pay one another cancels.
    """
    if finance is None or money.plan is None:
        return ()
    eur_of: dict[Step, float] = dict.fromkeys(Step, 0.0)
    discount, people = nominal_discount_ratio(finance), {person.id for person in money.persons}
    growth = _growths(finance, money.plan.cost_growth_ratio)
    for entry in money.year_ledger:
        if entry.line == VAT or (entry.payer in people) == (entry.receiver in people):
            continue
        eur: FloatArray = -entry.eur if entry.payer in people else entry.eur
        worth = present_value_eur(eur, discount)
        if entry.line in WHOLE:
            eur_of[WHOLE[entry.line]] += worth
            continue
        grows = _grows(entry.line, entry.receiver)
        flat = worth
        if grows is not None:
            flat = present_value_eur(eur / (1.0 + growth[grows]) ** _years(eur), discount)
            eur_of[grows] += worth - flat
        eur_of[Step.BILLS if entry.line in BILLS else Step.PLANTS] += flat
    return tuple(ValueStep(step, eur) for step, eur in eur_of.items() if eur)


def _growths(finance: Finance, cost_growth_ratio: float) -> Mapping[Step, float]:
    return {
        Step.COSTS_GROW: cost_growth_ratio,
        Step.FEES_GROW: cost_growth_ratio,
        Step.PRICES_GROW: finance.supply_growth_ratio,
    }


def _grows(line: str, receiver: str) -> Step | None:
    """Return the step of the growth that is in a line; None where it keeps its price."""
    if line in COSTS:
        return Step.COSTS_GROW
    if BILLS.get(line) is Index.COSTS:
        return Step.FEES_GROW
    if line == SUPPLY.name or (line == OWN_USE and receiver == Account.SUPPLIERS):
        return Step.PRICES_GROW
    return None


def _years(eur: FloatArray) -> FloatArray:
    """Number of price increases before each year: 0 in the first year."""
    return np.maximum(np.arange(len(eur), dtype=np.float64) - 1.0, 0.0)
