"""An invented territory, to try and to measure with: places and classes of real communes, all else drawn.

No site, roof or need is of a real person: `fictitious = true` says so on every document.
"""

from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_atomic
from profiles.text.delimited import csv_text
from scenarios.entry.columns.csv_tables import BOM
from scenarios.entry.folder.raw import OPERATION
from scenarios.entry.places.geography import commune_of
from scenarios.entry.places.insee_density import carried_communes
from scenarios.studies.territory.lists.activities import read_codes
from scenarios.studies.territory.lists.open_files import LISTS, ROOFS, SITES
from scenarios.studies.territory.lists.settings import demo_settings

FIRST = "24037"
"""Bergerac, of class 2: the town of the territory, alone in its 110 communes of class 4 or less."""

TOWN_CLASS = 4
"""Class of density up to which a commune is a town: what lies in towns is drawn among them."""


KINDS = read_codes("demo_kinds.csv")
"""Kinds of sites: how often one is drawn, its body, the median of its yearly kWh, its word."""

Places = tuple[list[str], list[str]]
"""Codes of the towns, and of the villages."""

KM_PER_DEGREE = 111.2
VILLAGE_KM, TOWN_KM = 0.35, 1.3
TOWN_PART = 0.28
SPREAD_LN = 0.7
KWH_PER_KVA = 1_400.0
MOST_KWH = 2_000_000.0
"""Of a site: what the highest power subscribed lets through at all hours, nearly."""
SUBSCRIBED_KVA = (6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 84, 120, 180, 240)


def write_demo(
    folder: Path, *, sites: int, roofs: int, communes: int, seed: int, force: bool = False
) -> list[Path]:
    """Write an invented territory; return the files written.

    Raises:
        InputError: a file that is there already, unless `force`.
    """
    files = [folder / OPERATION, folder / LISTS / SITES, folder / LISTS / ROOFS]
    paths = [path for path in files if path.exists()]
    if paths and not force:
        message = _("there already: choose an empty folder, or add --force")
        raise InputError([Problem(str(path), message) for path in paths])
    rng = np.random.default_rng(seed)
    near = _places(communes)
    towns = [code for code in near if carried_communes()[code].density_class <= TOWN_CLASS]
    places = towns, [code for code in near if code not in towns]
    tables = [list(_drawn_sites(rng, places, sites)), list(_drawn_roofs(rng, places, roofs))]
    for path, text in zip(files, [demo_settings(), *(_table(rows) for rows in tables)], strict=True):
        write_atomic(path, text)
    return files


def _places(count: int) -> list[str]:
    """Return the codes of the communes nearest to the town, the town first."""
    town = commune_of(FIRST)
    assert town is not None
    lat, lon = town.position.latitude_deg, town.position.longitude_deg
    known = [place for code in carried_communes() if (place := commune_of(code)) is not None]

    def km2(code: str) -> float:
        place = commune_of(code)
        assert place is not None
        dy, dx = place.position.latitude_deg - lat, (place.position.longitude_deg - lon) * 0.71
        return dy * dy + dx * dx

    return sorted((place.insee for place in known), key=km2)[:count]


def _drawn_sites(rng: np.random.Generator, places: Places, count: int) -> Iterator[dict[str, object]]:
    weights = np.array([float(kind["weight"]) for kind in KINDS])
    for number in range(1, count + 1):
        kind = KINDS[int(rng.choice(len(KINDS), p=weights / weights.sum()))]
        kwh = float(kind["yearly_kwh"]) * float(np.exp(SPREAD_LN * rng.standard_normal()))
        kwh = min(max(2_000.0, round(kwh, -2)), MOST_KWH)
        place = _drawn_place(rng, places)
        yield {
            "id": f"site-{number}",
            "nom": f"{kind['word']} {number}",
            "nature": kind["kind"],
            **place,
            "profil": kind["profile"],
            "annual_kwh": f"{kwh:.0f}",
            "kva": next((kva for kva in SUBSCRIBED_KVA if kva >= kwh / KWH_PER_KVA), SUBSCRIBED_KVA[-1]),
        }


def _drawn_roofs(rng: np.random.Generator, places: Places, count: int) -> Iterator[dict[str, object]]:
    for number in range(1, count + 1):
        kwp = min(450.0, max(9.0, 60.0 * float(np.exp(0.8 * rng.standard_normal()))))
        yield {
            "id": f"toit-{number}",
            "nom": f"Toiture {number}",
            **_drawn_place(rng, places),
            "kwp": f"{kwp:.0f}",
            "inclinaison": f"{rng.choice([10, 20, 30])}",
            "orientation": f"{rng.choice([135, 180, 225])}",
        }


def _drawn_place(rng: np.random.Generator, places: Places) -> dict[str, object]:
    """Return a commune and a point in its village, or around a town."""
    towns, villages = places
    in_town = not villages or rng.random() < TOWN_PART
    code = towns[0] if in_town and len(towns) == 1 else str(rng.choice(towns if in_town else villages))
    place = commune_of(code)
    assert place is not None
    spread = TOWN_KM if in_town else VILLAGE_KM
    north, east = np.clip(rng.standard_normal(2), -2.5, 2.5) * spread
    scale = KM_PER_DEGREE * float(np.cos(np.radians(place.position.latitude_deg)))
    return {
        "latitude": f"{place.position.latitude_deg + north / KM_PER_DEGREE:.5f}",
        "longitude": f"{place.position.longitude_deg + east / scale:.5f}",
        "insee": code,
    }


def _table(rows: list[dict[str, object]]) -> str:
    return BOM + csv_text([rows[0], *(row.values() for row in rows)])
