"""What no plan passes under keys that pool the roofs, of more units than a whole programme takes.

At prices of units at which no operation of any place is worth more than its units cost, no plan is worth more
than all prices together: operations are disjoint. Prices come from known operations and from cases that are
left open; the proof is that of `cases`, once prices are raised by as little as closes them.

What no plan passes under keys that give a site one share of all roofs together, as that of the law does.

Such a key takes from each roof by what it makes: at a price pi of a kWh, what a group shares in an hour is
worth at most `sum_n (worth_n - pi)+ need_n + (sum_m (pi - surplus_m) made_m)+`, where a key by plant has a
sum of positive parts. That positive part of a sum is no straight line. But around any set of roofs R

    (sum a_m x_m)+ <= (sum_R a_m)+ + sum_{not in R} (a_m)+ x_m + sum_R (-a_m)+ (1 - x_m)

for x of 0 and 1: what is added raises it by its part above 0 at most, what is taken out by its part below.
It is an equality at R: a row for each set of roofs that the programme chooses closes in on what it shares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.lawful.programme import UNIT_EUR, AllocationProgramme, BoundedPlan, Weights
from scenarios.studies.territory.bound import priced
from scenarios.studies.territory.cases import PlaceCase, PlaceCases, checked, ground_of, searched
from scenarios.studies.territory.columns import Columns, least_prices, open_cases, raised_prices
from scenarios.studies.territory.numba_bound import PricedUnits
from scenarios.studies.territory.places import Place, TerritoryLaw, holds_both
from scenarios.studies.territory.plan import SearchGround, SeenUnits, Wanted

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


FIRST_CLASSES, CLASSES = 120, 480
"""Classes of hours of the operations that are looked for first, then of the others and of the bound."""

ROUNDS, MORE_ROUNDS = 35, 10
"""Times that operations are looked for from known ones, at first and after each of these."""

LAPS, FIRST_CASES = 2, 600
"""Times that cases give operations from which others are looked for, and cases of a place then."""

TURNS = (
    (600, 0.2, 0.3),
    (600, 0.2, 0.3),
    (1_500, 0.15, 0.3),
    (3_000, 0.1, 0.3),
    (4_000, 0.1, 0.3),
    (6_000, 0.1, 0.1),
    (8_000, 0.1, 0.05),
    (12_000, 0.0, 0.0),
)
"""Cases of a place; by which part prices then move to those that close them; by which one falls."""

PROVING = 6_000
"""Cases of a place from which on prices that close them are looked for: the lowest are the bound."""

FEW_PLACES = 3
"""Places that have so many cases each; of more, each has fewer."""

MET, KNOWN = 200, 3_000
"""Operations of cases of a place that become known, and those known that prices must not let pay, at most."""

RAISED = 3e-4
"""Part by which prices are raised: an operation that just pays has no case that ends otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class PooledBound:
    """The bound, the largest excess as it was checked anew, the cases, what steps of prices would found."""

    net_eur: float
    slack_eur: float
    cases: int
    wanted: tuple[Wanted, ...]


def pooled_bound(
    ground: SearchGround, plans: Sequence[Wanted], wanted: Sequence[Wanted], start: FloatArray, seed: int
) -> PooledBound:
    """Return the bound of keys that pool the roofs.

    Args:
        plans: operations of plans; `wanted` others, that may be none as they are.
        start: prices of units to begin with, EUR, (S,).
    """
    search, prices = _begun(ground, plans, wanted, start, seed)
    columns, best = search.columns, None
    prices = prices * (1.0 + RAISED)
    for cases, part, down in TURNS:
        looked = search.looked_at(prices, cases)
        left = open_cases(looked, prices)
        if cases >= PROVING or not left:
            raised = raised_prices(looked, prices)
            best = min(best or (raised, looked), (raised, looked), key=lambda pair: float(pair[0].sum()))
            if float(raised.sum()) <= float(columns.priced()[0].sum()) * (1.0 + 2.0 * RAISED):
                break
        to = least_prices(left, prices, (1.0 - down) * prices, columns.best(prices, KNOWN))
        prices = prices + part * (to - prices)
    assert best is not None
    raised, looked = best
    slack = max((excess for case in looked for excess in checked(case, search.seen, raised)), default=0.0)
    net_eur = float(raised.sum()) + max(0.0, slack) * len(raised)
    return PooledBound(net_eur, slack, sum(_count(case.root) for case in looked), tuple(columns.founded()))


@dataclass(frozen=True, slots=True, eq=False)
class CaseSearch:
    """What cases are looked at in: units over their classes of hours, places, operations that are known."""

    ground: SearchGround
    seen: SeenUnits
    d: PricedUnits
    places: tuple[Place, ...]
    columns: Columns

    def looked_at(self, prices: FloatArray, cases: int) -> list[PlaceCases]:
        """Return so many cases of each place, at most; operations that these meet become known."""
        most = cases * min(len(self.places), FEW_PLACES) // max(1, len(self.places))
        grounds = [
            ground_of(place, self.seen, self.d, prices, self.ground.places_km) for place in self.places
        ]
        looked = [searched(ground, most) for ground in grounds]
        met = [(own, case.ground.place.regime) for case in looked for own in case.met[:MET]]
        self.columns.add_wanted(met, prices)
        return looked


def _begun(
    ground: SearchGround, plans: Sequence[Wanted], wanted: Sequence[Wanted], start: FloatArray, seed: int
) -> tuple[CaseSearch, FloatArray]:
    """Return operations that are known, over classes of hours that they see alike, and prices for them."""
    known = [*plans, *wanted]
    columns = Columns(ground.seen(_groups(known), FIRST_CLASSES).units, seed)
    columns.add_wanted(known, start)
    prices = columns.generate(start, ROUNDS)
    seen = ground.seen(_groups([*plans, *columns.founded()]), CLASSES)
    columns = columns.again(seen.units)
    prices = columns.generate(prices, MORE_ROUNDS)
    places = tuple(_places(ground.law, seen.units.sites))
    search = CaseSearch(ground, seen, priced(seen.units), places, columns)
    for _lap in range(LAPS):
        search.looked_at(prices, FIRST_CASES)
        prices = columns.generate(prices, MORE_ROUNDS)
    return search, prices


def _groups(operations: Sequence[Wanted]) -> list[IntArray]:
    return [group for group, _regime in operations]


def _places(law: TerritoryLaw, sites: int) -> Iterator[Place]:
    """Yield one place a regime, those left out that hold no operation but those of a wider one."""
    wider = np.zeros(law.near.shape[1], dtype=np.bool_)
    for r in reversed(range(len(law.regimes))):
        allowed, limit = law.allowed(r), float(law.limit_km[r])
        for units in [np.flatnonzero(allowed)] if np.isfinite(limit) else law.alike(r):
            if holds_both(units, sites) and not (np.isfinite(limit) and wider[units].all()):
                yield Place(units, r, float(law.cap_kwp[r]), limit)
        if np.isfinite(limit):
            wider |= allowed


def _count(case: PlaceCase) -> int:
    return 1 + sum(_count(part) for part in case.parts)
