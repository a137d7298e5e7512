"""What a head-count band says of a need: INSEE's bands, kWh a job of the services. Nothing of industry."""

import re
from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType

from profiles.data.sourced_figures import read_figures

FIGURES = "kwh_per_job.csv"
SERVICES = range(45, 97)
"""Divisions of the NAF of which a mean kWh a job is known."""

BANDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "01": (1, 2),
        "02": (3, 5),
        "03": (6, 9),
        "11": (10, 19),
        "12": (20, 49),
        "21": (50, 99),
        "22": (100, 199),
        "31": (200, 249),
        "32": (250, 499),
        "41": (500, 999),
        "42": (1_000, 1_999),
        "51": (2_000, 4_999),
        "52": (5_000, 9_999),
        "53": (10_000, 10_000),
    }
)
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


def kwh_of(naf: str, jobs: float) -> float | None:
    """Yearly need of an establishment of the services, kWh; None for any other activity.

    >>> kwh_of("62.01Z", 10.0), kwh_of("25.11Z", 10.0)
    (85000.0, None)
    """
    division = re.sub(r"\D", "", naf)[:2]
    if len(division) < 2 or int(division) not in SERVICES:
        return None
    figures = read_figures(FIGURES)
    return jobs * figures.get(f"naf.{division}", figures["tertiary"]).value


def spreads() -> tuple[float, float]:
    """Standard deviations of such needs, in logarithm: individual, and common."""
    figures = read_figures(FIGURES)
    return figures["spread"].value, figures["common"].value
