"""What each draw is measured by: kWh and euros of the operation, of its members, by draw and key."""

from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.batch.needs import Needs
from acc.bills.bill import BillTerms, priced, savings_eur_ht
from acc.bills.surplus import OwnUse, own_use, paid_surplus_kwh
from acc.bills.tariffs import NOT_SOLD
from scenarios.batch.linear_cash_flows import payback_years
from scenarios.sweeping.case import SLOT_COUNT, Case
from scenarios.sweeping.draws import Draw
from scenarios.sweeping.everybody import sites_npv_eur, years_worth
from scenarios.sweeping.person_years import Volumes, persons_npv_eur, plan_years, plant_income, rents_eur

MEMBER_INDICATORS = ("consumption_kwh", "received_kwh", "autoproduction_ratio", "saving_eur_ht")
"""Known of each participant, and of all together."""


GROUP_INDICATORS = (
    "production_kwh",
    "surplus_kwh",
    "autoconsommation_ratio",
    "local_eur_ht",
    "gain_eur_ht",
    "everybody_npv_eur_ht",
    "npv_eur_ht",
    "payback_years",
)
"""Known of the operation only; its gain is that of all persons together, `npv_eur_ht` that of the plants."""


INDICATORS = (*MEMBER_INDICATORS, *GROUP_INDICATORS)


@dataclass(frozen=True, slots=True, eq=False)
class Meters:
    """What the meters see in one draw, on the sheet and by group of steps.

    Attributes:
        bending: what loads are multiplied by, (N, P), see `Cells`; None when by `factor` alone.
        moved_kwh: loads on a whole sheet, flexible ones moved, own use included, (N, D); None without any.
    """

    needs: Needs
    made_kwh: FloatArray
    consumption_by_group_kwh: FloatArray
    own_by_group_kwh: FloatArray
    factor: FloatArray
    output_kwp: FloatArray
    bending: FloatArray | None
    moved_kwh: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Euros:
    """What a draw gives beside the indicators, under K keys.

    Attributes:
        cash_eur: of the producers in each year, (K, H + 1); None without a plan.
        gain_eur: of each person of the case, (K, P).
    """

    cash_eur: FloatArray | None
    gain_eur: FloatArray


def _column(name: str) -> int:
    return INDICATORS.index(name)


def write_kwh(out: FloatArray, kwh: Volumes) -> None:
    """Write the kWh of a draw in the columns of their indicators."""
    stays = kwh.stays
    consumed, received = kwh.consumption_kwh.sum(axis=1), kwh.local_kwh.sum(axis=(1, 3))
    out[:, 1:, _column("consumption_kwh")] = np.where(stays, consumed, np.nan)
    out[:, 1:, _column("received_kwh")] = np.where(stays, received, np.nan)
    ratio = np.divide(received, consumed, out=np.full_like(received, np.nan), where=consumed > 0.0)
    out[:, 1:, _column("autoproduction_ratio")] = np.where(stays, ratio, np.nan)
    made, whole = kwh.injected_kwh.sum(), kwh.shared_kwh.sum(axis=1)
    out[:, GROUP, _column("consumption_kwh")] = consumed.sum()
    out[:, GROUP, _column("received_kwh")] = whole
    out[:, GROUP, _column("autoproduction_ratio")] = (
        whole / consumed.sum() if consumed.sum() > 0.0 else np.nan
    )
    out[:, GROUP, _column("production_kwh")] = made
    out[:, GROUP, _column("surplus_kwh")] = kwh.surplus_kwh.sum(axis=1)
    out[:, GROUP, _column("autoconsommation_ratio")] = whole / made if made > 0.0 else np.nan


def write_euros(
    out: FloatArray, case: Case, own: BillTerms, drawn: Draw, meters: Meters, kwh: Volumes
) -> Euros:
    """Write what is saved and earned; return the producers' cash of each year and the gain of persons."""
    terms = drawn_terms(own, drawn)
    pooled = terms if case.by_plant else terms.pooled()
    savings = savings_eur_ht(pooled, kwh.consumption_kwh, kwh.local_kwh)
    savings = np.where(kwh.stays, savings, np.nan)
    out[:, 1:, _column("saving_eur_ht")] = savings
    known = np.isfinite(savings)
    whole = np.where(known, savings, 0.0).sum(axis=1)
    out[:, GROUP, _column("saving_eur_ht")] = np.where(known.any(axis=1), whole, np.nan)
    sold = local_eur(case, pooled, kwh)
    out[:, GROUP, _column("local_eur_ht")] = sold.sum(axis=1)
    own_use = own_use_of(case, terms, meters, case.slots(reformed=drawn.reformed))
    gain = gain_eur(case, pooled, drawn, kwh, savings, own_use)
    out[:, GROUP, _column("gain_eur_ht")] = gain.sum(axis=1)
    if case.basis is None or np.isnan(sold).any():
        return Euros(None, gain)
    years = case.years
    income = plant_income(sold, own_use, kwh, years)
    flows = case.basis.flows_eur(income, drawn.values["capex"])
    plants = flows @ case.basis.discounting
    out[:, GROUP, _column("npv_eur_ht")] = plants
    if case.tax_ratio.any():
        plan, factor = plan_years(case.basis), drawn.values["capex"]
        values = [persons_npv_eur(case, plan, pooled, kwh, income, k, factor) for k in range(len(savings))]
        everybody = np.array(values).sum(axis=1)
    else:
        worth = years_worth(case.basis)
        hosts = float((income.host_supply_eur @ worth.supply) + (income.host_rest_eur @ worth.flat))
        hosts += float(rents_eur(case, case.basis).sum(axis=0) @ case.basis.discounting)
        everybody = plants + hosts + sites_npv_eur(pooled, worth, kwh.local_kwh, savings, years)
    out[:, GROUP, _column("everybody_npv_eur_ht")] = everybody
    out[:, GROUP, _column("payback_years")] = payback_years(flows)
    return Euros(flows.cumsum(axis=1), gain)


def drawn_terms(terms: BillTerms, drawn: Draw) -> BillTerms:
    """Return the terms of the bills under the prices of a draw."""
    return replace(
        terms,
        supply_eur_per_kwh=terms.supply_eur_per_kwh * drawn.values["supply_price"],
        local_eur_per_kwh=terms.local_eur_per_kwh * drawn.values["local_price"],
    )


def local_eur(case: Case, terms: BillTerms, kwh: Volumes, counted: BoolArray | None = None) -> FloatArray:
    """Return what each plant sells locally, shape (K, M); to who is `counted`, (K, 1, N, 1), where given."""
    if case.by_plant:
        local = kwh.local_kwh if counted is None else np.where(counted, kwh.local_kwh, 0.0)
        by_plant: FloatArray = priced(local, terms.local_eur_per_kwh).sum(axis=-1)
        return by_plant
    one_price = terms.local_eur_per_kwh.flat[:1]  # none where there is no plant, and nothing to sell
    eur: FloatArray = kwh.shared_kwh * (one_price if one_price.size else 0.0)
    return eur


def gain_eur(
    case: Case, terms: BillTerms, drawn: Draw, kwh: Volumes, savings: FloatArray, own_use: OwnUse
) -> FloatArray:
    """Return what each person gains, (K, P), as `acc.accounts.persons` has it: before the investment.

    What its sites save, what its plants sell to sites whose euros are known and as surplus, what is spared
    behind their meters, less the costs of running them.
    """
    known = np.isfinite(savings)
    sold = local_eur(case, terms, kwh, known[:, None, :, None])
    plants = sold + own_use.owner_eur.sum(axis=0) + _surplus_eur(case, kwh)
    plants = plants - case.running_eur[0] - case.running_eur[1] * drawn.values["capex"]
    gain = np.zeros((len(savings), len(case.persons)))
    np.add.at(gain.T, case.person_of_site, np.where(known, savings, 0.0).T)
    np.add.at(gain.T, case.person_of_plant, plants.T)
    gain += np.bincount(case.person_of_host, own_use.host_eur.sum(axis=0), gain.shape[1])
    gain += 0.0 if case.basis is None else rents_eur(case, case.basis)[:, 1] * case.years
    return gain


def _surplus_eur(case: Case, kwh: Volumes) -> FloatArray:
    """Return what the surplus of each plant is paid under its contract, (K, M); nothing where it has none."""
    assert case.tariffs is not None  # euros are computed with them
    paid = np.zeros_like(kwh.surplus_kwh)
    for m, (plant, tariff) in enumerate(zip(case.scenario.plants, case.tariffs.plants, strict=True)):
        contract = tariff.surplus
        if contract is None or contract.code == NOT_SOLD:
            continue
        for k, left in enumerate(kwh.surplus_kwh[:, m].tolist()):
            taken = float(kwh.injected_kwh[m]) - left  # what is lost in a battery is injected too
            kept = paid_surplus_kwh(contract, plant.kwp, left, taken, case.years)
            paid[k, m] = contract.eur_per_kwh * kept
    return paid * kwh.surplus_price_ratio


def own_use_of(case: Case, terms: BillTerms, meters: Meters, slots: IntArray) -> OwnUse:
    """Return what own use behind meters is worth to hosts and owners; an unknown price counts nothing."""
    assert case.tariffs is not None  # euros are computed with them
    hosts = [None if host < 0 else int(host) for host in case.behind]
    kwh = np.zeros((len(hosts), SLOT_COUNT))
    for plant, host in enumerate(hosts):
        if host is not None:
            np.add.at(kwh[plant], slots[host], meters.own_by_group_kwh[plant])
    found = own_use(terms, case.tariffs.plants, kwh, hosts)
    known = found.sold | np.isfinite(found.spared_eur.sum(axis=0))
    return replace(found, spared_eur=np.where(known, found.spared_eur, 0.0))


GROUP = 0
"""Row of the whole operation; participants follow."""
