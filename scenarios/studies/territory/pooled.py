"""What no plan passes under keys that give a site one share of all roofs together, as that of the law does.

Such a key takes from each roof by what it makes: at a price pi of a kWh, what a group shares in an hour is
worth at most `sum_n (worth_n - pi)+ need_n + (sum_m (pi - surplus_m) made_m)+`, where a key by plant has a
sum of positive parts. That positive part of a sum is no straight line. But around any set of roofs R

    (sum a_m x_m)+ <= (sum_R a_m)+ + sum_{not in R} (a_m)+ x_m + sum_R (-a_m)+ (1 - x_m)

for x of 0 and 1: what is added raises it by its part above 0 at most, what is taken out by its part below.
It is an equality at R: a row for each set of roofs that the programme chooses closes in on what it shares.
"""

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.lawful.bound_best_allocation import AllocationProgramme
from scenarios.studies.lawful.programme import UNIT_EUR, BoundedPlan, Weights

POOLED_ROUNDS = 60
"""Times that the programme is solved with rows of such keys, at most."""


class PooledProgramme(AllocationProgramme):
    """The choice of operations under any key; then, as rows are added, under those that pool the roofs.

    Roofs stand on the network, each alone on its meter.
    """

    _is_pooled = False

    def pooled(self, most: int) -> BoundedPlan:
        """Return the bound under keys that pool the roofs; to be asked after `best`, whose rows stay."""
        self._is_pooled = True
        bound, values = np.inf, np.zeros(self.count)
        for _round in range(POOLED_ROUNDS):
            values = self._solved()
            bound = min(bound, float(self.highs.getInfo().mip_dual_bound) * UNIT_EUR)
            if not self._add_prices(values):
                break
        return BoundedPlan(bound, self._labels(values, most))

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        price, states = self._price(c, values), self.at.states[c]
        columns = [column for column in states.values() if values[column] > 0.5]
        if not self._is_pooled or not columns or not self._needs(c, values):
            return self._weights(c, price)
        chosen = [self.worth.states[k][s] for (k, s), column in states.items() if values[column] > 0.5]
        injected = np.array([state.injected_kwh[0] for state in chosen])
        surplus = np.array([float(state.surplus_eur_per_kwh[0]) for state in chosen])
        total, need = injected.sum(axis=0), np.sum(list(self._needs(c, values).values()), axis=0)
        # Where more is made than needed, the last kWh is worth what its mixture is paid outside.
        price = np.where(total >= need, surplus @ injected / np.maximum(total, 1e-12), price)
        return self._around(self._weights(c, price), c, columns, (price - surplus[:, None]) * injected)

    def _around(self, weights: Weights, c: int, columns: list[int], over_eur: FloatArray) -> Weights:
        """Return weights that say the least around a set of roofs.

        Args:
            weights: those of any set.
            columns: of the roofs of the set.
            over_eur: what each adds at the price over its surplus, below zero where it is paid less, (R, T).
        """
        all_columns, eur = weights
        # Where no roof of the set is paid more outside, weights of any set say as little of it.
        mixed = over_eur[:, (over_eur < 0.0).any(axis=0)]
        places = [all_columns.index(column) for column in columns]
        eur = np.append(eur, np.maximum(mixed.sum(axis=0), 0.0).sum() + np.maximum(-mixed, 0.0).sum())
        eur[places] -= np.abs(mixed).sum(axis=1)
        return [*all_columns, self.at.founded[c]], eur
