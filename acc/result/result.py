"""What a run found, as one value: reports read it, a brief can be drawn from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from acc.accounts.values import Money
from acc.arrays import BoolArray, let_go, row_sums
from acc.bills.tariffs import RateUsed
from acc.departures.counterfactual import Departure
from acc.departures.entry_exit import Change
from acc.exchange import Exchange
from acc.fairness import can_receive
from acc.indicators import Energy
from acc.legal.case import LegalCase
from acc.legal.checklist import legal_checks
from acc.result.cancelling import Cancelling
from acc.result.lawful_plan import LawfulPlan
from acc.result.moved import MovedData
from acc.result.proposal import Proposal
from acc.rules.check import Check, OperationStatus, status_of
from acc.scenario import Scenario
from acc.settle import Allocation
from acc.sites import Grade
from acc.years.plan_years import PlanYears
from acc.years.row_values import RowValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How to make the same result again, and what to read with care.

    Attributes:
        inputs: sha256 of each input file, by path relative to the operation folder.
        digest: sha256 of all of them together; its first digits are printed on every page.
        ran_on: ISO date of the run, the date printed on documents.
        warnings: sentences already translated, most important first.
        sealed: printed in place of `digest` where data are moved: nobody tries a guess against it.
    """

    version: str
    inputs: Mapping[str, str]
    digest: str
    ran_on: str
    seed: int
    rates: tuple[RateUsed, ...] = ()
    warnings: tuple[str, ...] = ()
    sealed: str = ""

    @property
    def printed_digest(self) -> str:
        """What documents print of the input files."""
        return self.sealed or self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadQuality:
    """How well a participant's curve is known.

    Attributes:
        source: one line for a person ("courbe mesurée 2024, 15 min", "profil école primaire").
        filled_ratio: share of the energy that was filled in holes.
        step_minutes: step of the source.
        band_ratio: half width of the uncertainty of the curve, as a ratio of its kWh.
    """

    grade: Grade
    source: str
    filled_ratio: float = 0.0
    step_minutes: int = 15
    band_ratio: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherUsed:
    """The weather year behind the production, in words and figures for the hypotheses."""

    source: str
    ghi_kwh_per_m2: float | None = None
    reference: str = ""
    models: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StorageUsed:
    """What the battery did over the period, kWh at its meters, and what the key would give without it.

    `production + discharge = received + charge + surplus + unused`, each summed over members and plants.

    Attributes:
        lost_kwh: lost in charging and discharging.
        start_kwh, end_kwh: what it held at the start and at the end.
        unused_kwh: given back and received by nobody, under a key that wastes some.
        cycles: energy given back over the most that it held; 0 when it was never used.
        without: the sums of the same key without the battery.
    """

    name: str
    charge_kwh: float
    discharge_kwh: float
    lost_kwh: float
    start_kwh: float
    end_kwh: float
    unused_kwh: float
    cycles: float
    without: Energy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftUsed:
    """What the flexible loads did over the period, and what the key would give had they not moved.

    Attributes:
        loads: of each flexible load, its participant's id, its kWh, and those used at another hour.
        without: the sums of the same key with every load at its usual hours.
    """

    loads: tuple[tuple[str, float, float], ...]
    without: Energy

    @property
    def moved_kwh(self) -> float:
        """Energy used at another hour than before."""
        return sum(moved for _id, _kwh, moved in self.loads)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """One scenario under one key, with its provenance; a brief can be made again from it alone.

    Attributes:
        quality: of each participant's curve, in the order of the scenario.
        others: the same exchange under other keys, for comparison, by key name.
        left_out: keys that could not be made, and why: their parameters are missing.
        proposal: the key that the group's criteria choose, beside that of the folder; None where keys were
            not all weighed, and where nothing may be proposed.
        legal: what contracts and money ask for, beside `checks`; none of it makes sharing unlawful.
        case: what `legal` was asked of, for who asks it of one person; None where nothing was.
        departure: the same operation without its largest receiver; None when it was not computed.
        leaving: what each site changes by leaving, under the chosen key; empty when it was not computed.
        persons_leaving: what each person changes by leaving with all its sites and plants, under its id.
        ranges: what the draws of the uncertain hypotheses gave; None when nothing was drawn.
        ranges_draws: how many draws they rest on; None when it is not known.
        persons_ranges: the ranges of each person, by indicator, then by id.
        drawn: what else is told of the draws; None when nothing was drawn.
        alone: what each uncertain hypothesis does by itself, by indicator; empty when it was not computed.
        kwh_per_kwp: yearly output of each plant per kWp, shape (M,) as a tuple.
        money: euros of everyone; None when they were not asked for.
        way: what would make the operation lawful; None where it is not unlawful, or nobody looked for it.
        cancelling: what would cancel what it brings; a roof each beside the other conditions, the one that
            shares most first; empty without euros, or where it was not asked for.
        studies: what a brief shows of studies, each kept by the name of its study.
        moved: how far it is from the true figures, where others read it with the data of some moved.
        years: of the plan, each settled by itself; `changes` what each dated change is worth in the tenth, or
            the last; `broken_later` rules that a later one, from 1 on, breaks; none where none differ.
        storage, shift: what the battery and the flexible loads changed; None where there is none. The arrays
            and sums above are those of the members and the plants: the battery is not one of their columns.
    """

    scenario: Scenario
    exchange: Exchange
    allocation: Allocation
    energy: Energy
    checks: tuple[Check, ...]
    quality: tuple[LoadQuality, ...]
    weather: WeatherUsed
    provenance: Provenance
    others: Mapping[str, "KeyOutcome"] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    proposal: Proposal | None = None
    departure: Departure | None = None
    leaving: tuple[Change, ...] = ()
    persons_leaving: tuple[Change, ...] = ()
    ranges: "Ranges | None" = None
    ranges_draws: int | None = None
    persons_ranges: "Ranges" = field(default_factory=dict)
    drawn: "Drawn | None" = None
    alone: "Mapping[str, Alone]" = field(default_factory=dict)
    money: Money | None = None
    storage: StorageUsed | None = None
    shift: ShiftUsed | None = None
    legal: tuple[Check, ...] = ()
    case: LegalCase | None = None
    way: LawfulPlan | None = None
    cancelling: tuple[Cancelling, ...] = ()
    studies: Mapping[str, object] = field(default_factory=dict)
    years: PlanYears | None = None
    changes: RowValues | None = None
    broken_later: tuple[tuple[int, Check], ...] = ()
    moved: MovedData | None = None

    @property
    def status(self) -> OperationStatus:
        """How the operation stands."""
        left_out = (*(self.money.costs_left_out if self.money else ("euros",)), *self.scenario.left_out)
        status = status_of(self.checks, fictitious=self.scenario.fictitious, costs_left_out=left_out)
        return replace(status, moved=bool(self.scenario.moved_ids))

    @property
    def is_lawful(self) -> bool:
        """Whether no binding rule is broken."""
        return not self.status.is_unlawful

    @property
    def can_receive(self) -> BoolArray:
        """Who can receive, (N,): the others are counted in no measure of fairness; see `acc.fairness`."""
        production_kwh = self.exchange.production_kwh
        pool = row_sums(production_kwh)
        let_go(production_kwh)  # of a comparison of many scenarios it lies in a file
        return can_receive(self.exchange.consumption_kwh, pool)

    @property
    def rules(self) -> tuple[Check, ...]:
        """Every check: of the perimeter, then of the contracts."""
        return (*self.checks, *self.legal)

    def rules_of(self, person: str) -> tuple[Check, ...]:
        """Every check that one person meets: of the perimeter, then of its own contracts."""
        own = () if self.case is None else legal_checks(replace(self.case, holder=person))
        return (*self.checks, *own)


Ranges: TypeAlias = Mapping[str, Mapping[str, tuple[float, float, float]]]
"""By indicator ("received_kwh", "saving_eur_ht", "payback_years"...), then by member id ("" is the whole
group): the values passed by 9, 5 and 1 draws out of 10, in growing order (p10, p50, p90). The producers'
cash "cumulated_eur", "later_received_kwh" and "later_gain_eur_ht" of years that differ by year, "0" on."""


PANELS = ""
"""Stands for the panels among the ids of members: what their slope and direction would tell."""

STUDY, KIND = ":study", ":kind:"
"""Stand for a study of what the panels make, and, before the name of a kind, for the bills of all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is told of the draws beside their ranges.

    Attributes:
        weather_years: how many; with one, the year is that of the result.
        model_yield_ratio: middle of what a modelled output is multiplied by; None where none is modelled.
        paid_back_ratio: part of the draws in which the producers are paid back; None without a plan.
        outputs: how far the output of all plants together ("") may stray, and of those of each producer, by
            id: one roof strays further than many. Empty where it is not known.
        published: the yields that the model was held against; None where none is modelled.
        narrowing: by how much each answer would narrow the range of the energy shared, a ratio, the best
            first: the bill by poste of a member, by id, or `PANELS`, `STUDY`, `KIND` and a kind.
    """

    weather_years: int
    model_yield_ratio: float | None = None
    paid_back_ratio: float | None = None
    outputs: Mapping[str, "OutputDoubt"] = field(default_factory=dict)
    published: "PublishedYields | None" = None
    narrowing: Mapping[str, float] = field(default_factory=dict)

    def output_of(self, owner: str = "") -> "OutputDoubt | None":
        """How far the output of one producer may stray, or that of all; None where it is not known."""
        return self.outputs.get(owner, self.outputs.get(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedYields:
    """The published yields that the model of production was held against.

    Attributes:
        gap_ratio: how far the model lies from them, the median.
    """

    count: int
    gap_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputDoubt:
    """How far the output of plants may stray from that of the run, as the draws take it.

    Attributes:
        middle_ratio: what half of the draws stay above, over the output of the run.
        sigma_ratio: standard deviation over that middle, weather and model together.
        modelled: whether some plant is modelled: no meter has seen it.
    """

    middle_ratio: float
    sigma_ratio: float
    modelled: bool

    @property
    def p90_ratio(self) -> float:
        """What nine draws out of ten stay above, over the output of the run: P50 x (1 - 1.28 sigma)."""
        return self.middle_ratio * (1.0 - NINE_IN_TEN * self.sigma_ratio)


NINE_IN_TEN = 1.2815515655446004
"""Standard deviations from the middle of a normal law to what nine draws out of ten stay above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one hypothesis does to an indicator of the operation, all others at their middle.

    Attributes:
        factor: its name in `scenarios.operation.draws.draws.FACTORS`.
        change: the values tried, as changes of the usual one (0.1 is 10 % more); empty for a weather year
            or a departure.
        values: the indicator at each of them; lowest and highest over the weather years; one for a departure.
        who: id of the participant who leaves.
    """

    factor: str
    change: tuple[float, ...]
    values: tuple[float, ...]
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """An indicator with every hypothesis at its middle, and what each does alone, the strongest first.

    Attributes:
        reference: in the unit of the indicator (EUR, kWh, ratio, years).
    """

    reference: float
    effects: tuple[Effect, ...]


def kept(allocation: Allocation) -> Callable[[], Allocation]:
    """Build a picklable function that returns an allocation, for `settled`."""
    return partial(_same, allocation)


def _same(allocation: Allocation) -> Allocation:
    return allocation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyOutcome:
    """The same exchange under another key.

    Attributes:
        settled: gives who received what, again for a key that is only compared: step by step, each key would
            take half the memory of the loads, and what is compared is sums.
        years: of the plan, each on its own energy; None without a plan.
    """

    name: str
    settled: Callable[[], Allocation]
    energy: Energy
    money: Money | None = None
    years: PlanYears | None = None

    @property
    def allocation(self) -> Allocation:
        """Who received what; ask once."""
        return self.settled()


def rates_used(result: Result) -> list[RateUsed]:
    """Return every regulated figure that a result rests on, those of its euros last."""
    given = list(result.provenance.rates)
    if result.money is not None:
        given += [used for used in result.money.rates if used not in given]
    return given
