"""What the kWh of a modelled plant rest on, for print: losses one by one, models, each with its source.

Needs no solar library: an operation is described before anything is computed.
"""

from gettext import gettext as _

from acc.sites import Mounting, Plant
from profiles.figures import read_figures
from profiles.losses import losses_of, total_loss_ratio


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


def _given_or_default(given: float | None, name: str) -> tuple[float, str]:
    figure = read_figures("pv.csv")[name]
    return (figure.value, figure.source) if given is None else (given, _("the plant's own"))


def _mounting(mounting: Mounting) -> str:
    return _("close to a roof (Sandia)") if mounting is Mounting.ROOF else _("free-standing (Faiman)")


def _temperature_source(mounting: Mounting) -> str:
    return read_figures("pv.csv")["roof_a" if mounting is Mounting.ROOF else "faiman_u0"].source


def _percent(ratio: float) -> str:
    return f"{100.0 * ratio:.3g} %"
