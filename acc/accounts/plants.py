"""What each plant earns: local sales, surplus under its contract, own use behind the meter."""

from collections.abc import Sequence

import numpy as np

from acc.accounts.values import PlantMoney
from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, priced
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import NOT_SOLD, PlantTariff
from acc.indicators import Energy
from acc.sites import Plant


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
        own_use_eur: what own use brings the owner of each plant: supply, network, the rest, (3, M); nan
            where the host's price is unknown.
    """
    local = priced(local_kwh, terms.local_eur_per_kwh).sum(axis=1)
    shared = local_kwh.sum(axis=(1, 2))
    return tuple(
        _plant(
            plant,
            tariffs[i],
            float(local[i]),
            float(shared[i]),
            float(energy.surplus_kwh[i]),
            own_use_eur[:, i],
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
    own_use_eur: FloatArray,
    years: float,
    *,
    lost_kwh: float,
) -> PlantMoney:
    contract = tariff.surplus
    known = contract is not None and contract.code != NOT_SOLD
    paid = paid_surplus_kwh(contract, plant.kwp, surplus_kwh, shared_kwh + lost_kwh, years)
    everything = paid_surplus_kwh(contract, plant.kwp, surplus_kwh + shared_kwh + lost_kwh, 0.0, years)
    return PlantMoney(
        id=plant.id,
        owner=tariff.owner,
        shared_kwh=shared_kwh,
        surplus_kwh=surplus_kwh,
        contract=contract,
        local_eur_ht=_known(local_eur),
        surplus_eur_ht=paid * contract.eur_per_kwh if contract is not None and known else None,
        all_sold_eur_ht=everything * contract.eur_per_kwh if contract is not None and known else None,
        own_use_eur_ht=_known(float(own_use_eur.sum())),
        own_supply_eur_ht=float(np.nan_to_num(own_use_eur)[0]),
        unpaid_surplus_kwh=surplus_kwh - paid,
        accise_exempt=tariff.accise_exempt,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
