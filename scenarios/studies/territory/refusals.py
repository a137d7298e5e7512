"""What an operation brings where some say no, and where needs are others than estimated."""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory.problem import Territory


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """What is not sure of N sites and of the roofs beside them.

    Attributes:
        yes_ratio: the probability that each says yes, on its own.
        own_ln, common_ln: how far the need of each site strays by itself, and with all others whose need is
            estimated, as standard deviations of logarithms, (N,); on average needs stay what they are.
    """

    yes_ratio: float
    own_ln: FloatArray
    common_ln: FloatArray

    @property
    def are_none(self) -> bool:
        """Whether nothing is to be drawn."""
        return self.yes_ratio == 1.0 and not self.own_ln.any() and not self.common_ln.any()


def drawn(
    territory: Territory, group: IntArray, doubts: Doubts, draws: int, seed: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """Gain of accepting units over the plan, EUR by draw, beyond roofs alone, and shared kWh.

    Zero where nothing pays.

    Args:
        group: invited units, sites then roofs.
        seed: that of what is common to all operations of a territory, and the number of this one.
    """
    n, rng = territory.sites, np.random.default_rng(seed)
    accepts = rng.random((draws, len(group))) < doubts.yes_ratio
    sites, roofs = group[group < n], group[group >= n] - n
    by_site, by_roof = accepts[:, group < n].astype(float), accepts[:, group >= n].astype(float)
    need_kwh = by_site * territory.need_kwh[sites] * _factors(doubts, sites, draws, rng, seed[0])
    orient = territory.orient[roofs]
    output_kwh, shape = by_roof * territory.made_kwh[roofs], territory.shape[orient]
    output = output_kwh @ shape
    left, lost = output.copy(), (output_kwh * territory.surplus_eur[orient]) @ shape
    level = territory.level[territory.kind[sites]]
    worth_eur = -(by_site @ territory.fixed_eur[sites] + by_roof @ territory.cost_eur[roofs])
    for v in np.argsort(-territory.worth_eur.mean(axis=1), kind="stable").tolist():
        own = level == v
        served = np.minimum(left, need_kwh[:, own] @ territory.load[territory.kind[sites[own]]])
        worth_eur = worth_eur + served @ territory.worth_eur[v]
        left -= served
    shared_ratio = (output - left) / np.maximum(output, 1e-12)
    net_eur: FloatArray = worth_eur - (lost * shared_ratio).sum(axis=1) - territory.fee_eur
    pays = net_eur > 0.0
    return np.where(pays, net_eur, 0.0), np.where(pays, (output - left).sum(axis=1), 0.0)


def moved(drawn: FloatArray, of_model: float, value: float) -> FloatArray:
    """Return draws of the model moved to what a run of the folder tells; nothing stays nothing.

    Args:
        of_model: what the model finds where everybody says yes; `value` what the run does.

    >>> moved(np.array([0.0, 4.0, 9.0]), 10.0, 5.0).tolist()
    [0.0, 0.0, 4.0]
    """
    more = value - of_model if of_model > 0.0 else 0.0
    return np.where(drawn > 0.0, np.maximum(drawn + more, 0.0), 0.0)


def _factors(doubts: Doubts, sites: IntArray, draws: int, rng: np.random.Generator, seed: int) -> FloatArray:
    """Multiplier of each need, of mean 1, (draws, sites)."""
    own_ln, common_ln = doubts.own_ln[sites], doubts.common_ln[sites]
    common = np.random.default_rng(seed).standard_normal((draws, 1))
    strays = own_ln * rng.standard_normal((draws, len(sites))) + common_ln * common
    factors: FloatArray = np.exp(strays - (own_ln**2 + common_ln**2) / 2.0)
    return factors
