"""Sums of the ledger: what each account is brought, what persons gain once taxed, entries one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Generic

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.bills.bill import Amount
from acc.ledger.chart import (
    BILLED,
    GRANT,
    INVESTMENT,
    INVESTMENT_VAT,
    LOCAL,
    NO_RESULT,
    OWN_SALE,
    OWN_USE,
    PMO,
    RENT,
    RUNNING,
    SURPLUS,
    VAT,
    YEARLY,
    LedgerChart,
)
from acc.ledger.fill import Block, Ledger
from acc.plan.values import profit_eur, profit_tax_eur


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Generic[Amount]):
    """What one pays another because plants and operation exist (negative: pays less).

    Attributes:
        payer, receiver: id of a person, or an Account; the same person twice is a transfer to itself.
        eur: over the period, or in each year of the plan, (Y,).
    """

    payer: str
    receiver: str
    line: str
    eur: Amount


def summed(eur: FloatArray, index: IntArray, count: int) -> FloatArray:
    """Return the sums of entries (..., E, Y) by a number below `count`, (..., count, Y)."""
    out = np.zeros((*eur.shape[:-2], count, eur.shape[-1]))
    if not len(index):
        return out
    order = np.argsort(index, kind="stable")
    numbers, starts = np.unique(index[order], return_index=True)
    if len(numbers) == len(index):
        out[..., index, :] = eur
    else:
        out[..., numbers, :] = np.add.reduceat(eur[..., order, :], starts, axis=-2)
    return out


def brought(blocks: Iterable[Block], accounts: int) -> FloatArray:
    """Net receipts of the first accounts, (..., accounts, Y), EUR."""
    # Most lines are of the same sites or plants: those are added up before they are sorted by account.
    every: dict[int, tuple[IntArray, FloatArray]] = {}
    for block in blocks:
        for index, eur in ((block.receiver, block.eur), (block.payer, -block.eur)):
            if index.size and index.min() < accounts:
                _index, before = every.get(id(index), (index, 0.0))
                every[id(index)] = index, before + eur
    total: FloatArray = np.zeros((accounts, 1))
    for index, eur in every.values():
        own = index < accounts
        total = total + summed(eur[..., own, :], index[own], accounts)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class PersonGains:
    """What enters and leaves the account of each person in each year, (..., P, Y).

    Attributes:
        result_eur: of the year, before what is invested and given; VAT that is not recovered is a cost.
        invested_eur, given_eur, invested_vat_eur: investment and VAT on it (negative), grants.
        bill_vat_eur: VAT on its bills that it pays more and does not recover, part of the result.
        tax_ratio: on its profit, (P,).
    """

    result_eur: FloatArray
    invested_eur: FloatArray
    given_eur: FloatArray
    invested_vat_eur: FloatArray
    bill_vat_eur: FloatArray
    tax_ratio: FloatArray

    @property
    def tax_eur(self) -> FloatArray:
        """Tax on its profit, plants and bills together, losses carried on.

        A tax on its plants alone would depend on the price that it pays itself.
        """
        return -profit_tax_eur(self.result_eur, self.invested_eur, self.given_eur, self.tax_ratio)

    @property
    def running_eur_ht(self) -> FloatArray:
        """Gain before what is invested and given, tax on profit and VAT on bills: as that of a period."""
        return self.result_eur + self.bill_vat_eur

    @property
    def profit_eur(self) -> FloatArray:
        """What is taxed in each year before losses are carried."""
        return profit_eur(self.result_eur, self.invested_eur, self.given_eur)

    @property
    def gain_eur(self) -> FloatArray:
        """All of it, tax on profit paid."""
        total = self.result_eur + self.invested_eur + self.given_eur + self.invested_vat_eur
        return total - self.tax_eur

    def of(self, p: int) -> "PersonGains":
        """Return the gains of one person, (Y,)."""
        names = [field.name for field in fields(PersonGains)]
        return PersonGains(*(getattr(self, name)[p] for name in names))

    def with_invested(self, chart: LedgerChart, blocks: Iterable[Block]) -> "PersonGains":
        """Return the same with the investment, and the VAT on it, of other entries."""
        every, none = list(blocks), np.zeros_like(self.result_eur)
        invested, vat = (
            none + brought((block for block in every if block.line == line), len(chart.persons))
            for line in (INVESTMENT, INVESTMENT_VAT)
        )
        return replace(self, invested_eur=invested, invested_vat_eur=vat)

    def with_more(self, eur: FloatArray) -> "PersonGains":
        """Return the same where persons pay more each year, (..., P, Y)."""
        return replace(self, result_eur=self.result_eur - eur)


def person_gains(chart: LedgerChart, blocks: Iterable[Block]) -> PersonGains:
    """Return received less paid of each person, its investment and grants apart, (..., P, Y)."""
    every, count = list(blocks), len(chart.persons)

    def of(*lines: str) -> FloatArray:
        return brought((block for block in every if block.line in lines), count)

    result = brought((block for block in every if block.line not in NO_RESULT), count)
    none = np.zeros_like(result)
    invested, given, invested_vat = (none + of(line) for line in (INVESTMENT, GRANT, INVESTMENT_VAT))
    return PersonGains(result, invested, given, invested_vat, none - of(VAT), chart.tax_ratio)


def site_savings_eur(ledger: Ledger) -> FloatArray:
    """Saving of each site in each year, (..., N, Y), EUR excl. VAT; 0 where unknown."""
    saved: FloatArray = np.zeros((len(ledger.chart.site), 1))
    for block in ledger.blocks:
        if block.site is not None and block.line != VAT:
            saved = saved - summed(block.eur, block.site, len(ledger.chart.site))
    return saved


def entries(chart: LedgerChart, blocks: Iterable[Block]) -> Iterator[Entry[FloatArray]]:
    """Yield the amounts of each line between each two accounts in each year."""
    names, count = chart.names, len(chart.names)
    by_line: dict[str, list[Block]] = {}
    for block in blocks:
        by_line.setdefault(block.line, []).append(block)
    for line, every in by_line.items():
        pair = np.concatenate([block.payer * count + block.receiver for block in every])
        numbers, place = np.unique(pair, return_inverse=True)
        sums = summed(np.concatenate([block.eur for block in every]), place, len(numbers))
        some = sums.any(axis=-1)
        for number, eur in zip(numbers[some].tolist(), sums[some], strict=True):
            yield Entry(names[number // count], names[number % count], line, eur)


TURPE = "turpe_eur_ht"
"""The network tariff of a period as one; over the years it is told in two lines."""

SAVED = frozenset({OWN_USE, TURPE, *(line.name for line in BILLED)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Generic[Amount]):
    """Of a year, or of each, EUR without tax: what is received is positive, what is paid too.

    Attributes:
        sold_to_members, sold_surplus, sold_own_use: to other persons.
        bought_from_members, bought_own_use: from other persons.
        within: what its own sites pay its own plants: no receipt, no spending.
        saved: purchases avoided from its suppliers, network and taxes with them: no receipt.
    """

    sold_to_members_eur_ht: Amount
    sold_surplus_eur_ht: Amount
    sold_own_use_eur_ht: Amount
    rent_received_eur_ht: Amount
    bought_from_members_eur_ht: Amount
    bought_own_use_eur_ht: Amount
    fee_eur_ht: Amount
    running_eur_ht: Amount
    rent_paid_eur_ht: Amount
    within_eur_ht: Amount
    saved_eur_ht: Amount

    @property
    def received_eur_ht(self) -> Amount:
        """All receipts."""
        sold = self.sold_to_members_eur_ht + self.sold_surplus_eur_ht + self.sold_own_use_eur_ht
        return sold + self.rent_received_eur_ht

    @property
    def paid_eur_ht(self) -> Amount:
        """All spending, investment and loan apart."""
        bought = self.bought_from_members_eur_ht + self.bought_own_use_eur_ht
        return bought + self.fee_eur_ht + self.running_eur_ht + self.rent_paid_eur_ht


def budget_of(
    entries: Iterable[Entry[Amount]],
    person: str,
    period_years: float,
    none: Amount = 0.0,  # type: ignore[assignment]  # of a period; arrays give their own
) -> Budget[Amount]:
    """Return the budget of a person from the ledger of a period of so many years, or from that of each year.

    Args:
        none: what a line without entry is worth.
    """
    received: dict[str, Amount] = {}
    paid: dict[str, Amount] = {}
    within = none
    for entry in entries:
        if entry.payer == entry.receiver == person:
            within = within + entry.eur / period_years if entry.line == LOCAL else within
        elif entry.receiver == person:
            received[entry.line] = received.get(entry.line, none) + entry.eur / period_years
        elif entry.payer == person:
            paid[entry.line] = paid.get(entry.line, none) + entry.eur / period_years
    return Budget(
        sold_to_members_eur_ht=received.get(LOCAL, none),
        sold_surplus_eur_ht=received.get(SURPLUS, none),
        sold_own_use_eur_ht=received.get(OWN_SALE, none),
        rent_received_eur_ht=received.get(RENT, none),
        bought_from_members_eur_ht=paid.get(LOCAL, none),
        bought_own_use_eur_ht=paid.get(OWN_SALE, none),
        fee_eur_ht=paid.get(PMO, none),
        running_eur_ht=sum((paid.get(line, none) for line in (RUNNING, *YEARLY)), none),
        rent_paid_eur_ht=paid.get(RENT, none),
        within_eur_ht=within,
        saved_eur_ht=-sum((eur for line, eur in paid.items() if line in SAVED), none),
    )
