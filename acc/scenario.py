"""Everything a person decides about an operation, validated: the input of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from acc.arrays import KeyParameters
from acc.by_hour import ByHour, HourlyCarbon
from acc.changes import DatedChange, What
from acc.finance import Finance
from acc.household_privacy import closed_sites
from acc.parties import Organiser, PaperSignature, Party
from acc.sites import Participant, Person, Plant, Position, SurplusChoice
from acc.steps import Steps

MOST_OTHER_KEYS = 2
"""How many keys page 2 of a brief has room for beside that of the folder, with a dozen participants."""


class Regime(StrEnum):
    """The perimeter regime asked for (arrêté of 21 November 2019, amended)."""

    KM_2 = "2km"
    KM_10 = "10km"
    KM_20 = "20km"
    EPCI = "epci"
    BUILDING = "building"


class DecisionCriterion(StrEnum):
    """What a recommendation looks at."""

    LAW = "law"
    """No binding rule is broken."""
    LOSERS = "losers"
    """The fewest persons who lose, producers included."""
    TOTAL = "total"
    """The most that everybody gains together."""
    FAIRNESS = "fairness"
    """The most even part of needs that is served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """How the group decides between keys, or between scenarios.

    Attributes:
        order: each criterion in turn keeps the best of what the others left.
        near_ratio: totals this near to the best are equal: curves and prices are not known better.
    """

    order: tuple[DecisionCriterion, ...] = tuple(DecisionCriterion)
    near_ratio: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChoice:
    """A key of the table, and its own parameters."""

    name: str = "prorata"
    parameters: KeyParameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherChoice:
    """Where the sun comes from: `generated`, `pvgis`, or the name of a file of `curves/`.

    Attributes:
        months: file of `curves/` whose months a generated sky takes; None for those published nearest.
    """

    source: str = "generated"
    seed: int = 24
    year: int | None = None
    months: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What the operation decides about money; regulated figures come from the dated rates.

    Attributes:
        local_eur_per_kwh: what participants pay producers for a local kWh, without tax; None when undecided.
        local_by_slot_eur_per_kwh: the same by tariff slot, where it differs.
        local_by_plant_eur_per_kwh: the same by plant id, where it differs.
        local_by_participant_eur_per_kwh, local_by_person_eur_per_kwh: the same by buyer, whatever the plant.
        local_years: how long the local price is contracted; None while that is not decided.
        surplus: how the surplus is sold, where a plant does not say otherwise; None when undecided.
        pmo_eur_per_year: yearly running cost of the PMO, shared by received kWh unless said otherwise.
        pmo_eur_per_kwh: PMO fee on each received kWh.
        same_substation: whether all sites are behind one HTA/BT substation, which opens the ACC option of
            the TURPE; None asks the column `substation` of the sites.
        off_peak_reform: whether off-peak hours are those of after the reform of 2025 to 2027.
        supply_ratio, local_ratio: what every supplier's price, every local price was multiplied by as read.
        surplus_fee_eur_per_kwh: what who sells on the market keeps of each kWh.
        full_accise_from: when local kWh come to bear the accise in full; None leaves them exempt.
        supply_at_market: whether each known supplier's price is replaced by the market reference.
    """

    local_eur_per_kwh: float | None = None
    local_by_slot_eur_per_kwh: Mapping[str, float] = field(default_factory=dict)
    local_by_plant_eur_per_kwh: Mapping[str, float] = field(default_factory=dict)
    local_by_participant_eur_per_kwh: Mapping[str, float] = field(default_factory=dict)
    local_by_person_eur_per_kwh: Mapping[str, float] = field(default_factory=dict)
    local_years: int | None = None
    surplus: SurplusChoice | None = None
    pmo_eur_per_year: float = 0.0
    pmo_eur_per_kwh: float = 0.0
    same_substation: bool | None = None
    off_peak_reform: bool = False
    supply_ratio: float | None = None
    local_ratio: float | None = None
    surplus_fee_eur_per_kwh: float = 0.0
    full_accise_from: date | None = None
    supply_at_market: bool = False

    @property
    def is_grid(self) -> bool:
        """Whether the local price differs by tariff slot, plant, participant or person."""
        return bool(
            self.local_by_slot_eur_per_kwh
            or self.local_by_plant_eur_per_kwh
            or self.local_by_participant_eur_per_kwh
            or self.local_by_person_eur_per_kwh
        )

    @property
    def is_decided(self) -> bool:
        """Whether a local price is written somewhere, so that euros can be computed."""
        return self.local_eur_per_kwh is not None or self.is_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Texts that a person writes for the brief; printed as they are."""

    promise: str | None = None
    decision: str | None = None
    contact: str | None = None
    confidential: bool = False
    commitments: tuple[str, ...] = ()
    """What a participant commits itself to, beside joining and its metering data."""

    calendar: tuple[tuple[str, str], ...] = ()
    """What is to come, as (when, what)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """A battery shared by the operation: its charge is a consumer, its discharge a producer (D315-5).

    Attributes:
        id, name: of the participant and of the plant that stand for it.
        energy_kwh: usable capacity.
        power_kw: largest charge and discharge, at the meter.
        round_trip_ratio: energy given back over energy taken, in ]0, 1].
        initial_ratio: charge at the start of the period, part of the capacity.
        prm_charge, prm_discharge: its delivery and injection points.
        capex_eur, opex_eur_per_year: what it costs, paid by who owns the plants, by their power; an
            investment that is None is not known, and counted nowhere.
    """

    id: str = "batterie"
    name: str = "Batterie"
    energy_kwh: float
    power_kw: float
    round_trip_ratio: float
    initial_ratio: float = 0.0
    prm_charge: str | None = None
    prm_discharge: str | None = None
    capex_eur: float | None = None
    opex_eur_per_year: float = 0.0
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleLoad:
    """A block of energy of one participant that can be used at another hour of the same local day.

    Attributes:
        participant: id of who uses it (pumping, cold, water heaters, vehicles).
        daily_kwh: what moves each day, as far as the participant uses that much in the usual hours.
        power_kw: largest power of the block, where it is taken from and where it goes.
        usual: local hours of use today, as minutes of the day; (1320, 360) crosses midnight.
        allowed: local hours where it may go; the usual ones are always allowed.
    """

    participant: str
    daily_kwh: float
    power_kw: float
    usual: tuple[tuple[int, int], ...] = ((0, 1440),)
    allowed: tuple[tuple[int, int], ...] = ((0, 1440),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An oddity that a person has looked at and keeps: where it stands, its value, why."""

    where: str
    value: object
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One operation, one key, one weather year; variants are scenarios of their own.

    Attributes:
        fictitious: invented data; every page of every output says so.
        holes: what is done about the holes of curves (`auto`, `linear`, `week`, or `refuse`).
        on: date at which regulated figures are read.
        key_parameters: parameters of other keys, by key name, for comparisons.
        assumptions: defaults taken because the folder is silent: (what, value, why); all are printed.
        notes: what was found while reading and has to be looked at, sentences already translated.
        density_vintage: year of the grid that gives density classes, None where it does not say it.
        files: files read beside the three tables and the curves, by path relative to the folder.
        battery, flexible: what changes the exchange before it is shared.
        persons: who signs and pays; None without `persons.csv`.
        accepted: oddities that a person has looked at; None when none is stated.
        doubted: values that are doubted still, told beside their euros: the sentence of each among `notes`,
            by path (`plants.toit.kind`).
        absent: participants that are left out though a plant of theirs is in: who its owner is.
        inactive_ids, inactive_plant_ids: of the folder's participants and plants that are not in.
        questions: what was set over the folder and its variant, as it was typed.
        decide: how the group chooses a key.
        sharing: whether there is an operation at all; without one each plant serves who stands under it and
            sells the rest, nobody receives, nobody pays for sharing.
        markets: prices by the hour, by file, EUR/kWh.
        carbon: of the grid by the hour; None where no file is named.
        parties: what papers say of persons, sites and plants, by id; closed, read by `acc.holders.party_of`.
        changes: what is to change, dated; a row that names all sites of a kind is one of each.
        other_changes: prices, and the battery, of a site or of `acc.changes.OPERATION`.
        later_battery: that which comes later in the plan; `battery` is then None. See `battery_since`.
        uncounted_changes: how many dated changes stand in the folder and are not counted.
        organiser: the PMO; None where nothing is said of it.
        signatures: who must sign what, closed; `acc.parties.agreed` counts them.
        moved_ids: sites and persons whose data are moved, as others read them; none in what the keeper reads.
    """

    name: str
    steps: Steps
    participants: tuple[Participant, ...]
    plants: tuple[Plant, ...]
    on: date
    variant: str | None = None
    place: str | None = None
    fictitious: bool = False
    holes: str = "auto"
    regime: Regime = Regime.KM_2
    key: KeyChoice = KeyChoice()
    key_parameters: Mapping[str, KeyParameters] = field(default_factory=dict)
    prices: Prices = Prices()
    finance: Finance | None = None
    weather: WeatherChoice = WeatherChoice()
    words: Words = Words()
    absent: tuple[Participant, ...] = ()
    inactive_ids: frozenset[str] = frozenset()
    inactive_plant_ids: frozenset[str] = frozenset()
    assumptions: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    density_vintage: int | None = None
    files: tuple[str, ...] = ()
    battery: Battery | None = None
    flexible: tuple[FlexibleLoad, ...] = ()
    persons: tuple[Person, ...] | None = None
    accepted: tuple[Accepted, ...] | None = None
    doubted: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    sharing: bool = True
    decide: Decide = Decide()
    markets: Mapping[str, ByHour] = field(default_factory=dict)
    carbon: HourlyCarbon | None = None
    parties: Mapping[str, Party] = field(default_factory=dict)
    organiser: Organiser | None = None
    signatures: tuple[PaperSignature, ...] = ()
    changes: tuple[DatedChange, ...] = ()
    other_changes: tuple[DatedChange, ...] = ()
    later_battery: Battery | None = None
    uncounted_changes: int = 0
    moved_ids: frozenset[str] = frozenset()

    @property
    def battery_since(self) -> date | None:
        """The day on which the later battery comes; None where none does."""
        days = (change.since for change in self.other_changes if change.what is What.BATTERY)
        return None if self.later_battery is None else next(days, None)

    @property
    def tells_years_apart(self) -> bool:
        """Whether something dated moves kWh."""
        return bool(self.changes) or self.later_battery is not None

    @property
    def left_out(self) -> tuple[str, ...]:
        """What its figures leave out: "changes" where the first year is repeated though rows are there."""
        return ("changes",) if self.uncounted_changes else ()

    @property
    def has_criteria(self) -> bool:
        """Whether the group says how it chooses; else the usual criteria weigh, told as such."""
        return self.decide != Decide()

    @property
    def has_devices(self) -> bool:
        """Whether something answers to who is in: a battery, flexible loads."""
        return self.battery is not None or bool(self.flexible)

    @property
    def has_closed(self) -> bool:
        """Whether somebody may not be told where all members read; see `closed_sites`."""
        return bool(closed_sites((*self.participants, *self.absent)))

    @property
    def label(self) -> str | None:
        """What tells it from the folder as it stands: its variant, and what was asked over it."""
        return " · ".join(filter(None, (self.variant, *self.questions))) or None

    @property
    def other_keys(self) -> tuple[str, ...]:
        """Keys that a brief sets beside the chosen one: the two of the law, then those given parameters."""
        if not self.sharing:
            return ()
        names = dict.fromkeys(("static", "prorata", *self.key_parameters))
        return tuple(name for name in names if name != self.key.name)[:MOST_OTHER_KEYS]

    def choice(self, name: str) -> KeyChoice:
        """Return the key `name` with the parameters that the folder gives it."""
        if name == self.key.name:
            return self.key
        return KeyChoice(name=name, parameters=self.key_parameters.get(name, {}))
