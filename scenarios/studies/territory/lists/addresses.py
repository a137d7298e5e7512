"""Measured needs by address, as the grid operator publishes them: MWh of meters above 36 kVA, by division.

The lines of one address in one year are one site's: one a division of the NAF. A line without address is
consumption that nobody can place: counted, never a site. A line of several meters is of several persons.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.territory.result import Known
from acc.units import THOUSAND
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import OPEN_FIGURES, Activity, activity_of_division
from scenarios.studies.territory.lists.kinds import (
    OpenTable,
    Tables,
    division_in,
    insee_in,
    number_in,
    text_in,
    year_in,
)
from scenarios.studies.territory.lists.needs import (
    Degrees,
    NeedsRead,
    SiteNeed,
    address_key,
    commune_cells,
    degrees_in,
)

LEAST_SCORE = 0.5
"""Of a geocoder, below which it has not found the address."""

COARSE = frozenset({"municipality", "city", "postcode"})
"""What a geocoder answers where it knows the commune alone."""

Key = tuple[str, str]
"""A commune and an address in it."""

Places = Mapping[Key, Degrees]


def measured_needs(tables: Tables, places: Places) -> tuple[NeedsRead, Mapping[Key, float]]:
    """Return the needs of addresses in their last year, and the kWh of each commune and division.

    Args:
        places: of addresses, for lines that were not geocoded themselves.

    Raises:
        InputError: a figure that is none.
    """
    lines = [row for table in tables.get("address", ()) for row in table.rows]
    year, reading = max((year_in(row) or 0 for row in lines), default=0), NeedsRead()
    own = [row for row in lines if year_in(row) == year]
    if not own:
        return reading, {}
    if len(own) < len(lines):
        text = _("{count} lines of years before {year} are not read: years are never added")
        reading.said.append(text.format(count=grouped(len(lines) - len(own)), year=year))
    groups, kwh_of, unplaced = _groups(own)
    for key, rows in groups.items():
        need = _need(rows, key, year, places)
        if need is None:
            unplaced["profile"] += _kwh(rows)
        else:
            reading.needs.extend(_persons(need, rows))
    reading.said.extend(_sentences(reading.needs, groups, unplaced, year))
    return reading, kwh_of


def _groups(lines: Sequence[Row]) -> tuple[dict[Key, list[Row]], dict[Key, float], dict[str, float]]:
    """Return the lines of each address, the kWh of each commune and division, what is in no address, kWh."""
    groups, kwh_of = defaultdict[Key, list[Row]](list), defaultdict[Key, float](float)
    unplaced = defaultdict[str, float](float)
    for line in lines:
        mwh = number_in(line, "mwh")
        if mwh is None:
            unplaced["hidden"] += 1
            continue
        commune, address = insee_in(line), _address(line)
        kwh_of[commune, division_in(line)] += mwh * THOUSAND
        if address:
            groups[commune, address].append(line)
        else:
            unplaced["address"] += mwh * THOUSAND
            unplaced["lines"] += 1
    return groups, kwh_of, unplaced


def _address(line: Row) -> str:
    parts = [text_in(line, name) for name in ("number", "repeat", "way", "street")]
    return address_key(*parts) or address_key(text_in(line, "address"))


def _kwh(rows: Iterable[Row]) -> float:
    return sum(number_in(row, "mwh") or 0.0 for row in rows) * THOUSAND


def _need(rows: Sequence[Row], key: Key, year: int, places: Places) -> SiteNeed | None:
    """Return the need of an address; None where its main division has no profile."""
    kwh_of = defaultdict[str, float](float)
    for row in rows:
        kwh_of[division_in(row)] += _kwh([row])
    division = max(kwh_of, key=lambda name: kwh_of[name])
    activity = activity_of_division(division, sum(kwh_of.values()) / THOUSAND)
    if activity is None or sum(kwh_of.values()) <= 0.0:
        return None
    place = next(filter(None, map(_geocoded, rows)), None) or places.get(key)
    return SiteNeed(
        row=rows[0],
        cells={**commune_cells(rows[0]), **_name(rows[0], activity)},
        kwh_of=dict(kwh_of),
        known=Known.MEASURED,
        year=year,
        own_ln=read_figures(OPEN_FIGURES)["measured_spread"].value,
        address=key[1],
        place=place,
    )


def _name(row: Row, activity: Activity) -> dict[str, CellValue]:
    """Profile, kind and name of a site: its address where its division is of public bodies alone."""
    cells: dict[str, CellValue] = {"profile": activity.profile, "kind": activity.kind}
    address = text_in(row, "address")
    return cells | ({"name": address.title()} if address and activity.kind == "public" else {})


def _persons(need: SiteNeed, rows: Sequence[Row]) -> Iterator[SiteNeed]:
    """Yield a need, in equal parts where a line of it is of several meters: at least so many persons."""
    meters = max(1, *(int(number_in(row, "meters") or 1) for row in rows))
    part = {division: kwh / meters for division, kwh in need.kwh_of.items()}
    yield from (replace(need, kwh_of=part) for _meter in range(meters))


def _sentences(
    needs: Sequence[SiteNeed], groups: Mapping[Key, list[Row]], unplaced: Mapping[str, float], year: int
) -> Iterator[str]:
    mwh = grouped(sum(need.kwh for need in needs) / THOUSAND)
    count, addresses = Counter((need.insee, need.address) for need in needs), len(groups)
    text = ngettext(
        "Measured in {year}: {count} address, {mwh} MWh",
        "Measured in {year}: {count} addresses, {mwh} MWh",
        len(count),
    )
    yield text.format(year=year, count=grouped(len(count)), mwh=mwh)
    several = [meters for meters in count.values() if meters > 1]
    if several:
        text = _(
            "{count} of them have several meters: {persons} persons at least, the kWh in equal parts as "
            "nobody says which"
        )
        yield text.format(count=grouped(len(several)), persons=grouped(sum(several)))
    if unplaced["address"]:
        text = ngettext(
            "{mwh} MWh without address ({count} line): real, never placed",
            "{mwh} MWh without address ({count} lines): real, never placed",
            int(unplaced["lines"]),
        )
        kwh = unplaced["address"] / THOUSAND
        yield text.format(mwh=grouped(kwh), count=grouped(int(unplaced["lines"])))
    if unplaced["profile"]:
        text = _("{mwh} MWh at {count} addresses of a division without profile: left out, ask for a curve")
        left = addresses - len(count)
        yield text.format(mwh=grouped(unplaced["profile"] / THOUSAND), count=grouped(left))
    if unplaced["hidden"]:
        text = _("{count} lines without MWh: hidden, not zero")
        yield text.format(count=grouped(int(unplaced["hidden"])))


def _geocoded(row: Row) -> Degrees | None:
    """Return where a line was geocoded; None where it was not, or to its commune alone."""
    score = number_in(row, "score")
    if text_in(row, "found").lower() in COARSE or (score is not None and score < LEAST_SCORE):
        return None
    return degrees_in(row)


def places_of(tables: Tables) -> dict[Key, Degrees]:
    """Return the places of the addresses of a national extract, and of a file that was geocoded.

    Raises:
        InputError: a figure that is none.
    """
    places = dict[Key, Degrees]()
    for row in _rows(tables.get("place", ())):
        address = address_key(*(text_in(row, name) for name in ("number", "repeat", "street")))
        # What an extract calls number 9999 or 5000 and more is a place without numbers.
        no_number = (number_in(row, "number") or 0) >= LOCALITY
        address = address_key(text_in(row, "street")) if no_number else address
        if place := degrees_in(row):
            places[insee_in(row), address] = place
    for row in _rows(tables.get("geocoded", ())):
        if place := _geocoded(row):
            places[insee_in(row), address_key(text_in(row, "address"))] = place
    return places


LOCALITY = 5_000
"""Number from which on an extract of addresses means a locality (9999, or 5000 and more)."""


def _rows(tables: Iterable[OpenTable]) -> Iterator[Row]:
    return (row for table in tables for row in table.rows)


def placed_needs(needs: Sequence[SiteNeed], places: Places) -> list[SiteNeed]:
    """Return the needs, those without place where another file has one of their address."""
    return [
        need if need.place else replace(need, place=places.get((need.insee, need.address))) for need in needs
    ]
