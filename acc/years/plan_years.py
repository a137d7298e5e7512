"""The kWh of each year of a plan: values, summed over members, by tariff slot too where euros are asked."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import pairwise

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
    """The years of a plan, on their own energy and participants: J of H years settled, the others between.

    Attributes:
        start: first day of the first one.
        energies: of each year.
        weights: of each year that was settled in every year, (H, J).
        withdrawn_kwh, local_kwh, own_use_kwh: of those that were settled, by slot, (J, N, S), (J, M, N, S),
            (J, M, S); None without prices.
    """

    start: date
    energies: tuple[Energy, ...]
    weights: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
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

    def each(self, settled: FloatArray) -> FloatArray:
        """Return in every year what is told of those that were settled, (J, ...): (H, ...)."""
        every: FloatArray = np.tensordot(self.weights, settled, axes=1)
        return every

    def starts(self, year: int) -> date:
        """Return the first day of a year, from 1 on."""
        return years_later(self.start, year - 1)

    def name(self, year: int) -> str:
        """Name of a year, from 1: two calendar years where it begins within one.

        >>> PlanYears(start=date(2026, 12, 1), energies=()).name(4)
        '2029-30'
        """
        first = self.starts(year)
        whole = (first.month, first.day) == (1, 1)
        return str(first.year) if whole else f"{first.year}-{(first.year + 1) % 100:02d}"


def plan_years(start: date, settled: Mapping[int, YearKwh], horizon: int, wear_ratio: float) -> PlanYears:
    """Return every year of a plan: those settled, and others on the line between the two around them.

    Args:
        wear_ratio: yearly loss of output: the line is straight in what is made.
    """
    known = sorted(settled)
    weights = line_weights(known, horizon, wear_ratio)
    found = [settled[year] for year in known]
    slots = {name: [getattr(year, name) for year in found] for name in BY_SLOT}
    return PlanYears(
        start=start,
        energies=tuple(_mean([year.energy for year in found], each) for each in weights),
        weights=weights,
        **{name: None if every[0] is None else np.stack(every) for name, every in slots.items()},
    )


LONG_YEARS = 6
"""Years between two that are settled, at most: sums of each year err by less than 0.02 % where panels wear by
0.5 % a year (measured), and fourfold less with half of it."""


def filled(years: AbstractSet[int]) -> list[int]:
    """Return years in order, and those between that leave none of them far from the next.

    >>> filled({1, 25, 26})
    [1, 7, 13, 19, 25, 26]
    """
    known = sorted(years)
    between = [
        a + (b - a) * part // parts
        for a, b in pairwise(known)
        for parts in [-(-(b - a) // LONG_YEARS)]
        for part in range(1, parts)
    ]
    return sorted({*known, *between})


def line_weights(settled: Sequence[int], horizon: int, wear_ratio: float = 0.0) -> FloatArray:
    """Weight of each settled year in each year of a plan, by linear interpolation.

    Args:
        settled: years in order, the first and the last of the plan among them; J of them.
        wear_ratio: yearly loss of output: the line is straight in what is left of it.

    Returns:
        (H, J).

    >>> line_weights([1, 3], 3).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    >>> line_weights([1, 3], 3, 0.1)[1].round(3).tolist()  # 0.9 lies between 1 and 0.81
    [0.474, 0.526]
    """
    years = np.arange(1.0, horizon + 1.0)
    made = -((1.0 - wear_ratio) ** years) if 0.0 < wear_ratio < 1.0 else years
    known = made[np.asarray(settled) - 1]
    return np.stack([np.interp(made, known, each) for each in np.eye(len(known))], axis=1)


def _mean(settled: Sequence[Energy], weights: FloatArray) -> Energy:
    """Return the sums of a year from those of the years that were settled."""
    some = [(one, weight) for one, weight in zip(settled, weights.tolist(), strict=True) if weight]
    if len(some) == 1:
        return some[0][0]

    def mean(name: str) -> FloatArray:
        every: FloatArray = np.sum([weight * getattr(one, name) for one, weight in some], axis=0)
        return every

    return Energy(*(mean(one.name) for one in fields(Energy)))


BY_SLOT = ("withdrawn_kwh", "local_kwh", "own_use_kwh")
