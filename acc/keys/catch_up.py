"""The most even key: each step goes first to those furthest behind."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from acc.arrays import FloatArray, row_sums
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyRule, Rewards, shares_for
from acc.settle import Past


@dataclass(frozen=True, slots=True)
class CatchUp:
    """`received_i = min(C_i, max(0, level x Y_i - R_i))`: raise those furthest behind to a common level.

    `R_i` is what i has received since the start of the period, `Y_i` what it has consumed since then, this
    step included; the furthest behind has the lowest `R_i / Y_i`, its coverage so far. Production 1, needs
    1 and 1, consumed so far 10 and 10 with this step, received 2.0 and 2.5: the first is raised to 2.5 with
    0.5 kWh, then both share, so they receive 0.75 and 0.25 (dynamique simple). At each step no other
    split of the same kWh leaves the least covered better off. Nothing is known of the future.
    """

    looks_back: ClassVar[bool] = True

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N); steps are taken one after the other."""
        need, pool = exchange.consumption_kwh, row_sums(exchange.production_kwh)
        consumed = past.consumption_kwh + np.cumsum(need, axis=0)
        received = np.where((pool > 0.0)[:, None], need, 0.0)
        scarce = row_sums(received) > pool
        so_far = past.received_kwh.copy()
        for step in np.flatnonzero(pool > 0.0):
            if scarce[step]:
                received[step] = raise_lowest(need[step], float(pool[step]), so_far, consumed[step])
            so_far += received[step]
        return shares_for(received, need, pool)


def raise_lowest(
    need_kwh: FloatArray, pool_kwh: float, so_far_kwh: FloatArray, yardstick_kwh: FloatArray
) -> FloatArray:
    """Energy of each participant when the lowest `so_far / yardstick` are raised first, (N,), kWh.

    The level is read on the line that joins the points where someone starts or stops receiving.

    Args:
        need_kwh, so_far_kwh, yardstick_kwh: of each participant, shape (N,).
        pool_kwh: what is shared, less than the sum of the needs.

    >>> ten = np.array([10.0, 10.0])
    >>> raise_lowest(np.array([1.0, 1.0]), 1.0, np.array([2.0, 2.5]), ten).round(9).tolist()
    [0.75, 0.25]
    """
    scale = np.where(yardstick_kwh > 0.0, yardstick_kwh, 1.0)
    reached = so_far_kwh / scale
    # Counted from the lowest who needs energy, so that a long past does not drown a small step.
    start = reached - reached[need_kwh > 0.0].min()
    level = np.concatenate((start, start + need_kwh / scale))
    order = level.argsort()
    level = level[order]
    slope = np.concatenate((scale, -scale))[order].cumsum()
    volume = (slope[:-1] * (level[1:] - level[:-1])).cumsum()
    if pool_kwh >= volume[-1]:  # by rounding: the pool was said to be short
        return need_kwh
    last = int(volume.searchsorted(pool_kwh, "right"))
    top = level[last] + (pool_kwh - (volume[last - 1] if last else 0.0)) / slope[last]
    received = np.minimum(np.maximum((top - start) * scale, 0.0), need_kwh)
    if received.sum() == 0.0:  # a pool so small that it is not seen beside the past
        received = need_kwh
    capped: FloatArray = np.minimum(received * (pool_kwh / received.sum()), need_kwh)
    return capped


CATCH_UP = KeyRule(
    name="catch-up",
    title=N_("Least served first"),
    short=N_("catching up"),
    sentence=N_(
        "At each quarter of an hour, those who received the smallest part since the start come first."
    ),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(N_("the best covered, until it has caught up with them")),
    build=lambda parameters, context: CatchUp(),
)
