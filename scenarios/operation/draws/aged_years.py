"""What panels that age leave of the kWh of a first year: draws follow what the folder has of them.

A draw settles its first year alone. What each later one has more or less is what it has of the folder: the
euros of a plan move a hundred times less by that than by the sun, the needs and the prices that are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.scenario import KeyChoice
from acc.units import LEAST_KWH
from acc.years.plan_years import PlanYears
from scenarios.operation.ready.operation import Operation

MOST = 2.0
"""Up to so many times the kWh of the folder, draws change as much in proportion; beyond, not a kWh more."""


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

    def of(self, first: Mapping[str, FloatArray], keys: IntArray) -> dict[str, FloatArray]:
        """Return the kWh of these years in draws, (R, J, ...), from those of their first one, (R, ...).

        What sites receive is what plants share, and no more than they inject.

        Args:
            first: by name of `KwhRows`; plants may be one in `local_kwh`.
            keys: of each row.
        """
        levels, lanes = dict(self.levels), first["local_kwh"].shape[1]
        if lanes == 1:
            levels["local_kwh"] = levels["local_kwh"].sum(axis=2, keepdims=True)

        def later(name: str) -> FloatArray:
            return _changed(first[name], levels[name], keys)

        used = later("consumption_kwh")
        local = _at_most(later("local_kwh"), used)
        injected = _changed(
            first["shared_kwh"] + first["surplus_kwh"], levels["shared_kwh"] + levels["surplus_kwh"], keys
        )
        local, shared = _balanced(local, np.minimum(later("shared_kwh"), injected))
        return {
            "consumption_kwh": used,
            "local_kwh": local,
            "own_use_kwh": later("own_use_kwh"),
            "shared_kwh": shared,
            "surplus_kwh": injected - shared,
        }


def _changed(first_kwh: FloatArray, level: FloatArray, keys: IntArray) -> FloatArray:
    """Return kWh of later years, (R, J, ...), from those of draws in the first one, (R, ...).

    The folder's own change is added, as many times as a draw has its kWh, `MOST` at most: a ratio to nearly
    nothing would make a site that receives 4 kWh a year worth billions.

    Args:
        level: of the folder, (K, J, ...).

    >>> _changed(np.array([2.0, 4.0, 400.0]), np.array([[4.0, 3.0]]), np.zeros(3, dtype=np.int64)).tolist()
    [[2.0, 1.5], [4.0, 3.0], [400.0, 398.0]]
    """
    rows = np.minimum(keys, len(level) - 1)
    start, change = level[:, :1], level - level[:, :1]
    own, drawn = start[rows], first_kwh[:, None]
    near = np.minimum(drawn / np.maximum(own, LEAST_KWH), MOST)
    times = np.where(own < LEAST_KWH, 1.0, near)
    return np.maximum(drawn + times * change[rows], 0.0)


def _at_most(local_kwh: FloatArray, used_kwh: FloatArray) -> FloatArray:
    """Energy received from each plant, (R, J, M or 1, N, S), kWh, at most the use of sites (R, J, N, S)."""
    received = local_kwh.sum(axis=2)
    part = np.divide(used_kwh, received, out=np.ones_like(received), where=received > used_kwh)
    kept: FloatArray = local_kwh * part[:, :, None]
    return kept


def _balanced(local_kwh: FloatArray, shared_kwh: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Received (R, J, M or 1, N, S) and shared (R, J, M) energy, kWh, scaled to the lesser of their sums.

    Each plant gives what its buyers receive, else all plants together, where they are one.
    """
    received = local_kwh.sum(axis=(-2, -1))
    given = shared_kwh if received.shape == shared_kwh.shape else shared_kwh.sum(axis=-1, keepdims=True)
    least = np.minimum(received, given)
    of_sites, of_plants = (
        np.divide(least, total, out=np.zeros_like(least), where=total > 0.0) for total in (received, given)
    )
    return local_kwh * of_sites[..., None, None], shared_kwh * of_plants


MOST_LEVELS = 2_000_000
"""Numbers of local kWh by year that travel with each task (16 MB); of more, few years and a curve do."""


def aged_years(operation: Operation, choices: Sequence[KeyChoice]) -> AgedYears | None:
    """Return the years of the plan under some keys; None where there is none, or all are alike."""
    every, ground = [_own_years(operation, choice) for choice in choices], operation.ground
    known = [years for years in every if years is not None and years.local_kwh is not None]
    if ground is None or len(known) < len(every) or not known or len(known[0].settled) == 1:
        return None
    first, horizon = known[0], len(known[0].energies)
    local = [years.local_kwh for years in known if years.local_kwh is not None]
    is_small = len(known) * horizon * local[0][0].size <= MOST_LEVELS
    some = list(range(1, horizon + 1)) if is_small else ground.few
    rows = np.array(some) - 1
    assert first.withdrawn_kwh is not None  # told beside what is local
    assert first.own_use_kwh is not None
    levels = np.stack([years.each(kwh)[rows] for years, kwh in zip(known, local, strict=True)])
    by_name = {
        "consumption_kwh": first.each(first.withdrawn_kwh)[None, rows],
        "local_kwh": levels,
        "own_use_kwh": first.each(first.own_use_kwh)[None, rows],
        "shared_kwh": levels.sum(axis=(-2, -1)),
        "surplus_kwh": np.stack([years.by_plant("surplus_kwh").T[rows] for years in known]),
    }
    return AgedYears(by_name, ground.weights(some))


def _own_years(operation: Operation, choice: KeyChoice) -> PlanYears | None:
    """Return the years under a key as its own run tells them: each one settled."""
    years = operation.years(choice)
    if years is None or years.is_exact or choice == operation.scenario.key:
        return years
    return replace(operation, scenario=replace(operation.scenario, key=choice)).years(choice)
