"""Emissions of the plants beside those of the grid mix, never without factor, scope and year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.arrays import FloatArray
from acc.bills.tariffs import CarbonBasis, CarbonFactor
from acc.by_hour import ByHour, HourlyCarbon
from acc.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Emissions of the plants' kWh beside those of the grid mix, under one factor.

    Attributes:
        mean_g_per_kwh: by the hour, the mean of all hours; None for a yearly factor.
        kwh: produced over the period, own use included: sharing does not change it.
        avoided_kg: `kwh x (grid - PV)`; negative when the PV factor is the higher one.
    """

    factor: CarbonFactor
    kwh: float
    avoided_kg: float
    mean_g_per_kwh: float | None = None


def carbon(factors: Sequence[CarbonFactor], produced_kwh: float) -> tuple[Carbon, ...]:
    """Emissions avoided by `produced_kwh` under each factor, kg of CO2 equivalent.

    It is what the plants make that counts, own use included: sharing it changes nothing here.

    >>> mix = CarbonFactor(scope="life-cycle", grid_g_per_kwh=52.0, pv_g_per_kwh=55.0, year="2023",
    ...     reference="Base Empreinte", confidence="M")
    >>> carbon([mix], 1000.0)[0].avoided_kg
    -3.0
    """
    return tuple(_avoided(factor, produced_kwh) for factor in factors)


def _avoided(factor: CarbonFactor, produced_kwh: float, mean: float | None = None) -> Carbon:
    return Carbon(
        factor=factor,
        kwh=produced_kwh,
        avoided_kg=produced_kwh * (factor.grid_g_per_kwh - factor.pv_g_per_kwh) / 1000.0,
        mean_g_per_kwh=mean,
    )


def hourly_carbon(
    factors: Sequence[CarbonFactor], hours: HourlyCarbon | None, exchange: Exchange
) -> tuple[Carbon, ...]:
    """Return the same by the hour, of the mean kWh and of the marginal one, as far as files say them.

    Args:
        factors: yearly ones: what panels emit is read in that of the scope of the files.
        exchange: of which all that plants make is counted, own use included.
    """
    if hours is None:
        return ()
    output_kwh: FloatArray = exchange.production_kwh.sum(axis=1) + exchange.own_use_kwh.sum(axis=1)
    like = next((factor for factor in factors if factor.scope == hours.scope), None)
    balances = []
    for series, basis in ((hours.average, CarbonBasis.HOURLY), (hours.marginal, CarbonBasis.MARGINAL)):
        if series is not None and like is not None and len(series.values) == len(output_kwh):
            balances.append(_by_hour(like, series, basis, output_kwh))
    return tuple(balances)


def _by_hour(like: CarbonFactor, series: ByHour, basis: CarbonBasis, output_kwh: FloatArray) -> Carbon:
    grid = series.volume_weighted_mean(output_kwh)
    factor = replace(
        like,
        grid_g_per_kwh=series.mean if grid is None else grid,
        year="",
        reference=series.file,
        confidence="",
        basis=basis,
    )
    return _avoided(factor, float(output_kwh.sum()), series.mean)
