"""The most even key: each step goes first to those furthest behind."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.keys.fill import shares_for
from acc.keys.rule import EnedisType, KeyContext, KeyRule
from acc.settle import Past
from acc.words import N_


@dataclass(frozen=True, slots=True)
class CatchUp:
    """`received_i = min(C_i, max(0, level x Y_i - R_i))`: raise those furthest behind to a common level.

    `R_i` is what i has received since the start of the period, `Y_i` what it consumes over the whole
    period, `R_i / Y_i` how far it has come; the furthest behind has the lowest. Production 1, needs 1 and
    1, yearly needs 10 each, received so far 2.0 and 2.5: the first is raised to 2.5 with 0.5 kWh, then
    both share, so they receive 0.75 and 0.25 (dynamique simple).

    Attributes:
        yearly_kwh: yardstick of each participant, its consumption over the period; (N,) values.
    """

    yearly_kwh: tuple[float, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N); steps are taken one after the other."""
        need, pool = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
        yardstick = np.array(self.yearly_kwh)
        yardstick = np.where(yardstick > 0.0, yardstick, 1.0)
        received = np.where((pool > 0.0)[:, None], need, 0.0)
        scarce = received.sum(axis=1) > pool
        so_far = past.received_kwh
        for step in np.flatnonzero(pool > 0.0):
            if scarce[step]:
                received[step] = raise_lowest(need[step], float(pool[step]), so_far, yardstick)
            so_far += received[step]
        return shares_for(received, need, pool)


def raise_lowest(
    need_kwh: FloatArray, pool_kwh: float, so_far_kwh: FloatArray, yardstick_kwh: FloatArray
) -> FloatArray:
    """Return what each one receives when the lowest `so_far / yardstick` are raised first, shape (N,).

    The level is read on the line that joins the points where someone starts or stops receiving.

    Args:
        need_kwh, so_far_kwh, yardstick_kwh: of each participant, shape (N,); the yardstick above 0.
        pool_kwh: what is shared, less than the sum of the needs.

    >>> ten = np.array([10.0, 10.0])
    >>> raise_lowest(np.array([1.0, 1.0]), 1.0, np.array([2.0, 2.5]), ten).tolist()
    [0.75, 0.25]
    """
    level = np.concatenate([so_far_kwh / yardstick_kwh, (so_far_kwh + need_kwh) / yardstick_kwh])
    order = np.argsort(level)
    level = level[order]
    slope = np.cumsum(np.concatenate([yardstick_kwh, -yardstick_kwh])[order])
    poured = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(level))])
    last = int(np.searchsorted(poured, pool_kwh, side="right")) - 1
    reached = level[last] + (pool_kwh - poured[last]) / slope[last]
    received = np.clip(reached * yardstick_kwh - so_far_kwh, 0.0, need_kwh)
    # `reached x Y - R` loses digits when R is large: the pool is given out whole all the same.
    whole: FloatArray = np.minimum(received * (pool_kwh / received.sum()), need_kwh)
    return whole


def build_catch_up(parameters: Mapping[str, object], context: KeyContext) -> CatchUp:
    """Return the key whose yardstick is what each one consumes over the period."""
    return CatchUp(tuple(context.consumption_kwh.tolist()))


CATCH_UP = KeyRule(
    name="catch-up",
    title=N_("Catching up"),
    sentence=N_(
        "Each step goes first to those whose year is the least covered so far: in the end, the most even "
        "parts that the hours of use allow."
    ),
    enedis=EnedisType.SIMPLE,
    build=build_catch_up,
)
