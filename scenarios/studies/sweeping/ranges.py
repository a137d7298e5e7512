"""The ranges of a sweep: P10, P50 and P90 of every indicator, and how often producers are paid back."""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import homes_together, together_id
from acc.quantiles import quantiles
from acc.result.result import Ranges
from acc.result.sweep import Chances
from acc.sites import Participant
from scenarios.studies.draws.case import Case
from scenarios.studies.draws.indicators import GROUP, INDICATORS
from scenarios.studies.sweeping.results import DrawResults
from scenarios.studies.sweeping.worker import SweepPlan

NEVER_YEARS, LAST_YEAR = 1e9, 1e3
"""What stands for a payback that never comes, and a year that no plan reaches."""

OF_SITES = ("received_kwh", "saving_eur_ht")
"""What keys are set side by side on, participant by participant."""

EVERYBODY = "gain_eur_ht"
"""What they are judged on: what all persons gain together, producers included, and each of them."""

COMPARED = (*OF_SITES, EVERYBODY)

CASH = "cumulated_eur"
"""The producers' cumulated cash, among the ranges; by year in place of members."""


CONNECTED = {name: f"connected_{name}" for name in ("everybody_npv_eur_ht", "npv_eur_ht", "payback_years")}
"""Ranges that go from connections at nothing to connections at their upper figure, where unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """A sweep in the figures that are printed; see the functions for how each is made.

    Attributes:
        found: as `sweep_work.work` gives it.
    """

    plan: SweepPlan
    found: DrawResults

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.found.values)

    def of(self, indicator: str, variant: int = 0) -> FloatArray:
        """Return one indicator, shape (draws, keys, 1 + members)."""
        values: FloatArray = self.found.values[:, variant, :, :, INDICATORS.index(indicator)]
        return values

    def rows(self, indicator: str, variant: int = 0) -> tuple[tuple[str, ...], FloatArray]:
        """Return whom one indicator is known of, the operation ("") first, and its values by draw and key.

        Participants; for what everybody gains, persons.
        """
        values = self.of(indicator, variant)
        if indicator != EVERYBODY:
            return self.members, values
        of_all = values[:, :, GROUP : GROUP + 1]
        return ("", *self.plan.persons), np.concatenate([of_all, self.found.gain_eur[:, variant]], axis=2)

    @property
    def members(self) -> tuple[str, ...]:
        """Row names: the operation (""), then the participants."""
        return ("", *self.plan.members)


def ranges(summary: Summary, key: str, variant: int = 0) -> Ranges:
    """Return P10, P50 and P90 of every indicator under one key, as `acc.result.result.Ranges` has them."""
    k = summary.plan.keys.index(key)
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    for indicator in INDICATORS:
        if indicator in CONNECTED.values():
            continue
        low, middle, high = quantiles(_in_order(summary, indicator, variant)[:, k])
        if indicator in CONNECTED:
            of = quantiles(_in_order(summary, CONNECTED[indicator], variant)[:, k])
            low, high = (low, of[2]) if indicator == "payback_years" else (of[0], high)
        rows = {
            name: (float(low[n]), float(middle[n]), float(high[n]))
            for n, name in enumerate(summary.members)
            if np.isfinite(middle[n]) and not (indicator == "payback_years" and high[n] > LAST_YEAR)
        }
        if rows:
            found[indicator] = rows
    cash = quantiles(summary.found.cash_eur[:, variant, k])
    years = {str(y): (float(low), float(mid), float(high)) for y, (low, mid, high) in enumerate(cash.T)}
    return found | ({CASH: years} if years else {})


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
    plan, k, case = summary.plan, summary.plan.keys.index(key), summary.plan.cases[variant]
    place = {name: at for at, name in enumerate(plan.persons)}
    places = [place[name] for name in case.persons]
    gain = summary.found.gain_eur[:, variant, k][:, places]
    values = {"gain_eur_ht": gain}
    row = {name: at for at, name in enumerate(summary.members)}
    rows = [row[name] for name in case.ids]
    for indicator in OF_SITES:
        of_sites = summary.of(indicator, variant)[:, k][:, rows]
        together = np.full((summary.draws, len(places)), np.nan)
        for n in range(len(places)):
            own = of_sites[:, case.person_of_site == n]
            together[:, n] = _together(own)
        values[indicator] = together
    names = case.persons
    if pool := _homes(case):
        # What homes gain together is shown, what each gains is not.
        names = (*names, together_id(case.persons[n] for n in pool))
        values = {name: np.column_stack([of, _together(of[:, pool])]) for name, of in values.items()}
    found = {
        indicator: {
            name: (float(low), float(middle), float(high))
            for name, (low, middle, high) in zip(names, quantiles(of).T, strict=True)
            if np.isfinite(middle)
        }
        for indicator, of in values.items()
    }
    return {indicator: by for indicator, by in found.items() if by}


def _together(values: FloatArray) -> FloatArray:
    """Return the sum of the columns that are known, by draw; nan where none is."""
    return np.where(np.isfinite(values).any(axis=1), np.nansum(values, axis=1), np.nan)


def _homes(case: Case) -> list[int]:
    """Return the columns of the persons whose homes are shown in one row; nobody is told without prices."""
    if not case.persons:
        return []
    held: dict[str, list[Participant]] = {name: [] for name in case.persons}
    for site, at in zip(case.scenario.participants, case.person_of_site.tolist(), strict=True):
        held[case.persons[at]].append(site)
    pooled = homes_together(held)
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
