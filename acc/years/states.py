"""The meters in each year of a plan: the first year's calendar and weather, the changes that hold, the wear.

One weather and one pattern of weekdays stand for all years, so that what differs is what changes. A change in
the middle of a year holds from its day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.changes import ADDED, DatedChange, What
from acc.exchange import Exchange, exchange_behind_meters
from acc.steps import Steps, local_calendar, years_later

ABSENT = frozenset({What.LEAVES, What.JOINS})
"""Changes that say who takes part, and when."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanBase:
    """What the years are made from.

    Attributes:
        load_kwh: what each site uses, all sources together and no change counted, (T, N).
        output_kwh: what each plant makes when it is new to the plan, (T, M).
        behind: whose meter each plant stands behind, or None.
        site_ids, plant_ids: in the order of the columns.
        wear_ratio: yearly loss of output of each plant, (M,).
        added_kwh: of each change that adds a use, (T,), as if it held all year.
    """

    steps: Steps
    load_kwh: FloatArray
    output_kwh: FloatArray
    behind: tuple[int | None, ...]
    site_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    wear_ratio: FloatArray
    added_kwh: Mapping[DatedChange, FloatArray] = field(default_factory=dict)

    def part(self, sites: Sequence[int], plants: Sequence[int]) -> "PlanBase":
        """Return what the years of some sites and plants are made from."""
        place = {n: at for at, n in enumerate(sites)}
        hosts = (self.behind[m] for m in plants)
        return PlanBase(
            self.steps,
            self.load_kwh[:, list(sites)],
            self.output_kwh[:, list(plants)],
            tuple(None if host is None else place.get(host) for host in hosts),
            tuple(self.site_ids[n] for n in sites),
            tuple(self.plant_ids[m] for m in plants),
            self.wear_ratio[list(plants)],
            self.added_kwh,
        )

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
    added_kwh: Mapping[DatedChange, FloatArray],
) -> PlanBase:
    """Return what the years are made from.

    Args:
        before: what the meters would see were no change counted.
        wear: yearly loss of output of each plant, (M,).
    """
    load = before.consumption_kwh
    if any(host is not None for host in behind):
        load = load.copy()
    for plant, host in enumerate(behind):
        if host is not None:
            load[:, host] += before.own_use_kwh[:, plant]
    output = before.production_kwh + before.own_use_kwh
    return PlanBase(before.steps, load, output, tuple(behind), tuple(sites), tuple(plants), wear, added_kwh)


def first_day(steps: Steps) -> date:
    """Return the local day on which a plan begins: that of the period."""
    day: date = local_calendar(steps).day[0].item()
    return day


def year_of(day: date, steps: Steps) -> int:
    """Return the year of the plan that holds a day, 1 for the first; less for days before.

    >>> steps = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)
    >>> year_of(date(2026, 1, 1), steps), year_of(date(2029, 12, 31), steps), year_of(date(2025, 7, 1), steps)
    (1, 4, 0)
    """
    first = first_day(steps)
    whole = day.year - first.year
    return whole + (day >= years_later(first, whole))


def rows_of(change: DatedChange, year: int, steps: Steps) -> slice:
    """Return the steps of a year of the plan on which a change holds."""
    return slice(_row(change.since, year, steps), _row(change.until, year, steps))


def _row(day: date | None, year: int, steps: Steps) -> int:
    """Return the first step of a year that is not before a day, as many as there are where all are."""
    if day is None:
        return steps.count
    held = year_of(day, steps)
    if held != year:
        return 0 if held < year else steps.count
    same = np.datetime64(years_later(day, 1 - year))
    return int(np.searchsorted(local_calendar(steps).day, same))


def starts_in(changes: Sequence[DatedChange], steps: Steps) -> Mapping[str, int]:
    """Return the year of the plan in which each staged plant starts, by id."""
    return {c.site: max(1, year_of(c.since, steps)) for c in changes if c.what is What.STARTS}


def years_of_plant(plant: str, changes: Sequence[DatedChange], steps: Steps) -> tuple[int, int | None]:
    """Return the first and the last year of the plan in which a plant makes anything; None to its end."""
    own = [change for change in changes if change.site == plant]
    # What closes on the first day of a year does not run in it.
    ends = [
        max(0, year_of(c.since, steps) - (_row(c.since, year_of(c.since, steps), steps) == 0))
        for c in own
        if c.what is What.CLOSES and c.ratio == 0.0 and c.until is None
    ]
    return starts_in(own, steps).get(plant, 1), min(ends, default=None)


def anchors(changes: Sequence[DatedChange], steps: Steps, horizon: int) -> list[int]:
    """Return years between two of which only the wear differs: around each change, and both ends."""
    days = [day for c in changes for day in (c.since, c.until) if day is not None]
    near = {year_of(day, steps) + more for day in days for more in (-1, 0, 1)}
    return sorted({1, horizon} | {year for year in near if 1 <= year <= horizon})


def away_in(steps: Steps, changes: Sequence[DatedChange], year: int) -> frozenset[str]:
    """Return the sites that take no part on any day of a year."""
    there = np.ones(steps.count)
    found = set()
    for site in {c.site for c in changes if c.what in ABSENT}:
        there[:] = 1.0
        for change in (c for c in changes if c.site == site and c.what in ABSENT):
            _leave(there, change, year, steps)
        if not there.any():
            found.add(site)
    return frozenset(found)


def moving_columns(base: PlanBase, changes: Sequence[DatedChange]) -> list[int]:
    """Return the sites whose meter does not show the same each year: changed, or above a plant that wears."""
    changed = {change.site for change in changes}
    named = {n for n, site in enumerate(base.site_ids) if site in changed}
    return sorted(named | {host for host in base.behind if host is not None})


def exchange_in(base: PlanBase, changes: Sequence[DatedChange], year: int) -> Exchange:
    """Return what the meters see in a year of the plan.

    Raises:
        KeyError: a change of a site or plant that is not there.
    """
    moving = moving_columns(base, changes)
    columns = {base.site_ids[n]: k for k, n in enumerate(moving)}
    plants = {name: m for m, name in enumerate(base.plant_ids)}
    # Column by column, and few of them: side by side each value would fetch a line of memory.
    load = np.asfortranarray(base.load_kwh[:, moving])
    output = np.asfortranarray(base.output_kwh * _wear(base, changes, year))
    for change in ordered(changes):
        own = load[:, columns[change.site]] if change.site in columns else output[:, plants[change.site]]
        _apply(own, change, rows_of(change, year, base.steps), base)
    behind = [None if host is None else moving.index(host) for host in base.behind]
    seen = exchange_behind_meters(base.steps, load, output, behind, in_place=True)
    withdrawn = seen.consumption_kwh
    for change in (c for c in changes if c.what in ABSENT):  # a site that is out still uses its own roof
        _leave(withdrawn[:, columns[change.site]], change, year, base.steps)
    whole = base.load_kwh.copy()
    whole[:, moving] = withdrawn
    made, own_use = (np.ascontiguousarray(each) for each in (seen.production_kwh, seen.own_use_kwh))
    return Exchange(base.steps, whole, made, own_use)


def ordered(changes: Sequence[DatedChange]) -> list[DatedChange]:
    """Return changes as they are counted: by date, whatever their order in the table."""
    return sorted(changes, key=lambda c: (c.since, c.what, c.site, c.until or date.max, c.ratio, c.kwh))


def _wear(base: PlanBase, changes: Sequence[DatedChange], year: int) -> FloatArray:
    """Return what is left of the first output of each plant, (M,)."""
    starts = starts_in(changes, base.steps)
    since = np.array([max(0, year - starts.get(name, 1)) for name in base.plant_ids], dtype=np.float64)
    left: FloatArray = (1.0 - base.wear_ratio) ** since
    return left


def _apply(column: FloatArray, change: DatedChange, rows: slice, base: PlanBase) -> None:
    """Write what a change makes of a column, (T,), on the steps on which it holds."""
    if change.what is What.STARTS:
        column[: rows.start] = 0.0
    elif change.what in ADDED:
        column[rows] += base.added_kwh[change][rows]
    elif change.what not in ABSENT:
        column[rows] *= change.ratio


def _leave(column: FloatArray, change: DatedChange, year: int, steps: Steps) -> None:
    """Write nothing in a column, (T,), where a site takes no part."""
    rows = rows_of(change, year, steps)
    if change.what is What.JOINS:
        column[: rows.start] = 0.0
    else:
        column[rows] = 0.0
