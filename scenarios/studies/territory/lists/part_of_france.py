"""The communes of a territory among files that cover more: a department, or the whole country."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import CellValue, FloatArray, IntArray
from acc.i18n import grouped
from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.places.geography import CommunePlace, commune_of
from scenarios.entry.places.insee_density import carried_communes
from scenarios.studies.territory.lists.kinds import LAYERS, OpenTable, Tables, insee_in, text_in

COMMUNE_OF = {"establishment": "insee"}
"""Column of the commune, where it is not `commune`."""

WITHOUT = frozenset({"owner", "density"})
"""Kinds whose commune is of no use, or in two columns."""

AT_ONCE = 4_000
MARGIN_DEG = 0.15


def communes_of(given: CellValue, place: str) -> frozenset[str]:
    """Return the codes of the communes of a territory: codes Insee, or codes of EPCI; none for all there are.

    Raises:
        InputError: a code of neither.
    """
    texts = [str(code) for code in given] if isinstance(given, list) else []
    codes = set[str]()
    for text in texts:
        of_epci = {code for code, commune in carried_communes().items() if commune.epci == text}
        if not of_epci and commune_of(text) is None:
            message = _("“{code}” is neither a code Insee of a commune nor a known code of an EPCI")
            raise InputError([Problem(place, message.format(code=text))])
        codes |= of_epci or {text}
    return frozenset(codes)


def near_communes(codes: frozenset[str]) -> Callable[[float, float], bool]:
    """Return whether a place is in the box around some communes, which no layer need be read beyond."""
    places = [place.position for code in codes if (place := commune_of(code))]
    if not places:
        return lambda _latitude, _longitude: True
    south, north = min(p.latitude_deg for p in places), max(p.latitude_deg for p in places)
    west, east = min(p.longitude_deg for p in places), max(p.longitude_deg for p in places)

    def near(latitude: float, longitude: float) -> bool:
        is_in = south - MARGIN_DEG <= latitude <= north + MARGIN_DEG
        return is_in and west - MARGIN_DEG <= longitude <= east + MARGIN_DEG

    return near


def nearest_communes(places: FloatArray, also: Collection[str] = ()) -> list[str]:
    """Return the commune whose middle is the nearest to each place, (P, 2) degrees, among those carried.

    Args:
        also: codes of others.
    """
    every = [place for code in {*carried_communes(), *also} if (place := commune_of(code))]
    communes = sorted(every, key=lambda place: place.insee)
    at = np.concatenate([_nearest(places[k : k + AT_ONCE], communes) for k in range(0, len(places), AT_ONCE)])
    return [communes[k].insee for k in at.tolist()]


def _nearest(places: FloatArray, communes: Sequence[CommunePlace]) -> IntArray:
    middles = np.array([[c.position.latitude_deg, c.position.longitude_deg] for c in communes])
    scale = np.array([1.0, np.cos(np.radians(middles[:, 0].mean()))])
    apart = (places * scale)[:, None, :] - (middles * scale)[None, :, :]
    nearest: IntArray = (apart**2).sum(axis=2).argmin(axis=1)
    return nearest


def degrees_of(rows: Sequence[Row]) -> FloatArray:
    """Return the latitude and longitude of features, (P, 2)."""
    return np.array([[float(text_in(row, name)) for name in ("latitude", "longitude")] for row in rows])


def part_of(tables: Tables, codes: frozenset[str]) -> tuple[Tables, list[str]]:
    """Return the rows of some communes alone, and how many others were left; all where none is named."""
    if not codes:
        return tables, []
    kept = {kind: [_part(kind, table, codes) for table in some] for kind, some in tables.items()}
    left = sum(_lines(tables)) - sum(_lines(kept))
    text = _("{count} lines of other communes than those of [territory] left out")
    return kept, [text.format(count=grouped(left))] if left else []


def _lines(tables: Mapping[str, Sequence[OpenTable]]) -> Iterator[int]:
    return (len(table.rows) for some in tables.values() for table in some)


def _part(kind: str, table: OpenTable, codes: frozenset[str]) -> OpenTable:
    column = COMMUNE_OF.get(kind, "commune")
    has_code = any(column in row.cells for row in table.rows)
    if kind in WITHOUT or not (table.rows and (has_code or kind in LAYERS)):
        return table
    own = (
        [insee_in(row, column) for row in table.rows]
        if has_code
        else nearest_communes(degrees_of(table.rows), codes)
    )
    kept = [number for number, code in enumerate(own) if code in codes]
    shapes = tuple(table.shapes[number] for number in kept) if table.shapes else ()
    return replace(table, rows=tuple(table.rows[number] for number in kept), shapes=shapes)
