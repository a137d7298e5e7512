"""What a surplus sold by the hour brings in a draw: what is left, and when, follows its sun and its needs.

The hours of the file stay those of its year. Compared with the folder's own year, the mean price of what is
left moves the price of the contract; the key is not asked: those that share all they can leave the same.
"""

import numpy as np

from acc.accounts.market_sale import left_of_pool
from acc.arrays import FloatArray
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.indicators import Meters

LEAST_EUR_PER_KWH = 1e-6
"""A contract that brings less, fee paid, is not moved: nothing to multiply."""


def surplus_price_ratio(case: Case, meters: Meters) -> FloatArray:
    """Multiplier of the surplus price of each plant in a draw, (M,)."""
    known, ratio = case.captured_eur_per_kwh, np.ones(len(case.behind))
    sold = np.flatnonzero(np.isfinite(known)).tolist()
    if not sold or case.tariffs is None:
        return ratio
    output = meters.made_kwh.T
    left = left_of_pool(output, meters.needs.total()[:, None]) if case.scenario.sharing else output
    for m in sold:
        contract = case.tariffs.plants[m].surplus
        assert contract is not None  # it sells by the hour
        assert contract.market is not None
        kwh = float(left[:, m].sum())
        if kwh > 0.0 and abs(contract.eur_per_kwh) > LEAST_EUR_PER_KWH:
            price = float(left[:, m] @ contract.market.values[case.sheet.rows]) / kwh
            ratio[m] = 1.0 + (price - known[m]) / contract.eur_per_kwh
    return ratio
