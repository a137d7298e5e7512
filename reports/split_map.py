"""The map of a split as a PNG, from the data that `--json` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from acc.sites import Site
from reports.figures_split import GroupLine, Spot, group_map
from reports.format import unit
from reports.style import png

DPI = 200
"""Of a figure shown on a slide."""


def split_png(document: Mapping[str, Any], sites: Sequence[Site], plant_ids: Sequence[str]) -> bytes:
    """Return the map of the groups; sites without position are not drawn."""
    group_of = {
        name: number
        for number, group in enumerate(document["groups"])
        for name in (*group["participant_ids"], *group["plant_ids"])
    }
    placed = [site for site in sites if site.position is not None]
    spots = [
        Spot(site.name, site.position, group_of.get(site.id), site.id in plant_ids)
        for site in placed
        if site.position is not None
    ]
    index = {site.id: place for place, site in enumerate(placed)}
    lines = [_line(group, index) for group in document["groups"]]
    titles = [
        f"{group['regime']}, {unit(group['shared_kwh'] / 1000.0, 'MWh')}" for group in document["groups"]
    ]
    return png(group_map(spots, lines, titles), DPI)


def _line(group: Mapping[str, Any], index: Mapping[str, int]) -> GroupLine | None:
    ends = [index[name] for name in group["longest_ids"] if name in index]
    return GroupLine(ends[0], ends[1], group["longest_km"]) if len(ends) == 2 else None
