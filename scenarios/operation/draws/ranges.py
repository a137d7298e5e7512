"""The ranges of a sweep: P10, P50 and P90 of every indicator, and how often producers are paid back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.household_privacy import homes_together, together_id
from acc.quantiles import quantiles, recentre_quantiles, widen_quantiles
from acc.result.result import Ranges
from acc.result.sweep import Chances
from acc.sites import Participant
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import SweepPlan
from scenarios.operation.draws.draws import usual_draws
from scenarios.operation.draws.results import (
    BY_YEAR,
    CASH,
    GROUP,
    GROUP_INDICATORS,
    INDICATORS,
    MEMBER_INDICATORS,
    DrawResults,
)

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
