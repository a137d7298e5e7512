"""A producer's plan as values: cash flows, present value, rate of return, payback."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import VatRates
from acc.finance import Finance


class RootState(StrEnum):
    """What a search for the rate of return found."""

    KNOWN = "found"
    """One rate, as given."""
    NEGATIVE = "negative"
    """One rate, below zero: the plan does not give back what it costs."""
    NONE = "none"
    """No rate makes the value zero: it never pays back, at any rate."""
    SEVERAL = "several"
    """Several rates do: the rate of return says nothing here; read the present value."""
    NO_OUTLAY = "no-outlay"
    """Nothing is invested: there is no rate of return on nothing."""


class PaybackState(StrEnum):
    """Whether the cumulated cash comes back to zero for good within the horizon."""

    KNOWN = "found"
    NEVER = "never"
    NO_OUTLAY = "no-outlay"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CashFlows:
    """Yearly money of a producer, year 0 (investment) to the horizon: arrays of shape (H + 1,).

    Income is positive and cost negative, so that a column is a sum. `production_kwh` is 0 in year 0,
    and is without what plants that stop do not make.
    `investment_eur_ht` holds the connection where it is known.
    """

    production_kwh: FloatArray
    local_eur_ht: FloatArray
    surplus_eur_ht: FloatArray
    own_use_eur_ht: FloatArray
    investment_eur_ht: FloatArray
    grant_eur: FloatArray
    opex_eur_ht: FloatArray
    insurance_eur_ht: FloatArray
    rent_eur_ht: FloatArray
    injection_turpe_eur_ht: FloatArray
    ifer_eur: FloatArray
    inverter_eur_ht: FloatArray
    tax_eur: FloatArray
    """Tax on profit without debt; `equity_tax_eur` counts the interest paid."""
    equity_tax_eur: FloatArray
    loan_eur: FloatArray
    interest_eur: FloatArray
    principal_eur: FloatArray
    investment_vat_eur: FloatArray
    """VAT on what is invested that its owner does not deduct, less what the FCTVA gives back of it."""
    running_vat_eur: FloatArray
    """The same on running costs."""

    @property
    def operating_eur_ht(self) -> FloatArray:
        """Income less running costs and replacements, before tax and debt."""
        income = self.local_eur_ht + self.surplus_eur_ht + self.own_use_eur_ht
        costs = self.opex_eur_ht + self.charges_eur_ht + self.inverter_eur_ht
        return income + costs + self.running_vat_eur

    @property
    def charges_eur_ht(self) -> FloatArray:
        """What is paid each year beside operation: insurance, rent, network of the injection point, IFER."""
        return self.insurance_eur_ht + self.rent_eur_ht + self.injection_turpe_eur_ht + self.ifer_eur

    @property
    def project_eur_ht(self) -> FloatArray:
        """Free cash of the project, after tax, before debt."""
        return self.built_eur + self.operating_eur_ht + self.tax_eur

    @property
    def invested_eur(self) -> FloatArray:
        """Investment, with the VAT on it that is lost."""
        return self.investment_eur_ht + self.investment_vat_eur

    @property
    def built_eur(self) -> FloatArray:
        """What is invested less what is granted: what a gain "before investment" leaves out."""
        return self.invested_eur + self.grant_eur

    @property
    def equity_eur_ht(self) -> FloatArray:
        """Cash of the owner, after tax and debt."""
        own = self.built_eur + self.operating_eur_ht + self.equity_tax_eur
        return own + self.loan_eur + self.interest_eur + self.principal_eur

    @property
    def debt_cash_eur(self) -> FloatArray:
        """Cash of each year that pays a debt: what running leaves, tax after interest paid."""
        return self.operating_eur_ht + self.equity_tax_eur

    @property
    def debt_service_eur(self) -> FloatArray:
        """Interest and principal paid each year, positive."""
        return -(self.interest_eur + self.principal_eur)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A producer's plan over `horizon_years`, money without VAT.

    Attributes:
        owner: the producer, or empty for all of them together.
        real: the rates (discount, return) are above inflation; flows are in money of each year either way.
        with_tax: whether an income tax is counted; `tax_ratio` is its rate (the first producer's).
        capex_eur_ht: before grants, without connection; `capex_stated` is False when it comes from the cost
            by size.
        connection_eur_ht: what is known of the connections; `without_connection_ids` names the plants of
            which it is not, though it matters.
        connected: the same plan where these cost their upper figure; None where none has one.
        connection_unbounded_ids: those of which no upper figure is known, above `connection_unbounded_kva`.
        cost_growth_ratio: yearly growth of costs.
        lives_years: years of the plan in which each plant runs, in the order of `plant_ids`; None for all.
        npv_eur_ht, irr_ratio: of the project, after tax and before debt.
        equity_npv_eur_ht, equity_irr_ratio: of the owner's own money, after debt.
        payback_years: from when on the project cash, cumulated, stays at or above zero; interpolated.
        discounted_payback_years: the same on discounted cash.
        lcoe_eur_per_kwh: cost of a kWh produced: discounted costs over discounted kWh, without tax nor grant.
        dscr_min, dscr_mean: cash available over debt service; None without debt.
        break_even_local_eur_per_kwh: the flat local price at which the present value is zero; None when no
            local kWh is sold.
    """

    owner: str
    plant_ids: tuple[str, ...]
    kwp: float
    horizon_years: int
    discount_ratio: float
    real: bool
    with_tax: bool
    capex_eur_ht: float
    capex_stated: bool
    grant_eur: float
    flows: CashFlows
    npv_eur_ht: float
    irr_ratio: float | None
    irr_state: RootState
    equity_npv_eur_ht: float
    equity_irr_ratio: float | None
    equity_irr_state: RootState
    payback_years: float | None
    payback_state: PaybackState
    discounted_payback_years: float | None
    discounted_payback_state: PaybackState
    lcoe_eur_per_kwh: float | None
    tax_ratio: float = 0.0
    connection_eur_ht: float = 0.0
    without_connection_ids: tuple[str, ...] = ()
    connected: "Plan | None" = None
    connection_unbounded_ids: tuple[str, ...] = ()
    connection_unbounded_kva: float = 0.0
    cost_growth_ratio: float = 0.0
    lives_years: tuple[int | None, ...] = ()
    dscr_min: float | None = None
    dscr_mean: float | None = None
    break_even_local_eur_per_kwh: float | None = None

    @property
    def latest_payback_years(self) -> float | None:
        """The payback with connections at their upper figure, inf if never; None where none has one."""
        if self.connected is None:
            return None
        return inf if self.connected.payback_years is None else self.connected.payback_years

    @property
    def connection_more_eur_ht(self) -> float:
        """What the connections that nobody knows may cost at most, where an upper figure is known."""
        return 0.0 if self.connected is None else self.connected.connection_eur_ht - self.connection_eur_ht


def cumulated_eur(flows: CashFlows) -> FloatArray:
    """Return the project's cash added up year after year, shape (H + 1,)."""
    return np.cumsum(flows.project_eur_ht)


DEPRECIATION_YEARS = 20
"""Straight-line depreciation where a tax on profit is counted: a convention, printed with the hypotheses."""


def lost_vat_eur(
    vat: VatRates, investment: FloatArray, inverter: FloatArray, opex: FloatArray, injection: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the VAT that an owner does not deduct: on investments, less FCTVA, and on running costs.

    Args:
        investment, inverter, opex, injection: the lines of a plant that bear VAT, negative, (H + 1,).
    """
    bought, after = investment + inverter, vat.returned_after_years
    if vat.vat_ratio <= 0.0:
        return np.zeros_like(bought), np.zeros_like(bought)
    back = np.zeros(len(bought))
    back[after:] = -bought[: len(bought) - after] * (1.0 + vat.vat_ratio) * vat.returned_ratio
    return bought * vat.vat_ratio + back, (opex + injection) * vat.vat_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidVat:
    """The VAT on what a body pays for its plants, of whose output it sells a part, EUR.

    Deducted on the part sold where sales are taxed; the FCTVA is asked for the rest: never both on one share.
    In franchise nothing is deducted, and the FCTVA is asked for the whole.

    Attributes:
        returned_eur: by the FCTVA, later, on the rest; `franchise_returned_eur` on the whole.
        in_plan_eur: what the plan counts as left to pay: one rule for the whole, as the folder says.
    """

    vat_eur: float
    deducted_eur: float
    returned_eur: float
    franchise_returned_eur: float
    in_plan_eur: float

    @property
    def left_eur(self) -> float:
        """What stays to pay where sales are taxed."""
        return self.vat_eur - self.deducted_eur - self.returned_eur

    @property
    def franchise_left_eur(self) -> float:
        """What stays to pay in franchise."""
        return self.vat_eur - self.franchise_returned_eur


def paid_vat(rates: VatRates, counted: VatRates, paid_eur_ht: float, sold_ratio: float) -> PaidVat:
    """Return the VAT on what is paid, and what comes back of it, for a share sold of what is produced.

    Args:
        rates: in force; `counted`: those of the plan, by what the folder says of the owner.
    """
    vat, back = _vat_and_back(rates, paid_eur_ht)
    planned, planned_back = _vat_and_back(counted, paid_eur_ht)
    return PaidVat(
        vat_eur=vat,
        deducted_eur=vat * sold_ratio,
        returned_eur=back * (1.0 - sold_ratio),
        franchise_returned_eur=back,
        in_plan_eur=planned - planned_back,
    )


def _vat_and_back(rates: VatRates, paid_eur_ht: float) -> tuple[float, float]:
    return paid_eur_ht * rates.vat_ratio, paid_eur_ht * (1.0 + rates.vat_ratio) * rates.returned_ratio


def with_tax(flows: CashFlows, tax_ratio: float) -> CashFlows:
    """Return the flows with the tax on profit, losses carried forward without limit."""
    if tax_ratio == 0.0:
        return flows
    result, interest = flows.operating_eur_ht, flows.interest_eur
    tax = profit_tax_eur(result, flows.investment_eur_ht, flows.grant_eur, tax_ratio)
    if not interest.any():
        return replace(flows, tax_eur=tax, equity_tax_eur=tax)
    own = profit_tax_eur(result + interest, flows.investment_eur_ht, flows.grant_eur, tax_ratio)
    return replace(flows, tax_eur=tax, equity_tax_eur=own)


def profit_tax_eur(
    result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray, tax_ratio: float | FloatArray
) -> FloatArray:
    """Return the tax of each year, negative: on the result, later grants added, depreciation deducted.

    Args:
        result_eur: of each year before depreciation, (..., H + 1).
        investment_eur, grant_eur: negative and positive; those of year 0 are depreciated together,
            a later investment from its own year.
        tax_ratio: of each one, (...,).
    """
    return _tax(profit_eur(result_eur, investment_eur, grant_eur), np.asarray(tax_ratio))


def profit_eur(result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray) -> FloatArray:
    """Taxable result of each year before loss carry-over, EUR: arguments as `profit_tax_eur`.

    On what is invested and on what it earns, it is straight: a tax that gave losses back would be its ratio
    of this, and is never more than the tax that is paid.
    """
    horizon = result_eur.shape[-1] - 1
    years = min(DEPRECIATION_YEARS, horizon)
    t = np.arange(horizon + 1)
    base = -(investment_eur[..., :1] + grant_eur[..., :1])
    depreciation = np.where((t > 0) & (t <= years), base / years, 0.0)
    for built in np.flatnonzero(investment_eur[..., 1:].any(axis=tuple(range(investment_eur.ndim - 1)))) + 1:
        part = -investment_eur[..., built, None] / years
        depreciation = depreciation + np.where((t > built) & (t <= built + years), part, 0.0)
    return result_eur + np.where(t > 0, grant_eur, 0.0) - depreciation


def losses_kept_eur(
    result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray, tax_ratio: float | FloatArray
) -> FloatArray:
    """Tax of each year in excess of a tax with full refund of losses, EUR.

    Arguments as `profit_tax_eur`. Never negative over a plan: a loss is deducted from later profits, or none.
    """
    ratio = np.asarray(tax_ratio)
    profit = profit_eur(result_eur, investment_eur, grant_eur)
    return -_tax(profit, ratio) - ratio[..., None] * profit


def _tax(profits_eur: FloatArray, tax_ratio: FloatArray) -> FloatArray:
    """Return the tax of each year, losses carried forward without limit, (..., H + 1)."""
    tax: FloatArray = np.zeros_like(profits_eur)
    if not tax_ratio.any():
        return tax
    carried = np.zeros(profits_eur.shape[:-1])
    for t in range(tax.shape[-1]):
        taxable = profits_eur[..., t] + carried
        carried = np.minimum(taxable, 0.0)
        tax[..., t] = -tax_ratio * np.maximum(taxable, 0.0)
    return tax


def with_debt(flows: CashFlows, finance: Finance) -> CashFlows:
    """Return the flows with a loan on the investment less grants, paid back by constant annuities.

    Args:
        flows: of one producer, (..., H + 1).

    Raises:
        ValueError: a loan longer than the plan.
    """
    years, rate = finance.debt_years, finance.debt_interest_ratio
    spent = -(flows.investment_eur_ht[..., 0] + flows.grant_eur[..., 0])
    loan = finance.debt_ratio * np.maximum(0.0, spent)
    if not loan.any():
        return flows
    if years > finance.horizon_years:
        raise ValueError("a loan longer than the plan")
    annuity = loan / years if rate == 0.0 else loan * rate / (1.0 - (1.0 + rate) ** -years)
    lent, interest, principal = np.zeros((3, *loan.shape, finance.horizon_years + 1))
    lent[..., 0], left = loan, loan
    for t in range(1, years + 1):
        interest[..., t] = -left * rate
        principal[..., t] = -(annuity + interest[..., t])
        left = left + principal[..., t]
    return replace(flows, loan_eur=lent, interest_eur=interest, principal_eur=principal)


def cover_by_year(flows: CashFlows) -> FloatArray:
    """Return the cash of each year over its debt service (DSCR), (H + 1,); nan in a year without service."""
    service, cash = flows.debt_service_eur, flows.debt_cash_eur
    return np.divide(cash, service, out=np.full_like(cash, np.nan), where=service > 0.0)


def debt_cover(flows: CashFlows) -> tuple[float, float] | None:
    """Return the lowest and the mean cover of the debt service; None without debt."""
    every = cover_by_year(flows)
    cover = every[np.isfinite(every)]
    return (float(cover.min()), float(cover.mean())) if len(cover) else None
