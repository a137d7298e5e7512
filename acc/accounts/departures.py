"""What the producers' plan becomes when members leave at the end of their commitment: some, or all who lose.

What a member who leaves no longer buys becomes surplus: what the others may take is not counted.
Sites of a person who owns a plant do not leave: what they lose, their own plant gains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.departure_values import Departures, PlanAfter
from acc.accounts.ledger import LedgerInputs, own_use_buyers
from acc.accounts.person_values import LOSS_YEAR_EUR
from acc.accounts.producers import producers_of
from acc.accounts.site_years import SiteYears
from acc.accounts.values import PlantMoney
from acc.arrays import BoolArray, FloatArray
from acc.finance import USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS, Finance
from acc.ledger.chart import holders, landlords_of
from acc.plan.cash_flows import faded, payback, present_value_eur, producer_flows, sum_flows
from acc.plan.debt import debt_cover
from acc.plan.plan_terms import KeptSales, PlantYear, nominal_discount_ratio, rent_eur
from acc.plan.taxes import profit_tax_eur
from acc.plan.values import CashFlows
from acc.scenario import Scenario


def plans_after(
    scenario: Scenario,
    plants: Sequence[PlantMoney],
    parts: LedgerInputs,
    sites: SiteYears,
    tax_ratios: Mapping[str, float],
) -> tuple[PlanAfter, ...]:
    """Return the plan, and the balance of persons, under a rate of departures, then once all who lose leave.

    Args:
        tax_ratios: tax on profit of each person who pays one.
    """
    finance = scenario.finance
    assert finance is not None
    of_site, of_plant = holders(scenario, plants)
    free = np.array([person not in of_plant for person in of_site], dtype=np.bool_)
    rate = USUAL_CHURN_RATIO if finance.churn_ratio is None else finance.churn_ratio
    after = commitment_years(finance)
    over = np.maximum(np.arange(1, finance.horizon_years + 1) - after, 0)
    churn = np.where(free[:, None], (1.0 - rate) ** over, 1.0)
    stays = _stays(sites, parts.local_kwh.sum(axis=0), free & parts.known, after)
    left = [
        (site.id, int(stays[n].argmin()) + 1)
        for n, site in enumerate(scenario.participants)
        if not stays[n].all()
    ]
    owners = dict(zip((earned.owner for earned in plants), of_plant, strict=True))
    buyers = own_use_buyers(scenario, plants, parts)
    landlords = landlords_of(scenario)
    ground = _LeavingGround(finance, parts, sites, of_site, owners, buyers, landlords, tax_ratios)
    gone = tuple(sorted(left, key=lambda one: one[1]))
    return (
        _plan_after(Departures.CHURN, rate, ground, churn, ()),
        _plan_after(Departures.LOSERS, None, ground, stays, gone),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _LeavingGround:
    """What each case rests on: the person of each site, of each producer, of each host and landlord."""

    finance: Finance
    parts: LedgerInputs
    sites: SiteYears
    of_site: Sequence[str]
    owners: Mapping[str, str]
    buyers: Sequence[str]
    landlords: Sequence[str]
    tax_ratios: Mapping[str, float]


def commitment_years(finance: Finance) -> int:
    """Return how long members are bound."""
    return USUAL_COMMITMENT_YEARS if finance.commitment_years is None else finance.commitment_years


def _stays(sites: SiteYears, received_kwh: FloatArray, free: BoolArray, after: int) -> FloatArray:
    """Return who is still there in each year, (N, H): 1 or 0; who left does not come back."""
    stays, there = np.ones_like(sites.local_eur), np.ones(len(free), dtype=np.bool_)
    saving, fee = sites.saving_eur, sites.shared_fee_eur
    for t in range(stays.shape[1]):
        if t >= after:
            more = fee[:, t] * (_shared_again(received_kwh, there) - 1.0)
            there = there & ~(free & (saving[:, t] - more < -LOSS_YEAR_EUR))
        stays[:, t] = there
    return stays


def _shared_again(received_kwh: FloatArray, weight: FloatArray | BoolArray) -> FloatArray:
    """What the part of a site in the PMO's yearly fee is multiplied by once others left, by year where told.

    By kWh received, as the fee is, those who are left pay all of it; nothing once nobody is.

    Args:
        received_kwh: by each site in the first year, (N,).
        weight: part of each site that is still there, (N,) or (N, H).
    """
    part = received_kwh if received_kwh.any() else np.ones_like(received_kwh)
    there = part @ weight
    ratio: FloatArray = np.divide(part.sum(), there, out=np.zeros_like(there), where=there > 0.0)
    return ratio


def _plan_after(
    case: Departures,
    churn_ratio: float | None,
    ground: _LeavingGround,
    weight: FloatArray,
    left: tuple[tuple[str, int], ...],
) -> PlanAfter:
    finance, parts = ground.finance, ground.parts
    by_owner = {
        owner: producer_flows(own, finance, grant, _kept(parts, weight, own))
        for owner, (own, grant) in producers_of(parts.made, finance).items()
    }
    flows = sum_flows(list(by_owner.values()))
    cover = debt_cover(flows)
    sold = parts.local_kwh.sum()
    return PlanAfter(
        case=case,
        churn_ratio=churn_ratio,
        commitment_years=commitment_years(finance),
        npv_eur_ht=present_value_eur(flows.project_eur_ht, nominal_discount_ratio(finance)),
        payback_years=payback(flows.project_eur_ht)[0],
        dscr_min=None if cover is None else cover[0],
        dscr_mean=None if cover is None else cover[1],
        shared_ratio=float(parts.local_kwh.sum(axis=0) @ weight[:, -1] / sold) if sold > 0.0 else 1.0,
        left=left,
        persons_npv_eur_ht=_balances(ground, by_owner, weight),
    )


def _balances(
    ground: _LeavingGround, by_owner: Mapping[str, CashFlows], weight: FloatArray
) -> dict[str, float]:
    """Return the present value of each person: what its sites still spare, what its plants still earn.

    The fee of the PMO that is shared falls on those who are left, by what they receive.
    """
    finance, sites = ground.finance, ground.sites
    more = sites.shared_fee_eur * (_shared_again(ground.parts.local_kwh.sum(axis=0), weight) - 1.0)
    spared = (sites.saving_eur - more) * weight
    found: dict[str, float] = {}
    for id_ in dict.fromkeys((*ground.of_site, *ground.owners.values())):
        rows = [n for n, person in enumerate(ground.of_site) if person == id_]
        none = np.zeros(finance.horizon_years + 1)
        owned = [flows for owner, flows in by_owner.items() if ground.owners[owner] == id_]
        result = np.sum([none, *(flows.operating_eur_ht for flows in owned)], axis=0)
        result[1:] += spared[rows].sum(axis=0)
        result += _kept_by_host(ground, id_)
        let = [
            year
            for year, landlord in zip(ground.parts.made, ground.landlords, strict=True)
            if landlord == id_
        ]
        result += np.sum([none, *(rent_eur(year.charges, finance) for year in let)], axis=0)
        bought = np.sum([none, *(flows.investment_eur_ht for flows in owned)], axis=0)
        given = np.sum([none, *(flows.grant_eur for flows in owned)], axis=0)
        lost_vat = np.sum([none, *(flows.investment_vat_eur for flows in owned)], axis=0)
        tax = profit_tax_eur(result, bought, given, ground.tax_ratios.get(id_, 0.0))
        gain: FloatArray = result + bought + given + lost_vat + tax
        found[id_] = present_value_eur(gain, nominal_discount_ratio(finance))
    return found


def _kept_by_host(ground: _LeavingGround, person: str) -> FloatArray:
    """Return what a person keeps each year of the own use of others' plants, (H + 1,)."""
    finance, parts = ground.finance, ground.parts
    kept, host_eur = np.zeros(finance.horizon_years + 1), parts.own_use.host_eur / parts.years
    for m, year in enumerate(parts.made):
        if ground.buyers[m] == person and parts.own_use.sold[m]:
            kept += host_eur[0, m] * faded(year, finance, finance.supply_growth_ratio)
            kept += host_eur[1:, m].sum() * faded(year, finance, 0.0)
    return kept


def _kept(parts: LedgerInputs, weight: FloatArray, own: Sequence[PlantYear]) -> KeptSales:
    """Return what is left in years 0 to H of what some plants sell."""
    rows, years = [parts.made.index(one) for one in own], weight.shape[1]

    def ratio(sold: FloatArray) -> FloatArray:
        known = np.nan_to_num(sold)
        whole = known.sum()
        left = known @ weight / whole if whole > 0.0 else np.ones(years)
        return np.concatenate(([1.0], left))

    kwh, eur = ([ratio(sold[m]) for m in rows] for sold in (parts.local_kwh, parts.local_eur))
    return KeptSales(np.array(kwh), np.array(eur))
