"""What each dated change is worth in a year: with it alone, without it alone, and its Shapley value.

Under a key that wastes nothing what is shared is the least of what all need and all inject, step by step: a
change moves no more than the sums of its own sites and of the plants behind them, made once for each part of
their rows; all the rest is added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb

import numpy as np

from acc.arrays import FloatArray
from acc.changes import DatedChange, at_midday
from acc.years.states import LATE, PlanBase, exchange_in, never

MOST_EXACT = 8
"""Rows up to which every part of them is weighed; beyond, orders are drawn."""

ORDERS = 24
"""Orders that are drawn, each in both directions, all of one seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValue:
    """One change in a year, kWh.

    Attributes:
        alone_kwh: shared with it and no other change, less shared without any.
        last_kwh: shared with all, less shared with all but it.
        shapley_kwh: its part of what all change together: those of all sum to it.
        need_kwh, production_kwh: that it adds, after all others, to what sites withdraw and plants inject.
        midday_ratio: `local_ratio` were it put at `acc.changes.MIDDAY`; None where its hours cannot move, are
            those already, or where it uses what a plant behind its meter injected.
    """

    change: DatedChange
    alone_kwh: float
    last_kwh: float
    shapley_kwh: float
    need_kwh: float
    production_kwh: float
    midday_ratio: float | None = None

    @property
    def local_ratio(self) -> float | None:
        """Part that is local of the kWh that it adds to a need, or takes away; None where it moves none."""
        return self.last_kwh / self.need_kwh if abs(self.need_kwh) >= 1.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """The changes of a plan in one of its years.

    Attributes:
        year: from 1 on.
        without_kwh, with_kwh: shared in it without any change, and with all; without its row a plant that
            starts is not built, a site that joins takes no part.
        exact: whether Shapley values weigh every part of the rows.
        told: the same of the rows that an audience may know of, as if there were no others; by its name, None
            for what all members read.
    """

    year: int
    without_kwh: float
    with_kwh: float
    rows: tuple[RowValue, ...]
    exact: bool
    told: "Mapping[str | None, RowValues]" = field(default_factory=dict)


def row_values(base: PlanBase, changes: Sequence[DatedChange], year: int) -> RowValues:
    """Return what each change is worth in a year of the plan, under a key that wastes nothing."""
    game = _Game(base, tuple(base.own(changes)), year)
    every = frozenset(range(len(game.changes)))
    exact = len(every) <= MOST_EXACT
    values = _exact(game, every) if exact else _drawn(game, every)
    whole, none = game.shared(every), game.shared(frozenset())
    rows = tuple(_row(game, n, values[n]) for n in sorted(every))
    return RowValues(year=year, without_kwh=none, with_kwh=whole, rows=rows, exact=exact)


def _row(game: "_Game", n: int, shapley_kwh: float) -> RowValue:
    change = game.changes[n]
    moved = at_midday(change)
    last = game.last(n)
    row = RowValue(
        change=change,
        alone_kwh=game.shared(frozenset({n})) - game.shared(frozenset()),
        last_kwh=last.shared_kwh,
        shapley_kwh=shapley_kwh,
        need_kwh=last.need_kwh,
        production_kwh=last.production_kwh,
    )
    if moved is None or moved not in game.base.added_kwh:
        return row
    other = game.with_row(n, moved).last(n)
    if abs(other.production_kwh) >= 1.0 or abs(other.need_kwh) < 1.0:
        return row
    return replace(row, midday_ratio=other.shared_kwh / other.need_kwh)


Part = frozenset[int]
"""Some of the rows, by position."""


@dataclass(frozen=True, slots=True)
class _Last:
    """What a row adds in a year after all others."""

    shared_kwh: float
    need_kwh: float
    production_kwh: float


@dataclass(slots=True)
class _Game:
    """Which rows move which meters, and what was made of each part of the rows of a meter."""

    base: PlanBase
    changes: tuple[DatedChange, ...]
    year: int
    _made: dict[tuple[int, Part], tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    _worth: dict[Part, float] = field(default_factory=dict)

    def shared(self, part: Part) -> float:
        """Return what is shared in the year with some rows."""
        if part not in self._worth:
            need, made = self._pooled(part)
            self._worth[part] = float(np.minimum(need, made).sum())
        return self._worth[part]

    def sums(self, part: Part) -> tuple[float, float]:
        """Return what all need and all inject in the year with some rows."""
        need, made = self._pooled(part)
        return float(need.sum()), float(made.sum())

    def last(self, n: int) -> _Last:
        """Return what a row adds to all others."""
        every = frozenset(range(len(self.changes)))
        others = every - {n}
        with_it, without = self.sums(every), self.sums(others)
        need, made = (after - before for after, before in zip(with_it, without, strict=True))
        return _Last(self.shared(every) - self.shared(others), need, made)

    def with_row(self, n: int, change: DatedChange) -> "_Game":
        """Return the game with another row in place of one; what was made without that row is kept."""
        rows = (*self.changes[:n], change, *self.changes[n + 1 :])
        made = {key: kwh for key, kwh in self._made.items() if n not in key[1]}
        worth = {part: kwh for part, kwh in self._worth.items() if n not in part}
        return _Game(self.base, rows, self.year, made, worth)

    def _pooled(self, part: Part) -> tuple[FloatArray, FloatArray]:
        need, made = self._still()
        for group, (_sites, _plants, rows) in enumerate(self._groups()):
            own_need, own_made = self._of(group, part & rows)
            need, made = need + own_need, made + own_made
        return need, made

    def _still(self) -> tuple[FloatArray, FloatArray]:
        """Return the sums of sites that no row moves, and of plants that none does, worn."""
        key = (-1, frozenset[int]())
        if key not in self._made:
            sites = {n for found, _plants, _rows in self._groups() for n in found}
            plants = {m for _sites, found, _rows in self._groups() for m in found}
            still = [n for n in range(len(self.base.site_ids)) if n not in sites]
            roofs = [m for m in range(len(self.base.plant_ids)) if m not in plants]
            self._made[key] = self._sums(still, roofs, ())
        return self._made[key]

    def _of(self, group: int, part: Part) -> tuple[FloatArray, FloatArray]:
        if (group, part) not in self._made:
            sites, plants, rows = self._groups()[group]
            counted = [self.changes[n] for n in sorted(part)]
            absent = [
                never(self.changes[n], self.base.steps)
                for n in sorted(rows - part)
                if self.changes[n].what in LATE
            ]
            self._made[group, part] = self._sums(sites, plants, (*counted, *absent))
        return self._made[group, part]

    def _sums(
        self, sites: Sequence[int], plants: Sequence[int], changes: Sequence[DatedChange]
    ) -> tuple[FloatArray, FloatArray]:
        seen = exchange_in(self.base.part(sites, plants), changes, self.year)
        return seen.consumption_kwh.sum(axis=1), seen.production_kwh.sum(axis=1)

    def _groups(self) -> list[tuple[list[int], list[int], Part]]:
        """Return the meters that rows move: a site with the plants behind it, or a plant of the network."""
        base, found = self.base, dict[tuple[str, int], set[int]]()
        for n, change in enumerate(self.changes):
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
        return groups


def _exact(game: _Game, every: Part) -> list[float]:
    """Return the Shapley values by every part of the rows."""
    values = []
    for n in sorted(every):
        others = sorted(every - {n})
        total = 0.0
        for size in range(len(others) + 1):
            for some in combinations(others, size):
                part = frozenset(some)
                more = game.shared(part | {n}) - game.shared(part)
                total += more / (len(every) * comb(len(others), size))
        values.append(total)
    return values


def _drawn(game: _Game, every: Part) -> list[float]:
    """Return the Shapley values over orders drawn, each in both directions: they sum to the whole too."""
    random, total = np.random.default_rng(24), np.zeros(len(every))
    for _draw in range(ORDERS):
        order = random.permutation(len(every))
        for way in (order, order[::-1]):
            part = frozenset[int]()
            for n in way.tolist():
                more = part | {n}
                total[n] += game.shared(more) - game.shared(part)
                part = more
    values: list[float] = (total / (2 * ORDERS)).tolist()
    return values
