"""How much any lawful split could share at most: a bound that no search can pass.

What a group shares, `sum_t min(P_t, C_t)`, is concave in who belongs to it, and for any set A of
steps it is at most `sum_A P_t + sum_(not A) C_t`, which is linear. Members are let belong to several
groups in part; such cuts are added until none is missing (Kelley, 1960). The bound holds at every
stage, over all steps of the period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from acc.arrays import BoolArray, FloatArray
from acc.rules.largest_group import bits_of, positions_of
from acc.scenario import Regime
from scenarios.studies.splitting.units import Units

ROUNDS = 80
"""Of cuts: the bound hardly falls after some forty of them."""

CUT_RATIO = 1e-4
"""Cuts that would lower the bound by less than this part of the whole are left out: it stays a bound."""
SOLVER_RATIO = 1e-6
"""Added to the bound: the linear solver is right to about 1e-7."""

Row = tuple[Mapping[int, float], float]
"""A constraint: coefficients by column, and what their sum may not pass."""


@dataclass(frozen=True, slots=True)
class Place:
    """A group that may be: its first plant (the anchor), and who may stand with it under a regime.

    Attributes:
        column: of each unit that may stand there, in the linear programme.
        part_column: of the kWh shared there, as a part of the whole.
    """

    anchor: int
    regime: Regime
    column: Mapping[int, int]
    part_column: int


@dataclass(frozen=True, slots=True, eq=False)
class LinearBound:
    """The best value of the linear programme in kWh, and its columns."""

    value_kwh: float
    columns: FloatArray


def single_kwh(units: Units) -> float:
    """Return what all units would share in one single perimeter, lawful or not."""
    output, load = units.output_kwh.sum(axis=0), units.load_kwh.sum(axis=0)
    return float(np.minimum(output, load).sum())


def upper_bound_kwh(units: Units, rounds: int = ROUNDS) -> float:
    """Return a value that the shared kWh of no lawful split passes."""
    whole_kwh = single_kwh(units)
    places = places_of(units)
    if not places or whole_kwh <= 0.0:
        return 0.0
    rows = [*_sharing_rows(units, places), *_first_cuts(units, places, whole_kwh)]
    bound_kwh = whole_kwh
    for _turn in range(rounds):
        solution = _solve(places, rows, whole_kwh)
        bound_kwh = min(bound_kwh, solution.value_kwh * (1.0 + SOLVER_RATIO))
        cuts = _missing_cuts(units, places, solution, whole_kwh)
        if not cuts:
            break
        rows += cuts
    return bound_kwh


def worst_bound_ratio(units: Units, served: int, bound_kwh: float) -> float:
    """Return the received over need that the worst of `served` members, or more, passes in no lawful split.

    A member has at most what every plant within its reach makes when nobody else asks for it; and all of
    them together have at most `bound_kwh`, which no split passes.
    """
    asks = np.flatnonzero(units.consumed_kwh > 0.0).tolist()
    if not served:
        return 0.0
    alone = sorted((_best_ratio(units, unit) for unit in asks), reverse=True)
    least_kwh = np.sort(units.consumed_kwh[asks])[:served].sum()
    return float(min(alone[served - 1], bound_kwh / least_kwh))


def _best_ratio(units: Units, unit: int) -> float:
    """Return the part of its need that a unit has at most, in any group."""
    reach = [near[unit] for near in units.near.values() if near[unit] >> unit & 1]
    most = [np.minimum(units.load_kwh[unit], units.output_of(group)).sum() for group in reach]
    return float(max(most, default=0.0) / units.consumed_kwh[unit])


def places_of(units: Units) -> list[Place]:
    """Return every anchor and regime, without those that another regime of the anchor contains."""
    places: list[Place] = []
    column = 0
    for anchor, regime, members in _candidates(units):
        columns = {unit: column + k for k, unit in enumerate(members)}
        column += len(members) + 1
        places.append(Place(anchor, regime, columns, column - 1))
    return places


def _candidates(units: Units) -> list[tuple[int, Regime, list[int]]]:
    """Return the anchor, regime and units of each place; the anchor is the first plant of its group."""
    found = []
    anchors = positions_of(units.with_plant)
    for rank, anchor in enumerate(anchors):
        later = ~bits_of(anchors[:rank])
        own = {r: near[anchor] & later for r, near in units.near.items() if near[anchor] >> anchor & 1}
        found += [(anchor, regime, positions_of(own[regime])) for regime in _widest(units, own)]
    return found


def _widest(units: Units, own: Mapping[Regime, int]) -> list[Regime]:
    """Return the regimes that no other one contains; of two equal ones, the first."""
    kept: list[Regime] = []
    for regime in own:
        if not any(_contains(units, own, wide, regime) for wide in kept):
            kept = [other for other in kept if not _contains(units, own, regime, other)] + [regime]
    return kept


def _contains(units: Units, own: Mapping[Regime, int], wide: Regime, narrow: Regime) -> bool:
    """Return whether a regime allows all that another one does among the units of an anchor."""
    if wide is Regime.EPCI or own[narrow] & ~own[wide] or units.cap_kwp[wide] < units.cap_kwp[narrow]:
        return False
    near = units.near
    return all(
        near[narrow][unit] & own[narrow] & ~near[wide][unit] == 0 for unit in positions_of(own[narrow])
    )


def _sharing_rows(units: Units, places: Sequence[Place]) -> list[Row]:
    """Return what any split obeys: nobody in two groups, nobody beside whom they may not stand with."""
    once = [
        ({place.column[unit]: 1.0 for place in places if unit in place.column}, 1.0)
        for unit in range(units.count)
    ]
    return once + [row for place in places for row in _place_rows(units, place)]


def _place_rows(units: Units, place: Place) -> list[Row]:
    column, anchor = place.column, place.column[place.anchor]
    rows: list[Row] = [
        ({**{column[unit]: 1.0 for unit in apart}, anchor: -1.0}, 0.0)
        for apart in _sets_apart(units, place)
        if place.anchor not in apart
    ]
    cap_kwp = units.cap_kwp[place.regime]
    power = {column[unit]: units.kwp[unit] / cap_kwp for unit in column}
    rows.append(({**power, anchor: power[anchor] - 1.0}, 0.0))
    if place.regime is Regime.EPCI:
        authority = {column[unit]: -1.0 for unit in column if units.with_authority >> unit & 1}
        rows.append(({**authority, anchor: authority.get(anchor, 0.0) + 1.0}, 0.0))
    return rows


def _sets_apart(units: Units, place: Place) -> list[list[int]]:
    """Return sets of units no two of which may stand together, so that each pair apart is in one of them.

    A unit that may stand with everyone makes a set of its own.
    """
    near, everyone = units.near[place.regime], bits_of(list(place.column))
    apart = {unit: everyone & ~near[unit] for unit in place.column}
    left = dict(apart)
    sets = [[unit] for unit in place.column if not apart[unit]]
    for unit in place.column:
        while left[unit]:
            group, candidates = [unit], apart[unit]
            while candidates:
                wanted = candidates & left[unit] or candidates
                pick = (wanted & -wanted).bit_length() - 1
                group.append(pick)
                candidates &= apart[pick]
            for member in group:
                left[member] &= ~bits_of(group)
            sets.append(group)
    return sets


def _first_cuts(units: Units, places: Sequence[Place], whole_kwh: float) -> list[Row]:
    steps = units.output_kwh.shape[1]
    every, none = np.ones(steps, dtype=bool), np.zeros(steps, dtype=bool)
    return [_cut(units, place, limited, whole_kwh) for place in places for limited in (every, none)]


def _cut(units: Units, place: Place, limited: BoolArray, whole_kwh: float) -> Row:
    """Return the cut of a place: production counts at the `limited` steps, consumption at the others."""
    most_kwh = units.output_kwh @ limited.astype(float) + units.load_kwh @ (~limited).astype(float)
    row = {column: -float(most_kwh[unit]) / whole_kwh for unit, column in place.column.items()}
    return {**row, place.part_column: 1.0}, 0.0


def _missing_cuts(
    units: Units, places: Sequence[Place], solution: LinearBound, whole_kwh: float
) -> list[Row]:
    """Return the cuts that the solution passes: places that claim more than their units would share."""
    shares = np.zeros((len(places), units.count))
    for row, place in zip(shares, places, strict=True):
        row[list(place.column)] = solution.columns[list(place.column.values())]
    output, load = shares @ units.output_kwh, shares @ units.load_kwh
    true = np.minimum(output, load).sum(axis=1) / whole_kwh
    claimed = solution.columns[[place.part_column for place in places]]
    missing = np.flatnonzero(claimed > true + CUT_RATIO / len(places)).tolist()
    return [_cut(units, places[k], output[k] < load[k], whole_kwh) for k in missing]


def _solve(places: Sequence[Place], rows: Sequence[Row], whole_kwh: float) -> LinearBound:
    count = places[-1].part_column + 1
    cost = np.zeros(count)
    cost[[place.part_column for place in places]] = -1.0
    lengths = [len(row) for row, _limit in rows]
    columns = np.fromiter((column for row, _limit in rows for column in row), dtype=np.int64)
    values = np.fromiter((value for row, _limit in rows for value in row.values()), dtype=float)
    matrix = csr_array(
        (values, (np.repeat(np.arange(len(rows)), lengths), columns)), shape=(len(rows), count)
    )
    limits = [limit for _row, limit in rows]
    found = linprog(cost, A_ub=matrix, b_ub=limits, bounds=(0.0, 1.0), method="highs")
    if found.x is None:  # the solver gave up: the whole is a bound all the same
        return LinearBound(whole_kwh, np.zeros(count))
    return LinearBound(-float(found.fun) * whole_kwh, found.x)
