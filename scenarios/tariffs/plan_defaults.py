"""Faults and defaults of the producers' plan."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _

from acc.bills.tariffs import PlantCosts, SurplusContract
from acc.finance import Finance
from acc.i18n import decimal
from acc.plan.cash_flows import DEPRECIATION_YEARS, capex_eur_per_kwp
from acc.problem import Problem
from acc.scenario import Scenario
from acc.units import eur_per_mwh
from scenarios.rates.reader import RateReader
from scenarios.tariffs.member import Defaults

CAPEX_PREFIX, OPEX_PREFIX, INVERTER_SHARE = "pv.capex.from-", "pv.opex.", "pv.inverter.share"


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


def finance_defaults(
    scenario: Scenario,
    contracts: Sequence[SurplusContract | None],
    costs: PlantCosts,
    reader: RateReader,
    taken: Defaults,
) -> None:
    """Note what the plan takes because the folder is silent, and the rows it is read from."""
    finance = scenario.finance
    if finance is None:
        return
    if finance.capex_eur_per_kwp is None:
        why = _("investment not given: the cost by size of the rates")
        for plant in scenario.plants:
            value = _("{price:.0f} EUR/kWp").format(price=capex_eur_per_kwp(costs, plant.kwp))
            taken.take(_("Investment"), value, why, plant.name)
            smallest = max(kwp for kwp, _price in costs.capex_eur_per_kwp if kwp <= plant.kwp)
            reader.note(f"{CAPEX_PREFIX}{smallest:g}")
    if finance.opex_eur_per_kwp_year is None:
        why = _("running cost not given: a part of the investment each year")
        taken.take(_("Running cost"), _percent(costs.opex_ratio), why)
        reader.note(*reader.names(OPEX_PREFIX))
    if finance.inverter_eur_per_kwp is None and finance.inverter_year is not None:
        why = _("replacement not given: a part of the investment, in year {year}")
        value = _percent(costs.inverter_ratio)
        taken.take(_("Inverters"), value, why.format(year=finance.inverter_year))
        reader.note(INVERTER_SHARE)
    years = [contract.years for contract in contracts if contract is not None and contract.years is not None]
    if years and finance.horizon_years > min(years) and finance.market_eur_per_kwh is None:
        why = _("no market price given: nothing is counted for the surplus once its contract is over")
        taken.take(_("Surplus after its contract"), "0 EUR/MWh", why)
    _local_price_defaults(scenario, finance, taken)
    if finance.tax_ratio > 0.0:
        why = _("straight-line depreciation, losses carried forward")
        taken.take(_("Depreciation"), _("{years} years").format(years=DEPRECIATION_YEARS), why)
    _own_use_defaults(scenario, taken)


def _local_price_defaults(scenario: Scenario, finance: Finance, taken: Defaults) -> None:
    price, years = scenario.prices.local_eur_per_kwh, scenario.prices.local_years
    if price is None or years is None or years >= finance.horizon_years:
        return
    why = _("contracted for {years} years in a plan of {horizon}: the same price is supposed to hold after")
    taken.take(
        _("Local price after its contract"),
        _("{price:.0f} EUR/MWh").format(price=eur_per_mwh(price)),
        why.format(years=years, horizon=finance.horizon_years),
    )


def _own_use_defaults(scenario: Scenario, taken: Defaults) -> None:
    members = {member.id: member for member in scenario.participants}
    for plant in scenario.plants:
        host = members.get(plant.behind or "")
        owned = host is not None and plant.owner in {None, host.id}
        if host is not None and owned and not host.contract.energy_eur_per_kwh:
            why = _("the price of its host's supplier is not known: what own use spares is not counted")
            taken.take(_("Own use"), "0 EUR", why, plant.name)


def _percent(ratio: float) -> str:
    return f"{decimal(100.0 * ratio, 1)} %"
