"""What a surplus brings at prices that change by the hour: its capture price, and the negative hours."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.accounts.values import MarketSale, PlantMoney
from acc.arrays import FloatArray
from acc.bills.tariffs import PlantTariff, SurplusContract
from acc.by_hour import ByHour
from acc.water_filling import divided


def left_of_pool(production_kwh: FloatArray, consumption_kwh: FloatArray) -> FloatArray:
    """Surplus of each plant at each step, (T, M), kWh, under any key that shares the full pool."""
    pool, need = production_kwh.sum(axis=1), consumption_kwh.sum(axis=1)
    left: FloatArray = production_kwh * divided(np.maximum(pool - need, 0.0), pool)[:, None]
    return left


def captured(
    contract: SurplusContract | None, surplus_kwh: FloatArray, injected_kwh: FloatArray
) -> SurplusContract | None:
    """Return a contract at the mean price of what it sells; one that has no prices by the hour as it is.

    Args:
        surplus_kwh, injected_kwh: of the plant at each step, (T,); the second one where nothing is left.
    """
    if contract is None or contract.market is None or len(contract.market.values) != len(surplus_kwh):
        return contract
    market = contract.market
    price = (
        market.volume_weighted_mean(surplus_kwh) or market.volume_weighted_mean(injected_kwh) or market.mean
    )
    return replace(contract, eur_per_kwh=price - contract.fee_eur_per_kwh)


def sold_by_hour(
    plants: Sequence[PlantMoney],
    tariffs: Sequence[PlantTariff],
    surplus_kwh: FloatArray,
    injected_kwh: FloatArray,
) -> tuple[PlantMoney, ...]:
    """Income of plants, with surplus sold by the hour valued at the price of each step.

    Args:
        surplus_kwh, injected_kwh: of each plant at each step, (T, M).
    """
    sold = []
    for m, (plant, tariff) in enumerate(zip(plants, tariffs, strict=True)):
        contract = captured(tariff.surplus, surplus_kwh[:, m], injected_kwh[:, m])
        if contract is None or contract.market is None:
            sold.append(plant)
            continue
        price = contract.by_step_eur_per_kwh
        surplus, injected = (float((kwh[:, m] * price).sum()) for kwh in (surplus_kwh, injected_kwh))
        sold.append(replace(plant, contract=contract, surplus_eur_ht=surplus, all_sold_eur_ht=injected))
    return tuple(sold)


def market_sales(
    tariffs: Sequence[PlantTariff], surplus_kwh: FloatArray, step_hours: float
) -> tuple[MarketSale, ...]:
    """Sales at hourly prices, one per price file and fee, summed over plants."""
    plants_of: dict[tuple[ByHour, float], list[int]] = {}
    for m, tariff in enumerate(tariffs):
        contract = tariff.surplus
        if contract is not None and contract.market is not None:
            plants_of.setdefault((contract.market, contract.fee_eur_per_kwh), []).append(m)
    return tuple(
        _sale(market, fee, surplus_kwh[:, rows].sum(axis=1), step_hours)
        for (market, fee), rows in plants_of.items()
    )


def _sale(market: ByHour, fee: float, surplus_kwh: FloatArray, step_hours: float) -> MarketSale:
    negative = market.values < 0.0
    return MarketSale(
        file=market.file,
        kwh=float(surplus_kwh.sum()),
        eur_ht=float(surplus_kwh @ (market.values - fee)),
        fee_eur_per_kwh=fee,
        capture_eur_per_kwh=market.volume_weighted_mean(surplus_kwh),
        mean_eur_per_kwh=market.mean,
        negative_hours=float(negative.sum()) * step_hours,
        negative_kwh=float(surplus_kwh[negative].sum()),
        negative_eur_ht=float((surplus_kwh * (market.values - fee))[negative].sum()),
        redated=market.redated,
        filled_ratio=market.filled_ratio,
    )


def at_mean_price(plants: Sequence[PlantMoney]) -> tuple[PlantMoney, ...]:
    """Income of plants with surplus valued at the mean of all hourly prices, for comparison."""
    return tuple(_flat(plant) for plant in plants)


def _flat(plant: PlantMoney) -> PlantMoney:
    contract = plant.contract
    if contract is None or contract.market is None:
        return plant
    price = contract.market.mean - contract.fee_eur_per_kwh
    return replace(
        plant,
        contract=replace(contract, eur_per_kwh=price),
        surplus_eur_ht=price * plant.surplus_kwh,
    )
