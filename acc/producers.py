"""What each plant earns: local sales, surplus under its contract, own use behind the meter."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.bill import BillTerms, priced
from acc.indicators import Energy
from acc.money import PlantMoney
from acc.sites import Plant
from acc.tariffs import PlantTariff, SurplusContract


def plants_money(  # noqa: PLR0913 - each array comes from another stage
    plants: Sequence[Plant],
    tariffs: Sequence[PlantTariff],
    terms: BillTerms,
    energy: Energy,
    local_kwh: FloatArray,
    own_use_eur: FloatArray,
    years: float,
    *,
    lost_kwh: FloatArray | None = None,
) -> tuple[PlantMoney, ...]:
    """Return what each plant earns over a period of `years`.

    Args:
        lost_kwh: of each plant, injected but lost in a battery or left in it, (M,); None without battery.
        local_kwh: from each plant to each participant, by slot, (M, N, S).
        own_use_eur: what each plant spares its host, (M,); nan where the host's price is unknown.
    """
    local = priced(local_kwh, terms.local_eur_per_kwh[:, None, :]).sum(axis=1)
    shared = local_kwh.sum(axis=(1, 2))
    return tuple(
        _plant(
            plant,
            tariffs[i],
            float(local[i]),
            float(shared[i]),
            float(energy.surplus_kwh[i]),
            _known(float(own_use_eur[i])),
            years,
            lost_kwh=0.0 if lost_kwh is None else float(lost_kwh[i]),
        )
        for i, plant in enumerate(plants)
    )


def _plant(  # noqa: PLR0913 - one number of each array above
    plant: Plant,
    tariff: PlantTariff,
    local_eur: float,
    shared_kwh: float,
    surplus_kwh: float,
    own_use_eur: float | None,
    years: float,
    *,
    lost_kwh: float,
) -> PlantMoney:
    contract = tariff.surplus
    paid = paid_surplus_kwh(contract, plant.kwp, surplus_kwh, shared_kwh + lost_kwh, years)
    everything = paid_surplus_kwh(contract, plant.kwp, surplus_kwh + shared_kwh + lost_kwh, 0.0, years)
    return PlantMoney(
        id=plant.id,
        owner=tariff.owner,
        shared_kwh=shared_kwh,
        surplus_kwh=surplus_kwh,
        contract=contract,
        local_eur_ht=_known(local_eur),
        surplus_eur_ht=None if contract is None else paid * contract.eur_per_kwh,
        all_sold_eur_ht=None if contract is None else everything * contract.eur_per_kwh,
        own_use_eur_ht=own_use_eur,
        unpaid_surplus_kwh=surplus_kwh - paid,
        accise_exempt=tariff.accise_exempt,
    )


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


def own_use_eur_ht(terms: BillTerms, own_use_kwh: FloatArray, hosts: Sequence[int | None]) -> FloatArray:
    """Return what own use behind the meter spares each host: supply, network and accise, shape (M,).

    Args:
        own_use_kwh: by slot of the host, (M, S).
        hosts: index of the participant behind whose meter each plant stands, or None.
    """
    return np.array(
        [
            0.0
            if host is None
            else priced(kwh, terms.supply_eur_per_kwh[host] + terms.network_eur_per_kwh[host]).item()
            + float(kwh.sum() * terms.accise_eur_per_kwh[host])
            for kwh, host in zip(own_use_kwh, hosts, strict=True)
        ]
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
