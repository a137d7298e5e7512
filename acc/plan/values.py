"""A producer's plan as values: cash flows, present value, rate of return, payback."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from acc.arrays import FloatArray


class RootState(StrEnum):
    """What a search for the rate of return found."""

    FOUND = "found"
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

    FOUND = "found"
    NEVER = "never"
    NO_OUTLAY = "no-outlay"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CashFlows:
    """Yearly money of a producer, year 0 (investment) to the horizon: arrays of shape (H + 1,).

    Income is positive and cost negative, so that a column is a sum. `production_kwh` is 0 in year 0.
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
