"""What a search of powers rests on: values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.size.planes.battery_planes import Store
from scenarios.studies.size.planes.terms import Gains, kinds_of, unique_rows
from scenarios.studies.size.roof_classes import RoofClass


@dataclass(frozen=True, eq=False)
class SizeGround:
    """What a search rests on: n columns, D steps (with sun, or all with a battery), kWh over one year.

    Where years differ, those that are settled stand one after the other: D are the steps of all of them.

    It has no slots: what hundreds of searches ask of it again is kept in it.

    Attributes:
        unit_kwh: made by a kWp of each column, (n, D).
        need_kwh: used by all sites together, behind their meters included, (D,).
        year_kwh: used by them in the whole year.
        local: worth today of a local kWh made by each column, (n, D); `own` of one used behind the meter.
        surplus: worth today of a kWh of surplus of each column, (n,), or (n, D) where years differ.
        cost_eur_per_kwp, entry_eur: costs over the plan, worth today, (n,).
        capex_eur_per_kwp, entry_capex_eur: investment, by kWp and for building any, (n,).
        hosts: for each meter with plants behind it, its columns and its need (D,).
        members: saving of each member for a shared kWh of the step, its bill and what it pays anyway.
        battery: what one of any size would do and cost; its kWh are then one variable more, the last.
        paid: the same to the producers, before tax, where the aim counts what members save too.
        part_of_year: what a kWh of each step counts for in the mean year, (D,); None where one is repeated.
        shared: the same to the aim, where hosts behind whose meters plants stand gain more or less than
            others by a local kWh: `local` is then the most that it can be worth, whatever they use at home.
        own_is_known: whether each host's supply price is given, or what it pays the owner.
    """

    columns: tuple[RoofClass, ...]
    unit_kwh: FloatArray
    need_kwh: FloatArray
    year_kwh: float
    local: FloatArray
    own: FloatArray
    surplus: FloatArray
    cost_eur_per_kwp: FloatArray
    capex_eur_per_kwp: FloatArray
    entry_eur: FloatArray
    entry_capex_eur: FloatArray
    hosts: tuple[tuple[FloatArray, FloatArray], ...] = ()
    members: "MemberGains | None" = None
    battery: "BatteryGround | None" = None
    paid: "SizeGround | None" = None
    shared: "RoofWorths | None" = None
    part_of_year: FloatArray | None = None
    own_is_known: bool = True

    def powers(self, x: FloatArray) -> FloatArray:
        """Return the powers in a point of the search, (n,)."""
        return x[: len(self.columns)]

    def battery_kwh(self, x: FloatArray) -> float:
        """Return the energy of the battery in it, 0 where none is sought."""
        return 0.0 if self.battery is None else float(x[-1])

    def made_at(self, x: FloatArray) -> FloatArray:
        """Production at each step at this point, (D,), kWh: of the built columns, which are few."""
        powers = self.powers(x)
        built = np.flatnonzero(powers)
        # einsum, not @: BLAS may start threads, and on a busy machine wait for them longer than it counts.
        output: FloatArray = np.einsum("n,nd->d", powers[built], self.unit_kwh[built])
        return output

    def made_by(self, x: FloatArray) -> float:
        """Yearly production at this point, kWh."""
        return float(self.made_kwh @ self.powers(x))

    def own_use_by(self, x: FloatArray) -> float:
        """Yearly own use of the hosts behind their own meters at this point, kWh."""
        powers, used = self.powers(x), 0.0
        for (unit, need), columns in zip(self.hosts, self.behind, strict=True):
            built = columns[powers[columns] > 0.0]
            output = np.einsum("n,nd->d", powers[built], unit[built])
            used += self.in_a_year(np.minimum(output, need))
        return used

    def entry_of(self, x: FloatArray) -> float:
        """Fixed cost as soon as anything is built, EUR."""
        paid = float(self.entry_eur @ (self.powers(x) > 0.0))
        return paid + (self.battery.fixed_eur if self.battery and self.battery_kwh(x) > 0.0 else 0.0)

    def capex_of(self, x: FloatArray) -> float:
        """Return the investment at this point, EUR."""
        powers, kwh = self.powers(x), self.battery_kwh(x)
        paid = float(self.capex_eur_per_kwp @ powers + self.entry_capex_eur @ (powers > 0.0))
        return paid if self.battery is None else paid + self.battery.capex_eur(kwh)

    @cached_property
    def made_kwh(self) -> FloatArray:
        """Yearly output of a kWp of each column, (n,)."""
        if self.part_of_year is None:
            output: FloatArray = self.unit_kwh.sum(axis=1)
            return output
        mean: FloatArray = np.einsum("nd,d->n", self.unit_kwh, self.part_of_year)
        return mean

    def in_a_year(self, kwh: FloatArray) -> float:
        """Return the sum over a year of what each step has, (D,): over the mean one where they differ."""
        return float(kwh.sum() if self.part_of_year is None else np.einsum("d,d->", kwh, self.part_of_year))

    @property
    def surplus_by_step(self) -> FloatArray:
        """Worth of a kWh of surplus of each column at each step, (n, D) or (n, 1)."""
        return self.surplus if self.surplus.ndim > 1 else self.surplus[:, None]

    @cached_property
    def all_sold_eur(self) -> FloatArray:
        """Worth over the plan of all that a kWp of each column makes, were it sold as surplus, (n,)."""
        if self.surplus.ndim == 1:
            return self.made_kwh * self.surplus
        sold: FloatArray = np.einsum("nd,nd->n", self.unit_kwh, self.surplus)
        return sold

    def sold_eur(self, column: int, kwh: FloatArray) -> float:
        """Value over the plan of a surplus of one column, (D,), EUR."""
        eur, sold = self.surplus[column], float(np.sum(kwh))
        return sold * float(eur) if self.surplus.ndim == 1 else float(np.einsum("d,d->", kwh, eur))

    @cached_property
    def outputs(self) -> tuple[FloatArray, IntArray]:
        """What a kWp makes, (m, D), each told once, and which of these each column makes, (n,)."""
        return unique_rows(self.unit_kwh)

    @cached_property
    def kept_gains(self) -> dict[tuple[object, ...], Gains]:
        """The gains of searches already made, by what they ask."""
        return {}

    @cached_property
    def behind(self) -> tuple[IntArray, ...]:
        """Columns that stand behind each meter, in the order of `hosts`."""
        return tuple(np.flatnonzero(unit.any(axis=1)) for unit, _need in self.hosts)

    @cached_property
    def kinds(self) -> IntArray:
        """A number for each column, (n,), the same where a kWh of both is worth the same."""
        own = np.zeros_like(self.own)
        for columns in self.behind:
            own[columns] = self.own[columns] - self.local[columns]
        return kinds_of(self.local - self.surplus_by_step, own, self.surplus_by_step)

    @cached_property
    def margins(self) -> "Margins":
        """What a local kWh is worth above a surplus one, the columns of one worth told once."""
        kind = kinds_of(self.local, self.surplus_by_step)
        first = np.unique(kind, return_index=True)[1]
        local, surplus = self.local[first], self.surplus[first]
        return Margins(kind, local, surplus, local - self.surplus_by_step[first])


@dataclass(frozen=True, eq=False)
class Margins:
    """The worths met among columns: K of them for n columns, which are many more.

    Attributes:
        kind: which one each column has, (n,).
        local, surplus: (K, D), and (K,) or (K, D); `margin` their difference, (K, D).
    """

    kind: IntArray
    local: FloatArray
    surplus: FloatArray
    margin: FloatArray

    @cached_property
    def largest(self) -> float:
        """The largest of all, in size."""
        return float(np.abs(self.margin).max())


@dataclass(frozen=True, slots=True, eq=False)
class RoofWorths:
    """What a kWh made by each column is worth today at each step, (n, D).

    Attributes:
        local: shared by all needs, those of the hosts included.
        own: used behind the meter.
        hosts: received by each host of a plant, in the order of `SizeGround.hosts`.
    """

    local: FloatArray
    own: FloatArray
    hosts: tuple[FloatArray, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether a host gains more or less by a local kWh than all together."""
        return any(not np.allclose(host, self.local, rtol=1e-12, atol=1e-12) for host in self.hosts)

    def left_to(
        self, columns: Sequence[int], need_kwh: FloatArray, own_kwh: Sequence[FloatArray]
    ) -> FloatArray:
        """Value of a local kWh of some columns, (c, D), after the own use of hosts, `own_kwh`, (D,)."""
        local = self.local[columns]
        worth, left = local * need_kwh, need_kwh.copy()
        for host, used in zip(self.hosts, own_kwh, strict=True):
            worth, left = worth - host[columns] * used, left - used
        return np.divide(worth, left, out=local, where=left > 1e-9 * need_kwh)


@dataclass(frozen=True, slots=True, eq=False)
class BatteryGround:
    """A battery of any size: how it works and what a kWh of it costs.

    Attributes:
        hours: energy over power.
        capex_eur_per_kwh, fixed_eur: investment.
        running_eur_per_kwh: running cost and replacement over the plan, worth today.
    """

    store: Store
    hours: float
    capex_eur_per_kwh: float
    fixed_eur: float
    running_eur_per_kwh: float

    @property
    def cost_eur_per_kwh(self) -> float:
        """All that a kWh costs over the plan, worth today."""
        return self.capex_eur_per_kwh + self.running_eur_per_kwh

    def capex_eur(self, kwh: float) -> float:
        """Return the investment in one of this energy."""
        return self.capex_eur_per_kwh * kwh + (self.fixed_eur if kwh > 0.0 else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class MemberGains:
    """What each member saves, for the aim of the worst member.

    Attributes:
        per_kwh: saving for a kWh shared by all at a step, as a part of its yearly bill, (N, D): its part of
            the needs times what a local kWh spares it.
        fixed: what taking part costs it anyway, as a part of its bill, (N,).
    """

    ids: tuple[str, ...]
    per_kwh: FloatArray
    fixed: FloatArray
