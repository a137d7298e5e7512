"""What yearly flows are worth: present value (VAN) and rate of return (TRI), by numpy-financial."""

from functools import lru_cache

import numpy as np
import numpy_financial as npf

from acc.arrays import FloatArray
from acc.plan.cash_flows import Appraisal
from acc.plan.values import RootState

SAME_ROOT = 1e-6
"""Two rates nearer than this are one, found twice by the solver of the polynomial."""

NOTHING = 1e-9


KEPT_PLANS = 256
"""Flows whose worth is remembered: a question moves those of one plant, of forty."""


def appraise(flows_eur: FloatArray, discount_ratio: float) -> Appraisal:
    """Return the present value and the rate of return of flows of shape (H + 1,), year 0 first.

    >>> worth = appraise(np.array([-100.0, 60.0, 60.0]), 0.05)
    >>> round(worth.npv_eur, 2), round(worth.irr_ratio, 4), worth.irr_state.value
    (11.56, 0.1307, 'found')
    """
    return _appraised(flows_eur.tobytes(), discount_ratio)


@lru_cache(maxsize=KEPT_PLANS)
def _appraised(flows: bytes, discount_ratio: float) -> Appraisal:
    flows_eur = np.frombuffer(flows)
    rate, state = rate_of_return(flows_eur)
    return Appraisal(npv_eur=float(npf.npv(discount_ratio, flows_eur)), irr_ratio=rate, irr_state=state)


def rate_of_return(flows_eur: FloatArray) -> tuple[float | None, RootState]:
    """Return the rate that makes the present value zero, and how many there are.

    Money out once and in afterwards has one rate at most; when the sign changes more than once (a
    replacement, the end of a contract), the roots are counted.
    """
    # What is less than a billionth of the largest flow is nothing: its roots are noise.
    flows = np.where(np.abs(flows_eur) > NOTHING * np.abs(flows_eur).max(), flows_eur, 0.0)
    if not flows[0] < 0.0:
        return None, RootState.NO_OUTLAY
    signs = np.sign(flows[flows != 0.0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        return None, RootState.NONE
    rates = [float(npf.irr(flows))] if changes == 1 else _rates(flows)
    if len(rates) != 1:
        return None, RootState.SEVERAL if rates else RootState.NONE
    rate = _polished(flows_eur, rates[0])  # every euro counts once the root is told apart
    return rate, RootState.FOUND if rate >= 0.0 else RootState.NEGATIVE


def _rates(flows_eur: FloatArray) -> list[float]:
    """Return the distinct rates above -100 % at which the present value is zero."""
    factors = np.roots(flows_eur[::-1])  # in x = 1 / (1 + rate)
    real = factors[(abs(factors.imag) <= SAME_ROOT) & (factors.real > 0.0)].real
    distinct: list[float] = []
    for rate in np.sort(1.0 / real - 1.0):
        if not distinct or rate - distinct[-1] > SAME_ROOT:
            distinct.append(float(rate))
    return distinct


def _polished(flows_eur: FloatArray, rate: float) -> float:
    """Return `rate` after two steps of Newton: a root of a polynomial of degree 30 is rough."""
    t = np.arange(len(flows_eur))
    for _step in range(2):
        value = float(flows_eur @ (1.0 + rate) ** -t)
        slope = float(-(t * flows_eur) @ (1.0 + rate) ** (-t - 1.0))
        rate = rate - value / slope if slope != 0.0 else rate
    return rate
