"""The kWh of quick draws, kept beside the meters: another local price shares none of them anew.

The meters are those of the run, its weather year too: only what a sweep draws around them is drawn. Draws are
fewer where one of them takes longer: their number is told. What looks back step by step through a battery
would take minutes: it is left to the sweep.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, JsonObject
from acc.bills.tariff_slots import SLOTS
from acc.devices.battery import ServedLast
from acc.indicators import Energy
from acc.keys.catch_up import CATCH_UP
from acc.keys.nearest import NearestFirst
from acc.legal.checklist import legal_checks
from acc.result.result import KIND, PANELS, STUDY, Alone, Drawn, Ranges, Result
from acc.settle import Key, looks_back
from acc.sites import Grade, Kind
from scenarios.operation.draws.case import Case, case_of
from scenarios.operation.draws.compute import (
    NUMPY,
    SweepPlan,
    built_keys,
    draw_kwh,
    empty_results,
    forget_draws,
    middle_results,
    plan_of,
    rows_waiting,
    work_side_by_side,
)
from scenarios.operation.draws.draws import doubts_of_outputs
from scenarios.operation.draws.euros import FACTORS, OF_KWH, KwhRows, LaterRows, Volumes, joined
from scenarios.operation.draws.meters import MOST_SETTLED
from scenarios.operation.draws.questions import narrowing
from scenarios.operation.draws.ranges import Summary, chances, person_ranges, ranges
from scenarios.operation.draws.results import BY_YEAR, INDICATORS, DrawResults
from scenarios.operation.draws.settings import SweepChoice, sweep_digest
from scenarios.operation.draws.unknowns import published_yields
from scenarios.operation.metering.kept_meters import Made, MadeNotes, arrays, sharing_parts
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore


def _write(volumes: Volumes) -> bytes:
    arrays = {name: getattr(volumes, name) for name in FACTORS} | _named(volumes.kwh, "")
    if later := volumes.later:
        arrays |= {"weights": later.weights, "runs": later.runs} | _named(later.kwh, LATER)
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


LATER = "later "


def _named(kwh: KwhRows, head: str) -> dict[str, FloatArray]:
    return {f"{head}{name}": getattr(kwh, name) for name in OF_KWH}


def _read(body: bytes) -> Volumes:
    with np.load(io.BytesIO(body), allow_pickle=False) as scenario:

        def kwh(head: str) -> KwhRows:
            return KwhRows(*(scenario[f"{head}{name}"] for name in OF_KWH))

        later = (
            LaterRows(kwh(LATER), scenario["weights"], scenario["runs"]) if "weights" in scenario else None
        )
        return Volumes(kwh=kwh(""), later=later, **{name: scenario[name] for name in FACTORS})


DRAWN = KeptKind("kWh of draws", form=KeptForm(write=_write, read=_read, suffix=".draws", has_words=False))


MOST_KEPT = 6_000_000
"""Numbers in the largest arrays of draws that wait for their euros together, to be kept (48 MB)."""


def work_kept(
    plan: SweepPlan, draws: int, parts: Mapping[str, object] | None, cache: KeptStore
) -> DrawResults:
    """Return the results of the first draws of a plan of one case and one key, their kWh from what was kept.

    Args:
        parts: what these kWh rest on, see `kwh_parts`.
    """
    results = empty_results(plan, draws)
    (waiting,) = rows_waiting(plan, results)
    kept = parts and cache.known(DRAWN, parts)
    if kept:
        waiting.rows, waiting.volumes = [(draw, 0) for draw in range(draws)], [kept]
    else:
        case = plan.cases[0]
        lanes = len(SLOTS) * (len(case.behind) if case.by_plant else 1)
        lanes *= max(1, case.later_years) if case.later is not None else 1
        if draws * len(case.ids) * max(lanes, case.cash_years) <= MOST_KEPT:
            waiting.most = MOST_KEPT
        draw_kwh(plan, 0, draws, [waiting])
        if parts and len(waiting.rows) == draws:  # all of them wait, and each has a result
            waiting.volumes = [joined(waiting.volumes)]
            cache.keep(DRAWN, parts, waiting.volumes[0])
    waiting.write()
    return results


def kept_kwh(parts: object, cache: KeptStore, make: Callable[[], Volumes]) -> Volumes:
    """Return kWh of draws, from what was kept of the same parts; made each time where there is none."""
    return make() if parts is None else cache.get(DRAWN, parts, make)


def kwh_parts(plan: SweepPlan, inputs: Mapping[str, str]) -> JsonObject | None:
    """Return all that the kWh of draws rest on, what is asked but the local price; None where it moves them.

    Args:
        inputs: sha256 of each file that the operation rests on.
    """
    (case,) = plan.cases
    scenario = sharing_parts(case.scenario)
    return scenario and {
        "choice": sweep_digest(plan.choice, plan.keys, plan.engine, inputs, []),
        "draws": plan.choice.draws,
        "by plant": case.by_plant,
        "years": case.later_years,
        "scenario": scenario,
    }


QUICK_DRAWS = 200
"""Two seeds give ranges whose last printed figure moves by one at most, 19 times in 20; 100 draws do not."""

DEVICE_DRAWS = 50
"""Of an operation whose battery or flexible loads are moved in each draw, step by step of the whole year."""

SETTLED_DRAWS = 30
"""Of a key that no split says: each draw is settled whole."""

FEWEST_DRAWS = 20
"""Of a key that catches up, step by step through the year, and of an operation of any size.

Their number is told, and below 50 nothing is called eight chances in ten.
"""

QUICK_VALUES = 200_000_000
"""Needs that all draws make together, in a second or two: fewer draws where sites are many."""

MOST_YEARS_VALUES = 400_000_000
"""Needs that the fewest draws may make in the years of a plan: beyond, its first year alone is drawn."""

SETTLED_VALUES = 250_000_000
"""The same where the key is settled, each need counted once for each plant: a need takes longer there."""

CAUGHT_UP_VALUES = 80_000_000
"""The same where draws catch up side by side: each step puts all participants in order, in every draw."""

NARROW_RATIO = 0.45
"""Injected over needs, between the 30 and 60 % at which `benchmarks/reliability.json` judges groups known by
postes: at the one their ranges hold half of the time, at the other four times in five or nearly."""

LINK_BY_LINK = 3
"""How many times longer it takes to serve the nearest first, one link after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRanges:
    """What a result takes from draws: the ranges, and what each hypothesis does by itself."""

    ranges: Ranges | None = None
    persons: Ranges = field(default_factory=dict)
    draws: int | None = None
    alone: Mapping[str, Alone] = field(default_factory=dict)
    drawn: Drawn | None = None
    warnings: tuple[str, ...] = ()

    def add_to(self, result: Result) -> Result:
        """Return the result with these ranges, and what they leave to verify."""
        case = None if result.case is None else replace(result.case, most_received_kwh=self._most_received())
        return replace(
            result,
            case=case,
            legal=result.legal if case is None else legal_checks(case),
            ranges=self.ranges,
            persons_ranges=self.persons,
            ranges_draws=self.draws,
            alone=self.alone,
            drawn=self.drawn,
        )

    def _most_received(self) -> dict[str, float]:
        return {id_: ends[2] for id_, ends in (self.ranges or {}).get("received_kwh", {}).items()}


def narrow_ranges(metered: Metered, energy: Energy) -> Iterator[str]:
    """Yield a warning where the range of all together holds less often than it says; see `NARROW_RATIO`."""
    need_kwh = energy.consumption_kwh
    by_postes = [quality.grade is Grade.FITTED for quality in metered.quality]
    if (
        2.0 * need_kwh[by_postes].sum() > need_kwh.sum()
        and energy.production_kwh.sum() < NARROW_RATIO * need_kwh.sum()
    ):
        yield _(
            "most of the needs are known by the postes of bills, and plants are small beside them: of "
            "measured buildings known so, the range of all together held one time in two, not eight in ten, "
            "and a little more was shared (docs/fiabilite.md)"
        )


def quick_ranges(
    operation: Operation, metered: Metered, choice: SweepChoice, inputs: Mapping[str, str], cache: KeptStore
) -> KeptRanges | None:
    """Return the ranges of an operation; None where its key is settled step by step.

    Args:
        inputs: sha256 of each file that the operation rests on.
    """
    scenario = operation.scenario
    has_devices = scenario.has_devices
    side_by_side = scenario.key.name == CATCH_UP.name and not has_devices
    choice = replace(choice, keys=(), variants=(), weather_years=1)
    case = case_of_run(operation, metered, reform=choice.off_peak_reform_ratio > 0.0, nights=side_by_side)
    case = replace(case, draws_plan=not side_by_side and within_seconds(case))
    ((key, split),) = built_keys(case)
    if key is None:
        return None
    draws = _draws(case, key, is_split=split is not None, side_by_side=side_by_side)
    if draws < FEWEST_DRAWS or (looks_back(key) and not side_by_side):
        return None
    choice = replace(choice, draws=draws)
    plan = plan_of(choice, [case], (scenario.key.name,), NUMPY)
    facts = {
        "variant": scenario.variant,
        "asked": scenario.questions,
        "key": scenario.key.parameters,
        "period": scenario.steps,
    }
    digest = sweep_digest(choice, plan.keys, NUMPY, inputs, [operation.tariffs])
    parts = kwh_parts(plan, inputs)

    def work() -> DrawResults:
        drawn = work_side_by_side(plan, draws) if side_by_side else work_kept(plan, draws, parts, cache)
        return drawn.before(middle_results(plan, side_by_side=side_by_side))

    results = _kept(plan, {"quick ranges": digest, **facts}, cache, work)
    summary = Summary(plan, results.between(0, draws), middle=results.between(draws, draws + 1))
    paid = chances(summary, scenario.key.name)
    ratios = _kept_narrowing(summary, {"narrowing": parts or {"draws": digest, **facts}}, cache)  # kWh alone
    forget_draws()
    return KeptRanges(
        ranges=ranges(summary, scenario.key.name),
        persons=person_ranges(summary, scenario.key.name),
        draws=choice.draws,
        drawn=Drawn(
            weather_years=1,
            model_yield_ratio=choice.spreads["model_yield"].middle if case.modelled.any() else None,
            paid_back_ratio=None if paid is None else paid.paid_back,
            outputs=doubts_of_outputs(choice.spreads, scenario.plants, choice.seed, choice.load_noise),
            published=published_yields(),
            narrowing=ratios,
        ),
    )


def _kept_narrowing(summary: Summary, key: Mapping[str, object], cache: KeptStore) -> dict[str, float]:
    """Narrowing of the range by each answer, from an earlier run where one is kept."""
    names = (PANELS, STUDY, *(f"{KIND}{kind}" for kind in Kind), *summary.plan.members)

    def make() -> Made:
        by_name = narrowing(summary, summary.plan.keys[0])
        return np.array([by_name.get(name, 0.0) for name in names]), MadeNotes()

    ratios = dict(zip(names, cache.get(arrays((len(names),)), key, make)[0].tolist(), strict=True))
    return {name: ratio for name, ratio in sorted(ratios.items(), key=lambda pair: -pair[1]) if ratio}


def draws_within_seconds(case: Case) -> int:
    """Number of draws within a second or two for a case without devices; 0 where too few."""
    case = replace(case, draws_plan=within_seconds(case))
    if not case.scenario.sharing:
        return QUICK_DRAWS
    ((key, split),) = built_keys(case)
    if key is None or looks_back(key):
        return 0
    draws = _draws(case, key, is_split=split is not None, side_by_side=False)
    return draws if draws >= FEWEST_DRAWS else 0


def _draws(case: Case, key: Key, *, is_split: bool, side_by_side: bool) -> int:
    """Number of draws within a second or two; below the usual minimum for a key that is no split."""
    size = max(1, len(case.ids) * len(case.sheet.rows) + years_values(case))
    most = DEVICE_DRAWS if case.scenario.has_devices else QUICK_DRAWS
    if side_by_side:
        return min(FEWEST_DRAWS, CAUGHT_UP_VALUES // size)
    if is_split:
        return min(most, max(FEWEST_DRAWS, QUICK_VALUES // size))
    pairs = len(case.ids) * case.scenario.steps.count * len(case.behind)
    settled = key.key if isinstance(key, ServedLast) else key
    slower = LINK_BY_LINK if isinstance(settled, NearestFirst) else 1
    every = 1 + (MOST_SETTLED if case.later_years else 0)
    return min(SETTLED_DRAWS, SETTLED_VALUES // max(1, slower * pairs * every))


def years_values(case: Case) -> int:
    """Number of needs computed per draw in the settled years of a plan."""
    if case.later is None or not case.later_years:
        return 0
    return len(case.ids) * len(case.later.thin.columns) * MOST_SETTLED


def within_seconds(case: Case) -> bool:
    """Return whether the years of a plan can be drawn in some seconds, under the key of the case."""
    ((key, split),) = built_keys(case)
    if key is None or looks_back(key):
        return False
    if split is not None:
        return FEWEST_DRAWS * years_values(case) <= MOST_YEARS_VALUES
    return _draws(case, key, is_split=False, side_by_side=False) >= FEWEST_DRAWS


def case_of_run(operation: Operation, metered: Metered, *, reform: bool, nights: bool = False) -> Case:
    """Return an operation ready for draws around the meters of its run, under its own key."""
    own = operation.read(operation.scenario.key)
    return case_of(operation, [metered], [own], reform=reform, nights=nights, store=operation.cache)


def _kept(
    plan: SweepPlan, key: Mapping[str, object], cache: KeptStore, work: Callable[[], DrawResults]
) -> DrawResults:
    """Return the results of the draws, that of none last, from what an earlier run kept where it did."""
    case, rows = plan.cases[0], plan.choice.draws + 1
    shapes = ((1 + len(plan.members), len(INDICATORS)), (len(BY_YEAR), case.cash_years), (len(plan.persons),))
    sizes = [rows * int(np.prod(shape)) for shape in shapes]

    def make() -> Made:
        results = work()
        flat = np.concatenate([part.ravel() for part in (results.values, results.by_year, results.gain_eur)])
        known = np.isfinite(flat)
        return np.stack([np.where(known, flat, 0.0), known]), MadeNotes()

    values, known = cache.get(arrays((2, sum(sizes))), key, make)[0]
    parts = np.split(np.where(known > 0.0, values, np.nan), np.cumsum(sizes)[:-1])
    return DrawResults(*(part.reshape(rows, 1, 1, *shape) for part, shape in zip(parts, shapes, strict=True)))
