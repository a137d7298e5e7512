"""What each plant earns: local sales, surplus under its contract, own use behind the meter."""

import math
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
    local_eur = priced(local_kwh, terms.local_eur_per_kwh).sum(axis=1)
    shared_kwh = local_kwh.sum(axis=(1, 2))
    lost = np.zeros(len(plants)) if lost_kwh is None else lost_kwh
    earned = []
    for m, (plant, tariff) in enumerate(zip(plants, tariffs, strict=True)):
        contract, surplus = tariff.surplus, float(energy.surplus_kwh[m])
        taken = float(shared_kwh[m] + lost[m])
        price = math.nan if contract is None or contract.code == NOT_SOLD else contract.eur_per_kwh
        paid = paid_surplus_kwh(contract, plant.kwp, surplus, taken, years)
        everything = paid_surplus_kwh(contract, plant.kwp, surplus + taken, 0.0, years)
        earned.append(
            PlantMoney(
                id=plant.id,
                owner=tariff.owner,
                shared_kwh=float(shared_kwh[m]),
                surplus_kwh=surplus,
                contract=contract,
                local_eur_ht=_known(float(local_eur[m])),
                surplus_eur_ht=_known(paid * price),
                all_sold_eur_ht=_known(everything * price),
                own_use_eur_ht=_known(float(own_use_eur[:, m].sum())),
                own_supply_eur_ht=float(np.nan_to_num(own_use_eur[0, m])),
                unpaid_surplus_kwh=surplus - paid,
                accise_exempt=tariff.accise_exempt,
            )
        )
    return tuple(earned)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
