"""From tariffs and decided prices to the arrays that bills are computed with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np

from acc.arrays import FloatArray, IntArray, row_sums
from acc.bills.tariff_slots import SLOTS
from acc.bills.tariffs import MemberTariff, Tariffs, beyond_first
from acc.bills.turpe import power_eur_per_year
from acc.scenario import Prices
from acc.sites import Participant, Plant
from acc.steps import Steps, local_calendar

Amount = TypeVar("Amount", float, FloatArray)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bill(Generic[Amount]):
    """What a participant pays over the period, line by line: floats, or arrays of shape (..., N).

    Attributes:
        supply_eur_ht: energy bought from the supplier, its own subscription included where it is given.
        local_eur_ht: local kWh, paid to the producers.
        pmo_eur_ht: fees of the personne morale organisatrice.
        management_eur_ht, metering_eur_ht, power_eur_ht, withdrawal_eur_ht: the TURPE, part by part.
        accise_eur_ht, cta_eur_ht: taxes that bear VAT themselves.
        vat_eur: VAT on all of it.
    """

    supply_eur_ht: Amount
    local_eur_ht: Amount
    pmo_eur_ht: Amount
    management_eur_ht: Amount
    metering_eur_ht: Amount
    power_eur_ht: Amount
    withdrawal_eur_ht: Amount
    accise_eur_ht: Amount
    cta_eur_ht: Amount
    vat_eur: Amount

    @property
    def turpe_fixed_eur_ht(self) -> Amount:
        """Fixed part of the TURPE, on which the CTA is computed."""
        return self.management_eur_ht + self.metering_eur_ht + self.power_eur_ht

    @property
    def turpe_eur_ht(self) -> Amount:
        """The whole network tariff."""
        return self.turpe_fixed_eur_ht + self.withdrawal_eur_ht

    @property
    def total_eur_ht(self) -> Amount:
        """Everything without VAT."""
        energy = self.supply_eur_ht + self.local_eur_ht + self.pmo_eur_ht
        return energy + self.turpe_eur_ht + self.accise_eur_ht + self.cta_eur_ht

    @property
    def total_eur_ttc(self) -> Amount:
        """Everything with VAT."""
        return self.total_eur_ht + self.vat_eur


BILL_LINES = tuple(line.name for line in fields(Bill))
"""Names of the lines of a bill, in the order of print."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BillTerms:
    """All that turns kWh into bills over one period: N participants, S slots, M plants.

    Attributes:
        supply_eur_per_kwh: supplier's price, (N, S); nan where it is unknown.
        network_eur_per_kwh: energy part of the TURPE, (N, S).
        autoproduit_eur_per_kwh, alloproduit_eur_per_kwh: the same under the ACC option, (N, S); equal to
            `network_eur_per_kwh` for who has no such option.
        subscription_eur, management_eur, management_acc_eur, metering_eur, power_eur: fixed parts over the
            period, (N,).
        accise_eur_per_kwh: (N,).
        local_eur_per_kwh: internal price, (M, N, S); nan where it is undecided.
        local_accise_ratio: part of the accise due on the local kWh of each plant, (M,).
        taxed_year_shares, fully_taxed_year_shares: part of what they do not bear then, borne in each year of
            a plan, and in one where the accise comes to be due in full; the last holds on.
        pmo_eur_per_kwh, pmo_eur: fee on each local kWh, and yearly fee over the period, shared by local kWh.
        option_counted: whether the ACC option is open to all, hence counted where it is cheaper.
    """

    supply_eur_per_kwh: FloatArray
    network_eur_per_kwh: FloatArray
    autoproduit_eur_per_kwh: FloatArray
    alloproduit_eur_per_kwh: FloatArray
    subscription_eur: FloatArray
    management_eur: FloatArray
    management_acc_eur: FloatArray
    metering_eur: FloatArray
    power_eur: FloatArray
    accise_eur_per_kwh: FloatArray
    local_eur_per_kwh: FloatArray
    local_accise_ratio: FloatArray
    pmo_eur_per_kwh: float
    pmo_eur: float
    cta_ratio: float
    vat_ratio: float
    option_counted: bool = False
    taxed_year_shares: tuple[float, ...] = (0.0,)
    fully_taxed_year_shares: tuple[float, ...] = (0.0,)

    @property
    def option_fixed_eur(self) -> FloatArray:
        """What the ACC option of the TURPE adds to fixed parts over the period, its CTA included, (N,)."""
        return (self.management_acc_eur - self.management_eur) * (1.0 + self.cta_ratio)

    @property
    def option_eur_per_kwh(self) -> FloatArray:
        """What a kWh of the supplier costs more under that option, (N, S)."""
        return self.alloproduit_eur_per_kwh - self.network_eur_per_kwh

    def at_full_accise(self) -> "BillTerms":
        """Return the same terms where local kWh come to bear the accise in full."""
        first, later = self.fully_taxed_year_shares[0], beyond_first(self.fully_taxed_year_shares)
        return replace(
            self,
            local_accise_ratio=1.0 - (1.0 - self.local_accise_ratio) * (1.0 - first),
            taxed_year_shares=later,
            fully_taxed_year_shares=later,
        )

    def pooled(self) -> "BillTerms":
        """Return the same terms for the plants as one, so that local kWh may come with M = 1.

        Raises:
            ValueError: plants that differ in price or in accise: their kWh cannot be pooled.
        """
        prices, ratios = self.local_eur_per_kwh, self.local_accise_ratio
        if not (
            np.array_equal(prices, prices[:1].repeat(len(prices), 0), equal_nan=True)
            and np.all(ratios == ratios[:1])
        ):
            raise ValueError("plants differ in local price or accise: give local kWh plant by plant")
        return replace(self, local_eur_per_kwh=prices[:1], local_accise_ratio=ratios[:1])

    def part(self, members: IntArray, plants: IntArray) -> "BillTerms":
        """Return the terms of some participants and plants, by column."""
        arrays = {name: getattr(self, name) for name in (field.name for field in fields(self))}
        kept = {
            name: values[plants if name == "local_accise_ratio" else members]
            for name, values in arrays.items()
            if isinstance(values, np.ndarray) and name != "local_eur_per_kwh"
        }
        kept["local_eur_per_kwh"] = self.local_eur_per_kwh[np.ix_(plants, members)]
        return replace(self, **kept)  # type: ignore[arg-type]  # arrays only, told by their type


def bills_before(terms: BillTerms, consumption_kwh: FloatArray) -> Bill[FloatArray]:
    """Return the bills without the operation, arrays (..., N), from kWh by slot (..., N, S)."""
    zeros = np.zeros(consumption_kwh.shape[:-1])
    return _with_taxes(
        terms,
        supply=terms.subscription_eur + priced(consumption_kwh, terms.supply_eur_per_kwh),
        local=zeros,
        pmo=zeros,
        management=terms.management_eur + zeros,
        withdrawal=priced(consumption_kwh, terms.network_eur_per_kwh),
        accise=row_sums(consumption_kwh) * terms.accise_eur_per_kwh,
    )


def bills_after(terms: BillTerms, consumption_kwh: FloatArray, local_kwh: FloatArray) -> Bill[FloatArray]:
    """Return the bills with the operation, arrays (..., N).

    Args:
        consumption_kwh: withdrawn, by slot, (..., N, S).
        local_kwh: received from each plant, by slot, (..., M, N, S).
    """
    received = local_kwh.sum(axis=-3)
    complement = np.maximum(consumption_kwh - received, 0.0)
    total = row_sums(received)
    taxed = _by_ratio(local_kwh, terms.local_accise_ratio)
    withdrawal = priced(consumption_kwh, terms.network_eur_per_kwh)
    if terms.option_counted:
        withdrawal = withdrawal - np.maximum(option_gain_eur(terms, consumption_kwh, received), 0.0)
    return _with_taxes(
        terms,
        supply=terms.subscription_eur + priced(complement, terms.supply_eur_per_kwh),
        local=priced(local_kwh, terms.local_eur_per_kwh).sum(axis=-2),
        pmo=total * terms.pmo_eur_per_kwh + terms.pmo_eur * _parts(total),
        management=terms.management_acc_eur + np.zeros_like(total),
        withdrawal=withdrawal,
        accise=(row_sums(complement) + taxed) * terms.accise_eur_per_kwh,
    )


def both_bills(
    terms: BillTerms, consumption_kwh: FloatArray, local_kwh: FloatArray
) -> tuple[Bill[FloatArray], Bill[FloatArray]]:
    """Return the bills without and with the operation; shapes as in `bills_after`."""
    return bills_before(terms, consumption_kwh), bills_after(terms, consumption_kwh, local_kwh)


def _by_ratio(local_kwh: FloatArray, ratio: FloatArray) -> FloatArray:
    """Local kWh (..., M, N, S) times a ratio of each plant (M,), (..., N); without plant one lane."""
    return ratio @ row_sums(local_kwh)[..., : len(ratio), :]


def untaxed_eur(terms: BillTerms, local_kwh: FloatArray) -> FloatArray:
    """Return the accise that local kWh (..., M, N, S) would bear in full and do not, (..., N)."""
    exempt = _by_ratio(local_kwh, 1.0 - terms.local_accise_ratio)
    return np.asarray(exempt * terms.accise_eur_per_kwh)


def savings_eur_ht(terms: BillTerms, consumption_kwh: FloatArray, local_kwh: FloatArray) -> FloatArray:
    """Saving of each participant, (..., N), EUR excl. VAT; nan where a price is unknown.

    The inner call of batches: shapes as in `bills_after`, any leading axes.
    """
    before, after = both_bills(terms, consumption_kwh, local_kwh)
    return before.total_eur_ht - after.total_eur_ht


def option_gain_eur(terms: BillTerms, consumption_kwh: FloatArray, received_kwh: FloatArray) -> FloatArray:
    """Saving of each participant from the ACC option of the TURPE, (..., N), EUR; negative for a cost."""
    complement = np.maximum(consumption_kwh - received_kwh, 0.0)
    with_option = priced(received_kwh, terms.autoproduit_eur_per_kwh)
    with_option = with_option + priced(complement, terms.alloproduit_eur_per_kwh)
    return priced(consumption_kwh, terms.network_eur_per_kwh) - with_option


def priced(kwh: FloatArray, eur_per_kwh: FloatArray) -> FloatArray:
    """Return the sum over slots of kWh times price; no kWh costs nothing, whatever an unknown price.

    >>> priced(np.array([[2.0, 0.0], [2.0, 1.0]]), np.array([0.1, np.nan])).tolist()
    [0.2, nan]
    """
    if np.isfinite(eur_per_kwh).all():
        known: FloatArray = np.vecdot(kwh, eur_per_kwh)
        return known
    amount: FloatArray = np.where(kwh == 0.0, 0.0, kwh * eur_per_kwh).sum(axis=-1)
    return amount


def bill_of(bills: Bill[FloatArray], index: int) -> Bill[float]:
    """Return the bill of one participant out of arrays of shape (N,)."""
    return Bill(**{name: float(getattr(bills, name)[index]) for name in BILL_LINES})


def _with_taxes(
    terms: BillTerms,
    *,
    supply: FloatArray,
    local: FloatArray,
    pmo: FloatArray,
    management: FloatArray,
    withdrawal: FloatArray,
    accise: FloatArray,
) -> Bill[FloatArray]:
    zeros = np.zeros_like(withdrawal)
    bill = Bill(
        supply_eur_ht=supply,
        local_eur_ht=local,
        pmo_eur_ht=pmo,
        management_eur_ht=management,
        metering_eur_ht=terms.metering_eur + zeros,
        power_eur_ht=terms.power_eur + zeros,
        withdrawal_eur_ht=withdrawal,
        accise_eur_ht=accise,
        cta_eur_ht=(management + terms.metering_eur + terms.power_eur) * terms.cta_ratio,
        vat_eur=zeros,
    )
    return replace(bill, vat_eur=bill.total_eur_ht * terms.vat_ratio)


def _parts(total_kwh: FloatArray) -> FloatArray:
    """Return the part of each participant in the yearly fee: by local kWh, equal when there is none."""
    total = total_kwh.sum(axis=-1, keepdims=True)
    even = np.full_like(total_kwh, 1.0 / max(1, total_kwh.shape[-1]))
    parts: FloatArray = np.divide(total_kwh, total, out=even, where=total > 0.0)
    return parts


BROAD_SLOTS: Mapping[str, tuple[str, ...]] = {
    "all": SLOTS,
    "hp": ("pointe", "hph", "hpb"),
    "hc": ("hch", "hcb"),
    "hph": ("pointe", "hph"),
}
"""Names that stand for several slots, widest first: a price of `hph` holds for the peak when it has none."""


def by_slot(prices_eur_per_kwh: Mapping[str, float]) -> tuple[float, ...]:
    """Return the price of each slot of `SLOTS`, EUR/kWh; nan where no name covers it, the narrowest wins.

    >>> by_slot({"all": 0.10, "hc": 0.08})
    (0.1, 0.1, 0.08, 0.1, 0.08)
    >>> by_slot({"hph": 0.2, "hch": 0.15})
    (0.2, 0.2, 0.15, nan, nan)
    """
    values = dict.fromkeys(SLOTS, float("nan"))
    for name, slots in BROAD_SLOTS.items():
        if name in prices_eur_per_kwh:
            values |= dict.fromkeys(slots, prices_eur_per_kwh[name])
    return tuple(float((values | dict(prices_eur_per_kwh))[slot]) for slot in SLOTS)


@lru_cache(maxsize=16)
def period_years(steps: Steps) -> float:
    """Return the length of a period in years: the days of each calendar year over the days it has.

    >>> from datetime import date
    >>> period_years(Steps.between(date(2024, 1, 1), date(2025, 1, 1), 60))
    1.0
    """
    days = np.unique(local_calendar(steps).day)
    years, counts = np.unique(days.astype("datetime64[Y]"), return_counts=True)
    next_years = years + np.timedelta64(1, "Y")
    lengths = (next_years.astype("datetime64[D]") - years.astype("datetime64[D]")).astype(np.int64)
    return float((counts / lengths).sum())


def bill_terms(tariffs: Tariffs, prices: Prices, plants: Sequence[Plant], period_years: float) -> BillTerms:
    """Return the terms of the bills over a period of `period_years`."""
    members = tariffs.members
    # Fixed parts over the period: each delivery point of a row pays its own.
    points = _column([m.points for m in members]) * period_years
    # Internal price from each plant to each participant in each slot, (M, N, S).
    terms = BillTerms(
        supply_eur_per_kwh=_rows([m.supply_eur_per_kwh for m in members]),
        network_eur_per_kwh=_rows([m.turpe.energy_eur_per_kwh for m in members]),
        autoproduit_eur_per_kwh=_rows(
            [m.turpe.autoproduit_eur_per_kwh or m.turpe.energy_eur_per_kwh for m in members]
        ),
        alloproduit_eur_per_kwh=_rows(
            [m.turpe.alloproduit_eur_per_kwh or m.turpe.energy_eur_per_kwh for m in members]
        ),
        subscription_eur=points * _column([m.subscription_eur_per_year for m in members]),
        management_eur=points * _column([m.turpe.management_eur_per_year for m in members]),
        management_acc_eur=points * _column([m.turpe.management_acc_eur_per_year for m in members]),
        metering_eur=points * _column([m.turpe.metering_eur_per_year for m in members]),
        power_eur=points * _column([power_eur_per_year(m.turpe, m.subscribed_kva) for m in members]),
        accise_eur_per_kwh=np.array([_accise_eur_per_kwh(tariffs, m) for m in members]),
        local_eur_per_kwh=local_prices(
            prices, [plant.id for plant in plants], [member.local_eur_per_kwh for member in members]
        ),
        local_accise_ratio=np.array(
            [tariffs.accise.local_ratio if plant.accise_exempt else 1.0 for plant in tariffs.plants]
        ),
        pmo_eur_per_kwh=prices.pmo_eur_per_kwh,
        pmo_eur=prices.pmo_eur_per_year * period_years,
        cta_ratio=tariffs.cta_ratio,
        vat_ratio=tariffs.vat_ratio,
        option_counted=tariffs.option_open is True,
        fully_taxed_year_shares=tariffs.accise.full_shares,
    )
    return terms.at_full_accise() if tariffs.accise.in_full else terms


def own_local_price(prices: Prices, site: Participant) -> float | None:
    """Return the internal price of who buys, whatever the plant: the site's, else its person's, else None."""
    own = prices.local_by_participant_eur_per_kwh.get(site.id)
    return prices.local_by_person_eur_per_kwh.get(site.person or site.id) if own is None else own


def local_price(prices: Prices, plant_id: str, buyer_eur_per_kwh: float | None = None) -> tuple[float, ...]:
    """Return the internal price of each slot, EUR/kWh: the buyer's own, the plant's, by slot, or flat."""
    own = prices.local_by_plant_eur_per_kwh.get(plant_id) if buyer_eur_per_kwh is None else buyer_eur_per_kwh
    if own is not None:
        return (own,) * len(SLOTS)
    flat = {} if prices.local_eur_per_kwh is None else {"all": prices.local_eur_per_kwh}
    return by_slot(flat | dict(prices.local_by_slot_eur_per_kwh))


def local_prices(
    prices: Prices, plant_ids: Sequence[str], buyers_eur_per_kwh: Sequence[float | None]
) -> FloatArray:
    """Return the internal price from each plant to each buyer in each slot, EUR/kWh, shape (M, N, S).

    Args:
        buyers_eur_per_kwh: the price of each buyer's own, None where it has none.
    """
    distinct = list(dict.fromkeys(buyers_eur_per_kwh))
    row = {own: at for at, own in enumerate(distinct)}
    table = [[local_price(prices, plant_id, own) for own in distinct] for plant_id in plant_ids]
    shape = len(plant_ids), len(distinct), len(SLOTS)
    prices_eur: FloatArray = np.array(table, dtype=np.float64).reshape(shape)
    if len(distinct) == 1:  # one row stands for all: of 10,000 buyers and 2,500 plants they would take a GB
        return np.broadcast_to(prices_eur, (len(plant_ids), len(buyers_eur_per_kwh), len(SLOTS)))
    return prices_eur[:, [row[own] for own in buyers_eur_per_kwh]]


def has_option(member: MemberTariff) -> bool:
    """Return whether the participant's version has an ACC option at all."""
    return member.turpe.autoproduit_eur_per_kwh is not None


def _rows(values: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(values, dtype=np.float64).reshape(len(values), len(SLOTS))


def _column(values: Sequence[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _accise_eur_per_kwh(tariffs: Tariffs, member: MemberTariff) -> float:
    reduced = member.accise_eur_per_kwh
    return tariffs.accise.eur_per_kwh[member.turpe.segment] if reduced is None else reduced
