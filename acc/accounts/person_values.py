"""What each person gains as values, and why a figure is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from acc.bills.tariffs import MarketPrice, Segment
from acc.i18n import N_
from acc.sides import loses


class Missing(StrEnum):
    """Why some euros are unknown; the sentence is in `MISSING_TEXTS`."""

    SUPPLY_PRICE = "supply-price"
    LOCAL_PRICE = "local-price"
    SURPLUS_PRICE = "surplus-price"
    FINANCE = "finance"
    SHORT_PERIOD = "short-period"


MISSING_TEXTS: Mapping[Missing, str] = {
    Missing.SUPPLY_PRICE: N_("the price of its supplier is not known (`supply_eur_per_mwh`)"),
    Missing.LOCAL_PRICE: N_("the local price is not decided (`prices.local_eur_per_mwh`)"),
    Missing.SURPLUS_PRICE: N_("how the surplus is sold is not decided (`prices.surplus`)"),
    Missing.FINANCE: N_("no hypotheses for a plan (`[finance]`)"),
    Missing.SHORT_PERIOD: N_("a plan needs whole years: run a period of a year"),
}


class OptionState(StrEnum):
    """How the ACC option of the TURPE (autoproduit / alloproduit) stands for a participant."""

    CHOSEN = "chosen"
    """Possible and cheaper: counted."""
    DEARER = "dearer"
    """Possible, but it would cost more: not counted."""
    TO_VERIFY = "to-verify"
    """Nobody knows whether all are behind one HTA/BT substation: computed, not counted."""
    NOT_POSSIBLE = "not-possible"
    """Not all behind one substation, or a version without such an option."""


class Cause(StrEnum):
    """Why a participant loses; the sentence with its amounts is in `CAUSE_TEXTS`."""

    NOTHING_RECEIVED = "nothing-received"
    LOCAL_PRICE = "local-price"
    PMO_FEE = "pmo-fee"
    FIXED_PART = "fixed-part"
    FEES_AND_FIXED_PART = "fees-and-fixed-part"
    """Neither alone would: it takes both."""


CAUSE_TEXTS: Mapping[Cause, str] = {
    Cause.NOTHING_RECEIVED: N_("receives no local kWh and still pays {fixed_eur_ht} for taking part"),
    Cause.LOCAL_PRICE: N_(
        "pays {local_eur_per_kwh} for a local kWh that spares {spared_eur_per_kwh} of supplier, "
        "network and accise"
    ),
    Cause.PMO_FEE: N_("the fees of the PMO, {pmo_eur_ht}, take more than the {margin_eur_ht} that is gained"),
    Cause.FIXED_PART: N_(
        "the fixed parts of taking part, {fixed_eur_ht}, are more than the {margin_eur_ht} that is gained"
    ),
    Cause.FEES_AND_FIXED_PART: N_(
        "the fees of the PMO, {pmo_eur_ht}, and the fixed parts, {fixed_eur_ht}, are together more than the "
        "{margin_eur_ht} that is gained"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One cause of a loss; `amounts` fills the named places of `CAUSE_TEXTS[cause]`, unit in the name."""

    cause: Cause
    amounts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoney:
    """The balance of one person, or of several as one, over the period, beside nothing being built; no tax.

    Attributes:
        bills_before_eur_ht: of its sites whose euros are known, with neither plant nor operation.
        bills_after_eur_ht: the same with them; what its sites pay its own plants is left out, what they pay
            others for own use is in.
        own_use_eur_ht: spared behind its own meters, part of the difference of the bills.
        internal_eur_ht: what its sites pay its own plants: from one pocket to the other.
        sales_eur_ht: local kWh sold to others, own use sold to a host, and surplus.
        costs_eur_ht: of running its plants, without rent that it would pay itself; the investment is in
            `npv_eur_ht` alone.
        rent_eur_ht: that others pay it for the roof or the land under their plants.
        lost_vat_eur: VAT on its bills that it pays more and does not recover (negative: less); the VAT on
            what runs its plants is in the costs.
        full_accise_eur_ht: what its sites would pay more if local kWh bore the accise in full.
        without_sharing_eur_ht: what `gain_eur_ht` would be if nothing were shared: own use behind its meters,
            all that is injected sold as surplus, running costs paid; None where it was not computed.
        without_sharing_npv_eur_ht: the same of `npv_eur_ht`.
        npv_eur_ht: present value of what enters and leaves its account over the plan: investment and tax on
            profit paid, VAT on plants and bills counted for who does not recover it, the FCTVA in the year
            in which it is paid; None without a plan. Without VAT, as its name says, for who recovers it.
        profit_tax_npv_eur, plant_vat_npv_eur: tax on profit and VAT on its plants that are in it.
        lost_vat_npv_eur: VAT on its bills that it pays more and does not recover, worth today; in it too.
        connected_npv_eur_ht, connected_by_year_eur_ht: value and years where connections that nobody knows
            cost their upper figure; None and empty where none has one.
        by_year_eur_ht: what enters and leaves its account in each year of the plan, year 0 (what is built)
            first: the years of `npv_eur_ht`; empty without a plan.
        gain_by_year_eur_ht: the gain of each of them as `gain_eur_ht` has that of the period: before the
            investment, grants, the tax on profit and the VAT on bills.
        loses_from_year: year from which on it loses each year; None where it does not.
        unknown_ids: its sites whose euros, and its plants whose surplus, are unknown: left out.
    """

    id: str
    name: str
    participant_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    bills_before_eur_ht: float
    bills_after_eur_ht: float
    own_use_eur_ht: float
    internal_eur_ht: float
    sales_eur_ht: float
    costs_eur_ht: float
    lost_vat_eur: float
    full_accise_eur_ht: float
    npv_eur_ht: float | None = None
    full_accise_npv_eur_ht: float | None = None
    without_sharing_eur_ht: float | None = None
    without_sharing_npv_eur_ht: float | None = None
    unknown_ids: tuple[str, ...] = ()
    rent_eur_ht: float = 0.0
    profit_tax_npv_eur: float = 0.0
    plant_vat_npv_eur: float = 0.0
    lost_vat_npv_eur: float = 0.0
    by_year_eur_ht: tuple[float, ...] = ()
    gain_by_year_eur_ht: tuple[float, ...] = ()
    connected_npv_eur_ht: float | None = None
    connected_by_year_eur_ht: tuple[float, ...] = ()
    loses_from_year: int | None = None
    full_accise_loses_from_year: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether the euros of some of its sites or plants are known, or what its plants sell here.

        A plant whose surplus has no price counts by its sales and its costs, as in everybody's total.
        """
        own = {*self.participant_ids, *self.plant_ids}
        return self.sales_eur_ht > 0.0 or not own <= {*self.unknown_ids}

    @property
    def is_taxed(self) -> bool:
        """Whether it pays a tax on profit over the plan: its gains are before it, its value after."""
        return self.profit_tax_npv_eur > 0.0

    @property
    def npv_eur(self) -> float | None:
        """The value under the name that does not say that it is without VAT."""
        return self.npv_eur_ht

    @property
    def gain_eur(self) -> float:
        """What stays of the gain in its pocket: VAT on its bills that it does not recover counted."""
        return self.gain_eur_ht - self.lost_vat_eur

    @property
    def gain_eur_ht(self) -> float:
        """What it pays less and receives more over the period, running costs paid.

        Before the investment, the tax on profit and the VAT on bills.
        """
        received = self.sales_eur_ht + self.rent_eur_ht
        return self.bills_before_eur_ht - self.bills_after_eur_ht + received - self.costs_eur_ht

    @property
    def sharing_eur_ht(self) -> float | None:
        """What sharing adds to what its roofs bring without it; None where that was not computed."""
        return more_than(self.gain_eur_ht, self.without_sharing_eur_ht)

    @property
    def sharing_npv_eur_ht(self) -> float | None:
        """The same over the plan."""
        return more_than(self.npv_eur_ht, self.without_sharing_npv_eur_ht)

    @property
    def full_accise_gain_eur_ht(self) -> float:
        """The same if local kWh bore the accise in full."""
        return self.gain_eur_ht - self.full_accise_eur_ht


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketGain:
    """What the operation is worth if every known supplier's price were that of the market.

    Attributes:
        above_ids, below_ids: participants whose mean price of energy is far above or below the reference.
        gain_eur_ht: of everybody, producers included, at the reference; `saving_eur_ht` of the participants.
        prices: the reference, by voltage and power class.
    """

    above_ids: tuple[str, ...]
    below_ids: tuple[str, ...]
    gain_eur_ht: float
    saving_eur_ht: float
    prices: Mapping[Segment, MarketPrice]


def more_than(amount_eur: float | None, than_eur: float | None) -> float | None:
    """Return a difference; None where one of the two is not known."""
    return None if amount_eur is None or than_eur is None else amount_eur - than_eur


def losing_year(by_year_eur: Sequence[float]) -> int | None:
    """First year from which every year is a loss, from 1; None where the last one is not.

    >>> losing_year([10.0, -1.0, 2.0, -3.0, -4.0])
    4
    >>> losing_year([-3.0, 1.0]) is None
    True
    """
    lost = 0
    while lost < len(by_year_eur) and loses(by_year_eur[len(by_year_eur) - 1 - lost]):
        lost += 1
    return len(by_year_eur) - lost + 1 if lost else None
