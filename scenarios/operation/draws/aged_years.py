"""What panels that age leave of the kWh of a first year: draws follow what the folder has of them.

A draw settles its first year alone. What each later one has of it is what it has of the folder: the euros of
a plan move a hundred times less by that than by the sun, the needs and the prices that are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.years.plan_years import PlanYears


@dataclass(frozen=True, slots=True, eq=False)
class AgedYears:
    """The J years that were settled of a plan, beside its first one, of K keys.

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
    """Multipliers of first-year kWh in each year, and values where the first year has none."""
    first = level[:, :1]
    ratio = np.divide(level, first, out=np.ones_like(level), where=first > 0.0)
    none = first <= 0.0
    if by_slot:  # a slot that has none in the first year follows the others of its site
        whole, start = level.sum(axis=-1, keepdims=True), first.sum(axis=-1, keepdims=True)
        mean = np.divide(whole, start, out=np.ones_like(whole), where=start > 0.0)
        ratio = np.where(none & (level <= 0.0), mean, ratio)
    return ratio, np.where(none, level - first, 0.0)


def aged_years(every: Sequence[PlanYears | None]) -> AgedYears | None:
    """Return the years of the same plan under some keys; None where one has none, or all are alike."""
    known = [years for years in every if years is not None and years.local_kwh is not None]
    if len(known) < len(every) or not known or known[0].weights.shape[1] == 1:
        return None
    first = known[0]
    settled = first.weights.argmax(axis=0)
    local = np.stack([one.local_kwh for one in known if one.local_kwh is not None])
    assert first.withdrawn_kwh is not None  # told beside what is local
    assert first.own_use_kwh is not None
    surplus = np.stack([one.by_plant("surplus_kwh").T[settled] for one in known])
    levels = {
        "consumption_kwh": first.withdrawn_kwh[None],
        "local_kwh": local,
        "own_use_kwh": first.own_use_kwh[None],
        "shared_kwh": local.sum(axis=(-2, -1)),
        "surplus_kwh": surplus,
    }
    return AgedYears(levels, first.weights)
