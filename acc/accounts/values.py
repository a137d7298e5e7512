"""Accounts as values: the corridor, the CO2, what each site, plant, member and person pays and receives.

Money is without tax (`_eur_ht`) unless a name says `_ttc`; it is over the period of the run, and
`Money.period_years` says how long that is. Unknown is None, never zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from acc.accounts.person_values import MarketGain, Missing, OptionState, PersonMoney, Reason
from acc.arrays import FloatArray
from acc.bills.bill import Bill
from acc.bills.tariffs import CarbonBasis, CarbonFactor, RateUsed, Segment, SurplusContract
from acc.by_hour import ByHour, HourlyCarbon
from acc.exchange import Exchange
from acc.ledger.sums import Entry
from acc.plan.cash_flows import PlanTerms
from acc.plan.plants import PlantIncome
from acc.plan.values import Plan
from acc.sides import loses
from acc.units import for_each_kwh


class Departures(StrEnum):
    """Who leaves."""

    CHURN = "churn"
    """A part of the members each year."""
    LOSERS = "losers"
    """All who lose in a year, and who then lose because others left: the PMO's fee is left to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAfter:
    """The plan of all producers together once members leave.

    Attributes:
        persons_npv_eur_ht: present value of each person by id, its sites and its plants, after tax on profit;
            a site that left spares nothing any more.
        later_year: of the plan, from 1 on; `persons_later_eur_ht` the gain of each person in it, before what
            is built and tax on profit.
        left: who leaves and in which year, worst first; empty under a rate.
        dscr_min, dscr_mean: cash available over debt service; None without debt.
        shared_ratio: part of the local kWh of the first year's members still sold in the last year.
    """

    case: Departures
    churn_ratio: float | None
    commitment_years: int
    npv_eur_ht: float
    payback_years: float | None
    dscr_min: float | None
    dscr_mean: float | None
    shared_ratio: float
    left: tuple[tuple[str, int], ...] = ()
    persons_npv_eur_ht: Mapping[str, float] = field(default_factory=dict)
    later_year: int = 1
    persons_later_eur_ht: Mapping[str, float] = field(default_factory=dict)

    @property
    def everybody_npv_eur_ht(self) -> float:
        """Present value of all persons together."""
        return sum(self.persons_npv_eur_ht.values())


class PriceMoved(StrEnum):
    """Which local price moves where prices that suit are sought."""

    SINGLE = "whole"
    """The only one."""
    COMMON = "common"
    """That of who has none of its own: prices by plant, by buyer or by tariff slot stay as they are."""
    FLAT = "flat"
    """One in place of all: each kWh has a price of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBound:
    """A local price beyond which one person loses: more than half a euro below nothing."""

    id: str
    eur_per_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """The local prices at which no person loses, by one measure: what it gains over the period, or its value.

    Attributes:
        ceilings: highest price of each person that it does not suit above, lowest first.
        floors: lowest price above nothing of each that it does not suit below, highest first.
        never_ids: persons who lose at any price.
        unknown_ids: persons of whom some euros are unknown: they stand by those that are known.
        moved: the price that moves; all else stays.
    """

    ceilings: tuple[PriceBound, ...]
    floors: tuple[PriceBound, ...]
    never_ids: tuple[str, ...] = ()
    unknown_ids: tuple[str, ...] = ()
    moved: PriceMoved = PriceMoved.SINGLE

    @property
    def high(self) -> PriceBound | None:
        """Upper end: above it, this person loses."""
        return self.ceilings[0] if self.ceilings else None

    @property
    def low(self) -> PriceBound | None:
        """Lower end: below it, this person loses; None where nobody does at a price of nothing."""
        return self.floors[0] if self.floors else None

    @property
    def is_open(self) -> bool:
        """Whether some price suits everyone, those of `never_ids` left aside; False where nobody buys."""
        low = 0.0 if self.low is None else self.low.eur_per_kwh
        return self.high is not None and low <= self.high.eur_per_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Emissions of the plants' kWh beside those of the grid mix, under one factor.

    Attributes:
        mean_g_per_kwh: by the hour, the mean of all hours; None for a yearly factor.
        produced_kwh: produced over the period, own use included, less what plants that stop do not make.
        avoided_kgco2: `produced_kwh x (grid - PV)`; negative when the PV factor is the higher one.
    """

    factor: CarbonFactor
    produced_kwh: float
    avoided_kgco2: float
    mean_g_per_kwh: float | None = None


def carbon(factors: Sequence[CarbonFactor], produced_kwh: float) -> tuple[Carbon, ...]:
    """Emissions avoided by `produced_kwh` under each factor, kg of CO2 equivalent.

    It is what the plants make that counts, own use included: shared or sold.

    >>> mix = CarbonFactor(scope="life-cycle", grid_g_per_kwh=52.0, pv_g_per_kwh=55.0, year="2023",
    ...     reference="Base Empreinte", confidence="M")
    >>> carbon([mix], 1000.0)[0].avoided_kgco2
    -3.0
    """
    return tuple(_avoided(factor, produced_kwh) for factor in factors)


def _avoided(factor: CarbonFactor, produced_kwh: float, mean_kgco2: float | None = None) -> Carbon:
    return Carbon(
        factor=factor,
        produced_kwh=produced_kwh,
        avoided_kgco2=produced_kwh * (factor.grid_g_per_kwh - factor.pv_g_per_kwh) / 1000.0,
        mean_g_per_kwh=mean_kgco2,
    )


def hourly_carbon(
    factors: Sequence[CarbonFactor], hours: HourlyCarbon | None, exchange: Exchange, stopped_kwh: FloatArray
) -> Iterator[Carbon]:
    """Return the same by the hour, of the mean kWh and of the marginal one, as far as files say them.

    Args:
        factors: yearly ones: what panels emit is read in that of the scope of the files.
        exchange: of which all that plants make is counted, own use included, less `stopped_kwh`, (T,).
    """
    if hours is None:
        return
    made_kwh: FloatArray = exchange.production_kwh.sum(axis=1) + exchange.own_use_kwh.sum(axis=1)
    output_kwh = made_kwh - stopped_kwh
    like = next((factor for factor in factors if factor.scope == hours.scope), None)
    for series, basis in ((hours.average, CarbonBasis.HOURLY), (hours.marginal, CarbonBasis.MARGINAL)):
        if series is not None and like is not None and len(series.values) == len(output_kwh):
            yield _by_hour(like, series, basis, output_kwh)


def _by_hour(like: CarbonFactor, series: ByHour, basis: CarbonBasis, output_kwh: FloatArray) -> Carbon:
    grid = series.volume_weighted_mean(output_kwh)
    factor = replace(
        like,
        grid_g_per_kwh=series.mean if grid is None else grid,
        year="",
        reference=series.file,
        confidence="",
        basis=basis,
    )
    return _avoided(factor, float(output_kwh.sum()), series.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurpeOption:
    """The ACC option for one participant: its state, and what it would change.

    Attributes:
        gain_eur_ht: what the option saves over the period, negative when it costs; None without option.
    """

    state: OptionState
    gain_eur_ht: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantMoney:
    """One participant before and after.

    Attributes:
        missing: why its euros are unknown; empty when they are known.
        turpe, segment: the network tariff version it is counted with.
        consumption_by_slot_kwh, received_by_slot_kwh: by slot of `acc.bills.tariff_slots.SLOTS`.
        before, after: the bills; None when something is missing.
        supply_eur_per_kwh: supplier's mean price over the kWh that the operation replaces; None when unknown.
        break_even_supply_eur_per_kwh: the mean supplier's price at which taking part changes nothing; known
            even when the supplier's price is not, None without local kWh or local price.
        break_even_local_eur_per_kwh: the flat local price at which taking part changes nothing.
        full_accise_saving_eur_ht: the saving if local kWh paid the accise in full.
        by_year_eur_ht: the saving of each year of the plan, each price by its index; empty without a plan.
        loses_from_year: year from which on it loses each year, with the exemption; `full_accise_...` without.
        recovers_vat: as counted; `vat_stated` is False when it was assumed.
        reasons: why it loses; empty when it does not.
    """

    id: str
    missing: tuple[Missing, ...]
    turpe: str
    segment: Segment
    consumption_by_slot_kwh: tuple[float, ...]
    received_by_slot_kwh: tuple[float, ...]
    option: TurpeOption
    recovers_vat: bool
    vat_stated: bool
    before: Bill[float] | None = None
    after: Bill[float] | None = None
    supply_eur_per_kwh: float | None = None
    local_eur_per_kwh: float | None = None
    break_even_supply_eur_per_kwh: float | None = None
    break_even_local_eur_per_kwh: float | None = None
    full_accise_saving_eur_ht: float | None = None
    by_year_eur_ht: tuple[float, ...] = ()
    loses_from_year: int | None = None
    full_accise_loses_from_year: int | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def received_kwh(self) -> float:
        """Local energy over the period."""
        return sum(self.received_by_slot_kwh)

    @property
    def saving_eur_ht(self) -> float | None:
        """What it pays less over the period, without tax; negative when it loses."""
        if self.before is None or self.after is None:
            return None
        return self.before.total_eur_ht - self.after.total_eur_ht

    @property
    def saving_eur_ttc(self) -> float | None:
        """The same with VAT."""
        if self.before is None or self.after is None:
            return None
        return self.before.total_eur_ttc - self.after.total_eur_ttc

    @property
    def saving_eur(self) -> float | None:
        """What stays in its pocket: without tax for who recovers VAT, with tax for the others."""
        return self.saving_eur_ht if self.recovers_vat else self.saving_eur_ttc

    @property
    def saving_eur_per_kwh(self) -> float | None:
        """Saving without tax for each local kWh; None where next to none is received."""
        saving = self.saving_eur_ht
        return None if saving is None else for_each_kwh(saving, self.received_kwh)

    @property
    def loses(self) -> bool:
        """Whether taking part costs it more than it spares."""
        return loses(self.saving_eur_ht)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantMoney:
    """What one plant earns over the period, without tax.

    Attributes:
        contract: how its surplus is sold; None when undecided.
        local_eur_ht, surplus_eur_ht: None when the price is undecided.
        own_use_eur_ht: what own use brings its owner: what it spares as host, or what another host pays;
            None when the host's price is unknown.
        all_sold_eur_ht: what it would earn by selling all its injection under its contract.
        accise_exempt: whether its local kWh bear no accise.
    """

    id: str
    owner: str
    shared_kwh: float
    surplus_kwh: float
    contract: SurplusContract | None
    local_eur_ht: float | None
    surplus_eur_ht: float | None
    all_sold_eur_ht: float | None
    own_use_eur_ht: float | None
    accise_exempt: bool

    @property
    def stopped_kwh(self) -> float:
        """Part of its surplus that is neither made nor sold: its price is negative, and it stops then."""
        return 0.0 if self.contract is None else self.surplus_kwh * self.contract.stopped_ratio

    @property
    def gain_eur_ht(self) -> float | None:
        """What the operation brings it over selling everything under its contract."""
        if self.local_eur_ht is None or self.surplus_eur_ht is None or self.all_sold_eur_ht is None:
            return None
        return self.local_eur_ht + self.surplus_eur_ht - self.all_sold_eur_ht


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSale:
    """A surplus sold at prices by the hour, over the period; EUR without tax, the fee taken off.

    Attributes:
        file: of the prices; `redated` and `filled_ratio` say how it was brought to the period.
        kwh, eur_ht: of the surplus.
        capture_eur_per_kwh: mean price of the hours of this surplus, before the fee; None without surplus.
        mean_eur_per_kwh: of all hours of the period.
        negative_hours: hours with a price under 0; `negative_kwh`, `negative_eur_ht` of the surplus then.
        stops: whether its plants stop where the price, the fee paid, is negative: `kwh` is what they sell.
        stopped_kwh, stop_gain_eur_ht: of the surplus that loses, fee paid, stopped; what is shared stays.
            Where its plants do not stop, what they would hold back and gain: counted in no other figure.
    """

    file: str
    kwh: float
    eur_ht: float
    fee_eur_per_kwh: float
    capture_eur_per_kwh: float | None
    mean_eur_per_kwh: float
    negative_hours: float
    negative_kwh: float
    negative_eur_ht: float
    stops: bool
    stopped_kwh: float
    stop_gain_eur_ht: float
    redated: bool
    filled_ratio: float


MEMBERS, PRODUCERS = "members", "producers"
"""Persons, as holders of sites and of plants, in the table where every euro closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorLine:
    """What an actor receives over the period (negative: pays), without and with the operation.

    Attributes:
        actor: an `Account` of the ledger, or `MEMBERS`, `PRODUCERS`.
    """

    actor: str
    before_eur: float
    after_eur: float

    @property
    def change_eur(self) -> float:
        """What the operation brings this actor."""
        return self.after_eur - self.before_eur


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Where every euro goes: the changes of all actors sum to zero.

    Without the operation the plants exist and sell all that they inject under their contracts. Members whose
    bills are unknown are left out with what they pay producers.
    """

    lines: tuple[ActorLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PmoBudget:
    """Fees of the PMO over the period, beside what such a PMO costs elsewhere (low, high)."""

    fees_eur_ht: float
    fees_per_year_eur_ht: float
    usual_set_up_eur: tuple[float, float]
    usual_yearly_eur: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Money:
    """Everything in euros of one scenario under one key.

    Attributes:
        on: date at which the figures were read.
        period_years: length of the period; fixed parts are counted in proportion to its days.
        local_eur_per_kwh: mean local price paid; None when undecided.
        participants, plants: in the order of the scenario.
        corridor, plan_corridor: local prices at which nobody loses, over the period and over the plan.
        plans: one for each producer; `plan` is all of them together, None with the reason in `plan_missing`.
        rates: every figure used.
        assumptions: defaults taken because the folder is silent: (what, value, why), translated.
        warnings: sentences already translated.
        full_accise_from: when local kWh come to bear the accise in full, as asked for or announced.
        persons, total, ledger: balance of each person, of all together, payments that they rest on;
            `year_ledger` the same in each year of the plan.
        losses_kept_eur: how much more tax persons pay over the plan than if losses were given back at once.
        plans_after: the plan of all once members leave; empty without a plan.
        market: the same gains at the market reference of supplier's prices.
        sales: surplus sold at prices by the hour, one a file; `flat_npv_eur_ht` the value of the plants'
            plan were it sold at the mean of all hours, None without a plan.
        plan_terms: what the years of plants rest on, None without a plan; `plant_income` what plants make in
            a year, an undecided price counting nothing.
        pair_by_slot_kwh: from each plant to each participant in each slot of `tariff_slots.SLOTS`, (M, N, S).
        pair_eur_ht: what each participant pays each plant for them, (M, N); 0 where its price is undecided.
    """

    on: date
    period_years: float
    local_eur_per_kwh: float | None
    participants: tuple[ParticipantMoney, ...]
    plants: tuple[PlantMoney, ...]
    pmo: PmoBudget
    carbon: tuple[Carbon, ...]
    full_accise_from: date | None = None
    corridor: Corridor | None = None
    plan_corridor: Corridor | None = None
    closure: Closure | None = None
    plan: Plan | None = None
    plans: tuple[Plan, ...] = ()
    plan_missing: tuple[Missing, ...] = ()
    rates: tuple[RateUsed, ...] = ()
    assumptions: tuple[tuple[str, str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    pair_by_slot_kwh: FloatArray | None = None
    pair_eur_ht: FloatArray | None = None
    persons: tuple[PersonMoney, ...] = ()
    total: PersonMoney | None = None
    ledger: tuple[Entry[float], ...] = ()
    year_ledger: tuple[Entry[FloatArray], ...] = ()
    losses_kept_eur: float = 0.0
    plans_after: tuple[PlanAfter, ...] = ()
    market: MarketGain | None = None
    sales: tuple[MarketSale, ...] = ()
    flat_npv_eur_ht: float | None = None
    plan_terms: PlanTerms | None = None
    plant_income: PlantIncome | None = None

    @property
    def costs_left_out(self) -> tuple[str, ...]:
        """What these euros do not count: "investment" without a plan, "connection" of some plants."""
        if not self.plants:
            return ()
        if self.plan is None:
            return ("investment",)
        return ("connection",) if self.plan.without_connection_ids else ()

    @property
    def known(self) -> tuple[ParticipantMoney, ...]:
        """Participants whose euros are known."""
        return tuple(p for p in self.participants if p.saving_eur_ht is not None)

    @property
    def unknown_ids(self) -> tuple[str, ...]:
        """Participants whose euros are unknown, left out of every total."""
        return tuple(p.id for p in self.participants if p.saving_eur_ht is None)

    @property
    def saving_eur_ht(self) -> float | None:
        """Saving of all who are known; None when nobody is."""
        savings = [p.saving_eur_ht for p in self.participants if p.saving_eur_ht is not None]
        return sum(savings) if savings else None

    @property
    def full_accise_saving_eur_ht(self) -> float | None:
        """The same if local kWh paid the accise in full."""
        savings = [p.full_accise_saving_eur_ht for p in self.known if p.full_accise_saving_eur_ht is not None]
        return sum(savings) if savings else None

    @property
    def losers(self) -> tuple[ParticipantMoney, ...]:
        """Participants who lose, worst first."""
        return tuple(sorted((p for p in self.participants if p.loses), key=lambda p: p.saving_eur_ht or 0.0))

    @property
    def worst(self) -> ParticipantMoney | None:
        """The participant who saves least; None when nobody is known."""
        return min(self.known, key=lambda p: p.saving_eur_ht or 0.0, default=None)
