"""Which operations to found, as a programme of whole numbers: sites and roofs chosen, the law held.

What a place shares is bounded by rows, one for each price of a kWh that was found; HiGHS chooses, and its
choice gives the next price (Benders, 1962; Kelley, 1960). How a price bounds is what two bounds differ in.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from acc.scenario import Regime
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful.labels import OUT, Labels
from scenarios.studies.lawful.law import GroupLaw, LawfulPlace
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, MeterState

ROUNDS, WHOLE_ROUNDS = 25, 12
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
        for _round in range(ROUNDS):
            if not self._add_prices(self._solved()):
                break
        self._set_integer(integer=True)
        bound = np.inf
        values = np.zeros(self.count)
        for _round in range(WHOLE_ROUNDS):
            values = self._solved()
            bound = min(bound, float(self.highs.getInfo().mip_dual_bound) * UNIT_EUR)
            if not self._add_prices(values):
                break
        return BoundedPlan(bound, self._labels(values, most))

    def _column(self, eur: float, upper: float = 1.0, *, integer: bool = True) -> int:
        at, self.count = self.count, self.count + 1
        self.highs.addVar(0.0, upper)
        self.highs.changeColCost(at, eur / UNIT_EUR)
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
        kwp = [self.worth.states[k][s].kwp for k, s in states]
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
