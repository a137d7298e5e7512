"""What some meters need, inject and are worth in a year: sums that add up, from some meters to all.

Under the key that shares by need each step gives every site the same part of its need: what sites spare is
that part times a sum over them, whoever they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.changes import DatedChange
from acc.exchange import Exchange
from acc.years.states import PlanBase, exchange_in

Places: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Sites and plants, by column among all."""


@dataclass(frozen=True, slots=True)
class YearWorth:
    """What is shared in a year, and what all gain in it up to what no row moves."""

    kwh: float
    eur: float

    def __add__(self, other: "YearWorth") -> "YearWorth":
        return YearWorth(self.kwh + other.kwh, self.eur + other.eur)

    def __sub__(self, other: "YearWorth") -> "YearWorth":
        return YearWorth(self.kwh - other.kwh, self.eur - other.eur)

    def times(self, ratio: float) -> "YearWorth":
        """Return a part of it."""
        return YearWorth(ratio * self.kwh, ratio * self.eur)


NOTHING = YearWorth(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PlantYear:
    """What a plant is paid for a kWh of surplus in a year, and what it costs, what is built apart."""

    surplus_eur_per_kwh: float
    cost_eur: float


@dataclass(frozen=True, slots=True, eq=False)
class YearPrices:
    """The prices of a year of the plan, under the key that shares by need: N sites, S slots, M plants.

    Attributes:
        slots: of each step of a site.
        spared_eur_per_kwh: by a local kWh, but the accise, the fee of the PMO by kWh paid, (N, S).
        accise_eur_per_kwh: spared where no part of it is due, (N,); `exempt_ratio` that part by plant, (M,).
        own_eur_per_kwh: that own use spares above each plant, by slot of its host, (M, S).
        fixed_eur: that being in costs a site that withdraws anything, (N,).
        plant: what a plant costs and is paid with some changes.
    """

    slots: Callable[[int], IntArray]
    spared_eur_per_kwh: FloatArray
    accise_eur_per_kwh: FloatArray
    exempt_ratio: FloatArray
    own_eur_per_kwh: FloatArray
    fixed_eur: FloatArray
    plant: Callable[[int, Sequence[DatedChange]], PlantYear]


@dataclass(frozen=True, slots=True, eq=False)
class MeterSums:
    """What some meters need and inject in the year: in all, and at the D steps where anything is made.

    Attributes:
        rows: needs and what is made, (2, D); with prices also what is spared were all needs local, the accise
            of it, what is made and spares it, and what all would be sold for, (6, D).
        eur: what no sharing moves: own use, costs.
    """

    need_kwh: float
    made_kwh: float
    rows: FloatArray
    eur: float = 0.0

    def __add__(self, other: "MeterSums") -> "MeterSums":
        return MeterSums(
            self.need_kwh + other.need_kwh,
            self.made_kwh + other.made_kwh,
            self.rows + other.rows,
            self.eur + other.eur,
        )

    def __sub__(self, other: "MeterSums") -> "MeterSums":
        return MeterSums(
            self.need_kwh - other.need_kwh,
            self.made_kwh - other.made_kwh,
            self.rows - other.rows,
            self.eur - other.eur,
        )

    @property
    def worth(self) -> YearWorth:
        """What is shared, the least of what all need and all inject at each step, and what all gain."""
        needs, made = self.rows[:2]
        shared = np.minimum(needs, made)
        if len(self.rows) == 2:
            return YearWorth(float(shared.sum()), 0.0)
        spared, taxed, exempt, sold = self.rows[2:]
        of_need, of_made = (
            np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0.0) for whole in (needs, made)
        )
        untaxed = taxed * np.divide(exempt, made, out=np.zeros_like(made), where=made > 0.0)
        eur = float(of_need @ (spared + untaxed)) + float(sold.sum() - of_made @ sold)
        return YearWorth(float(shared.sum()), eur + self.eur)


@dataclass(frozen=True, slots=True, eq=False)
class YearMeters:
    """The meters of one year of a plan: what some of them need and inject with some changes is made once.

    Attributes:
        prices: of the year, under the key that shares by need; None tells no euro.
        light: steps in which anything is made: nothing is shared in the others.
    """

    base: PlanBase
    year: int
    prices: YearPrices | None
    light: IntArray
    _parts: dict[Places, PlanBase] = field(default_factory=dict)
    _made: dict[tuple[Places, tuple[DatedChange, ...]], MeterSums] = field(default_factory=dict)

    @classmethod
    def of(cls, base: PlanBase, year: int, prices: YearPrices | None = None) -> "YearMeters":
        """Return the meters of a year, from what all its sites and plants are made from."""
        return cls(base, year, prices, np.flatnonzero(base.output_kwh.any(axis=1)))

    def sums(self, places: Places, changes: tuple[DatedChange, ...]) -> MeterSums:
        """Return the sums of some sites and plants, with some changes of theirs."""
        if places not in self._parts:
            self._parts[places] = self.base.part(*places)
        if (places, changes) not in self._made:
            seen = exchange_in(self._parts[places], changes, self.year)
            found = meter_sums(seen, places, changes, self.base.behind, self.light, self.prices)
            self._made[places, changes] = found
        return self._made[places, changes]


def meter_sums(
    seen: Exchange,
    places: Places,
    changes: Sequence[DatedChange],
    behind: Sequence[int | None],
    light: IntArray,
    prices: YearPrices | None,
) -> MeterSums:
    """Return the sums of some meters.

    Args:
        places: the sites and the plants that these are, among all.
        changes: that are counted of them.
        behind: whose meter each plant of all stands behind, or None.
        light: steps that are told.
        prices: None tells no euro.
    """
    need, made = seen.consumption_kwh.sum(axis=1), seen.production_kwh.sum(axis=1)
    rows = np.zeros((2 if prices is None else 6, len(light)))
    rows[:2] = need[light], made[light]
    eur = 0.0 if prices is None else _priced(rows, seen, places, changes, behind, light, prices)
    return MeterSums(float(need.sum()), float(made.sum()), rows, eur)


def _priced(
    rows: FloatArray,
    seen: Exchange,
    places: Places,
    changes: Sequence[DatedChange],
    behind: Sequence[int | None],
    light: IntArray,
    prices: YearPrices,
) -> float:
    """Write what needs and output are worth, and return what no sharing moves."""
    eur, (sites, plants) = 0.0, places
    for k, n in enumerate(sites):
        need = seen.consumption_kwh[light, k]
        rows[2] += need * prices.spared_eur_per_kwh[n][prices.slots(n)[light]]
        rows[3] += need * prices.accise_eur_per_kwh[n]
        if seen.consumption_kwh[:, k].any():
            eur -= prices.fixed_eur[n]
    for k, m in enumerate(plants):
        made, year, host = seen.production_kwh[light, k], prices.plant(m, changes), behind[m]
        rows[4] += made * prices.exempt_ratio[m]
        rows[5] += made * year.surplus_eur_per_kwh
        eur -= year.cost_eur
        if host is not None:
            eur += float(seen.own_use_kwh[:, k] @ prices.own_eur_per_kwh[m][prices.slots(host)])
    return eur
