"""What is not known of each curve, and how far it may stray; of each plant: `outputs`.

Members stray each by itself, so that ten of them average to little; what nobody has said (how homes heat, how
much is used by day) is wrong for all together. Sizes: rows of `curve_spreads.csv`.

A curve is drawn by one of three rules: a kind that was measured takes measured shapes; another kind keeps
its profile, bent as measured buildings differ from one another; a metered curve is bent as a year differs
from another year of the same building, and its kWh too where no bill tells them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.result.result import NINE_IN_TEN, LoadQuality, PublishedYields
from acc.sites import NOT_METERED, Grade, Kind, Participant, Said
from profiles.reference.kinds import PROFILES
from profiles.reference.shape_library import (
    CELLS,
    HOURS,
    KINDS_OF_DAY,
    MEASURED_KINDS,
    Library,
    profile_kwh,
)
from scenarios.operation.draws.settings import PartOf, Spread, cut_normal

UNSAID = ("daylight", "heating", "need_level")
"""What is drawn, by the name of its share of the spread."""

HOMES_HEATING = Spread("triangular", 0.26, 0.0, 0.60)
"""Part of the year's kWh of homes that heats: all-electric and gas homes are both common."""

OTHERS_HEATING = Spread("triangular", 0.97, 0.0, 2.2)
"""What the profile's part is multiplied by elsewhere."""

MOST_HEATING = 0.9
HOMES = "household-group"
BY_DAY_WINTER, BY_DAY_SUMMER, SUMMER_TIME = range(9, 17), range(10, 18), range(4, 11)
"""Hours of the local clock from 9 to 17 in winter time, and the months that have summer time."""


@dataclass(frozen=True, slots=True, eq=False)
class Unsaid:
    """What is not said of one member.

    Attributes:
        daylight_ratio: how far its use by day may stray, on logarithms; drawn for all, then for its `kind`.
        level_ratio: the same of its kWh, for all whose kWh no bill gives.
        split_ratio: the same from one of them to the next.
        yearly_kwh: what it uses in a year.
    """

    kind: str
    daylight_ratio: float
    level_ratio: float
    split_ratio: float
    yearly_kwh: float


def unsaid_of(
    participant: Participant,
    *,
    profile: str,
    daylight_ratio: float,
    estimated: bool,
    spreads: Mapping[str, float],
    yearly_kwh: float,
) -> Unsaid | None:
    """Unknowns of a site without curve or bill by poste; None where a plan states all."""
    if participant.said is Said.PLAN:
        return None
    guessed = participant.said is Said.GUESS
    level = spreads["unsaid.level"] if estimated or guessed else 0.0
    return Unsaid(profile, daylight_ratio, level, spreads["unsaid.split"] if guessed else 0.0, yearly_kwh)


@lru_cache(maxsize=1)
def by_day() -> BoolArray:
    """Cells between 9 and 17 in winter time, (CELLS,)."""
    cell = np.arange(CELLS)
    month, hour = cell // (KINDS_OF_DAY * HOURS) + 1, cell % HOURS
    summer = np.isin(month, SUMMER_TIME)
    return np.where(summer, np.isin(hour, BY_DAY_SUMMER), np.isin(hour, BY_DAY_WINTER))


@lru_cache(maxsize=64)
def heating_part(profile: str) -> FloatArray:
    """Return the part of a profile's kWh that heats, by cell and last of the year, shape (CELLS + 1,)."""
    heat, total = profile_kwh(profile)
    part = np.divide(heat, total, out=np.zeros(CELLS), where=total > 0.0)
    return np.append(part, heat.sum() / total.sum())


def heating_shape(profile: str, drawn_share: float) -> FloatArray:
    """Multiplier of a profile by cell for another share of heating, (CELLS,).

    Args:
        drawn_share: of what is drawn among what may be, 0 to 1.
    """
    if profile not in PROFILES:
        return np.ones(CELLS)
    part = heating_part(profile)
    heats, usual = part[:-1], float(part[-1])
    if not 0.0 < usual < MOST_HEATING:
        return np.ones(CELLS)
    drawn = (
        HOMES_HEATING.quantile(drawn_share)
        if profile == HOMES
        else usual * OTHERS_HEATING.quantile(drawn_share)
    )
    drawn = min(drawn, MOST_HEATING)
    return heats * drawn / usual + (1.0 - heats) * (1.0 - drawn) / (1.0 - usual)


SPREADS_OF_CURVES = Path(__file__).parents[2] / "data" / "curve_spreads.csv"

HOME_KWH = 4255.0
"""Of a home in a year, as `intensity.homes` of the profiles: how many homes a row of unknown size holds."""


class Rule(StrEnum):
    """How the shape of a curve is drawn; the value names the row of its common part."""

    MEASURED = "measured"
    PROFILE = "profile"
    OTHER_YEAR = "other-year"


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """What is not known of one curve.

    Attributes:
        family: members of one family share the common part of an error.
        sites: how many homes, or sites, it is the sum of.
        common_ratio: part of the modes of the library that the family's error has.
        common_level_ratio, own_level_ratio: standard deviations of its level; 0 where the bill is known.
        changes: whether its kWh are those of another year, and change as measured buildings did.
        weight: how like it each measured building is, by size, shape (J,).
        unsaid: what no bill, curve or plan says of it; None where nothing is left unsaid.
        doubt_share: of its shape's doubt that is drawn; less than 1 to see what an answer would leave.
    """

    rule: Rule
    family: str
    sites: int
    common_ratio: float
    common_level_ratio: float
    own_level_ratio: float
    weight: FloatArray
    changes: bool = False
    unsaid: Unsaid | None = None
    doubt_share: float = 1.0


@lru_cache(maxsize=1)
def curve_spreads() -> dict[str, float]:
    """Return the figures of `curve_spreads.csv`, by name; each row has its date and source."""
    with SPREADS_OF_CURVES.open(encoding="utf-8", newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


def published_yields() -> PublishedYields:
    """Number of published yields compared with the model, and median deviation."""
    figures = curve_spreads()
    return PublishedYields(count=int(figures["yield.published"]), gap_ratio=figures["yield.median-gap"])


def unknown_of(participant: Participant, quality: LoadQuality, yearly_kwh: float, shapes: Library) -> Unknown:
    """Unknowns of the curve of a participant.

    Args:
        yearly_kwh: what it uses.
    """
    rule, family = _rule(participant, quality)
    sites = _sites(participant, yearly_kwh)
    known = quality.grade in {Grade.PROFILE, Grade.FITTED}
    deviation = 0.0 if known else quality.band_ratio / NINE_IN_TEN
    unsaid = _unsaid(participant, quality, rule, yearly_kwh)
    # The margin of an estimate holds what all unbilled sites stray by together.
    shared = 0.0 if known or unsaid is None else unsaid.level_ratio
    deviation = max(0.0, deviation**2 - shared**2) ** 0.5
    common = curve_spreads()["level.common"] if quality.grade is Grade.ESTIMATE else 0.0
    return Unknown(
        rule,
        family,
        sites,
        curve_spreads()[f"common.{rule}"],
        deviation * common**0.5,
        deviation * ((1.0 - common) / sites) ** 0.5,
        shapes.likeness(yearly_kwh / sites),
        changes=rule is Rule.OTHER_YEAR
        and participant.bill is None
        and participant.source.annual_kwh is None
        and participant.source.scale_to_kwh is None,
        unsaid=unsaid,
    )


def _unsaid(participant: Participant, quality: LoadQuality, rule: Rule, yearly_kwh: float) -> Unsaid | None:
    """Unknowns of a site without hourly meter or bill by poste."""
    if quality.grade not in {Grade.PROFILE, Grade.ESTIMATE}:
        return None
    spreads, profile = curve_spreads(), (participant.source.profile or "").rpartition("#")[2]
    return unsaid_of(
        participant,
        profile=profile,
        daylight_ratio=spreads["unsaid.daylight.measured" if rule is Rule.MEASURED else "unsaid.daylight"],
        estimated=quality.grade is Grade.ESTIMATE,
        yearly_kwh=yearly_kwh,
        spreads=spreads,
    )


def _rule(participant: Participant, quality: LoadQuality) -> tuple[Rule, str]:
    if quality.grade not in NOT_METERED:
        return Rule.OTHER_YEAR, Rule.OTHER_YEAR.value
    profile = (participant.source.profile or "").rpartition("#")[2]
    if profile in MEASURED_KINDS:
        return Rule.MEASURED, Rule.MEASURED.value
    return Rule.PROFILE, profile


def _sites(participant: Participant, yearly_kwh: float) -> int:
    """Number of homes of a group, stated or from its kWh; 1 for any other member."""
    source = participant.source
    if participant.households:
        return participant.households
    if source.quantity and source.quantity_unit == "homes":
        return max(1, round(source.quantity))
    is_group = participant.kind is Kind.HOUSEHOLD_GROUP or source.profile == "household-group"
    if participant.kind is Kind.HOUSEHOLD or not is_group:
        return 1
    return max(1, round(yearly_kwh / HOME_KWH))


OF_ALL = 0.7
"""Part of the doubt of use by day that all share, as much for each kind."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnUnsaid:
    """What one draw makes of what nobody said.

    Attributes:
        values: what was drawn, by name.
        shape: by id, what a curve is bent by in each cell, (CELLS,).
        load_ratio: by id, what its kWh are multiplied by.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    shape: Mapping[str, FloatArray] = field(default_factory=dict)
    load_ratio: Mapping[str, float] = field(default_factory=dict)


def drawn_unsaid(doubt_share: float, unknowns: Mapping[str, Unknown], part_of: PartOf) -> DrawnUnsaid:
    """Draw the unstated quantities.

    Args:
        doubt_share: of what is not known, 1 for all of it, 0 for none.
    """
    members = {name: unknown.unsaid for name, unknown in unknowns.items() if unknown.unsaid is not None}
    if not doubt_share or not members:
        return DrawnUnsaid()
    bent, shape = _bent(doubt_share, members, part_of)
    level, load = _levels(doubt_share, members, part_of)
    return DrawnUnsaid(bent | level, shape, load)


def _bent(
    doubt_share: float, unsaid: Mapping[str, Unsaid], part_of: PartOf
) -> tuple[dict[str, float], dict[str, FloatArray]]:
    kinds = sorted({site.kind for site in unsaid.values()})
    common = cut_normal(part_of("unsaid:daylight"))
    strays = {kind: OF_ALL * (common + cut_normal(part_of(f"unsaid:daylight:{kind}"))) for kind in kinds}
    place = part_of("unsaid:heating")
    heating = {kind: heating_shape(kind, place) ** doubt_share for kind in kinds}
    shape = {
        name: np.where(by_day(), np.exp(doubt_share * site.daylight_ratio * strays[site.kind]), 1.0)
        * heating[site.kind]
        for name, site in unsaid.items()
    }
    return {"daylight": float(np.mean(list(strays.values()))), "heating": place}, shape


def _levels(
    doubt_share: float, unsaid: Mapping[str, Unsaid], part_of: PartOf
) -> tuple[dict[str, float], dict[str, float]]:
    """Draw the kWh that no bill gives: all together, then from one guess to the next, their total kept."""
    if not any(site.level_ratio for site in unsaid.values()):
        return {}, {}
    level = cut_normal(part_of("unsaid:level"))
    split = {
        name: float(np.exp(doubt_share * site.split_ratio * cut_normal(part_of(f"unsaid:split:{name}"))))
        for name, site in unsaid.items()
        if site.split_ratio
    }
    total = sum(unsaid[name].yearly_kwh for name in split)
    kept = total / sum(unsaid[name].yearly_kwh * factor for name, factor in split.items()) if total else 1.0
    load = {
        name: float(np.exp(doubt_share * site.level_ratio * level))
        * (split[name] * kept if name in split else 1.0)
        for name, site in unsaid.items()
    }
    return {"need_level": level}, load
