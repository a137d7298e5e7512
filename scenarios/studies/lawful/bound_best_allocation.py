"""What no plan passes, under any key: kWh given where they serve best.

For any price pi >= 0 of a kWh at each step, what a group shares is worth at most
`sum_t sum_m I_mt (pi_t - surplus_m)+ + sum_t sum_n C_nt (spared_n - pi_t)+`: the dual of giving each kWh to
who values it most. That is linear in who is in and which roofs are built.
"""

from collections.abc import Iterator

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.lawful.programme import TAKEN, OperationsProgramme, Weights


class AllocationProgramme(OperationsProgramme):
    """The choice of operations under the key that serves best."""

    def _first_weights(self, c: int) -> Iterator[Weights]:
        for price in (float(self.worth.spared_eur_per_kwh.max()), 0.0):  # to the dearest; all that is used
            yield self._weights(c, np.full(self.worth.load_kwh.shape[1], price))

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        return self._weights(c, self._price(c, values))

    def _price(self, c: int, values: FloatArray) -> FloatArray:
        """Return the worth of the last kWh given at each step, (T',)."""
        worth, steps = self.worth, np.arange(self.worth.load_kwh.shape[1])
        need = self._needs(c, values)
        prices = [
            (float(surplus), values[column] * row)
            for (k, s), column in self.at.states[c].items()
            if values[column] > TAKEN
            for row, surplus in zip(
                worth.states[k][s].injected_kwh, worth.states[k][s].surplus_eur_per_kwh, strict=True
            )
        ]
        sites = list(need)
        if not sites or not prices:
            return np.full(len(steps), float(worth.spared_eur_per_kwh.max()))
        spared = np.array([worth.by_step(n) for n in sites])
        order = np.argsort(-spared, axis=0, kind="stable")
        dear = np.take_along_axis(spared, order, axis=0)
        wanted = np.cumsum(np.take_along_axis(np.array([need[n] for n in sites]), order, axis=0), axis=0)
        supply = np.zeros_like(wanted)
        for surplus, row in prices:
            supply += np.where(dear > surplus, row, 0.0)
        short = wanted >= supply
        first = short.argmax(axis=0)
        price = dear[first, steps]
        prices.sort(key=lambda priced: priced[0])
        cheapest = np.cumsum(np.array([row for _s, row in prices]), axis=0) >= wanted[-1]
        last = np.array([surplus for surplus, _row in prices])[
            np.where(cheapest.any(0), cheapest.argmax(0), -1)
        ]
        return np.maximum(np.where(short.any(axis=0), price, last), 0.0)

    def _needs(self, c: int, values: FloatArray) -> dict[int, FloatArray]:
        worth, at = self.worth, self.at
        need = {
            n: values[column] * worth.load_kwh[n]
            for n, column in at.sites[c].items()
            if values[column] > TAKEN
        }
        for (k, s), column in at.states[c].items():
            host, state = self.model.meters.every[k].host, worth.states[k][s]
            if host in need and state.host_kwh is not None and values[column] > TAKEN:
                need[host] = need[host] + values[column] * (state.host_kwh - worth.load_kwh[host])
        return {n: np.maximum(row, 0.0) for n, row in need.items()}

    def _weights(self, c: int, price: FloatArray) -> Weights:
        """Upper bound weights of the columns of a place at a price, EUR."""
        worth, at = self.worth, self.at
        columns, weights = list[int](), list[float]()
        over: dict[int, FloatArray] = {}
        for n, column in at.sites[c].items():
            over[n] = np.maximum(worth.by_step(n) - price, 0.0)
            columns.append(column)
            weights.append(float(np.einsum("t,t->", over[n], worth.load_kwh[n])))
        under: dict[float, FloatArray] = {}
        for (k, s), column in at.states[c].items():
            host, state, eur = self.model.meters.every[k].host, worth.states[k][s], 0.0
            for row, surplus in zip(state.injected_kwh, state.surplus_eur_per_kwh.tolist(), strict=True):
                if surplus not in under:
                    under[surplus] = np.maximum(price - surplus, 0.0)
                eur += float(np.einsum("t,t->", under[surplus], row))
            if host is not None and state.host_kwh is not None:
                less = state.host_kwh - worth.load_kwh[host]
                eur += float(np.einsum("t,t->", over[host], less))
            columns.append(column)
            weights.append(eur)
        return columns, np.array(weights)
