"""Roofs behind their meters, built at a power or not: what then reaches the network, and its worth alone.

The worth alone is that of `acc run` of this meter without sharing: works, taxes, own use and what the surplus
brings, of each person it moves.

What sites use and roofs make over the steps that count, by member, alike prices side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import BoolArray, FloatArray, IntArray, StoreRows, in_memory, let_go
from acc.bills.tariffs import SurplusContract
from acc.exchange import Exchange, behind_meters, exchange_behind_meters
from acc.ledger.chart import paces_of
from acc.plan.another_power import at_power
from acc.plan.cash_flows import PlanTerms, rent_eur
from acc.scenario import Scenario
from acc.sites import Plant
from scenarios.entry.folder.build import without_sharing
from scenarios.entry.folder.settings import power_rules
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.plan_years import YearsGround
from scenarios.operation.tariffs.price import tariffs_of

AT_ONCE = 256
"""Columns picked at once: a second copy of those of 10,000 sites would take 350 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class SunnySteps:
    """The steps in which something is made, put together where the same prices hold for everybody.

    Attributes:
        order: positions of the steps in the period, (T',).
        starts: where each pattern of prices begins among them, (P + 1,), the end last.
    """

    order: IntArray
    starts: IntArray

    @property
    def edges(self) -> tuple[int, ...]:
        """Where each pattern begins, (P + 1,), the end last."""
        return tuple(self.starts.tolist())

    def rows(self, by_step_kwh: FloatArray, store: StoreRows = in_memory) -> FloatArray:
        """Return columns (T, S) of the whole period as rows, (S, T')."""
        return store(self._picked(by_step_kwh), (by_step_kwh.shape[1], self.edges[-1]))

    def stacked(self, kwh: FloatArray) -> FloatArray:
        """Return curves in K mean years, (..., K, T), as rows, (..., K, T')."""
        rows = self.rows(kwh.reshape(-1, kwh.shape[-1]).T)
        return rows.reshape(*kwh.shape[:-1], -1)

    def _picked(self, by_step_kwh: FloatArray) -> Iterator[FloatArray]:
        for first in range(0, by_step_kwh.shape[1], AT_ONCE):
            yield by_step_kwh[:, first : first + AT_ONCE][self.order].T
            let_go(by_step_kwh)


def sunny_steps(is_sunny: BoolArray, pattern: IntArray) -> SunnySteps:
    """Return the steps that count, by pattern of prices.

    Args:
        pattern: of each step, (T,).
    """
    steps = np.flatnonzero(is_sunny)
    order = steps[np.argsort(pattern[steps], kind="stable")]
    _kinds, starts = np.unique(pattern[order], return_index=True)
    return SunnySteps(order, np.append(starts, len(order)))


def added(rows_kwh: Sequence[FloatArray], count: int | tuple[int, ...]) -> FloatArray:
    """Return the sum of rows: one by one and in place, thrice as fast as over a copy of them."""
    total = np.zeros(count)
    for row in rows_kwh:
        total += row
    return total


NOT_BUILT = -1
"""Of the powers of a roof: none of them."""

Powers = tuple[int, ...]
"""Which power each roof of a meter has, or `NOT_BUILT`."""


@dataclass(frozen=True, slots=True)
class RoofMeter:
    """Roofs that stand behind one meter, or one roof on the network by itself.

    Attributes:
        host: column of the participant; None on the network.
        roofs: columns of the plants.
    """

    host: int | None
    roofs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RoofRates:
    """What a kWh shared by a roof in the mean year of a stretch moves, over the plan then over the period.

    Arrays are (K, 2): a stretch, then over the plan and over the period, which is the first year.

    Attributes:
        accise, supply, local, costs: what a euro of it becomes, by what its price follows.
        yearly: what a yearly euro of costs becomes while the roof runs.
        surplus_eur_per_kwh: what the kWh brings where nobody takes it.
        cap_kwh: of the period, that a contract pays: what is shared beyond takes no paid kWh away.
        capped_eur_per_kwh, faded_ratio: price under the contract in each year, worth today, and what is left
            then of the output of the mean year, (K, H + 1), zero outside the stretch.
        period_eur_per_kwh: price of the contract in the period.
        has_plan: whether there is a plan, or the period alone.
    """

    accise: FloatArray
    supply: FloatArray
    local: FloatArray
    costs: FloatArray
    yearly: FloatArray
    surplus_eur_per_kwh: FloatArray
    cap_kwh: float = np.inf
    capped_eur_per_kwh: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    faded_ratio: FloatArray = field(default_factory=lambda: np.zeros((1, 1)))
    period_eur_per_kwh: float = 0.0
    has_plan: bool = True

    def surplus_lost_eur(self, shared_kwh: FloatArray) -> FloatArray:
        """Surplus income lost by what is shared in the mean year of each stretch, (K,), EUR, (K, 2)."""
        lost: FloatArray = self.surplus_eur_per_kwh * shared_kwh[:, None]
        if (shared_kwh > self.cap_kwh).any():
            over = np.maximum(shared_kwh[:, None] * self.faded_ratio - self.cap_kwh, 0.0)
            lost[:, 0] -= (over * self.capped_eur_per_kwh).sum(axis=1)
            lost[0, 1] -= max(0.0, float(shared_kwh[0]) - self.cap_kwh) * self.period_eur_per_kwh
        return lost


_ONES = np.ones((1, 2))

KWH_ALONE = RoofRates(
    accise=_ONES,
    supply=_ONES,
    local=_ONES,
    costs=_ONES,
    yearly=_ONES,
    surplus_eur_per_kwh=np.zeros((1, 2)),
    has_plan=False,
)
"""Where no euro is known: a kWh counts as one, and as nothing where it is not shared."""


@dataclass(frozen=True, slots=True, eq=False)
class BuiltMeter:
    """A meter with the roofs that are built behind it, in the mean year of each of K stretches.

    Attributes:
        withdrawn_kwh: by the host, (K, T); None on the network.
        injected_kwh: by each roof that is built, (R, K, T).
        roofs: columns of these.
        alone_eur: what each person has of them when nothing is shared, over the plan and the period, (2, Q).
        invested_eur: in them, the connection included where it is known.
    """

    withdrawn_kwh: FloatArray | None
    injected_kwh: FloatArray
    roofs: tuple[int, ...]
    rates: tuple[RoofRates, ...]
    alone_eur: FloatArray
    invested_eur: float


MOST_STRETCHES = 3
"""Stretches of years that a plan is cut in, but for ends of lives: the first year, and two of later ones."""


def stretches_of(ground: YearsGround) -> tuple[range, ...]:
    """Return the years of a plan, from 1, in stretches: each is looked at as one mean year.

    As min(need, made) is concave, what is shared in a mean year is no less than the mean of what is shared
    (Jensen, 1906): what bounds plans on it bounds them over the years. The first year is by itself, for its
    gains; one stretch alone where all years are alike, or are not told apart.
    """
    last = ground.horizon
    wears = bool(ground.ends) or bool(ground.wear_ratio.any())
    if not ground.has_plan or not wears or last == 1:
        return (range(1, max(last, 1) + 1),)
    middle = 1 + -(-(last - 1) // (MOST_STRETCHES - 1))
    edges = sorted({0, 1, middle, last, *ground.ends.values()})
    return tuple(range(a + 1, b + 1) for a, b in pairwise(edges))


@dataclass(frozen=True, eq=False)
class RoofMeters:
    """All meters that have roofs, and what each state of them gives; computed once where it is asked for.

    Attributes:
        stretches: years of the plan, each seen as its mean, K of them.
        gross_kwh: what each site uses, all sources together, (T, N).
        output_kwh: what each plant makes at its whole power, (T, M).
        power_shares: powers that a roof may have, of its whole one; an existing one has the first alone.
        persons: place of each person, by id.
        in_kwh: whether a kWh shared is worth one and all else nothing, no euro being known.
    """

    operation: Operation
    gross_kwh: FloatArray
    output_kwh: FloatArray
    every: tuple[RoofMeter, ...]
    power_shares: tuple[float, ...]
    persons: Mapping[str, int]
    period_years: float
    stretches: tuple[range, ...]
    in_kwh: bool = False
    known: dict[tuple[int, Powers], BuiltMeter] = field(default_factory=dict)

    def built(self, meter: int, powers: Powers) -> BuiltMeter:
        """Return a meter with some roofs."""
        meters = self.known.get((meter, powers))
        if meters is None:
            meters = self.known[meter, powers] = self._built(self.every[meter], powers)
        return meters

    def plant(self, roof: int, power: int) -> Plant:
        """Return a plant at one of the powers."""
        plant, ratio = self.operation.scenario.plants[roof], self.power_shares[power]
        # Its person is known by a site that may be elsewhere.
        owned = replace(plant, person=plant.person or self._person_of.get(plant.producer))
        return owned if ratio == 1.0 else at_power(owned, plant.kwp * ratio, power_rules())

    @cached_property
    def _person_of(self) -> Mapping[str, str | None]:
        return {site.id: site.person for site in self.operation.scenario.participants}

    def _built(self, meter: RoofMeter, powers: Powers) -> BuiltMeter:
        chosen = [(roof, power) for roof, power in zip(meter.roofs, powers, strict=True) if power >= 0]
        columns = [] if meter.host is None else [meter.host]
        alone, rates, invested = np.zeros((2, len(self.persons))), tuple[RoofRates, ...](), 0.0
        left, discounting = np.ones((len(chosen), 2)), np.ones(2)
        if self.in_kwh:
            rates = (KWH_ALONE,) * len(chosen)
        elif chosen:
            operation = self.alone(meter, powers)[0]
            money, scenario = (
                operation.outcome(operation.scenario.key, leaving=False).money,
                operation.scenario,
            )
            assert money is not None
            alone = self.persons_eur(money, scenario)
            built = () if money.plan_terms is None else money.plan_terms.plants
            invested = sum(plant.capex_eur + plant.charges.connection_eur for plant in built)
            taxed = () if operation.tariffs is None else operation.tariffs.accise.taxed_by_year
            rates = roof_rates(money, scenario, self.period_years, self.stretches, taxed)
            if money.plan_terms is not None and len(self.stretches) > 1:
                left = money.plan_terms.fade
                discounting = money.plan_terms.discounting
        withdrawn, injected = self._mean_years(columns, chosen, left, discounting)
        return BuiltMeter(
            withdrawn_kwh=withdrawn,
            injected_kwh=injected,
            roofs=tuple(roof for roof, _power in chosen),
            rates=rates,
            alone_eur=alone,
            invested_eur=invested,
        )

    def exchange(self, members: Sequence[int], chosen: Sequence[tuple[int, int]]) -> Exchange:
        """Exchange of some sites, with roofs built at some powers."""
        scenario, place = self.operation.scenario, {n: at for at, n in enumerate(members)}
        ids = {scenario.participants[n].id: at for n, at in place.items()}
        output = _columns(self.output_kwh, [roof for roof, _power in chosen])
        output = output * np.array([self.power_shares[power] for _roof, power in chosen])
        behind = [ids.get(scenario.plants[roof].behind or "") for roof, _power in chosen]
        load = _columns(self.gross_kwh, list(members))
        return exchange_behind_meters(scenario.steps, load, output, behind, in_place=True)

    def _mean_years(
        self, host: list[int], chosen: Sequence[tuple[int, int]], left: FloatArray, discounting: FloatArray
    ) -> tuple[FloatArray | None, FloatArray]:
        """Withdrawals of a host, (K, T), and injections of its roofs, (R, K, T), in mean years, kWh.

        Args:
            left: part of the first output in each year, (R, H + 1); `discounting` worth of these, (H + 1,).
        """
        stretches = self.stretches if len(self.stretches) > 1 else (range(1, 2),)
        output = _columns(self.output_kwh, [roof for roof, _power in chosen])
        output = output * np.array([self.power_shares[power] for _roof, power in chosen])
        load = _columns(self.gross_kwh, host)
        means = [discounting[list(years)] / discounting[list(years)].sum() for years in stretches]
        if not host:
            parts = np.array([[left_in(row, discounting, years) for years in stretches] for row in left])
            return None, parts.reshape(-1, len(stretches), 1) * np.maximum(output, 0.0).T[:, None, :]
        withdrawn = np.zeros((len(stretches), len(load)))
        injected = np.zeros((len(chosen), len(stretches), len(load)))
        for k, (years, mean) in enumerate(zip(stretches, means, strict=True)):
            for year, weight in zip(years, mean.tolist(), strict=True):
                kwh = behind_meters(load.copy(), output * left[:, year], [0] * len(chosen))
                withdrawn[k] += weight * kwh[0][:, 0]
                injected[:, k] += weight * kwh[1].T
        return withdrawn, injected

    def part(self, members: Sequence[int], chosen: Sequence[tuple[int, int]], *, sharing: bool) -> Operation:
        """Return the operation of some sites and of roofs at some powers, run as a folder of theirs alone."""
        full = self.operation.scenario
        people = tuple(full.participants[n] for n in members)
        roofs = tuple(self.plant(roof, power) for roof, power in chosen)
        scenario = replace(
            full,
            participants=people,
            plants=roofs,
            flexible=(),
            battery=None,
            inactive_ids=full.inactive_ids | {p.id for p in full.participants} - {p.id for p in people},
            inactive_plant_ids=full.inactive_plant_ids | {p.id for p in full.plants} - {p.id for p in roofs},
        )
        exchange = self.exchange(members, chosen)
        scenario = scenario if sharing else without_sharing(scenario)
        return Operation(
            scenario,
            self.operation.folder,
            exchange,
            scenario_members(scenario),
            tariffs_of(scenario, exchange),
        )

    def alone(self, meter: RoofMeter, powers: Powers) -> tuple[Operation, list[int], list[int]]:
        """Return a meter that shares nothing as an operation; the columns of its site and of its roofs.

        A roof on the network has a site beside it, which gains nothing.
        """
        chosen = [(roof, power) for roof, power in zip(meter.roofs, powers, strict=True) if power >= 0]
        columns = [0 if meter.host is None else meter.host]
        operation = self.part(columns, chosen, sharing=False)
        finance = operation.scenario.finance
        if finance is not None:  # the grant of a whole operation is nobody's alone
            scenario = replace(operation.scenario, finance=replace(finance, grant_eur=0.0))
            operation = replace(operation, scenario=scenario)
        return operation, columns, [roof for roof, _power in chosen]

    def persons_eur(self, money: Money, scenario: Scenario) -> FloatArray:
        """Euros of each person from a computed part, rents to outside landlords included, (2, Q)."""
        eur = persons_eur(money.persons, self.persons)
        for _plant, landlord, rent in self.rents_outside(money, scenario):
            eur[:, self.persons[landlord]] += rent
        return eur

    def rents_outside(self, money: Money, scenario: Scenario) -> list[tuple[str, str, FloatArray]]:
        """Return the rents of a computed part that go to persons who are no part of it.

        Returns: of each, the plant, the person, its euros over the plan and over the period, (2,).
        """
        terms, inside = money.plan_terms, {person.id for person in money.persons}
        if terms is None:
            return []
        landlords = [(plant, self._landlord(plant)) for plant in scenario.plants]
        rents = []
        for (plant, landlord), planned in zip(landlords, terms.plants, strict=True):
            if landlord is not None and landlord not in inside:
                years = rent_eur(planned, terms.finance)
                worth = np.array([years @ terms.discounting, years[1] * self.period_years])
                rents.append((plant.id, landlord, worth))
        return rents

    def _landlord(self, plant: Plant) -> str | None:
        """Return the person of the operation that has the rent of a plant."""
        if not plant.landlord:
            return None
        sites = {site.id: site.person or site.id for site in self.operation.scenario.participants}
        names = {person.name: person.id for person in self.operation.scenario.persons or ()}
        landlord = sites.get(plant.landlord) or names.get(plant.landlord) or plant.landlord
        return landlord if landlord in self.persons else None


def persons_eur(person_moneys: Sequence[PersonMoney], place: Mapping[str, int]) -> FloatArray:
    """Gain of each person over the plan and over the period, (2, Q), EUR; without plan, twice the latter."""
    eur = np.zeros((2, len(place)))
    for person in person_moneys:
        value = person.gain_eur_ht if person.npv_eur_ht is None else person.npv_eur_ht
        eur[:, place[person.id]] += [value, person.gain_eur_ht]
    return eur


def roof_rates(
    money: Money,
    scenario: Scenario,
    period_years: float,
    stretches: Sequence[range],
    taxed_shares: Sequence[float] = (0.0,),
) -> tuple[RoofRates, ...]:
    """Rates of a shared kWh for each roof of a meter computed alone.

    Args:
        stretches: years of the plan, each seen as its mean; a single one is the first year, which fades.
        taxed_shares: part of the accise spared in the first year that is due in each year.
    """
    terms = money.plan_terms
    if terms is None:
        pairs = zip(money.plants, scenario.plants, strict=True)
        return tuple(_period_alone(pair.contract, plant.kwp, period_years) for pair, plant in pairs)
    return tuple(_rates(terms, m, period_years, stretches, taxed_shares) for m in range(len(terms.plants)))


def _period_alone(contract: SurplusContract | None, power_kwp: float, period_years: float) -> RoofRates:
    price = _ONES * (0.0 if contract is None else contract.eur_per_kwh)
    hours = None if contract is None else contract.cap_hours
    return RoofRates(
        accise=_ONES,
        supply=_ONES,
        local=_ONES,
        costs=_ONES,
        yearly=_ONES,
        surplus_eur_per_kwh=price,
        cap_kwh=np.inf if hours is None else hours * power_kwp * period_years,
        capped_eur_per_kwh=price[:, :1],
        faded_ratio=_ONES[:, :1],
        period_eur_per_kwh=float(price[0, 1]),
        has_plan=False,
    )


def _rates(
    terms: PlanTerms, m: int, period_years: float, stretches: Sequence[range], taxed_shares: Sequence[float]
) -> RoofRates:
    """Return the rates of a plant; kWh are of the period, hence a year of the plan is a part of them."""
    paces, price = paces_of(terms, by_year=len(stretches) > 1), terms.plants[m].contract.eur_per_kwh
    worth, left = terms.discounting / period_years, paces.fade[m]
    running = terms.running[m].astype(np.float64)
    inside = np.array([np.isin(np.arange(len(worth)), list(years)) for years in stretches])
    faded = inside * terms.fade[m]
    if len(stretches) > 1:
        mean = np.array([left_in(terms.fade[m], terms.discounting, years) for years in stretches])[:, None]
        faded = np.divide(faded, mean, out=np.zeros_like(faded), where=mean > 0.0)

    def of(pace: FloatArray, best: np.ufunc, period: float = 1.0) -> FloatArray:
        """Value of a euro that is shared alike each year, or as panels wear: the best for all of both."""
        plan = best(inside @ (left * pace * worth), faded @ (pace * worth))
        return np.array([plan, [period] + [0.0] * (len(plan) - 1)]).T

    own = np.where(terms.under_contract[m], terms.contract_eur_per_kwh[m], 0.0)
    surplus = np.where(terms.under_contract[m], own, terms.market_eur_per_kwh)
    supply = paces.own_supply[min(m, len(paces.own_supply) - 1)]
    return RoofRates(
        accise=of(1.0 - paces.dated(taxed_shares), np.maximum),
        supply=of(supply, np.maximum),
        local=of(paces.local, np.minimum),
        costs=of(paces.costs, np.minimum),
        yearly=np.array([inside @ (running * paces.costs * worth), inside[:, 1]]).T,
        surplus_eur_per_kwh=of(surplus, np.minimum, price),
        cap_kwh=float(terms.cap_kwh[m, 0]) * period_years,
        capped_eur_per_kwh=inside * own * worth,
        faded_ratio=faded,
        period_eur_per_kwh=price,
    )


def left_in(left: FloatArray, discounting: FloatArray, years: range) -> float:
    """Part of the first output that is left in the mean year of a stretch.

    Args:
        left: in each year, (H + 1,); `discounting` the worth of these.
    """
    weights = discounting[list(years)]
    return float(left[list(years)] @ weights / weights.sum())


def _columns(by_step_kwh: FloatArray, columns: list[int]) -> FloatArray:
    """Return some columns, (T, n), step by step in memory; `np.take` would copy all of them on the way."""
    return np.ascontiguousarray(by_step_kwh[:, columns])
