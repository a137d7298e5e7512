"""Members and persons over the years of the plan: what each gains each year, and what that is worth today.

A local price moves money from who buys to who sells, and no kWh: over the period what a person gains is
straight in it. Over the plan it is too, but for a tax on profit: the price is then searched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.person_values import PersonMoney, losing_year
from acc.accounts.producers import Plans
from acc.accounts.values import Corridor, Money, ParticipantMoney, PriceBound, PriceMoved
from acc.arrays import BoolArray, FloatArray
from acc.bills.bill import local_prices, priced
from acc.ledger.chart import INVESTMENT_VAT, RUNNING_VAT, TAX, Account, LedgerChart, paces_of
from acc.ledger.fill import Block, YearEuros, fill, plant_blocks
from acc.ledger.sums import Entry, PersonGains, brought, entries, person_gains, site_savings_eur, summed
from acc.plan.cash_flows import PlanTerms
from acc.plan.values import losses_kept_eur
from acc.scenario import Prices, Scenario
from acc.sides import NOTHING_EUR, loses
from acc.units import LEAST_KWH


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """The years of the plan, for all: P persons, N sites, years 0 to H.

    Attributes:
        blocks: every payment of every year, taxes on profit apart.
        gains: of persons; `full` where local kWh come to bear the accise in full, `connected` where
            connections that nobody knows cost their upper figure, None where none has one.
        savings_eur, full_savings_eur: of sites, (N, H + 1).
        vat_ratio: on what who does not recover it is billed.
    """

    chart: LedgerChart
    terms: PlanTerms
    blocks: tuple[Block, ...]
    gains: PersonGains
    full: PersonGains
    connected: PersonGains | None
    savings_eur: FloatArray
    full_savings_eur: FloatArray
    vat_ratio: float

    @property
    def entries(self) -> tuple[Entry[FloatArray], ...]:
        """Every payment that plants and operation change in each year, taxes on profit with them."""
        every = np.arange(len(self.chart.persons))
        state = np.full(len(every), self.chart.of(Account.STATE))
        taxes = Block(TAX, every, state, self.gains.tax_eur)
        return tuple(entries(self.chart, (*self.blocks, taxes)))

    @property
    def losses_kept_eur(self) -> float:
        """How much more tax is paid than if the State gave back its part of each loss, worth today."""
        own = self.gains
        more = losses_kept_eur(own.result_eur, own.invested_eur, own.given_eur, own.tax_ratio)
        return float((more @ self.terms.discounting).sum())

    def with_years(self, members: Sequence[ParticipantMoney]) -> tuple[ParticipantMoney, ...]:
        """Return the participants with the saving of each year; those whose euros are unknown stay as is."""
        savings, full = self.savings_eur[:, 1:].tolist(), self.full_savings_eur[:, 1:].tolist()
        return tuple(
            member
            if member.after is None
            else replace(
                member,
                by_year_eur_ht=tuple(savings[n]),
                loses_from_year=losing_year(savings[n]),
                full_accise_loses_from_year=losing_year(full[n]),
            )
            for n, member in enumerate(members)
        )

    def persons_with_years(self, persons: Sequence[PersonMoney]) -> tuple[PersonMoney, ...]:
        """Return the persons with what their years are worth."""
        count, worth = len(persons), self.terms.discounting
        gain, bare, tax = self.gains.gain_eur, self.full.gain_eur, self.gains.tax_eur
        lost = (block for block in self.blocks if block.line in {INVESTMENT_VAT, RUNNING_VAT})
        plant_vat = np.broadcast_to(-brought(lost, count), gain.shape)
        bill_vat = np.broadcast_to(self.gains.bill_vat_eur, gain.shape)
        running = np.broadcast_to(self.gains.running_eur_ht, gain.shape).tolist()
        dear = gain if self.connected is None else self.connected.gain_eur
        values = (np.array([gain, bare, tax, plant_vat, bill_vat, dear]) @ worth).T.tolist()
        known = self.connected is not None
        years_of = (gain.tolist(), bare.tolist(), dear.tolist(), running)
        by_person = zip(persons, values, *years_of, strict=True)
        return tuple(
            replace(
                person,
                npv_eur_ht=of[0],
                full_accise_npv_eur_ht=of[1],
                profit_tax_npv_eur=of[2],
                plant_vat_npv_eur=of[3],
                lost_vat_npv_eur=of[4],
                by_year_eur_ht=tuple(years),
                gain_by_year_eur_ht=tuple(of_years),
                loses_from_year=losing_year(years[1:]),
                full_accise_loses_from_year=losing_year(full[1:]),
                connected_npv_eur_ht=of[5] if known else None,
                connected_by_year_eur_ht=tuple(connected) if known else (),
            )
            for person, of, years, full, connected, of_years in by_person
        )


def horizon_of(chart: LedgerChart, euros: YearEuros, plans: Plans) -> Horizon | None:
    """Return the years of the plan; None without one."""
    if plans.terms is None or plans.flows is None:
        return None
    paces = paces_of(plans.terms, by_year=euros.by_year)
    filled = fill(chart, euros, paces, pairs=True)
    blocks = (*filled.blocks, *plant_blocks(chart, plans.flows))
    gains, left = person_gains(chart, blocks), euros.untaxed_eur * filled.left
    untaxed = left * (paces.dated(euros.fully_taxed_year_shares) - paces.dated(euros.taxed_year_shares))
    savings = site_savings_eur(filled)
    return Horizon(
        chart=chart,
        terms=plans.terms,
        blocks=blocks,
        gains=gains,
        full=gains.with_more(summed(untaxed * euros.billed_ratio(chart), chart.site, len(chart.persons))),
        connected=_connected(chart, gains, plans),
        savings_eur=savings,
        full_savings_eur=savings - untaxed,
        vat_ratio=euros.vat_ratio,
    )


def _connected(chart: LedgerChart, gains: PersonGains, plans: Plans) -> PersonGains | None:
    """Return the gains where unknown connections cost their upper figure; None where none has one."""
    if plans.connected is None or plans.connected.flows is None:
        return None
    blocks = plant_blocks(chart, plans.connected.flows)
    return gains.with_invested(chart, blocks)


def pays_tax(scenario: Scenario) -> bool:
    """Return whether somebody pays a tax on profit: plants and bills are then taxed together."""
    own = [person.profit_tax_ratio for person in scenario.persons or ()]
    general = 0.0 if scenario.finance is None else scenario.finance.tax_ratio
    return general > 0.0 or any((ratio or 0.0) > 0.0 for ratio in own)


def plants_losses_kept_eur(money: Money) -> float:
    """Return `Horizon.losses_kept_eur` for the plans of producers, each taxed on its plants alone."""
    if money.plan_terms is None:
        return 0.0
    every = [(plan.flows, plan.tax_ratio) for plan in money.plans]
    more = [
        losses_kept_eur(flows.operating_eur_ht, flows.investment_eur_ht, flows.grant_eur, ratio)
        for flows, ratio in every
    ]
    return float(sum(more, np.zeros(1)) @ money.plan_terms.discounting) if more else 0.0


MOST_EUR_PER_KWH = 1000.0
"""A price that nobody reaches: who still loses there loses at any price."""

SEARCHES = 200
"""Steps of a search at most; it ends within 1e-12 EUR/kWh long before."""

Limits = tuple[float, float]
"""From which to which price a person does not lose; the first is above the second where it always does."""


@dataclass(frozen=True, slots=True, eq=False)
class MovedPrice:
    """What one EUR/kWh more on the price that moves changes, and what the price brings today.

    Attributes:
        kwh: of each plant to each participant at that price, (M, N).
        today_eur: what they pay at it today, (M, N).
    """

    moved: PriceMoved
    kwh: FloatArray
    today_eur: FloatArray


def moved_price(
    scenario: Scenario, buyers_eur_per_kwh: Sequence[float | None], kwh: FloatArray, local_eur: FloatArray
) -> MovedPrice:
    """Return the price that moves: the common one, else one in place of all.

    Args:
        buyers_eur_per_kwh: price of each participant's own, None where it has none.
        kwh: from each plant to each participant by tariff slot, (..., M, N, S); `local_eur` what it pays.
    """
    prices, common = scenario.prices, kwh.sum(axis=-1)
    if own_prices(prices):
        plants = [plant.id for plant in scenario.plants]
        at = [
            local_prices(replace(prices, local_eur_per_kwh=eur), plants, buyers_eur_per_kwh)
            for eur in (0.0, 1.0)
        ]
        total, common = common, priced(kwh, at[1] - at[0])
        if not common.any():
            return MovedPrice(PriceMoved.FLAT, total, local_eur)
    moved = PriceMoved.COMMON if own_prices(prices) else PriceMoved.WHOLE
    return MovedPrice(moved, common, common * (prices.local_eur_per_kwh or 0.0))


def own_prices(prices: Prices) -> bool:
    """Return whether some kWh have a local price of their own."""
    by_plant, by_slot = prices.local_by_plant_eur_per_kwh, prices.local_by_slot_eur_per_kwh
    by_site, by_person = prices.local_by_participant_eur_per_kwh, prices.local_by_person_eur_per_kwh
    return any((by_plant, by_slot, by_site, by_person))


def _net(
    chart: LedgerChart, known: BoolArray, amounts: FloatArray, *, left_out: bool, vat_ratio: float = 0.0
) -> FloatArray:
    """Net receipts of persons from each plant for a varying amount, (P, M), EUR.

    Args:
        amounts: from each plant to each participant, (M, N).
        left_out: count what participants whose euros are unknown pay plants.
        vat_ratio: on what who does not recover it pays others.
    """
    paid = np.where(known, amounts, 0.0)
    sold = (amounts if left_out else paid).sum(axis=1)
    net = np.zeros((len(chart.persons), len(chart.plant)))
    np.add.at(net, chart.site, -(paid * _billed_ratio(chart, vat_ratio)).T)
    net[chart.plant, np.arange(len(chart.plant))] += sold
    return net


def _billed_ratio(chart: LedgerChart, vat_ratio: float) -> FloatArray:
    """Cost to each site of a euro due to each plant, (M, N), EUR/EUR: a person bills itself no VAT."""
    to_others = chart.plant[:, None] != chart.site
    ratio: FloatArray = 1.0 + vat_ratio * (chart.bears_vat & to_others)
    return ratio


def _net_by_year(chart: LedgerChart, known: BoolArray, amounts: FloatArray, horizon: Horizon) -> FloatArray:
    """Return the same of amounts of each year, (H, M, N), as the local price has grown: (P, H + 1)."""
    grows = horizon.terms.local_of(np.moveaxis(amounts, 0, -1).sum(axis=1), by_year=True)
    total = horizon.terms.years(np.moveaxis(amounts, 0, -1).sum(axis=1), by_year=True)
    pace = np.divide(grows, total, out=np.zeros_like(grows), where=total > 0.0)
    each = [
        _net(chart, known, year, left_out=True, vat_ratio=horizon.vat_ratio) @ pace[:, t]
        for t, year in enumerate(amounts, start=1)
    ]
    return np.stack([np.zeros(len(chart.persons)), *each], axis=-1)


def corridors(
    persons: Sequence[PersonMoney],
    price: MovedPrice,
    chart: LedgerChart,
    known: BoolArray,
    horizon: Horizon | None,
    period_years: float,
    later: MovedPrice | None = None,
) -> tuple[Corridor, Corridor | None]:
    """Return the local prices at which no person loses over the period, and over the plan, if any.

    Args:
        known: participants whose euros are, (N,).
        period_years: length of the period.
        later: the same price in each year of the plan, a last axis H, where they differ.
    """
    moves = price.kwh, price.today_eur
    more, today = (_net(chart, known, move, left_out=False).sum(axis=1) for move in moves)
    limits = {
        person.id: straight_limits(person.gain_eur_ht - float(today[p]), float(more[p]))
        for p, person in enumerate(persons)
    }
    unknown = tuple(person.id for person in persons if person.unknown_ids)
    period = _corridor(limits, unknown, price.moved)
    if horizon is None:
        return period, None
    if later is None:
        growth = horizon.terms.local / period_years
        by_year, paid = (
            _net(chart, known, move, left_out=True, vat_ratio=horizon.vat_ratio) @ growth for move in moves
        )
    else:
        by_year, paid = (_net_by_year(chart, known, move, horizon) for move in (later.kwh, later.today_eur))
    limits = {person.id: _plan_limits(horizon, p, by_year[p], paid[p]) for p, person in enumerate(persons)}
    return period, _corridor(limits, unknown, price.moved)


def _plan_limits(horizon: Horizon, p: int, more_eur: FloatArray, today_eur: FloatArray) -> Limits:
    """Return the prices at which the value of a person is no loss: years 0 to H of 1 EUR/kWh, of today."""
    gains = horizon.gains.of(p)

    def value_eur(eur_per_kwh: float) -> float:
        moved = gains.with_more(today_eur - eur_per_kwh * more_eur)
        return float(moved.gain_eur @ horizon.terms.discounting)

    if gains.tax_ratio == 0.0:
        at_zero = value_eur(0.0)
        return straight_limits(at_zero, float(more_eur @ horizon.terms.discounting))
    return bent_limits(value_eur)


def straight_limits(at_zero_eur: float, more_eur: float) -> Limits:
    """Return the prices at which nobody loses whose gain is straight in the price.

    >>> straight_limits(-10.5, 100.0), straight_limits(9.5, -100.0), straight_limits(-1.0, 0.0)
    ((0.1, inf), (0.0, 0.1), (inf, 0.0))
    """
    if abs(more_eur) < LEAST_KWH:  # what moves by next to nothing has no price of its own
        return (np.inf, 0.0) if loses(at_zero_eur) else (0.0, np.inf)
    end = (-NOTHING_EUR - at_zero_eur) / more_eur
    return (max(0.0, end), np.inf) if more_eur > 0.0 else (0.0, end)


def bent_limits(value_eur: Callable[[float], float]) -> Limits:
    """Return the same where the gain only rises, or falls, and is not straight: found by halving."""
    safe, lost = 0.0, 1.0
    if loses(value_eur(0.0)):
        safe, lost = 1.0, 0.0
        while loses(value_eur(safe)) and safe < MOST_EUR_PER_KWH:
            safe, lost = 2.0 * safe, safe
        if safe >= MOST_EUR_PER_KWH:
            return np.inf, 0.0
    else:
        while not loses(value_eur(lost)):
            safe, lost = lost, 2.0 * lost
            if lost >= MOST_EUR_PER_KWH:
                return 0.0, np.inf
    for _step in range(SEARCHES):
        middle = (safe + lost) / 2.0
        if abs(safe - lost) < 1e-12 or middle in {safe, lost}:
            break
        safe, lost = (safe, middle) if loses(value_eur(middle)) else (middle, lost)
    return (safe, np.inf) if safe > lost else (0.0, safe)


def _corridor(limits: Mapping[str, Limits], unknown: tuple[str, ...], moved: PriceMoved) -> Corridor:
    able = {id_: limit for id_, limit in limits.items() if limit[0] <= limit[1]}
    floors = [PriceBound(id=id_, eur_per_kwh=low) for id_, (low, _high) in able.items() if low > 0.0]
    ceilings = [PriceBound(id=id_, eur_per_kwh=high) for id_, (_low, high) in able.items() if high < np.inf]
    return Corridor(
        ceilings=tuple(sorted(ceilings, key=lambda bound: bound.eur_per_kwh)),
        floors=tuple(sorted(floors, key=lambda bound: -bound.eur_per_kwh)),
        never_ids=tuple(id_ for id_ in limits if id_ not in able),
        unknown_ids=unknown,
        moved=moved,
    )
