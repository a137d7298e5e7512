"""What a producer's plan rests on, and the plan itself: values; `acc.plan.cash_flows` computes."""

from dataclasses import dataclass

USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS = 0.05, 1
"""Conventions where the folder is silent: no figure of departures was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finance:
    """Hypotheses of the producers' plan, money without tax.

    Attributes:
        horizon_years: length of the plan.
        discount_ratio: yearly discount rate; nominal unless `real`.
        inflation_ratio: yearly inflation, needed when `real`: flows are in money of each year.
        capex_eur_per_kwp: investment; None takes the cost by size of the rates, and says so.
        opex_eur_per_kwp_year: running cost in the first year.
        degradation_ratio: yearly loss of output.
        indexation_ratio: yearly growth of the local price.
        supply_indexation_ratio, market_indexation_ratio: of the suppliers' prices of energy, of the market
            price; see `supply_growth_ratio`, `market_growth_ratio` for what None takes.
        opex_indexation_ratio: yearly growth of costs; None takes that of the rates, or `indexation_ratio`
            where it is higher.
        inverter_year, inverter_eur_per_kwp: replacement of the inverters, in money of today; a year of
            None leaves it out.
        grant_eur: grants received at the start, for all plants, split by investment.
        debt_ratio, debt_interest_ratio, debt_years: loan with constant annuities.
        tax_ratio: income tax on the yearly profit, 0 to leave taxes out.
        churn_ratio: part of the members who leave each year once their commitment is over; `commitment_years`
            its length. None takes `USUAL_CHURN_RATIO` and one year.
        market_eur_per_kwh: price of the surplus once its contract is over; None counts nothing, and says so.
    """

    horizon_years: int = 20
    discount_ratio: float = 0.04
    real: bool = False
    inflation_ratio: float | None = None
    capex_eur_per_kwp: float | None = None
    opex_eur_per_kwp_year: float | None = None
    degradation_ratio: float = 0.005
    indexation_ratio: float = 0.0
    supply_indexation_ratio: float | None = None
    market_indexation_ratio: float | None = None
    opex_indexation_ratio: float | None = None
    inverter_year: int | None = 13
    inverter_eur_per_kwp: float | None = None
    grant_eur: float = 0.0
    debt_ratio: float = 0.0
    debt_interest_ratio: float = 0.04
    debt_years: int = 15
    tax_ratio: float = 0.0
    market_eur_per_kwh: float | None = None
    churn_ratio: float | None = None
    commitment_years: int | None = None

    @property
    def supply_growth_ratio(self) -> float:
        """Yearly growth of the suppliers' prices: as stated, else none, so that no saving is flattered."""
        own = self.supply_indexation_ratio
        return min(0.0, self.indexation_ratio) if own is None else own

    @property
    def market_growth_ratio(self) -> float:
        """Yearly growth of the market price: as stated, else none, or that of a local price that falls."""
        own = self.market_indexation_ratio
        return min(0.0, self.indexation_ratio) if own is None else own
