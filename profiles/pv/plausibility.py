"""What looks wrong with a modelled plant: its azimuth, its distance from the place of the weather."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.arrays import FloatArray
from acc.sites import Plant
from profiles.weather.sun import SHARED_WITHIN_KM, distance_km, sun_position
from profiles.weather.values import Weather

FAR_FROM_NOON_H = 1.0
"""A plant whose output is centred further from solar noon faces east or west, or its azimuth is wrong."""

NORTH_WITHIN_DEG = 60.0
FLAT_BELOW_DEG = 10.0
"""A roof flatter than this makes nearly the same whatever it faces."""


def plant_notes(plant: Plant, weather: Weather, output_kwh: FloatArray) -> tuple[str, ...]:
    """Warnings about `plant`, in translated sentences that do not name it.

    Args:
        output_kwh: what it makes in each step, shape (T,).
    """
    return (*_north_notes(plant), *_noon_notes(weather, output_kwh), *_distance_notes(plant, weather))


STUDY_FAR_RATIO = 0.10
"""A study further than this from the model is told beside it."""


def study_notes(study_kwh_per_kwp: float, model_kwh_per_kwp: float) -> Iterator[str]:
    """Yield a warning where a study is far from the model, whose output is brought to it all the same."""
    gap = study_kwh_per_kwp / model_kwh_per_kwp - 1.0
    if abs(gap) > STUDY_FAR_RATIO:
        message = _(
            "its study says {study:.0f} kWh/kWp a year, which is counted; the model makes {model:.0f} of it "
            "({gap:+.0f} %)"
        )
        yield message.format(study=study_kwh_per_kwp, model=model_kwh_per_kwp, gap=100.0 * gap)


def _north_notes(plant: Plant) -> Iterator[str]:
    for plane in plant.planes:
        from_north = abs((plane.surface_azimuth_deg + 180.0) % 360.0 - 180.0)
        if plane.surface_tilt_deg >= FLAT_BELOW_DEG and from_north < NORTH_WITHIN_DEG:
            message = _(
                "azimuth {azimuth:g} faces north. Here 180 is south and 90 east; PVGIS writes 0 for "
                "south: add 180 to its figure"
            )
            yield message.format(azimuth=plane.surface_azimuth_deg)


def _noon_notes(weather: Weather, output_kwh: FloatArray) -> list[str]:
    total_kwh = float(output_kwh.sum())
    if total_kwh <= 0.0:
        return []
    hour = sun_position(weather.steps, weather.position).solar_hour
    off_h = float(((hour - 12.0) * output_kwh).sum()) / total_kwh
    if abs(off_h) <= FAR_FROM_NOON_H:
        return []
    message = _(
        "its output is centred {hours:.1f} h {side} solar noon: check its azimuth "
        "(90 east, 180 south, 270 west)"
    )
    side = _("before") if off_h < 0.0 else _("after")
    return [message.format(hours=abs(off_h), side=side)]


def _distance_notes(plant: Plant, weather: Weather) -> list[str]:
    if plant.position is None:
        return []
    km = distance_km(plant.position, weather.position)
    if km <= SHARED_WITHIN_KM:
        return []
    message = _("{km:.0f} km from the place of the weather, whose sun and sky are taken")
    return [message.format(km=km)]
