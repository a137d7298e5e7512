"""The operations of a territory as data: the JSON of `acc territory`, and GeoJSON for a GIS.

Nobody is named: a site has its commune and what its body is; a name stands there for public bodies alone.
"""

import json
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

from acc.result.territory import TerritoryOperation, TerritoryReport
from acc.sites import Participant, Plant, Site
from reports.data.geopackage import Value, points_geopackage
from reports.view.privacy import PUBLIC_BODIES, shown_degrees


def territory_document(
    report: TerritoryReport, folders: Sequence[Path], files: Sequence[Path]
) -> dict[str, object]:
    """Return what was found, in EUR without tax over the plan, beside roofs alone."""
    return {
        "fictitious": report.scenario.fictitious,
        "seed": report.seed,
        "years": report.years,
        "yes_ratio": report.yes_ratio,
        "estimated_sites": report.estimated,
        "operations": [
            {"folder": str(path), **_operation(one)}
            for path, one in zip(folders, report.operations, strict=True)
        ],
        "added_eur_ht": report.added_eur,
        "saved_eur_ht": report.saved_eur,
        "bound_eur_ht": report.bound_eur,
        "bound_any_key_eur_ht": report.any_key_eur,
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


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if isfinite(whole) and whole > 0.0 else None


def _operation(one: TerritoryOperation) -> dict[str, object]:
    planned = one.planned
    return {
        "perimeter": str(planned.regime),
        "sites": list(planned.participant_ids),
        "plants": list(planned.plant_ids),
        "kwp": one.kwp,
        "received_kwh": planned.received_kwh,
        "added_eur_ht": one.added_eur,
        "saved_eur_ht": one.saved_eur,
        "default_key_added_eur_ht": one.default_key_eur,
        "drawn_added_eur_ht": list(one.drawn_eur),
        "drawn_received_kwh": list(one.drawn_kwh),
        "longest_km": planned.longest_km,
        "checks": {check.rule: str(check.state) for check in planned.checks},
    }


def territory_geojson(report: TerritoryReport) -> bytes:
    """Return a point for each site and roof with a position, with the number of its operation (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": values.pop("id"),
            "geometry": {"type": "Point", "coordinates": list(point)},
            "properties": values,
        }
        for point, values in _points(report)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def territory_geopackage(report: TerritoryReport) -> bytes:
    """Return the same points as a layer of a GeoPackage, in WGS 84."""
    points = list(_points(report))
    rows = [values for _point, values in points]
    return points_geopackage("territoire", [point for point, _values in points], rows, report.scenario.on)


def _points(report: TerritoryReport) -> Iterator[tuple[tuple[float, float], dict[str, Value]]]:
    """Yield longitude and latitude of each site and roof that has them, and what is told of it."""
    number = {
        id_: k
        for k, one in enumerate(report.operations, start=1)
        for id_ in (*one.planned.participant_ids, *one.planned.plant_ids)
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
            "name": _shown(site),
            "kwp": site.kwp if isinstance(site, Plant) else None,
            "invented": scenario.fictitious,
        }
        latitude, longitude = shown_degrees(site, scenario)
        yield (longitude, latitude), values


def _shown(site: Site) -> str | None:
    """Return the name of a public body's site; None of anybody else's."""
    return site.name if isinstance(site, Participant) and site.kind in PUBLIC_BODIES else None
