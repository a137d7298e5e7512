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


def reference_year(horizon: int) -> int:
    """Return the year of a plan that is told of dated changes, from 1 on."""
    return min(IN_YEARS, horizon)


def year_name(first: date) -> str:
    """Name of a year, by its first day: two of the calendar where it begins within one."""
    is_calendar = (first.month, first.day) == (1, 1)
    return str(first.year) if is_calendar else f"{first.year}-{(first.year + 1) % 100:02d}"


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
        settled: the years that were settled, from 1 on, (J,).
        weights: of each year that was settled in every year, (H, J).
        withdrawn_kwh, local_kwh, own_use_kwh: of those that were settled, by slot, (J, N, S), (J, M, N, S),
            (J, M, S); None without prices.
    """

    start: date
    energies: tuple[Energy, ...]
    settled: tuple[int, ...] = ()
    weights: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    withdrawn_kwh: FloatArray | None = None
    local_kwh: FloatArray | None = None
    own_use_kwh: FloatArray | None = None

    @property
    def is_exact(self) -> bool:
        """Whether each year was settled by itself."""
        return len(self.settled) == len(self.energies)

    @property
    def unshared(self) -> "PlanYears":
        """The same years were nothing shared: all that is injected is surplus."""
        energies = (
            replace(
                energy, received_kwh=np.zeros_like(energy.received_kwh), surplus_kwh=energy.production_kwh
            )
            for energy in self.energies
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
        return np.tensordot(self.weights, settled, axes=1)

    def starts(self, year: int) -> date:
        """Return the first day of a year, from 1 on."""
        return years_later(self.start, year - 1)

    def name(self, year: int) -> str:
        """Name of a year, from 1: two calendar years where it begins within one.

        >>> PlanYears(start=date(2026, 12, 1), energies=()).name(4)
        '2029-30'
        """
        return year_name(self.starts(year))


def plan_years(start: date, settled: Mapping[int, YearKwh], weights: FloatArray) -> PlanYears:
    """Return every year of a plan.

    Args:
        weights: how much of each settled year, in order, every year has, (H, J).
    """
    known = sorted(settled)
    years = [settled[year] for year in known]
    slots = {name: [getattr(year, name) for year in years] for name in BY_SLOT}
    return PlanYears(
        start=start,
        energies=tuple(_mean([year.energy for year in years], each) for each in weights),
        settled=tuple(known),
        weights=weights,
        **{name: None if every[0] is None else np.stack(every) for name, every in slots.items()},
    )


LONG_YEARS = 8
"""Years between two that are settled of a stretch in which panels wear and nothing else changes, at most."""


def filled(years: AbstractSet[int]) -> list[int]:
    """Return years in order, and those between: one at least, none far from the next.

    >>> filled({1, 25, 26})
    [1, 9, 17, 25, 26]
    >>> filled({1, 5})
    [1, 3, 5]
    """
    known = sorted(years)
    between = [
        a + (b - a) * part // parts
        for a, b in pairwise(known)
        for parts in [max(2, -(-(b - a) // LONG_YEARS))]
        for part in range(1, parts)
    ]
    return sorted({*known, *between})


def curve_weights(
    settled: Sequence[int], horizon: int, wear_ratio: float, turns: Sequence[int] = ()
) -> FloatArray:
    """Return how much of each settled year every year of a plan has.

    Between two years at which something changes only the wear of panels tells years apart: the others are
    on the polynomial through those that were settled, of the third degree where there are four. On a
    stretch of which an end was not settled something changes: they are on a line.

    Args:
        settled: years in order, J of them.
        wear_ratio: yearly loss of output: the curve is one of what is left of it.
        turns: years in order at which more than wear begins or ends, beside the first and the last.

    Returns:
        (H, J); the row of a settled year is that year.

    >>> curve_weights([1, 3, 5], 5, 0.0)[1].tolist()
    [0.375, 0.75, -0.125]
    >>> curve_weights([1, 3, 5], 5, 0.0, [2, 3])[1].tolist()
    [0.5, 0.5, 0.0]
    """
    weights = line_weights(settled, horizon, wear_ratio)
    output, known = _left(np.arange(1.0, horizon + 1.0), wear_ratio), np.asarray(settled)
    for first, last in pairwise(sorted({1, horizon, *turns})):
        inside = np.flatnonzero((known >= first) & (known <= last))
        others = [year for year in range(first + 1, last) if year not in settled]
        if others and {first, last} <= set(settled):
            rows = np.array(others) - 1
            weights[np.ix_(rows, inside)] = _polynomials(output[rows], output[known[inside] - 1])
    return weights


def _polynomials(at: FloatArray, nodes: FloatArray) -> FloatArray:
    """Return the polynomials that are 1 at one of J nodes and 0 at the others, at some places, (K, J)."""
    apart = nodes[:, None] - nodes + np.eye(len(nodes))
    beyond = at[:, None, None] - nodes[None, :, None]
    factors = np.where(np.eye(len(nodes), dtype=bool), 1.0, beyond) / apart.T
    values: FloatArray = factors.prod(axis=1)
    return values


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
    output = _left(np.arange(1.0, horizon + 1.0), wear_ratio)
    known = output[np.asarray(settled) - 1]
    return np.stack([np.interp(output, known, each) for each in np.eye(len(known))], axis=1)


def _left(years: FloatArray, wear_ratio: float) -> FloatArray:
    """Growth of needs as output is lost, year by year; the years where none is."""
    return -((1.0 - wear_ratio) ** years) if 0.0 < wear_ratio < 1.0 else years


def _mean(settled: Sequence[Energy], weights: FloatArray) -> Energy:
    """Return the sums of a year from those of the years that were settled."""
    some = [(energy, weight) for energy, weight in zip(settled, weights.tolist(), strict=True) if weight]
    if len(some) == 1:
        return some[0][0]

    def mean(name: str) -> FloatArray:
        every: FloatArray = np.sum([weight * getattr(energy, name) for energy, weight in some], axis=0)
        return every

    return Energy(*(mean(column.name) for column in fields(Energy)))


BY_SLOT = ("withdrawn_kwh", "local_kwh", "own_use_kwh")
