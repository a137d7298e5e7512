"""What full dynamique keys share: kWh of each plant to each participant."""

import numpy as np

from acc.arrays import FloatArray
from acc.water_filling import divided


def share_rest(given_kwh: FloatArray, production_kwh: FloatArray, need_kwh: FloatArray) -> FloatArray:
    """Return `given_kwh` (T, M, N) plus what is still made and needed, shared by default.

    Each plant gives in proportion to what it has left, each participant receives in proportion to what
    it still needs, so that in total `min(P, sum C)` is shared.

    Args:
        production_kwh: of each plant, shape (T, M).
        need_kwh: of each participant, shape (T, N).
    """
    left = np.maximum(production_kwh - given_kwh.sum(axis=2), 0.0)
    open_need = np.maximum(need_kwh - given_kwh.sum(axis=1), 0.0)
    total_left, total_need = left.sum(axis=1), open_need.sum(axis=1)
    shared = np.minimum(total_left, total_need)[:, None]
    from_plant = left * divided(shared, total_left[:, None])
    to_member = divided(open_need, total_need[:, None])
    given: FloatArray = given_kwh + from_plant[:, :, None] * to_member[:, None, :]
    return given
