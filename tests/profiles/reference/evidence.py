"""What stands beside the reference profiles: published curves of the same kind, and the national load.

The rows of `data/reference_signatures.csv` are ratios of measured, simulated or standard curves; those
of `data/reference_mix.csv` weigh the profiles as the national low-voltage segment above 36 kVA.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray
from acc.steps import Steps
from profiles.curves.facts import RATIOS, Signature, signature
from profiles.data.sourced_figures import table_rows
from profiles.reference.kinds import read_rows
from profiles.reference.load import reference_load

SITES = 8
"""Sites drawn to know a profile: one alone has hours and shares of its own."""

SEED = 24
NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class PublishedSignature:
    """The ratios of one published curve; None where they are not known.

    Attributes:
        nature: measured, simulated, or standard (a mean of many sites).
        not_compared: ratios that French uses make different on purpose (August closure, off-peak hours...).
    """

    kind: str
    curve: str
    nature: str
    ratios: Mapping[str, float | None]
    not_compared: tuple[str, ...]
    source: str
    confidence: str


@lru_cache(maxsize=1)
def published_signatures() -> tuple[PublishedSignature, ...]:
    """Return every published signature, in the order of the table."""
    return tuple(
        PublishedSignature(
            kind=row["kind"],
            curve=row["curve"],
            nature=row["nature"],
            ratios={name: float(row[name]) if row[name] else None for name in RATIOS},
            not_compared=tuple(row["not_compared"].split()),
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in table_rows("reference_signatures.csv")
    )


def published_range(kind: str, ratio: str) -> tuple[float, float] | None:
    """Return the lowest and highest published values to compare a profile with; None where there are none."""
    values = [
        value
        for published in published_signatures()
        if published.kind == kind and ratio not in published.not_compared
        if (value := published.ratios[ratio]) is not None
    ]
    return (min(values), max(values)) if values else None


def typical_signatures(kind: str, steps: Steps, sites: int = SITES) -> tuple[Signature, ...]:
    """Return the signatures of `sites` sites of a kind, under the normals of Bergerac."""
    return tuple(signature(typical_kwh(kind, steps, str(site)), steps) for site in range(sites))


def typical_kwh(
    kind: str, steps: Steps, site_id: str, temperature_c: FloatArray | None = None, annual_kwh: float = 1e6
) -> FloatArray:
    """Return the load of one site at Bergerac, shape (T,)."""
    load = reference_load(
        kind,
        steps,
        annual_kwh=annual_kwh,
        position=None,
        temperature_c=temperature_c,
        seed=SEED,
        site_id=f"{kind} {site_id}",
    )
    return load.kwh


def national_weights() -> Mapping[str, float]:
    """Return the share of each profile in the national segment, summing to 1 (an assumption)."""
    return {row.kind: float(row.value) for row in read_rows("reference_mix.csv") if row.kind != NATIONAL}


def national_ratios() -> Mapping[str, float]:
    """Return the measured ratios of the national segment."""
    return {row.parameter: float(row.value) for row in read_rows("reference_mix.csv") if row.kind == NATIONAL}


def national_portfolio_kwh(steps: Steps, temperature_c: FloatArray | None, sites: int = SITES) -> FloatArray:
    """Return the load of a portfolio weighed as the national segment, 1 kWh a year, shape (T,)."""
    total = np.zeros(steps.count)
    for kind, weight in national_weights().items():
        for site in range(sites):
            # A group of homes is drawn by how many there are: each site is large, then brought to its share.
            total += typical_kwh(kind, steps, str(site), temperature_c) * (weight / sites / 1e6)
    return total


def reference_year() -> Steps:
    """Return the year of the comparisons with published curves."""
    return Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
