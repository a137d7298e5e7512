"""What a worker does: a range of draws in, sums out. Nothing is read but the arrays that it maps.

A task needs no state: the draws come from the seed and their numbers, the arrays from their files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path

import numpy as np

from acc.batch.catching_up import caught_up_sums
from acc.batch.key_forms import SumSplits, split_of
from acc.batch.sums import Split
from acc.devices.battery import ServedLast, context_with_battery
from acc.keys import KeyContext, build_key
from acc.problem import InputError
from acc.scenario import KeyChoice
from acc.settle import Key
from scenarios.studies.draws.array_store import mapped
from scenarios.studies.draws.case import Case, without
from scenarios.studies.draws.devices import SharedOut
from scenarios.studies.draws.draws import Draw, draw, weather_of
from scenarios.studies.draws.indicators import GROUP, INDICATORS, Meters
from scenarios.studies.draws.load_uncertainty import Unknown
from scenarios.studies.draws.settings import SweepChoice
from scenarios.studies.sweeping.meters import meters_of
from scenarios.studies.sweeping.results import DrawnKwh, DrawResults, RowsWaiting
from scenarios.studies.sweeping.sums_by_key import settled_out, shared_at_once, split_out

NUMBA, NUMPY = "numba", "numpy"


@dataclass(frozen=True, slots=True, eq=False)
class SweepPlan:
    """Everything that a worker needs, small enough to travel with each task.

    Attributes:
        cases: the variants, each with the keys in the order of `keys`.
        members: ids of the participants of any variant; `persons` those of who decides.
        unknowns: what is not known of each curve, by id.
    """

    choice: SweepChoice
    cases: tuple[Case, ...]
    keys: tuple[str, ...]
    members: tuple[str, ...]
    persons: tuple[str, ...]
    unknowns: Mapping[str, Unknown]
    engine: str = NUMPY


def plan_of(choice: SweepChoice, cases: Sequence[Case], keys: tuple[str, ...], engine: str) -> SweepPlan:
    """Return the plan of the draws of some variants, that of the folder as it stands first."""
    members = tuple(dict.fromkeys(name for case in cases for name in case.ids))
    persons = tuple(dict.fromkeys(name for case in cases for name in case.persons))
    unknowns = {name: unknown for case in reversed(cases) for name, unknown in case.unknowns.items()}
    return SweepPlan(choice, tuple(cases), keys, members, persons, unknowns, engine)


def work(plan: SweepPlan, first: int, stop: int) -> DrawResults:
    """Return the results of draws `first` to `stop` (excluded)."""
    found = nothing_found(plan, stop - first)
    waiting = rows_waiting(plan, found)
    draw_kwh(plan, first, stop, waiting)
    for one in waiting:
        one.write()
    return found


def rows_waiting(plan: SweepPlan, found: DrawResults) -> list[RowsWaiting]:
    """Return where the draws of each case wait for their euros, to be written in `found`."""
    return [
        RowsWaiting(case, found, v, at)
        for v, (case, at) in enumerate(zip(plan.cases, _places(plan), strict=True))
    ]


def draw_kwh(plan: SweepPlan, first: int, stop: int, waiting: Sequence[RowsWaiting]) -> None:
    """Add the kWh of draws `first` to `stop` (excluded) to what waits, case by case."""
    told, sums, year_of = _told(plan), engine_of(plan.engine), partial(weather_of, plan.choice)
    for year, numbers in groupby(sorted(range(first, stop), key=year_of), year_of):
        for number in numbers:
            drawn = draw(plan.choice, number, plan.unknowns)
            told[number] = replace(drawn, shape={})
            for v, case in enumerate(plan.cases):
                waiting[v].add(number - first, drawn, shared_of(case, drawn, sums))
                if len(plan.cases) > 1:
                    case.stocks[year].let_go()
        plan.cases[-1].stocks[year].let_go()  # one case and one year are in memory


def middle_results(plan: SweepPlan, *, side_by_side: bool = False) -> DrawResults:
    """Return what a plan gives where nothing is drawn, as one draw, `side_by_side` where draws catch up."""
    certain = replace(plan, choice=plan.choice.as_it_stands)
    return work_side_by_side(certain, 1) if side_by_side else work(certain, 0, 1)


def work_side_by_side(plan: SweepPlan, draws: int) -> DrawResults:
    """Return the results of the first draws of a plan of one case, whose only key catches up."""
    (case,) = plan.cases
    drawn = [draw(plan.choice, number, plan.unknowns) for number in range(draws)]
    meters = [meters_of(case, one) for one in drawn]
    needs, made = [meter.needs for meter in meters], [meter.made_kwh for meter in meters]
    sums = caught_up_sums(case.sheet, needs, made, by_plant=case.by_plant)
    found = nothing_found(plan, draws)
    (waiting,) = rows_waiting(plan, found)
    for position, (one, seen, shared) in enumerate(zip(drawn, meters, sums, strict=True)):
        out = shared_at_once(shared, seen.made_kwh.sum(axis=1))
        waiting.add(position, one, DrawnKwh(seen, (out,)))
    waiting.write()
    return found


def _places(plan: SweepPlan) -> list[tuple[list[int], list[int]]]:
    """Return, of each case, where its operation and members stand in the plan, and where its persons do."""
    member = {name: 1 + at for at, name in enumerate(plan.members)}
    person = {name: at for at, name in enumerate(plan.persons)}
    return [
        ([GROUP, *(member[name] for name in case.ids)], [person[name] for name in case.persons])
        for case in plan.cases
    ]


def nothing_found(plan: SweepPlan, draws: int) -> DrawResults:
    """Return results where nothing is known yet, for so many draws."""
    shape = (draws, len(plan.cases), len(plan.keys))
    return DrawResults(
        np.full((*shape, 1 + len(plan.members), len(INDICATORS)), np.nan),
        np.full((*shape, max(case.cash_years for case in plan.cases)), np.nan),
        np.full((*shape, len(plan.persons)), np.nan),
    )


@lru_cache(maxsize=2)
def draws_of(plan: SweepPlan, total: int) -> tuple[Draw, ...]:
    """Return the draws without their shapes, made once for all that is told of them."""
    told = _told(plan)
    for number in range(total):
        if number not in told:
            told[number] = replace(draw(plan.choice, number, plan.unknowns), shape={})
    return tuple(told[number] for number in range(total))


@lru_cache(maxsize=2)
def _told(plan: SweepPlan) -> dict[int, Draw]:  # noqa: ARG001 - the plan names the draws
    """Return the draws of a plan that this process made, without their shapes, by number."""
    return {}


def forget_draws() -> None:
    """Drop what is kept between tasks, the arrays of a case held in memory among them."""
    for kept in (_keys_by_leaver, _told, draws_of):
        kept.cache_clear()


def engine_of(name: str) -> SumSplits:
    """Return the function that sums splits: compiled, or numpy's."""
    if name == NUMBA:
        from scenarios.studies.batch.numba_sums import split_sums  # noqa: PLC0415 - numba costs 0.3 s and is an extra

        return split_sums
    from acc.batch.sums import split_sums as plain  # noqa: PLC0415 - beside the other, for the reader

    return plain


def case_results(case: Case, drawn: Draw, sum_splits: SumSplits) -> DrawResults:
    """Return the results of one variant under one draw: as `DrawResults` without its first two axes.

    Shapes (keys, 1 + N, indicators), (keys, H + 1), without columns where there is no plan, and (keys, P).
    """
    return results_of(case, drawn, shared_of(case, drawn, sum_splits))


def shared_of(case: Case, drawn: Draw, sum_splits: SumSplits) -> DrawnKwh:
    """Return the kWh of one variant under one draw: prices and costs are in none of them."""
    meters = meters_of(case, drawn)
    return DrawnKwh(meters, tuple(sums_of(case, drawn, meters, sum_splits)))


def results_of(case: Case, drawn: Draw, shared: DrawnKwh) -> DrawResults:
    """Return the results of a draw whose kWh are known; see `case_results`."""
    keys, members, persons = len(shared.sums), len(case.ids), len(case.persons)
    results = DrawResults(
        np.full((1, 1, keys, 1 + members, len(INDICATORS)), np.nan),
        np.full((1, 1, keys, case.cash_years), np.nan),
        np.full((1, 1, keys, persons), np.nan),
    )
    waiting = RowsWaiting(case, results, 0, ([*range(1 + members)], [*range(persons)]))
    waiting.add(0, drawn, shared)
    waiting.write()
    return DrawResults(results.values[0, 0], results.cash_eur[0, 0], results.gain_eur[0, 0])


def sums_of(case: Case, drawn: Draw, meters: Meters, sum_splits: SumSplits) -> list[SharedOut | None]:
    """Return the sums of each key: splits in one pass, the others by the reference."""
    leaver = drawn.leaver if drawn.leaver in case.ids else None
    keys = built_keys(case, leaver)
    splits = [split for key, split in keys if split is not None]
    fast = iter(split_out(case, meters, splits, sum_splits))
    return [
        next(fast)
        if split is not None
        else None
        if key is None
        else settled_out(case, drawn, meters, key, leaver)
        for key, split in keys
    ]


def built_keys(case: Case, leaver: str | None) -> tuple[tuple[Key | None, Split | None], ...]:
    """Return each key of a case, and as a split where it is one, for those who stay; None without meaning.

    Keys are what the group has signed: built on the curves as they stand, not on a draw. When a
    participant leaves they are built for the others, as their parameters then allow.
    """
    return _keys_by_leaver(_Same(case), leaver)


class _Same:
    """A case as the key of a cache: told by its files, whose folder is named after all that it rests on."""

    def __init__(self, case: Case) -> None:
        self.case = case
        load = case.stocks[0].load
        told = load if isinstance(load, Path) else id(case)
        self.name = (told, tuple(choice.name for choice in case.choices))

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.name == other.name


@lru_cache(maxsize=256)
def _keys_by_leaver(same: _Same, leaver: str | None) -> tuple[tuple[Key | None, Split | None], ...]:
    case = same.case
    spared = None if case.spared is None else mapped(case.spared)
    context = replace(case.context, saving_eur_per_kwh=spared)
    context = context if leaver is None else without(context, leaver)
    if case.scenario.battery is not None:
        km = case.battery_km
        if km is not None and leaver is not None:
            km = np.delete(km, case.ids.index(leaver))
        context = context_with_battery(context, case.scenario.battery, km)
    return tuple(_with_split(choice, case, context, leaver) for choice in case.choices)


def _with_split(
    choice: KeyChoice, case: Case, context: KeyContext, leaver: str | None
) -> tuple[Key | None, Split | None]:
    try:
        key = build_key(choice.name, choice.parameters, context)
    except InputError:
        if leaver is None:
            raise
        return None, None
    split = split_of(key, len(context.participants), case.sheet)
    if case.scenario.battery is not None:
        key = ServedLast(key)
    if split is None or leaver is None:
        return key, split
    # Who left keeps a column without needs: its share or weight is nobody's, its rank served nothing.
    gone = case.ids.index(leaver)
    return key, replace(split, number=np.insert(split.number, gone, 0.0, axis=-1))
