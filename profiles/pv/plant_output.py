"""The output of a solar plant under a weather year, by the models of pvlib, on the rows of daylight only.

Sun (`sun_position`, once for the perimeter) -> plane of the modules (Perez-Driesse) -> reflections
(Martin-Ruiz) -> temperature (Faiman, or close mount on a roof) -> module (Huld, PVGIS 5) -> losses,
each once -> degradation -> shading of the month -> limit of the inverter.

What does not depend on the plane is computed once for all plants; the few lines of arithmetic that do are
written here on arrays, and a test holds them to pvlib's functions within 1e-6 kW/kWp.
"""

from dataclasses import dataclass
from functools import lru_cache
from gettext import gettext as _

import numpy as np
from pvlib.iam import martin_ruiz_diffuse
from pvlib.irradiance import perez_driesse
from pvlib.pvarray import huld
from pvlib.temperature import faiman, sapm_module

from acc.arrays import BoolArray, FloatArray
from acc.plant_model import Mounting, Plane, PlantModel
from acc.sites import Plant
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import read_figures
from profiles.pv.losses import losses_of, total_loss_ratio
from profiles.weather.sun import Sun, sun_position
from profiles.weather.values import Weather

__all__ = [
    "plant_output_kwh",
    "solar_models_text",
    "sun_position",
    "unit_output_kw",
]

DEFAULT_MODEL = PlantModel()


def plant_output_kwh(plant: Plant, weather: Weather) -> FloatArray:
    """Output of `plant` in each step, all losses included, (T,), kWh."""
    sun = sun_position(weather.steps, weather.position)
    per_kwp = np.zeros(weather.steps.count)
    for plane in plant.planes:
        per_kwp += plane.share * unit_output_kw(plane, weather, sun, plant.model)
    kept = (1.0 - total_loss_ratio(losses_of(plant))) * _kept_by_age(plant, weather.steps)
    output_kw = plant.kwp * per_kwp * kept * _kept_by_shading(plant, weather.steps)
    if plant.inverter_kva is not None:
        output_kw = np.minimum(output_kw, plant.inverter_kva)
    return output_kw * weather.steps.hours


def unit_output_kw(plane: Plane, weather: Weather, sun: Sun, model: PlantModel = DEFAULT_MODEL) -> FloatArray:
    """Return the DC power of 1 kWp on `plane` before losses, kW, shape (T,)."""
    lit = _daylight(weather, sun)
    output = np.zeros(weather.steps.count)
    effective, poa = _on_plane(plane, lit, model)
    temperature = _module_temperature_c(poa, lit, model.mounting)
    power = huld(effective, temperature, 1.0, cell_type=model.module.value, k_version="pvgis5")
    # The logarithms of the model give tiny negatives in the dark.
    output[lit.rows] = np.maximum(power, 0.0)
    return output


def solar_models_text() -> str:
    """Return the names of the models in one line, for the hypotheses."""
    return _(
        "pvlib: plane of the modules by Perez-Driesse, reflections by Martin-Ruiz, module of PVGIS 5 (Huld), "
        "temperature by Faiman (free-standing) or Sandia close mount (roof)"
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Daylight:
    """What the planes share where the sun is up, arrays of shape (D,); `rows` has shape (T,).

    The three parts of the diffuse are those of Perez-Driesse: an even sky, a disc around the sun (as a
    normal irradiance), a band at the horizon.
    """

    rows: BoolArray
    ghi: FloatArray
    dni: FloatArray
    even_sky: FloatArray
    around_sun: FloatArray
    at_horizon: FloatArray
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray
    up: FloatArray
    south: FloatArray
    east: FloatArray
    elevation_deg: FloatArray
    azimuth_deg: FloatArray


@lru_cache(maxsize=4)
def _daylight(weather: Weather, sun: Sun) -> _Daylight:
    rows = (sun.apparent_zenith_deg < 90.0) & (weather.ghi > 0.0)
    zenith_deg, azimuth_deg = sun.apparent_zenith_deg[rows], sun.azimuth_deg[rows]
    zenith, azimuth = np.radians(zenith_deg), np.radians(azimuth_deg)
    even_sky, around_sun, at_horizon = _parts_of_diffuse(weather, sun, rows)
    return _Daylight(
        rows=rows,
        ghi=weather.ghi[rows],
        dni=weather.dni[rows],
        even_sky=even_sky,
        around_sun=around_sun,
        at_horizon=at_horizon,
        temp_air_c=weather.temp_air_c[rows],
        wind_speed_m_s=weather.wind_speed_m_s[rows],
        up=np.cos(zenith),
        south=-np.sin(zenith) * np.cos(azimuth),
        east=np.sin(zenith) * np.sin(azimuth),
        elevation_deg=90.0 - zenith_deg,
        azimuth_deg=azimuth_deg,
    )


def _parts_of_diffuse(
    weather: Weather, sun: Sun, rows: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the even sky, the disc around the sun and the band at the horizon, W/m2, shape (D,) each.

    pvlib gives them for a wall, whose view of the sky is 1/2 and whose sine is 1; they serve any plane.
    """
    if not rows.any():  # a night: pvlib's splines refuse an empty array
        return np.empty(0), np.empty(0), np.empty(0)
    zenith_deg, dhi = sun.apparent_zenith_deg[rows], weather.dhi[rows]
    wall = perez_driesse(
        90.0, 180.0, dhi, weather.dni[rows], sun.extra_w_per_m2[rows], zenith_deg, sun.azimuth_deg[rows],
        return_components=True,
    )  # fmt: skip
    even_sky = 2.0 * wall["poa_isotropic"]
    # The model divides the disc by the cosine of the zenith, held above that of 85 degrees.
    around_sun = (dhi - even_sky) / np.maximum(np.cos(np.radians(zenith_deg)), np.cos(np.radians(85.0)))
    return even_sky, around_sun, wall["poa_horizon"]


def _on_plane(plane: Plane, lit: _Daylight, model: PlantModel) -> tuple[FloatArray, FloatArray]:
    """Return the irradiance that enters the modules and that on the plane, W/m2, shape (D,) each."""
    figures = read_figures("pv.csv")
    tilt, azimuth = np.radians(plane.surface_tilt_deg), np.radians(plane.surface_azimuth_deg)
    facing = lit.up * np.cos(tilt) + np.sin(tilt) * (lit.east * np.sin(azimuth) - lit.south * np.cos(azimuth))
    facing = np.maximum(facing, 0.0)
    # A horizon hides the sun and the bright disc around it; the rest of the sky is left whole.
    seen = facing * _above_horizon(lit, model.horizon_deg) if model.horizon_deg else facing
    beam = lit.dni * seen
    view = (1.0 + np.cos(tilt)) / 2.0
    sky = np.maximum(lit.even_sky * view + lit.around_sun * seen + lit.at_horizon * np.sin(tilt), 0.0)
    albedo = figures["albedo"].value if model.albedo_ratio is None else model.albedo_ratio
    ground = lit.ghi * (albedo * (1.0 - view))
    a_r = figures["iam_a_r"].value
    # Below a millionth of a degree pvlib divides 0 by 0; at 0 it has a guard of its own.
    of_diffuse = martin_ruiz_diffuse(plane.surface_tilt_deg if plane.surface_tilt_deg >= 1e-6 else 0.0, a_r)
    of_beam = (1.0 - np.exp(facing / -a_r)) / (1.0 - np.exp(-1.0 / a_r))
    effective = beam * of_beam + sky * of_diffuse["sky"] + ground * of_diffuse["ground"]
    return effective, beam + sky + ground


def _above_horizon(lit: _Daylight, horizon_deg: tuple[float, ...]) -> BoolArray:
    azimuths = np.arange(len(horizon_deg)) * (360.0 / len(horizon_deg))
    height = np.interp(lit.azimuth_deg, azimuths, horizon_deg, period=360.0)
    return lit.elevation_deg > height


def _module_temperature_c(poa: FloatArray, lit: _Daylight, mounting: Mounting) -> FloatArray:
    figures = read_figures("pv.csv")
    if mounting is Mounting.ROOF:
        a, b = figures["roof_a"].value, figures["roof_b"].value
        temperature = sapm_module(poa, lit.temp_air_c, lit.wind_speed_m_s, a, b)
    else:
        u0, u1 = figures["faiman_u0"].value, figures["faiman_u1"].value
        temperature = faiman(poa, lit.temp_air_c, lit.wind_speed_m_s, u0, u1)
    return np.asarray(temperature, dtype=np.float64)


def _kept_by_age(plant: Plant, steps: Steps) -> FloatArray | float:
    """Remaining fraction of the output by age of the plant in years, (T,) or a number."""
    if plant.commissioned_year is None:
        return 1.0
    given = plant.model.degradation_ratio
    yearly = read_figures("pv.csv")["degradation"].value if given is None else given
    year = local_calendar(steps).day.astype("datetime64[Y]").astype(np.int64) + 1970
    return (1.0 - yearly) ** np.maximum(year - plant.commissioned_year, 0)


def _kept_by_shading(plant: Plant, steps: Steps) -> FloatArray | float:
    if not plant.model.shading_ratio:
        return 1.0
    return 1.0 - np.array(plant.model.shading_ratio)[local_calendar(steps).month - 1]
