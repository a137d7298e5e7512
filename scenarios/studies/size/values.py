"""What a search of powers rests on: values only.

The battery in a sizing: what it costs, its part of the gains, and whether one pays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.finance import Finance
from acc.plan.cash_flows import nominal_discount_ratio
from acc.scenario import Scenario
from acc.size.result import BatteryWorth, SizedBattery, SizedPowers
from scenarios.studies.size.planes.battery_planes import BatteryUse, Store, StoredWorth, StoreTerm, used_kwh
from scenarios.studies.size.planes.terms import Gains, kinds_of, unique_rows
from scenarios.studies.size.roof_classes import RoofClass
from scenarios.studies.size.settings import BatteryChoice


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
        for host, taken in zip(self.hosts, own_kwh, strict=True):
            worth, left = worth - host[columns] * taken, left - taken
        return np.divide(worth, left, out=local, where=left > 1e-9 * need_kwh)


@dataclass(frozen=True, slots=True, eq=False)
class BatteryGround:
    """A battery of any size: how it works and what a kWh of it costs.

    Attributes:
        fill_hours: energy over power.
        capex_eur_per_kwh, fixed_eur: investment.
        running_eur_per_kwh: running cost and replacement over the plan, worth today.
    """

    store: Store
    fill_hours: float
    capex_eur_per_kwh: float
    fixed_eur: float
    running_eur_per_kwh: float

    @property
    def cost_eur_per_kwh(self) -> float:
        """All that a kWh costs over the plan, worth today."""
        return self.capex_eur_per_kwh + self.running_eur_per_kwh

    def capex_eur(self, capacity_kwh: float) -> float:
        """Return the investment in one of this energy."""
        return self.capex_eur_per_kwh * capacity_kwh + (self.fixed_eur if capacity_kwh > 0.0 else 0.0)


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


CURVE_POINTS = 9

SAME_WORTH = 1e-9
"""Worths that differ by less than this, relative, are one: they are sums of shares that make 1."""


def battery_ground(
    choice: BatteryChoice, finance: Finance, step_hours: float, period_years: float
) -> BatteryGround:
    """Build the battery of a search, with the cost of its kWh over the plan.

    Args:
        period_years: length of the period; what is made and used is told by year.
    """
    t = np.arange(1.0, finance.horizon_years + 1.0)
    worth = (1.0 + nominal_discount_ratio(finance)) ** -t * (1.0 + finance.indexation_ratio) ** (t - 1.0)
    replaced = (choice.replacement_eur_per_kwh or 0.0) * (t == (choice.replacement_year or 0))
    return BatteryGround(
        store=Store(
            step_ratio=step_hours / choice.fill_hours,
            way_ratio=float(np.sqrt(choice.round_trip_ratio)),
            initial_ratio=choice.initial_ratio,
            scale_ratio=1.0 / period_years,
        ),
        fill_hours=choice.fill_hours,
        capex_eur_per_kwh=choice.capex_eur_per_kwh,
        fixed_eur=choice.fixed_eur,
        running_eur_per_kwh=float(worth @ (choice.opex_eur_per_kwh_year + replaced)),
    )


def store_term(
    ground: SizeGround,
    common: FloatArray,
    money: Sequence[int],
    energy: Sequence[int],
    met: IntArray,
    rows: int,
) -> StoreTerm:
    """Return the loop of all together with a battery in it, one variable more than columns.

    Each kWh given back is taken at the highest worth among the columns, each one taken at the dearest price
    of a surplus; see `gains._npv_parts`.

    Args:
        common: worth of a kWh used at once that all columns have, above the surplus, (D,).
        money, energy: rows of the gains that count euros, and kWh used, of `rows`; no other one is asked for.
        met: the margins of the columns that may be built.
    """
    assert ground.battery is not None
    worths, margins = [], ground.margins
    if money:
        direct, given = np.maximum(common, 0.0), _evened(margins.local[met].max(axis=0))
        name, dearest = f"money {met.tolist()}", float(margins.surplus[met].max())
        worths.append((StoredWorth(name, direct, given, dearest), tuple(money)))
    if energy:
        ones = np.ones(len(ground.need_kwh))
        worths.append((StoredWorth("energy", ones, ones, 0.0), tuple(energy)))
    return StoreTerm(ground.battery.store, *ground.outputs, ground.need_kwh, tuple(worths), rows)


def _evened(worth: FloatArray) -> FloatArray:
    highest = float(worth.max())
    return np.full(len(worth), highest) if np.ptp(worth) <= SAME_WORTH * abs(highest) else worth


def use_of(ground: SizeGround, x: FloatArray) -> BatteryUse | None:
    """Use of the battery at this point; None where none is sought."""
    if ground.battery is None:
        return None
    return used_kwh(ground.battery.store, ground.made_at(x), ground.need_kwh, ground.battery_kwh(x))


def sized_battery(
    ground: SizeGround, x: FloatArray, value: Callable[[FloatArray], float]
) -> SizedBattery | None:
    """Sized battery of a point.

    Args:
        value: of the aim at a point, under the simulator's rule.
    """
    use, battery = use_of(ground, x), ground.battery
    if use is None or battery is None:
        return None
    kwh, more = ground.battery_kwh(x), x.copy()
    more[-1] += 1.0
    taken, given = float(use.taken_kwh.sum()), float(use.given_kwh.sum())
    stored_kwh = use.left_kwh - kwh * battery.store.scale_ratio * battery.store.initial_ratio
    return SizedBattery(
        kwh=kwh,
        kw=kwh / battery.fill_hours,
        next_kwh=value(more) - value(x),
        taken_kwh=taken,
        given_kwh=given,
        lost_kwh=taken - given - stored_kwh,
        capex_eur_ht=battery.capex_eur(kwh),
    )


def curve_energies_kwh(choice: BatteryChoice, best_kwh: float) -> list[float]:
    """Return the energies of the curve, from the least to the most that is sought, the best among them."""
    energies = np.linspace(choice.low_kwh, choice.high_kwh, CURVE_POINTS)
    if choice.step_kwh is not None:
        energies = np.floor(energies / choice.step_kwh + 1e-9) * choice.step_kwh
    return sorted({float(kwh) for kwh in energies if kwh >= choice.low_kwh} | {best_kwh})


def best_of(best: SizedPowers, worth: BatteryWorth) -> SizedPowers:
    """Return the best solution met: where worths differ, one of the curve may pass the one found first."""
    better = max((best, *worth.curve), key=lambda sized: sized.value)
    return best if better is best else with_bound(better, best.bound)


def with_bound(sized: SizedPowers, bound: float) -> SizedPowers:
    """Return a solution with the bound of another search that allows it, in the unit of the aim."""
    gap = max(0.0, bound - sized.value) / max(1.0, abs(sized.value))
    return replace(sized, bound=max(bound, sized.value), gap_ratio=gap)


def first_energy(choice: BatteryChoice) -> float:
    """Return the least energy that is built, at most one kWh unless a module is larger."""
    return choice.step_kwh or min(1.0, choice.high_kwh)


def battery_worth(
    choice: BatteryChoice,
    battery: BatteryGround,
    without: SizedPowers | None,
    first: tuple[float, float | None],
    curve: Sequence[SizedPowers],
) -> BatteryWorth:
    """Return whether a battery pays.

    Args:
        without: the best solution without any; None where the limits need one.
        first: the least energy that is built, and what each of its kWh adds, costs by kWh counted; None
            where the aim is not money.
    """
    kwh, first_eur = first
    below = None
    if without is not None and first_eur is not None:
        # A fixed cost is spread over all the kWh: the first one may then not be the one that pays best.
        added = [first_eur - battery.fixed_eur / kwh]
        added += [
            (sized.value - without.value) / sized.battery.kwh
            for sized in curve
            if sized.battery is not None and sized.battery.kwh >= kwh
        ]
        below = battery.capex_eur_per_kwh + max(added)
    return BatteryWorth(
        max_kwh=choice.high_kwh,
        hours=choice.fill_hours,
        round_trip_ratio=choice.round_trip_ratio,
        capex_eur_per_kwh=choice.capex_eur_per_kwh,
        fixed_eur=choice.fixed_eur,
        without=without,
        first_kwh_eur=None if first_eur is None else first_eur + battery.cost_eur_per_kwh,
        running_eur_per_kwh=battery.running_eur_per_kwh,
        pays_below_eur_per_kwh=below,
        curve=tuple(curve),
    )


def battery_notes(choice: BatteryChoice, scenario: Scenario) -> Iterator[str]:
    """Assumptions on the battery, and items left out, in sentences."""
    message = _("It holds its capacity over the whole plan; {hours:g} h to fill, {percent:.0f} % given back.")
    yield _(
        "The battery takes what all leave and gives it back as soon as they lack, as in `acc run`: "
        "values are those of this rule. Its own network tariff and taxes are left out."
    )
    yield message.format(hours=choice.fill_hours, percent=100.0 * choice.round_trip_ratio)
    if choice.replacement_year is None:
        yield _("No replacement of the battery is counted: give replacement_year and its cost.")
    if choice.opex_eur_per_kwh_year == 0.0:
        yield _("No running cost of the battery is counted (opex_eur_per_kwh_year).")
    if scenario.battery is not None:
        message = _("The size in [battery] is left aside: {name} is sized here.")
        yield message.format(name=scenario.battery.name)
