"""What each dated change is worth in a year: with it alone, without it alone, and its Shapley value.

Under a key that wastes nothing what is shared is the least of what all need and all inject, step by step: a
change moves no more than the sums of its own sites and of the plants behind them, made once for each part of
their rows; all the rest is added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from acc.changes import LATE, DatedChange, at_midday
from acc.household_privacy import HOMES
from acc.scenario import Scenario
from acc.years.meter_sums import MeterSums, Part, Places, YearMeters, YearWorth, drawn_values, exact_values
from acc.years.states import never

MOST_EXACT = 8
"""Rows up to which every part of them is weighed; beyond, orders are drawn."""


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
        alone_eur, last_eur, shapley_eur: what all gain by it in the same way; None where it is not told.
        own_alone_eur, own_last_eur: what of it the member gains who holds its site or plant.
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
    own_alone_eur: float | None = None
    own_last_eur: float | None = None

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
    """Sum of the row values of one decision, each computed after all others."""
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
        by_audience: the same of the rows that an audience may know of, as if alone; by its name, None
            for what all members read.
    """

    year: int
    without_kwh: float
    with_kwh: float
    rows: tuple[RowValue, ...]
    exact: bool
    together_eur: float | None = None
    by_audience: "Mapping[str | None, RowValues]" = field(default_factory=dict)


def row_values(
    meters: YearMeters, changes: Sequence[DatedChange], dated_changes: Sequence[DatedChange] = ()
) -> RowValues:
    """Value of each change in a year of the plan, under a key without waste.

    Args:
        dated_changes: others, that do not count: what was made of their meters then serves.
    """
    game = _game(meters, tuple(meters.base.own(changes)), meters.base.own(dated_changes))
    every = frozenset(range(len(game.changes)))
    exact = len(every) <= MOST_EXACT
    values = exact_values(len(every), game.worth) if exact else drawn_values(len(every), game.in_order)
    full, none = game.worth(every), game.worth(frozenset())
    rows = tuple(_row(game, n, values[n]) for n in sorted(every))
    result = RowValues(
        year=meters.year, without_kwh=none.shared_kwh, with_kwh=full.shared_kwh, rows=rows, exact=exact
    )
    return result if meters.prices is None else replace(result, together_eur=full.gain_eur - none.gain_eur)


def _row(game: "_Game", n: int, shapley: YearWorth) -> RowValue:
    change = game.changes[n]
    moved = at_midday(change)
    (last, added), alone = game.last(n), game.worth(frozenset({n})) - game.worth(frozenset())
    row = RowValue(
        change=change,
        alone_kwh=alone.shared_kwh,
        last_kwh=last.shared_kwh,
        shapley_kwh=shapley.shared_kwh,
        need_kwh=added.need_kwh,
        production_kwh=added.made_kwh,
        of_plant=change.site in game.meters.base.plant_ids,
    )
    if game.meters.prices is not None:
        row = replace(row, alone_eur=alone.gain_eur, last_eur=last.gain_eur, shapley_eur=shapley.gain_eur)
        own_alone, own_last = _own_eur(game, n)
        row = replace(row, own_alone_eur=own_alone, own_last_eur=own_last)
    if moved is None or moved not in game.meters.base.added_kwh:
        return row
    other, added = game.with_row(n, moved).last(n)
    return replace(row, midday_ratio=_local(other.shared_kwh, added.need_kwh, added.made_kwh))


def _own_eur(game: "_Game", n: int) -> tuple[float | None, float | None]:
    """Gain of the holder of a row's site or plant, alone and last, EUR; None where unknown."""
    prices, base, site = game.meters.prices, game.meters.base, game.changes[n].site
    if prices is None or prices.rows.local_eur_per_kwh is None:
        return None, None
    rows, is_site = prices.rows, site in base.site_ids
    ids, holders = (base.site_ids, rows.of_site) if is_site else (base.plant_ids, rows.of_plant)
    member = holders[ids.index(site)]

    def gain_eur(part: Part) -> float:
        return game.near(part, n).of_member_eur(game.of_member(member, part), rows)

    every, none = frozenset(range(len(game.changes))), frozenset[int]()
    alone = gain_eur(frozenset({n})) - gain_eur(none)
    return alone, gain_eur(every) - gain_eur(every - {n})


@dataclass(slots=True)
class _Game:
    """Which rows move which meters, and what was found of each part of the rows.

    Attributes:
        groups: the meters that rows move, with these rows: a site with the plants behind it, or a plant of
            the network.
        still: the sums of all others.
    """

    meters: YearMeters
    changes: tuple[DatedChange, ...]
    groups: list[tuple[Places, Part]]
    still: MeterSums
    _worth: dict[Part, YearWorth] = field(default_factory=dict)
    _ends: dict[Part, MeterSums] = field(default_factory=dict)

    def worth(self, part: Part) -> YearWorth:
        """Shared energy and total gain of the year with some rows."""
        if part not in self._worth:
            self._worth[part] = self.sums(part).worth
        return self._worth[part]

    def sums(self, part: Part) -> MeterSums:
        """Sums of needs and injections of the year with some rows."""
        total = self.still
        for group in self.groups:
            total = total + self.of_group(group, part & group[1])
        return total

    def end(self, part: Part) -> MeterSums:
        """Return the same of all rows or none, summed once."""
        if part not in self._ends:
            self._ends[part] = self.sums(part)
        return self._ends[part]

    def near(self, part: Part, n: int) -> MeterSums:
        """Return the same of all rows or none, but for row n maybe."""
        every, none = frozenset(range(len(self.changes))), frozenset[int]()
        usual = every if len(part - {n}) else none
        if part == usual:
            return self.end(usual)
        moved = self.moved(usual - {n}, n)
        return self.end(usual) + moved if n in part else self.end(usual) - moved

    def moved(self, part: Part, n: int) -> MeterSums:
        """Marginal sums of a row: needs and injections added to those of other rows."""
        group = next(pair for pair in self.groups if n in pair[1])
        own = part & group[1]
        return self.of_group(group, own | {n}) - self.of_group(group, own)

    def of_member(self, member: str, part: Part) -> MeterSums:
        """Return the sums of the meters of one member with some rows."""
        prices, behind = self.meters.prices, self.meters.base.behind
        assert prices is not None  # members are told in euros
        meter_sums, holders = self._of_still(member), prices.rows
        for places, rows in self.groups:
            of = holders.of(*places, behind)
            if of == {member}:
                meter_sums = meter_sums + self.of_group((places, rows), part & rows)
            elif member in of:
                meter_sums = meter_sums + self.meters.sums(places, self._counted(rows, part & rows), member)
        return meter_sums

    def in_order(self, order: Sequence[int]) -> Iterator[YearWorth]:
        """Yield the marginal worth of each row, one after the other."""
        part, total = frozenset[int](), self.end(frozenset())
        worth = self.worth(part)
        for n in order:
            total = total + self.moved(part, n)
            part |= {n}
            now = self._worth[part] = self._worth.get(part) or total.worth
            yield now - worth
            worth = now

    def last(self, n: int) -> tuple[YearWorth, MeterSums]:
        """Marginal worth of a row after all others, and what it then adds to the meters."""
        every = frozenset(range(len(self.changes)))
        others = every - {n}
        for part in (every, others):
            self._worth[part] = self._worth.get(part) or self.near(part, n).worth
        return self.worth(every) - self.worth(others), self.moved(others, n)

    def with_row(self, n: int, change: DatedChange) -> "_Game":
        """Return the game with another row in place of one."""
        rows = (*self.changes[:n], change, *self.changes[n + 1 :])
        worth = {part: kwh for part, kwh in self._worth.items() if n not in part}
        return replace(self, changes=rows, _worth=worth, _ends={})

    def _of_still(self, member: str) -> MeterSums:
        """Return the sums of the sites and plants of a member that no row moves."""
        prices, base = self.meters.prices, self.meters.base
        assert prices is not None  # members are told in euros
        moved, moving = ({n for places, _rows in self.groups for n in places[end]} for end in (0, 1))
        own = {n for n, holder in enumerate(prices.rows.of_site) if holder == member}
        roofs = {m for m, holder in enumerate(prices.rows.of_plant) if holder == member}
        hosts = {base.behind[m] for m in roofs - moving} - {None}
        sites = sorted(own - moved | {host for host in hosts if host is not None})
        behind = {m for m, host in enumerate(base.behind) if host in sites}
        places = tuple(sites), tuple(sorted(roofs - moving | behind))
        return self.meters.sums(places, (), member)

    def of_group(self, group: tuple[Places, Part], part: Part) -> MeterSums:
        """Return the sums of the meters of a group with some of its rows."""
        places, rows = group
        return self.meters.sums(places, self._counted(rows, part))

    def _counted(self, rows: Part, part: Part) -> tuple[DatedChange, ...]:
        """Return some of the rows of a group, and what stands for the others."""
        absent = (self.changes[n] for n in sorted(rows - part) if self.changes[n].what in LATE)
        return (
            *(self.changes[n] for n in sorted(part)),
            *(never(change, self.meters.base.steps) for change in absent),
        )


def _game(
    meters: YearMeters, changes: tuple[DatedChange, ...], dated_changes: Sequence[DatedChange]
) -> _Game:
    """Return the rows by the meters that they move, those of rows beside among them."""
    base, by_meter = meters.base, dict[tuple[str, int], set[int]]()
    for n, change in enumerate((*changes, *dated_changes)):
        if change.site in base.site_ids:
            place = "site", base.site_ids.index(change.site)
        else:
            m = base.plant_ids.index(change.site)
            host = base.behind[m]
            place = ("plant", m) if host is None else ("site", host)
        by_meter.setdefault(place, set()).update({n} if n < len(changes) else ())
    groups: list[tuple[Places, Part]] = []
    for (kind, at), rows in by_meter.items():
        behind = tuple(m for m, host in enumerate(base.behind) if kind == "site" and host == at)
        places = ((at,), behind) if kind == "site" else ((), (at,))
        groups.append((places, frozenset(rows)))
    moved = [{n for places, _rows in groups for n in places[end]} for end in (0, 1)]
    sites, plants = (
        tuple(n for n in range(len(ids)) if n not in some)
        for ids, some in zip((base.site_ids, base.plant_ids), moved, strict=True)
    )
    still = meters.sums((sites, plants), ())
    fee = 0.0 if meters.prices is None else meters.prices.rows.pmo_eur
    return _Game(meters, changes, groups, replace(still, fixed_eur=still.fixed_eur + fee))


def open_changes(scenario: Scenario, reader: str | None = None) -> tuple[DatedChange, ...]:
    """Return the changes of sites, and of plants of whose site and owner each, is open to an audience.

    A decision on all sites of a kind is known where each of them is open.

    Args:
        reader: the audience; None for what all members read.
    """
    closed = _closed(scenario, reader)
    every = (*scenario.changes, *scenario.other_changes)
    hidden = {dated.row for dated in every if dated.of_all is not None and dated.site in closed}
    return tuple(
        dated
        for dated in every
        if not _holders(scenario, dated) & closed and not (dated.of_all is not None and dated.row in hidden)
    )


def _closed(scenario: Scenario, reader: str | None) -> set[str]:
    """Return the sites that an audience may not know, and those who hold them."""
    sites = (*scenario.participants, *scenario.absent)
    closed = [site for site in sites if site.kind in HOMES or not (site.publish or reader in site.publish_to)]
    return {id_ for site in closed for id_ in (site.id, site.person) if id_}


def _holders(scenario: Scenario, change: DatedChange) -> set[str]:
    """Return the site that changes; of a plant the site that it stands behind, and who owns it."""
    for plant in scenario.plants:
        if plant.id == change.site:
            return {id_ for id_ in (plant.behind, plant.owner, plant.person) if id_}
    return {change.site}
