"""Everything in euros that a report may want to print: values only, computed elsewhere in `acc`.

Money is without tax (`_eur_ht`) unless a name says `_ttc`; it is over the period of the run, and
`Money.period_years` says how long that is. Unknown is None, never zero.
"""

from dataclasses import dataclass
from datetime import date

from acc.accounts.carbon import Carbon
from acc.accounts.corridor_values import Corridor
from acc.accounts.departure_values import PlanAfter
from acc.accounts.person_values import MarketGain, PersonMoney
from acc.accounts.reasons import Missing, OptionState, Reason
from acc.arrays import FloatArray
from acc.bills.bill import Bill
from acc.bills.rate_used import RateUsed
from acc.bills.tariffs import Segment, SurplusContract
from acc.ledger.sums import Entry
from acc.plan.plan_terms import PlanTerms
from acc.plan.plants import PlantIncome
from acc.plan.values import Plan
from acc.sides import loses
from acc.units import for_each_kwh


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
