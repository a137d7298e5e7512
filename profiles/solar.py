"""The output of a solar plant under a weather year; every model is pvlib's, on the rows of daylight only.

Sun (`sun_position`, once for the perimeter) -> plane of the modules (Perez-Driesse) -> reflections
(Martin-Ruiz) -> temperature (Faiman, or close mount on a roof) -> module (Huld, PVGIS 5) -> losses,
each once -> degradation -> shading of the month -> limit of the inverter.
"""

from dataclasses import dataclass
from functools import lru_cache
from gettext import gettext as _

import numpy as np
from pvlib.iam import martin_ruiz, martin_ruiz_diffuse
from pvlib.irradiance import aoi, get_ground_diffuse, perez_driesse
from pvlib.pvarray import huld
from pvlib.temperature import faiman, sapm_module

from acc.arrays import BoolArray, FloatArray
from acc.sites import Mounting, Plane, Plant, PlantModel
from acc.steps import Steps, local_calendar
from profiles.figures import read_figures
from profiles.losses import losses_of, total_loss_ratio
from profiles.sun import Sun, sun_position
from profiles.weather import Weather

__all__ = [
    "plant_output_kwh",
    "solar_models_text",
    "sun_position",
    "unit_output_kw",
]

DEFAULT_MODEL = PlantModel()


def plant_output_kwh(plant: Plant, weather: Weather) -> FloatArray:
    """Return what `plant` makes in each step, all losses counted, kWh, shape (T,)."""
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
    if not lit.rows.any():  # a night: pvlib's splines refuse an empty array
        return output
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
    """The rows where the sun is up, arrays of shape (D,); `rows` has shape (T,)."""

    rows: BoolArray
    ghi: FloatArray
    dni: FloatArray
    dhi: FloatArray
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray
    zenith_deg: FloatArray
    azimuth_deg: FloatArray
    extra: FloatArray


@lru_cache(maxsize=4)
def _daylight(weather: Weather, sun: Sun) -> _Daylight:
    rows = (sun.apparent_zenith_deg < 90.0) & (weather.ghi > 0.0)
    return _Daylight(
        rows=rows,
        ghi=weather.ghi[rows],
        dni=weather.dni[rows],
        dhi=weather.dhi[rows],
        temp_air_c=weather.temp_air_c[rows],
        wind_speed_m_s=weather.wind_speed_m_s[rows],
        zenith_deg=sun.apparent_zenith_deg[rows],
        azimuth_deg=sun.azimuth_deg[rows],
        extra=sun.extra_w_per_m2[rows],
    )


def _on_plane(plane: Plane, lit: _Daylight, model: PlantModel) -> tuple[FloatArray, FloatArray]:
    """Return the irradiance that enters the modules and that on the plane, W/m2, shape (D,) each."""
    figures = read_figures("pv.csv")
    tilt, azimuth = plane.surface_tilt_deg, plane.surface_azimuth_deg
    angle = aoi(tilt, azimuth, lit.zenith_deg, lit.azimuth_deg)
    dni = np.where(_above_horizon(lit, model.horizon_deg), lit.dni, 0.0)
    beam = dni * np.maximum(np.cos(np.radians(angle)), 0.0)
    sky = perez_driesse(tilt, azimuth, lit.dhi, lit.dni, lit.extra, lit.zenith_deg, lit.azimuth_deg)
    albedo = figures["albedo"].value if model.albedo_ratio is None else model.albedo_ratio
    ground = get_ground_diffuse(tilt, lit.ghi, albedo)
    a_r = figures["iam_a_r"].value
    # Below a millionth of a degree pvlib divides 0 by 0; at 0 it has a guard of its own.
    diffuse = martin_ruiz_diffuse(tilt if tilt >= 1e-6 else 0.0, a_r)
    effective = beam * martin_ruiz(angle, a_r) + sky * diffuse["sky"] + ground * diffuse["ground"]
    return effective, beam + sky + ground


def _above_horizon(lit: _Daylight, horizon_deg: tuple[float, ...]) -> BoolArray:
    if not horizon_deg:
        return np.ones(len(lit.ghi), dtype=np.bool_)
    azimuths = np.arange(len(horizon_deg)) * (360.0 / len(horizon_deg))
    height = np.interp(lit.azimuth_deg, azimuths, horizon_deg, period=360.0)
    above: BoolArray = 90.0 - lit.zenith_deg > height
    return above


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
    """Return what is left of the output by the age of the plant in whole years, shape (T,) or one."""
    if plant.commissioned_year is None:
        return 1.0
    given = plant.model.degradation_ratio
    yearly = read_figures("pv.csv")["degradation"].value if given is None else given
    year = local_calendar(steps).day.astype("datetime64[Y]").astype(np.int64) + 1970
    kept: FloatArray = (1.0 - yearly) ** np.maximum(year - plant.commissioned_year, 0)
    return kept


def _kept_by_shading(plant: Plant, steps: Steps) -> FloatArray | float:
    if not plant.model.shading_ratio:
        return 1.0
    kept: FloatArray = 1.0 - np.array(plant.model.shading_ratio)[local_calendar(steps).month - 1]
    return kept
