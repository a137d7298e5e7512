"""Where the communes of France are, and whether a site stands in the one that it names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from gettext import gettext as _

from acc.i18n import decimal
from acc.sites import Position
from scenarios.entry.columns.input_columns import DATA
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.row_models import SiteRow
from scenarios.entry.places.geography import distances_km

SLACK_RATIO, SLACK_KM = 1.2, 1.0
"""Outlines are generalised and of 2018: a site this far beyond the border is not told."""


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
    return _read(response[0]) if response else None


def communes_named(name: str) -> tuple[CommunePlace, ...]:
    """Return every commune of a name, accents, case and article left aside.

    >>> [place.insee for place in communes_named("LA PRIGONRIEUX")]
    ['24340']
    """
    return _by_name().get(_bare(name), ())


def place_oddities(site: SiteRow) -> Iterator[tuple[str, str]]:
    """Yield (column, message) where the position, the code and the name of a commune do not agree."""
    place = commune_of(site.insee) if site.insee else None
    if place and site.commune and not _same(site.commune, place.name):
        named = communes_named(site.commune)
        if named or not set(_bare(site.commune).split()) & set(_bare(place.name).split()):
            codes = ", ".join(other.insee for other in named[:3])
            message = _("{insee} is {name}, not {said}. {codes}")
            right = _("{said}: {codes}.").format(said=site.commune, codes=codes) if codes else ""
            text = message.format(insee=site.insee, name=place.name, said=site.commune, codes=right)
            yield "insee", text.strip()
            return
    if unknown := _unknown(site, place):
        yield unknown
        return
    if site.latitude is None or site.longitude is None:
        return
    here = Position(site.latitude, site.longitude)
    places = [place] if place else list(communes_named(site.commune)) if site.commune else []
    if not places:
        return
    km, nearest = min((km_between(here, other), n) for n, other in enumerate(places))
    closest = places[nearest]
    if km > SLACK_RATIO * closest.radius_km + SLACK_KM:
        message = _(
            "{latitude:g}, {longitude:g} is {km} km from the middle of {name}, which reaches {radius} km: "
            "correct the position ({there}) or the commune"
        )
        yield (
            "latitude",
            message.format(
                latitude=site.latitude,
                longitude=site.longitude,
                km=decimal(km, 1),
                name=f"{site.commune or closest.name} ({closest.insee})",
                radius=decimal(closest.radius_km, 1),
                there=f"{closest.position.latitude_deg:g}, {closest.position.longitude_deg:g}",
            ),
        )


def _unknown(site: SiteRow, place: CommunePlace | None) -> tuple[str, str] | None:
    """Return (column, message) of a code or a name that is no commune's, with the nearest name."""
    if place:
        return None
    named = communes_named(site.commune) if site.commune else ()
    if site.insee and named:
        message = _("no commune has the code {insee}. {said}: {codes}.")
        codes = ", ".join(other.insee for other in named[:3])
        return "insee", message.format(insee=site.insee, said=site.commune, codes=codes)
    if site.insee or not site.commune or named or commune_of(site.commune):
        return None
    near = _nearest_name(_bare(site.commune))
    message = _("“{name}” is no commune of the list").format(name=site.commune)
    return "commune", message + (_(": {near}?").format(near=near) if near else "")


@lru_cache(maxsize=256)
def _nearest_name(name: str) -> str:
    """Return the name of a commune that is nearly written so, empty where there is none."""
    names = [other for other in _by_name() if other[:1] == name[:1] and abs(len(other) - len(name)) <= 2]
    near = get_close_matches(name, names, n=1, cutoff=0.85)
    return _by_name()[near[0]][0].name if near else ""


@lru_cache(maxsize=4096)
def km_between(here: Position, place: CommunePlace) -> float:
    """Distance to the centre of a commune, km."""
    return float(distances_km([here, place.position])[0, 1])


def _same(written: str, name: str) -> bool:
    return _bare(written) == _bare(name)


def _bare(name: str) -> str:
    """Return a name without accents, case, article, postal code, and with its saints written out."""
    spelt = plain(name).split()
    words = [word for word in spelt if not word.isdigit()] or spelt
    words = words[1:] if len(words) > 1 and words[0] in {"le", "la", "les", "l"} else words
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@cache
def _text() -> str:
    return (DATA / "communes.csv").read_text(encoding="utf-8")


def _read(line: str) -> CommunePlace:
    insee, name, latitude, longitude, radius = line.split(",")
    return CommunePlace(insee, name, Position(float(latitude), float(longitude)), float(radius))


@cache
def _by_name() -> Mapping[str, tuple[CommunePlace, ...]]:
    places: dict[str, tuple[CommunePlace, ...]] = {}
    for line in _text().splitlines()[2:]:
        place = _read(line)
        name = _bare(place.name)
        places[name] = (*places.get(name, ()), place)
    return places
