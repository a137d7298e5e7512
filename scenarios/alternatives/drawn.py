"""What each person gains in one draw, over the years of the plan, as `acc.accounts` has it.

What a draw does to meters and prices is that of a sweep; the years of bills and plants are the ledger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.ledger import LedgerInputs
from acc.accounts.site_years import CHANGING, bill_years
from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, bills_after, bills_before, priced
from acc.plan.cash_flows import cost_growth, faded, plant_flows
from acc.plan.taxes import profit_tax_eur
from scenarios.batch.linear_cash_flows import FlowBasis, PlantIncome, dearer_plant
from scenarios.sweeping.case import Case
from scenarios.sweeping.draws import Draw
from scenarios.sweeping.indicators import Volumes, drawn_terms, gain_eur, local_eur, own_use_eur
from scenarios.sweeping.sums_by_key import nothing_shared
from scenarios.sweeping.worker import engine_of, meters_of, sums_of, volumes_of


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


@dataclass(frozen=True, slots=True, eq=False)
class DrawGround:
    """One alternative made ready for draws; `years` is None without a plan.

    Attributes:
        tax_ratio: on the profit of each person, (P,); 0 where it pays none.
    """

    case: Case
    years: PlanYears | None
    tax_ratio: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DrawnGain:
    """What each person of the case gains in a draw: over the period, and over the plan, (P,)."""

    gain_eur: FloatArray
    npv_eur: FloatArray | None


def ground_of(case: Case, tax_ratio: FloatArray) -> DrawGround:
    """Return a case ready for draws."""
    if case.basis is None:
        return DrawGround(case, None, tax_ratio)
    years = _plan_years(case.basis)
    uneven = bool(np.any(years.fade != years.fade[:1]))
    return DrawGround(replace(case, by_plant=case.by_plant or uneven), years, tax_ratio)


def _plan_years(basis: FlowBasis) -> PlanYears:
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


def drawn_gain(ground: DrawGround, drawn: Draw, engine: str, out: frozenset[str] = frozenset()) -> DrawnGain:
    """Return what each person gains in a draw.

    Args:
        out: participants, hosts of no plant, who take no part: their load is 0 in this draw.

    Raises:
        ValueError: a case without prices.
    """
    case = ground.case
    if case.terms is None:
        raise ValueError("alternatives are compared in euros: a local price is needed")
    meters = meters_of(case, drawn)
    if case.scenario.sharing:
        sums = [one for one in sums_of(case, drawn, meters, engine_of(engine)) if one is not None]
    else:
        sums = [nothing_shared(case, meters)]
    kwh = volumes_of(case, drawn, meters, sums)
    own = drawn_terms(case.terms, drawn)
    terms = own if case.by_plant else own.pooled()
    before, after = (
        bills_before(terms, kwh.consumption_kwh),
        bills_after(terms, kwh.consumption_kwh, kwh.local_kwh[0]),
    )
    saving = before.total_eur_ht - after.total_eur_ht
    saving = np.where([name in out for name in case.ids], np.nan, saving)
    spared = own_use_eur(case, own, meters, case.slots(reformed=drawn.reformed))
    gain = gain_eur(case, terms, drawn, kwh, saving[None], spared.sum(axis=0)[None])[0]
    if ground.years is None:
        return DrawnGain(gain, None)
    known = np.isfinite(saving)
    more = {
        name: np.where(known, getattr(after, name) - getattr(before, name), 0.0)[:, None] / case.years
        for name in CHANGING
    }
    sold = local_eur(case, terms, kwh)[0]
    parts = _parts(ground, ground.years, terms, kwh, spared)
    sites = bill_years(ground.years.basis.finance, more, replace(parts, known=known)).saving_eur
    income = _income(kwh, sold, spared, case.years)
    plants = plants_eur(ground.years, income, drawn.values["capex"])
    return DrawnGain(gain, _npv(ground, drawn, np.where(known[:, None], sites, 0.0), plants))


def _parts(
    ground: DrawGround, years: PlanYears, terms: BillTerms, kwh: Volumes, spared: FloatArray
) -> LedgerInputs:
    case, lanes = ground.case, len(kwh.local_kwh[0])
    return LedgerInputs(
        local_eur=priced(kwh.local_kwh[0], terms.local_eur_per_kwh),
        local_kwh=kwh.local_kwh[0].sum(axis=2),
        own_use_eur=spared,
        running_eur=case.running_eur,
        fade_ratio=years.fade[:lanes],
        years=case.years,
        known=np.ones(len(case.ids), dtype=np.bool_),
        pmo_eur_per_kwh=terms.pmo_eur_per_kwh,
        cost_growth_ratio=years.cost_growth_ratio,
        vat_ratio=terms.vat_ratio,
    )


def _income(kwh: Volumes, sold_eur: FloatArray, spared_eur: FloatArray, period_years: float) -> PlantIncome:
    return PlantIncome(
        sold_eur[None] / period_years,
        spared_eur.sum(axis=0)[None] / period_years,
        spared_eur[:1] / period_years,
        kwh.shared_kwh / period_years,
        kwh.surplus_kwh / period_years,
    )


def plants_eur(years: PlanYears, income: PlantIncome, capex_factor: float) -> FloatArray:
    """Return the cash of each plant in each year before tax, what is invested and given in it, (M, H + 1)."""
    flows = years.basis.by_plant_eur(income, 0, capex_factor)
    flows[:, 0] += years.operation_grant_eur - years.basis.grant_eur_at_start
    return flows


def _npv(ground: DrawGround, drawn: Draw, sites_eur: FloatArray, plants_eur: FloatArray) -> FloatArray:
    case, years = ground.case, ground.years
    assert years is not None  # asked before
    flows = np.zeros((len(case.persons), plants_eur.shape[1]))
    np.add.at(flows[:, 1:], case.person_of_site, sites_eur)
    np.add.at(flows, case.person_of_plant, plants_eur)
    for p in np.flatnonzero(ground.tax_ratio > 0.0).tolist():
        own = case.person_of_plant == p
        more = drawn.values["capex"] - 1.0
        invested = (years.invested[0] + more * years.invested[1])[own].sum(axis=0)
        vat = (years.invested_vat[0] + more * years.invested_vat[1])[own].sum(axis=0)
        grants = years.grants[own].sum(axis=0)
        result = flows[p] - invested - vat - grants
        flows[p] += profit_tax_eur(result, invested, grants, float(ground.tax_ratio[p]))
    npv: FloatArray = flows @ years.basis.discounting
    return npv


def drawn_gains(
    ground: DrawGround, draws: Sequence[Draw], engine: str
) -> tuple[FloatArray, FloatArray | None]:
    """Return the gains of each person in each draw, over the period and over the plan, (P, D)."""
    found = [drawn_gain(ground, one, engine) for one in draws]
    gain = np.stack([one.gain_eur for one in found], axis=1)
    values = [one.npv_eur for one in found if one.npv_eur is not None]
    return gain, np.stack(values, axis=1) if values else None
