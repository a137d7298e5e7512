"""The one question whose answer narrows the range most: draws made again as if it were answered."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from acc.result.result import PANELS
from acc.sites import Said
from scenarios.studies.draws.case import Case
from scenarios.studies.draws.draws import STRATA, draw
from scenarios.studies.draws.indicators import GROUP
from scenarios.studies.draws.load_uncertainty import Unknown, curve_spreads
from scenarios.studies.draws.unsaid import is_said
from scenarios.studies.sweeping.ranges import Summary
from scenarios.studies.sweeping.worker import SweepPlan, engine_of, shared_of

LEAST_RATIO = 0.03
"""A question whose answer narrows less is not asked."""

MOST_SITES = 2
"""Members asked of: those with most of the shared energy that no meter nor poste tells by the hour."""

DRAWS = 3 * STRATA
"""Made again for each answer; nothing is asked where there are fewer, nor through a battery: too long."""


def narrowing(summary: Summary, key: str, variant: int = 0) -> dict[str, float]:
    """Return by how much each answer would narrow the range of the energy shared, a ratio, the best first.

    The answer is a bill by poste of one member, or the planes of the panels read on a plan (`PANELS`). The
    same draws are made again with what the answer leaves unknown.
    """
    plan, case = summary.plan, summary.plan.cases[variant]
    column = plan.keys.index(key)
    received = summary.of("received_kwh", variant)[:DRAWS, column]
    spread = float(received[:, GROUP].std())
    if len(received) < DRAWS or case.scenario.has_devices or not spread > 0.0:
        return {}
    parts = np.nan_to_num(received).mean(axis=0)[[1 + plan.members.index(name) for name in case.ids]]
    order = [case.ids[n] for n in np.argsort(-parts, kind="stable")]
    asked = [name for name in order if plan.unknowns[name].unsaid is not None][:MOST_SITES]
    own = replace(case, choices=(case.choices[column],))
    answers = {name: (own, _with_bill(plan.unknowns, name)) for name in asked}
    if not all(is_said(plant) for plant in case.scenario.plants):
        answers[PANELS] = _with_planes(own), plan.unknowns
    left = {name: _deviation(plan, *answer) for name, answer in answers.items()}
    found = {name: 1.0 - kwh / spread for name, kwh in left.items()}
    return {
        name: found[name]
        for name in sorted(found, key=lambda one: (-found[one], one))
        if found[name] >= LEAST_RATIO
    }


def _with_bill(unknowns: Mapping[str, Unknown], name: str) -> Mapping[str, Unknown]:
    left = curve_spreads()["answer.postes-left"]
    known = replace(unknowns[name], part=left, unsaid=None, common_level=0.0, own_level=0.0)
    return {**unknowns, name: known}


def _with_planes(case: Case) -> Case:
    plants = tuple(replace(plant, said=Said.PLAN) for plant in case.scenario.plants)
    return replace(case, scenario=replace(case.scenario, plants=plants))


def _deviation(plan: SweepPlan, case: Case, unknowns: Mapping[str, Unknown]) -> float:
    """Return the standard deviation of the energy shared, kWh: no euro is counted."""
    sums = engine_of(plan.engine)
    drawn = [draw(plan.choice, number, unknowns) for number in range(DRAWS)]
    (found,) = zip(*(shared_of(case, one, sums).sums for one in drawn), strict=True)
    return float(np.std([0.0 if one is None else one.sums.shared_kwh.sum() for one in found]))
