"""Which operations to found, as a programme of whole numbers: sites and roofs chosen, the law held.

What a place shares is bounded by rows, one for each price of a kWh that was found; HiGHS chooses, and its
choice gives the next price (Benders, 1962; Kelley, 1960). How a price bounds is what two bounds differ in.

What no plan passes, under any key: kWh given where they serve best.

For any price pi >= 0 of a kWh at each step, what a group shares is worth at most
`sum_t sum_m I_mt (pi_t - surplus_m)+ + sum_t sum_n C_nt (spared_n - pi_t)+`: the dual of giving each kWh to
who values it most. That is linear in who is in and which roofs are built.

What no plan passes under the default key, which gives everybody the same part of what it needs.

Let f be that part and g the part of what each roof injects that is shared: both from 0 to 1, f L = g P, L the
load of who is in, P what is injected. With V_n what a site would spare if served whole and S_m what a roof
would sell as surplus, a group shares `f sum V_n - g sum S_m`. For any price pi of a kWh, any corrections c_n
of all sites of the place of sum zero and any d_m of all its roofs of sum zero, at each step, it is
`f sum (V_n - pi L_n + c_n) + g sum (pi I_m - S_m + d_m)`, hence at most the sum of all these terms that are
above zero; a site or a roof that is out has its correction alone. That is linear in who is in and which roofs
are built. With a price and corrections by which all terms are zero of what is only partly served, or partly
shared, in some choice, it is what that choice shares, to the euro.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from acc.scenario import Regime
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful.evaluate import OUT, Labels
from scenarios.studies.lawful.law import GroupLaw, LawfulPlace
from scenarios.studies.lawful.meters import NOT_BUILT, added
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, MeterState

ROUNDS, INTEGER_ROUNDS = 25, 6
"""Prices looked for with parts of sites, then with whole ones."""

UNIT_EUR = 1000.0
"""Of the programme's money: figures near 1 keep its tolerances small."""

GAP_RATIO = 1e-4

PRECISION_RATIO = 1e-4
"""A row that bounds a choice by no more than this is none."""

TAKEN = 1e-9
"""Of a choice: below it nothing is taken."""

Weights = tuple[list[int], FloatArray]
"""Columns, and what each adds at most to what its place shares, EUR."""


@dataclass(frozen=True, slots=True)
class BoundedPlan:
    """A bound, and the plan in which it was last met.

    Attributes:
        bound_eur: no plan of so many operations brings everybody more over the plan.
        labels: that plan: not always one that pays its organiser, or without losers.
    """

    bound_eur: float
    labels: Labels


@dataclass(slots=True)
class _Columns:
    """Where each choice stands among the columns: by place, by site or by state of a meter."""

    founded: list[int] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)
    sites: list[dict[int, int]] = field(default_factory=list)
    states: list[dict[tuple[int, int], int]] = field(default_factory=list)
    alone: dict[tuple[int, int], int] = field(default_factory=dict)


class OperationsProgramme:
    """The choice of operations; rows of prices stay from one number of operations to the next."""

    def __init__(
        self, model: GroupModel, worth: KwhWorth, law: GroupLaw, places: Sequence[LawfulPlace]
    ) -> None:
        self.model, self.worth, self.law, self.places = model, worth, law, places
        self.highs, self.at = SilentHighs(), _Columns()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_rel_gap", GAP_RATIO)
        self.count, self.whole = 0, list[int]()
        self._add_columns()
        self._add_rows()
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def best(self, most: int) -> BoundedPlan:
        """Return the bound for so many operations at most."""
        self.highs.changeRowBounds(self.most_row, 0.0, float(most))
        self._set_integer(integer=False)
        before = np.inf
        for _round in range(ROUNDS):
            values = self._solved()
            now = float(self.highs.getInfo().objective_function_value)
            if before - now <= PRECISION_RATIO * abs(now) or not self._add_prices(values):
                break
            before = now
        self._set_integer(integer=True)
        bound = np.inf
        values = np.zeros(self.count)
        for _round in range(INTEGER_ROUNDS):
            values = self._solved()
            bound = min(bound, float(self.highs.getInfo().mip_dual_bound) * UNIT_EUR)
            if not self._add_prices(values):
                break
        return BoundedPlan(bound, self._labels(values, most))

    def _column(self, amount_eur: float, upper: float = 1.0, *, integer: bool = True) -> int:
        at, self.count = self.count, self.count + 1
        self.highs.addVar(0.0, upper)
        self.highs.changeColCost(at, amount_eur / UNIT_EUR)
        if integer:
            self.whole.append(at)
        return at

    def _row(self, lower: float, upper: float, columns: Sequence[int], weights: Sequence[float]) -> int:
        order = np.array(columns, dtype=np.int32)
        self.highs.addRow(lower, upper, len(order), order, np.array(weights, dtype=np.float64))
        return int(self.highs.getNumRow()) - 1

    def _add_columns(self) -> None:
        at, worth = self.at, self.worth
        every = [(k, s) for k, states in enumerate(worth.states) for s in range(len(states))]
        for place in self.places:
            at.founded.append(self._column(-worth.fee_eur))
            at.shared.append(self._column(UNIT_EUR, 1e9, integer=False))
            sites = [n for n in positions_of(place.bits) if n < self.model.sites]
            at.sites.append({n: self._column(-float(worth.fixed_eur[n])) for n in sites})
            inside = [(k, s) for k, s in every if self._is_in(place, worth.states[k][s])]
            at.states.append({(k, s): self._column(worth.states[k][s].alone_eur) for k, s in inside})
        at.alone = {(k, s): self._column(worth.states[k][s].alone_eur) for k, s in every}

    def _is_in(self, place: LawfulPlace, state: MeterState) -> bool:
        host = self.model.meters.every[state.meter].host
        roofs = all(place.bits >> self.model.sites + roof & 1 for roof, _power in state.roofs)
        return roofs and (host is None or bool(place.bits >> host & 1))

    def _add_rows(self) -> None:
        at = self.at
        for c in range(len(self.places)):
            self._add_place_rows(c)
        for site in range(self.model.sites):
            own = [sites[site] for sites in at.sites if site in sites]
            if own:
                self._row(0.0, 1.0, own, [1.0] * len(own))
        for k, meter in enumerate(self.model.meters.every):
            self._add_meter_rows(k, meter.host)
        for c in range(len(self.places)):
            for weights in self._first_weights(c):
                self._hold(c, weights)
        self.most_row = self._row(0.0, float(len(self.places)), at.founded, [1.0] * len(at.founded))

    def _add_place_rows(self, c: int) -> None:
        """Hold what stands in a place to its operation, to its hosts and to what the regime asks."""
        at, place = self.at, self.places[c]
        founded, states = at.founded[c], at.states[c]
        for column in at.sites[c].values():
            self._row(-np.inf, 0.0, [column, founded], [1.0, -1.0])
        for meter in {k for k, _s in states}:
            host = self.model.meters.every[meter].host
            own = [column for (k, _s), column in states.items() if k == meter]
            holder = founded if host is None else at.sites[c][host]
            self._row(-np.inf, 0.0, [*own, holder], [*[1.0] * len(own), -1.0])
        if place.regime is Regime.EPCI:
            self._add_public_rows(c)
        kwp = [self.worth.states[k][s].power_kwp for k, s in states]
        if sum(kwp) >= place.cap_kwp:
            self._row(-np.inf, place.cap_kwp, list(states.values()), kwp)

    def _add_public_rows(self, c: int) -> None:
        """Hold a commune or the EPCI inside, by its site or by its roof."""
        sites, founded = self.at.sites[c], self.at.founded[c]
        bodies = [column for n, column in sites.items() if self.law.authorities >> n & 1]
        roofs = self.law.authorities >> self.model.sites
        own = [
            column
            for (k, s), column in self.at.states[c].items()
            for roof, _power in self.worth.states[k][s].roofs
            if roofs >> roof & 1
        ]
        self._row(0.0, np.inf, [*bodies, *own, founded], [*[1.0] * (len(bodies) + len(own)), -1.0])

    def _add_meter_rows(self, meter: int, host: int | None) -> None:
        at = self.at
        own = [column for states in at.states for (k, _s), column in states.items() if k == meter]
        alone = [column for (k, _s), column in at.alone.items() if k == meter]
        every = [*own, *alone]
        if every:
            self._row(1.0 if self.worth.must[meter] else 0.0, 1.0, every, [1.0] * len(every))
        if host is not None and alone:  # inside with its host, or alone with its host outside
            hosts = [sites[host] for sites in at.sites if host in sites]
            self._row(-np.inf, 1.0, [*alone, *hosts], [1.0] * (len(alone) + len(hosts)))

    def _set_integer(self, *, integer: bool) -> None:
        kind = highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous
        for column in self.whole:
            self.highs.changeColIntegrality(column, kind)

    def _solved(self) -> FloatArray:
        self.highs.run()
        return np.array(self.highs.getSolution().col_value)

    def _add_prices(self, values: FloatArray) -> bool:
        """Add the row of the price at which each place shares best; return whether one was missing."""
        added = False
        for c in range(len(self.places)):
            if values[self.at.founded[c]] < 1e-6:
                continue
            weights = columns, eur = self._weights_at(c, values)
            most = float(values[columns] @ eur)
            shared_eur = float(values[self.at.shared[c]]) * UNIT_EUR
            if shared_eur > most + PRECISION_RATIO * max(UNIT_EUR, abs(most)):
                self._hold(c, weights)
                added = True
        return added

    def _hold(self, c: int, weights: Weights) -> None:
        columns, eur = weights
        self._row(-np.inf, 0.0, [self.at.shared[c], *columns], [1.0, *(-eur / UNIT_EUR)])

    @abstractmethod
    def _first_weights(self, c: int) -> Iterator[Weights]:
        """Yield the bounds of a place before any choice."""

    @abstractmethod
    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        """Weights at a choice that founds a place, for the tightest bound."""

    def _labels(self, values: FloatArray, most: int) -> Labels:
        model, at = self.model, self.at
        labels = Labels([OUT] * (model.sites + model.roofs), [NOT_BUILT] * model.roofs)
        chosen = [c for c, column in enumerate(at.founded) if values[column] > 0.5][:most]
        for label, c in enumerate(chosen):
            for n, column in at.sites[c].items():
                if values[column] > 0.5:
                    labels.label[n] = label
            for (k, s), column in at.states[c].items():
                if values[column] > 0.5:
                    for roof, power in self.worth.states[k][s].roofs:
                        labels.power[roof], labels.label[model.sites + roof] = power, label
        for (k, s), column in at.alone.items():
            if values[column] > 0.5:
                for roof, power in self.worth.states[k][s].roofs:
                    labels.power[roof] = power
        return labels


class AllocationProgramme(OperationsProgramme):
    """The choice of operations under the key that serves best."""

    def _first_weights(self, c: int) -> Iterator[Weights]:
        for price in (float(self.worth.spared_eur_per_kwh.max()), 0.0):  # to the dearest; all that is used
            yield self._weights(c, np.full(self.worth.steps, price))

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        return self._weights(c, self._price(c, values))

    def _price(self, c: int, values: FloatArray) -> FloatArray:
        """Return the worth of the last kWh given at each step, (T',)."""
        worth, steps = self.worth, np.arange(self.worth.steps)
        need = self._needs(c, values)
        prices = [
            (surplus, values[column] * row)
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
        eur, kwh = np.array([paid for paid, _row in prices]), np.array([row for _paid, row in prices])
        rising = np.argsort(eur, axis=0, kind="stable")
        cheapest = np.cumsum(np.take_along_axis(kwh, rising, axis=0), axis=0) >= wanted[-1]
        at = np.where(cheapest.any(0), cheapest.argmax(0), -1)
        last = np.take_along_axis(eur, rising, axis=0)[at, steps]
        return np.maximum(np.where(short.any(axis=0), price, last), 0.0)

    def _needs(self, c: int, values: FloatArray) -> dict[int, FloatArray]:
        worth, at = self.worth, self.at
        need = {
            n: values[column] * worth.load(n) for n, column in at.sites[c].items() if values[column] > TAKEN
        }
        for (k, s), column in at.states[c].items():
            host, state = self.model.meters.every[k].host, worth.states[k][s]
            if host in need and state.host_kwh is not None and values[column] > TAKEN:
                need[host] = need[host] + values[column] * (state.host_kwh - worth.load(host))
        return {n: np.maximum(row, 0.0) for n, row in need.items()}

    def _weights(self, c: int, price: FloatArray) -> Weights:
        """Upper bound weights of the columns of a place at a price, EUR."""
        worth, at = self.worth, self.at
        columns, weights = list[int](), list[float]()
        over: dict[int, FloatArray] = {}
        for n, column in at.sites[c].items():
            over[n] = np.maximum(worth.by_step(n) - price, 0.0)
            columns.append(column)
            weights.append(float(np.einsum("t,t->", over[n], worth.load(n))))
        for (k, s), column in at.states[c].items():
            host, state, eur = self.model.meters.every[k].host, worth.states[k][s], 0.0
            for row, surplus in zip(state.injected_kwh, state.surplus_eur_per_kwh, strict=True):
                eur += float(np.einsum("t,t->", np.maximum(price - surplus, 0.0), row))
            if host is not None and state.host_kwh is not None:
                less = state.host_kwh - worth.load(host)
                eur += float(np.einsum("t,t->", over[host], less))
            columns.append(column)
            weights.append(eur)
        return columns, np.array(weights)


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
            yield self._weights(
                c, _Price(np.full(self.worth.steps, price), {}, {}), np.zeros(self.worth.steps)
            )

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        """Weights of the tighter of two bounds of the VAT on the fee, shared by what each site receives.

        No operation of a place receives more than all of it: a kWh that is taxed bears a part of the fee at
        least. And all of the fee is taxed at the highest ratio but for the sites inside that bear less.
        """
        part, vat = values / values[self.at.founded[c]], self.model.prices.vat_ratio[list(self.at.sites[c])]
        taxes = [np.zeros(self.worth.steps)]
        if self.worth.taxed_fee_eur.any() and np.ptp(vat):
            taxes.append(self._fee_eur_per_kwh(c))
        first, *other = [self._weights(c, _price(self._shared(c, part, tax)), tax) for tax in taxes]
        return min([self._with_fee(c, first), *other], key=lambda row: float(values[row[0]] @ row[1]))

    def _with_fee(self, c: int, weights: Weights) -> Weights:
        """Return weights less VAT at the highest ratio of the place, but for sites that bear less."""
        vat, sites = self.model.prices.vat_ratio, self.at.sites[c]
        fee_eur, highest = float(self.worth.taxed_fee_eur.sum()), float(vat[list(sites)].max())
        eur = dict(zip(*weights, strict=True))
        eur[self.at.founded[c]] -= fee_eur * (highest - float(vat.min()))
        for n, column in sites.items():
            eur[column] += fee_eur * (highest - float(vat[n]))
        return list(eur), np.array(list(eur.values()))

    def _fee_eur_per_kwh(self, c: int) -> FloatArray:
        """Part of the fee that bears VAT, for a kWh received where all of a place share, (T',)."""
        worth, at = self.worth, self.at
        need = added([worth.load(n) for n in at.sites[c]], worth.steps)
        made = dict[int, FloatArray]()
        for k, s in at.states[c]:
            own = worth.states[k][s].injected_kwh.sum(axis=0)
            made[k] = np.maximum(made.get(k, 0.0), own)
        kwh = np.minimum(need, added(list(made.values()), worth.steps)).reshape(worth.stretches, -1)
        most = kwh.sum(axis=1)
        rate = np.divide(worth.taxed_fee_eur, most, out=np.zeros(len(most)), where=most > 0.0)
        return np.repeat(rate, kwh.shape[1])

    def _spared(self, site: int, tax: FloatArray) -> FloatArray:
        """Worth of a kWh to a site, less the VAT on its part of the fee, (T',)."""
        vat = self.model.prices.vat_ratio
        return self.worth.by_step(site) - tax * float(vat[site] - vat.min())

    def _hosted(self, c: int) -> dict[int, list[tuple[int, MeterState]]]:
        """Return the columns of roofs behind the meter of each site, with what they are."""
        hosted: dict[int, list[tuple[int, MeterState]]] = {}
        for (k, s), column in self.at.states[c].items():
            host = self.model.meters.every[k].host
            if host is not None:
                hosted.setdefault(host, []).append((column, self.worth.states[k][s]))
        return hosted

    def _shared(self, c: int, part: FloatArray, tax: FloatArray) -> _Shared:
        """Sums of a choice, with fractions of sites and roofs."""
        worth, hosted, loads = self.worth, self._hosted(c), dict[int, FloatArray]()
        for n, column in self.at.sites[c].items():
            loads[n] = part[column] * worth.load(n)
            for own, state in hosted.get(n, []):
                if part[own] > TAKEN and state.host_kwh is not None:
                    loads[n] = loads[n] + part[own] * (state.host_kwh - worth.load(n))
        injected, sold = dict[int, FloatArray](), dict[int, FloatArray]()
        for (k, s), column in self.at.states[c].items():
            for (roof, _power), row, eur in _rows(worth.states[k][s]):
                more = part[column] * row if part[column] > TAKEN else 0.0 * row
                injected[roof] = injected[roof] + more if roof in injected else more
                sold[roof] = sold[roof] + eur * more if roof in sold else eur * more
        spared = {n: load * self._spared(n, tax) for n, load in loads.items()}
        return _Shared(loads, spared, injected, sold)

    def _weights(self, c: int, price: _Price, tax: FloatArray) -> Weights:
        """Upper bound weights of the columns of a place."""
        worth, hosted, pi = self.worth, self._hosted(c), price.eur_per_kwh
        weights, outside = dict[int, float](), 0.0
        for n, column in self.at.sites[c].items():
            off, over = price.of_site.get(n), self._spared(n, tax) - pi
            out, inside = _sum_above(0.0 * over, off), _sum_above(over * worth.load(n), off)
            outside += out
            weights[column] = inside - out
            for own, state in hosted.get(n, []):
                load = worth.load(n) if state.host_kwh is None else state.host_kwh
                weights[own] = _sum_above(over * load, off) - inside
        unshared = {roof: _sum_above(0.0 * row, row) for roof, row in price.of_roof.items()}
        for (k, s), column in self.at.states[c].items():
            for (roof, _power), row, eur in _rows(worth.states[k][s]):
                more = _sum_above((pi - eur) * row, price.of_roof.get(roof)) - unshared.get(roof, 0.0)
                weights[column] = weights.get(column, 0.0) + more
        weights[self.at.founded[c]] = outside + sum(unshared.values())
        return list(weights), np.array(list(weights.values()))


def _rows(state: MeterState) -> Iterator[tuple[tuple[int, int], FloatArray, FloatArray]]:
    """Yield each roof of a state, what it injects, and what a kWh of it would bring as surplus, (T',)."""
    return zip(state.roofs, state.injected_kwh, state.surplus_eur_per_kwh, strict=True)


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
