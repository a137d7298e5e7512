"""Emissions of the plants beside those of the grid mix, never without factor, scope and year."""

from collections.abc import Sequence

from acc.accounts.values import Carbon
from acc.bills.tariffs import CarbonFactor


def carbon(factors: Sequence[CarbonFactor], produced_kwh: float) -> tuple[Carbon, ...]:
    """Return what `produced_kwh` avoid under each factor, in kg of CO2 equivalent.

    It is what the plants make that counts, own use included: sharing it changes nothing here.

    >>> mix = CarbonFactor(scope="life-cycle", grid_g_per_kwh=52.0, pv_g_per_kwh=55.0, year="2023",
    ...     reference="Base Empreinte", confidence="M")
    >>> carbon([mix], 1000.0)[0].avoided_kg
    -3.0
    """
    return tuple(
        Carbon(
            factor=factor,
            kwh=produced_kwh,
            avoided_kg=produced_kwh * (factor.grid_g_per_kwh - factor.pv_g_per_kwh) / 1000.0,
        )
        for factor in factors
    )
