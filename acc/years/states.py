"""What a dated change makes of the column of a site or plant, on the rows of a year on which it holds.

One weather and one pattern of weekdays stand for all years, so that what differs is what changes. A change in
the middle of a year holds from its day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, TimeArray
from acc.changes import ADDED, HEATS_OR_COOLS, LATE, OF_A_PART, DatedChange, What
from acc.exchange import Exchange, behind_meters
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from acc.steps import Steps, local_calendar, years_later

ABSENT = frozenset({What.LEAVES, What.JOINS})
"""Changes that say who takes part, and when."""

Rows = Sequence[slice]
"""Rows on which a change holds: parts whose days grow."""


def write(
    column: FloatArray,
    changes: Sequence[DatedChange],
    rows_of_each: Sequence[Rows],
    added_kwh: Mapping[DatedChange, FloatArray],
) -> None:
    """Apply changes to the column of their site or plant, in their order.

    Who takes part is written by `clear`.

    Args:
        rows_of_each: the rows on which each holds; of a plant that starts, those before.
        added_kwh: of each that adds or moves a use, on all rows; of one of a part of a need, that part.
    """
    earlier: list[tuple[DatedChange, Rows, FloatArray | None]] = []
    for change, rows in zip(changes, rows_of_each, strict=True):
        added = added_kwh.get(change)
        if change.what is What.STARTS:
            clear(column, rows)
        elif change.what in OF_A_PART:
            _resize_part(column, change, rows, added_kwh[change], earlier)
        else:
            _apply(column, change, rows, added)
        earlier.append((change, rows, added))


def _apply(column: FloatArray, change: DatedChange, slices: Rows, added_kwh: FloatArray | None) -> None:
    for rows in slices:
        if change.what is What.HOURS and added_kwh is not None:
            _move(column[rows], added_kwh[rows])
        elif change.what in ADDED and added_kwh is not None:
            column[rows] += added_kwh[rows]
        elif change.what in {What.SCALE, What.CLOSES}:
            column[rows] *= change.ratio


def clear(column: FloatArray, slices: Rows) -> None:
    """Write nothing on some rows."""
    for rows in slices:
        column[rows] = 0.0


def _resize_part(
    column: FloatArray,
    change: DatedChange,
    slices: Rows,
    part_kwh: FloatArray,
    earlier: Sequence[tuple[DatedChange, Rows, FloatArray | None]],
) -> None:
    """Apply a change to a part of a need, after the earlier changes of its site.

    Args:
        part_kwh: that part, on all rows, were no change counted.
        earlier: these changes, where they hold, what they add.
    """
    before = [
        entry
        for entry in earlier
        if entry[0].what in {What.SCALE, What.CLOSES, change.what}
        or (entry[0].what in HEATS_OR_COOLS and change.what is What.RENOVATION)
    ]
    part = part_kwh.copy() if before else part_kwh
    for past, past_rows, added_kwh in before:
        for rows in past_rows:
            if past.what in HEATS_OR_COOLS and added_kwh is not None:
                part[rows] += added_kwh[rows]
            else:
                part[rows] *= past.ratio
    for rows in slices:
        column[rows] = np.maximum(0.0, column[rows] - (1.0 - change.ratio) * part[rows])


def _move(column: FloatArray, moved_kwh: FloatArray) -> None:
    """Move energy from some rows to others: at most the energy present, in equal amounts."""
    leaves = np.minimum(moved_kwh, 0.0)
    leaving = np.maximum(leaves, -column)
    total = leaves.sum()
    # Rows may stand for some of the hours alone: what leaves is then not among them.
    column += leaving + np.maximum(moved_kwh, 0.0) * (leaving.sum() / total if total < 0.0 else 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class PlanBase:
    """What the years are made from.

    Attributes:
        load_kwh: what each site uses, all sources together and no change counted, (T, N).
        output_kwh: what each plant makes when it is new to the plan, (T, M).
        behind: whose meter each plant stands behind, or None.
        site_ids, plant_ids: in the order of the columns.
        wear_ratio: yearly loss of output of each plant, (M,).
        added_kwh: of each change that adds a use, (T,), as if it held all year; of one of a part of a need,
            that part.
        days: local day of each row; None where rows are all the steps, in their order.
        spans: first and last row (excluded) of parts whose days grow; none where all grow.
        last_used: of each site, by column, its changes, where they hold, and what it then uses, (T,).
    """

    steps: Steps
    load_kwh: FloatArray
    output_kwh: FloatArray
    behind: tuple[int | None, ...]
    site_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    wear_ratio: FloatArray
    added_kwh: Mapping[DatedChange, FloatArray] = field(default_factory=dict)
    days: TimeArray | None = None
    spans: tuple[tuple[int, int], ...] = ()
    last_used: dict[int, tuple[tuple[DatedChange, ...], list[list[slice]], FloatArray]] = field(
        default_factory=dict, init=False, repr=False
    )

    def part(self, sites: Sequence[int], plants: Sequence[int]) -> "PlanBase":
        """Base of the years for some sites and plants."""
        place = {n: at for at, n in enumerate(sites)}
        hosts = (self.behind[m] for m in plants)
        every = list(sites) == list(range(len(self.site_ids)))
        return PlanBase(
            self.steps,
            self.load_kwh if every else self.load_kwh[:, list(sites)],
            self.output_kwh[:, list(plants)],
            tuple(None if host is None else place.get(host) for host in hosts),
            tuple(self.site_ids[n] for n in sites),
            tuple(self.plant_ids[m] for m in plants),
            self.wear_ratio[list(plants)],
            self.added_kwh,
            self.days,
            self.spans,
        )

    @property
    def blocks(self) -> list[slice]:
        """Rows whose days grow."""
        return [slice(*span) for span in self.spans] or [slice(None)]

    def rows_between(self, since: date | None, until: date | None, year: int) -> list[slice]:
        """Return the rows of a year of the plan from a day on, and before another; None for no end."""
        days = local_calendar(self.steps).day if self.days is None else self.days
        return _rows_between(self.steps, days, self.blocks, (since, until), year)

    def yearly_kwh(self) -> dict[str, float]:
        """Yearly kWh of each site and each plant in the first year, by id."""
        sums = (*self.load_kwh.sum(axis=0).tolist(), *self.output_kwh.sum(axis=0).tolist())
        return dict(zip((*self.site_ids, *self.plant_ids), sums, strict=True))

    def own(self, changes: Iterable[DatedChange]) -> tuple[DatedChange, ...]:
        """Return the changes of these sites and plants."""
        ids = {*self.site_ids, *self.plant_ids}
        return tuple(change for change in changes if change.site in ids)


def plan_base(
    before: Exchange,
    behind: Sequence[int | None],
    sites: Sequence[str],
    plants: Sequence[str],
    wear: FloatArray,
    added: Mapping[DatedChange, FloatArray],
) -> PlanBase:
    """Build the base of the years.

    Args:
        before: what the meters would see were no change counted.
        wear: yearly loss of output of each plant, (M,).
        added: kWh of each change that adds a use, ratio of the part that another bears on, (T,).
    """
    load = before.consumption_kwh
    if any(host is not None for host in behind):
        load = load.copy()
    for plant, host in enumerate(behind):
        if host is not None:
            load[:, host] += before.own_use_kwh[:, plant]
    output = before.production_kwh + before.own_use_kwh
    added_kwh = {
        change: kwh * load[:, sites.index(change.site)] if change.what in OF_A_PART else kwh
        for change, kwh in added.items()
    }
    return PlanBase(before.steps, load, output, tuple(behind), tuple(sites), tuple(plants), wear, added_kwh)


@lru_cache(maxsize=8)
def first_day(steps: Steps) -> date:
    """Return the local day on which a plan begins: that of the period."""
    day: date = local_calendar(steps).day[0].item()
    return day


@lru_cache(maxsize=4096)
def year_of(day: date, steps: Steps) -> int:
    """Return the year of the plan that holds a day, 1 for the first; less for days before.

    >>> steps = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)
    >>> year_of(date(2026, 1, 1), steps), year_of(date(2029, 12, 31), steps), year_of(date(2025, 7, 1), steps)
    (1, 4, 0)
    """
    first = first_day(steps)
    years = day.year - first.year
    return years + (day >= years_later(first, years))


def _sign(years: int) -> int:
    return (years > 0) - (years < 0)


def _rows_between(
    steps: Steps,
    days: TimeArray,
    blocks: Sequence[slice],
    between: tuple[date | None, date | None],
    year: int,
) -> list[slice]:
    """Return the rows of a year from a day on, and before another, in parts whose days grow."""
    since, until = between
    first = -1 if since is None else _sign(year_of(since, steps) - year)
    last = 1 if until is None else _sign(year_of(until, steps) - year)
    if first > 0 or last < 0:
        return []
    if first < 0 < last:
        return [slice(None)]
    parts = []
    for rows in blocks:
        own, before = days[rows], rows.start or 0
        start = 0 if first < 0 or since is None else _row(since, year, own)
        end = len(own) if last > 0 or until is None else _row(until, year, own)
        parts.append(slice(before + start, before + end))
    return parts


def _away(change: DatedChange) -> tuple[date | None, date | None]:
    """Return the days between which a change of `ABSENT` keeps a site out."""
    return (None, change.since) if change.what is What.JOINS else (change.since, change.until)


def _row(day: date, year: int, days: TimeArray) -> int:
    """Return the first row of a year that is not before a day of it.

    Args:
        days: local day of each row, in order, in the first year.
    """
    return int(np.searchsorted(days, np.datetime64(years_later(day, 1 - year))))


def starts_in(changes: Sequence[DatedChange], steps: Steps) -> Mapping[str, int]:
    """Return the year of the plan in which each staged plant starts, by id."""
    return {c.site: max(1, year_of(c.since, steps)) for c in changes if c.what is What.STARTS}


def later_ids(changes: Sequence[DatedChange], steps: Steps) -> frozenset[str]:
    """Return the sites and plants that come after the first year of the plan: none of it is theirs."""
    return frozenset(c.site for c in changes if c.what in LATE and year_of(c.since, steps) > 1)


def first_participants(scenario: Scenario) -> tuple[Participant, ...]:
    """Return the sites of the first year of the plan."""
    later = later_ids(scenario.changes, scenario.steps)
    return tuple(site for site in scenario.participants if site.id not in later)


def first_plants(scenario: Scenario) -> tuple[Plant, ...]:
    """Return the plants of the first year of the plan."""
    later = later_ids(scenario.changes, scenario.steps)
    return tuple(plant for plant in scenario.plants if plant.id not in later)


def never(change: DatedChange, steps: Steps) -> DatedChange:
    """Replacement of an uncounted row of `LATE`: its site or plant is absent."""
    what = What.CLOSES if change.what is What.STARTS else What.LEAVES
    return replace(change, what=what, since=first_day(steps), ratio=0.0)


def years_of_plant(plant: str, changes: Sequence[DatedChange], steps: Steps) -> tuple[int, int | None]:
    """Return the first and the last year of the plan in which a plant makes anything; None to its end."""
    own = [change for change in changes if change.site == plant]
    # What closes on the first day of a year does not run in it.
    ends = [
        max(
            0,
            year_of(c.since, steps)
            - (_row(c.since, year_of(c.since, steps), local_calendar(steps).day) == 0),
        )
        for c in own
        if c.what is What.CLOSES and c.ratio == 0.0 and c.until is None
    ]
    return starts_in(own, steps).get(plant, 1), min(ends, default=None)


def anchors(changes: Sequence[DatedChange], steps: Steps, horizon: int) -> list[int]:
    """Return years between two of which only the wear differs: around each change, and both ends."""
    days = [day for c in changes for day in (c.since, c.until) if day is not None]
    near = {year_of(day, steps) + more for day in days for more in (-1, 0, 1)}
    return sorted({1, horizon} | {year for year in near if 1 <= year <= horizon})


def anchors_at_most(
    changes: Sequence[DatedChange], steps: Steps, horizon: int, yearly_kwh: Mapping[str, float], most: int
) -> list[int]:
    """Return at most so many of these years: those around the changes that move the most kWh.

    Args:
        yearly_kwh: that each site uses, and each plant makes, by id.
    """
    chosen = {1, horizon}
    for change in sorted(changes, key=lambda dated: moved_kwh(dated, yearly_kwh), reverse=True):
        near = chosen.union(anchors([change], steps, horizon))
        if len(near) <= most:
            chosen = near
    return sorted(chosen)


def moved_kwh(change: DatedChange, yearly_kwh: Mapping[str, float]) -> float:
    """Approximate energy moved by a change in a year, kWh; see `anchors_at_most`."""
    if change.what in ADDED:
        return change.kwh
    resized = change.what in {What.CLOSES, What.SCALE, *OF_A_PART}
    part = abs(1.0 - change.ratio) if resized else 1.0
    return part * yearly_kwh.get(change.site, 0.0)


def away_in(steps: Steps, changes: Sequence[DatedChange], year: int) -> frozenset[str]:
    """Return the sites that take no part on any day of a year."""
    inside = np.ones(steps.count)
    away = set()
    for site in {c.site for c in changes if c.what in ABSENT}:
        inside[:] = 1.0
        for change in (c for c in changes if c.site == site and c.what in ABSENT):
            clear(inside, _rows_between(steps, local_calendar(steps).day, [slice(None)], _away(change), year))
        if not inside.any():
            away.add(site)
    return frozenset(away)


def moving_columns(base: PlanBase, changes: Sequence[DatedChange]) -> list[int]:
    """Return the sites whose meter does not show the same each year: changed, or above a plant that wears."""
    changed = {change.site for change in changes}
    named = {n for n, site in enumerate(base.site_ids) if site in changed}
    return sorted(named | {host for host in base.behind if host is not None})


def exchange_in(base: PlanBase, changes: Sequence[DatedChange], year: int) -> Exchange:
    """Exchange at the meters in a year of the plan.

    Raises:
        KeyError: a change of a site or plant that is not there.
    """
    moving = moving_columns(base, changes)
    withdrawn, production, own_use = meters_in(base, changes, year, moving)
    load_kwh = base.load_kwh.copy() if moving else base.load_kwh
    if moving:
        load_kwh[:, moving] = withdrawn
    return Exchange(base.steps, load_kwh, np.ascontiguousarray(production), np.ascontiguousarray(own_use))


def meters_in(
    base: PlanBase, changes: Sequence[DatedChange], year: int, moving: Sequence[int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Withdrawals, (T, K), injections and own use of plants, (T, M), in a year, kWh.

    Args:
        moving: the sites whose meter may not show the same each year, see `moving_columns`.

    Raises:
        KeyError: a change of a site or plant that is not there.
    """
    columns = {base.site_ids[n]: k for k, n in enumerate(moving)}
    plants = {name: m for m, name in enumerate(base.plant_ids)}
    of_each: dict[str, list[DatedChange]] = {}
    for change in ordered(changes):
        of_each.setdefault(change.site, []).append(change)
    # Column by column, and few of them: side by side each value would fetch a line of memory.
    load = np.empty((len(base.load_kwh), len(moving)), order="F")
    for k, n in enumerate(moving):
        load[:, k] = _used(base, n, tuple(of_each.pop(base.site_ids[n], ())), year)
    output = np.asfortranarray(base.output_kwh * _wear(base, changes, year))
    for name, own in of_each.items():
        write(output[:, plants[name]], own, [_rows_of(base, dated, year) for dated in own], base.added_kwh)
    behind = [None if host is None else moving.index(host) for host in base.behind]
    withdrawn, production, own_use = behind_meters(load, output, behind)
    for change in (c for c in changes if c.what in ABSENT):  # a site that is out still uses its own roof
        clear(withdrawn[:, columns[change.site]], base.rows_between(*_away(change), year))
    return withdrawn, production, own_use


def _used(base: PlanBase, site: int, changes: tuple[DatedChange, ...], year: int) -> FloatArray:
    """Consumption of a site in a year, (T,), kWh, with its ordered changes; rebuilt when one starts."""
    rows, last = [_rows_of(base, change, year) for change in changes], base.last_used.get(site)
    if last is None or last[:2] != (changes, rows):
        last = base.last_used[site] = (changes, rows, base.load_kwh[:, site].copy())
        write(last[2], changes, rows, base.added_kwh)
    return last[2]


def _rows_of(base: PlanBase, change: DatedChange, year: int) -> list[slice]:
    """Return the rows of a year on which a change writes: of a plant that starts, those before."""
    if change.what is What.STARTS:
        return base.rows_between(None, change.since, year)
    return base.rows_between(change.since, change.until, year)


def ordered(changes: Sequence[DatedChange]) -> list[DatedChange]:
    """Return changes as they are counted: by date, whatever their order in the table."""
    return sorted(changes, key=lambda c: (c.since, c.what, c.site, c.until or date.max, c.ratio, c.kwh))


def _wear(base: PlanBase, changes: Sequence[DatedChange], year: int) -> FloatArray:
    """Remaining fraction of the first output of each plant, (M,)."""
    starts = starts_in(changes, base.steps)
    since = np.array([max(0, year - starts.get(name, 1)) for name in base.plant_ids], dtype=np.float64)
    return (1.0 - base.wear_ratio) ** since
