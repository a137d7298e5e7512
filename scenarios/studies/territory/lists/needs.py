"""A need of a site as open files give it: its cells, where it comes from, how sure it is."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians

from pyproj import Transformer
from pyproj.exceptions import ProjError

from acc.arrays import CellValue
from acc.territory.result import Known
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.kinds import insee_in, number_in, text_in

Degrees = tuple[float, float]
"""Latitude and longitude, WGS 84."""

LAMBERT_93 = 2154
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNeed:
    """What a site needs in a year.

    Attributes:
        row: the line that it comes from.
        cells: its name, kind, profile and commune.
        kwh_of: kWh a year by division of the NAF.
        own_ln, common_ln: how far it strays by itself, and with all of its kind, as standard deviations of
            logarithms.
        address: its key among those of its commune, empty where it has none.
        siren: of its body, empty where unknown.
    """

    row: Row
    cells: Mapping[str, CellValue]
    kwh_of: Mapping[str, float]
    known: Known
    year: int | None
    own_ln: float
    common_ln: float = 0.0
    address: str = ""
    siren: str = ""
    place: Degrees | None = None

    @property
    def kwh(self) -> float:
        """All of it, kWh."""
        return sum(self.kwh_of.values())

    @property
    def insee(self) -> str:
        """Code of its commune."""
        return str(self.cells.get("insee", ""))


@dataclass(frozen=True, slots=True)
class NeedsRead:
    """Needs read, and what was taken, left or assumed, in sentences."""

    needs: list[SiteNeed] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def add(self, other: "NeedsRead") -> None:
        """Add what another reading gives."""
        self.needs.extend(other.needs)
        self.said.extend(other.said)


WAYS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "bvd": "boulevard",
    "r": "rue", "rte": "route", "che": "chemin", "chem": "chemin", "pl": "place", "imp": "impasse",
    "all": "allee", "sq": "square", "crs": "cours", "fg": "faubourg", "qu": "quai", "zi": "zone industrielle",
    "za": "zone artisanale", "ldt": "lieu dit", "lieudit": "lieu dit", "st": "saint", "ste": "sainte",
    "gal": "general", "mal": "marechal", "dr": "docteur",
}  # fmt: skip
SMALL_WORDS = {"de", "du", "des", "la", "le", "les", "l", "d", "a", "au", "aux", "lieu", "dit"}


def address_key(*parts: str) -> str:
    """Return an address as it is compared: abbreviations written out, small words left out.

    >>> address_key("12", "", "AV", "DU Mal FOCH"), address_key("12 avenue du Maréchal-Foch")
    ('12 avenue marechal foch', '12 avenue marechal foch')
    >>> address_key("", "", "", "nan"), address_key("12.0", "BIS", "RUE", "HAUTE")
    ('', '12 b rue haute')
    """
    text = " ".join(part.strip().removesuffix(".0") for part in parts if part.strip().lower() not in ABSENT)
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"(\d)([a-z]{1,4}\b)", r"\1 \2", bare)).split()
    written = " ".join(WAYS.get(word, word) for word in words if word not in SMALL_WORDS)
    return re.sub(r"^(\d+) (bis|ter|quater)\b", lambda m: f"{m[1]} {m[2][0]}", written)


ABSENT = frozenset({"", "nan", "none", "null", "[nd]", "nd", "sans", "non renseigne", "non renseigné"})


def degrees_in(row: Row) -> Degrees | None:
    """Return the latitude and longitude of a row, from its degrees or from east and north; None without.

    Raises:
        InputError: a figure that is none.
    """
    latitude, longitude = number_in(row, "latitude"), number_in(row, "longitude")
    if latitude is None or longitude is None:
        east, north = number_in(row, "east"), number_in(row, "north")
        if east is None or north is None:
            return None
        longitude, latitude = _to_degrees(int(number_in(row, "epsg") or LAMBERT_93), east, north)
    return (latitude, longitude) if abs(latitude) <= 90.0 and abs(longitude) <= 180.0 else None


TRANSFORMERS: dict[int, Transformer] = {}


def _to_degrees(epsg: int, east: float, north: float) -> tuple[float, float]:
    """Return longitude and latitude; infinite far outside a plane, or of one that is not known."""
    try:
        if epsg not in TRANSFORMERS:
            TRANSFORMERS[epsg] = Transformer.from_crs(epsg, 4326, always_xy=True)
        longitude, latitude = TRANSFORMERS[epsg].transform(east, north)
    except ProjError:
        return float("inf"), float("inf")
    return longitude, latitude


def place_cells(place: Degrees | None) -> dict[str, CellValue]:
    """Return a place as cells, none where it is not known."""
    return {} if place is None else {"latitude": f"{place[0]:.6f}", "longitude": f"{place[1]:.6f}"}


def km_between(first: Degrees, second: Degrees) -> float:
    """Return how far two near places are apart, km."""
    north = (first[0] - second[0]) * KM_PER_DEGREE
    east = (first[1] - second[1]) * KM_PER_DEGREE * cos(radians(first[0]))
    return hypot(north, east)


def commune_cells(row: Row, column: str = "commune", name: str = "commune_name") -> dict[str, CellValue]:
    """Return the code of the commune of a row, its name where there is no code."""
    if re.search(r"\d", text_in(row, column)):
        return {"insee": insee_in(row, column)}
    commune = text_in(row, column) or text_in(row, name)
    return {"commune": commune.title()} if commune else {}


def near_known(needs: Sequence[SiteNeed], place: Degrees | None, divisions: Iterable[str], km: float) -> bool:
    """Return whether a measured need of one of some divisions stands near a place."""
    if place is None:
        return False
    own = set(divisions)
    return any(
        need.known is Known.MEASURED
        and need.place is not None
        and own & set(need.kwh_of)
        and km_between(place, need.place) < km
        for need in needs
    )
