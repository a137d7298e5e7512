"""What no plan passes under keys that pool the roofs, of more units than a whole programme takes.

At prices of units at which no operation of any place is worth more than its units cost, no plan is worth more
than all prices together: operations are disjoint. Prices come from known operations and from cases that are
left open; the proof is that of `cases`, once prices are raised by as little as closes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory.bound import priced
from scenarios.studies.territory.case_check import checked
from scenarios.studies.territory.case_prices import least_prices, open_cases, raised_prices
from scenarios.studies.territory.cases import PlaceCase, PlaceCases, ground_of, searched
from scenarios.studies.territory.columns import Columns
from scenarios.studies.territory.ground import SearchGround, SeenUnits
from scenarios.studies.territory.guided import Wanted
from scenarios.studies.territory.law_tables import TerritoryLaw
from scenarios.studies.territory.numba_bound import PricedUnits
from scenarios.studies.territory.places import Place, holds_both

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
