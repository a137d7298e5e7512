"""Where sites are: distances on the ellipsoid, coordinates that cannot be right, the communes of France.

Positions come as people give them: a pair pasted from a map, or the commune alone, whose middle is taken.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.i18n import decimal
from acc.problem import Problem
from acc.rules.distances import FEW, Apart
from acc.rules.perimeter import Body, Members, bodies_of
from acc.scenario import Scenario
from acc.sites import Participant, Plant, Position, Site
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import DATA
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.row_models import SiteRow

LATITUDES_DEG = (41.3, 51.2)
LONGITUDES_DEG = (-5.2, 9.7)
"""The box that holds metropolitan France, Corsica included (IGN, rounded outwards)."""

OVERSEAS_BOXES_DEG = (
    (14.3, 18.2, -63.2, -60.7),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    (2.0, 5.9, -54.7, -51.5),  # Guyane
    (-21.5, -20.8, 55.1, 55.9),  # La Réunion
    (-13.1, -12.5, 44.9, 45.4),  # Mayotte
    (46.7, 47.2, -56.5, -56.0),  # Saint-Pierre-et-Miquelon
)
"""South, north, west and east of the overseas départements, where the law applies too."""


AXIS_KM, FLATTENING = 6378.137, 1.0 / 298.257223563
"""The ellipsoid WGS 84 (NGA.STND.0036): half its larger axis, and how much shorter the other is."""


def distances_km(positions: Sequence[Position | None]) -> FloatArray:
    """Return the geodesic distances between positions on WGS 84, shape (S, S); NaN where one is missing.

    One minute of latitude is a nautical mile, at 45 degrees:

    >>> pair = distances_km([Position(45.0, 0.5), Position(45.0 + 1 / 60, 0.5)])
    >>> round(float(pair[0, 1]), 3)
    1.852
    """
    return apart(positions).matrix()


def apart(positions: Sequence[Position | None]) -> Apart:
    """Return the geodesic distances between positions on WGS 84, measured when they are asked for.

    The last ones are kept: whoever asks again of the same places finds what was measured.
    """
    return _apart(tuple(positions))


@lru_cache(maxsize=16)
def _apart(positions: tuple[Position | None, ...]) -> Apart:
    latitude = np.array([np.nan if p is None else p.latitude_deg for p in positions], dtype=float)
    longitude = np.array([np.nan if p is None else p.longitude_deg for p in positions], dtype=float)
    placed = np.isfinite(latitude) & np.isfinite(longitude)
    exact_km: Callable[[IntArray, IntArray], FloatArray] = partial(_geodesic_km, latitude, longitude)
    if len(placed) <= FEW:
        exact_km = _MeasuredOnce(exact_km, len(placed))
    return Apart(exact_km, placed, _points_km(latitude, longitude))


@dataclass(frozen=True, eq=False)
class _MeasuredOnce:
    """Distances of few places: each pair is measured once, and looked up by whoever asks again."""

    measure_km: Callable[[IntArray, IntArray], FloatArray]
    count: int

    def __call__(self, first: IntArray, second: IntArray) -> FloatArray:
        return np.asarray(self._table_km[first, second])

    @cached_property
    def _table_km(self) -> FloatArray:
        rows, columns = np.triu_indices(self.count)
        table = np.empty((self.count, self.count))
        table[rows, columns] = table[columns, rows] = self.measure_km(rows, columns)
        return table


def _geodesic_km(
    latitude_deg: FloatArray, longitude_deg: FloatArray, first: IntArray, second: IntArray
) -> FloatArray:
    """Return the distances between pairs of positions, NaN where one is missing."""
    from pyproj import Geod  # noqa: PLC0415 - 0.04 s, and not every question measures

    known = np.isfinite((latitude_deg + longitude_deg)[first] + (latitude_deg + longitude_deg)[second])
    # The two directions differ in the last digit: the larger, so that distances are symmetric.
    forth = np.concatenate([first[known], second[known]])
    back = np.concatenate([second[known], first[known]])
    km = np.full(len(first), np.nan)
    if forth.size:
        ends = longitude_deg[forth], latitude_deg[forth], longitude_deg[back], latitude_deg[back]
        km[known] = Geod(ellps="WGS84").inv(*ends)[2].reshape(2, -1).max(axis=0) / 1000.0
    return km


def _points_km(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    """Positions in space, x, y and z from the centre of the Earth, (S, 3), km."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    squared = FLATTENING * (2.0 - FLATTENING)
    radius_km = AXIS_KM / np.sqrt(1.0 - squared * np.sin(latitude) ** 2)
    flat_km = radius_km * np.cos(latitude)
    height_km = radius_km * (1.0 - squared) * np.sin(latitude)
    return np.stack([flat_km * np.cos(longitude), flat_km * np.sin(longitude), height_km], axis=1)


def scenario_members(scenario: Scenario) -> Members:
    """Return the active sites of a folder, who is public there included; see `members_of`."""
    return members_of(scenario.participants, scenario.plants, bodies_of(scenario))


def members_of(
    participants: Sequence[Participant], plants: Sequence[Plant], bodies: Mapping[str, Body] | None = None
) -> Members:
    """Return the active sites with the distances between them, ready for `acc.rules.all_checks.checks`.

    A plant behind a meter injects there: what it does not say of its place is that of its participant.

    Args:
        bodies: what persons are, by id; None where nothing but the participants says it.
    """
    by_id = {participant.id: participant for participant in participants}
    placed = tuple(_at_meter(plant, by_id) for plant in plants)
    positions = [site.position for site in (*participants, *placed)]
    return Members(tuple(participants), placed, apart(positions), bodies or {})


def _at_meter(plant: Plant, by_id: Mapping[str, Participant]) -> Plant:
    site = by_id.get(plant.behind) if plant.behind else None
    if site is None:
        return plant
    return replace(
        plant,
        position=plant.position or site.position,
        within_km=plant.within_km if plant.position else site.within_km,
        insee=plant.insee or site.insee,
        commune=plant.commune or site.commune,
        density_class=plant.density_class or site.density_class,
        epci=plant.epci or site.epci,
    )


def position_problems(positions: Mapping[str, Position | None]) -> list[Problem]:
    """Return the positions that are not in France, by path, with the likely cause."""
    return [
        Problem(path, _position_message(position))
        for path, position in positions.items()
        if position is not None and not in_france(position)
    ]


def in_france(position: Position) -> bool:
    """Return whether a position may be in metropolitan France or an overseas département.

    >>> in_france(Position(44.85, 0.48)), in_france(Position(0.48, 44.85))
    (True, False)
    """
    boxes = ((*LATITUDES_DEG, *LONGITUDES_DEG), *OVERSEAS_BOXES_DEG)
    return any(
        south <= position.latitude_deg <= north and west <= position.longitude_deg <= east
        for south, north, west, east in boxes
    )


def _position_message(position: Position) -> str:
    latitude, longitude = position.latitude_deg, position.longitude_deg
    if in_france(Position(longitude, latitude)):
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} look swapped: write latitude {longitude:g} "
            "and longitude {latitude:g}"
        )
    elif not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} are not degrees: convert them (Lambert-93 "
            "metres?) to decimal degrees, WGS 84"
        )
    else:
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} are outside France: decimal degrees are "
            "expected, positive to the north and to the east (Bergerac: 44.85 and 0.48)"
        )
    return message.format(latitude=latitude, longitude=longitude)


@dataclass(frozen=True, slots=True)
class CommunePlace:
    """One commune: its code, its name without article, its centroid, the distance to its farthest border."""

    insee: str
    name: str
    position: Position
    radius_km: float


@cache
def commune_of(insee: str) -> CommunePlace | None:
    """Return the commune of an INSEE code, None when the table does not hold it.

    >>> commune_of("24037").name
    'Bergerac'
    """
    response = re.search(rf"^{re.escape(insee)},.*$", _text(), flags=re.MULTILINE)
    return commune_of_line(response[0]) if response else None


@lru_cache(maxsize=4096)
def communes_named(name: str) -> tuple[CommunePlace, ...]:
    """Return every commune of a name, accents, case and article left aside.

    >>> [place.insee for place in communes_named("LA PRIGONRIEUX")]
    ['24340']
    """
    bare = bare_name(name)  # those with its longest word alone are read, of 35,000
    rare = max(set(bare.split()) - {"saint", "sainte"}, key=len, default="")
    return tuple(
        p
        for line, text in folded_communes()
        if rare in text and bare_name((p := commune_of_line(line)).name) == bare
    )


def place_of(site: SiteRow) -> Position | None:
    """Return where a row stands: its coordinates, else the middle of the one commune that it names."""
    if site.latitude is not None and site.longitude is not None:
        return Position(site.latitude, site.longitude)
    named = communes_named(site.commune) if site.commune else ()
    place = commune_of(site.insee) if site.insee else named[0] if len(named) == 1 else None
    return place.position if place else None


@lru_cache(maxsize=4096)
def km_between(here: Position, place: CommunePlace) -> float:
    """Distance to the centre of a commune, km."""
    return float(distances_km([here, place.position])[0, 1])


def bare_name(name: str) -> str:
    """Return a name without accents, case, article, postal code, and with its saints written out."""
    spelt = plain(name).split()
    words = [word for word in spelt if not word.isdigit()] or spelt
    words = words[1:] if len(words) > 1 and words[0] in {"le", "la", "les", "l"} else words
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@cache
def _text() -> str:
    return (DATA / "communes.csv").read_text(encoding="utf-8")


def commune_of_line(line: str) -> CommunePlace:
    """Read the commune of a line of the table: its code, name, middle in degrees, reach in km."""
    insee, name, latitude, longitude, radius = line.split(",")
    return CommunePlace(insee, name, Position(float(latitude), float(longitude)), float(radius))


@cache
def folded_communes() -> tuple[tuple[str, str], ...]:
    """Return each line with its letters bare, all folded at once."""
    folded = unicodedata.normalize("NFKD", _text().lower()).encode("ascii", "ignore").decode()
    return tuple(zip(_text().splitlines()[2:], folded.splitlines()[2:], strict=True))


@cache
def names_by_bare() -> Mapping[str, str]:
    """Names of communes as the table writes them, by their bare letters."""
    return {bare_name(line.split(",")[1]): line.split(",")[1] for line, _plain in reversed(folded_communes())}


SiteT = TypeVar("SiteT", bound=Site)

TWO, NEAR_KM, MOST = 2, 50.0, 100
"""Namesakes within this distance of a site are told apart by their code alone."""

PAIR = re.compile(r"\(?\s*([+-]?\d{1,3}[.,]\d+)(?:\s*[,;]\s*|\s+)([+-]?\d{1,3}[.,]\d+)\s*\)?")
LINKS = (
    re.compile(r"https?://.*@([+-]?\d+\.\d+),([+-]?\d+\.\d+)"),
    re.compile(r"https?://.*map=\d+/([+-]?\d+\.\d+)/([+-]?\d+\.\d+)"),
)
"""Addresses of a map, which hold the place that it shows."""

ANGLE = r"(\d{1,3})\s*°\s*(\d{1,2})\s*['’′]\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"”″]|''|’’)\s*"
ANGLES = re.compile(rf"{ANGLE}([NS])[\s,;]*{ANGLE}([EWO])", flags=re.IGNORECASE)
"""`44°51'12"N 0°28'57"E`, as a map shows a place."""


def pasted(row: Row) -> Row:
    """Return a row with `44.8533, 0.4826`, as a map gives it, parted into latitude and longitude.

    >>> pasted(Row("t.csv", 2, {"latitude": "44.8533, 0.4826"})).cells
    {'latitude': '44.8533', 'longitude': '0.4826'}
    """
    pair = _pair(str(row.cells.get("latitude", "")).strip()) if "longitude" not in row.cells else None
    if pair is None:
        return row
    return replace(row, cells={**row.cells, "latitude": pair[0], "longitude": pair[1]})


def _pair(text: str) -> tuple[str, str] | None:
    r"""Return the latitude and the longitude of a text copied from a map, None where it is none.

    >>> _pair("44°51'12\"N 0°28'57\"E"), _pair("44,8533, 0,4826")
    (('44.853333', '0.482500'), ('44.8533', '0.4826'))
    """
    match = PAIR.fullmatch(text) or next((m for form in LINKS if (m := form.match(text))), None)
    if match:
        return match[1].replace(",", "."), match[2].replace(",", ".")
    angles = ANGLES.fullmatch(text)
    return (_degrees(angles.groups()[:4]), _degrees(angles.groups()[4:])) if angles else None


def _degrees(parts: Sequence[str]) -> str:
    """Return degrees, minutes, seconds and a side as degrees alone."""
    degrees, minutes, seconds = (float(part.replace(",", ".")) for part in parts[:3])
    value = degrees + minutes / 60.0 + seconds / 3600.0
    return f"{-value if parts[3].upper() in 'SWO' else value:.6f}"


def in_communes(scenario: Scenario) -> Scenario:
    """Return the scenario with sites of which only the commune is known at its middle, and this said."""
    participants, plants, nearby = _all_placed(scenario)
    sites = (*participants, *plants)
    lines = _commune_lines([site for site in sites if site.within_km])
    return replace(
        scenario,
        participants=participants,
        plants=plants,
        assumptions=(*scenario.assumptions, *lines),
        notes=(*scenario.notes, *nearby, *(text for site in sites for text in _several(site))),
    )


def _all_placed(scenario: Scenario) -> tuple[tuple[Participant, ...], tuple[Plant, ...], list[str]]:
    """Return the sites and the plants placed, and which namesake near the others was taken."""
    participants = tuple(_placed(site) for site in scenario.participants)
    plants = tuple(_placed(site) for site in scenario.plants)
    sites = (*participants, *plants)
    known = list({site.position for site in sites if site.position is not None})[:MOST]
    named = {site.commune for site in sites if site.position is None and not site.insee}
    taken = {name: place for name in named if name and (place := _near(name, known))}
    message = _("{count} communes are called {commune}: {insee}, the only one near the other sites, is taken")
    notes = [*_codes((*scenario.participants, *scenario.plants), known)]
    notes += [
        message.format(count=len(communes_named(name)), commune=name, insee=place.insee)
        for place, name in {taken[name]: name for name in sorted(taken, key=str.istitle)}.items()
    ]
    participants = tuple(_placed(site, taken) for site in participants)
    return participants, tuple(_placed(site, taken) for site in plants), notes


def _codes(sites: Sequence[Site], known: Sequence[Position]) -> Iterator[str]:
    """Messages on a code written as a commune, where it is far from all the others."""
    message = _("{site}: {code} is the code Insee of {commune}, {km} km away. A postal code? Write the name")
    for site in sites:
        code = site.commune if site.position is None and not site.insee else None
        place = commune_of(code) if code else None
        others = [km_between(here, place) for here in known if here != place.position] if place else []
        if place and others and min(others) > NEAR_KM:
            km = decimal(min(others), 0)
            yield message.format(site=site.name, code=code, commune=place.name, km=km)


def _near(name: str, known: Sequence[Position]) -> CommunePlace | None:
    """Return the one commune of a name that is near a site whose place is known, None where not sure."""
    places = communes_named(name)
    if len(places) < TWO or not known:
        return None
    near = [place for place in places if min(km_between(here, place) for here in known) < NEAR_KM]
    return near[0] if len(near) == 1 else None


def _placed(site: SiteT, taken: Mapping[str, CommunePlace] = MappingProxyType({})) -> SiteT:
    """Return a site at the middle of its commune; one behind a meter stands where that meter is."""
    if site.position is not None or (isinstance(site, Plant) and site.behind):
        return site
    place = _place_of(site) or taken.get(site.commune or "")
    if place is None:
        return site
    same = {place.insee, plain(place.name)}
    return replace(
        site,
        position=place.position,
        within_km=place.radius_km,
        insee=site.insee or place.insee,
        # The table's spelling stands for nothing written, a code, the same name.
        commune=place.name if plain(site.commune or place.name) in same else site.commune,
    )


def _place_of(site: Site) -> CommunePlace | None:
    """Return the one commune that a site names, by code or by name; None when several are called so."""
    code = site.insee or (site.commune if site.commune and re.fullmatch(r"\d\w\d{3}", site.commune) else None)
    if code:
        return commune_of(code)
    named = communes_named(site.commune) if site.commune else ()
    return named[0] if len(named) == 1 else None


def _several(site: Site) -> list[str]:
    """Message for a site whose commune name is shared by several."""
    if site.position is not None or site.insee or not site.commune:
        return []
    named = communes_named(site.commune)
    message = _("{site}: {count} communes are called {commune}: write the code Insee ({codes}) to place it")
    codes = ", ".join(place.insee for place in named[:6])
    text = message.format(site=site.name, count=len(named), commune=site.commune, codes=codes)
    return [text] if len(named) > 1 else []


def _commune_lines(sites: Sequence[Site]) -> list[tuple[str, str, str]]:
    """Return the hypothesis, one a commune."""
    why = _("no latitude nor longitude: the middle of the commune, which reaches {km} km")
    places: dict[tuple[str, float], list[str]] = {}
    for site in sites:
        places.setdefault((site.commune or "", site.within_km), []).append(site.name)
    what, middle = _("Position of {names}"), _("middle of {commune}")
    return [
        (what.format(names=", ".join(names)), middle.format(commune=commune), why.format(km=decimal(km, 1)))
        for (commune, km), names in places.items()
    ]
