"""One draw of what a folder does not say: the same for every member, each doubt from a stream of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from acc.arrays import FloatArray
from profiles.pv.plane_yield import plane_yield
from scenarios.operation.draws.load_uncertainty import Unknown
from scenarios.operation.draws.settings import cut_normal
from scenarios.operation.draws.unsaid import AZIMUTH_DEG, TILT_DEG, Unsaid, daylight_shape, heating_shape

OF_ALL = 0.7
"""Part of the doubt of use by day that all share, as much for each kind."""

PartOf = Callable[[str], float]
"""From the name of what is drawn to which part of its law, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnUnsaid:
    """What one draw makes of what nobody said.

    Attributes:
        values: what was drawn, by name.
        off_plane_deg: tilt and azimuth away from those written.
        shape: by id, what a curve is bent by in each cell, (CELLS,); `load` what its kWh are multiplied by.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    off_plane_deg: tuple[float, float] = (0.0, 0.0)
    shape: Mapping[str, FloatArray] = field(default_factory=dict)
    load: Mapping[str, float] = field(default_factory=dict)


def drawn_unsaid(part: float, unknowns: Mapping[str, Unknown], part_of: PartOf) -> DrawnUnsaid:
    """Draw the unstated quantities.

    Args:
        part: of what is not known, 1 for all of it, 0 for none.
    """
    if not part:
        return DrawnUnsaid()
    tilt = part * (2.0 * part_of("unsaid:tilt") - 1.0) * TILT_DEG
    azimuth = part * (2.0 * part_of("unsaid:azimuth") - 1.0) * AZIMUTH_DEG
    plane = {"plane": plane_yield(30.0 + tilt, 180.0 + azimuth)}
    members = {name: unknown.unsaid for name, unknown in unknowns.items() if unknown.unsaid is not None}
    if not members:
        return DrawnUnsaid(plane, (tilt, azimuth))
    bent, shape = _bent(part, members, part_of)
    level, load = _levels(part, members, part_of)
    return DrawnUnsaid(plane | bent | level, (tilt, azimuth), shape, load)


def _bent(
    part: float, unsaid: Mapping[str, Unsaid], part_of: PartOf
) -> tuple[dict[str, float], dict[str, FloatArray]]:
    kinds = sorted({site.kind for site in unsaid.values()})
    common = cut_normal(part_of("unsaid:daylight"))
    strays = {kind: OF_ALL * (common + cut_normal(part_of(f"unsaid:daylight:{kind}"))) for kind in kinds}
    place = part_of("unsaid:heating")
    heating = {kind: heating_shape(kind, place) ** part for kind in kinds}
    shape = {
        name: daylight_shape(part * site.daylight * strays[site.kind]) * heating[site.kind]
        for name, site in unsaid.items()
    }
    return {"daylight": float(np.mean(list(strays.values()))), "heating": place}, shape


def _levels(
    part: float, unsaid: Mapping[str, Unsaid], part_of: PartOf
) -> tuple[dict[str, float], dict[str, float]]:
    """Draw the kWh that no bill gives: all together, then from one guess to the next, their total kept."""
    if not any(site.level for site in unsaid.values()):
        return {}, {}
    level = cut_normal(part_of("unsaid:level"))
    split = {
        name: float(np.exp(part * site.split * cut_normal(part_of(f"unsaid:split:{name}"))))
        for name, site in unsaid.items()
        if site.split
    }
    total = sum(unsaid[name].kwh for name in split)
    kept = total / sum(unsaid[name].kwh * factor for name, factor in split.items()) if total else 1.0
    load = {
        name: float(np.exp(part * site.level * level)) * (split[name] * kept if name in split else 1.0)
        for name, site in unsaid.items()
    }
    return {"need_level": level}, load
