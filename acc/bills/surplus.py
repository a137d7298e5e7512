"""What the surplus and the own use of a plant are worth to its owner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.bills.bill import BillTerms, priced
from acc.bills.tariffs import PlantTariff, SurplusContract


def paid_surplus_kwh(
    contract: SurplusContract | None,
    power_kwp: float,
    surplus_kwh: float,
    shared_kwh: float,
    period_years: float,
) -> float:
    """Return the surplus that its contract pays over a period of `period_years`.

    The cap is on injected kWh, so what is shared takes its place under it: the prudent reading of
    the arrêté of 1 June 2026.

    >>> oa = SurplusContract(code="oa", eur_per_kwh=0.011, cap_hours=1600.0)
    >>> paid_surplus_kwh(oa, 10.0, surplus_kwh=15_000.0, shared_kwh=3_000.0, period_years=1.0)
    13000.0
    """
    if contract is None or contract.cap_hours is None:
        return surplus_kwh
    return float(paid_kwh(contract.cap_hours * power_kwp * period_years, surplus_kwh, shared_kwh))


def paid_kwh(
    cap_kwh: FloatArray | float, surplus_kwh: FloatArray | float, shared_kwh: FloatArray | float
) -> FloatArray:
    """Return the surplus that contracts pay under their caps, all of the same shape."""
    paid: FloatArray = np.minimum(surplus_kwh, np.maximum(cap_kwh - shared_kwh, 0.0))
    return paid


@dataclass(frozen=True, slots=True, eq=False)
class OwnUse:
    """What own use behind the meter spares the host of each plant and brings its owner, (M,) or (3, M).

    In three lines: what follows the supplier's price, the network, accise and what is agreed. Arrays have any
    leading axes.

    Attributes:
        spared_eur: on the host's bill, (3, M); nan where its price is unknown.
        paid_eur: by a host to an owner who is another person, (M,).
        sold: whether they are two persons.
    """

    spared_eur: FloatArray
    paid_eur: FloatArray
    sold: BoolArray


def own_use(
    terms: BillTerms, plants: Sequence[PlantTariff], own_use_kwh: FloatArray, hosts: Sequence[int | None]
) -> OwnUse:
    """Value of own use behind the meter, EUR, with its beneficiary.

    Args:
        own_use_kwh: by slot of the host, (..., M, S).
        hosts: index of the participant behind whose meter each plant is connected, or None.
    """
    prices = [plant.own_use_eur_per_kwh for plant in plants]
    rows = [0 if host is None else host for host in hosts]
    behind = np.array([host is not None for host in hosts], dtype=np.bool_)
    kwh = np.where(behind[:, None], own_use_kwh, 0.0)
    supply, network = terms.supply_eur_per_kwh[rows], terms.network_eur_per_kwh[rows]
    taxed = kwh.sum(axis=-1) * terms.accise_eur_per_kwh[rows]
    return OwnUse(
        np.stack([priced(kwh, supply), priced(kwh, network), taxed], axis=-2),
        own_use_kwh.sum(axis=-1) * np.array([price or 0.0 for price in prices], dtype=np.float64),
        np.array([price is not None for price in prices], dtype=np.bool_),
    )
