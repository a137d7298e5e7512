"""Prices and rules in force at one date, in the units of the core: what the rates tables say, typed.

Made by `scenarios.operation.tariffs.build` from the dated rows; nothing here reads a file or knows a figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SlotClock
from acc.by_hour import ByHour
from acc.sites import PlantKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUsed:
    """A regulated figure that the result rests on.

    Attributes:
        value, unit: as published; conversions happen where the figure is read.
        confidence: H (primary text or agreeing sources), M (one good source), L (weak), or + and - of these.
        valid_until: ISO day, the last one on which it is known to be in force; None when no end is known.
        ask: whom to ask for the figure after that day.
    """

    name: str
    value: float
    unit: str
    in_force_from: str
    reference: str
    confidence: str
    valid_until: str | None = None
    ask: str = ""


class Segment(StrEnum):
    """Voltage and power class of a delivery point; decides fixed parts and the accise category."""

    BT_INF = "bt-inf"
    """Low voltage, at most 36 kVA."""
    BT_SUP = "bt-sup"
    """Low voltage, more than 36 kVA."""
    HTA = "hta"
    """Medium voltage; powers in kW."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurpeVersion:
    """One version of the network tariff (TURPE), without tax.

    Attributes:
        code: as in `SupplyContract.turpe` ("CU4", "BTSUP-LU", "HTA-CU-PF"...).
        management_eur_per_year, management_acc_eur_per_year: composante de gestion, plain and for a
            member of a collective operation.
        metering_eur_per_year: composante de comptage.
        power_eur_per_kva_per_year: coefficient `b` of each power step, one value where there is one.
        energy_eur_per_kwh: coefficient `c` of each slot of `acc.bills.tariff_slots.SLOTS`.
        autoproduit_eur_per_kwh, alloproduit_eur_per_kwh: the same under the ACC option, on local kWh and
            on the complement; None where the version has no such option.
    """

    code: str
    segment: Segment
    management_eur_per_year: float
    management_acc_eur_per_year: float
    metering_eur_per_year: float
    power_eur_per_kva_per_year: tuple[float, ...]
    energy_eur_per_kwh: tuple[float, ...]
    autoproduit_eur_per_kwh: tuple[float, ...] | None = None
    alloproduit_eur_per_kwh: tuple[float, ...] | None = None


MARKET = "market"
"""Code of a surplus sold at prices by the hour."""

NOT_SOLD = "none"
"""Code of a surplus that no contract named takes: what it is worth is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusContract:
    """How what nobody takes is sold.

    Attributes:
        code: as in the rates ("oa-2026-06"), "price" for a number given by the user, `MARKET` or `NOT_SOLD`.
        eur_per_kwh: price of the first year.
        indexation_ratio: growth of the price at each anniversary.
        cap_hours: injected kWh per kWp and year above which nothing is paid; None without such a cap.
        years: length of the contract; None when it lasts as long as the plan.
        premium_eur_per_kwp: investment premium (prime), 0 where there is none.
        market: prices by the hour, where it is sold at them: `eur_per_kwh` is then the mean that this surplus
            gets, and `fee_eur_per_kwh` what who sells it keeps.
        stops: whether the plant stops its sale where such a price, the fee paid, is negative.
        stopped_ratio: part of its surplus that is then neither made nor sold.
    """

    code: str
    eur_per_kwh: float
    indexation_ratio: float = 0.0
    cap_hours: float | None = None
    years: int | None = None
    premium_eur_per_kwp: float = 0.0
    market: ByHour | None = None
    fee_eur_per_kwh: float = 0.0
    stops: bool = False
    stopped_ratio: float = 0.0

    @property
    def by_step_eur_per_kwh(self) -> FloatArray | float:
        """What a kWh left brings at each step, (T,), the fee paid; one price where it does not change."""
        if self.market is None:
            return self.eur_per_kwh
        net = self.market.values - self.fee_eur_per_kwh
        return np.maximum(net, 0.0) if self.stops else net

    @property
    def sold_eur_per_kwh(self) -> float:
        """Mean price of what is sold of its surplus; 0 where all of it is stopped."""
        return self.eur_per_kwh / (1.0 - self.stopped_ratio) if self.stopped_ratio < 1.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Accise:
    """Excise on electricity, and its zero rate on local kWh.

    Attributes:
        eur_per_kwh: by segment.
        local_ratio: part of the accise due on a local kWh of an exempt site (0 since 1 March 2025).
        full_from: when local kWh bear it in full, as asked for, or as announced; None where nobody says so.
        full_shares: part of what they do not bear that they bear from then on, in the period and in each year
            from the second; the last holds on.
        in_full: whether it is asked for, and so counted.
    """

    eur_per_kwh: Mapping[Segment, float]
    local_ratio: float
    full_from: date | None = None
    full_shares: tuple[float, ...] = (0.0,)
    in_full: bool = False

    @property
    def period_ratio(self) -> float:
        """Part due on such a kWh in the period, what is asked for counted."""
        return 1.0 - (1.0 - self.local_ratio) * (1.0 - (self.full_shares[0] if self.in_full else 0.0))

    @property
    def taxed_by_year(self) -> tuple[float, ...]:
        """Part of what is not borne in the period that is in each year, where it is asked for."""
        return beyond_first(self.full_shares) if self.in_full else (0.0,)


def beyond_first(year_shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return parts of a whole by year as parts of what the first year leaves of it.

    >>> beyond_first((0.5, 0.75, 1.0))
    (0.0, 0.5, 1.0)
    """
    left = 1.0 - year_shares[0]
    return tuple((part - year_shares[0]) / left if left else 0.0 for part in year_shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class IferRates:
    """Flat tax on network companies (IFER, CGI art. 1519 F) of a solar plant, EUR per kWp and year.

    Attributes:
        reduced_eur_per_kwp: during `reduced_years` years, for plants in service since `reduced_from`.
        full_eur_per_kwp: for the others, and after.
        threshold_kwp: power of one operator at one place from which it is due.
    """

    reduced_eur_per_kwp: float = 0.0
    full_eur_per_kwp: float = 0.0
    threshold_kwp: float = float("inf")
    reduced_years: int = 0
    reduced_from: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionCosts:
    """What is known of the cost of a connection: nothing but a range, above some powers.

    Attributes:
        included_kva: power up to which the investment is taken to hold it.
        hta_kva: power above which it is in medium voltage.
        low_eur_per_kwp, high_eur_per_kwp: range where it is not known.
    """

    included_kva: float = float("inf")
    hta_kva: float = float("inf")
    low_eur_per_kwp: float = 0.0
    high_eur_per_kwp: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRates:
    """VAT on what a plant costs, and what the FCTVA gives back of it.

    Attributes:
        vat_ratio: of a price without VAT.
        returned_ratio: given back by the FCTVA on an investment, of its price with VAT.
        returned_after_years: when it is paid.
    """

    vat_ratio: float = 0.0
    returned_ratio: float = 0.0
    returned_after_years: int = 0


Classes: TypeAlias = tuple[tuple[float, float], ...]
"""(Smallest power of the class, figure), by growing power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantCostRates:
    """What a plant costs when the folder does not say: by kind and size, and as parts of the investment.

    Attributes:
        capex_eur_per_kwp: of a roof: (smallest kWp of the class, EUR/kWp), by growing size.
        capex_by_kind: the same of the other kinds.
        opex_ratio: yearly running cost, part of the investment; `insurance_ratio` comes on top.
        inverter_ratio: replacement of the inverters, part of the investment.
        injection_turpe_eur_per_year: (kVA above which it holds, EUR/year), by growing power.
        operator_kwp: power of the operator at the place of each plant, by id; its own where it is absent.
        life_years: after which a plant earns and costs nothing; None for no end.
        opex_indexation_ratio: yearly growth of costs.
    """

    capex_eur_per_kwp: Classes
    opex_ratio: float
    inverter_ratio: float
    capex_by_kind: Mapping[PlantKind, Classes] = field(default_factory=dict)
    insurance_ratio: float = 0.0
    injection_turpe_eur_per_year: Classes = ()
    ifer: IferRates = IferRates()
    connection: ConnectionCosts = ConnectionCosts()
    operator_kwp: Mapping[str, float] = field(default_factory=dict)
    life_years: int | None = None
    opex_indexation_ratio: float
    vat: VatRates = VatRates()


@dataclass(frozen=True, slots=True, kw_only=True)
class PmoCosts:
    """What running the legal person costs elsewhere, low and high; a reference, never counted."""

    set_up_eur: tuple[float, float]
    yearly_eur: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """What energy costs on the market, for a class of points: what a supplier's price is set beside.

    Attributes:
        low_eur_per_kwh, high_eur_per_kwh: bounds; `eur_per_kwh` is the price counted in their stead.
        in_force_from, confidence: of the row of the higher bound.
    """

    low_eur_per_kwh: float
    eur_per_kwh: float
    high_eur_per_kwh: float
    in_force_from: str
    confidence: str


class CarbonBasis(StrEnum):
    """Which kWh of the grid a kWh of the plants stands in for."""

    YEARLY = "yearly"
    HOURLY = "hourly"
    MARGINAL = "marginal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonFactor:
    """Emissions of the grid mix and of PV under one scope; year and source always go with them.

    Attributes:
        basis: what the kWh of the grid is: the mean of a year, or of its hour, or the one that changes when a
            kWh more is made (marginal); by the hour `grid_g_per_kwh` is the mean over what the plants make.
    """

    scope: str
    grid_g_per_kwh: float
    pv_g_per_kwh: float
    year: str
    reference: str
    confidence: str
    basis: CarbonBasis = CarbonBasis.YEARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTariff:
    """What one participant is billed with; every default taken is in `Tariffs.assumptions`.

    Attributes:
        subscribed_kva: one power, or one for each power step of the version; kW in HTA.
        points: delivery points behind this row (the homes of a group), each with its own fixed parts.
        clock: its tariff slots.
        supply_eur_per_kwh: energy part of its supplier's price for each slot of `tariff_slots.SLOTS`; nan
            where it is unknown.
        subscription_eur_per_year: the supplier's own fixed price; 0 when it is not given, since it is the
            same before and after.
        recovers_vat, vat_stated: whether VAT is recovered, and whether the folder says so.
        accise_eur_per_kwh: a reduced rate (CIBS L312-48, -64, -65), None for that of its segment.
        local_eur_per_kwh: what it pays for a local kWh, whatever the plant; None for the plant's price.
    """

    turpe: TurpeVersion
    subscribed_kva: tuple[float, ...]
    clock: SlotClock
    supply_eur_per_kwh: tuple[float, ...]
    points: int = 1
    subscription_eur_per_year: float = 0.0
    recovers_vat: bool = True
    vat_stated: bool = True
    accise_eur_per_kwh: float | None = None
    local_eur_per_kwh: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantTariff:
    """What one plant sells with.

    Attributes:
        owner: the producer: a participant's id, a third party's name, or the plant's own id.
        surplus: None when undecided.
        accise_exempt: whether its production site is small enough for the zero rate on local kWh.
        own_use_eur_per_kwh: what its host, another person, pays the owner for own use; None where they are
            one person, or where it stands behind no meter.
    """

    owner: str
    surplus: SurplusContract | None
    accise_exempt: bool
    own_use_eur_per_kwh: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariffs:
    """All that an operation needs to turn kWh into euros, at the date `on`.

    Attributes:
        members, plants: in the order of the scenario.
        option_open: whether all sites are behind one HTA/BT substation (the ACC option of the TURPE is
            open); None when nobody knows.
        cta_ratio: contribution tarifaire, on the fixed part of the TURPE.
        market: what supplier's prices are set beside; empty where nobody is billed.
        rates: the rows all this was read from.
        assumptions: defaults taken because the scenario is silent: (what, value, why), translated.
        warnings: sentences already translated (a stale row, a contract out of its bounds).
    """

    on: date
    members: tuple[MemberTariff, ...]
    plants: tuple[PlantTariff, ...]
    option_open: bool | None
    accise: Accise
    cta_ratio: float
    vat_ratio: float
    plant_costs: PlantCostRates
    pmo_costs: PmoCosts
    carbon: tuple[CarbonFactor, ...]
    market: Mapping[Segment, MarketPrice] = field(default_factory=dict)
    rates: tuple[RateUsed, ...] = ()
    assumptions: tuple[tuple[str, str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def clocks(self) -> tuple[SlotClock, ...]:
        """The hours of each participant."""
        return tuple(member.clock for member in self.members)

    @property
    def sells_by_hour(self) -> bool:
        """Whether the surplus of a plant is paid by the hour: sums of a year do not price it."""
        return any(plant.surplus is not None and plant.surplus.market is not None for plant in self.plants)
