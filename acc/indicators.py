"""Sums and ratios of an allocation. No money here."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.settle import Allocation
from acc.sites import NOT_METERED, Grade


def ratio(part_kwh: float, total_kwh: float) -> float:
    """Return `part / total`, nan when the total is zero: nothing over nothing says nothing.

    >>> ratio(11.70, 35.31)  # autoconsommation, solar-elec's published example: 33.14 %
    0.3313508920985556
    """
    return part_kwh / total_kwh if total_kwh > 0.0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Energy:
    """Energy of each member over the period.

    Attributes:
        consumption_kwh, received_kwh: of each participant, shape (N,).
        production_kwh, surplus_kwh, own_use_kwh: of each plant, shape (M,).
    """

    consumption_kwh: FloatArray
    received_kwh: FloatArray
    production_kwh: FloatArray
    surplus_kwh: FloatArray
    own_use_kwh: FloatArray

    @property
    def complement_kwh(self) -> FloatArray:
        """What each participant still buys from its supplier, shape (N,)."""
        return np.maximum(self.consumption_kwh - self.received_kwh, 0.0)

    @property
    def shared_kwh(self) -> FloatArray:
        """What each plant delivers to the participants, shape (M,)."""
        return np.maximum(self.production_kwh - self.surplus_kwh, 0.0)

    @property
    def autoconsommation_ratio(self) -> float:
        """Shared energy over injected energy; nan when nothing is injected."""
        return ratio(float(self.received_kwh.sum()), float(self.production_kwh.sum()))

    @property
    def autoproduction_ratio(self) -> float:
        """Shared energy over withdrawn energy; nan when nothing is withdrawn."""
        return ratio(float(self.received_kwh.sum()), float(self.consumption_kwh.sum()))

    @property
    def participant_ratio(self) -> FloatArray:
        """Part of each participant's need that is served, shape (N,); nan without need."""
        return np.array([ratio(r, c) for r, c in zip(self.received_kwh, self.consumption_kwh, strict=True)])


def known_ratio(energy_: Energy, grades: Sequence[Grade]) -> float:
    """Return the part of the consumption that comes from metered curves (grades A to D); nan without any."""
    metered = np.array([grade not in NOT_METERED for grade in grades], dtype=bool)
    return ratio(float(energy_.consumption_kwh[metered].sum()), float(energy_.consumption_kwh.sum()))


def specific_kwh_per_kwp(energy_: Energy, power_kwp: float) -> float:
    """Specific yield of the plants over the period, kWh/kWp, own use included; nan without power."""
    return ratio(float(energy_.production_kwh.sum() + energy_.own_use_kwh.sum()), power_kwp)


def energy(exchange: Exchange, allocation: Allocation, need_kwh: FloatArray | None = None) -> Energy:
    """Return the sums over the whole period.

    Args:
        need_kwh: what each participant withdraws, shape (N,), for who has summed it already.
    """
    return Energy(
        exchange.consumption_kwh.sum(axis=0) if need_kwh is None else need_kwh,
        allocation.received_kwh.sum(axis=0),
        exchange.production_kwh.sum(axis=0),
        allocation.surplus_kwh.sum(axis=0),
        exchange.own_use_kwh.sum(axis=0),
    )


def together(parts: Sequence[Energy]) -> Energy:
    """Return the sums over consecutive parts of a period."""
    names = [field.name for field in fields(Energy)]
    return Energy(*(np.sum([getattr(part, name) for part in parts], axis=0) for name in names))
