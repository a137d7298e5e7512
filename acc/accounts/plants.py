"""What each plant earns: local sales, surplus under its contract, own use behind the meter."""

import math
from collections.abc import Sequence

import numpy as np

from acc.accounts.values import PlantMoney
from acc.arrays import FloatArray
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import NOT_SOLD, PlantTariff
from acc.ledger.year import YearEuros
from acc.plan.plants import PlantIncome
from acc.sites import Plant


def plants_money(
    plants: Sequence[Plant],
    tariffs: Sequence[PlantTariff],
    income: PlantIncome,
    year: YearEuros,
    years: float,
    *,
    lost_kwh: FloatArray | None = None,
) -> tuple[PlantMoney, ...]:
    """Income of each plant over a period of `years`, EUR excl. VAT.

    Args:
        income: of a year, (M,); `year` what that year changes, plant by plant.
        lost_kwh: of each plant, injected but lost in a battery or left in it, (M,); None without battery.
    """
    shared_kwh, surplus_kwh = income.shared_kwh * years, income.surplus_kwh * years
    own_use_eur = np.where(year.is_sold | year.own_use_known, income.own_use_eur, np.nan)
    lost = np.zeros(len(plants)) if lost_kwh is None else lost_kwh
    earned = []
    for m, (plant, tariff) in enumerate(zip(plants, tariffs, strict=True)):
        contract, surplus = tariff.surplus, float(surplus_kwh[m])
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
                local_eur_ht=_known(float(income.local_eur[m]) * years),
                surplus_eur_ht=_known(paid * price),
                all_sold_eur_ht=_known(everything * price),
                own_use_eur_ht=_known(float(own_use_eur[m]) * years),
                accise_exempt=tariff.accise_exempt,
            )
        )
    return tuple(earned)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
