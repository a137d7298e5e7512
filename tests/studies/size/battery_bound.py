"""The best that a battery could do if the future were known: a bound for any way of driving it."""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from acc.arrays import FloatArray, IntArray
from acc.devices.battery import Storage, charge_efficiency, dispatched, surplus_and_lack
from acc.exchange import Exchange
from acc.scenario import Battery


def best_battery(
    exchange: Exchange,
    battery: Battery,
    local_eur_per_kwh: FloatArray | float = 1.0,
    surplus_eur_per_kwh: FloatArray | float = 0.0,
) -> Storage:
    """Return the exchange under the use of the battery that is worth the most, with perfect foresight.

    It takes only what the participants together leave, and gives only what they lack, as the causal
    dispatch does. What is left in it at the end is worth nothing. With the usual values it maximises kWh.

    Args:
        local_eur_per_kwh: what a kWh given back spares, (T,) or one value.
        surplus_eur_per_kwh: what a kWh taken would have been sold for, (T,) or one value.

    Raises:
        RuntimeError: the solver did not reach the optimum.
    """
    count = exchange.steps.count
    surplus, lack = surplus_and_lack(exchange)
    limit = battery.power_kw * exchange.steps.hours
    taking: IntArray = np.flatnonzero(surplus > 0.0)
    giving: IntArray = np.flatnonzero(lack > 0.0)
    cost = np.concatenate(
        [
            np.broadcast_to(surplus_eur_per_kwh, count)[taking],
            -np.broadcast_to(local_eur_per_kwh, count)[giving],
            np.zeros(count),
        ]
    )
    upper = np.concatenate(
        [
            np.minimum(surplus[taking], limit),
            np.minimum(lack[giving], limit),
            np.full(count, battery.energy_kwh),
        ]
    )
    solution = _solve(_balance(battery, count, taking, giving), cost, upper, battery)
    charge, discharge = np.zeros(count), np.zeros(count)
    charge[taking] = solution[: taking.size]
    discharge[giving] = solution[taking.size : taking.size + giving.size]
    return dispatched(exchange, battery, np.clip(charge, 0.0, None), np.clip(discharge, 0.0, None))


def _balance(battery: Battery, count: int, taking: IntArray, giving: IntArray) -> sparse.csc_array:
    """Return the matrix of `level - level before - way x charge + discharge / way`, one row a step."""
    way = charge_efficiency(battery)
    charge = sparse.csc_array(
        (np.full(taking.size, -way), (taking, np.arange(taking.size))), shape=(count, taking.size)
    )
    discharge = sparse.csc_array(
        (np.full(giving.size, 1.0 / way), (giving, np.arange(giving.size))), shape=(count, giving.size)
    )
    level = sparse.eye_array(count) - sparse.eye_array(count, k=-1)
    return sparse.csc_array(sparse.hstack([charge, discharge, level]))


def _solve(balance: sparse.csc_array, cost: FloatArray, upper: FloatArray, battery: Battery) -> FloatArray:
    start = np.zeros(balance.shape[0])
    start[0] = battery.energy_kwh * battery.initial_ratio
    bounds = np.column_stack([np.zeros_like(upper), upper])
    found = linprog(cost, A_eq=balance, b_eq=start, bounds=bounds, method="highs")
    if not found.success:
        raise RuntimeError(f"battery optimum not reached: {found.message}")
    best: FloatArray = found.x
    return best
