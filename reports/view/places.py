"""What one place of the network draws, or sends back: a substation, or a commune where none is known."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.result.result import Result
from acc.time_aggregates import peak


def drawn_kwh(result: Result, sites: Sequence[int], plants: Sequence[int]) -> FloatArray:
    """Return what sites draw less what plants inject, kWh a step, shape (T,); below 0: sent back."""
    exchange = result.exchange
    needs: FloatArray = exchange.consumption_kwh[:, sites].sum(axis=1)
    injected: FloatArray = exchange.production_kwh[:, plants].sum(axis=1)
    return needs - injected


def sent_back_kw(result: Result, sites: Sequence[int], plants: Sequence[int]) -> float:
    """Return the largest power that a place sends back."""
    return peak(np.maximum(-drawn_kwh(result, sites, plants), 0.0), result.exchange.steps).power_kw
