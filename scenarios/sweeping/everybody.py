"""What everybody gains over the plan in a draw, worth today, as `acc.accounts.persons.together` has it.

What plants are worth, and what sites spare in each year: it fades with the plants that serve them, and each
price grows by its own index. Without a tax on profit, it is straight in the kWh of the first year; with one,
`scenarios.sweeping.person_years` has the years of each person.
"""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, priced
from acc.plan.cash_flows import cost_growth
from scenarios.batch.linear_cash_flows import FlowBasis


@dataclass(frozen=True, slots=True, eq=False)
class YearsWorth:
    """Worth today of a euro of the first year, by plant (M,), and where it does not fade.

    Attributes:
        supply, local, flat, costs: that follows the supplier's price, the local price, none, the costs.
        yearly: of the PMO's yearly fee and of management, paid whole while a plant runs.
        steady_flat: of who receives nothing: its bill does not fade.
    """

    supply: FloatArray
    local: FloatArray
    flat: FloatArray
    costs: FloatArray
    yearly: float
    steady_flat: float


def years_worth(basis: FlowBasis) -> YearsWorth:
    """Return what a euro of each kind is worth over the plan."""
    discounting = basis.discounting
    years = np.arange(len(discounting), dtype=np.float64)
    dearer = np.where(years > 0, (1.0 + cost_growth(basis.plants[0], basis.finance)) ** (years - 1.0), 0.0)
    runs = basis.flat.any(axis=0)
    return YearsWorth(
        supply=basis.supply @ discounting,
        local=basis.euro @ discounting,
        flat=basis.flat @ discounting,
        costs=(basis.flat * dearer) @ discounting,
        yearly=float((runs * dearer) @ discounting),
        steady_flat=float(discounting[1:].sum()),
    )


def fades_alike(basis: FlowBasis | None) -> bool:
    """Return whether all plants fade and end together, so that their kWh need not be told apart."""
    return basis is None or bool(np.all(basis.flat == basis.flat[:1]))


def sites_npv_eur(
    terms: BillTerms, worth: YearsWorth, local_kwh: FloatArray, savings_eur: FloatArray, years: float
) -> FloatArray:
    """Return what all sites whose euros are known spare over the plan, worth today, (K,).

    Args:
        local_kwh: received in the period, (K, M or 1, N, S); as one plant, all fade alike.
        savings_eur: of each site in the period, (K, N); nan where unknown.
        years: length of the period.
    """
    known = np.isfinite(savings_eur)
    by_plant = local_kwh.sum(axis=3)
    received = by_plant.sum(axis=1)
    count = by_plant.shape[1]
    share = np.divide(by_plant, received[:, None], out=np.zeros_like(by_plant), where=received[:, None] > 0.0)

    def kept(by_euro: FloatArray, steady: float) -> FloatArray:
        """Return the worth of a euro of each site, by the plants that serve it, (K, N)."""
        mixed = np.einsum("kmn,m->kn", share, by_euro[:count])
        return np.where(received > 0.0, mixed, steady)

    supply = priced(local_kwh.sum(axis=1), terms.supply_eur_per_kwh)
    paid = priced(local_kwh, terms.local_eur_per_kwh)
    by_kwh = received * terms.pmo_eur_per_kwh
    fee = terms.pmo_eur * _parts(received)
    management = (terms.management_acc_eur - terms.management_eur) * (1.0 + terms.cta_ratio)
    flat = savings_eur - supply + paid.sum(axis=1) + by_kwh + fee + management
    whole = (
        supply * kept(worth.supply, 0.0)
        - np.einsum("kmn,m->kn", paid, worth.local[:count])
        + flat * kept(worth.flat, worth.steady_flat)
        - by_kwh * kept(worth.costs, 0.0)
        - (management + fee) * worth.yearly
    )
    total: FloatArray = np.where(known, whole, 0.0).sum(axis=1) / years
    return total


def _parts(received_kwh: FloatArray) -> FloatArray:
    """Return the part of each site in the yearly fee, as a bill has it."""
    whole = received_kwh.sum(axis=1, keepdims=True)
    even = np.full_like(received_kwh, 1.0 / max(1, received_kwh.shape[1]))
    parts: FloatArray = np.divide(received_kwh, whole, out=even, where=whole > 0.0)
    return parts
