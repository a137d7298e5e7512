"""The balance of a legal person, or of everybody together as one: values; `acc.accounts.persons` computes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acc.bills.tariffs import MarketPrice, Segment
from acc.sides import loses


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
        lost_vat_eur: VAT that it pays more and does not recover (negative: less).
        full_accise_eur_ht: what its sites would pay more if local kWh bore the accise in full.
        without_sharing_eur_ht: what `gain_eur_ht` would be if nothing were shared: own use behind its meters,
            all that is injected sold as surplus, running costs paid; None where it was not computed.
        without_sharing_npv_eur_ht: the same of `npv_eur_ht`.
        npv_eur_ht: present value of all of it over the plan, after tax on profit and the VAT on its plants
            that it does not recover; None without a plan.
        profit_tax_npv_eur, plant_vat_npv_eur: these two, worth today.
        lost_vat_npv_eur: the VAT on its bills that it pays more and does not recover, worth today; it is in
            `npv_eur` alone.
        connected_npv_eur_ht, connected_by_year_eur_ht: value and years where connections that nobody knows
            cost their upper figure; None and empty where none has one.
        by_year_eur_ht: its gain of each year of the plan, year 0 (what is built) first; empty without a plan.
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
    connected_npv_eur_ht: float | None = None
    connected_by_year_eur_ht: tuple[float, ...] = ()
    loses_from_year: int | None = None
    full_accise_loses_from_year: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether the euros of some of its sites or plants are known."""
        return not set(self.unknown_ids) >= {*self.participant_ids, *self.plant_ids}

    @property
    def npv_eur(self) -> float | None:
        """What stays in its pocket, worth today: VAT on bills that it does not recover counted."""
        return None if self.npv_eur_ht is None else self.npv_eur_ht - self.lost_vat_npv_eur

    @property
    def gain_eur(self) -> float:
        """The same over the period, before the investment and the tax on profit."""
        return self.gain_eur_ht - self.lost_vat_eur

    @property
    def gain_eur_ht(self) -> float:
        """What it pays less and receives more over the period, running costs paid, before the investment."""
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


def more_than(eur: float | None, than_eur: float | None) -> float | None:
    """Return a difference; None where one of the two is not known."""
    return None if eur is None or than_eur is None else eur - than_eur


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
