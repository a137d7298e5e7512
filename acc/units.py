"""Units: people write EUR/MWh and MW, the core counts in EUR/kWh and kW. The only conversions."""

from typing import TypeVar

from acc.arrays import FloatArray

Amount = TypeVar("Amount", float, FloatArray)

THOUSAND = 1000.0
"""kWh in a MWh, kW in a MW, Wp in a kWp."""

CENTS = 100.0
"""Cents in a euro, hundredths in a whole."""

LEAST_KWH = 1.0
"""Energy below which nothing is divided by it: a fee over a trillionth of a kWh is no price."""


def eur_per_kwh(price_eur_per_mwh: Amount) -> Amount:
    """Return a price in the unit of the core, from that of contracts.

    >>> eur_per_kwh(105.0)
    0.105
    """
    return price_eur_per_mwh / THOUSAND


def eur_per_mwh(price_eur_per_kwh: Amount) -> Amount:
    """Return a price in the unit that people read, from that of the core.

    >>> eur_per_mwh(0.105)
    105.0
    """
    return price_eur_per_kwh * THOUSAND


def mwh(energy_kwh: Amount) -> Amount:
    """Return an energy in MWh.

    >>> mwh(2500.0)
    2.5
    """
    return energy_kwh / THOUSAND


def for_each_kwh(amount_eur: float, energy_kwh: float) -> float | None:
    """Return an amount for each kWh; None below `LEAST_KWH`.

    >>> for_each_kwh(-56.0, 1e-12), for_each_kwh(12.0, 480.0)
    (None, 0.025)
    """
    return amount_eur / energy_kwh if energy_kwh >= LEAST_KWH else None


def kw(power_mw: Amount) -> Amount:
    """Return a power in kW, from the MW of the law.

    >>> kw(0.5)
    500.0
    """
    return power_mw * THOUSAND
