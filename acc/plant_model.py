"""What the output of a plant depends on beside its power: planes, modules, mounting, losses, horizon."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A flat part of a roof: tilt from the horizontal and azimuth clockwise from north (180 = south)."""

    surface_tilt_deg: float
    surface_azimuth_deg: float
    share: float = 1.0
    """Part of the plant's kWp on this plane; the shares of a plant sum to 1."""


class Mounting(StrEnum):
    """How air flows behind the modules: decides their temperature, 5 to 9 % of the output."""

    FREE = "free"
    ROOF = "roof"


class Module(StrEnum):
    """Family of modules, as PVGIS names them: crystalline silicon, CIS or CdTe thin film."""

    SILICON = "cSi"
    CIS = "CIS"
    CDTE = "CdTe"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantModel:
    """What is known of a plant beyond its planes; None or empty takes the default, which is printed.

    Attributes:
        losses: losses one by one, as ratios, in place of the single `losses_ratio`.
        horizon_deg: height of the far horizon at equal steps of azimuth, from north, clockwise.
        shading_ratio: part of the output lost to near shading, January to December.
        degradation_ratio: yearly loss of output since the plant's start.
    """

    mounting: Mounting = Mounting.FREE
    module: Module = Module.SILICON
    losses: Mapping[str, float] = field(default_factory=dict)
    horizon_deg: tuple[float, ...] = ()
    shading_ratio: tuple[float, ...] = ()
    albedo_ratio: float | None = None
    degradation_ratio: float | None = None
