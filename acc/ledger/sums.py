"""Sums of the ledger: what each account is brought, what persons gain once taxed, entries one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Generic

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.bills.bill import Amount
from acc.ledger.chart import LedgerChart
from acc.ledger.fill import Block, Ledger
from acc.ledger.lines import GRANT, INVESTMENT, INVESTMENT_VAT, NO_RESULT, VAT
from acc.plan.taxes import profit_eur, profit_tax_eur


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
