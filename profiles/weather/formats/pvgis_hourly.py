"""PVGIS hourly series (seriescalc), CSV and JSON: real years, UTC, for a horizontal plane."""

import re
from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from profiles.weather.formats.base import IRRADIANCE, WeatherFormat, WeatherRecord, WeatherText
from profiles.weather.formats.pvgis import is_json, read_answer


def recognises(source: WeatherText) -> bool:
    """Return whether the file is a PVGIS hourly series."""
    if is_json(source):
        return '"hourly"' in source.head and '"meteo_data"' in source.head
    return re.search(r"^time,.*\bH_sun\b", source.head, flags=re.MULTILINE) is not None


def read(source: WeatherText, document: Mapping[str, Any] | None = None) -> WeatherRecord:
    """Return the hourly series; of `document` where it is parsed already.

    Raises:
        InputError: a plane that is not horizontal, since a weather needs what falls on the ground.
    """
    answer = read_answer(source, "time", "hourly", document)
    slope_deg = answer.number("Slope", "mounting_system", "fixed", "slope", "value")
    if slope_deg != 0.0:
        raise source.fault(_not_horizontal(slope_deg))
    if "Gb(i)" in answer.columns:
        beam, dhi = answer.values("Gb(i)", IRRADIANCE), answer.values("Gd(i)", IRRADIANCE)
        return answer.record(typical=False, light_minutes=None, ghi=beam + dhi, dhi=dhi)
    return answer.record(typical=False, light_minutes=None, ghi=answer.values("G(i)", IRRADIANCE), dhi=None)


def _not_horizontal(slope_deg: float | None) -> str:
    plane = _("a tracker") if slope_deg is None else _("a slope of {deg:g} degrees").format(deg=slope_deg)
    return _(
        "{found}: a weather needs the horizontal plane. Download it again with slope 0, azimuth 0 and "
        "`Radiation components` ticked, or the typical year (TMY)"
    ).format(found=plane)


FORMAT = WeatherFormat("pvgis-hourly", recognises, read)
