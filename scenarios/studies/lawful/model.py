"""What operations are weighed with: who pays what for a local kWh, whose it is, the roofs that may stand.

Prices are those of `acc run`; what it does not know of a group before it is formed (tax on profit, the ACC
option of the network tariff, another key, a battery) is in its own figures alone: see `judged`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.accounts.persons import holdings
from acc.accounts.price_corridor import pays_tax
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.bill import BillTerms, bill_terms, bills_before, local_price, period_years
from acc.bills.tariff_slots import kwh_by_slot, slot_patterns
from acc.bills.tariffs import Tariffs
from acc.ledger.chart import holders
from acc.plan.plants import age_years
from acc.problem import InputError, Problem
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.lawful.meters import RoofMeter, RoofMeters, SunnySteps, stretches_of, sunny_steps

RATIOS = (1.0, 0.75, 0.5, 0.25)
"""Powers at which a roof that does not stand yet may be built."""

SAME_EUR_PER_KWH = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SitePrices:
    """What sites pay, N sites: EUR of the period, kWh of it.

    Attributes:
        supply_eur_per_kwh: by pattern of prices, (P, N).
        accise_eur_per_kwh: that no exempt local kWh bears, (N,); `untaxed_ratio` what a plant spares, (M,).
        local_eur_per_kwh: by price that plants sell at, (L, P, N); `sold_as` the one of each plant, (M,).
        fixed_eur: more paid for the management of the network tariff, and its CTA, (N,).
        alike: whether all roofs sell at one price, fade alike, bear the same accise: their kWh are one sum.
        known: sites whose euros are known, (N,); the others count nothing, and buy all the same.
        vat_ratio: on what each site is billed over the plan, 0 where VAT is recovered, (N,); `own` the plants
            of its person, who bills itself none, (M, N).
    """

    supply_eur_per_kwh: FloatArray
    accise_eur_per_kwh: FloatArray
    untaxed_ratio: FloatArray
    local_eur_per_kwh: FloatArray
    sold_as: IntArray
    alike: bool
    fixed_eur: FloatArray
    known: BoolArray
    pmo_eur_per_kwh: float
    pmo_eur: float
    vat_ratio: FloatArray
    own: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class GroupModel:
    """All that values a group.

    Attributes:
        persons: ids, Q of them; `site_person` (N,) and `roof_person` (M,) are places among them.
        meters: those that have roofs; `meter_of` the one of each roof, (M,).
        holder: who takes each roof along: its host, or itself, after the sites, on the network, (M,).
        may_leave: roofs that need not be built, (M,): those that do not stand yet.
    """

    operation: Operation
    steps: SunnySteps
    prices: SitePrices
    persons: tuple[str, ...]
    site_person: IntArray
    roof_person: IntArray
    meters: RoofMeters
    meter_of: IntArray
    holder: tuple[int, ...]
    may_leave: BoolArray

    @property
    def alike(self) -> bool:
        """Whether the kWh of all roofs are one sum."""
        return self.prices.alike

    @property
    def in_kwh(self) -> bool:
        """Whether a kWh shared is worth one, and all else nothing."""
        return self.meters.in_kwh

    @property
    def sites(self) -> int:
        """How many participants there are."""
        return len(self.site_person)

    @property
    def roofs(self) -> int:
        """How many plants there are."""
        return len(self.roof_person)

    def powers_of(self, roof: int) -> range:
        """Return the powers that a roof may have, as places of `RoofMeters.ratios`."""
        return range(len(self.meters.power_shares) if self.may_leave[roof] else 1)


def group_model(
    operation: Operation, power_shares: Sequence[float] = RATIOS, *, in_kwh: bool = False
) -> GroupModel:
    """Return the model of an operation whose local price is decided.

    Args:
        in_kwh: count the kWh shared in place of euros, roofs at their whole power.

    Raises:
        ValueError: no price is decided.
    """
    scenario, tariffs, exchange = operation.scenario, operation.tariffs, operation.exchange
    if tariffs is None:
        raise ValueError("a local price is needed to weigh operations in euros")
    years = period_years(exchange.steps)
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, years)
    output = exchange.production_kwh
    if any(plant.behind is not None for plant in scenario.plants):
        output = output + exchange.own_use_kwh
    is_sunny = output.sum(axis=1) > 0.0
    pattern, prices = _site_prices(operation, tariffs, terms, is_sunny)
    if in_kwh:
        pattern, prices, power_shares = np.zeros_like(pattern), _kwh_prices(operation), (1.0,)
    of_site, of_plant = holders(scenario, tariffs.plants)
    persons = {
        holding.id: at for at, holding in enumerate(holdings(scenario, [p.owner for p in tariffs.plants]))
    }
    every = _meters(operation)
    meter_of = {roof: at for at, meter in enumerate(every) for roof in meter.roofs}
    meters = RoofMeters(
        operation,
        _gross_kwh(operation),
        output,
        every,
        tuple(power_shares),
        persons,
        years,
        ((range(1, 2),) if in_kwh else stretches_of(operation.ground)),
        in_kwh,
    )
    return GroupModel(
        operation=operation,
        steps=sunny_steps(is_sunny, pattern),
        prices=prices,
        persons=tuple(persons),
        site_person=_places([persons[name] for name in of_site]),
        roof_person=_places([persons[name] for name in of_plant]),
        meters=meters,
        meter_of=_places([meter_of[roof] for roof in range(len(scenario.plants))]),
        holder=tuple(
            len(of_site) + roof if (host := every[meter_of[roof]].host) is None else host
            for roof in range(len(scenario.plants))
        ),
        may_leave=np.array(
            [not in_kwh and age_years(plant, scenario.on) == 0 for plant in scenario.plants], dtype=np.bool_
        ),
    )


def euros_known(operation: Operation) -> BoolArray:
    """Return of which participants the bills are known, (N,): a supply price that is missing leaves none.

    Raises:
        ValueError: no local price is decided.
    """
    tariffs, scenario, exchange = operation.tariffs, operation.scenario, operation.exchange
    if tariffs is None:
        raise ValueError("tariffs are needed to know of whom they are known")
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, period_years(exchange.steps))
    return _known(terms, tariffs, operation)


def _known(terms: BillTerms, tariffs: Tariffs, operation: Operation) -> BoolArray:
    exchange, clocks = operation.exchange, tariffs.clocks
    consumed = kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh)
    exchange.let_go()
    return np.isfinite(bills_before(terms, consumed).total_eur_ht)


def _kwh_prices(operation: Operation) -> SitePrices:
    """Prices that make each shared kWh worth one, for any receiver."""
    sites, roofs = len(operation.scenario.participants), len(operation.scenario.plants)
    return SitePrices(
        supply_eur_per_kwh=np.ones((1, sites)),
        accise_eur_per_kwh=np.zeros(sites),
        untaxed_ratio=np.zeros(roofs),
        local_eur_per_kwh=np.zeros((1, 1, sites)),
        sold_as=np.zeros(roofs, dtype=np.int64),
        alike=True,
        fixed_eur=np.zeros(sites),
        known=np.ones(sites, dtype=np.bool_),
        pmo_eur_per_kwh=0.0,
        pmo_eur=0.0,
        vat_ratio=np.zeros(sites),
        own=np.zeros((roofs, sites), dtype=np.bool_),
    )


def at_price_of_zero(operation: Operation) -> Operation:
    """Return an operation whose local kWh are given: what buyers pay sellers adds nothing to all together.

    Raises:
        InputError: a tax on the profit of sellers, which follows the price.
    """
    scenario = operation.scenario
    if pays_tax(scenario):
        message = _("a local price is needed for euros: give local_eur_per_mwh")
        raise InputError([Problem("[prices]", message)])
    scenario = replace(scenario, prices=replace(scenario.prices, local_eur_per_kwh=0.0))
    return replace(operation, scenario=scenario, tariffs=tariffs_of(scenario, operation.exchange))


def _site_prices(
    operation: Operation, tariffs: Tariffs, terms: BillTerms, is_sunny: BoolArray
) -> tuple[IntArray, SitePrices]:
    """Return the pattern of prices of each step, and the prices of each pattern that a sunny step has."""
    exchange, scenario = operation.exchange, operation.scenario
    clocks = tariffs.clocks
    rows, row_of = slot_patterns(exchange.steps, clocks)
    every = np.arange(len(clocks))
    supply = terms.supply_eur_per_kwh[every, rows]
    sold = [local_price(scenario.prices, plant.id) for plant in scenario.plants]
    once = list(dict.fromkeys(sold))  # plants that sell alike, whoever buys, are one: L of them
    local = terms.local_eur_per_kwh[[sold.index(price) for price in once]]
    local = local[:, every, rows].transpose(1, 0, 2)  # (R, L, N)
    both = np.concatenate([supply, local.reshape(len(rows), -1)], axis=1)
    alike_rows = np.nan_to_num(np.round(both / SAME_EUR_PER_KWH), nan=-1.0)
    _kinds, first, pattern = np.unique(alike_rows, axis=0, return_index=True, return_inverse=True)
    of_step = pattern.ravel()[row_of]
    used = np.unique(of_step[is_sunny])
    first, of_step = first[used], np.searchsorted(used, of_step)
    known = _known(terms, tariffs, operation)
    fixed = terms.option_fixed_eur
    fades = {plant.model.degradation_ratio for plant in scenario.plants}
    lives = {None if plant.costs is None else plant.costs.life_years for plant in scenario.plants}
    ages = {age_years(plant, scenario.on) for plant in scenario.plants}
    local = local[first].transpose(1, 0, 2)
    same_price = bool(local.size) and bool(np.all(local == local.flat[0]))
    vat, own = _vat(operation, tariffs, terms)
    alike = (
        same_price
        and bool(known.all())
        and len(set(terms.local_accise_ratio)) == len(fades) == len(lives) == len(ages) == 1
    )
    return of_step, SitePrices(
        supply_eur_per_kwh=np.nan_to_num(supply[first]),
        accise_eur_per_kwh=terms.accise_eur_per_kwh,
        untaxed_ratio=1.0 - terms.local_accise_ratio,
        local_eur_per_kwh=np.nan_to_num(local),
        sold_as=_places([once.index(price) for price in sold]),
        alike=alike,
        fixed_eur=fixed,
        known=known,
        pmo_eur_per_kwh=terms.pmo_eur_per_kwh,
        pmo_eur=terms.pmo_eur,
        vat_ratio=vat,
        own=own,
    )


def _vat(operation: Operation, tariffs: Tariffs, terms: BillTerms) -> tuple[FloatArray, BoolArray]:
    """Return `SitePrices.vat_ratio` and `SitePrices.own`; as the tariffs have them."""
    of_site, of_plant = holders(operation.scenario, tariffs.plants)
    bears = [not member.recovers_vat for member in tariffs.members]
    own = np.array([[person == owner for person in of_site] for owner in of_plant], dtype=np.bool_)
    return np.where(bears, terms.vat_ratio, 0.0), own.reshape(len(of_plant), len(of_site))


def _gross_kwh(operation: Operation) -> FloatArray:
    """Consumption of each site, own use included, (T, N), kWh."""
    exchange, gross = operation.exchange, operation.exchange.consumption_kwh
    if all(plant.behind is None for plant in operation.scenario.plants):
        return gross
    gross = gross.copy()
    index = {site.id: n for n, site in enumerate(operation.scenario.participants)}
    for m, plant in enumerate(operation.scenario.plants):
        host = index.get(plant.behind or "")
        if host is not None:
            gross[:, host] += exchange.own_use_kwh[:, m]
    return gross


def _meters(operation: Operation) -> tuple[RoofMeter, ...]:
    index = {site.id: n for n, site in enumerate(operation.scenario.participants)}
    roofs: dict[int, list[int]] = {}
    alone = []
    for m, plant in enumerate(operation.scenario.plants):
        host = index.get(plant.behind or "")
        if host is None:
            alone.append(RoofMeter(None, (m,)))
        else:
            roofs.setdefault(host, []).append(m)
    return (*(RoofMeter(host, tuple(own)) for host, own in roofs.items()), *alone)


def _places(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
