"""What the surplus and the own use of a plant are worth to its owner."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, priced
from acc.bills.tariffs import SurplusContract


def paid_surplus_kwh(
    contract: SurplusContract | None, kwp: float, surplus_kwh: float, shared_kwh: float, years: float
) -> float:
    """Return the surplus that its contract pays over a period of `years`.

    The cap is on injected kWh, so what is shared takes its place under it: the prudent reading of
    the arrêté of 1 June 2026.

    >>> oa = SurplusContract(code="oa", eur_per_kwh=0.011, cap_hours=1600.0)
    >>> paid_surplus_kwh(oa, 10.0, surplus_kwh=15_000.0, shared_kwh=3_000.0, years=1.0)
    13000.0
    """
    if contract is None or contract.cap_hours is None:
        return surplus_kwh
    return min(surplus_kwh, max(contract.cap_hours * kwp * years - shared_kwh, 0.0))


def own_use_parts_eur_ht(
    terms: BillTerms, own_use_kwh: FloatArray, hosts: Sequence[int | None]
) -> FloatArray:
    """Return what own use behind the meter spares each host, line by line: supply, network, accise, (3, M).

    Args:
        own_use_kwh: by slot of the host, (M, S).
        hosts: index of the participant behind whose meter each plant stands, or None.
    """
    spared = np.zeros((3, len(hosts)))
    for m, (kwh, host) in enumerate(zip(own_use_kwh, hosts, strict=True)):
        if host is not None:
            spared[:, m] = (
                priced(kwh, terms.supply_eur_per_kwh[host]).item(),
                priced(kwh, terms.network_eur_per_kwh[host]).item(),
                float(kwh.sum() * terms.accise_eur_per_kwh[host]),
            )
    return spared
