"""What plants and operation change in a year: kWh and prices become euros, the only place with a tariff.

Arrays have any leading axes (keys, draws), then N sites or M plants, then the years: 1, or 0 to H.

Arrays have any leading axes (keys, draws), then N sites or M plants, then Y years.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.bills.bill import Bill, BillTerms, both_bills, priced, untaxed_eur
from acc.bills.surplus import OwnUse
from acc.ledger.chart import (
    ACCISE,
    BILLED,
    LOCAL,
    OWN_SALE,
    PAID_BY_OWNERS,
    PAID_TO_OWNERS,
    PMO_BY_KWH,
    PMO_SHARED,
    RENT,
    RUNNING,
    RUNNING_VAT,
    SPARED,
    SUPPLY,
    VAT,
    YEARLY,
    Account,
    LedgerChart,
    LedgerLine,
    Paces,
    first_year_paces,
)
from acc.plan.plants import PlantIncome
from acc.plan.values import CashFlows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearVolumes:
    """The kWh of `period_years`; told for each year of a plan where `by_year`, an axis H then leads.

    Attributes:
        consumption_kwh: withdrawn by slot, (..., N, S).
        local_kwh: from each plant to each site, (..., M, N, S); from all plants as one, (..., 1, N, S).
        shared_kwh: sold by each plant, (..., M): who sells where plants are one.
        own_use: behind the meter of each plant's host, arrays (..., M).
        stays: sites that have not left, (..., N).
        weights: where years are told by some of them, J on the leading axis: of each in every year, (H, J).
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray
    shared_kwh: FloatArray
    own_use: OwnUse
    period_years: float
    stays: BoolArray
    by_year: bool = False
    weights: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearEuros:
    """What plants and operation change in a year, EUR, a last axis of 1; of each year, Y, where `by_year`.

    Attributes:
        bills: more paid under each line, (..., N, 1); 0 where a site is unknown.
        known: sites whose euros are known, (..., N).
        local_kwh, paid_eur: from each site to each plant, or to all as one, (..., M or 1, N, 1).
        sold_eur: by each plant, (..., M, 1); nan where a price is undecided.
        spared_eur: by own use, line by line, (..., 3, M, 1); `own_sold_eur` what hosts pay for it, and
            `is_sold` whether they do, (M,).
        untaxed_eur: accise that local kWh do not bear, (..., N, 1); `taxed_year_shares` and
            `fully_taxed_year_shares` as in `acc.bills.bill.BillTerms`.
        vat_ratio: on all that is billed.
    """

    bills: Mapping[LedgerLine, FloatArray]
    known: BoolArray
    local_kwh: FloatArray
    paid_eur: FloatArray
    sold_eur: FloatArray
    spared_eur: FloatArray
    own_sold_eur: FloatArray
    is_sold: BoolArray
    untaxed_eur: FloatArray
    vat_ratio: float
    by_year: bool = False
    taxed_year_shares: tuple[float, ...] = (0.0,)
    fully_taxed_year_shares: tuple[float, ...] = (0.0,)

    @property
    def first_kwh(self) -> FloatArray:
        """What plants give sites in the first year, (..., M or 1, N)."""
        return self.local_kwh[..., 1 if self.by_year else 0]

    @property
    def savings_eur(self) -> FloatArray:
        """What each site pays less in a year, (..., N); nan where it is unknown."""
        more = sum(self.bills.values(), np.zeros(1)) + self.paid_eur.sum(axis=-3)
        saving: FloatArray = -np.where(self.known[..., None], more, np.nan)
        return saving[..., 0]

    def billed_ratio(self, chart: LedgerChart) -> FloatArray:
        """Cost of a euro of the bill of each site, with the VAT that it bears, (N, 1), EUR/EUR."""
        return np.where(chart.bears_vat, 1.0 + self.vat_ratio, 1.0)[:, None]

    @property
    def own_use_known(self) -> BoolArray:
        """Plants whose own use has a known price, (..., M)."""
        known: BoolArray = np.all(np.isfinite(self.spared_eur), axis=(-3, -1))
        return known

    def at_prices(self, supply: FloatArray, local: FloatArray) -> "YearEuros":
        """Return the same with suppliers' and local prices multiplied, one factor a row, (R,)."""
        bills = dict(self.bills) | {SUPPLY: self.bills[SUPPLY] * supply[:, None, None]}
        spared = self.spared_eur.copy()
        spared[..., 0, :, :] *= supply[:, None, None]
        return replace(
            self,
            bills=bills,
            paid_eur=self.paid_eur * local[:, None, None, None],
            sold_eur=self.sold_eur * local[:, None, None],
            spared_eur=spared,
        )


def year_euros(
    terms: BillTerms, kwh: YearVolumes, bills: tuple[Bill[FloatArray], Bill[FloatArray]] | None = None
) -> YearEuros:
    """Euros of a year of kWh: changes on the bills of sites, and payments to plants.

    Args:
        bills: those of `both_bills` for these kWh, where they are known.
    """
    before, after = bills or both_bills(terms, kwh.consumption_kwh, kwh.local_kwh)
    known: BoolArray = np.isfinite(before.total_eur_ht - after.total_eur_ht) & kwh.stays
    more = {line: getattr(after, line.name) - getattr(before, line.name) for line in BILLED}
    # In a year of a plan, who is out or closed withdraws nothing, and no fixed charge changes for it.
    billed = known & kwh.consumption_kwh.any(axis=-1) if kwh.by_year else known
    received = row_sums(kwh.local_kwh)
    by_kwh = received.sum(axis=-2) * terms.pmo_eur_per_kwh
    more |= {PMO_BY_KWH: by_kwh, PMO_SHARED: after.pmo_eur_ht - by_kwh}
    paid = priced(kwh.local_kwh, terms.local_eur_per_kwh)

    def yearly(amount: FloatArray, axis: int = -2) -> FloatArray:
        """Return amounts with their axis of years last: 1, or the years 0 to H."""
        if not kwh.by_year:
            return amount[..., None] / kwh.period_years
        last = np.moveaxis(amount, axis, -1) / kwh.period_years
        if kwh.weights is not None:
            last = last @ kwh.weights.T
        return np.concatenate((np.zeros_like(last[..., :1]), last), axis=-1)

    return YearEuros(
        bills={line: yearly(np.where(billed, eur, 0.0)) for line, eur in more.items()},
        known=np.all(known, axis=-2) if kwh.by_year else known,
        local_kwh=yearly(received, -3),
        paid_eur=yearly(np.nan_to_num(paid), -3),
        sold_eur=yearly(_sold_eur(terms, kwh, paid)),
        spared_eur=yearly(kwh.own_use.spared_eur, -3),
        own_sold_eur=yearly(kwh.own_use.paid_eur),
        is_sold=kwh.own_use.sold,
        untaxed_eur=yearly(np.where(known, untaxed_eur(terms, kwh.local_kwh), 0.0)),
        vat_ratio=terms.vat_ratio,
        by_year=kwh.by_year,
        taxed_year_shares=terms.taxed_year_shares,
        fully_taxed_year_shares=terms.fully_taxed_year_shares,
    )


def _sold_eur(terms: BillTerms, kwh: YearVolumes, paid: FloatArray) -> FloatArray:
    """Local sales of each plant, (..., M), EUR: at the single price where plants are pooled."""
    if kwh.local_kwh.shape[-3] == kwh.shared_kwh.shape[-1]:
        by_plant: FloatArray = paid.sum(axis=-1)
        return by_plant
    price = terms.local_eur_per_kwh.flat[:1]  # none where there is no plant, and nothing to sell
    return kwh.shared_kwh * (price if price.size else 0.0)


def plant_income(
    euros: YearEuros,
    shared_kwh: FloatArray,
    surplus_kwh: FloatArray,
    production_kwh: FloatArray | None = None,
) -> PlantIncome:
    """Plant income of one year, or of each year; own use of unknown price counts as zero.

    Args:
        shared_kwh, surplus_kwh: of a year, (..., M); of each one, (..., M, H), where euros are.
        production_kwh: own use included; None where no cost of a kWh is asked.
    """
    known = euros.own_use_known[..., None]
    spared = np.where(known[..., None, :, :], euros.spared_eur, 0.0)
    sold = euros.is_sold[:, None]

    def of(amount: FloatArray) -> FloatArray:
        return amount[..., 1:] if euros.by_year else amount[..., 0]

    return PlantIncome(
        local_eur=of(euros.sold_eur),
        own_use_eur=of(np.where(sold, euros.own_sold_eur, spared.sum(axis=-3))),
        own_supply_eur=of(np.where(sold, 0.0, spared[..., 0, :, :])),
        shared_kwh=shared_kwh,
        surplus_kwh=surplus_kwh,
        production_kwh=np.zeros_like(shared_kwh) if production_kwh is None else production_kwh,
        by_year=euros.by_year,
    )


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
    if any(euros.taxed_year_shares):
        lines[ACCISE] = lines[ACCISE] + euros.untaxed_eur * left * paces.dated(euros.taxed_year_shares)
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
