"""The plants of a plan: what each one costs and is paid by, and what they make in a year."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import SurplusContract
from acc.finance import Finance
from acc.plan.plant_costs import NO_CHARGES, PlantCharges
from acc.sites import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPlant:
    """What one plant costs, in money of today, and the contract of its surplus.

    Attributes:
        tax_ratio: of its owner's tax on profits; None takes that of `[finance]`.
        opex_eur: operation and upkeep of a year; insurance and the rest are in `charges`.
        first_year, last_year: of the plan in which it runs; None to the end of its life.
        battery_year: of the plan, in which a battery comes of which it bears so much; None without.
        fixed_lines: names of the costs that the folder states: they do not follow the investment.
    """

    id: str
    owner: str
    kwp: float
    contract: SurplusContract
    capex_eur: float
    opex_eur: float
    inverter_eur: float
    degradation_ratio: float
    charges: PlantCharges = NO_CHARGES
    fixed_lines: frozenset[str] = frozenset()
    tax_ratio: float | None = None
    first_year: int = 1
    last_year: int | None = None
    battery_year: int | None = None
    battery_capex_eur: float = 0.0
    battery_opex_eur: float = 0.0

    @property
    def connected(self) -> "PlannedPlant":
        """The same, its connection at its upper figure where nobody says what it costs."""
        own = self.charges
        dearer = replace(
            own, connection_eur=own.connection_eur + own.connection_more_eur, connection_more_eur=0.0
        )
        return replace(self, charges=dearer)


def wear_ratio(plant: Plant, finance: Finance | None) -> float:
    """Return the yearly loss of output of a plant: its own, else that of the hypotheses."""
    own = plant.model.degradation_ratio
    return (finance or Finance()).degradation_ratio if own is None else own


def tax_ratio(plants: Sequence[PlannedPlant], finance: Finance) -> float:
    """Tax on profits that the first of some plants bears: they have one owner."""
    own = plants[0].tax_ratio if plants else None
    return finance.tax_ratio if own is None else own


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlantIncome:
    """What plants make in the first year, arrays (..., M); in each year, (..., M, H), where `by_year`.

    Attributes:
        own_use_eur: what own use brings their owners; `own_supply_eur` its part that follows the supplier's
            price.
        production_kwh: own use included.
    """

    local_eur: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    production_kwh: FloatArray
    by_year: bool = False

    @classmethod
    def none(cls, count: int) -> "PlantIncome":
        """Plants that make nothing, (M,)."""
        nothing: dict[str, Any] = dict.fromkeys(AMOUNTS, np.zeros(count))
        return cls(**nothing)

    def times(self, output: float) -> "PlantIncome":
        """Return the income of more output, or less: shared, used and sold in the same parts."""
        return replace(self, **{name: getattr(self, name) * output for name in AMOUNTS})

    def of(self, plant: int) -> "PlantIncome":
        """Return the income of one plant in the first year, (1,)."""
        return replace(self, **{name: getattr(self, name)[[plant]] for name in AMOUNTS})

    @property
    def first(self) -> "PlantIncome":
        """The income of the first year, (..., M)."""
        if not self.by_year:
            return self
        return replace(self, by_year=False, **{name: getattr(self, name)[..., 0] for name in AMOUNTS})

    @property
    def decided(self) -> "PlantIncome":
        """The same where what an undecided price leaves unknown counts nothing."""
        return replace(self, **{name: np.nan_to_num(getattr(self, name)) for name in AMOUNTS})


AMOUNTS = tuple(field.name for field in fields(PlantIncome) if field.name != "by_year")


@dataclass(frozen=True, slots=True, eq=False)
class KeptSales:
    """Part of each plant's local sales that is left in each year, in kWh and in euros, (M, H + 1).

    What leaves becomes surplus.
    """

    kwh_ratio: FloatArray
    eur_ratio: FloatArray
