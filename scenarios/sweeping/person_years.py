"""What each person gains over the plan in a draw, tax on profit paid, as `acc.accounts.persons` has it.

A tax falls on plants and bills of a person together, so that the years of each are needed: they are the
ledger's (`acc.accounts.site_years`), under the prices and kWh of the draw.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from acc.accounts.ledger import LedgerInputs
from acc.accounts.site_years import CHANGING, bill_years
from acc.arrays import BoolArray, FloatArray
from acc.bills.bill import BillTerms, bills_after, bills_before, priced
from acc.bills.surplus import OwnUse
from acc.plan.cash_flows import cost_growth, faded, plant_flows
from acc.plan.taxes import profit_tax_eur
from scenarios.batch.linear_cash_flows import FlowBasis, PlantIncome, dearer_plant
from scenarios.sweeping.case import Case


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """What euros are made from, under K keys.

    Attributes:
        consumption_kwh: by slot of each participant's clock, (N, S).
        local_kwh: received, (K, M or 1, N, S).
        shared_kwh: of each plant, (K, M), through the battery too; `surplus_kwh` what nobody took.
        injected_kwh: by each plant, (M,).
        stays: who has not left, (N,).
        surplus_price_ratio: what the price of the surplus of each plant is multiplied by, (M,).
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    injected_kwh: FloatArray
    stays: BoolArray
    surplus_price_ratio: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PlanYears:
    """What the plants cost, arrays (M, H + 1): at the investment as it stands, and for each more of it.

    Attributes:
        invested, invested_vat: (2, M, H + 1).
        grants: of the plants and of the operation; `operation_grant_eur` each one's part of those, (M,).
        fade: output over that of the first year, (M, H).
    """

    basis: FlowBasis
    invested: FloatArray
    invested_vat: FloatArray
    grants: FloatArray
    operation_grant_eur: FloatArray
    fade: FloatArray
    cost_growth_ratio: float


@lru_cache(maxsize=16)
def plan_years(basis: FlowBasis) -> PlanYears:
    """Return what the plants of a plan cost in each year."""
    finance, plants = basis.finance, basis.plants
    once = [plant_flows(plant, finance) for plant in plants]
    twice = [plant_flows(dearer_plant(plant, finance, 2.0), finance) for plant in plants]
    invested, more = (np.array([one.investment_eur_ht for one in each]) for each in (once, twice))
    vat, more_vat = (np.array([one.investment_vat_eur for one in each]) for each in (once, twice))
    capex = np.array([plant.capex_eur for plant in plants])
    whole = capex.sum()
    part = capex / whole if whole > 0.0 else np.full(len(plants), 1.0 / len(plants))
    grants = np.array([one.grant_eur for one in once])
    grants[:, 0] += part * finance.grant_eur
    return PlanYears(
        basis=basis,
        invested=np.stack([invested, more - invested]),
        invested_vat=np.stack([vat, more_vat - vat]),
        grants=grants,
        operation_grant_eur=part * finance.grant_eur,
        fade=np.array([faded(plant, finance, 0.0)[1:] for plant in plants]),
        cost_growth_ratio=cost_growth(plants[0], finance) if plants else 0.0,
    )


def plant_income(sold_eur: FloatArray, own_use: OwnUse, kwh: Volumes, period_years: float) -> PlantIncome:
    """Return what plants make in a year under K keys.

    Args:
        sold_eur: locally, (K, M); `own_use` behind their meters.
    """
    owner, host = own_use.owner_eur, own_use.host_eur
    own, supply = (np.broadcast_to(eur, sold_eur.shape) for eur in (owner.sum(axis=0), owner[0]))
    # A dearer kWh of surplus counts for more of them: sold by the hour no contract caps it.
    surplus = kwh.surplus_kwh * kwh.surplus_price_ratio
    of_period = (sold_eur, own, supply, kwh.shared_kwh, surplus, host[0], host[1] + host[2])
    return PlantIncome(*(values / period_years for values in of_period))


def persons_npv_eur(
    case: Case, years: PlanYears, terms: BillTerms, kwh: Volumes, income: PlantIncome, k: int, capex: float
) -> FloatArray:
    """Return what each person gains over the plan under key `k`, worth today, (P,).

    Args:
        capex: what the investment is multiplied by.
    """
    flows = np.zeros((len(case.persons), len(years.basis.discounting)))
    np.add.at(flows[:, 1:], case.person_of_site, _sites_eur(case, years, terms, kwh, k))
    np.add.at(flows, case.person_of_plant, plants_eur(years, income, capex, k))
    np.add.at(flows, case.person_of_host, years.basis.hosts_eur(income))
    flows += rents_eur(case, years.basis)
    for p in np.flatnonzero(case.tax_ratio > 0.0).tolist():
        own = case.person_of_plant == p
        invested = (years.invested[0] + (capex - 1.0) * years.invested[1])[own].sum(axis=0)
        vat = (years.invested_vat[0] + (capex - 1.0) * years.invested_vat[1])[own].sum(axis=0)
        grants = years.grants[own].sum(axis=0)
        result = flows[p] - invested - vat - grants
        flows[p] += profit_tax_eur(result, invested, grants, float(case.tax_ratio[p]))
    npv: FloatArray = flows @ years.basis.discounting
    return npv


def rents_eur(case: Case, basis: FlowBasis) -> FloatArray:
    """Rent that each person of the operation receives in each year for its roofs and land, (P, H + 1)."""
    rents, inside = basis.rent_eur, case.landlord_of_plant >= 0
    found = np.zeros((len(case.persons), rents.shape[1]))
    np.add.at(found, case.landlord_of_plant[inside], rents[inside])
    return found


def plants_eur(years: PlanYears, income: PlantIncome, capex: float, k: int = 0) -> FloatArray:
    """Return the cash of each plant in each year before tax, what is invested and given in it, (M, H + 1)."""
    flows = years.basis.by_plant_eur(income, k, capex)
    flows[:, 0] += years.operation_grant_eur - years.basis.grant_eur_at_start
    return flows


def _sites_eur(case: Case, years: PlanYears, terms: BillTerms, kwh: Volumes, k: int) -> FloatArray:
    """Return what each site saves in each year, (N, H); nothing where it is unknown, or has left."""
    local = kwh.local_kwh[k]
    before, after = bills_before(terms, kwh.consumption_kwh), bills_after(terms, kwh.consumption_kwh, local)
    known = kwh.stays & np.isfinite(before.total_eur_ht - after.total_eur_ht)
    more = {
        name: np.where(known, getattr(after, name) - getattr(before, name), 0.0)[:, None] / case.years
        for name in CHANGING
    }
    parts = LedgerInputs(
        local_eur=priced(local, terms.local_eur_per_kwh),
        local_kwh=local.sum(axis=2),
        own_use=_no_own_use(len(case.behind)),
        own_use_vat_ratio=np.zeros(len(case.behind)),
        running_eur=case.running_eur,
        fade_ratio=years.fade[: len(local)],
        years=case.years,
        known=known,
        pmo_eur_per_kwh=terms.pmo_eur_per_kwh,
        cost_growth_ratio=years.cost_growth_ratio,
        vat_ratio=terms.vat_ratio,
    )
    saving: FloatArray = bill_years(years.basis.finance, more, parts).saving_eur
    return np.where(known[:, None], saving, 0.0)


def _no_own_use(plants: int) -> OwnUse:
    """Return own use left aside: it is in the income of plants and hosts."""
    return OwnUse(np.zeros((3, plants)), np.zeros(plants), np.zeros(plants, dtype=np.bool_))
