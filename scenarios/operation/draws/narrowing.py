"""The one question whose answer narrows the range most: draws made again as if it were answered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, column_sums
from acc.result.result import PANELS
from acc.sites import Plant, Said
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import DRAWN_AGAIN, Draw, draw
from scenarios.operation.draws.indicators import GROUP
from scenarios.operation.draws.load_uncertainty import curve_spreads
from scenarios.operation.draws.meters import meters_of, used_by_sites
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.unsaid import is_said
from scenarios.operation.draws.worker import SweepPlan, built_keys, engine_of, shaped_draw, shared_of

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
    if not all(is_said(plant) for plant in case.scenario.plants):
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
    known = replace(case, scenario=replace(case.scenario, plants=_with_planes(case.scenario.plants)))
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


def _with_planes(plants: Sequence[Plant]) -> tuple[Plant, ...]:
    return tuple(replace(plant, said=Said.PLAN) for plant in plants)


def _with_curve(plan: SweepPlan, drawn: Draw, name: str) -> Draw:
    """Draw whose curve of one site is known: from their own streams, the others stay."""
    unknown = plan.unknowns[name]
    known = replace(unknown, part=0.0, unsaid=None, common_level=0.0, own_level=0.0)
    if unknown.unsaid is not None and unknown.unsaid.split:  # the others share its kWh anew
        return draw(plan.choice, drawn.number, {**plan.unknowns, name: known})
    alone = draw(plan.choice, drawn.number, {name: known})
    return replace(drawn, load={**drawn.load, **alone.load}, shape={**drawn.shape, **alone.shape})


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
    return drawn.load[name] != again.load[name] or drawn.shape.get(name) is not again.shape.get(name)
