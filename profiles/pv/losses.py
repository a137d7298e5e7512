"""Losses of a plant, named one by one and applied once, inverter included."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import N_
from acc.plant_model import Mounting
from acc.sites import Plant, PlantKind
from profiles.data.sourced_figures import read_figures

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "soiling": N_("soiling"),
        "near_shading": N_("near shading"),
        "mismatch": N_("mismatch between modules"),
        "wiring": N_("cables"),
        "connections": N_("connections"),
        "light_induced": N_("light-induced degradation"),
        "inverter": N_("inverter"),
        "rest": N_("unavailability and the rest"),
        "total": N_("all losses together"),
    }
)
"""How each loss is named to a person; a loss that a person names otherwise keeps its own name."""

DEFAULT_ROWS = ("soiling", "near_shading", "mismatch", "wiring", "connections", "light_induced", "inverter")


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: part of the energy that reaches it and does not leave, and where the figure comes from."""

    name: str
    loss_ratio: float
    source: str

    @property
    def label(self) -> str:
        """Its name for a person."""
        return _(LABELS[self.name]) if self.name in LABELS else self.name


def losses_of(plant: Plant) -> tuple[Loss, ...]:
    """Return the losses of `plant`, each counted once.

    The losses a person names stand alone, and so does a single ratio. The default of the kind of plant is
    shown by its parts; where its kind is unknown, a free mounting takes the losses that were fitted with its
    temperature. A monthly shading table takes the place of near shading.
    """
    if plant.model.losses:
        return tuple(Loss(name, ratio, _("the plant's own")) for name, ratio in plant.model.losses.items())
    if plant.losses_ratio is not None:
        return (Loss("total", plant.losses_ratio, _("the plant's own")),)
    unknown = PlantKind.GROUND if plant.model.mounting is Mounting.FREE else PlantKind.ROOF
    rows = default_losses(plant.kind or unknown)
    return tuple(row for row in rows if row.name != "near_shading" or not plant.model.shading_ratio)


def default_losses(kind: PlantKind) -> tuple[Loss, ...]:
    """Return the parts of the default total of a kind of plant; the last one closes it.

    >>> round(total_loss_ratio(default_losses(PlantKind.ROOF)), 12)
    0.14
    """
    figures = read_figures("pv.csv")
    rows = [Loss(name, *_value_source(f"loss_{name}")) for name in DEFAULT_ROWS]
    total = figures[f"loss_total_{kind}"]
    rest = 1.0 - (1.0 - total.value) / (1.0 - total_loss_ratio(rows))
    return (*rows, Loss("rest", rest, total.source))


def total_loss_ratio(losses: Iterable[Loss]) -> float:
    """Total loss ratio: each loss applies to the remainder of the others.

    >>> round(total_loss_ratio([Loss("soiling", 0.1, ""), Loss("inverter", 0.2, "")]), 12)
    0.28
    """
    return 1.0 - math.prod(1.0 - loss.loss_ratio for loss in losses)


def _value_source(name: str) -> tuple[float, str]:
    figure = read_figures("pv.csv")[name]
    return figure.value, figure.source
