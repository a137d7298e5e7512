"""What an activity of the NAF says of a site: the profile of its load and the kind of its body.

INSEE, nomenclature d'activités française, révision 2 (2008), and NAF 2025, in force on 1 January 2027. What
could be two profiles is left out: a row must then say its own.

What a head-count band says of a need: INSEE's bands, kWh a job of the services. Nothing of industry.
"""

import csv
import re
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from profiles.data.sourced_figures import read_figures


@dataclass(frozen=True, slots=True)
class Activity:
    """A division, a group or a class of the NAF by its digits, the longest first in `ACTIVITIES`."""

    naf: str
    profile: str
    kind: str


def read_codes(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of codes, by its titles."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


ACTIVITIES = tuple(Activity(**row) for row in read_codes("naf.csv"))

OF_VEHICLES = ("4671", "4672", "4673", "4781", "4782", "4783", "9531", "9532")
"""Classes of NAF 2025 where division 45 of revision 2 went; some mean something else in the latter."""

REVISION_2 = re.compile(r"[ZA-F]", flags=re.IGNORECASE)
"""Last letters of its codes: those of NAF 2025 are others (01.11Z, 01.11Y)."""


def activity_of(naf: str, edition: str = "") -> Activity | None:
    """Activity of a NAF code of either edition; None where ambiguous or unknown.

    Args:
        edition: `NAFRev2` or `NAF2025`; the last letter of the code without it.

    >>> activity_of("84.11Z").profile, activity_of("01.11Z")
    ('town-hall', None)
    >>> activity_of("45.20A").profile, activity_of("95.31Y").profile, activity_of("47.81Z").profile
    ('workshop', 'workshop', 'shop')
    """
    digits = revision_2(naf, edition)
    return next((activity for activity in ACTIVITIES if digits and digits.startswith(activity.naf)), None)


def revision_2(naf: str, edition: str = "") -> str:
    """Return the digits of a code in revision 2: its division 45 where NAF 2025 has put it elsewhere.

    >>> revision_2("47.81Y"), revision_2("47.81Z"), revision_2("4781", "NAF2025"), revision_2("7")
    ('45', '4781', '45', '07')
    """
    digits, letter = re.sub(r"\D", "", naf), naf.strip()[-1:]
    is_2025 = "2025" in edition or (not edition and letter.isalpha() and not REVISION_2.match(letter))
    digits = digits.zfill(2) if digits else ""
    return "45" if is_2025 and digits.startswith(OF_VEHICLES) else digits


def activity_of_division(division: str, mwh: float) -> Activity | None:
    """Activity of a meter above 36 kVA of which the division alone is known; its MWh decide between two.

    >>> activity_of_division("47", 400.0).profile, activity_of_division("84", 40.0).profile
    ('supermarket', 'town-hall')
    >>> activity_of_division("46", 40.0), activity_of_division("85", 90.0).kind
    (None, 'company')
    """
    figures = read_figures(OPEN_FIGURES)
    if division == "84":
        return Activity("84", "town-hall" if mwh < figures["town_hall_most"].value else "office", "public")
    if division == "47":
        return Activity("47", "shop" if mwh < figures["shop_most"].value else "supermarket", "company")
    profile = OF_DIVISIONS.get(division)
    activity = activity_of(division)
    profile = profile or (activity.profile if activity else None)
    return Activity(division, profile, "company") if profile else None


OF_DIVISIONS = {row["division"]: row["profile"] for row in read_codes("divisions.csv")}
"""Profiles of divisions that have one alone among meters above 36 kVA."""

OPEN_FIGURES = "open_data.csv"


FIGURES = "kwh_per_job.csv"
SERVICES = range(45, 97)
"""Divisions of the NAF of which a mean kWh a job is known."""

BANDS = {row["code"]: (int(row["fewest"]), int(row["most"])) for row in read_codes("head_counts.csv")}
"""Fewest and most employees by code (variable trancheEffectifsEtablissement); NN and 00: none."""


def jobs_of(band: str) -> float | None:
    """Return the middle of a band, by ratios; None where nobody is employed or nothing is known.

    >>> jobs_of("11"), jobs_of("3"), jobs_of("NN"), jobs_of("20 à 49 salariés")
    (13.784048752090222, 7.3484692283495345, None, 31.304951684997057)
    """
    code = band.strip().zfill(2)
    ends = BANDS.get(code)
    numbers = [int(digits) for digits in re.findall(r"\d+", band)]
    if ends is None and len(numbers) == 2 and 0 < numbers[0] <= numbers[1]:
        ends = numbers[0], numbers[1]
    return None if ends is None else sqrt(ends[0] * ends[1])


def kwh_of(naf: str, jobs: float, edition: str = "") -> float | None:
    """Yearly need of an establishment of the services, kWh; None for any other activity.

    >>> kwh_of("62.01Z", 10.0), kwh_of("25.11Z", 10.0)
    (85000.0, None)
    """
    division = revision_2(naf, edition)[:2]
    if not division or int(division) not in SERVICES:
        return None
    figures = read_figures(FIGURES)
    return jobs * figures.get(f"naf.{division}", figures["tertiary"]).value


def spreads() -> tuple[float, float]:
    """Standard deviations of such needs, in logarithm: individual, and common."""
    figures = read_figures(FIGURES)
    return figures["spread"].value, figures["common"].value
