"""Who holds what: sites and plants of each person, by column; without `persons.csv` each is its own.

A delivery point decides nothing and a plant gains nothing: persons do. Who owns a roof and consumes sells
nothing to itself: what its sites pay its own plants leaves one pocket for the other, and cancels. What is
compared with is nothing: no plant, no operation, every kWh bought from the supplier.

What bills and plants are worth with constant costs and prices and no levy on plants comes first; then each
hypothesis adds what it changes, so that a figure of before these lines can be found again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from acc.accounts.person_values import PersonMoney, losing_year
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.holders import holders_of
from acc.ledger.chart import (
    BILLED,
    INVESTMENT_VAT,
    LOCAL,
    OWN_SALE,
    OWN_USE,
    PMO_SHARED,
    RENT,
    RUNNING,
    RUNNING_VAT,
    SUPPLY,
    SURPLUS,
    TAX,
    VAT,
    YEARLY,
    Account,
    Index,
    LedgerChart,
)
from acc.ledger.fill import Block, YearEuros, first_year, running_blocks
from acc.ledger.sums import TURPE, Entry, entries, summed
from acc.plan.cash_flows import nominal_discount_ratio, present_value_eur
from acc.plan.values import CashFlows
from acc.scenario import Scenario
from acc.sites import Kind


@dataclass(frozen=True, slots=True)
class Holding:
    """One person and what it holds.

    Attributes:
        kind: its own, else that of its first site; None for an owner of whom the folder tells nothing.
        sites, plants: columns of its participants and of its plants.
    """

    id: str
    name: str
    kind: Kind | None
    sites: tuple[int, ...]
    plants: tuple[int, ...]


def holdings(scenario: Scenario, owners: Sequence[str] | None = None) -> tuple[Holding, ...]:
    """Return each person, in the order in which sites and then plants name them.

    Args:
        owners: producer of each plant as its euros name it; that of the scenario where none are computed.
    """
    of_site, of_plant = holders_of(scenario, owners or [plant.producer for plant in scenario.plants])
    names = {site.id: site.name for site in (*scenario.participants, *scenario.absent, *scenario.plants)}
    names |= {person.id: person.name for person in scenario.persons or ()}
    kinds = {site.id: site.kind for site in scenario.absent}
    kinds |= {person.id: person.kind for person in scenario.persons or () if person.kind is not None}
    sites_of: dict[str, list[int]] = {id_: [] for id_ in (*of_site, *of_plant)}
    plants_of: dict[str, list[int]] = {id_: [] for id_ in sites_of}
    for n, person in enumerate(of_site):
        sites_of[person].append(n)
    for m, person in enumerate(of_plant):
        plants_of[person].append(m)
    by_person = []
    for id_, sites in sites_of.items():
        kind = kinds.get(id_) or (scenario.participants[sites[0]].kind if sites else None)
        by_person.append(Holding(id_, names.get(id_, id_), kind, tuple(sites), tuple(plants_of[id_])))
    return tuple(by_person)


RUN = (*YEARLY, RENT, RUNNING_VAT)
"""Lines of a plan that a period counts too."""

SUMMED = (
    "bills_before_eur_ht",
    "bills_after_eur_ht",
    "own_use_eur_ht",
    "internal_eur_ht",
    "sales_eur_ht",
    "costs_eur_ht",
    "rent_eur_ht",
    "lost_vat_eur",
    "full_accise_eur_ht",
    "profit_tax_npv_eur",
    "plant_vat_npv_eur",
    "lost_vat_npv_eur",
)
"""What several persons together simply sum."""


def persons_money(
    scenario: Scenario,
    members: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    chart: LedgerChart,
    blocks: Iterable[Block],
    period_years: float,
) -> Iterator[PersonMoney]:
    """Return the balance of each person, in the order in which sites and then plants name them.

    Args:
        blocks: the entries of a year, those of `period_blocks`.
        period_years: length of the period.
    """
    books = _books(chart, blocks)
    for p, holding in enumerate(holdings(scenario, [earned.owner for earned in plants])):
        sites, own = [members[n] for n in holding.sites], [plants[m] for m in holding.plants]
        known = [site for site in sites if site.saving_eur_ht is not None]
        book: dict[str, Any] = {name: float(eur[p]) * period_years for name, eur in books.items()}
        bought = book.pop("own_bought_eur_ht") - book["internal_eur_ht"]
        yield PersonMoney(
            id=holding.id,
            name=holding.name,
            participant_ids=tuple(site.id for site in sites),
            plant_ids=tuple(plant.id for plant in own),
            bills_before_eur_ht=sum(site.before.total_eur_ht for site in known if site.before)
            + book["own_use_eur_ht"],
            bills_after_eur_ht=sum(site.after.total_eur_ht for site in known if site.after) + bought,
            full_accise_eur_ht=sum(
                (site.saving_eur_ht or 0.0) - (site.full_accise_saving_eur_ht or 0.0) for site in known
            ),
            unknown_ids=(
                *(site.id for site in sites if site.saving_eur_ht is None),
                *(plant.id for plant in own if plant.surplus_eur_ht is None),
            ),
            **book,
        )


def with_gains_of_sharing(money: Money, alone: Sequence[PersonMoney]) -> Money:
    """Return euros whose persons, and everybody, say what they would gain if nothing were shared.

    Args:
        alone: the same persons without sharing, in the same order.
    """
    persons = tuple(
        replace(person, without_sharing_eur_ht=own.gain_eur_ht, without_sharing_npv_eur_ht=own.npv_eur_ht)
        for person, own in zip(money.persons, alone, strict=True)
    )
    return replace(money, persons=persons, total=pooled("", "", persons))


def sole_member(money: Money | None) -> PersonMoney | None:
    """Sole person, holder of all plants and all sites, who sells nothing; None when there are several."""
    if money is None or len(money.persons) != 1 or not money.persons[0].plant_ids:
        return None
    return money.persons[0] if money.persons[0].participant_ids else None


def moves_money_only(money: Money | None, other: Money | None) -> bool:
    """Return whether two scenarios differ by who gains, and not by what everybody gains together.

    True where the totals are the same to a euro and somebody's balance is not.
    """
    if money is None or other is None or money.total is None or other.total is None:
        return False
    values = [total.npv_eur_ht or 0.0 for total in (money.total, other.total)]
    return _moves_first_year_alone(money, other) and abs(values[0] - values[1]) < 1.0


def _moves_first_year_alone(money: Money, other: Money) -> bool:
    """Return whether gains of the period move from one person to another, and in all stay."""
    if money.total is None or other.total is None:
        return False
    gain_by_id = {person.id: person.gain_eur_ht for person in money.persons}
    moved = any(abs(person.gain_eur_ht - gain_by_id.get(person.id, 0.0)) > 1.0 for person in other.persons)
    return moved and abs(money.total.gain_eur_ht - other.total.gain_eur_ht) < 1.0


def lost_by_price_eur(money: Money | None, other: Money | None) -> tuple[float, float] | None:
    """What another local price alone brings everybody over the plan by VAT, and by the tax on profit, EUR.

    Returns:
        Present values, below 0 where more leaves the group: by VAT on bills that is not recovered, by tax on
        profit; None where more than the price differs, without a plan, or where neither is an euro.
    """
    if money is None or other is None or not _moves_first_year_alone(money, other):
        return None
    before, after = money.total, other.total
    if before is None or after is None or before.npv_eur_ht is None or after.npv_eur_ht is None:
        return None
    kwh = {member.id: member.received_kwh for member in money.participants}
    if any(abs(member.received_kwh - kwh.get(member.id, 0.0)) > 1.0 for member in other.participants):
        return None
    vat = before.lost_vat_npv_eur - after.lost_vat_npv_eur
    tax = before.profit_tax_npv_eur - after.profit_tax_npv_eur
    is_price_alone = abs(after.npv_eur_ht - before.npv_eur_ht - vat - tax) < 1.0
    return (vat, tax) if is_price_alone and max(abs(vat), abs(tax)) >= 1.0 else None


def pooled(id_: str, name: str, persons: Sequence[PersonMoney]) -> PersonMoney:
    """Return several persons as one: those of a row, or everybody, by whose gain scenarios rank."""

    def by_year(name: str) -> tuple[float, ...]:
        every = [getattr(person, name) for person in persons]
        return tuple(sum(year) for year in zip(*[years for years in every if years], strict=True))

    def known(name: str) -> float | None:
        values = [getattr(person, name) for person in persons]
        return None if None in values or not values else sum(values)

    return PersonMoney(
        id=id_,
        name=name,
        participant_ids=tuple(site for person in persons for site in person.participant_ids),
        plant_ids=tuple(plant for person in persons for plant in person.plant_ids),
        unknown_ids=tuple(unknown for person in persons for unknown in person.unknown_ids),
        **{name: sum(getattr(person, name) for person in persons) for name in SUMMED},
        npv_eur_ht=known("npv_eur_ht"),
        full_accise_npv_eur_ht=known("full_accise_npv_eur_ht"),
        connected_npv_eur_ht=known("connected_npv_eur_ht"),
        without_sharing_eur_ht=known("without_sharing_eur_ht"),
        without_sharing_npv_eur_ht=known("without_sharing_npv_eur_ht"),
        by_year_eur_ht=by_year("by_year_eur_ht"),
        gain_by_year_eur_ht=by_year("gain_by_year_eur_ht"),
        connected_by_year_eur_ht=by_year("connected_by_year_eur_ht"),
        loses_from_year=losing_year(by_year("by_year_eur_ht")[1:]),
    )


def period_blocks(
    chart: LedgerChart,
    euros: YearEuros,
    plants: Sequence[PlantMoney],
    flows: CashFlows | None,
    period_years: float,
) -> list[Block]:
    """Ledger entries of plants and operation for a year of the period, unknown members left out.

    Args:
        flows: of each plant over the plan, (M, H + 1); None where what it costs is unknown.
        period_years: length of the period.
    """
    sold = (
        np.array([plant.surplus_eur_ht or 0.0 for plant in plants], dtype=np.float64)[:, None] / period_years
    )
    market = np.full(len(plants), chart.of(Account.MARKET))
    blocks = [*first_year(chart, euros, pairs=True), Block(SURPLUS, market, chart.plant, sold)]
    if flows is not None:
        blocks += running_blocks(chart, {line: -getattr(flows, line)[:, 1:2] for line in RUN})
    return blocks


def ledger(chart: LedgerChart, blocks: Iterable[Block], period_years: float) -> tuple[Entry[float], ...]:
    """Return every payment that plants and operation change, over the period."""
    by_line = (replace(block, line=TURPE) if block.line in NETWORK_LINES else block for block in blocks)
    return tuple(
        Entry(entry.payer, entry.receiver, entry.line, float(entry.eur[0]) * period_years)
        for entry in entries(chart, by_line)
    )


NETWORK_LINES = frozenset(line.name for line in BILLED if line.other is Account.NETWORK)
"""The network tariff is one line of a period, of which only the fixed part grows over the years."""


BOOKS = (
    ("own_use_eur_ht", {OWN_USE}, "payer", True, True),
    ("own_bought_eur_ht", {OWN_SALE}, "payer", True, True),
    ("internal_eur_ht", {LOCAL}, "payer", False, True),
    ("sales_eur_ht", {LOCAL}, "receiver", True, False),
    ("sales_eur_ht", {SURPLUS, OWN_SALE}, "receiver", True, True),
    ("costs_eur_ht", {RUNNING, RUNNING_VAT, RENT}, "payer", True, False),
    ("rent_eur_ht", {RENT}, "receiver", True, False),
    ("lost_vat_eur", {VAT}, "payer", True, True),
)
"""Each book: its lines, whose it is, whether what two accounts, and what one and itself, pay is in it."""


def _books(chart: LedgerChart, blocks: Iterable[Block]) -> dict[str, FloatArray]:
    """Sums of entries per person, (P,), EUR, by book; savings of own use are positive."""
    count = len(chart.persons)
    books = {name: np.zeros(count) for name, *_row in BOOKS}
    for block in blocks:
        to_itself = block.payer == block.receiver
        for name, lines, end, of_two, of_self in BOOKS:
            if block.line in lines:
                index = getattr(block, end)
                own = (index < count) & np.where(to_itself, of_self, of_two)
                books[name] += summed(block.eur[own], index[own], count)[:, 0]
    return books | {"own_use_eur_ht": 0.0 - books["own_use_eur_ht"]}


class Step(StrEnum):
    """What the present value of everybody is made of, in the order in which it is told."""

    BILLS = "bills"
    """What the bills of all sites spare, prices and charges of the first year: fading with the plants."""
    PLANTS = "plants"
    """Investment, grants, sales outside, own use, running costs of the first year; what sites pay plants is
    neither here nor in the bills."""
    COSTS_GROW = "costs-grow"
    """Operation, insurance, rent and inverters grow."""
    FEES_GROW = "fees-grow"
    """Management of the network tariff and its CTA, and the PMO, grow as costs do."""
    PRICES_GROW = "prices-grow"
    """The suppliers' prices grow or fall."""
    INJECTION_TURPE = "injection-turpe"
    IFER = "ifer"
    PLANT_VAT = "plant-vat"
    """VAT on plants that is not recovered."""
    BILL_VAT = "bill-vat"
    """VAT on bills that is not recovered, spared."""
    PROFIT_TAX = "profit-tax"


@dataclass(frozen=True, slots=True)
class ValueStep:
    """What one step brings everybody, worth today."""

    step: Step
    amount_eur: float


STEP_OF_LINE = {
    "injection_turpe_eur_ht": Step.INJECTION_TURPE,
    "ifer_eur": Step.IFER,
    INVESTMENT_VAT: Step.PLANT_VAT,
    RUNNING_VAT: Step.PLANT_VAT,
    VAT: Step.BILL_VAT,
    TAX: Step.PROFIT_TAX,
}
"""Lines that are a step by themselves, growth included."""

COSTS = frozenset({"opex_eur_ht", "insurance_eur_ht", "rent_eur_ht", "inverter_eur_ht"})
BILLS = {line.name: line.index for line in (PMO_SHARED, *BILLED)}


def value_steps(money: Money, finance: Finance | None) -> tuple[ValueStep, ...]:
    """Decomposition of the total net present value into steps, zero steps left out; empty without a plan.

    The sum is `money.total.npv_eur_ht`: what persons pay one another cancels.
    """
    if finance is None or money.plan is None:
        return ()
    eur_of: dict[Step, float] = dict.fromkeys(Step, 0.0)
    discount, people = nominal_discount_ratio(finance), {person.id for person in money.persons}
    growth = {
        Step.COSTS_GROW: money.plan.cost_growth_ratio,
        Step.FEES_GROW: money.plan.cost_growth_ratio,
        Step.PRICES_GROW: finance.supply_growth_ratio,
    }
    for entry in money.year_ledger:
        if (entry.payer in people) == (entry.receiver in people):
            continue
        eur: FloatArray = -entry.eur if entry.payer in people else entry.eur
        worth = present_value_eur(eur, discount)
        if entry.line in STEP_OF_LINE:
            eur_of[STEP_OF_LINE[entry.line]] += worth
            continue
        grows = _grows(entry.line, entry.receiver)
        flat = worth
        if grows is not None:
            flat = present_value_eur(eur / (1.0 + growth[grows]) ** _years(eur), discount)
            eur_of[grows] += worth - flat
        eur_of[Step.BILLS if entry.line in BILLS else Step.PLANTS] += flat
    return tuple(ValueStep(step, eur) for step, eur in eur_of.items() if eur)


def _grows(line: str, receiver: str) -> Step | None:
    """Return the step of the growth that is in a line; None where it keeps its price."""
    if line in COSTS:
        return Step.COSTS_GROW
    if BILLS.get(line) is Index.COSTS:
        return Step.FEES_GROW
    if line == SUPPLY.name or (line == OWN_USE and receiver == Account.SUPPLIERS):
        return Step.PRICES_GROW
    return None


def _years(eur: FloatArray) -> FloatArray:
    """Number of price increases before each year: 0 in the first year."""
    return np.maximum(np.arange(len(eur), dtype=np.float64) - 1.0, 0.0)
