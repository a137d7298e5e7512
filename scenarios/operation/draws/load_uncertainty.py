"""What is not known of each curve: its shape when a bill is known, its level too when there is none.

A curve is drawn by one of three rules: a kind that was measured takes measured shapes; another kind keeps
its profile, bent as measured buildings differ from one another; a metered curve is bent as a year differs
from another year of the same building, and its kWh too where no bill tells them.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from acc.arrays import FloatArray
from acc.result.result import NINE_IN_TEN, LoadQuality, PublishedYields
from acc.sites import NOT_METERED, Grade, Kind, Participant
from profiles.reference.shape_library import MEASURED_KINDS, Library
from scenarios.operation.draws.unsaid import Unsaid, unsaid_of

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
        common: part of the modes of the library that the family's error has.
        common_level, own_level: standard deviations of its level, ratios; 0 where the bill is known.
        changes: whether its kWh are those of another year, and change as measured buildings did.
        weight: how like it each measured building is, by size, shape (J,).
        unsaid: what no bill, curve or plan says of it; None where nothing is left unsaid.
        part: of its shape's doubt that is drawn; less than 1 to see what an answer would leave.
    """

    rule: Rule
    family: str
    sites: int
    common: float
    common_level: float
    own_level: float
    weight: FloatArray
    changes: bool = False
    unsaid: Unsaid | None = None
    part: float = 1.0


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
    shared = 0.0 if known or unsaid is None else unsaid.level
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
        changes=rule is Rule.OTHER_YEAR and not _has_billed_kwh(participant),
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
        daylight=spreads["unsaid.daylight.measured" if rule is Rule.MEASURED else "unsaid.daylight"],
        estimated=quality.grade is Grade.ESTIMATE,
        kwh=yearly_kwh,
        spreads=spreads,
    )


def _has_billed_kwh(participant: Participant) -> bool:
    """Return whether a bill tells what a site with a measured curve uses in a year."""
    source = participant.source
    return participant.bill is not None or source.annual_kwh is not None or source.scale_to_kwh is not None


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
