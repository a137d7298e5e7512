"""The operations of a territory as data: the JSON of `acc territory`, and two layers for a GIS.

Nobody is named: a site has its commune and what its body is; a name stands there for public bodies alone.
"""

import json
from collections.abc import Iterator, Sequence
from math import cos, isfinite, pi, radians, sin
from pathlib import Path

from acc.sites import Participant, Plant
from acc.territory.result import TerritoryOperation, TerritoryReport
from reports.studies.territory.geopackage import Layer, Value, geopackage
from reports.studies.territory.view import displayed_need_kwh, main_commune, may_be_named
from reports.view.places import KM_PER_DEG, Point, outline
from reports.view.privacy import shown_degrees


def territory_document(
    report: TerritoryReport, folders: Sequence[Path], files: Sequence[Path]
) -> dict[str, object]:
    """Document of the results, EUR excl. VAT over the plan, beyond roofs alone."""
    return {
        "fictitious": report.scenario.fictitious,
        "seed": report.seed,
        "years": report.years,
        "yes_ratio": report.yes_ratio,
        "estimated_sites": report.estimated,
        "operations": [
            {"folder": str(path), **_operation(operation)}
            for path, operation in zip(folders, report.operations, strict=True)
        ],
        "added_eur_ht": report.added_eur,
        "saved_eur_ht": report.saved_eur,
        "bound_eur_ht": report.bound_eur,
        "bound_any_key_eur_ht": report.any_key_eur,
        "bound_basis": str(report.bound_basis),
        "searched_added_eur_ht": report.searched_eur,
        "later_years_eur_ht": report.own_years_eur,
        "owners_to_confirm": report.unknown_owners,
        "gap_eur_ht": report.gap_eur,
        "gap_by_plant_key_eur_ht": report.by_plant_eur,
        "gap_of_net_ratio": _ratio(report.gap_eur, report.bound_eur),
        "gap_of_saved_ratio": _ratio(report.gap_eur, report.saved_eur),
        "proof": {
            "every_place": report.is_exact,
            "places": report.places,
            "largest_excess_eur": report.slack_eur,
        },
        "read": list(report.said),
        "warnings": list(report.scenario.notes),
        "files": [str(path) for path in files],
    }


def _ratio(part: float, total: float) -> float | None:
    return part / total if isfinite(total) and total > 0.0 else None


def _operation(operation: TerritoryOperation) -> dict[str, object]:
    planned = operation.planned
    return {
        "perimeter": str(planned.regime),
        "sites": list(planned.participant_ids),
        "plants": list(planned.plant_ids),
        "kwp": operation.kwp,
        "received_kwh": planned.received_kwh,
        "added_eur_ht": operation.added_eur,
        "saved_eur_ht": operation.saved_eur,
        "default_key_added_eur_ht": operation.default_key_eur,
        "drawn_added_eur_ht": list(operation.drawn_eur),
        "drawn_received_kwh": list(operation.drawn_kwh),
        "longest_km": planned.longest_km,
        "checks": {check.rule: str(check.state) for check in planned.checks},
    }


def territory_geojson(report: TerritoryReport) -> bytes:
    """Return a point for each site and roof with a position, an area for each operation (RFC 7946)."""
    points = [
        _feature(str(values.pop("id")), "Point", list(point), values) for point, values in _points(report)
    ]
    areas = [
        _feature(f"operation-{values['operation']}", "Polygon", [[list(place) for place in ring]], values)
        for ring, values in _areas(report)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": points + areas}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _feature(id_: str, kind: str, coordinates: object, values: dict[str, Value]) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": id_, "geometry": geometry, "properties": values}


def territory_geopackage(report: TerritoryReport) -> bytes:
    """Return the same as two layers of a GeoPackage, in WGS 84."""
    points, areas = list(_points(report)), list(_areas(report))
    sites = Layer("sites", [[point] for point, _values in points], [values for _point, values in points])
    rings, rows = [ring for ring, _values in areas], [values for _ring, values in areas]
    layers = [Layer("operations", rings, rows, is_area=True)] if areas else []
    return geopackage([sites, *layers], report.scenario.on)


def _areas(report: TerritoryReport) -> Iterator[tuple[list[Point], dict[str, Value]]]:
    """Yield the area of each operation, from its displayed sites and roofs, with its values."""
    scenario = report.scenario
    every: list[Participant | Plant] = [*scenario.participants, *scenario.plants]
    shown = {site.id: shown_degrees(site, scenario) for site in every if site.position is not None}
    for k, operation in enumerate(report.operations, start=1):
        planned = operation.planned
        places = [shown[id_] for id_ in (*planned.participant_ids, *planned.plant_ids) if id_ in shown]
        low, high = operation.drawn_ends if operation.drawn_eur else (None, None)
        values: dict[str, Value] = {
            "operation": k,
            "role": "operation",
            "perimeter": str(planned.regime),
            "commune": main_commune(report, operation),
            "sites": len(planned.participant_ids),
            "roofs": len(planned.plant_ids),
            "kwp": operation.kwp,
            "needed_kwh": displayed_need_kwh(report, operation),
            "made_kwh": operation.made_kwh,
            "received_kwh": planned.received_kwh,
            "added_eur_ht": operation.added_eur,
            "added_eur_ht_low": low,
            "added_eur_ht_high": high,
            "per_member_eur_ht": operation.per_member_eur,
            "invented": scenario.fictitious,
        }
        if places:
            yield _around(places), values


MARGIN_KM = 0.15
"""An area reaches so far beyond its sites, so that one site alone is seen too."""


def _around(places: Sequence[Point]) -> list[Point]:
    """Return the ring around latitudes and longitudes, as longitudes and latitudes, anticlockwise."""
    far, turns = MARGIN_KM / KM_PER_DEG, [0.25 * pi * k for k in range(8)]
    reached = [
        (lon + far * cos(turn) / cos(radians(lat)), lat + far * sin(turn))
        for lat, lon in places
        for turn in turns
    ]
    corners = outline(reached)
    return [*corners, corners[0]]


def _points(report: TerritoryReport) -> Iterator[tuple[tuple[float, float], dict[str, Value]]]:
    """Yield longitude and latitude of each site and roof that has them, and what is told of it."""
    number = {
        id_: k
        for k, operation in enumerate(report.operations, start=1)
        for id_ in (*operation.planned.participant_ids, *operation.planned.plant_ids)
    }
    scenario = report.scenario
    sites: list[Participant | Plant] = [*scenario.participants, *scenario.plants]
    for site in sites:
        if site.position is None:
            continue
        k = number.get(site.id)
        values: dict[str, Value] = {
            "id": site.id,
            "operation": k,
            "perimeter": None if k is None else str(report.operations[k - 1].planned.regime),
            "role": "plant" if isinstance(site, Plant) else "participant",
            "commune": site.commune,
            "insee": site.insee,
            "name": site.name if may_be_named(site) else None,
            "kwp": site.kwp if isinstance(site, Plant) else None,
            "invented": scenario.fictitious,
        }
        latitude, longitude = shown_degrees(site, scenario)
        yield (longitude, latitude), values
