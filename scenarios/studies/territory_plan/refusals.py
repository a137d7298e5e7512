"""What an operation brings where some say no: each member says yes on its own, with one probability."""

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory_plan.problem import Territory


def refused_eur(territory: Territory, group: IntArray, yes_ratio: float, draws: int, seed: int) -> FloatArray:
    """Return what those who say yes have over the plan beside roofs alone, EUR by draw; zero if nothing pays.

    Args:
        group: units asked, sites then roofs.
    """
    n = territory.sites
    said = np.random.default_rng(seed).random((draws, len(group))) < yes_ratio
    sites, roofs = group[group < n], group[group >= n] - n
    by_site, by_roof = said[:, group < n].astype(float), said[:, group >= n].astype(float)
    orient = territory.orient[roofs]
    made_kwh, shape = by_roof * territory.made_kwh[roofs], territory.shape[orient]
    made = made_kwh @ shape
    left, lost = made.copy(), (made_kwh * territory.surplus_eur[orient]) @ shape
    level = territory.level[territory.kind[sites]]
    worth_eur = -(by_site @ territory.fixed_eur[sites] + by_roof @ territory.cost_eur[roofs])
    for v in np.argsort(-territory.worth_eur.mean(axis=1), kind="stable").tolist():
        own = level == v
        need_kwh = by_site[:, own] * territory.need_kwh[sites[own]]
        served = np.minimum(left, need_kwh @ territory.load[territory.kind[sites[own]]])
        worth_eur = worth_eur + served @ territory.worth_eur[v]
        left -= served
    shared_ratio = (made - left) / np.maximum(made, 1e-12)
    net_eur: FloatArray = worth_eur - (lost * shared_ratio).sum(axis=1) - territory.fee_eur
    return np.maximum(net_eur, 0.0)
