"""What is not known of the output of each plant, in layers: each is drawn plant by plant, a part in common.

The model errs (a meter removes it), so does what it is told of the site: shade, several slopes, cables (a
study removes it, a plan narrows it), and of the plane (a plan or a study removes it). A study has an error of
its own, in place of the three. Neighbours do not err alike: eight roofs stray less than one large roof.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import hypot, prod, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.result.result import NINE_IN_TEN, OutputDoubt
from acc.sites import Plant, PlantKind, Said, StudyKind
from profiles.pv.plane_yield import plane_yield
from scenarios.operation.draws.settings import (
    MODEL,
    PartOf,
    Spread,
    cut_normal,
    default_spreads,
    read_spreads,
)

IN_COMMON = 0.2
"""Of the variance of each layer, what all plants share; published yields of neighbours show none."""

FLATTEST_DEG = 2.0

EVEN_PLACES = 10
"""Of each angle, evenly over what may be drawn, whose middle is that of the draws."""

LAWS = Path(__file__).parents[2] / "data" / "output_spreads.csv"


class KnownBy(StrEnum):
    """Who said how much a plant makes, from the least to the most sure."""

    NOBODY = "nobody"
    """Its plane was left blank, or guessed."""
    WRITTEN = "written"
    """Its plane stands in the folder; nobody says whence."""
    PLAN = "plan"
    STUDY = "study"
    METER = "meter"


def known_by(plant: Plant) -> KnownBy:
    """Return who said the output of a plant."""
    if plant.curve is not None:
        return KnownBy.METER
    if plant.p50_kwh_per_kwp is not None:
        return KnownBy.STUDY
    if plant.said is Said.PLAN:
        return KnownBy.PLAN
    return KnownBy.NOBODY if plant.said is Said.GUESS else KnownBy.WRITTEN


ANGLES_DEG = {KnownBy.NOBODY: (10.0, 45.0), KnownBy.WRITTEN: (5.0, 22.5)}
"""How far tilt and azimuth may lie from those counted; half as far where someone wrote them: assumed."""


@lru_cache(maxsize=1)
def laws() -> dict[str, Spread]:
    """Return the laws of `output_spreads.csv`, by name; each row has its date and source."""
    return dict(read_spreads(LAWS))


def layers_of(plant: Plant, model: Spread) -> dict[str, Spread]:
    """Return the laws of a plant but that of its plane, by layer; nothing where it is metered.

    Args:
        model: the law of the program, else one of the folder, which takes the place of model, site and study.
    """
    known = known_by(plant)
    if known is KnownBy.METER:
        return {}
    if model != default_spreads()[MODEL]:
        return {MODEL: model}
    if known is KnownBy.STUDY:
        return {MODEL: study_law(plant)}  # its draws are those of the model: what a study narrows is paired
    site = "plan" if known is KnownBy.PLAN else f"site.{plant.kind or PlantKind.ROOF}"
    return {MODEL: model, "site": laws()[site]}


LEAST_STUDY_RATIO = 0.035
"""Below which the error of no study is counted, however sure its P90 is: assumed."""


def study_law(plant: Plant) -> Spread:
    """Return the law of a plant of which a study is known: that of its P90, the sun of a year taken out."""
    law = laws()[plant.study or StudyKind.QUOTE]
    if plant.p50_kwh_per_kwp is None or plant.p90_kwh_per_kwp is None:
        return law
    sigma = (1.0 - plant.p90_kwh_per_kwp / plant.p50_kwh_per_kwp) / NINE_IN_TEN
    own = sqrt(max(0.0, sigma**2 - default_spreads()["solar_yield"].low ** 2))
    return replace(law, low=max(LEAST_STUDY_RATIO, own))


@dataclass(frozen=True, slots=True)
class DrawnOutputs:
    """What one draw makes of the output of plants, as ratios of what is printed.

    Attributes:
        model: the law of the model: that of the program, else one of the folder in place of model and site.
        doubt_share: of the plane, 1 for all of it, 0 for none.
    """

    model: Spread
    doubt_share: float
    part_of: PartOf

    def ratios(self, plants: Sequence[Plant]) -> FloatArray:
        """Ratio of the output of each plant, weather aside, (M,)."""
        return np.array([self.of_model(plant) * self.of_plane(plant) for plant in plants])

    def of_model(self, plant: Plant) -> float:
        """Return the ratio of the model and of the site of a plant, or of its study; 1 if metered."""
        layers = layers_of(plant, self.model).items()
        return prod(law.quantile(self._chance(name, plant)) / law.quantile(0.5) for name, law in layers)

    def of_plane(self, plant: Plant) -> float:
        """Return the ratio of the plane of a plant; 1 where a plan, a study or a meter tells it.

        The year's kWh alone: hours move as well, for one point of what is shared.
        """
        angles = ANGLES_DEG.get(known_by(plant))
        if angles is None or not self.doubt_share:
            return 1.0
        tilt, azimuth = (
            self.doubt_share * (2.0 * self._chance(name, plant) - 1.0) * angle
            for name, angle in zip(("tilt", "azimuth"), angles, strict=True)
        )
        return _moved(plant.planes, tilt, azimuth) / _middle(plant.planes, angles)

    def _chance(self, layer: str, plant: Plant) -> float:
        """Part of a law that a plant takes, 0 to 1: one factor in common, one of its own."""
        common, own = (cut_normal(self.part_of(f"output:{layer}:{of}")) for of in ("", plant.id))
        return NormalDist().cdf(IN_COMMON**0.5 * common + (1.0 - IN_COMMON) ** 0.5 * own)


def _moved(planes: Sequence[Plane], tilt_deg: float, azimuth_deg: float) -> float:
    """Yield of planes with tilt and azimuth errors, relative to 30 degrees south."""
    tilts = [min(max(FLATTEST_DEG, plane.surface_tilt_deg + tilt_deg), 90.0) for plane in planes]
    yields = [
        plane.share * plane_yield(tilt, plane.surface_azimuth_deg + azimuth_deg)
        for plane, tilt in zip(planes, tilts, strict=True)
    ]
    return sum(yields)


@lru_cache(maxsize=4096)
def _middle(planes: tuple[Plane, ...], angles_deg: tuple[float, float]) -> float:
    """Return the median of the errors that may be drawn: the middle stays what is written."""
    places = ((np.arange(EVEN_PLACES) + 0.5) * 2.0 / EVEN_PLACES - 1.0).tolist()
    tilt, azimuth = angles_deg
    return float(np.median([_moved(planes, t * tilt, a * azimuth) for t in places for a in places]))


def output_doubt(ratios: FloatArray, model: Spread, plants: Sequence[Plant], year: Spread) -> OutputDoubt:
    """Uncertainty of the output of plants together, by kWp: the lower tenth of what draws make of it.

    Args:
        ratios: of each plant in some draws, over its output in the run, (D, M).
        model, year: the laws of the model and of the sun.
    """
    kwp = np.array([plant.kwp for plant in plants])
    drawn = ratios @ kwp / kwp.sum()
    low, middle = np.quantile(drawn, (0.1, 0.5)).tolist()
    sun = year.quantile(0.5)
    strays = [1.0 - low / middle, 1.0 - year.quantile(0.1) / sun]
    models = [1.0 if plant.curve else model.quantile(0.5) for plant in plants]
    return OutputDoubt(
        middle_ratio=sun * float(np.average(models, weights=kwp)),
        sigma_ratio=hypot(*strays) / NINE_IN_TEN,
        modelled=any(plant.curve is None for plant in plants),
    )
