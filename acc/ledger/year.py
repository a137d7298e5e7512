"""What plants and operation change in a year: kWh and prices become euros, the only place with a tariff.

Arrays have any leading axes (keys, draws), then N sites or M plants, then the years: 1, or 0 to H.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, row_sums
from acc.bills.bill import Bill, BillTerms, both_bills, priced, untaxed_eur
from acc.bills.surplus import OwnUse
from acc.ledger.chart import LedgerChart
from acc.ledger.lines import BILLED, PMO_BY_KWH, PMO_SHARED, SUPPLY, LedgerLine
from acc.plan.plants import PlantIncome


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearVolumes:
    """The kWh of a period of `years`; told for each year of a plan where `by_year`, an axis H then leads.

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
    years: float
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
        untaxed_eur: accise that local kWh do not bear, (..., N, 1); `taxed_by_year` and
            `fully_taxed_by_year` as in `acc.bills.bill.BillTerms`.
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
    taxed_by_year: tuple[float, ...] = (0.0,)
    fully_taxed_by_year: tuple[float, ...] = (0.0,)

    @property
    def first_kwh(self) -> FloatArray:
        """What plants give sites in the first year, (..., M or 1, N)."""
        first: FloatArray = self.local_kwh[..., 1 if self.by_year else 0]
        return first

    @property
    def savings_eur(self) -> FloatArray:
        """What each site pays less in a year, (..., N); nan where it is unknown."""
        more = sum(self.bills.values(), np.zeros(1)) + self.paid_eur.sum(axis=-3)
        saving: FloatArray = -np.where(self.known[..., None], more, np.nan)
        return saving[..., 0]

    def billed_ratio(self, chart: LedgerChart) -> FloatArray:
        """Cost of a euro of the bill of each site, with the VAT that it bears, (N, 1), EUR/EUR."""
        billed: FloatArray = np.where(chart.bears_vat, 1.0 + self.vat_ratio, 1.0)[:, None]
        return billed

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
            of_year: FloatArray = amount[..., None] / kwh.years
            return of_year
        last = np.moveaxis(amount, axis, -1) / kwh.years
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
        taxed_by_year=terms.taxed_by_year,
        fully_taxed_by_year=terms.fully_taxed_by_year,
    )


def _sold_eur(terms: BillTerms, kwh: YearVolumes, paid: FloatArray) -> FloatArray:
    """Local sales of each plant, (..., M), EUR: at the single price where plants are pooled."""
    if kwh.local_kwh.shape[-3] == kwh.shared_kwh.shape[-1]:
        by_plant: FloatArray = paid.sum(axis=-1)
        return by_plant
    price = terms.local_eur_per_kwh.flat[:1]  # none where there is no plant, and nothing to sell
    eur: FloatArray = kwh.shared_kwh * (price if price.size else 0.0)
    return eur


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
