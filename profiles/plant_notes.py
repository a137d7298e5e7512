"""What a person should know of a modelled plant: the hypotheses behind its kWh, and what looks wrong."""

from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.problem import Problem
from acc.sites import Mounting, Plant
from profiles.figures import read_figures
from profiles.losses import losses_of, total_loss_ratio
from profiles.sun import SHARED_WITHIN_KM, distance_km, sun_position
from profiles.weather import Weather

FAR_FROM_NOON_H = 1.0
"""A plant whose output is centred further from solar noon faces east or west, or its azimuth is wrong."""

NORTH_WITHIN_DEG = 60.0
FLAT_BELOW_DEG = 10.0
"""A roof flatter than this makes nearly the same whatever it faces."""


def plant_hypotheses(plant: Plant) -> tuple[tuple[str, str, str], ...]:
    """Return what was assumed of `plant`, as (what, value, source), already translated, for print."""
    losses = losses_of(plant)
    rows = [
        (_("losses: {name}").format(name=loss.label), _percent(loss.ratio), loss.source) for loss in losses
    ]
    together = _percent(total_loss_ratio(losses))
    rows.append((_("losses together, inverter included"), together, _("product of what each one leaves")))
    module = f"Huld, PVGIS 5, {plant.model.module.value}"
    rows.append((_("module"), module, "Huld et al. 2011, doi 10.1016/j.solmat.2011.07.026"))
    mounting = plant.model.mounting
    rows.append((_("module temperature"), _mounting(mounting), _temperature_source(mounting)))
    value, source = _given_or_default(plant.model.albedo_ratio, "albedo")
    rows.append((_("albedo"), f"{value:g}", source))
    if plant.commissioned_year is not None:
        value, source = _given_or_default(plant.model.degradation_ratio, "degradation")
        what = _("degradation a year, since {year}").format(year=plant.commissioned_year)
        rows.append((what, _percent(value), source))
    return tuple(rows)


def plant_notes(plant: Plant, weather: Weather, output_kwh: FloatArray) -> tuple[str, ...]:
    """Return what looks wrong with `plant` for its output, shape (T,), sentences already translated."""
    return (*_north_notes(plant), *_noon_notes(plant, weather, output_kwh), *_distance_notes(plant, weather))


def plant_model_problems(plant: Plant, path: str) -> list[Problem]:
    """Return every value of the plant's model that cannot be: ratios, twelve months, heights of a horizon."""
    model = plant.model
    problems = []
    for name, ratio in model.losses.items():
        if not 0.0 <= ratio < 1.0:
            message = _("the loss {name} is {value:g}: a ratio from 0 to 1 is expected, 0.02 for 2 %")
            problems.append(Problem(f"{path}, losses", message.format(name=name, value=ratio)))
    if model.shading_ratio and len(model.shading_ratio) != 12:
        message = _("{n} values: one a month is expected, January to December")
        problems.append(Problem(f"{path}, shading_ratio", message.format(n=len(model.shading_ratio))))
    share = _("{value:g} is not a share of the output: a ratio from 0 to 1 is expected")
    height = _("{value:g} is not the height of a horizon: degrees from 0 to 90 are expected")
    for name, values, high, message in (
        ("shading_ratio", model.shading_ratio, 1.0, share),
        ("horizon_deg", model.horizon_deg, 90.0, height),
    ):
        wrong = [value for value in values if not 0.0 <= value <= high]
        problems += [Problem(f"{path}, {name}", message.format(value=value)) for value in wrong]
    return problems


def _north_notes(plant: Plant) -> list[str]:
    notes = []
    for plane in plant.planes:
        from_north = abs((plane.surface_azimuth_deg + 180.0) % 360.0 - 180.0)
        if plane.surface_tilt_deg >= FLAT_BELOW_DEG and from_north < NORTH_WITHIN_DEG:
            message = _(
                "{plant}: azimuth {azimuth:g} faces north. Here 180 is south and 90 east; PVGIS writes 0 for "
                "south: add 180 to its figure"
            )
            notes.append(message.format(plant=plant.name, azimuth=plane.surface_azimuth_deg))
    return notes


def _noon_notes(plant: Plant, weather: Weather, output_kwh: FloatArray) -> list[str]:
    total_kwh = float(output_kwh.sum())
    if total_kwh <= 0.0:
        return []
    hour = sun_position(weather.steps, weather.position).solar_hour
    off_h = float(np.dot(hour - 12.0, output_kwh)) / total_kwh
    if abs(off_h) <= FAR_FROM_NOON_H:
        return []
    message = _(
        "{plant}: its output is centred {hours:.1f} h {side} solar noon: check its azimuth "
        "(90 east, 180 south, 270 west)"
    )
    side = _("before") if off_h < 0.0 else _("after")
    return [message.format(plant=plant.name, hours=abs(off_h), side=side)]


def _distance_notes(plant: Plant, weather: Weather) -> list[str]:
    if plant.position is None:
        return []
    km = distance_km(plant.position, weather.position)
    if km <= SHARED_WITHIN_KM:
        return []
    message = _("{plant} stands {km:.0f} km from the place of the weather, whose sun and sky it is given")
    return [message.format(plant=plant.name, km=km)]


def _given_or_default(given: float | None, name: str) -> tuple[float, str]:
    figure = read_figures("pv.csv")[name]
    return (figure.value, figure.source) if given is None else (given, _("the plant's own"))


def _mounting(mounting: Mounting) -> str:
    return _("close to a roof (Sandia)") if mounting is Mounting.ROOF else _("free-standing (Faiman)")


def _temperature_source(mounting: Mounting) -> str:
    return read_figures("pv.csv")["roof_a" if mounting is Mounting.ROOF else "faiman_u0"].source


def _percent(ratio: float) -> str:
    return f"{100.0 * ratio:.3g} %"
