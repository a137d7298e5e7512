"""One variant of a sweep, made ready: arrays on disk that workers map, and all that turns sums into results.

A case holds no array of the size of a year: those lie in files beside the results, read by each worker
through memory mapping, so that a task sends numbers and receives numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat
from pathlib import Path

import numpy as np

from acc.accounts.market import left_of_pool, mean_price
from acc.accounts.producers import terms_of
from acc.arrays import BoolArray, FloatArray, IntArray, let_go
from acc.batch.key_forms import group_of_steps
from acc.batch.sums import ProductiveSteps
from acc.bills.bill import BillTerms, bill_terms, period_years
from acc.bills.tariff_slots import SlotClock, slot_index
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange
from acc.keys import KeyContext
from acc.ledger.chart import LedgerChart, chart_of
from acc.plan.cash_flows import PlanTerms
from acc.scenario import KeyChoice, Scenario
from acc.steps import Steps, count_full_years
from acc.years.states import moving_columns, year_of
from profiles.reference.shape_library import CELLS, cell_of_steps, library
from scenarios.operation.draws.loads import (
    Cells,
    Kept,
    Stock,
    bendable_kwh,
    bill_clocks,
    billed_parts,
    cells_of,
    empty_sheets,
    kept,
    mapped,
    stocked,
    sums_by_group,
)
from scenarios.operation.draws.plan_years import AgedYears, LaterBase, aged_years, later_base
from scenarios.operation.draws.unknowns import Unknown, unknown_of
from scenarios.operation.metering.meter import Metered, base_of
from scenarios.operation.metering.own_use import behind_of, site_load_kwh
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KEPT_NOWHERE, KeptKind, KeptStore


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One variant: N participants, M plants, G groups of steps, W weather years.

    Attributes:
        variant: its name, empty for the folder as it stands.
        load_by_group_kwh: what each participant uses, nights included, shape (W, N, G).
        slot_by_group: slot of each group on each participant's own clock, shape (N, G).
        reformed_slots: the same once off-peak hours have moved; None where that changes nothing.
        hosts: participants with a plant behind their meter; `behind` gives each plant's, or -1, shape (M,).
        unknowns: what is not known of each curve, by participant id.
        pair_code: the group of each step times CELLS, plus its cell, (T,).
        modelled: plants whose output is modelled, not measured, shape (M,).
        terms, chart: None when no price is decided; `plan` None when there is no plan.
        context: without what a local kWh spares at each step: that lies in the file `spared`.
        battery_km: from the battery to each participant, (N,); None where its place is not known.
        by_plant: whether local kWh are told plant by plant, because their prices or taxes differ, or what
            some members pay is not known.
        captured_eur_per_kwh: mean price of what each plant leaves in the folder's year, fee paid, (M,); nan
            of what is not sold by the hour.
        later: what dated changes make of the years from; None where there is none, or loads move by the hour.
        aged: what panels that age leave of the first year in the others; None where changes tell them apart.
        draws_plan: whether its years are drawn too, each by its own energy; the first one alone takes less.
    """

    variant: str
    scenario: Scenario
    context: KeyContext
    choices: tuple[KeyChoice, ...]
    stocks: tuple[Stock, ...]
    sheet: ProductiveSteps
    load_by_group_kwh: FloatArray
    slot_by_group: IntArray
    hosts: IntArray
    behind: IntArray
    unknowns: Mapping[str, Unknown]
    cells: Cells
    pair_code: Path | IntArray
    modelled: BoolArray
    period_years: float
    tariffs: Tariffs | None = None
    terms: BillTerms | None = None
    chart: LedgerChart | None = None
    plan: PlanTerms | None = None
    by_plant: bool = False
    spared: Kept | None = None
    battery_km: FloatArray | None = None
    reformed_slots: IntArray | None = None
    captured_eur_per_kwh: FloatArray = field(default_factory=lambda: np.zeros(0))
    later: LaterBase | None = None
    aged: AgedYears | None = None
    draws_plan: bool = True

    def slots(self, *, reformed: bool) -> IntArray:
        """Return the slot of each group on each participant's clock, before or after the reform, (N, G)."""
        return self.reformed_slots if reformed and self.reformed_slots is not None else self.slot_by_group

    @property
    def persons(self) -> tuple[str, ...]:
        """Ids of who decides; nobody is told without prices."""
        return () if self.chart is None else self.chart.persons

    @property
    def person_of_site(self) -> IntArray:
        """Which of them each site is, (N,)."""
        return np.zeros(0, dtype=np.int64) if self.chart is None else self.chart.site

    @property
    def is_taxed(self) -> bool:
        """Whether one of them pays a tax on profit."""
        return self.chart is not None and bool(self.chart.tax_ratio.any())

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the participants, in the order of the arrays."""
        return tuple(participant.id for participant in self.scenario.participants)

    @property
    def cash_years(self) -> int:
        """Years of the plan, the first one included; 0 without a plan."""
        return 0 if self.terms is None or self.plan is None else self.plan.finance.horizon_years + 1

    @property
    def later_years(self) -> int:
        """Years of the plan that are told apart, 0 where the first one is repeated, or no plan is drawn."""
        if self.later is None or not self.draws_plan or self.scenario.later_battery is not None:
            return 0
        return max(0, self.cash_years - 1)

    @property
    def unsure_from(self) -> float:
        """The first year of a plan in which a dated change may not happen, or come late; infinite without."""
        changes = () if self.later is None else self.later.changes
        years = [
            year_of(change.since, self.scenario.steps) for change in changes if change.may_differ_in_time
        ]
        return min(years, default=np.inf)

    @property
    def kwp(self) -> FloatArray:
        """Power of each plant, shape (M,)."""
        return np.array([plant.kwp for plant in self.scenario.plants])


def case_of(
    operation: Operation,
    metered: Sequence[Metered],
    choices: Sequence[KeyChoice],
    stock_at: Path | None = None,
    *,
    reform: bool,
    nights: bool = False,
    store: KeptStore = KEPT_NOWHERE,
) -> Case:
    """Return an operation ready for draws.

    Its arrays are written at `stock_at` (a path without suffix), or held where there is none.

    Args:
        metered: the operation under each weather year.
        choices: the keys, their files read.
        reform: whether off-peak hours may move.
        nights: keep every step on the sheet, for what goes through time.
        store: keeps what no price moves.
    """
    scenario, context, tariffs = operation.scenario, operation.context, operation.tariffs
    clocks = () if tariffs is None else tariffs.clocks
    reformed = operation.reformed_clocks if reform else ()
    kwh = store.get(
        KeptKind("case"),
        (*metered, clocks, reformed, scenario.battery, nights, scenario.variant),
        lambda: _kwh_case(scenario, metered, context, (clocks, reformed), stock_at, nights=nights),
    )
    spared = context.saving_eur_per_kwh
    case = replace(
        kwh,
        scenario=scenario,
        context=replace(context, saving_eur_per_kwh=None),
        choices=tuple(choices),
        tariffs=tariffs,
        spared=None if spared is None else kept(stock_at, "spared", spared),
        battery_km=operation.battery_km,
        captured_eur_per_kwh=_captured(scenario, metered[0].exchange, tariffs),
        aged=None if scenario.tells_years_apart or tariffs is None else aged_years(operation, choices),
    )
    return case if tariffs is None else _with_euros(case, tariffs)


def _kwh_case(
    scenario: Scenario,
    metered: Sequence[Metered],
    context: KeyContext,
    clocks: tuple[Sequence[SlotClock], Sequence[SlotClock]],
    stock_at: Path | None,
    *,
    nights: bool,
) -> Case:
    """Return a case without key nor price; `clocks` are those of today, then of after the reform."""
    steps, behind, (today, reformed) = metered[0].exchange.steps, behind_of(scenario), clocks
    years, members = period_years(steps), len(scenario.participants)
    loads: Callable[[], Iterable[FloatArray]] = partial(_loads, metered, behind)
    if stock_at is None:  # held: made once
        once = list(loads())
        loads = lambda: once  # noqa: E731
    units = [_unit_kwh(year, scenario) for year in metered]
    of_bill = bill_clocks(scenario.participants)
    group, slots, count = _groups(steps, [*today, *reformed, *of_bill.values()])
    slot_by_group = slots[:members] if today else np.zeros((members, count), dtype=np.int64)
    # A battery gives back by night, and loads move from there.
    nights = nights or scenario.has_devices
    lit = np.logical_or.reduce([nights | (unit.sum(axis=1) > 0.0) for unit in units])
    sheet = ProductiveSteps.of(lit, group, count)
    code = group * CELLS + cell_of_steps(steps)
    by_group = np.stack([sums_by_group(load, group, count) for load in loads()])
    unknowns = _unknowns(scenario, metered[0], by_group[0].sum(axis=1) / years)
    own_slots = dict(zip(of_bill, slots[len(slots) - len(of_bill) :], strict=True))
    bent_as, billed = list(unknowns.values()), billed_parts(scenario.participants, own_slots, count)
    bent = empty_sheets(stock_at, bent_as, len(sheet.rows), len(metered))
    places = [stock_at and stock_at.with_name(f"{stock_at.name}-{w}") for w in range(len(metered))]
    by_year = zip(places, loads(), units, bent or repeat(None), strict=False)
    case = Case(
        variant=scenario.variant or "",
        scenario=scenario,
        context=context,
        choices=(),
        cells=cells_of(code, sheet.rows, loads(), steps, bent_as, billed, bent),  # first: it fills `bent`
        stocks=tuple(stocked(*year, sheet, steps, bent_as) for year in by_year),
        sheet=sheet,
        load_by_group_kwh=by_group,
        slot_by_group=slot_by_group,
        hosts=np.unique(behind[behind >= 0]),
        behind=behind,
        unknowns=unknowns,
        pair_code=kept(stock_at, "pairs", code),
        modelled=np.array([plant.curve is None for plant in scenario.plants], dtype=bool),
        period_years=years,
        reformed_slots=slots[members : 2 * members] if reformed else None,
    )
    return replace(case, later=_later(scenario, metered, case, code, stock_at))


def _captured(scenario: Scenario, exchange: Exchange, tariffs: Tariffs | None) -> FloatArray:
    captured, production_kwh = np.full(len(scenario.plants), np.nan), exchange.production_kwh
    if tariffs is None or not scenario.markets:
        return captured
    left = left_of_pool(production_kwh, exchange.consumption_kwh) if scenario.sharing else production_kwh
    for m, contract in enumerate(plant.surplus for plant in tariffs.plants):
        if contract is not None and contract.market is not None and left[:, m].sum() > 0.0:
            captured[m] = mean_price(contract, left[:, m])
    return captured


def _loads(metered: Sequence[Metered], behind: IntArray) -> Iterator[FloatArray]:
    """Yield the consumption of each site in each weather year, (T, N), one year in memory at a time.

    Flexible loads stand at their usual hours: each draw moves them.
    """
    for year in metered:
        exchange = _before_changes(year) or year.unshifted or year.exchange
        yield site_load_kwh(exchange, behind)
        let_go(exchange.consumption_kwh)


def _before_changes(metered: Metered) -> Exchange | None:
    """Return the meters that draws lay dated changes on; None where they stand as the first year has them."""
    return (
        None
        if metered.unshifted is not None or count_full_years(metered.exchange.steps) != 1
        else metered.before_changes
    )


def _unit_kwh(metered: Metered, scenario: Scenario) -> FloatArray:
    """Output of each plant per kWp before any change, (T, M), kWh."""
    before = _before_changes(metered)
    if before is None:
        return metered.unit_kwh
    kwp = np.array([plant.kwp for plant in scenario.plants])
    unit: FloatArray = (before.production_kwh + before.own_use_kwh) / kwp
    return unit


def _later(
    scenario: Scenario, metered: Sequence[Metered], case: Case, codes: IntArray, path: Path | None
) -> LaterBase | None:
    first = metered[0]
    before, behind = _before_changes(first), [None if host < 0 else int(host) for host in case.behind]
    if before is None:
        return None
    base = base_of(scenario, before, behind, first.added)
    moving, unknowns = moving_columns(base, scenario.changes), [*case.unknowns.values()]
    loads = [mapped(stock.full_load)[:, moving] for stock in case.stocks]
    # What draws bend of those that move alone: of all it would be as large as the loads, for nothing.
    bent = [bendable_kwh(load, scenario.steps, [unknowns[n] for n in moving]) for load in loads]
    places = case.sheet, codes, case.cells
    return later_base(base, scenario.changes, places, (loads, bent), path, keeps_all=scenario.has_devices)


def _unknowns(scenario: Scenario, metered: Metered, yearly_kwh: FloatArray) -> dict[str, Unknown]:
    known = zip(scenario.participants, metered.quality, yearly_kwh.tolist(), strict=True)
    return {site.id: unknown_of(site, quality, kwh, library()) for site, quality, kwh in known}


def _groups(steps: Steps, clocks: Sequence[SlotClock]) -> tuple[IntArray, IntArray, int]:
    """Return the group of each step, the slot of each group on each clock, and how many groups there are."""
    distinct = list(dict.fromkeys(clocks))
    group, values = group_of_steps([slot_index(steps, clock) for clock in distinct], steps.count)
    rows = [distinct.index(clock) for clock in clocks]
    return group, values[rows] if clocks else values, values.shape[1]


def _with_euros(case: Case, tariffs: Tariffs) -> Case:
    terms = bill_terms(tariffs, case.scenario.prices, case.scenario.plants, case.period_years)
    prices, ratios = terms.local_eur_per_kwh, terms.local_accise_ratio
    same = bool(np.all(prices == prices[:1, :1, :1]) and np.all(ratios == ratios[:1]))
    known = not np.isnan(terms.supply_eur_per_kwh).any() and case.later is None
    owners, contracts = [plant.owner for plant in tariffs.plants], [plant.surplus for plant in tariffs.plants]
    plan = terms_of(case.scenario, tariffs.plant_costs, owners, contracts, case.period_years)
    chart = chart_of(case.scenario, tariffs.plants, [member.recovers_vat for member in tariffs.members])
    return replace(
        case,
        terms=terms,
        chart=chart,
        plan=plan,
        by_plant=not (same and known and fades_alike(plan))
        or (chart.buys_itself_and_others and bool(np.any(prices))),
    )


def fades_alike(plan: PlanTerms | None) -> bool:
    """Return whether all plants fade and end together, so that their kWh need not be told apart."""
    return plan is None or bool(np.all(plan.fade == plan.fade[:1]))


def with_plan(case: Case, plan: PlanTerms) -> Case:
    """Return the case with other costs of its plants; whether they fade alike is asked again."""
    return replace(case, plan=plan, by_plant=case.by_plant or not fades_alike(plan))
