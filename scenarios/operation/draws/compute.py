"""Draws in, results out: the keys of a case, a range of draws, the gains of persons.

A task needs no state: the draws come from the seed and their numbers, the arrays from their files.

What a draw does to meters and prices is that of a sweep; the years of bills and plants are the ledger's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import numpy as np

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.batch.key_forms import SumSplits, caught_up_sums, split_of
from acc.batch.sums import ProductiveSteps, Split
from acc.devices.battery import ServedLast, context_with_battery
from acc.keys import KeyContext, build_key
from acc.problem import InputError
from acc.scenario import KeyChoice
from acc.settle import Key
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import DRAWN_AGAIN, Draw, draw, weather_of
from scenarios.operation.draws.euros import Volumes, euros_of, joined
from scenarios.operation.draws.loads import mapped
from scenarios.operation.draws.meters import (
    DrawnYears,
    Meters,
    SharedOut,
    first_and_later,
    meters_of,
    nothing_shared,
    settled_out,
    shared_at_once,
    split_out,
    taken,
)
from scenarios.operation.draws.results import (
    BY_YEAR,
    GROUP,
    INDICATORS,
    DrawnKwh,
    DrawResults,
    LaterSums,
    RowsWaiting,
    volumes_of,
)
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.draws.unknowns import Unknown
from scenarios.operation.ready.operation import Operation

NUMBA, NUMPY = "numba", "numpy"

FEW_SHAPES = 60
"""Members up to whom the shapes of the draws that are made again are kept, 0.3 MB each."""


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
    results = empty_results(plan, stop - first)
    waiting = rows_waiting(plan, results)
    draw_kwh(plan, first, stop, waiting)
    for rows in waiting:
        rows.write()
    return results


def rows_waiting(plan: SweepPlan, results: DrawResults) -> list[RowsWaiting]:
    """Rows of `results` where the draws of each case wait for their euros."""
    return [
        RowsWaiting(case, results, v, at)
        for v, (case, at) in enumerate(zip(plan.cases, _places(plan), strict=True))
    ]


def draw_kwh(plan: SweepPlan, first: int, stop: int, waiting: Sequence[RowsWaiting]) -> None:
    """Add the kWh of draws `first` to `stop` (excluded) to what waits, case by case."""
    draws, sums, year_of = _drawn_values(plan), engine_of(plan.engine), partial(weather_of, plan.choice)
    shaped = DRAWN_AGAIN if len(plan.unknowns) <= FEW_SHAPES else 0
    for year, numbers in groupby(sorted(range(first, stop), key=year_of), year_of):
        for number in numbers:
            drawn = draw(plan.choice, number, plan.unknowns)
            draws[number] = drawn if number < shaped else replace(drawn, shape={})
            for v, case in enumerate(plan.cases):
                waiting[v].add(number - first, drawn, shared_of(case, drawn, sums))
                if len(plan.cases) > 1:
                    case.stocks[year].let_go()
        plan.cases[-1].stocks[year].let_go()  # one case and one year are in memory


def middle_results(plan: SweepPlan, *, side_by_side: bool = False) -> DrawResults:
    """Results of a plan without any draw, as one draw; `side_by_side` where draws catch up."""
    certain = replace(plan, choice=plan.choice.without_uncertainty)
    return work_side_by_side(certain, 1) if side_by_side else work(certain, 0, 1)


def work_side_by_side(plan: SweepPlan, draws: int) -> DrawResults:
    """Return the results of the first draws of a plan of one case, whose only key catches up."""
    (case,) = plan.cases
    drawn = [draw(plan.choice, number, plan.unknowns) for number in range(draws)]
    meters = [meters_of(case, each) for each in drawn]
    needs, output = [meter.needs for meter in meters], [meter.made_kwh for meter in meters]
    sums = caught_up_sums(case.sheet, needs, output, by_plant=case.by_plant)
    results = empty_results(plan, draws)
    (waiting,) = rows_waiting(plan, results)
    for position, (sample, seen, shared) in enumerate(zip(drawn, meters, sums, strict=True)):
        out = shared_at_once(shared, seen.made_kwh.sum(axis=1))
        waiting.add(position, sample, DrawnKwh(seen, (out,)))
    waiting.write()
    return results


def _places(plan: SweepPlan) -> list[tuple[list[int], list[int]]]:
    """Return, of each case, where its operation and members stand in the plan, and where its persons do."""
    member = {name: 1 + at for at, name in enumerate(plan.members)}
    person = {name: at for at, name in enumerate(plan.persons)}
    return [
        ([GROUP, *(member[name] for name in case.ids)], [person[name] for name in case.persons])
        for case in plan.cases
    ]


def empty_results(plan: SweepPlan, draws: int) -> DrawResults:
    """Return results where nothing is known yet, for so many draws."""
    years = max(case.cash_years for case in plan.cases)
    shape = (draws, len(plan.cases), len(plan.keys))
    return _unknown_results(shape, len(plan.members), years, len(plan.persons))


def _unknown_results(shape: tuple[int, int, int], members: int, years: int, persons: int) -> DrawResults:
    """Results of which nothing is known, for so many draws, variants and keys."""
    sizes = (1 + members, len(INDICATORS)), (len(BY_YEAR), years), (persons,)
    return DrawResults(*(np.full((*shape, *size), np.nan) for size in sizes))


@lru_cache(maxsize=2)
def draws_of(plan: SweepPlan, total: int) -> tuple[Draw, ...]:
    """Return the draws without their shapes, made once for all that is told of them."""
    draws = _drawn_values(plan)
    for number in range(total):
        if number not in draws:
            draws[number] = replace(draw(plan.choice, number, plan.unknowns), shape={})
    return tuple(draws[number] for number in range(total))


def shaped_draw(plan: SweepPlan, number: int) -> Draw:
    """Return a draw with its shapes, from those that this process made where it kept them."""
    known = _drawn_values(plan).get(number)
    return known if known is not None and known.shape else draw(plan.choice, number, plan.unknowns)


@lru_cache(maxsize=2)
def _drawn_values(plan: SweepPlan) -> dict[int, Draw]:  # noqa: ARG001 - the plan names the draws
    """Return the draws of a plan that this process made, few with their shapes, by number."""
    return {}


def forget_draws() -> None:
    """Drop what is kept between tasks, the arrays of a case held in memory among them."""
    for kept in (_keys_without, _drawn_values, draws_of, taken):
        kept.cache_clear()


def engine_of(name: str) -> SumSplits:
    """Return the function that sums splits: compiled, or numpy's."""
    if name == NUMBA:
        from scenarios.operation.batch.numba_sums import split_sums  # noqa: PLC0415 - numba costs 0.3 s and is an extra

        return split_sums
    from acc.batch.sums import split_sums as plain  # noqa: PLC0415 - beside the other, for the reader

    return plain


def shared_of(case: Case, drawn: Draw, sum_splits: SumSplits) -> DrawnKwh:
    """Return the kWh of one variant under one draw: prices and costs are in none of them."""
    return shared_in(case, drawn, *first_and_later(case, drawn), sum_splits)


def shared_in(
    case: Case, drawn: Draw, meters: Meters, years: DrawnYears | None, sum_splits: SumSplits
) -> DrawnKwh:
    """Sharing of each key in a draw, for the first year and the later ones."""
    sums = tuple(sums_of(case, drawn, meters, sum_splits))
    if years is None or not case.later_years:
        return DrawnKwh(meters, sums)
    return DrawnKwh(meters, sums, later_of(case, drawn, years, sum_splits))


def later_of(case: Case, drawn: Draw, years: DrawnYears, sum_splits: SumSplits) -> LaterSums:
    """Sharing in each settled year of a draw."""
    settled = years.settled(case.later_years, exact=drawn.chances is None)
    first = years.steady.consumption_by_group_kwh.sum(axis=1)
    by_year = []
    for year in settled:
        meters = years.in_year(year)
        need = meters.consumption_by_group_kwh.sum(axis=1)
        # Keys are signed on curves as they stand: what changes moves them, not what is drawn.
        moved = np.divide(need, first, out=np.ones_like(need), where=first > 0.0)
        signed = np.where(first > 0.0, case.context.consumption_kwh * moved, need)
        by_year.append(
            (
                meters,
                tuple(sums_of(case, drawn, meters, sum_splits, years.away(year), (signed, years.grid.sheet))),
            )
        )
    return LaterSums(tuple(settled), tuple(by_year), years.counted)


def results_of(case: Case, drawn: Draw, shared: DrawnKwh) -> DrawResults:
    """Results of one variant in a draw whose kWh are known: `DrawResults` without its first two axes.

    Shapes (keys, 1 + N, indicators), (keys, 3, H + 1), without columns where there is no plan, and (keys, P).
    """
    keys, members, persons = len(shared.sums), len(case.ids), len(case.persons)
    results = _unknown_results((1, 1, keys), members, case.cash_years, persons)
    waiting = RowsWaiting(case, results, 0, ([*range(1 + members)], [*range(persons)]))
    waiting.add(0, drawn, shared)
    waiting.write()
    return DrawResults(results.values[0, 0], results.by_year[0, 0], results.gain_eur[0, 0])


def sums_of(
    case: Case,
    drawn: Draw,
    meters: Meters,
    sum_splits: SumSplits,
    away: frozenset[str] = frozenset(),
    later: tuple[FloatArray, ProductiveSteps] | None = None,
) -> list[SharedOut | None]:
    """Return the sums of each key: splits in one pass, the others by the reference.

    Args:
        away: who takes no part in this year of a plan.
        later: of a year of a plan, what each participant needs as the keys may know, and the steps that
            `meters` are told on.
    """
    if not case.scenario.sharing:
        return [nothing_shared(case, meters)]
    out = away | ({drawn.leaver} if drawn.leaver in case.ids else frozenset())
    keys = built_keys(case, out, None if later is None else later[0])
    splits = [split for key, split in keys if split is not None]
    on_sheet = case if later is None else replace(case, sheet=later[1])
    fast = iter(split_out(on_sheet, meters, splits, sum_splits))
    return [
        next(fast)
        if split is not None
        else None
        if key is None
        else settled_out(case, drawn, meters, key, out)
        for key, split in keys
    ]


Built: TypeAlias = tuple[tuple[Key | None, Split | None], ...]


def built_keys(case: Case, out: frozenset[str] = frozenset(), needs_kwh: FloatArray | None = None) -> Built:
    """Return each key of a case, and as a split where it is one, for those who are in; None without meaning.

    Keys are what the group has signed: built on the curves as they stand, not on a draw. When a
    participant leaves they are built for the others, as their parameters then allow.
    """
    if needs_kwh is None:
        return _keys_without(_Same(case), out)
    return _built(case, out, needs_kwh)


class _Same:
    """A case as the key of a cache: told by its files, whose folder is named after all that it rests on."""

    def __init__(self, case: Case) -> None:
        self.case = case
        load = case.stocks[0].load
        source = load if isinstance(load, Path) else id(case)
        self.name = (source, tuple(choice.name for choice in case.choices))

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.name == other.name


@lru_cache(maxsize=256)
def _keys_without(same: _Same, out: frozenset[str]) -> Built:
    return _built(same.case, out, same.case.context.consumption_kwh)


def _built(case: Case, out: frozenset[str], needs_kwh: FloatArray) -> Built:
    spared = None if case.spared is None else mapped(case.spared)
    context = replace(case.context, saving_eur_per_kwh=spared, consumption_kwh=needs_kwh)
    stay = [n for n, name in enumerate(case.ids) if name not in out]
    context = context.part(stay) if out else context
    if case.scenario.battery is not None:
        km = case.battery_km
        context = context_with_battery(context, case.scenario.battery, None if km is None else km[stay])
    return tuple(_with_split(choice, case, context, stay) for choice in case.choices)


def _with_split(
    choice: KeyChoice, case: Case, context: KeyContext, stay: Sequence[int]
) -> tuple[Key | None, Split | None]:
    complete = len(stay) == len(case.ids)
    try:
        key = build_key(choice.name, choice.parameters, context)
    except InputError:
        if complete:
            raise
        return None, None
    split = split_of(key, len(context.participants), case.sheet)
    if case.scenario.battery is not None:
        key = ServedLast(key)
    if split is None or complete:
        return key, split
    # Who is out keeps a column without needs: its share or weight is nobody's, its rank served nothing.
    number = np.zeros((*split.number.shape[:-1], len(case.ids)))
    number[..., stay] = split.number
    return key, replace(split, number=number)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnGain:
    """What each person of the case gains in a draw, (P,), or in several, (P, D).

    Attributes:
        gain_eur: over the period.
        npv_eur: over the plan, None without one; `connected_npv_eur` where connections that nobody knows cost
            their upper figure.
    """

    gain_eur: FloatArray
    npv_eur: FloatArray | None
    connected_npv_eur: FloatArray | None


def drawn_gain(case: Case, drawn: Draw, engine: str, out: frozenset[str] = frozenset()) -> DrawnGain:
    """Gain of each person in a draw.

    Args:
        out: participants, hosts of no plant, who take no part: their load is 0 in this draw.

    Raises:
        ValueError: a case without prices.
    """
    kwh = volumes_of(case, drawn, _shared(case, drawn, first_and_later(case, drawn), engine))
    left = np.array([name in out for name in case.ids], dtype=np.bool_)
    euros = euros_of(case, replace(kwh, stays=kwh.stays & ~left))
    plan = (None if eur is None else eur[0] for eur in (euros.npv_eur, euros.connected_npv_eur))
    return DrawnGain(euros.gain_eur[0], *plan)


def drawn_gains(cases: Sequence[Case], draws: Sequence[Draw], engine: str) -> list[DrawnGain]:
    """Return the gains of each person in each draw, (P, D), under each of some cases on the same meters."""
    kwh = drawn_kwh(cases, draws, engine)
    return [gains_of(case, own) for case, own in zip(cases, kwh, strict=True)]


def drawn_kwh(cases: Sequence[Case], draws: Sequence[Draw], engine: str) -> list[Volumes]:
    """Return the kWh of each draw under each of some cases on the same meters.

    What they inject and use is drawn once for all, and shared once for those that share it alike.
    """
    alike = [next(at for at, other in enumerate(cases) if shares_alike(other, case)) for case in cases]
    kwh: list[list[Volumes]] = [[] for _case in cases]
    for drawn in draws:
        seen = first_and_later(cases[0], drawn)
        sums = {at: _shared(cases[at], drawn, seen, engine) for at in dict.fromkeys(alike)}
        for case, at, rows in zip(cases, alike, kwh, strict=True):
            rows.append(volumes_of(case, drawn, sums[at]))
    return list(map(joined, kwh))


def gains_of(case: Case, kwh: Volumes) -> DrawnGain:
    """Gain of each person in each draw, (P, D), EUR."""
    euros = euros_of(case, kwh)
    plan = (None if eur is None else eur.T for eur in (euros.npv_eur, euros.connected_npv_eur))
    return DrawnGain(euros.gain_eur.T, *plan)


def shares_alike(first: Case, other: Case) -> bool:
    """Return whether two cases on the same meters share the same kWh in every draw, whatever their prices."""
    if first is other:
        return True
    if (first.choices, first.scenario.sharing, first.by_plant) != (
        other.choices,
        other.scenario.sharing,
        other.by_plant,
    ):
        return False
    splits = [[split for _key, split in built_keys(case)] for case in (first, other)]
    return all(
        a is not None
        and b is not None
        and (a.form, a.production_share) == (b.form, b.production_share)
        and np.array_equal(a.number, b.number)
        for a, b in zip(*splits, strict=True)
    )


def _shared(case: Case, drawn: Draw, seen: tuple[Meters, DrawnYears | None], engine: str) -> DrawnKwh:
    """Shared kWh under the key of the case."""
    meters, years = seen
    shared = shared_in(case, drawn, meters, years, engine_of(engine))
    return replace(shared, sums=tuple(sums for sums in shared.sums if sums is not None))


def at_run_prices(operation: Operation, money: Money) -> Operation:
    """Return the operation whose surplus sold by the hour has the mean price that it has in the run."""
    tariffs = operation.tariffs
    if tariffs is None or not money.sales:
        return operation
    pairs = zip(tariffs.plants, money.plants, strict=True)
    plants = tuple(replace(tariff, surplus=earned.contract) for tariff, earned in pairs)
    return replace(operation, tariffs=replace(tariffs, plants=plants))
