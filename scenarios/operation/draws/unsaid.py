"""What a folder does not say of its sites and plants, drawn once for the whole operation.

Members stray each by itself, so that ten of them average to little; what nobody has said (how homes heat, how
much is used by day, where the modules look) is wrong for all together. Sizes: rows of `curve_spreads.csv`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.plant_model import Plane
from acc.sites import Participant, Plant, Said
from profiles.pv.plane_yield import plane_yield
from profiles.reference.kinds import PROFILES
from profiles.reference.shape_library import CELLS, HOURS, KINDS_OF_DAY, cell_of_steps
from scenarios.operation.draws.settings import Spread

UNSAID = ("plane", "daylight", "heating", "need_level")
"""What is drawn, by the name of its share of the spread."""

TILT_DEG, AZIMUTH_DEG, FLATTEST_DEG = 10.0, 45.0, 2.0
"""How far a plane that no plan gives may lie from the one written."""

HOMES_HEATING = Spread("triangular", 0.26, 0.0, 0.60)
"""Part of the year's kWh of homes that heats: all-electric and gas homes are both common."""

OTHERS_HEATING = Spread("triangular", 0.97, 0.0, 2.2)
"""What the profile's part is multiplied by elsewhere."""

EVEN_PLACES = 10
"""Of each angle, evenly over what may be drawn, whose middle is that of the draws."""

MOST_HEATING = 0.9
HOMES = "household-group"
BY_DAY_WINTER, BY_DAY_SUMMER, SUMMER_TIME = range(9, 17), range(10, 18), range(4, 11)
"""Hours of the local clock from 9 to 17 in winter time, and the months that have summer time."""


@dataclass(frozen=True, slots=True, eq=False)
class Unsaid:
    """What is not said of one member.

    Attributes:
        daylight: how far its use by day may stray, on logarithms; drawn for all, then for its `kind`.
        level: the same of its kWh, for all whose kWh no bill gives; `split` from one of them to the next.
        kwh: what it uses in a year.
    """

    kind: str
    daylight: float
    level: float
    split: float
    kwh: float


def unsaid_of(
    participant: Participant,
    *,
    profile: str,
    daylight: float,
    estimated: bool,
    spreads: Mapping[str, float],
    kwh: float,
) -> Unsaid | None:
    """Unknowns of a site without curve or bill by poste; None where a plan states all."""
    if participant.said is Said.PLAN:
        return None
    guessed = participant.said is Said.GUESS
    level = spreads["unsaid.level"] if estimated or guessed else 0.0
    return Unsaid(profile, daylight, level, spreads["unsaid.split"] if guessed else 0.0, kwh)


@lru_cache(maxsize=1)
def by_day() -> BoolArray:
    """Cells between 9 and 17 in winter time, (CELLS,)."""
    cell = np.arange(CELLS)
    month, hour = cell // (KINDS_OF_DAY * HOURS) + 1, cell % HOURS
    summer = np.isin(month, SUMMER_TIME)
    mask: BoolArray = np.where(summer, np.isin(hour, BY_DAY_SUMMER), np.isin(hour, BY_DAY_WINTER))
    return mask


@lru_cache(maxsize=64)
def profile_kwh(profile: str) -> tuple[FloatArray, FloatArray]:
    """Heating and total consumption by cell under a profile, kWh of a year, (CELLS,) each."""
    from profiles.reference.load import heating_and_all_kwh  # noqa: PLC0415 - brings pvlib, for draws alone

    steps, heating, total = heating_and_all_kwh(profile)
    cell = cell_of_steps(steps)
    heats, all_uses = (np.bincount(cell, kwh, CELLS).astype(np.float64) for kwh in (heating, total))
    return heats, all_uses


@lru_cache(maxsize=64)
def heating_part(profile: str) -> FloatArray:
    """Return the part of a profile's kWh that heats, by cell and last of the year, shape (CELLS + 1,)."""
    heat, total = profile_kwh(profile)
    part = np.divide(heat, total, out=np.zeros(CELLS), where=total > 0.0)
    return np.append(part, heat.sum() / total.sum())


def heating_shape(profile: str, place: float) -> FloatArray:
    """Multiplier of a profile by cell for another share of heating, (CELLS,).

    Args:
        place: of what is drawn among what may be, 0 to 1.
    """
    if profile not in PROFILES:
        return np.ones(CELLS)
    part = heating_part(profile)
    heats, usual = part[:-1], float(part[-1])
    if not 0.0 < usual < MOST_HEATING:
        return np.ones(CELLS)
    drawn = HOMES_HEATING.quantile(place) if profile == HOMES else usual * OTHERS_HEATING.quantile(place)
    drawn = min(drawn, MOST_HEATING)
    shape: FloatArray = heats * drawn / usual + (1.0 - heats) * (1.0 - drawn) / (1.0 - usual)
    return shape


def daylight_shape(strays: float) -> FloatArray:
    """Multiplier of daytime use by cell, `strays` in logarithm, (CELLS,)."""
    return np.where(by_day(), np.exp(strays), 1.0)


def plane_ratios(plants: Sequence[Plant], tilt_deg: float, azimuth_deg: float) -> FloatArray:
    """Yield ratio of each plant with tilt and azimuth errors, over the median of such errors, (M,).

    The year's kWh alone: hours move as well, for one point of what is shared. So the middle stays what is
    written.
    1 where a plan gives the planes, and where output is measured.
    """
    moved = (tilt_deg, azimuth_deg)
    return np.array(
        [1.0 if is_said(plant) else _moved(plant.planes, *moved) / _middle(plant.planes) for plant in plants]
    )


def is_said(plant: Plant) -> bool:
    """Return whether nothing of a plant's position is in doubt."""
    return plant.curve is not None or plant.said is Said.PLAN


def _moved(planes: Sequence[Plane], tilt_deg: float, azimuth_deg: float) -> float:
    """Yield of planes with tilt and azimuth errors, relative to 30 degrees south."""
    tilts = [min(max(FLATTEST_DEG, plane.surface_tilt_deg + tilt_deg), 90.0) for plane in planes]
    yields = [
        plane.share * plane_yield(tilt, plane.surface_azimuth_deg + azimuth_deg)
        for plane, tilt in zip(planes, tilts, strict=True)
    ]
    return sum(yields)


@lru_cache(maxsize=4096)
def _middle(planes: tuple[Plane, ...]) -> float:
    places = (np.arange(EVEN_PLACES) + 0.5) * 2.0 / EVEN_PLACES - 1.0
    ratios = [_moved(planes, t * TILT_DEG, a * AZIMUTH_DEG) for t in places.tolist() for a in places.tolist()]
    return float(np.median(ratios))
