"""The ledger filled: what a year changes becomes the entries of each year, payer, receiver and line.

Arrays have any leading axes (keys, draws), then N sites or M plants, then Y years.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.ledger.chart import Account, LedgerChart
from acc.ledger.lines import (
    ACCISE,
    LOCAL,
    OWN_SALE,
    PAID_BY_OWNERS,
    PAID_TO_OWNERS,
    PMO_SHARED,
    RENT,
    RUNNING,
    RUNNING_VAT,
    SPARED,
    VAT,
    YEARLY,
    LedgerLine,
    Paces,
    first_year_paces,
)
from acc.ledger.year import YearEuros
from acc.plan.values import CashFlows


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The entries of one line: E payers, E receivers, `eur` (..., E, Y); `site` says whose bill it is on."""

    line: str
    payer: IntArray
    receiver: IntArray
    eur: FloatArray
    site: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The entries of a scenario, line by line.

    Attributes:
        left: what is left of the kWh of each site, (..., N, Y).
        shared_fee_eur: its part of the PMO's fee that is shared whatever is received, nobody having left.
    """

    chart: LedgerChart
    blocks: tuple[Block, ...]
    left: FloatArray
    shared_fee_eur: FloatArray


def fill(
    chart: LedgerChart,
    euros: YearEuros,
    paces: Paces,
    *,
    churn: FloatArray | None = None,
    pairs: bool = False,
) -> Ledger:
    """Return the entries of the bills, of local sales and of own use in each year of `paces`.

    Args:
        churn: what is left of each site in each year, (N, Y); the PMO's fee falls on who stays.
        pairs: tell who buys from which plant; else buyers pay a pool, and plants are paid from it.
    """
    left, sites = _left(euros, paces), np.arange(len(chart.site))
    lines = _bill_years(euros, paces, left, churn)
    local = _paid_to_plants(euros, paces, churn)
    blocks = [
        Block(line.name, chart.site, _all(chart.site, chart.of(line.other)), eur, sites)
        for line, eur in lines.items()
    ]
    blocks += _local_blocks(chart, euros, paces, churn, pairs=pairs, by_site=local)
    if chart.bears_vat.any():
        billed = sum(lines.values(), np.zeros(1)) + local
        blocks.append(_bill_vat(chart, euros, paces, billed, churn))
    blocks += _own_use_blocks(chart, euros, paces)
    fee = euros.bills[PMO_SHARED] * paces.costs * paces.yearly
    return Ledger(chart, tuple(blocks), left, fee)


def first_year(chart: LedgerChart, euros: YearEuros, *, pairs: bool = False) -> list[Block]:
    """Return the same entries of the first year alone, (..., E, 1), but of sites whose euros are unknown."""
    left_out = chart.of(Account.LEFT_OUT)
    # Buyers may pay a pool even where there is no plant: it has a pace too.
    filled = fill(chart, euros, first_year_paces(max(len(chart.plant), 1)), pairs=pairs)
    return [block for block in filled.blocks if block.line != LOCAL or left_out not in block.payer]


def plant_blocks(chart: LedgerChart, flows: CashFlows) -> tuple[Block, ...]:
    """Return the entries of what plants cost and sell outside; their local sales and own use are beside."""
    paid = [
        Block(line, chart.plant, _all(chart.plant, chart.of(other)), -getattr(flows, line))
        for line, other in PAID_BY_OWNERS.items()
    ]
    given = [
        Block(line, _all(chart.plant, chart.of(other)), chart.plant, getattr(flows, line))
        for line, other in PAID_TO_OWNERS.items()
    ]
    return (*paid, *given, Block(RENT, chart.plant, chart.landlord, -flows.rent_eur_ht))


def running_blocks(chart: LedgerChart, costs: Mapping[str, FloatArray]) -> list[Block]:
    """Running costs of plants in the first year, rent excluded, as ledger entries.

    Args:
        costs: paid under each line of `CashFlows`, (..., M, 1).
    """
    works, state = (_all(chart.plant, chart.of(account)) for account in (Account.WORKS, Account.STATE))
    return [
        Block(RUNNING, chart.plant, works, sum((costs[name] for name in YEARLY), np.zeros(1))),
        Block(RENT, chart.plant, chart.landlord, costs[RENT]),
        Block(RUNNING_VAT, chart.plant, state, costs[RUNNING_VAT]),
    ]


def received_by_year(euros: YearEuros) -> FloatArray:
    """Energy received by each site in each year, (..., N, Y), kWh; Y = 1 where the first is repeated."""
    received: FloatArray = euros.local_kwh.sum(axis=-3)
    return received


def shared_again(received_kwh: FloatArray, present: FloatArray | BoolArray) -> FloatArray:
    """Multiplier of a site's part in the PMO's yearly fee after departures of others, (Y,).

    By kWh received in the year, as the fee is, those who are left pay all of it; nothing once nobody is.

    Args:
        received_kwh: by each site in each year, (N, Y), or in the first one that is repeated, (N, 1).
        present: part of each site that is still there, (N, Y).
    """
    part = np.where(received_kwh.any(axis=0), received_kwh, 1.0)
    still = (part * present).sum(axis=0)
    total = np.broadcast_to(part.sum(axis=0), still.shape)
    ratio: FloatArray = np.divide(total, still, out=np.zeros_like(still), where=still > 0.0)
    return ratio


def _left(euros: YearEuros, paces: Paces) -> FloatArray:
    """Remaining fraction of the kWh of each site, with the wear of its plants, (..., N, Y)."""
    steady = np.broadcast_to(paces.steady, (*euros.known.shape, len(paces.steady)))
    if euros.by_year:
        each, runs = euros.local_kwh, paces.fade[: euros.local_kwh.shape[-3]]
        if (runs[:, 1:] == 1.0).all():
            return steady
        total, running = each.sum(axis=-3), (each * runs[:, None, :]).sum(axis=-3)
        of_year: FloatArray = np.divide(running, total, out=steady.copy(), where=total > 0.0)
        return of_year
    by_plant = euros.local_kwh[..., 0]
    received = by_plant.sum(axis=-2)[..., None]
    faded = np.swapaxes(by_plant, -1, -2) @ paces.fade[: by_plant.shape[-2]]
    left: FloatArray = np.divide(faded, received, out=steady.copy(), where=received > 0.0)
    return left


def _bill_years(
    euros: YearEuros, paces: Paces, left: FloatArray, churn: FloatArray | None
) -> dict[LedgerLine, FloatArray]:
    """Change of each bill line in each year, (..., N, Y), EUR."""
    lines = {
        line: eur * ((left if line.of_kwh else paces.yearly) * paces.grown(line.index))
        for line, eur in euros.bills.items()
    }
    if any(euros.taxed_by_year):
        lines[ACCISE] = lines[ACCISE] + euros.untaxed_eur * left * paces.dated(euros.taxed_by_year)
    if churn is None:
        return lines
    again = shared_again(received_by_year(euros), churn)
    return {line: eur * churn * (again if line is PMO_SHARED else 1.0) for line, eur in lines.items()}


def _paid_to_plants(
    euros: YearEuros, paces: Paces, churn: FloatArray | None, of: BoolArray | None = None
) -> FloatArray:
    """Payments for local kWh by sites whose euros are known, (..., N, Y), EUR.

    Args:
        of: pairs of plant and site that are counted, (M, N); all of them when None.
    """
    paid = np.where(euros.known[..., None, :, None], euros.paid_eur, 0.0)
    if of is not None:
        paid = paid * of[..., None]
    pace = (paces.fade * paces.local)[: paid.shape[-3]]
    by_site: FloatArray
    if euros.by_year:
        by_site = (paid * pace[:, None, :]).sum(axis=-3)
    else:
        by_site = np.swapaxes(paid[..., 0], -1, -2) @ pace
    return by_site if churn is None else by_site * churn


def _local_blocks(
    chart: LedgerChart,
    euros: YearEuros,
    paces: Paces,
    churn: FloatArray | None,
    *,
    pairs: bool,
    by_site: FloatArray,
) -> list[Block]:
    """Entries of payments from sites to plants; sites with unknown euros are one account."""
    pool, left_out = chart.of(Account.POOL), chart.of(Account.LEFT_OUT)
    known, sites = euros.known[..., None, :, None], np.arange(len(chart.site))
    pace, staying = paces.fade * paces.local, 1.0 if churn is None else churn
    paid, unknown = np.where(known, euros.paid_eur, 0.0), np.where(known, 0.0, euros.paid_eur)
    blocks = []
    if unknown.any():
        others = (unknown * staying).sum(axis=-2) * pace[: unknown.shape[-3]]
        blocks.append(Block(LOCAL, _all(chart.plant, left_out), chart.plant, others))
    if pairs:
        by_pair = paid * pace[:, None, :] * staying
        eur = by_pair.reshape(*by_pair.shape[:-3], -1, by_pair.shape[-1])
        payer, payee = np.tile(chart.site, len(chart.plant)), np.repeat(chart.plant, len(chart.site))
        return [*blocks, Block(LOCAL, payer, payee, eur, np.tile(sites, len(chart.plant)))]
    # Plants as one sell at one price, and nobody is unknown there.
    by_plant = paid.shape[-3] == len(chart.plant)
    sold = ((paid * staying).sum(axis=-2) if by_plant else euros.sold_eur) * pace
    blocks.append(Block(LOCAL, chart.site, _all(chart.site, pool), by_site, sites))
    return [*blocks, Block(LOCAL, _all(chart.plant, pool), chart.plant, sold)]


def _bill_vat(
    chart: LedgerChart, euros: YearEuros, paces: Paces, total: FloatArray, churn: FloatArray | None
) -> Block:
    """Return the VAT on all that changes, where a site recovers none; a person bills itself no VAT."""
    own = chart.plant[:, None] == chart.site
    if euros.paid_eur.shape[-3] != len(own):  # plants as one: a site pays its own alone, or none of its own
        own = own.all(axis=0, keepdims=True)
    billed = total - _paid_to_plants(euros, paces, churn, own)
    eur = np.where(chart.bears_vat[:, None], billed * euros.vat_ratio, 0.0)
    return Block(VAT, chart.site, _all(chart.site, chart.of(Account.STATE)), eur, np.arange(len(chart.site)))


def _own_use_blocks(chart: LedgerChart, euros: YearEuros, paces: Paces) -> list[Block]:
    """Entries of own use: saving of the host of each plant, and payment from host to owner."""
    known = euros.own_use_known[..., None]
    state, left_out = chart.of(Account.STATE), chart.of(Account.LEFT_OUT)
    sold = euros.own_sold_eur * paces.fade
    spared = [
        np.where(known, -euros.spared_eur[..., i, :, :], 0.0) * (paces.fade * paces.grown_above(line.index))
        for i, line in enumerate(SPARED)
    ]
    blocks = [Block(OWN_SALE, chart.host, chart.plant, np.where(known, sold, 0.0))]
    if not known.all():
        blocks.append(Block(OWN_SALE, _all(chart.plant, left_out), chart.plant, np.where(known, 0.0, sold)))
    blocks += [
        Block(line.name, chart.host, _all(chart.plant, chart.of(line.other)), eur)
        for line, eur in zip(SPARED, spared, strict=True)
    ]
    if chart.host_bears_vat.any():
        billed = np.where(known, sold, 0.0) + sum(spared, np.zeros(1))
        eur = np.where(chart.host_bears_vat[:, None], billed * euros.vat_ratio, 0.0)
        blocks.append(Block(VAT, chart.host, _all(chart.plant, state), eur))
    return blocks


def _all(like: IntArray, account: int) -> IntArray:
    return np.full(len(like), account, dtype=np.int64)
