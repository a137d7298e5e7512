"""The one question whose answer narrows the range most: draws made again as if it were answered."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import numpy as np

from acc.arrays import FloatArray
from acc.result.result import PANELS
from acc.sites import Said
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import STRATA, draw
from scenarios.operation.draws.indicators import GROUP
from scenarios.operation.draws.load_uncertainty import Unknown, curve_spreads
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.unsaid import is_said
from scenarios.operation.draws.worker import SweepPlan, engine_of, shared_of

LEAST_RATIO = 0.03
"""A question whose answer narrows less is not asked."""

MOST_SITES = 2
"""Members asked of: those with most of the shared energy that no meter nor poste tells by the hour."""

DRAWS = 3 * STRATA
"""Made again for each answer; nothing is asked where there are fewer, nor through a battery: too long."""


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
    names = [name for name in order if plan.unknowns[name].unsaid is not None][:MOST_SITES]
    own = replace(case, choices=(case.choices[column],))
    answers = {name: (own, _with_curve(plan.unknowns, name)) for name in names}
    if not all(is_said(plant) for plant in case.scenario.plants):
        answers[PANELS] = _with_planes(own), plan.unknowns
    left = curve_spreads()["answer.postes-left"]
    ratios = {}
    for name, answer in answers.items():
        own_part = float((total - _shared_kwh(plan, *answer)).var() / total.var())
        known = own_part if name == PANELS else own_part * (1.0 - left**2)
        ratios[name] = 1.0 - sqrt(max(0.0, 1.0 - known))
    return {
        name: ratios[name]
        for name in sorted(ratios, key=lambda item: (-ratios[item], item))
        if ratios[name] >= LEAST_RATIO
    }


def _with_curve(unknowns: Mapping[str, Unknown], name: str) -> Mapping[str, Unknown]:
    known = replace(unknowns[name], part=0.0, unsaid=None, common_level=0.0, own_level=0.0)
    return {**unknowns, name: known}


def _with_planes(case: Case) -> Case:
    plants = tuple(replace(plant, said=Said.PLAN) for plant in case.scenario.plants)
    return replace(case, scenario=replace(case.scenario, plants=plants))


def _shared_kwh(plan: SweepPlan, case: Case, unknowns: Mapping[str, Unknown]) -> FloatArray:
    """Return the energy shared in each draw, (DRAWS,): no euro is counted."""
    sums, case = engine_of(plan.engine), replace(case, draws_plan=False)
    drawn = [draw(plan.choice, number, unknowns) for number in range(DRAWS)]
    shared = [shared_of(case, each, sums).sums[0] for each in drawn]
    return np.array([0.0 if out is None else out.sums.shared_kwh.sum() for out in shared])
