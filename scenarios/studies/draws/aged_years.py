"""What panels that age leave of the kWh of a first year: draws follow what the folder has of them.

A draw settles its first year alone. What each later one has of it is what it has of the folder: the euros of
a plan move a hundred times less by that than by the sun, the needs and the prices that are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.scenario import KeyChoice
from acc.years.plan_years import PlanYears
from scenarios.operation.ready.operation import Operation


@dataclass(frozen=True, slots=True, eq=False)
class AgedYears:
    """The years of a plan, its first one among them, under K keys: J of H.

    Attributes:
        levels: kWh of each, the first year first, by name of `KwhRows`: (K, J, ...); (1, J, ...) of what no
            key moves.
        weights: of each of them in every year, (H, J).
    """

    levels: Mapping[str, FloatArray]
    weights: FloatArray

    def of(self, name: str, first_kwh: FloatArray, keys: IntArray) -> FloatArray:
        """Return the kWh of these years in draws, (R, J, ...), from those of their first one, (R, ...).

        Args:
            name: of which kWh.
            keys: of each row.
        """
        level = self.levels[name]
        if name == "local_kwh" and first_kwh.shape[1] == 1:  # plants as one
            level = level.sum(axis=2, keepdims=True)
        ratio, more = _left(level, by_slot=name not in {"shared_kwh", "surplus_kwh"})
        own = np.minimum(keys, len(level) - 1)
        found: FloatArray = first_kwh[:, None] * ratio[own] + more[own]
        return found


def _left(level: FloatArray, *, by_slot: bool) -> tuple[FloatArray, FloatArray]:
    """Return what kWh of the first year are multiplied by in each, and what comes where there were none."""
    first = level[:, :1]
    ratio = np.divide(level, first, out=np.ones_like(level), where=first > 0.0)
    none = first <= 0.0
    if by_slot:  # a slot that has none in the first year follows the others of its site
        whole, start = level.sum(axis=-1, keepdims=True), first.sum(axis=-1, keepdims=True)
        mean = np.divide(whole, start, out=np.ones_like(whole), where=start > 0.0)
        ratio = np.where(none & (level <= 0.0), mean, ratio)
    return ratio, np.where(none, level - first, 0.0)


MOST_LEVELS = 2_000_000
"""Numbers of local kWh by year that travel with each task (16 MB); of more, few years and a curve do."""


def aged_years(operation: Operation, choices: Sequence[KeyChoice]) -> AgedYears | None:
    """Return the years of the plan under some keys; None where there is none, or all are alike."""
    every, ground = [_own_years(operation, choice) for choice in choices], operation.ground
    known = [years for years in every if years is not None and years.local_kwh is not None]
    if ground is None or len(known) < len(every) or not known or len(known[0].settled) == 1:
        return None
    first, horizon = known[0], len(known[0].energies)
    local = [one.local_kwh for one in known if one.local_kwh is not None]
    is_small = len(known) * horizon * local[0][0].size <= MOST_LEVELS
    some = list(range(1, horizon + 1)) if is_small else ground.few
    rows = np.array(some) - 1
    assert first.withdrawn_kwh is not None  # told beside what is local
    assert first.own_use_kwh is not None
    levels = np.stack([one.each(kwh)[rows] for one, kwh in zip(known, local, strict=True)])
    by_name = {
        "consumption_kwh": first.each(first.withdrawn_kwh)[None, rows],
        "local_kwh": levels,
        "own_use_kwh": first.each(first.own_use_kwh)[None, rows],
        "shared_kwh": levels.sum(axis=(-2, -1)),
        "surplus_kwh": np.stack([one.by_plant("surplus_kwh").T[rows] for one in known]),
    }
    return AgedYears(by_name, ground.weights(some))


def _own_years(operation: Operation, choice: KeyChoice) -> PlanYears | None:
    """Return the years under a key as its own run tells them: each one settled."""
    years = operation.years(choice)
    if years is None or years.is_exact or choice == operation.scenario.key:
        return years
    return replace(operation, scenario=replace(operation.scenario, key=choice)).years(choice)
