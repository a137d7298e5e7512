"""The ranges of a sweep: P10, P50 and P90 of every indicator, and how often producers are paid back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, column_sums
from acc.household_privacy import homes_together, together_id
from acc.quantiles import quantiles, recentre_quantiles, widen_quantiles
from acc.result.result import PANELS, Ranges
from acc.result.sweep import Chances
from acc.sites import Participant, Said
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import SweepPlan, built_keys, engine_of, shaped_draw, shared_of
from scenarios.operation.draws.draws import DRAWN_AGAIN, Draw, draw, usual_draws
from scenarios.operation.draws.meters import meters_of, used_by_sites
from scenarios.operation.draws.outputs import ANGLES_DEG, known_by
from scenarios.operation.draws.results import (
    BY_YEAR,
    CASH,
    GROUP,
    GROUP_INDICATORS,
    INDICATORS,
    MEMBER_INDICATORS,
    DrawResults,
)
from scenarios.operation.draws.unknowns import curve_spreads

NEVER_YEARS, LAST_YEAR = 1e9, 1e3
"""What stands for a payback that never comes, and a year that no plan reaches."""

OF_SITES = ("received_kwh", "saving_eur_ht")
"""What keys are set side by side on, participant by participant."""

EVERYBODY = "gain_eur_ht"
"""What they are judged on: what all persons gain together, producers included, and each of them."""

COMPARED = (*OF_SITES, EVERYBODY)

OF_KWH = (*MEMBER_INDICATORS[:3], *GROUP_INDICATORS[:3])
"""Indicators without euros: hours of off-peak move none of them."""

OF_PLAN = frozenset(name for name in INDICATORS if "npv" in name or "payback" in name) | {CASH}
"""What years of the plan tell, beside the first one."""

CONNECTED = {name: f"connected_{name}" for name in ("everybody_npv_eur_ht", "npv_eur_ht", "payback_years")}
"""Ranges that go from connections at nothing to connections at their upper figure, where unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """A sweep in the figures that are printed; see the functions for how each is made.

    Attributes:
        results: as `compute.work` gives it.
        middle: what a run prints, as one draw: ranges are laid around it; None leaves them where draws are.
    """

    plan: SweepPlan
    results: DrawResults
    middle: DrawResults | None = None

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.results.values)

    def of(self, indicator: str, variant: int = 0) -> FloatArray:
        """Return one indicator, shape (draws, keys, 1 + members)."""
        return self.results.values[:, variant, :, :, INDICATORS.index(indicator)]

    def rows(self, indicator: str, variant: int = 0) -> tuple[tuple[str, ...], FloatArray]:
        """Subjects of an indicator, the operation ("") first, and its values by draw and key.

        Participants; for what everybody gains, persons.
        """
        values = self.of(indicator, variant)
        if indicator != EVERYBODY:
            return self.members, values
        of_all = values[:, :, GROUP : GROUP + 1]
        return ("", *self.plan.persons), np.concatenate([of_all, self.results.gain_eur[:, variant]], axis=2)

    def usual(self, indicator: str, variant: int = 0) -> BoolArray:
        """Draws with all members and, for euros, present hours, as in a run, (draws,)."""
        has_reform = self.plan.cases[variant].reformed_slots is not None and indicator not in OF_KWH
        return usual_draws(replace(self.plan.choice, draws=self.draws), has_reform=has_reform)

    def is_unsure(self, indicator: str, variant: int = 0) -> bool:
        """Return whether what a run counts in an indicator may fail to happen, or come late."""
        case = self.plan.cases[variant]
        return case.unsure_from <= (case.later_years if indicator in OF_PLAN else 1)

    @property
    def members(self) -> tuple[str, ...]:
        """Row names: the operation (""), then the participants."""
        return ("", *self.plan.members)


def ranges(summary: Summary, key: str, variant: int = 0) -> Ranges:
    """Return P10, P50 and P90 of every indicator under one key, as `acc.result.result.Ranges` has them."""
    by_indicator: dict[str, dict[str, tuple[float, float, float]]] = {}
    for indicator in INDICATORS:
        if indicator in CONNECTED.values():
            continue
        low, middle, high = _quantiles(summary, indicator, key, variant)
        if indicator in CONNECTED:
            of = _quantiles(summary, CONNECTED[indicator], key, variant)
            low, high = (low, of[2]) if indicator == "payback_years" else (of[0], high)
        rows = {
            name: (float(low[n]), float(middle[n]), float(high[n]))
            for n, name in enumerate(summary.members)
            if np.isfinite(middle[n]) and not (indicator == "payback_years" and high[n] > LAST_YEAR)
        }
        if rows:
            by_indicator[indicator] = rows
    k = summary.plan.keys.index(key)
    for name in BY_YEAR:
        years = enumerate(_by_year(summary, name, k, variant).T)
        by_year = {
            str(y): (float(low), float(mid), float(high)) for y, (low, mid, high) in years if np.isfinite(mid)
        }
        if by_year:
            by_indicator[name] = by_year
    return by_indicator


def _by_year(summary: Summary, name: str, k: int, variant: int) -> FloatArray:
    """Return P10, P50 and P90 of one of `BY_YEAR` in each year of the plan, (3, H + 1).

    Cash is cumulated from what is built; of the others a year before what may not happen is as sure as any.
    """
    years, at = summary.results.by_year.shape[-1], BY_YEAR.index(name)
    if not years:
        return np.zeros((3, 0))
    sure = sum(year < summary.plan.cases[variant].unsure_from for year in range(years))
    if name == CASH:
        sure = 0 if summary.is_unsure(name, variant) else years

    def ends(first: int, stop: int, *, unsure: bool) -> FloatArray:
        def some(of: DrawResults) -> FloatArray:
            return of.by_year[:, variant, k, at, first:stop]

        return _around(summary, name, variant, some, unsure=unsure)

    return np.hstack([ends(0, sure, unsure=False), ends(sure, years, unsure=True)])


def _quantiles(summary: Summary, indicator: str, key: str, variant: int) -> FloatArray:
    """Return P10, P50 and P90 of an indicator under one key, (3, 1 + N)."""
    k = summary.plan.keys.index(key)

    def of_key(results: DrawResults) -> FloatArray:
        return _in_order(replace(summary, results=results), indicator, variant)[:, k]

    return _around(summary, indicator, variant, of_key)


def _around(
    summary: Summary,
    indicator: str,
    variant: int,
    of: Callable[[DrawResults], FloatArray],
    *,
    unsure: bool | None = None,
) -> FloatArray:
    """Return the quantiles of what `of` takes of draws (D, ...), around what it takes of the run.

    Args:
        unsure: whether what it takes may fail to happen; None asks the summary of the indicator.
    """
    values = of(summary.results)
    if summary.middle is None:
        return quantiles(values)
    middle = of(summary.middle)[0]
    if indicator.endswith("payback_years"):  # a year that never comes is no distance
        at = quantiles(values)[1]
        middle = np.where((middle < LAST_YEAR) & (at < LAST_YEAR), middle, np.nan)
    if summary.is_unsure(indicator, variant) if unsure is None else unsure:
        return widen_quantiles(middle, values)
    most = 1.0 if indicator.endswith("_ratio") else np.inf
    return recentre_quantiles(middle, values, summary.usual(indicator, variant), most)


def _in_order(summary: Summary, indicator: str, variant: int) -> FloatArray:
    """Return an indicator, (draws, keys, 1 + members), a payback that never comes later than any year.

    Left out, the range would be that of the lucky draws.
    """
    values = summary.of(indicator, variant)
    if not indicator.endswith("payback_years"):
        return values
    never = np.isnan(values) & np.isfinite(summary.of("npv_eur_ht", variant))
    return np.where(never, NEVER_YEARS, values)


def person_ranges(summary: Summary, key: str, variant: int = 0) -> Ranges:
    """Return P10, P50 and P90 of what each person gains, and of what its sites receive and save together."""
    names, columns = _persons(summary, summary.results, key, variant)
    by_indicator = {}
    for indicator in columns:

        def of_persons(results: DrawResults, indicator: str = indicator) -> FloatArray:
            return _persons(summary, results, key, variant)[1][indicator]

        low, middle, high = _around(summary, indicator, variant, of_persons)
        by_indicator[indicator] = {
            name: (float(low[n]), float(middle[n]), float(high[n]))
            for n, name in enumerate(names)
            if np.isfinite(middle[n])
        }
    return {indicator: by for indicator, by in by_indicator.items() if by}


def _persons(
    summary: Summary, results: DrawResults, key: str, variant: int
) -> tuple[tuple[str, ...], dict[str, FloatArray]]:
    """Return persons, homes that are told together last, and what draws give each, (D, Q) by indicator."""
    plan, k, case = summary.plan, summary.plan.keys.index(key), summary.plan.cases[variant]
    place = {name: at for at, name in enumerate(plan.persons)}
    values = {EVERYBODY: results.gain_eur[:, variant, k][:, [place[name] for name in case.persons]]}
    row = {name: at for at, name in enumerate(summary.members)}
    rows = [row[name] for name in case.ids]
    for indicator in OF_SITES:
        of_sites = results.values[:, variant, k, :, INDICATORS.index(indicator)][:, rows]
        own = [of_sites[:, case.person_of_site == n] for n in range(len(case.persons))]
        values[indicator] = (
            np.stack([_together(of) for of in own], axis=1) if own else np.zeros((len(of_sites), 0))
        )
    names = case.persons
    if pool := _homes(case):
        # What homes gain together is shown, what each gains is not.
        names = (*names, together_id(case.persons[n] for n in pool))
        values = {name: np.column_stack([of, _together(of[:, pool])]) for name, of in values.items()}
    return names, values


def _together(values: FloatArray) -> FloatArray:
    """Return the sum of the columns that are known, by draw; nan where none is."""
    return np.where(np.isfinite(values).any(axis=1), np.nansum(values, axis=1), np.nan)


def _homes(case: Case) -> list[int]:
    """Return the columns of the persons whose homes are shown in one row; nobody is told without prices."""
    if not case.persons:
        return []
    participants: dict[str, list[Participant]] = {name: [] for name in case.persons}
    for site, at in zip(case.scenario.participants, case.person_of_site.tolist(), strict=True):
        participants[case.persons[at]].append(site)
    pooled = homes_together(participants)
    return [at for at, name in enumerate(case.persons) if name in pooled]


def chances(summary: Summary, key: str, variant: int = 0) -> Chances | None:
    """Return in which part of the draws the producers are paid back; None without a plan."""
    k = summary.plan.keys.index(key)
    npv = summary.of("npv_eur_ht", variant)[:, k, GROUP]
    known = np.isfinite(npv)
    if not known.any():
        return None
    payback = summary.of("payback_years", variant)[:, k, GROUP]
    return Chances(
        paid_back=float(np.isfinite(payback[known]).mean()),
        npv_positive=float((npv[known] > 0.0).mean()),
    )


LEAST_RATIO = 0.03
"""A question whose answer narrows less is not asked."""

MOST_SITES = 2
"""Members asked of: those with most of the shared energy that no meter nor poste tells by the hour."""

DRAWS = DRAWN_AGAIN
"""Made again for each answer; nothing is asked where there are fewer, nor through a battery: too long."""

Drawn: TypeAlias = tuple[Case, Draw]
"""A draw of a case."""


def narrowing(summary: Summary, key: str, variant: int = 0) -> dict[str, float]:
    """Narrowing of the range of shared energy by each answer, a ratio, largest first.

    The answer is a bill by poste of one member, or the planes of the panels read on a plan (`PANELS`). The
    same draws are made again as if it were known: what changes in each is its own part of the variance. Bills
    by poste leave some of it (`answer.postes-left`).
    """
    plan, case = summary.plan, summary.plan.cases[variant]
    column = plan.keys.index(key)
    received = summary.of("received_kwh", variant)[:DRAWS, column]
    total = received[:, GROUP]
    if len(received) < DRAWS or case.scenario.has_devices or not total.var() > 0.0:
        return {}
    parts = np.nan_to_num(received).mean(axis=0)[[1 + plan.members.index(name) for name in case.ids]]
    order = [case.ids[n] for n in np.argsort(-parts, kind="stable")]
    questions = [name for name in order if plan.unknowns[name].unsaid is not None][:MOST_SITES]
    if any(known_by(plant) in ANGLES_DEG for plant in case.scenario.plants):
        questions.append(PANELS)
    own = replace(case, choices=(case.choices[column],), by_plant=False, draws_plan=False)
    answered = _shared_kwh(plan, own, questions)
    left = curve_spreads()["answer.postes-left"]
    ratios = {}
    for name, shared in answered.items():
        own_part = float((total - shared).var() / total.var())
        known = own_part if name == PANELS else own_part * (1.0 - left**2)
        ratios[name] = 1.0 - sqrt(max(0.0, 1.0 - known))
    return {
        name: ratios[name]
        for name in sorted(ratios, key=lambda item: (-ratios[item], item))
        if ratios[name] >= LEAST_RATIO
    }


def _shared_kwh(plan: SweepPlan, case: Case, questions: Sequence[str]) -> dict[str, FloatArray]:
    """Shared energy in each draw once each question is answered, (DRAWS,), kWh: no euro is counted."""
    shared_kwh = {name: np.zeros(DRAWS) for name in questions}
    plants = tuple(replace(plant, said=Said.PLAN) for plant in case.scenario.plants)
    known = replace(case, scenario=replace(case.scenario, plants=plants))
    for number in range(DRAWS):
        drawn = shaped_draw(plan, number)
        answered = {
            name: (known, drawn) if name == PANELS else (case, _with_curve(plan, drawn, name))
            for name in questions
        }
        ((_key, split),) = built_keys(case, frozenset(name for name in case.ids if name == drawn.leaver))
        shared = _pooled_kwh if split is not None and split.wastes_nothing else _settled_kwh
        for name, kwh in shared(plan, (case, drawn), answered).items():
            shared_kwh[name][number] = kwh
    return shared_kwh


def _with_curve(plan: SweepPlan, drawn: Draw, name: str) -> Draw:
    """Draw whose curve of one site is known: from their own streams, the others stay."""
    unknown = plan.unknowns[name]
    known = replace(unknown, doubt_share=0.0, unsaid=None, common_level_ratio=0.0, own_level_ratio=0.0)
    if unknown.unsaid is not None and unknown.unsaid.split_ratio:  # the others share its kWh anew
        return draw(plan.choice, drawn.number, {**plan.unknowns, name: known})
    alone = draw(plan.choice, drawn.number, {name: known})
    load_ratio = {**drawn.load_ratio, **alone.load_ratio}
    return replace(drawn, load_ratio=load_ratio, shape={**drawn.shape, **alone.shape})


def _settled_kwh(plan: SweepPlan, _before: Drawn, answered: Mapping[str, Drawn]) -> dict[str, float]:
    """Shared energy in a draw once each question is answered, settled anew, kWh."""
    sums = engine_of(plan.engine)
    shared_by_name = {name: shared_of(case, drawn, sums).sums[0] for name, (case, drawn) in answered.items()}
    return {
        name: 0.0 if out is None else float(out.sums.shared_kwh.sum()) for name, out in shared_by_name.items()
    }


def _pooled_kwh(_plan: SweepPlan, before: Drawn, answered: Mapping[str, Drawn]) -> dict[str, float]:
    """The same under a key that wastes nothing: the lesser of production and need at each step.

    What all need is summed once: the answer changes the needs of a few.
    """
    case, drawn = before
    usual, shared_kwh = meters_of(case, drawn), dict[str, float]()
    need, pool = usual.needs.total(), column_sums(usual.made_kwh)
    for name, (known, again) in answered.items():
        moved = np.array([n for n, id_ in enumerate(case.ids) if _differ(drawn, again, id_)], dtype=np.int64)
        output_kwh = pool
        if known is case and case.later is None and not np.isin(moved, case.hosts).any():
            needs, _bending = used_by_sites(case, again)
        else:
            meters = meters_of(known, again)
            needs, output_kwh = meters.needs, column_sums(meters.made_kwh)
            moved = np.union1d(np.union1d(usual.needs.hosts, needs.hosts), moved)
        change = column_sums(needs.withdrawn(moved)) - column_sums(usual.needs.withdrawn(moved))
        shared_kwh[name] = float(np.minimum(output_kwh, need + change).sum())
    return shared_kwh


def _differ(drawn: Draw, again: Draw, name: str) -> bool:
    same_load = drawn.load_ratio[name] == again.load_ratio[name]
    return not same_load or drawn.shape.get(name) is not again.shape.get(name)
