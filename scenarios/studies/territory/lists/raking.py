"""Estimates brought to published totals: by commune and division, less what is measured by address.

A cell that secrecy hides is empty, not zero: nothing is brought to it. The set of 2011 to 2021 is frozen, and
of another method than what follows: the two are never set against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

from acc.i18n import decimal, grouped
from acc.territory.result import Known
from acc.units import THOUSAND
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import OPEN_FIGURES
from scenarios.studies.territory.lists.addresses import Key
from scenarios.studies.territory.lists.kinds import (
    Tables,
    division_in,
    heading,
    insee_in,
    number_in,
    text_in,
    year_in,
)
from scenarios.studies.territory.lists.needs import NeedsRead, SiteNeed

HOMES = frozenset({"RES", "RESIDENTIEL"})
"""Categories that are homes'."""

SHOWN = 4


@dataclass(frozen=True, slots=True)
class PublishedTotals:
    """Published kWh of a year by commune and division; None where a part of it is hidden."""

    year: int
    kwh: Mapping[Key, float | None]


def totals_of(tables: Tables, measured_year: int | None) -> tuple[PublishedTotals | None, list[str]]:
    """Return the totals of the year of the measured needs, else of the last one, and what was not used.

    Raises:
        InputError: a figure that is none.
    """
    lines = [row for table in tables.get("total", ()) for row in table.rows if _is_electricity(row)]
    years = sorted({year for row in lines if (year := year_in(row))})
    frozen = read_figures(OPEN_FIGURES)["frozen_until"].value
    usable = (
        years
        if measured_year is None
        else [year for year in years if (year > frozen) == (measured_year > frozen)]
    )
    if not usable:
        text = _("Totals of {years} are of another method than needs of {measured}: not used")
        said = [text.format(years=", ".join(map(str, years)), measured=measured_year)] if years else []
        return None, said
    year = measured_year if measured_year in usable else usable[-1]
    said = []
    if measured_year not in {None, year}:
        said.append(
            _("Totals are of {year}, needs by address of {measured}").format(
                year=year, measured=measured_year
            )
        )
    kwh = dict[Key, float | None]()
    for row in lines:
        if year_in(row) == year and text_in(row, "category").upper() not in HOMES:
            key, mwh = (insee_in(row), division_in(row)), number_in(row, "mwh")
            before = kwh.get(key, 0.0)
            kwh[key] = None if mwh is None or before is None else before + mwh * THOUSAND
    return PublishedTotals(year, kwh), said


def _is_electricity(row: Row) -> bool:
    return heading(text_in(row, "energy") or "electricite").startswith("elec")


def raked(needs: Sequence[SiteNeed], totals: PublishedTotals, measured_kwh: Mapping[Key, float]) -> NeedsRead:
    """Return the needs, those that are estimated brought to the totals where these are told.

    Args:
        measured_kwh: by commune and division, wherever it is placed: it is in the totals too.
    """
    reading, estimated = NeedsRead(), defaultdict[Key, list[SiteNeed]](list)
    for need in needs:
        if need.known is Known.ESTIMATED:
            for division in filter(str.isdigit, need.kwh_of):
                estimated[need.insee, division].append(need)
    factors, outcomes = dict[Key, float](), Counter[str]()
    for key, some in estimated.items():
        total = totals.kwh.get(key)
        rest = None if total is None else total - measured_kwh.get(key, 0.0)
        outcomes["hidden" if rest is None else "raked" if rest > 0.0 else "over"] += 1
        if rest is not None and rest > 0.0:
            factors[key] = rest / sum(need.kwh_of[key[1]] for need in some)
    for need in needs:
        key = need.insee, next(iter(need.kwh_of), "")
        is_own = need.known is Known.ESTIMATED and key in factors
        reading.needs.append(_times(need, factors[key], totals.year) if is_own else need)
    reading.said.extend(_sentences(factors, outcomes, totals.year))
    return reading


def _times(need: SiteNeed, factor: float, year: int) -> SiteNeed:
    """Return a need brought to a total: what was common to all such estimates is gone."""
    kwh_of = {division: kwh * factor for division, kwh in need.kwh_of.items()}
    return replace(need, kwh_of=kwh_of, known=Known.RAKED, year=year, common_ln=0.0)


def _sentences(factors: Mapping[Key, float], outcomes: Counter[str], year: int) -> Iterator[str]:
    if factors:
        text = _(
            "Brought to the totals of {year} less what is measured: {count} cells, factors {low} to {high}"
        )
        low, high = (decimal(end, 2) for end in (min(factors.values()), max(factors.values())))
        yield text.format(year=year, count=grouped(len(factors)), low=low, high=high)
    most = read_figures(OPEN_FIGURES)["factor_most"].value
    odd = {key: factor for key, factor in factors.items() if not 1.0 / most <= factor <= most}
    if odd:
        shown = [
            f"{insee}, {division} (× {decimal(f, 2)})" for (insee, division), f in [*odd.items()][:SHOWN]
        ]
        text = _("Factors over {most} or under its inverse, to look at ({count}): {which}")
        yield text.format(most=f"{most:g}", count=len(odd), which="; ".join(shown))
    if outcomes["hidden"]:
        text = _("{count} cells (commune, activity) have no total, or a hidden one: not zero, estimates stay")
        yield text.format(count=grouped(outcomes["hidden"]))
    if outcomes["over"]:
        text = _("{count} cells are measured by address beyond their total: estimates stay")
        yield text.format(count=grouped(outcomes["over"]))
