"""The kWh of each year of a plan: values, summed over members, by tariff slot too where euros are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.indicators import Energy
from acc.steps import years_later

IN_YEARS = 10
"""The year of the plan that is told: what people ask in a meeting."""


def told_year(horizon: int) -> int:
    """Return the year of a plan that is told of dated changes, from 1 on."""
    return min(IN_YEARS, horizon)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearKwh:
    """One year of a plan: its sums, and its kWh by slot where prices are known.

    Attributes:
        withdrawn_kwh, local_kwh, own_use_kwh: by slot, (N, S), (M, N, S), (M, S); None without prices.
    """

    energy: Energy
    withdrawn_kwh: FloatArray | None = None
    local_kwh: FloatArray | None = None
    own_use_kwh: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanYears:
    """The years of a plan, each settled on its own energy and participants: H years.

    Attributes:
        start: first day of the first one.
        energies: of each year.
        withdrawn_kwh, local_kwh, own_use_kwh: by slot, (H, N, S), (H, M, N, S), (H, M, S); None without
            prices.
    """

    start: date
    energies: tuple[Energy, ...]
    withdrawn_kwh: FloatArray | None = None
    local_kwh: FloatArray | None = None
    own_use_kwh: FloatArray | None = None

    @property
    def unshared(self) -> "PlanYears":
        """The same years were nothing shared: all that is injected is surplus."""
        energies = (
            replace(one, received_kwh=np.zeros_like(one.received_kwh), surplus_kwh=one.production_kwh)
            for one in self.energies
        )
        local = None if self.local_kwh is None else np.zeros_like(self.local_kwh)
        return replace(self, energies=tuple(energies), local_kwh=local)

    def by_plant(self, name: str) -> FloatArray:
        """Return a sum of plants in each year, (M, H): `production_kwh`, `surplus_kwh`, `own_use_kwh`."""
        return np.stack([getattr(energy, name) for energy in self.energies], axis=-1)

    def total(self, name: str) -> FloatArray:
        """Return a sum over all members, or plants, in each year, (H,): `received_kwh`, `surplus_kwh`..."""
        return np.array([getattr(energy, name).sum() for energy in self.energies])

    def starts(self, year: int) -> date:
        """Return the first day of a year, from 1 on."""
        return years_later(self.start, year - 1)

    def name(self, year: int) -> str:
        """Return what a year, from 1 on, is called: two years of the calendar where it begins within one.

        >>> PlanYears(start=date(2026, 12, 1), energies=()).name(4)
        '2029-30'
        """
        first = self.starts(year)
        whole = (first.month, first.day) == (1, 1)
        return str(first.year) if whole else f"{first.year}-{(first.year + 1) % 100:02d}"


def between(settled: Mapping[int, YearKwh], horizon: int) -> list[YearKwh]:
    """Return every year of a plan: those settled, and others on the line between the two around them."""
    known = sorted(settled)
    found = []
    for weights in line_weights(known, horizon):
        at = np.flatnonzero(weights)
        found.append(
            _on_the_line(settled[known[at[0]]], settled[known[at[-1]]], float(weights[at[-1]]) % 1.0)
        )
    return found


def line_weights(settled: Sequence[int], horizon: int) -> FloatArray:
    """Return how much of each settled year every year of a plan has, on the line between those around it.

    Args:
        settled: years in order, the first and the last of the plan among them; J of them.

    Returns:
        (H, J).

    >>> line_weights([1, 3], 3).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    years = np.arange(1, horizon + 1)
    return np.stack([np.interp(years, settled, each) for each in np.eye(len(settled))], axis=1)


def _on_the_line(low: YearKwh, high: YearKwh, part: float) -> YearKwh:
    if part == 0.0:
        return low

    def mean(a: FloatArray, b: FloatArray) -> FloatArray:
        return (1.0 - part) * a + part * b

    sums = [field.name for field in fields(Energy)]
    energy = Energy(*(mean(getattr(low.energy, name), getattr(high.energy, name)) for name in sums))
    slots = {name: (getattr(low, name), getattr(high, name)) for name in BY_SLOT}
    return YearKwh(
        energy=energy, **{name: None if a is None else mean(a, b) for name, (a, b) in slots.items()}
    )


BY_SLOT = ("withdrawn_kwh", "local_kwh", "own_use_kwh")


def plan_years(start: date, years: Sequence[YearKwh]) -> PlanYears:
    """Return the years of a plan as one."""
    slots = {name: [getattr(year, name) for year in years] for name in BY_SLOT}
    return PlanYears(
        start=start,
        energies=tuple(year.energy for year in years),
        **{name: None if every[0] is None else np.stack(every) for name, every in slots.items()},
    )
