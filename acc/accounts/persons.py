"""Who the euros belong to: the balance of each legal person, over the sites and the plants that it holds.

A delivery point decides nothing and a plant gains nothing: persons do. Who owns a roof and consumes sells
nothing to itself: what its sites pay its own plants leaves one pocket for the other, and cancels. What is
compared with is nothing: no plant, no operation, every kWh bought from the supplier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from acc.accounts.holdings import holdings
from acc.accounts.person_values import Entry, PersonMoney, PersonsTotal, losing_year
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.ledger.chart import Account, LedgerChart
from acc.ledger.fill import Block, first_year, running_blocks
from acc.ledger.lines import (
    LOCAL,
    OWN_SALE,
    OWN_USE,
    RENT,
    RUNNING,
    RUNNING_VAT,
    SURPLUS,
    VAT,
    YEARLY,
)
from acc.ledger.sums import entries, summed
from acc.ledger.year import YearEuros
from acc.plan.values import CashFlows
from acc.scenario import Scenario

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
    years: float,
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person, in the order in which sites and then plants name them.

    Args:
        blocks: the entries of a year, those of `period_blocks`.
        years: length of the period.
    """
    books = _books(chart, blocks)
    found = []
    for p, holding in enumerate(holdings(scenario, [earned.owner for earned in plants])):
        rows, own = holding.sites, holding.plants
        known = [n for n in rows if members[n].saving_eur_ht is not None]
        told, book = [members[n] for n in known], {page: float(eur[p]) * years for page, eur in books.items()}
        found.append(
            PersonMoney(
                id=holding.id,
                name=holding.name,
                participant_ids=tuple(members[n].id for n in rows),
                plant_ids=tuple(plants[m].id for m in own),
                bills_before_eur_ht=sum(m.before.total_eur_ht for m in told if m.before)
                + book["own_use_eur_ht"],
                bills_after_eur_ht=sum(m.after.total_eur_ht for m in told if m.after)
                + book["own_bought_eur_ht"]
                - book["internal_eur_ht"],
                own_use_eur_ht=book["own_use_eur_ht"],
                internal_eur_ht=book["internal_eur_ht"],
                sales_eur_ht=book["sales_eur_ht"],
                costs_eur_ht=book["costs_eur_ht"],
                lost_vat_eur=book["lost_vat_eur"],
                rent_eur_ht=book["rent_eur_ht"],
                full_accise_eur_ht=sum(_untaxed_eur(members[n]) for n in known),
                unknown_ids=(
                    *(members[n].id for n in rows if n not in known),
                    *(plants[m].id for m in own if plants[m].surplus_eur_ht is None),
                ),
            )
        )
    return tuple(found)


def together(persons: Sequence[PersonMoney]) -> PersonsTotal:
    """Return everybody's gain: the figure by which scenarios, keys and sizes are ranked."""
    values = [(p.npv_eur_ht, p.full_accise_npv_eur_ht) for p in persons]
    known = [(npv, full) for npv, full in values if npv is not None and full is not None]
    whole = len(known) == len(persons) and bool(persons)
    return PersonsTotal(
        gain_eur_ht=sum(p.gain_eur_ht for p in persons),
        npv_eur_ht=sum(npv for npv, _full in known) if whole else None,
        full_accise_gain_eur_ht=sum(p.full_accise_gain_eur_ht for p in persons),
        full_accise_npv_eur_ht=sum(full for _npv, full in known) if whole else None,
        unknown_ids=tuple(one for person in persons for one in person.unknown_ids),
    )


def sole_member(money: Money | None) -> PersonMoney | None:
    """Return who holds all plants and all sites, and so sells nothing; None where there are several."""
    if money is None or len(money.persons) != 1 or not money.persons[0].plant_ids:
        return None
    return money.persons[0] if money.persons[0].participant_ids else None


def moves_money_only(one: Money | None, other: Money | None) -> bool:
    """Return whether two scenarios differ by who gains, and not by what everybody gains together.

    True where the totals are the same to a euro and somebody's balance is not.
    """
    if one is None or other is None or one.total is None or other.total is None:
        return False
    totals = (one.total, other.total)
    gains, values = (
        [getattr(total, name) or 0.0 for total in totals] for name in ("gain_eur_ht", "npv_eur_ht")
    )
    of_one = {person.id: person.gain_eur_ht for person in one.persons}
    moved = any(abs(person.gain_eur_ht - of_one.get(person.id, 0.0)) > 1.0 for person in other.persons)
    return moved and abs(gains[0] - gains[1]) < 1.0 and abs(values[0] - values[1]) < 1.0


def pooled(id_: str, name: str, persons: Sequence[PersonMoney]) -> PersonMoney:
    """Return several persons as one: what a document shows together, or everybody."""
    values = [person.npv_eur_ht for person in persons]
    full = [person.full_accise_npv_eur_ht for person in persons]

    every = [person.by_year_eur_ht for person in persons if person.by_year_eur_ht]
    years = tuple(sum(year) for year in zip(*every, strict=True))

    def known(given: Sequence[float | None]) -> float | None:
        return None if None in given else sum(value or 0.0 for value in given)

    return PersonMoney(
        id=id_,
        name=name,
        participant_ids=tuple(one for person in persons for one in person.participant_ids),
        plant_ids=tuple(one for person in persons for one in person.plant_ids),
        unknown_ids=tuple(one for person in persons for one in person.unknown_ids),
        npv_eur_ht=known(values),
        full_accise_npv_eur_ht=known(full),
        **{name: sum(getattr(person, name) for person in persons) for name in SUMMED},
        by_year_eur_ht=years,
        loses_from_year=losing_year(years[1:]),
    )


def period_blocks(
    chart: LedgerChart,
    euros: YearEuros,
    plants: Sequence[PlantMoney],
    flows: CashFlows | None,
    years: float,
) -> list[Block]:
    """Return what plants and operation change in a year, as the period has it; unknown members are left out.

    Args:
        flows: of each plant over the plan, (M, H + 1); None where what it costs is unknown.
        years: length of the period.
    """
    sold = np.array([plant.surplus_eur_ht or 0.0 for plant in plants], dtype=np.float64)[:, None] / years
    market = np.full(len(plants), chart.of(Account.MARKET))
    blocks = [*first_year(chart, euros, pairs=True), Block(SURPLUS, market, chart.plant, sold)]
    if flows is not None:
        blocks += running_blocks(chart, {line: -getattr(flows, line)[:, 1:2] for line in RUN})
    return blocks


def ledger(chart: LedgerChart, blocks: Iterable[Block], years: float) -> tuple[Entry, ...]:
    """Return every payment that plants and operation change, over the period."""
    told = (replace(block, line=TURPE) if block.line in NETWORK_LINES else block for block in blocks)
    every = entries(chart, told)
    return tuple(Entry(payer, receiver, line, float(eur[0]) * years) for payer, receiver, line, eur in every)


TURPE, NETWORK_LINES = "turpe_eur_ht", frozenset({"turpe_fixed_eur_ht", "withdrawal_eur_ht"})
"""The network tariff is one line of a period, of which only the fixed part grows over the years."""


def _books(chart: LedgerChart, blocks: Iterable[Block]) -> dict[str, FloatArray]:
    """Return what entries add up to for each person, (P,).

    Own use, what is bought of it, transfers to itself, sales, costs, lost VAT, rent received.
    """
    count = len(chart.persons)
    pages = {page: np.zeros(count) for page in PAGES}

    def add(page: str, index: IntArray, eur: FloatArray, of: BoolArray) -> None:
        own = of & (index < count)
        pages[page] += summed(eur[own], index[own], count)[:, 0]

    for block in blocks:
        payer, receiver, eur, line = block.payer, block.receiver, block.eur, block.line
        others = payer != receiver
        every = np.ones_like(others)
        if line in {LOCAL, SURPLUS, OWN_SALE}:
            add("sales_eur_ht", receiver, eur, others if line == LOCAL else every)
        if line == LOCAL:
            add("internal_eur_ht", payer, eur, ~others)
        elif line == OWN_SALE:
            add("own_bought_eur_ht", payer, eur, every)
        elif line == OWN_USE:
            add("own_use_eur_ht", payer, -eur, every)
        elif line in {RUNNING, RUNNING_VAT, RENT}:
            add("costs_eur_ht", payer, eur, others)
        elif line == VAT:
            add("lost_vat_eur", payer, eur, every)
        if line == RENT:
            add("rent_eur_ht", receiver, eur, others)
    return pages


PAGES = (
    *("own_use_eur_ht", "own_bought_eur_ht", "internal_eur_ht", "sales_eur_ht", "costs_eur_ht"),
    *("lost_vat_eur", "rent_eur_ht"),
)


def _untaxed_eur(member: ParticipantMoney) -> float:
    return (member.saving_eur_ht or 0.0) - (member.full_accise_saving_eur_ht or 0.0)
