"""One draw of what a folder does not say: the same for every member, each doubt from a stream of its own."""

from collections.abc import Callable, Mapping, MutableMapping

import numpy as np

from acc.arrays import FloatArray
from profiles.pv.plane_yield import plane_yield
from scenarios.studies.draws.load_uncertainty import Unknown
from scenarios.studies.draws.settings import cut_normal
from scenarios.studies.draws.unsaid import AZIMUTH_DEG, TILT_DEG, Unsaid, daylight_shape, heating_shape

OF_ALL = 0.7
"""Part of the doubt of use by day that all share, as much for each kind."""


def drawn_unsaid(
    part: float,
    unknowns: Mapping[str, Unknown],
    part_of: Callable[[str], float],
    load: MutableMapping[str, float],
    shape: MutableMapping[str, FloatArray],
) -> tuple[dict[str, float], tuple[float, float]]:
    """Bend `shape` and move `load` where something is unsaid; return what was drawn, by name, and the plane.

    Args:
        part: of what is not known, 1 for all of it, 0 for none.
        part_of: from the name of what is drawn to which part of its law, 0 to 1.
    """
    if not part:
        return {}, (0.0, 0.0)
    tilt = part * (2.0 * part_of("unsaid:tilt") - 1.0) * TILT_DEG
    azimuth = part * (2.0 * part_of("unsaid:azimuth") - 1.0) * AZIMUTH_DEG
    drawn = {"plane": plane_yield(30.0 + tilt, 180.0 + azimuth)}
    of_members = {name: one.unsaid for name, one in unknowns.items() if one.unsaid is not None}
    if of_members:
        drawn |= _bent(part, of_members, part_of, shape)
        drawn |= _levels(part, of_members, part_of, load)
    return drawn, (tilt, azimuth)


def _bent(
    part: float,
    unsaid: Mapping[str, Unsaid],
    part_of: Callable[[str], float],
    shape: MutableMapping[str, FloatArray],
) -> dict[str, float]:
    kinds = sorted({one.kind for one in unsaid.values()})
    common = cut_normal(part_of("unsaid:daylight"))
    strays = {kind: OF_ALL * (common + cut_normal(part_of(f"unsaid:daylight:{kind}"))) for kind in kinds}
    place = part_of("unsaid:heating")
    heating = {kind: heating_shape(kind, place) ** part for kind in kinds}
    for name, one in unsaid.items():
        shape[name] = shape[name] * daylight_shape(part * one.daylight * strays[one.kind]) * heating[one.kind]
    return {"daylight": float(np.mean(list(strays.values()))), "heating": place}


def _levels(
    part: float,
    unsaid: Mapping[str, Unsaid],
    part_of: Callable[[str], float],
    load: MutableMapping[str, float],
) -> dict[str, float]:
    """Move the kWh that no bill gives: all together, then from one guess to the next, their total kept."""
    if not any(one.level for one in unsaid.values()):
        return {}
    level = cut_normal(part_of("unsaid:level"))
    split = {
        name: float(np.exp(part * one.split * cut_normal(part_of(f"unsaid:split:{name}"))))
        for name, one in unsaid.items()
        if one.split
    }
    total = sum(unsaid[name].kwh for name in split)
    kept = total / sum(unsaid[name].kwh * factor for name, factor in split.items()) if total else 1.0
    for name, one in unsaid.items():
        load[name] *= float(np.exp(part * one.level * level)) * (split[name] * kept if name in split else 1.0)
    return {"need_level": level}
