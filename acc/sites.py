"""Who takes part: participants who consume, plants that produce, and where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from gettext import gettext as _
from typing import TypeAlias

from acc.kept_bill import KeptBill
from acc.plant_model import Plane, PlantModel


class Kind(StrEnum):
    """What a participant is; decides the public-body case of the perimeter and what may be printed."""

    COMPANY = "company"
    COMMUNE = "commune"
    EPCI = "epci"
    PUBLIC = "public"
    """Another body, public or private, with a public-service mission (hospital, syndicate, college...)."""
    ASSOCIATION = "association"
    HOUSEHOLD = "household"
    HOUSEHOLD_GROUP = "household-group"

    @property
    def has_public_mission(self) -> bool:
        """Whether the EPCI case of the perimeter (arrêté of 21 February 2025) can include it."""
        return self in {Kind.COMMUNE, Kind.EPCI, Kind.PUBLIC}


class Grade(StrEnum):
    """How well a curve is known; printed beside every figure that rests on it.

    A to D grade a metered curve; a profile fitted to the postes of a bill is P+, one scaled to a yearly
    bill P, an estimate without bill E.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    FITTED = "P+"
    PROFILE = "P"
    ESTIMATE = "E"


class Said(StrEnum):
    """Who said what a row describes: a bill, a plan (or a study of the site), or nobody."""

    BILL = "bill"
    PLAN = "plan"
    GUESS = "guess"


class StudyKind(StrEnum):
    """What says how much a plant makes in a usual year: a study of its site, or an installer's estimate."""

    STUDY = "study"
    QUOTE = "quote"


NOT_METERED = frozenset({Grade.FITTED, Grade.PROFILE, Grade.ESTIMATE})
"""Grades of what no meter has drawn."""


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the WGS 84 ellipsoid, in decimal degrees."""

    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a delivery point and an injection point share: a name and a place.

    Attributes:
        id: short name, unique in the operation; the column of the arrays follows the order of sites.
        insee: five-character INSEE code of the commune, text ("24037").
        density_class: class 1 to 7 of INSEE's density grid of that commune, None when unknown.
        epci: SIREN code or name of the EPCI of that commune, None when unknown.
        substation: name of the source or HTA/BT substation, None when unknown.
        within_km: how far from `position` it may stand, where its commune alone is known.
    """

    id: str
    name: str
    position: Position | None = None
    insee: str | None = None
    commune: str | None = None
    density_class: int | None = None
    epci: str | None = None
    substation: str | None = None
    active: bool = True
    within_km: float = 0.0


class Vat(StrEnum):
    """What becomes of the VAT that a person pays: recovered, given back in part (FCTVA), or lost."""

    RECOVERED = "recovered"
    FCTVA = "fctva"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signs and pays: a commune, a company, a household; it may hold several sites and plants.

    Attributes:
        insee: five-character INSEE code of the commune of its seat.
        epci: SIREN code or name of its EPCI.
        profit_tax_ratio: rate of its tax on profits, None when unknown.
        public_buyer: whether it buys under the code of public procurement, None when unknown.
        public_mission: whether it has a public-service mission or is a local semi-public company (SEML).
    """

    id: str
    name: str
    kind: Kind | None = None
    insee: str | None = None
    epci: str | None = None
    vat: Vat | None = None
    profit_tax_ratio: float | None = None
    public_buyer: bool | None = None
    public_mission: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSource:
    """Where a participant's kWh come from: a metered curve, or a reference profile scaled to a bill.

    Attributes:
        curve: file of the folder `curves/`, optionally `file.csv#column`.
        profile: name of a reference profile.
        annual_kwh: what twelve months of the profile are scaled to; with a curve, the bill to compare.
        scale_to_kwh: yearly energy to which a curve of another size, or a normalised one, is scaled.
        quantity: in place of `annual_kwh`, a size (m2, m3, hl, inhabitants) in `quantity_unit`.
    """

    curve: str | None = None
    profile: str | None = None
    annual_kwh: float | None = None
    scale_to_kwh: float | None = None
    quantity: float | None = None
    quantity_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyContract:
    """What a participant pays for its complement today, and how it is metered and taxed.

    Attributes:
        energy_eur_per_kwh: energy part of the supplier's price without tax nor network, one for each
            slot name (`all`, or `hph`, `hch`, `hpb`, `hcb`, `pointe`); empty when unknown.
        turpe: code of the network tariff version ("CU4", "MU4", "LU", "BTSUP-CU", "HTA-LU-PF"...).
        subscribed_kva: subscribed power of each slot (one value when it is the same everywhere); kW in HTA.
        subscription_eur_per_year: the supplier's own fixed price, network left out; None when unknown.
        off_peak_hours: local windows of low tariff, as minutes of the day [(1320, 1440), (0, 360)].
        peak_hours: local windows of the peak in HTA, December to February, same form.
        recovers_vat: whether VAT is recovered, None when unknown.
        off_peak_winter_hours, off_peak_summer_hours: in place of `off_peak_hours`, by season.
        accise_eur_per_kwh: a reduced rate of the accise, None for the one of its power.
        until: last day of the supplier's contract.
    """

    energy_eur_per_kwh: dict[str, float] = field(default_factory=dict)
    turpe: str | None = None
    subscribed_kva: tuple[float, ...] = ()
    subscription_eur_per_year: float | None = None
    off_peak_hours: tuple[tuple[int, int], ...] = ()
    peak_hours: tuple[tuple[int, int], ...] = ()
    recovers_vat: bool | None = None
    off_peak_winter_hours: tuple[tuple[int, int], ...] | None = None
    off_peak_summer_hours: tuple[tuple[int, int], ...] | None = None
    accise_eur_per_kwh: float | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Site):
    """A delivery point that withdraws energy.

    Attributes:
        prm: the 14 digits of the meter, as text; masked everywhere but in coefficient exports.
        households: how many homes a household group holds.
        publish: whether its own row and name may be shown in what others read. A folder that is silent
            says yes for a public body only.
        publish_to: readers to whom alone it may be named: "company", "commune", "syndicate".
        counted_below_ten: whether a home, or each home of a group, agreed to be counted in a group smaller
            than ten; silence is no agreement.
        source: where its curve comes from.
        contract: what it pays today.
        person: id of who signs and pays, None when it stands for itself.
        bill: kWh by slot or by month, None where none is given.
        said: who said its kWh and its hours; None for a bill's kWh, its hours being the profile's.
        kwh_ratio: what its kWh are multiplied by where others read them; see `scenarios.entry.folder.mask`.
    """

    kind: Kind
    prm: str | None = None
    households: int | None = None
    publish: bool = True
    publish_to: frozenset[str] = frozenset()
    counted_below_ten: bool = False
    source: LoadSource = field(default_factory=LoadSource)
    contract: SupplyContract = field(default_factory=SupplyContract)
    person: str | None = None
    bill: KeptBill | None = None
    said: Said | None = None
    kwh_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class ContractCode:
    """The surplus is sold under a contract of the rates, named by its code ("oa-2026-06")."""

    code: str


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """The surplus is sold at a price that the group has found."""

    eur_per_kwh: float


@dataclass(frozen=True, slots=True)
class MarketFile:
    """The surplus is sold at a price that changes by the hour: a file of `curves/`, EUR/MWh."""

    file: str


SurplusChoice: TypeAlias = ContractCode | FixedPrice | MarketFile
"""How a person says that the surplus is sold."""


class PlantKind(StrEnum):
    """What carries the modules: it decides what a plant costs."""

    ROOF = "roof"
    CANOPY = "canopy"
    GROUND = "ground"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantCosts:
    """What one plant costs, EUR without tax; None where it is not known.

    Attributes:
        capex_eur, connection_eur, inverter_eur: modules and works, grid connection, one change of inverter.
        injection_turpe_eur_per_year: network tariff of the injection point.
        ifer_eur_per_year: flat tax on network companies, above 100 kW.
    """

    capex_eur: float | None = None
    connection_eur: float | None = None
    opex_eur_per_year: float | None = None
    insurance_eur_per_year: float | None = None
    rent_eur_per_year: float | None = None
    inverter_eur: float | None = None
    injection_turpe_eur_per_year: float | None = None
    ifer_eur_per_year: float | None = None
    life_years: int | None = None
    grant_eur: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a plant would cost at one power, EUR without tax; None where a quote does not say it.

    Attributes:
        by, on: who made it and its day; neither for what the row of the plant states itself.
    """

    kwp: float
    capex_eur: float | None = None
    connection_eur: float | None = None
    on: date | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant(Site):
    """An injection point: one producer's solar plant.

    Attributes:
        owner: name of the producer (a participant's id, or a third party).
        kwp: peak power.
        losses_ratio: all losses, inverter included, once; None for the usual ones of its kind.
        inverter_kva: power above which the output is clipped, None for no limit.
        behind: id of the participant behind whose meter it stands; own use first, the rest is injected.
        prm: the 14 digits of the injection point, as text; masked as that of a participant.
        curve: measured production instead of the model.
        surplus: how its surplus is sold, None for the operation's own choice.
        commissioned_year: year of start, for degradation.
        model: what is known of the plant beyond its planes.
        person: id of who owns it, None when only `owner` says.
        commissioned_on: day of start, of which `commissioned_year` is the year.
        costs: None where no cost of its own is given.
        own_use_eur_per_kwh: what its host pays its owner for own use, where they are two persons.
        landlord: id of the participant or person whose roof or land it stands on, and who receives its rent.
        said: who said its planes: a plan, nobody (`Said.GUESS`); None where they are written, no more.
        p50_kwh_per_kwp, p90_kwh_per_kwp: what a study says of a usual year, and of nine years in ten.
        study: what said so; an estimate where nothing is told.
        stops_at_negative_price: whether its sale stops where the surplus, sold by the hour, has such a price.
        quotes: what it costs at other powers.
        added_to: id of the plant whose row it is read of, and beside which it comes later; None elsewhere.
        kwp_ratio: what its power was multiplied by where others read it.
    """

    kwp: float
    planes: tuple[Plane, ...] = (Plane(surface_tilt_deg=30.0, surface_azimuth_deg=180.0),)
    owner: str | None = None
    losses_ratio: float | None = None
    inverter_kva: float | None = None
    behind: str | None = None
    prm: str | None = None
    curve: str | None = None
    surplus: SurplusChoice | None = None
    commissioned_year: int | None = None
    model: PlantModel = field(default_factory=PlantModel)
    person: str | None = None
    kind: PlantKind | None = None
    commissioned_on: date | None = None
    costs: PlantCosts | None = None
    own_use_eur_per_kwh: float | None = None
    landlord: str | None = None
    said: Said | None = None
    p50_kwh_per_kwp: float | None = None
    p90_kwh_per_kwp: float | None = None
    study: StudyKind | None = None
    stops_at_negative_price: bool = False
    quotes: tuple[Quote, ...] = ()
    added_to: str | None = None
    kwp_ratio: float = 1.0

    @property
    def producer(self) -> str:
        """Id of who sells its energy: its person, else its owner, its host, itself at last."""
        return self.person or self.owner or self.behind or self.id

    @property
    def has_producer(self) -> bool:
        """Whether the folder says who sells its energy; else it is a member of its own, whom nobody knows."""
        return self.producer != self.id


def masked_prm(prm: str | None) -> str:
    """Return a delivery point fit for print: its last four digits.

    >>> masked_prm("30000012344800")
    '•••• 4800'
    """
    return f"•••• {prm[-4:]}" if prm else ""


def unique_plant_name(plant: Plant, sites: Iterable[Site]) -> str:
    """Return the name of a plant for a sentence, told apart from the site that bears the same name."""
    if all(site.name != plant.name for site in sites):
        return plant.name
    return _("{name} (plant)").format(name=plant.name)
