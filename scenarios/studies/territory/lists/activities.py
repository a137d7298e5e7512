"""What an activity of the NAF says of a site: the profile of its load and the kind of its body.

INSEE, nomenclature d'activités française, révision 2 (2008). A class that could be two profiles is left out:
a row must then say its own.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """A division, a group or a class of the NAF by its digits, the longest first in `ACTIVITIES`."""

    naf: str
    profile: str
    kind: str


ACTIVITIES = tuple(
    sorted(
        (
            Activity("8411", "town-hall", "commune"),
            Activity("84", "office", "public"),
            Activity("851", "primary-school", "commune"),
            Activity("852", "primary-school", "commune"),
            Activity("853", "college", "public"),
            Activity("861", "hospital", "public"),
            Activity("871", "care-home", "public"),
            Activity("873", "care-home", "public"),
            Activity("9311", "sports-hall", "commune"),
            Activity("36", "water-pumping", "public"),
            Activity("37", "wastewater-plant", "public"),
            Activity("4711", "supermarket", "company"),
            Activity("47", "shop", "company"),
            Activity("55", "hotel-restaurant", "company"),
            Activity("56", "hotel-restaurant", "company"),
            Activity("1102", "wine-cooperative", "company"),
            Activity("25", "metalworking", "company"),
            Activity("28", "metalworking", "company"),
            Activity("16", "workshop", "company"),
            Activity("31", "workshop", "company"),
            Activity("43", "workshop", "company"),
            Activity("45", "workshop", "company"),
            Activity("62", "office", "company"),
            Activity("64", "office", "company"),
            Activity("65", "office", "company"),
            Activity("69", "office", "company"),
            Activity("70", "office", "company"),
            Activity("71", "office", "company"),
        ),
        key=lambda activity: -len(activity.naf),
    )
)


def activity_of(naf: str) -> Activity | None:
    """Activity of a NAF code; None where ambiguous or unknown.

    >>> activity_of("84.11Z").profile, activity_of("01.11Z")
    ('town-hall', None)
    """
    digits = re.sub(r"\D", "", naf)
    return next((activity for activity in ACTIVITIES if digits and digits.startswith(activity.naf)), None)
