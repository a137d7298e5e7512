"""What each dated change is worth in a year: with it alone, without it alone, and its Shapley value.

Under a key that wastes nothing what is shared is the least of what all need and all inject, step by step: a
change moves no more than the sums of its own sites and of the plants behind them, made once for each part of
their rows; all the rest is added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb

import numpy as np

from acc.arrays import IntArray
from acc.changes import LATE, DatedChange, at_midday
from acc.years.meter_sums import NOTHING, MeterSums, YearPrices, YearWorth, meter_sums
from acc.years.states import PlanBase, exchange_in, never

MOST_EXACT = 8
"""Rows up to which every part of them is weighed; beyond, orders are drawn."""

ORDERS = 12
"""Orders that are drawn, each in both directions, all of one seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValue:
    """One change in a year, kWh.

    Attributes:
        alone_kwh: shared with it and no other change, less shared without any.
        last_kwh: shared with all, less shared with all but it.
        shapley_kwh: its part of what all change together: those of all sum to it.
        need_kwh, production_kwh: that it adds, after all others, to what sites withdraw and plants inject.
        of_plant: whether a plant changes, and no need.
        midday_ratio: `local_ratio` were it put at `acc.changes.MIDDAY`; None where its hours cannot move or
            are those already.
    """

    change: DatedChange
    alone_kwh: float
    last_kwh: float
    shapley_kwh: float
    need_kwh: float
    production_kwh: float
    of_plant: bool = False
    midday_ratio: float | None = None
    alone_eur: float | None = None
    last_eur: float | None = None
    shapley_eur: float | None = None

    @property
    def local_ratio(self) -> float | None:
        """Part that is local of the kWh that it adds to a need, or takes away; None where it moves none.

        What a plant behind its meter no longer injects is used there: it is in the kWh, and it is local.
        """
        return None if self.of_plant else _local(self.last_kwh, self.need_kwh, self.production_kwh)


def _local(shared_kwh: float, need_kwh: float, production_kwh: float) -> float | None:
    used = need_kwh - production_kwh
    return (shared_kwh - production_kwh) / used if abs(used) >= 1.0 else None


def together(rows: Sequence[RowValue]) -> RowValue:
    """Return what rows of one decision bring, as one: each after all others."""
    if len(rows) == 1:
        return rows[0]
    return RowValue(
        change=rows[0].change,
        alone_kwh=sum(row.alone_kwh for row in rows),
        last_kwh=sum(row.last_kwh for row in rows),
        shapley_kwh=sum(row.shapley_kwh for row in rows),
        need_kwh=sum(row.need_kwh for row in rows),
        production_kwh=sum(row.production_kwh for row in rows),
        of_plant=rows[0].of_plant,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """The changes of a plan in one of its years.

    Attributes:
        year: from 1 on.
        without_kwh, with_kwh: shared in it without any change, and with all; without its row a plant that
            starts is not built, a site that joins takes no part.
        together_eur: what all gain in it by all rows; None where it is not told.
        exact: whether Shapley values weigh every part of the rows.
        told: the same of the rows that an audience may know of, as if there were no others; by its name, None
            for what all members read.
    """

    year: int
    without_kwh: float
    with_kwh: float
    rows: tuple[RowValue, ...]
    exact: bool
    together_eur: float | None = None
    told: "Mapping[str | None, RowValues]" = field(default_factory=dict)


def row_values(
    base: PlanBase, changes: Sequence[DatedChange], year: int, prices: YearPrices | None = None
) -> RowValues:
    """Return what each change is worth in a year of the plan, under a key that wastes nothing.

    Args:
        prices: of that year, under the key that shares by need; None tells no euro.
    """
    game = _game(base, tuple(base.own(changes)), year, prices)
    every = frozenset(range(len(game.changes)))
    exact = len(every) <= MOST_EXACT
    values = _exact(game, every) if exact else _drawn(game, every)
    whole, none = game.worth(every), game.worth(frozenset())
    rows = tuple(_row(game, n, values[n]) for n in sorted(every))
    found = RowValues(year=year, without_kwh=none.kwh, with_kwh=whole.kwh, rows=rows, exact=exact)
    return found if prices is None else replace(found, together_eur=whole.eur - none.eur)


def _row(game: "_Game", n: int, shapley: YearWorth) -> RowValue:
    change = game.changes[n]
    moved = at_midday(change)
    last, alone = game.last(n), game.worth(frozenset({n})) - game.worth(frozenset())
    row = RowValue(
        change=change,
        alone_kwh=alone.kwh,
        last_kwh=last.worth.kwh,
        shapley_kwh=shapley.kwh,
        need_kwh=last.need_kwh,
        production_kwh=last.production_kwh,
        of_plant=change.site in game.base.plant_ids,
    )
    if game.prices is not None:
        row = replace(row, alone_eur=alone.eur, last_eur=last.worth.eur, shapley_eur=shapley.eur)
    if moved is None or moved not in game.base.added_kwh:
        return row
    other = game.with_row(n, moved).last(n)
    return replace(row, midday_ratio=_local(other.worth.kwh, other.need_kwh, other.production_kwh))


Part = frozenset[int]
"""Some of the rows, by position."""


@dataclass(frozen=True, slots=True)
class _Last:
    """What a row adds in a year after all others."""

    worth: YearWorth
    need_kwh: float
    production_kwh: float


@dataclass(slots=True)
class _Game:
    """Which rows move which meters, and what was made of each part of the rows of a meter.

    Attributes:
        groups: the meters that rows move, as (sites, plants, rows): a site with the plants behind it, or a
            plant of the network.
        light: steps in which anything is made: nothing is shared in the others.
    """

    base: PlanBase
    changes: tuple[DatedChange, ...]
    year: int
    groups: list[tuple[list[int], list[int], Part]]
    light: IntArray
    prices: YearPrices | None
    _made: dict[tuple[int, Part], MeterSums] = field(default_factory=dict)
    _worth: dict[Part, YearWorth] = field(default_factory=dict)

    def worth(self, part: Part) -> YearWorth:
        """Return what is shared in the year with some rows, and what all gain."""
        if part not in self._worth:
            self._worth[part] = self.sums(part).worth
        return self._worth[part]

    def sums(self, part: Part) -> MeterSums:
        """Return what all need and all inject in the year with some rows."""
        found = self._still()
        for group, (_sites, _plants, rows) in enumerate(self.groups):
            found = found + self.of_group(group, part & rows)
        return found

    def in_order(self, order: Sequence[int]) -> Iterator[YearWorth]:
        """Yield what each row adds, one after the other."""
        part, found = frozenset[int](), self.sums(frozenset())
        groups = {n: at for at, (_sites, _plants, rows) in enumerate(self.groups) for n in rows}
        worth = self.worth(part)
        for n in order:
            at = groups[n]
            own = part & self.groups[at][2]
            found = found.moved(self.of_group(at, own), self.of_group(at, own | {n}))
            part |= {n}
            now = found.worth
            yield now - worth
            worth = now

    def last(self, n: int) -> _Last:
        """Return what a row adds to all others."""
        every = frozenset(range(len(self.changes)))
        others = every - {n}
        with_it, without = self.sums(every), self.sums(others)
        need, made = with_it.need_kwh - without.need_kwh, with_it.made_kwh - without.made_kwh
        return _Last(self.worth(every) - self.worth(others), need, made)

    def with_row(self, n: int, change: DatedChange) -> "_Game":
        """Return the game with another row in place of one; what was made without that row is kept."""
        rows = (*self.changes[:n], change, *self.changes[n + 1 :])
        made = {key: kwh for key, kwh in self._made.items() if n not in key[1]}
        worth = {part: kwh for part, kwh in self._worth.items() if n not in part}
        return _Game(self.base, rows, self.year, self.groups, self.light, self.prices, made, worth)

    def _still(self) -> MeterSums:
        """Return the sums of sites that no row moves, and of plants that none does, worn."""
        key = (-1, frozenset[int]())
        if key not in self._made:
            sites = {n for found, _plants, _rows in self.groups for n in found}
            plants = {m for _sites, found, _rows in self.groups for m in found}
            still = [n for n in range(len(self.base.site_ids)) if n not in sites]
            roofs = [m for m in range(len(self.base.plant_ids)) if m not in plants]
            self._made[key] = self._sums(still, roofs, ())
        return self._made[key]

    def of_group(self, group: int, part: Part) -> MeterSums:
        """Return the sums of the meters of a group with some of its rows."""
        if (group, part) not in self._made:
            sites, plants, rows = self.groups[group]
            counted = [self.changes[n] for n in sorted(part)]
            absent = [
                never(self.changes[n], self.base.steps)
                for n in sorted(rows - part)
                if self.changes[n].what in LATE
            ]
            self._made[group, part] = self._sums(sites, plants, (*counted, *absent))
        return self._made[group, part]

    def _sums(self, sites: Sequence[int], plants: Sequence[int], changes: Sequence[DatedChange]) -> MeterSums:
        seen = exchange_in(self.base.part(sites, plants), changes, self.year)
        return meter_sums(seen, (sites, plants), changes, self.base.behind, self.light, self.prices)


def _game(base: PlanBase, changes: tuple[DatedChange, ...], year: int, prices: YearPrices | None) -> _Game:
    """Return the rows by the meters that they move."""
    found = dict[tuple[str, int], set[int]]()
    for n, change in enumerate(changes):
        if change.site in base.site_ids:
            found.setdefault(("site", base.site_ids.index(change.site)), set()).add(n)
            continue
        m = base.plant_ids.index(change.site)
        host = base.behind[m]
        found.setdefault(("plant", m) if host is None else ("site", host), set()).add(n)
    groups = []
    for (kind, place), rows in found.items():
        behind = [m for m, host in enumerate(base.behind) if kind == "site" and host == place]
        sites, plants = ([place], behind) if kind == "site" else ([], [place])
        groups.append((sites, plants, frozenset(rows)))
    return _Game(base, changes, year, groups, np.flatnonzero(base.output_kwh.any(axis=1)), prices)


def _exact(game: _Game, every: Part) -> list[YearWorth]:
    """Return the Shapley values by every part of the rows."""
    values = []
    for n in sorted(every):
        others = sorted(every - {n})
        total = NOTHING
        for size in range(len(others) + 1):
            for some in combinations(others, size):
                part = frozenset(some)
                more = game.worth(part | {n}) - game.worth(part)
                total += more.times(1.0 / (len(every) * comb(len(others), size)))
        values.append(total)
    return values


def _drawn(game: _Game, every: Part) -> list[YearWorth]:
    """Return the Shapley values over orders drawn, each in both directions: they sum to the whole too."""
    random, total = np.random.default_rng(24), [NOTHING] * len(every)
    for _draw in range(ORDERS):
        order = random.permutation(len(every))
        for way in (order.tolist(), order[::-1].tolist()):
            for n, more in zip(way, game.in_order(way), strict=True):
                total[n] += more
    return [one.times(1.0 / (2 * ORDERS)) for one in total]
