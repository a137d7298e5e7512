"""Faults of the hypotheses of the producers' plan."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.finance import Finance
from acc.problem import Problem


def finance_problems(finance: Finance | None) -> list[Problem]:
    """Return every fault of the hypotheses, with the way out."""
    if finance is None:
        return []
    return [Problem(f"[finance] {key}", message) for key, message in _faults(finance)]


def _faults(finance: Finance) -> Iterator[tuple[str, str]]:
    capex = finance.capex_eur_per_kwp
    if capex is not None and not 0.0 < capex < float("inf"):
        message = _(
            "{value:g} EUR/kWp is not an investment: a number above 0 is expected, or leave the line out to "
            "take the cost by size"
        )
        yield "capex_eur_per_kwp", message.format(value=capex)
    if finance.horizon_years < 1:
        yield "horizon_years", _("at least one year is expected")
    if finance.discount_ratio <= -1.0:
        yield "discount_ratio", _("a ratio above -1 is expected")
    if finance.real and finance.inflation_ratio is None:
        yield "real", _("a real discount rate needs inflation_ratio, since contracts and loans are not real")
    if finance.debt_ratio > 0.0 and finance.debt_years > finance.horizon_years:
        message = _(
            "a loan of {debt} years in a plan of {horizon}: make the plan as long, or the loan shorter"
        )
        yield "debt_years", message.format(debt=finance.debt_years, horizon=finance.horizon_years)
    for key in ("opex_eur_per_kwp_year", "inverter_eur_per_kwp", "grant_eur", "market_eur_per_kwh"):
        value = getattr(finance, key)
        if value is not None and not 0.0 <= value < float("inf"):
            yield key, _("{value:g} is refused: a number at or above 0 is expected").format(value=value)
