"""What some meters need, inject and are worth in a year: sums that add up, from some meters to all.

Under the key that shares by need each step gives every site the same part of its need: what sites spare is
that part times a sum over them, whoever they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, TypeAlias

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.changes import DatedChange
from acc.exchange import Exchange
from acc.settle import BLOCK_VALUES
from acc.years.states import PlanBase, exchange_in

Places: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Sites and plants, by column among all."""


@dataclass(frozen=True, slots=True)
class YearWorth:
    """What is shared in a year, and what all gain in it up to what no row moves."""

    shared_kwh: float
    gain_eur: float

    def __add__(self, other: "YearWorth") -> "YearWorth":
        return YearWorth(self.shared_kwh + other.shared_kwh, self.gain_eur + other.gain_eur)

    def __sub__(self, other: "YearWorth") -> "YearWorth":
        return YearWorth(self.shared_kwh - other.shared_kwh, self.gain_eur - other.gain_eur)

    def times(self, scale_ratio: float) -> "YearWorth":
        """Return a part of it."""
        return YearWorth(scale_ratio * self.shared_kwh, scale_ratio * self.gain_eur)


NOTHING = YearWorth(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PlantYear:
    """What a kWh of surplus of a plant is paid in a year; what it costs, its rent and what is built apart."""

    surplus_eur_per_kwh: float
    cost_eur: float
    rent_eur: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearHolders:
    """Who holds what and what members pay one another, N sites, M plants.

    Attributes:
        of_site, of_plant, landlord: the member of each site and plant, and who receives its rent, by id.
        own_sale_eur_per_kwh: at which a plant sells what is used behind the meter of another member, (M,).
        local_eur_per_kwh: of the year, paid to each plant, (M,); None where it differs by buyer or by hour.
        pmo_eur: fee of the year that those who receive share, by kWh.
    """

    of_site: Sequence[str]
    of_plant: Sequence[str]
    landlord: Sequence[str]
    own_sale_eur_per_kwh: FloatArray
    local_eur_per_kwh: FloatArray | None
    pmo_eur: float

    def has(self, member: str) -> bool:
        """Return whether somebody is a member: a landlord may be anybody."""
        return member in self.of_site or member in self.of_plant

    def of(self, sites: Sequence[int], plants: Sequence[int], behind: Sequence[int | None]) -> set[str]:
        """Holders of some meters: their owners, or those paid for them."""
        hosts = [host for host in (behind[m] for m in plants) if host is not None]
        owners = {who for m in plants for who in (self.of_plant[m], self.landlord[m])}
        return owners | {self.of_site[n] for n in (*sites, *hosts)}


@dataclass(frozen=True, slots=True, eq=False)
class YearPrices:
    """The prices of a year of the plan, under the key that shares by need: N sites, S slots, M plants.

    Attributes:
        slots: of each step of a site.
        spared_eur_per_kwh: by a local kWh, but the accise, the fee of the PMO by kWh paid, (N, S).
        accise_eur_per_kwh: spared where no part of it is due, (N,); `exempt_ratio` that part by plant, (M,).
        own_eur_per_kwh: that own use spares above each plant, by slot of its host, (M, S).
        fixed_eur: that being in costs a site that withdraws anything, (N,), while a plant runs.
        plant: what a plant costs and is paid with some changes.
    """

    slots: Callable[[int], IntArray]
    spared_eur_per_kwh: FloatArray
    accise_eur_per_kwh: FloatArray
    exempt_ratio: FloatArray
    own_eur_per_kwh: FloatArray
    fixed_eur: FloatArray
    plant: Callable[[int, Sequence[DatedChange]], PlantYear]
    rows: YearHolders


@dataclass(frozen=True, slots=True, eq=False)
class MeterSums:
    """What some meters need and inject in the year: in all, and at the D steps where anything is made.

    Attributes:
        rows: needs and what is made, (2, D); with prices also what is spared were all needs local, the accise
            of it, what is made and spares it, and what all would be sold for outside and inside, (7, D).
        base_eur: what no sharing moves: own use, costs.
        fixed_eur: what is paid to be in, while a plant runs.
    """

    need_kwh: float
    made_kwh: float
    rows: FloatArray
    base_eur: float = 0.0
    fixed_eur: float = 0.0

    def __add__(self, other: "MeterSums") -> "MeterSums":
        return self._with(lambda own, more: own + more, other)

    def __sub__(self, other: "MeterSums") -> "MeterSums":
        return self._with(lambda own, less: own - less, other)

    def _with(self, change: Callable[[Any, Any], Any], other: "MeterSums") -> "MeterSums":
        """Return each of the sums changed by that of others."""
        return MeterSums(*(change(getattr(self, name), getattr(other, name)) for name in self.__slots__))

    @property
    def worth(self) -> YearWorth:
        """What is shared, the least of what all need and all inject at each step, and what all gain."""
        needs, pool = self.rows[:2]
        shared = np.minimum(needs, pool)
        if len(self.rows) == 2:
            return YearWorth(float(shared.sum()), 0.0)
        spared, taxed, exempt, sold = self.rows[2:6]
        of_need, of_pool = (
            np.divide(shared, total, out=np.zeros_like(shared), where=total > 0.0) for total in (needs, pool)
        )
        untaxed = taxed * np.divide(exempt, pool, out=np.zeros_like(pool), where=pool > 0.0)
        eur = _dot(of_need, spared + untaxed) + float(sold.sum()) - _dot(of_pool, sold)
        return YearWorth(float(shared.sum()), eur + self.base_eur - (self.fixed_eur if pool.any() else 0.0))

    def of_member_eur(self, own: "MeterSums", year_holders: YearHolders) -> float:
        """Gain of a member from the common sharing, EUR.

        Args:
            own: the same sums of its own sites and plants alone.
        """
        needs, pool, _spared, _taxed, exempt, _sold, offered = self.rows
        need, _pool, spared, taxed, _exempt, sold, own_offered = own.rows
        shared = np.minimum(needs, pool)
        of_need, of_pool, free, price = (
            np.divide(part, total, out=np.zeros_like(part), where=total > 0.0)
            for part, total in ((shared, needs), (shared, pool), (exempt, pool), (offered, pool))
        )
        received, shared_kwh = _dot(of_need, need), float(shared.sum())
        paid = _dot(of_pool, own_offered) - _dot(of_need, need * price)
        fee = year_holders.pmo_eur * received / shared_kwh if shared_kwh > 0.0 else 0.0
        outside = _dot(of_need, spared + taxed * free) + float(sold.sum()) - _dot(of_pool, sold)
        return outside + paid + own.base_eur - fee - (own.fixed_eur if pool.any() else 0.0)


def _dot(values: FloatArray, others: FloatArray) -> float:
    """Return the sum of products, (D,) each: `@` wakes the threads of the algebra library for so few of them.

    On two busy cores these wait for one another: ten times the processor.
    """
    return float((values * others).sum())


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
    _sums: dict[tuple[Places, tuple[DatedChange, ...], str | None], MeterSums] = field(default_factory=dict)

    @classmethod
    def of(cls, base: PlanBase, year: int, prices: YearPrices | None = None) -> "YearMeters":
        """Return the meters of a year, from what all its sites and plants are made from."""
        return cls(base, year, prices, np.flatnonzero(base.output_kwh.any(axis=1)))

    def sums(self, places: Places, changes: tuple[DatedChange, ...], member: str | None = None) -> MeterSums:
        """Return the sums of some sites and plants, with some changes of theirs; of one member's alone."""
        key = places, changes, member
        if key not in self._sums:
            part = self._parts.get(places) or self.base.part(*places)
            if len(places[0]) <= 1:  # what all the others use is as large as the loads
                self._parts[places] = part
            seen = exchange_in(part, changes, self.year)
            behind = self.base.behind
            self._sums[key] = meter_sums(seen, places, changes, behind, self.light, self.prices, member)
        return self._sums[key]


def meter_sums(
    seen: Exchange,
    places: Places,
    changes: Sequence[DatedChange],
    behind: Sequence[int | None],
    light: IntArray,
    prices: YearPrices | None,
    member: str | None = None,
) -> MeterSums:
    """Return the sums of some meters.

    Args:
        places: the sites and the plants that these are, among all.
        changes: that are counted of them.
        behind: whose meter each plant of all stands behind, or None.
        light: steps that are told.
        prices: None tells no euro.
        member: count what is of one member alone.
    """
    sites, plants = (list(enumerate(places[end])) for end in (0, 1))
    if member is not None and prices is not None:
        sites = [(k, n) for k, n in sites if prices.rows.of_site[n] == member]
        plants = [(k, m) for k, m in plants if prices.rows.of_plant[m] == member]
    need = _total(seen.consumption_kwh, [k for k, _n in sites])
    production = _total(seen.production_kwh, [k for k, _m in plants])
    rows = np.zeros((2 if prices is None else 7, len(light)))
    rows[:2] = need[light], production[light]
    if prices is None:
        return MeterSums(float(need.sum()), float(production.sum()), rows)
    _write_spared(rows[2:4], seen.consumption_kwh, sites, light, prices)
    withdraws = np.asarray(seen.consumption_kwh.any(axis=0)).tolist()
    fixed_eur = sum((float(prices.fixed_eur[n]) for k, n in sites if withdraws[k]), 0.0)
    plant_years = [(m, prices.plant(m, changes)) for m in places[1]]
    for k, m in plants:
        rows[4] += seen.production_kwh[light, k] * prices.exempt_ratio[m]
        rows[5] += seen.production_kwh[light, k] * plant_years[k][1].surplus_eur_per_kwh
        if prices.rows.local_eur_per_kwh is not None:
            rows[6] += seen.production_kwh[light, k] * prices.rows.local_eur_per_kwh[m]
    entries = [
        eur
        for k, (m, year) in enumerate(plant_years)
        for who, eur in _entries(seen.own_use_kwh[:, k], m, year, behind[m], prices)
        if (prices.rows.has(who) if member is None else who == member)
    ]
    return MeterSums(float(need.sum()), float(production.sum()), rows, sum(entries), fixed_eur)


def _write_spared(
    rows: FloatArray,
    used_kwh: FloatArray,
    sites: Sequence[tuple[int, int]],
    light: IntArray,
    prices: YearPrices,
) -> None:
    """Write the avoided cost of all needs as local, and its accise, (2, D): sites of one clock at once."""
    kinds: dict[int, list[tuple[int, int]]] = {}
    for k, n in sites:
        kinds.setdefault(id(prices.slots(n)), []).append((k, n))
    for some in kinds.values():
        columns, those = [k for k, _n in some], [n for _k, n in some]
        accise = prices.accise_eur_per_kwh[those, None]
        worth, slots = np.hstack([prices.spared_eur_per_kwh[those], accise]), prices.slots(those[0])
        complete = len(columns) == used_kwh.shape[1]
        height = max(1, BLOCK_VALUES // max(1, len(columns)))
        for first in range(0, len(light), height):
            at = light[first : first + height]
            used = used_kwh[at] if complete else used_kwh[at[:, None], columns]
            eur, place = used @ worth, slice(first, first + len(at))
            rows[0, place] += eur[np.arange(len(at)), slots[at]]
            rows[1, place] += eur[:, -1]


def _total(kwh: FloatArray, columns: Sequence[int]) -> FloatArray:
    """Return the sum of some columns, (T,); of all of them nothing is copied."""
    some = kwh if len(columns) == kwh.shape[1] else kwh[:, columns]
    total: FloatArray = some.sum(axis=1)
    return total


def _entries(
    own_use_kwh: FloatArray, m: int, year: PlantYear, host: int | None, prices: YearPrices
) -> Iterator[tuple[str, float]]:
    """Yield the amounts of a plant by person, independent of sharing: costs, rent, own use."""
    holders = prices.rows
    yield holders.of_plant[m], -year.cost_eur - year.rent_eur
    yield holders.landlord[m], year.rent_eur
    if host is not None:
        sold = float(own_use_kwh.sum()) * float(holders.own_sale_eur_per_kwh[m])
        spared = _dot(own_use_kwh, prices.own_eur_per_kwh[m][prices.slots(host)])
        yield holders.of_site[host], spared - sold
        yield holders.of_plant[m], sold


Part = frozenset[int]
"""Some of the rows, by position."""

ORDERS = 12
"""Orders that are drawn, each in both directions, all of one seed."""


def exact_values(count: int, worth: Callable[[Part], YearWorth]) -> list[YearWorth]:
    """Return the values by every part of the rows."""
    every, values = frozenset(range(count)), []
    for n in sorted(every):
        others = sorted(every - {n})
        total = NOTHING
        for size in range(count):
            for some in combinations(others, size):
                part = frozenset(some)
                more = worth(part | {n}) - worth(part)
                total += more.times(1.0 / (count * comb(len(others), size)))
        values.append(total)
    return values


def drawn_values(count: int, in_order: Callable[[Sequence[int]], Iterable[YearWorth]]) -> list[YearWorth]:
    """Return the values over orders drawn, each in both directions: they sum to the whole too.

    Args:
        in_order: what each row adds, one after the other.
    """
    random, total = np.random.default_rng(24), [NOTHING] * count
    for _draw in range(ORDERS):
        order = random.permutation(count)
        for way in (order.tolist(), order[::-1].tolist()):
            for n, more in zip(way, in_order(way), strict=True):
                total[n] += more
    return [value.times(1.0 / (2 * ORDERS)) for value in total]
