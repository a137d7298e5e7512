"""The operation as GeoJSON, for a map of one's own: the sites and plants that may be named."""

import json

from acc.sites import Participant, Plant
from reports.view.view import View


def operation_geojson(view: View) -> bytes:
    """Return a point for each site with a position that may be shown under its own name (RFC 7946)."""
    scenario = view.result.scenario
    shown: list[Participant | Plant] = [p for p in scenario.participants if p.id in view.open_sites]
    shown += [plant for plant in scenario.plants if view.names[plant.id] == plant.name]
    features = [_feature(site) for site in shown if site.position is not None]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _feature(site: Participant | Plant) -> dict[str, object]:
    position = site.position
    assert position is not None
    own = {"kwp": site.kwp} if isinstance(site, Plant) else {"kind": str(site.kind)}
    return {
        "type": "Feature",
        "id": site.id,
        "geometry": {"type": "Point", "coordinates": [position.longitude_deg, position.latitude_deg]},
        "properties": {
            "name": site.name,
            "role": "plant" if isinstance(site, Plant) else "participant",
            "commune": site.commune,
            "insee": site.insee,
            "substation": site.substation,
            **own,
        },
    }
