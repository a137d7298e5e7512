"""What a group knows of the years to come: dated changes of its sites and its plants."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from acc.sites import Kind


class What(StrEnum):
    """What changes."""

    CLOSES = "closes"
    """A site uses nothing any more, or a part; a plant makes nothing any more."""
    LEAVES = "leaves"
    """A site is no participant any more."""
    JOINS = "joins"
    """A site was no participant before."""
    STARTS = "starts"
    """A plant makes nothing before."""
    KWP = "kwp"
    """A plant grows: read as another one beside it, that starts."""
    SCALE = "scale"
    """What a site uses is multiplied."""

    HEAT_PUMP = "heat-pump"
    EV_FLEET = "ev-fleet"
    EV_PUBLIC = "ev-public"
    EV_HOME = "ev-home"
    COOLING = "cooling"
    WATER_HEATER = "water-heater"
    USE = "use"
    """What a site uses beside what it has: `acc` knows its kWh, `profiles` its hours."""

    HOURS = "hours"
    """What a site uses by night is used at other hours: as many kWh leave the one as come to the other."""
    RENOVATION = "renovation"
    LED = "led"
    """What a part of a need is multiplied by: what heats and cools, or what lights."""
    PRICE = "price"
    """What the supplier's prices of a site, or the local price of the operation, are multiplied by."""
    BATTERY = "battery"
    """The battery of the operation is there from a day on, not before."""


ADDED = frozenset(
    {
        *(What.HEAT_PUMP, What.EV_FLEET, What.EV_PUBLIC, What.EV_HOME),
        *(What.COOLING, What.WATER_HEATER, What.USE, What.HOURS),
    }
)
"""Changes of so many kWh: uses that a site has not yet, and what it puts at other hours."""

OF_A_PART = frozenset({What.RENOVATION, What.LED})
"""Changes of a part of what a site uses."""

HEATS_OR_COOLS = frozenset({What.HEAT_PUMP, What.COOLING})
"""Uses that a renovation bears on, where they were there before it."""

MOVABLE = frozenset({What.EV_FLEET, What.WATER_HEATER})
"""Uses that who has them may put at other hours."""

MIDDAY = ((11 * 60, 16 * 60),)
"""When panels make most, as minutes of the local day: the hours that are advised."""

LATE = frozenset({What.STARTS, What.JOINS})
"""Rows without which a plant is not built, and a site takes no part."""

OF_THE_OPERATION = frozenset({What.PRICE, What.BATTERY})
"""Changes that may be of the operation as a whole: no meter of a site sees them."""

OPERATION = "operation"
"""What stands for a site in a change of all that is shared."""

OF_PLANTS = frozenset({What.STARTS, What.KWP, What.CLOSES})
OF_SITES = frozenset(What) - {What.STARTS, What.KWP}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedChange:
    """One dated change of one site or plant.

    Attributes:
        site: id of a participant or of a plant.
        since, until: first day on which it holds, and first on which it does no more; None for ever.
        ratio: what the need, or the part of it that changes, is multiplied by; of a site that closes, the
            part that stays.
        kwh: of electricity in twelve months, of a use that is added or moved.
        hours: local windows of that use, as minutes of the day; empty for its usual ones.
        profile: the trade of the site, whose hours and parts it has; None where nothing asks it.
        source: who said it.
        of_all: kind whose sites all have it by one decision; None where one site alone does.
        chance_ratio: how likely it happens; `delay_years` by how much it may come later, at most.
        low, high: of `size`, what 8 cases in 10 lie between; None where it is not in doubt.
        row: id of the line that says it; whether it `is_counted`.
    """

    site: str
    what: What
    since: date
    until: date | None = None
    ratio: float = 0.0
    kwh: float = 0.0
    hours: tuple[tuple[int, int], ...] = ()
    profile: str | None = None
    source: str | None = None
    of_all: Kind | None = None
    chance_ratio: float = 1.0
    delay_years: float = 0.0
    low: float | None = None
    high: float | None = None
    row: str = field(default="", compare=False)
    is_counted: bool = field(default=True, compare=False)

    @property
    def size(self) -> float:
        """What it changes by: the kWh of a use that is added, the ratio of another."""
        return self.kwh if self.what in ADDED else self.ratio

    @property
    def may_differ_in_time(self) -> bool:
        """Whether it may come later, or never."""
        return self.chance_ratio < 1.0 or self.delay_years > 0.0


def at_midday(change: DatedChange) -> DatedChange | None:
    """Return a use put at `MIDDAY`; None where its hours cannot move, or are those already."""
    if change.what not in MOVABLE or change.hours == MIDDAY:
        return None
    return replace(change, hours=MIDDAY)
