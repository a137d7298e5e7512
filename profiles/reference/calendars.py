"""Which days differ from the others: French public holidays and the school holidays of zone A.

Bergerac is in zone A (académie de Bordeaux). School holidays are published a few years ahead only:
beyond the last published school year, a school year (September to August) repeats, shifted by whole
weeks, the last published one whose 1 September fell on the same weekday, so that Christmas, All Saints
and the first day of school keep their place; the answer says so. The order of the zones in February
and April turns from one year to the next and is not known in advance: those two may be two weeks off.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from gettext import gettext as _
from importlib.resources import files

import numpy as np
from dateutil.easter import easter

from acc.arrays import BoolArray, TimeArray
from acc.problem import InputError, Problem

SAME_DAY_EACH_YEAR = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Public holidays by month and day; the others follow Easter."""

EASTER_MONDAY, ASCENSION, WHIT_MONDAY = 1, 39, 50
"""Days after Easter."""

WORKED_WHIT_MONDAYS = range(2005, 2008)
"""Years in which it was the day of solidarity for all (law 2004-626, until law 2008-351)."""

ZONE = "a"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchoolHolidays:
    """The school holidays of zone A in a calendar year, weekends within them included.

    Attributes:
        known_until: last day whose holidays are published; later days repeat an earlier school year.
    """

    year: int
    days: frozenset[date]
    known_until: date

    @property
    def is_repeated(self) -> bool:
        """Whether some days of the year are not published yet."""
        return self.known_until < date(self.year, 12, 31)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the 11 public holidays of metropolitan France (code du travail L3133-1).

    >>> date(2026, 5, 14) in public_holidays(2026)  # Ascension Day
    True
    >>> len(public_holidays(2026))
    11
    """
    # Of a package that knows every country a tenth of a second is spent on the others, in each first run.
    movable = [EASTER_MONDAY, ASCENSION, *([] if year in WORKED_WHIT_MONDAYS else [WHIT_MONDAY])]
    fixed = {date(year, month, day) for month, day in SAME_DAY_EACH_YEAR}
    return frozenset(fixed | {easter(year) + timedelta(days=days) for days in movable})


@lru_cache(maxsize=64)
def school_holidays(year: int) -> SchoolHolidays:
    """Return the school holidays of zone A in `year`, published or repeated.

    Raises:
        InputError: a year before the first one known.

    >>> date(2026, 2, 7) in school_holidays(2026).days  # first Saturday of the winter holidays
    True
    """
    published = _published()
    first, last = min(published), max(published)
    if year < first.year:
        message = _("the school holidays of {year} are not known: the first known year is {first}")
        raise InputError([Problem("operation.start", message.format(year=year, first=first.year))])
    january_first = date(year, 1, 1)
    days = [january_first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - january_first).days)]
    return SchoolHolidays(year, frozenset(day for day in days if _known_day(day, last) in published), last)


def _known_day(day: date, last: date) -> date:
    """Return `day` where it is published, else its like in the school year that it repeats."""
    if day <= last:
        return day
    september_first = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    like = september_first
    while like.weekday() != september_first.weekday() or like.replace(year=like.year + 1) > last + ONE_DAY:
        like = like.replace(year=like.year - 1)
    return day - (september_first - like)


@lru_cache(maxsize=1)
def _published() -> frozenset[date]:
    # The table of the package, without its reader of dates, twenty times slower.
    with (files("vacances_scolaires_france") / "data" / "data.csv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table)
        return frozenset(
            date.fromisoformat(row["date"]) for row in rows if row[f"vacances_zone_{ZONE}"] == "True"
        )


def is_in(days: frozenset[date], calendar_days: TimeArray) -> BoolArray:
    """Return whether each of `calendar_days` (datetime64[D], shape (D,)) is one of `days`, shape (D,)."""
    return np.isin(calendar_days, np.array(sorted(days), dtype="datetime64[D]"))
