"""Sites and roofs of files as downloaded: needs by address, by jobs and by size, brought to totals."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from pathlib import Path

import numpy as np
from pyproj import Transformer

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.territory.result import Known, Outline, Source
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.places.insee_density import carried_communes
from scenarios.studies.territory.lists.addresses import Key, measured_needs, placed_needs, places_of
from scenarios.studies.territory.lists.buildings import (
    Least,
    OpenBuilding,
    OpenRoof,
    buildings_of,
    owned,
    roofs_of,
)
from scenarios.studies.territory.lists.kinds import Tables, insee_in, text_in
from scenarios.studies.territory.lists.needs import LAMBERT_93, NeedsRead, SiteNeed, place_cells
from scenarios.studies.territory.lists.part_of_france import degrees_of, nearest_communes
from scenarios.studies.territory.lists.public_sites import public_sites
from scenarios.studies.territory.lists.raking import raked, totals_of
from scenarios.studies.territory.lists.roof_layers import rings_of, turned
from scenarios.studies.territory.lists.shapes import Areas
from scenarios.studies.territory.lists.sirene import (
    establishments,
    estimated_needs,
    fitted,
    identified,
    matched,
)

PUBLIC = frozenset({"commune", "epci", "public"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSites:
    """Sites and roofs as rows of an operation folder.

    Attributes:
        doubts: by id, how far a need strays by itself, and with all others, as standard deviations of
            logarithms; `roof_ln` how far the power of a roof does.
        said: what was taken, left or assumed, in sentences.
        grid: the file of densities, None without.
    """

    sites: Sequence[Row] = ()
    roofs: Sequence[Row] = ()
    doubts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    roof_ln: Mapping[str, float] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    said: tuple[str, ...] = ()
    outlines: tuple[Outline, ...] = ()
    grid: Path | None = None


def open_sites(tables: Tables, least: Least) -> OpenSites:
    """Return the sites and roofs of recognised files.

    Args:
        least: the least power of a roof.

    Raises:
        InputError: a figure that is none; nothing says who is a natural person.
    """
    buildings = owned(buildings_of(tables), tables)
    needs, said = _needs(tables, buildings)
    roofs = roofs_of(buildings, tables, least)
    communes, nearest = _communes(tables, needs, roofs.roofs)
    site_rows = [_site_row(need, number) for number, need in enumerate(needs, start=1)]
    ids = [str(row.cells["id"]) for row in site_rows]
    bodies = {
        need.siren: id_
        for need, id_ in zip(needs, ids, strict=True)
        if need.siren and need.cells["kind"] in PUBLIC
    }
    every = zip(roofs.roofs, communes, strict=True)
    roof_rows = [
        _roof_row(roof, insee, bodies, number) for number, (roof, insee) in enumerate(every, start=1)
    ]
    if nearest:
        text = _("{count} roofs take the commune whose middle is the nearest: add the outlines of communes")
        said.append(text.format(count=grouped(nearest)))
    grids = tables.get("density", ())
    return OpenSites(
        sites=site_rows,
        roofs=roof_rows,
        doubts={id_: (need.own_ln, need.common_ln) for id_, need in zip(ids, needs, strict=True)},
        roof_ln={str(row.cells["id"]): roof.own_ln for row, roof in zip(roof_rows, roofs.roofs, strict=True)},
        sources=(*_sources(needs, ids), *_roof_sources(roofs.roofs, roof_rows)),
        said=(*said, *roofs.said),
        outlines=tuple(_outlines(tables)),
        grid=grids[0].path if grids else None,
    )


def _needs(tables: Tables, buildings: Sequence[OpenBuilding]) -> tuple[list[SiteNeed], list[str]]:
    """Return every need, brought to totals where they are published, and what was taken or left."""
    reading, kwh_of = _businesses(tables)
    measured_year = next((need.year for need in reading.needs if need.known is Known.MEASURED), None)
    public = public_sites(tables, buildings, reading.needs)
    reading.add(NeedsRead(_in_communes(public.needs), public.said))
    measured_kwh = Counter(kwh_of)
    for need in reading.needs[-len(public.needs) :] if public.needs else ():
        if need.known is Known.MEASURED:
            measured_kwh.update({(need.insee, name): kwh for name, kwh in need.kwh_of.items()})
    totals, said = totals_of(tables, measured_year)
    reading.said.extend(said)
    if totals is None:
        return reading.needs, reading.said
    at_totals = raked(reading.needs, totals, measured_kwh)
    return at_totals.needs, [*reading.said, *at_totals.said]


def _in_communes(needs: Sequence[SiteNeed]) -> list[SiteNeed]:
    """Return needs, those that have a place and no commune in the nearest one."""
    lost = [need for need in needs if need.place and not need.insee and "commune" not in need.cells]
    places = np.array([need.place for need in lost]).reshape(-1, 2)
    codes = dict(zip(map(id, lost), nearest_communes(places) if lost else (), strict=True))
    return [
        replace(need, cells={**need.cells, "insee": codes[id(need)]}) if id(need) in codes else need
        for need in needs
    ]


def _businesses(tables: Tables) -> tuple[NeedsRead, Mapping[Key, float]]:
    """Return the needs by address and by establishment; what is measured, by division."""
    measured, kwh_of = measured_needs(tables, places_of(tables))
    known = establishments(tables)
    placed = {(each.insee, each.address): each.place for each in known if each.place and each.address}
    needs = placed_needs(measured.needs, placed)
    pairs = matched(known, needs)
    reading = NeedsRead(list(identified(needs, pairs)), measured.said)
    if outside := sum(need.place is None for need in reading.needs):
        text = _("{count} measured sites have no place: geocode their addresses, else they stay outside")
        reading.said.append(text.format(count=grouped(outside)))
    if known:
        reading.add(estimated_needs(known, pairs, fitted(pairs, needs)))
    return reading, kwh_of


def _site_row(need: SiteNeed, number: int) -> Row:
    stem = "adresse" if need.known is Known.MEASURED else "site-public"
    cells: dict[str, CellValue] = {"id": f"{stem}-{number}", **need.cells, **place_cells(need.place)}
    cells |= _commune_name(need.insee)
    cells.setdefault("name", cells["id"])
    cells["annual_kwh"] = f"{need.kwh:.3f}"
    if need.known is not Known.MEASURED:
        cells["said"] = "guess"
    return Row(need.row.file, need.row.line, cells)


def _commune_name(insee: str) -> dict[str, CellValue]:
    """Return the name of a commune of the carried table, with its article."""
    commune = carried_communes().get(insee)
    return {} if commune is None else {"commune": commune.name}


def _roof_row(roof: OpenRoof, insee: str, bodies: Mapping[str, str], number: int) -> Row:
    place = {name: text_in(roof.row, name) for name in ("latitude", "longitude")}
    cells: dict[str, CellValue] = {"id": f"toiture-{number}", **place, **roof.cells, "kwp": f"{roof.kwp:.1f}"}
    if insee:
        cells |= {"insee": insee, **_commune_name(insee)}
    if roof.owner and roof.owner.is_public:
        cells["owner"] = bodies.get(roof.owner.siren, roof.owner.name)
    return Row(roof.row.file, roof.row.line, cells)


def _communes(tables: Tables, needs: Sequence[SiteNeed], roofs: Sequence[OpenRoof]) -> tuple[list[str], int]:
    """Return the commune of each roof, by outlines, else the nearest one; how many so."""
    rows, to_metres = [roof.row for roof in roofs], Transformer.from_crs(4326, LAMBERT_93, always_xy=True)
    shapes = [
        pair for table in tables.get("outline", ()) for pair in zip(table.rows, table.shapes, strict=True)
    ]
    areas, degrees = Areas([shape for _row, shape in shapes]), degrees_of(rows)
    nearest = nearest_communes(degrees, [need.insee for need in needs]) if rows else []
    own = [next(areas.holding(to_metres.transform(lon, lat)), None) for lat, lon in degrees.tolist()]
    communes = [
        near if number is None else insee_in(shapes[number][0])
        for number, near in zip(own, nearest, strict=True)
    ]
    return communes, own.count(None)


def _outlines(tables: Tables) -> Iterator[Outline]:
    to_degrees = Transformer.from_crs(LAMBERT_93, 4326, always_xy=True)
    for table in tables.get("outline", ()):
        for shape in table.shapes:
            yield from rings_of(turned(shape, to_degrees))


def _sources(needs: Sequence[SiteNeed], ids: Sequence[str]) -> Iterator[Source]:
    """Yield what each file says of needs, by its year and how it is known."""
    groups = dict[tuple[str, Known, int | None], list[tuple[SiteNeed, str]]]()
    for need, id_ in zip(needs, ids, strict=True):
        groups.setdefault((need.row.file, need.known, need.year), []).append((need, id_))
    for (file, known, year), some in groups.items():
        yield Source(
            file=file,
            known=known,
            year=year,
            ids=tuple(id_ for _need, id_ in some),
            amount=sum(need.kwh for need, _id in some),
            own_ln=sum(need.own_ln for need, _id in some) / len(some),
        )


def _roof_sources(roofs: Sequence[OpenRoof], rows: Sequence[Row]) -> Iterator[Source]:
    for file in dict.fromkeys(row.file for row in rows):
        some = [(roof, row) for roof, row in zip(roofs, rows, strict=True) if row.file == file]
        yield Source(
            file=file,
            known=Known.ESTIMATED,
            year=None,
            ids=tuple(str(row.cells["id"]) for _roof, row in some),
            amount=sum(roof.kwp for roof, _row in some),
            own_ln=sum(roof.own_ln for roof, _row in some) / len(some),
            are_roofs=True,
        )
