"""What a surplus brings at prices that change by the hour: its capture price, and the negative hours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import ngettext

import numpy as np

from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import MarketGain
from acc.accounts.values import MarketSale, ParticipantMoney, PlantMoney
from acc.arrays import FloatArray, IntArray
from acc.bills.bill import BillTerms, priced, savings_eur_ht
from acc.bills.tariffs import PlantTariff, Segment, SurplusContract, Tariffs
from acc.by_hour import ByHour
from acc.i18n import amount, decimal
from acc.units import eur_per_mwh
from acc.water_filling import divided


def left_of_pool(production_kwh: FloatArray, consumption_kwh: FloatArray) -> FloatArray:
    """Surplus of each plant at each step, (T, M), kWh, under any key that shares the full pool."""
    pool, need = production_kwh.sum(axis=1), consumption_kwh.sum(axis=1)
    return production_kwh * divided(np.maximum(pool - need, 0.0), pool)[:, None]


def captured(
    contract: SurplusContract | None, surplus_kwh: FloatArray, injected_kwh: FloatArray
) -> SurplusContract | None:
    """Return a contract at the mean price of what it sells; one that has no prices by the hour as it is.

    Args:
        surplus_kwh, injected_kwh: of the plant at each step, (T,); the second one where nothing is left.
    """
    if contract is None or contract.market is None or len(contract.market.values) != len(surplus_kwh):
        return contract
    kwh = next((kwh for kwh in (surplus_kwh, injected_kwh) if kwh.sum() > 0.0), np.ones(len(surplus_kwh)))
    stopped_ratio = float(stopped_kwh(contract, surplus_kwh).sum()) / (float(surplus_kwh.sum()) or 1.0)
    return replace(contract, eur_per_kwh=mean_price(contract, kwh), stopped_ratio=stopped_ratio)


def mean_price(contract: SurplusContract, kwh: FloatArray, steps: IntArray | None = None) -> float:
    """Return the mean price of kWh sold by the hour, at all steps or at some, the fee paid, EUR/kWh."""
    price = np.asarray(contract.by_step_eur_per_kwh)
    return float(kwh @ (price if steps is None else price[steps])) / float(kwh.sum())


def stopped_kwh(contract: SurplusContract | None, surplus_kwh: FloatArray) -> FloatArray:
    """Surplus of a plant, (T,), at the steps where it stops: neither made nor sold."""
    if contract is None or contract.market is None or not contract.stops:
        return np.zeros_like(surplus_kwh)
    return np.where(contract.market.values < contract.fee_eur_per_kwh, surplus_kwh, 0.0)


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
    """Sales at hourly prices, one per price file and fee, those of plants that stop apart."""
    plants_of: dict[tuple[ByHour, float, bool], list[int]] = {}
    for m, tariff in enumerate(tariffs):
        contract = tariff.surplus
        if contract is not None and contract.market is not None:
            terms = contract.market, contract.fee_eur_per_kwh, contract.stops
            plants_of.setdefault(terms, []).append(m)
    return tuple(
        _sale(*terms, surplus_kwh[:, rows].sum(axis=1), step_hours) for terms, rows in plants_of.items()
    )


def _sale(
    market: ByHour, fee_eur_per_kwh: float, stops: bool, surplus_kwh: FloatArray, step_hours: float
) -> MarketSale:
    net = market.values - fee_eur_per_kwh
    negative, losing = market.values < 0.0, net < 0.0
    sold_kwh = np.where(losing, 0.0, surplus_kwh) if stops else surplus_kwh
    return MarketSale(
        file=market.file,
        kwh=float(sold_kwh.sum()),
        eur_ht=float(sold_kwh @ net),
        fee_eur_per_kwh=fee_eur_per_kwh,
        capture_eur_per_kwh=market.volume_weighted_mean(sold_kwh),
        mean_eur_per_kwh=market.mean,
        negative_hours=float(negative.sum()) * step_hours,
        negative_kwh=float(sold_kwh[negative].sum()),
        negative_eur_ht=float((sold_kwh * net)[negative].sum()),
        stops=stops,
        stopped_kwh=float(surplus_kwh[losing].sum()),
        stop_gain_eur_ht=-float((surplus_kwh * net)[losing].sum()),
        redated=market.redated,
        filled_ratio=market.filled_ratio,
    )


def at_mean_price(plants: Sequence[PlantMoney]) -> Iterator[PlantMoney]:
    """Income of plants with surplus valued at the mean of all hourly prices, for comparison."""
    for plant in plants:
        contract = plant.contract
        if contract is not None and contract.market is not None:
            price = contract.market.mean - contract.fee_eur_per_kwh
            at_mean = replace(contract, eur_per_kwh=price)
            yield replace(plant, contract=at_mean, surplus_eur_ht=price * plant.surplus_kwh)
        else:
            yield plant


FAR_RATIO = 0.2
"""A mean price is far from the reference beyond its bounds by this part of them: a convention."""


def reference_terms(tariffs: Tariffs, terms: BillTerms) -> BillTerms:
    """Return the terms of the bills where each known supplier's price is its reference, in every slot."""
    if not tariffs.market:
        return terms
    price = np.array([tariffs.market[member.turpe.segment].eur_per_kwh for member in tariffs.members])
    known = np.isfinite(terms.supply_eur_per_kwh)
    return replace(terms, supply_eur_per_kwh=np.where(known, price[:, None], np.nan))


def market_gain(
    tariffs: Tariffs,
    terms: BillTerms,
    volumes: SlotVolumes,
    members: Sequence[ParticipantMoney],
    now_eur_ht: float,
    own_use_change_eur: FloatArray,
) -> MarketGain | None:
    """Gain of all persons at the reference price, EUR excl. VAT; None without reference or known price.

    Args:
        now_eur_ht: what everybody gains at present prices.
        own_use_change_eur: what own use of each plant spares more at the reference, nan where unknown.
    """
    known = [n for n, member in enumerate(members) if member.saving_eur_ht is not None]
    if not tariffs.market or not known:
        return None
    at = savings_eur_ht(reference_terms(tariffs, terms), volumes.consumption_kwh, volumes.local_kwh)[known]
    now = np.array([members[n].saving_eur_ht for n in known], dtype=np.float64)
    mean = _mean_price(terms, volumes)
    bounds = [tariffs.market[member.turpe.segment] for member in tariffs.members]
    above = [n for n in known if mean[n] > bounds[n].high_eur_per_kwh * (1.0 + FAR_RATIO)]
    below = [n for n in known if mean[n] < bounds[n].low_eur_per_kwh * (1.0 - FAR_RATIO)]
    return MarketGain(
        above_ids=tuple(members[n].id for n in above),
        below_ids=tuple(members[n].id for n in below),
        gain_eur_ht=now_eur_ht + float((at - now).sum()) + float(np.nansum(own_use_change_eur)),
        saving_eur_ht=float(at.sum()),
        prices=tariffs.market,
    )


def _mean_price(terms: BillTerms, volumes: SlotVolumes) -> FloatArray:
    """Return the mean price of energy over the need of each participant, (N,); nan where it needs nothing."""
    need = volumes.consumption_kwh.sum(axis=1)
    paid = priced(volumes.consumption_kwh, terms.supply_eur_per_kwh)
    mean: FloatArray = np.divide(paid, need, out=np.full_like(paid, np.nan), where=need > 0.0)
    return mean


def market_warnings(gain: MarketGain | None, now_eur_ht: float, period_years: float) -> tuple[str, ...]:
    """Return a sentence for the prices far above the reference, one for those far below, with the remedy."""
    if gain is None:
        return ()
    small, large = gain.prices[Segment.BT_INF], gain.prices[Segment.BT_SUP]
    words = {
        "low": decimal(eur_per_mwh(large.low_eur_per_kwh), 1),
        "high": decimal(eur_per_mwh(large.high_eur_per_kwh), 0),
        "small": decimal(eur_per_mwh(small.high_eur_per_kwh), 0),
        "since": large.in_force_from[:4],
        "at": decimal(eur_per_mwh(large.eur_per_kwh), 0),
        "gain": amount(gain.gain_eur_ht / period_years),
        "now": amount(now_eur_ht / period_years),
    }
    texts = ((len(gain.above_ids), _above), (len(gain.below_ids), _below))
    return tuple(text_of(count).format(count=count, **words) for count, text_of in texts if count)


def _above(count: int) -> str:
    return ngettext(
        "{count} participant pays its energy far above the market ({low} to {high} EUR/MWh, {small} "
        "up to 36 kVA; {since}): at {at} EUR/MWh ({small} up to 36 kVA) "
        "everybody together, producers included, gains {gain} EUR a year before the investment "
        "instead of {now} (`supply_eur_per_mwh`: the energy part alone, by poste)",
        "{count} participants pay their energy far above the market ({low} to {high} EUR/MWh, {small}"
        " up to 36 kVA; {since}): at {at} EUR/MWh ({small} up to 36 kVA) "
        "everybody together, producers included, gains {gain} EUR a year before the investment "
        "instead of {now} (`supply_eur_per_mwh`: the energy part alone, by poste)",
        count,
    )


def _below(count: int) -> str:
    return ngettext(
        "{count} participant pays its energy far below the market ({low} to {high} EUR/MWh, {small} "
        "up to 36 kVA; {since}): at {at} EUR/MWh ({small} up to 36 kVA) "
        "everybody together, producers included, gains {gain} EUR a year before the investment "
        "instead of {now}. Look at the bill: is the price whole?",
        "{count} participants pay their energy far below the market ({low} to {high} EUR/MWh, {small}"
        " up to 36 kVA; {since}): at {at} EUR/MWh ({small} up to 36 kVA) "
        "everybody together, producers included, gains {gain} EUR a year before the investment "
        "instead of {now}. Look at the bills: are the prices whole?",
        count,
    )
