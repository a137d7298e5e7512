"""From what each one should receive to the coefficients that a key proposes."""

import numpy as np

from acc.arrays import FloatArray
from acc.water_filling import ROUNDING, divided


def shares_for(received_kwh: FloatArray, need_kwh: FloatArray, pool_kwh: FloatArray) -> FloatArray:
    """Return the coefficients (T, N) under which each one receives `received_kwh` of the pool (T,).

    Where every need is served the coefficients sum to 1 all the same, in proportion to the needs: the
    law caps them, and a file of coefficients then says 100 % at each step.

    >>> shares_for(np.array([[0.4, 0.8]]), np.array([[0.4, 0.8]]), np.array([2.0])).round(3).tolist()
    [[0.333, 0.667]]
    """
    total = received_kwh.sum(axis=1)
    all_served = total >= need_kwh.sum(axis=1) * (1.0 - ROUNDING)
    divisor = np.where(all_served, total, np.maximum(pool_kwh, total))[:, None]
    return divided(received_kwh, divisor)
