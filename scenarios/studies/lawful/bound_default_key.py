"""What no plan passes under the default key, which gives everybody the same part of what it needs.

Let f be that part and g the part of what each roof injects that is shared: both from 0 to 1, f L = g P, L the
load of who is in, P what is injected. With V_n what a site would spare if served whole and S_m what a roof
would sell as surplus, a group shares `f sum V_n - g sum S_m`. For any price pi of a kWh, any corrections c_n
of all sites of the place of sum zero and any d_m of all its roofs of sum zero, at each step, it is
`f sum (V_n - pi L_n + c_n) + g sum (pi I_m - S_m + d_m)`, hence at most the sum of all these terms that are
above zero; a site or a roof that is out has its correction alone. That is linear in who is in and which roofs
are built. With a price and corrections by which all terms are zero of what is only partly served, or partly
shared, in some choice, it is what that choice shares, to the euro.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.lawful.curves import added
from scenarios.studies.lawful.programme import TAKEN, BoundedPlan, OperationsProgramme, Weights
from scenarios.studies.lawful.worth_of_kwh import MeterState

LEAST_KWH = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class _Price:
    """What bounds a place: price of a kWh, (T',), and corrections of sites and of roofs, (T',), if any."""

    eur_per_kwh: FloatArray
    of_site: Mapping[int, FloatArray]
    of_roof: Mapping[int, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What a choice puts together in a place: load, its worth, injection, its surplus, each (T',), by row."""

    load_kwh: Mapping[int, FloatArray]
    spared_eur: Mapping[int, FloatArray]
    injected_kwh: Mapping[int, FloatArray]
    surplus_eur: Mapping[int, FloatArray]


class DefaultKeyProgramme(OperationsProgramme):
    """The choice of operations under the default key, one at most in each place."""

    def _first_weights(self, c: int) -> Iterator[Weights]:
        for price in (float(self.worth.spared_eur_per_kwh.max()), 0.0):
            yield self._weights(c, _Price(np.full(self.worth.load_kwh.shape[1], price), {}, {}))

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        return self._weights(c, _price(self._shared(c, values / values[self.at.founded[c]])))

    def _hosted(self, c: int) -> dict[int, list[tuple[int, MeterState]]]:
        """Return the columns of roofs behind the meter of each site, with what they are."""
        hosted: dict[int, list[tuple[int, MeterState]]] = {}
        for (k, s), column in self.at.states[c].items():
            host = self.model.meters.every[k].host
            if host is not None:
                hosted.setdefault(host, []).append((column, self.worth.states[k][s]))
        return hosted

    def _shared(self, c: int, part: FloatArray) -> _Shared:
        """Sums of a choice, with fractions of sites and roofs."""
        worth, hosted, loads = self.worth, self._hosted(c), dict[int, FloatArray]()
        for n, column in self.at.sites[c].items():
            loads[n] = part[column] * worth.load_kwh[n]
            for own, state in hosted.get(n, []):
                if part[own] > TAKEN and state.host_kwh is not None:
                    loads[n] = loads[n] + part[own] * (state.host_kwh - worth.load_kwh[n])
        injected, sold = dict[int, FloatArray](), dict[int, FloatArray]()
        for (k, s), column in self.at.states[c].items():
            for (roof, _power), row, eur in _rows(worth.states[k][s]):
                more = part[column] * row if part[column] > TAKEN else 0.0 * row
                injected[roof] = injected[roof] + more if roof in injected else more
                sold[roof] = sold[roof] + eur * more if roof in sold else eur * more
        return _Shared(loads, {n: load * worth.by_step(n) for n, load in loads.items()}, injected, sold)

    def _weights(self, c: int, price: _Price) -> Weights:
        """Upper bound weights of the columns of a place."""
        worth, hosted, pi = self.worth, self._hosted(c), price.eur_per_kwh
        weights, outside = dict[int, float](), 0.0
        for n, column in self.at.sites[c].items():
            off, over = price.of_site.get(n), worth.by_step(n) - pi
            out, inside = _sum_above(0.0 * over, off), _sum_above(over * worth.load_kwh[n], off)
            outside += out
            weights[column] = inside - out
            for own, state in hosted.get(n, []):
                load = worth.load_kwh[n] if state.host_kwh is None else state.host_kwh
                weights[own] = _sum_above(over * load, off) - inside
        unshared = {roof: _sum_above(0.0 * row, row) for roof, row in price.of_roof.items()}
        for (k, s), column in self.at.states[c].items():
            for (roof, _power), row, eur in _rows(worth.states[k][s]):
                more = _sum_above((pi - eur) * row, price.of_roof.get(roof)) - unshared.get(roof, 0.0)
                weights[column] = weights.get(column, 0.0) + more
        weights[self.at.founded[c]] = outside + sum(unshared.values())
        return list(weights), np.array(list(weights.values()))


def _rows(state: MeterState) -> Iterator[tuple[tuple[int, int], FloatArray, float]]:
    """Yield each roof of a state, what it injects, (T',), and what a kWh of it would bring as surplus."""
    return zip(state.roofs, state.injected_kwh, state.surplus_eur_per_kwh.tolist(), strict=True)


def _price(shared: _Shared) -> _Price:
    """Return the price and the corrections that are exact for a choice."""
    count = len(next(iter(shared.load_kwh.values())))
    need, spared, injected, sold = (
        added(list(rows.values()), count)
        for rows in (shared.load_kwh, shared.spared_eur, shared.injected_kwh, shared.surplus_eur)
    )
    scarce = (injected < need) & (need > LEAST_KWH)
    plenty = ~scarce & (injected > LEAST_KWH)
    price = np.divide(spared, need, out=np.zeros(count), where=scarce)
    price = np.divide(sold, injected, out=price, where=plenty)
    return _Price(
        price,
        {
            n: np.where(scarce, price * load - shared.spared_eur[n], 0.0)
            for n, load in shared.load_kwh.items()
        },
        {
            roof: np.where(plenty, shared.surplus_eur[roof] - price * row, 0.0)
            for roof, row in shared.injected_kwh.items()
        },
    )


def _sum_above(eur: FloatArray, correction_eur: FloatArray | None) -> float:
    """Return the sum of what is above zero once corrected."""
    return float(np.maximum(eur if correction_eur is None else eur + correction_eur, 0.0).sum())


def key_bound(programme: DefaultKeyProgramme, most: int, best_of_fewer_eur: float) -> BoundedPlan:
    """Upper bound of a plan with a number of operations under the default key.

    Two operations in one place are one more than they need be: merged, they are worth no less under the best
    allocation, and spare a fee.

    Args:
        best_of_fewer_eur: bound of the best allocation of one operation less.
    """
    bound = programme.best(most)
    merged_eur = best_of_fewer_eur - programme.worth.fee_eur if most > 1 else -np.inf
    return BoundedPlan(max(bound.bound_eur, merged_eur), bound.labels)
