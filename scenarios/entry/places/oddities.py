"""What does not agree in a row: position, code and name of a commune; what may be meant instead."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import decimal
from acc.sites import Position
from scenarios.entry.columns.row_models import SiteRow
from scenarios.entry.places.geography import (
    CommunePlace,
    bare_name,
    commune_of,
    commune_of_line,
    communes_named,
    folded_communes,
    km_between,
    names_by_bare,
)

SLACK_RATIO, SLACK_KM = 1.2, 1.0
"""Outlines are generalised and of 2018: a site this far beyond the border is not told."""


def place_oddities(site: SiteRow) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield (column, message, likely cells) where position, code and name of a commune do not agree."""
    place = commune_of(site.insee) if site.insee else None
    if place and site.commune and bare_name(site.commune) != bare_name(place.name):
        named = communes_named(site.commune)
        if named or not set(bare_name(site.commune).split()) & set(bare_name(place.name).split()):
            codes = ", ".join(other.insee for other in named[:3])
            message = _("{insee} is {name}, not {said}. {codes}")
            right = _("{said}: {codes}.").format(said=site.commune, codes=codes) if codes else ""
            text = message.format(insee=site.insee, name=place.name, said=site.commune, codes=right)
            yield "insee", text.strip(), ()
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
    closest = min(places, key=lambda other: km_between(here, other))
    if not _is_in(here, closest):
        yield _elsewhere(site, here, closest)


def _is_in(here: Position, place: CommunePlace) -> bool:
    return bool(km_between(here, place) <= SLACK_RATIO * place.radius_km + SLACK_KM)


def _elsewhere(site: SiteRow, here: Position, place: CommunePlace) -> tuple[str, str, Sequence[str]]:
    """Column, message and likely cells of a position out of the commune of its row.

    The sign of the longitude is tried first; else the commune where the position is says the way out: the
    middle of the wrong one, typed, would be believed.
    """
    east = Position(here.latitude_deg, -here.longitude_deg)
    if _is_in(east, place):
        text = _("{longitude:g} is west of Greenwich, and {name} east of it.")
        if east.longitude_deg < 0.0:
            text = _("{longitude:g} is east of Greenwich, and {name} west of it.")
        message = text.format(longitude=here.longitude_deg, name=place.name)
        return "longitude", message, (f"{east.longitude_deg:g}",)
    message = _(
        "{latitude:g}, {longitude:g} is {km} km from the middle of {name}, which reaches {radius} km: "
        "correct the position ({target}) or the commune"
    )
    target = f"{place.position.latitude_deg:g}, {place.position.longitude_deg:g}"
    if other := commune_at(here):
        message = _(
            "{latitude:g}, {longitude:g} is {km} km from the middle of {name}, and near that of {target}: "
            "correct the position or the commune"
        )
        target = f"{other.name} ({other.insee})"
    words = {
        "km": decimal(km_between(here, place), 1),
        "name": f"{site.commune or place.name} ({place.insee})",
        "radius": decimal(place.radius_km, 1),
    }
    text = message.format(latitude=here.latitude_deg, longitude=here.longitude_deg, target=target, **words)
    return "latitude", text, ()


def commune_at(here: Position) -> CommunePlace | None:
    """Return the commune whose middle is the nearest to a position, None where that is out of its reach.

    >>> commune_at(Position(44.8478, 0.4856)).name
    'Bergerac'
    """
    folded, degrees = folded_communes(), _middles_deg()
    east_ratio = np.cos(np.radians(here.latitude_deg))
    away = np.hypot(degrees[:, 0] - here.latitude_deg, (degrees[:, 1] - here.longitude_deg) * east_ratio)
    place = commune_of_line(folded[int(away.argmin())][0])
    return place if _is_in(here, place) else None


@cache
def _middles_deg() -> FloatArray:
    """Latitude and longitude of the middle of each commune, in the order of `_folded`, shape (C, 2)."""
    return np.array([line.split(",")[2:4] for line, _plain in folded_communes()], dtype=float)


def _unknown(site: SiteRow, place: CommunePlace | None) -> tuple[str, str, Sequence[str]] | None:
    """Return (column, message, likely names) of a code or a name that is no commune's."""
    if place:
        return None
    named = communes_named(site.commune) if site.commune else ()
    if site.insee and named:
        message = _("no commune has the code {insee}. {said}: {codes}.")
        codes = ", ".join(other.insee for other in named[:3])
        return "insee", message.format(insee=site.insee, said=site.commune, codes=codes), ()
    if site.insee or not site.commune or named or commune_of(site.commune):
        return None
    message = _("“{name}” is no commune of the list.").format(name=site.commune)
    return "commune", message, _nearest_names(bare_name(site.commune))


@lru_cache(maxsize=256)
def _nearest_names(name: str) -> tuple[str, ...]:
    """Names of communes that begin so, where they are few; else that which is nearly written so."""
    begun = [other for other in names_by_bare() if other.startswith(f"{name} ")]
    if not 0 < len(begun) <= FEW_NAMES:
        names = [
            other for other in names_by_bare() if other[:1] == name[:1] and abs(len(other) - len(name)) <= 2
        ]
        begun = get_close_matches(name, names, n=1, cutoff=0.85)
    return tuple(names_by_bare()[other] for other in reversed(begun))


FEW_NAMES = 4
"""Communes whose names begin alike, of which a message lists all."""
