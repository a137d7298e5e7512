"""Quick draws: the ranges of one scenario under its own key, in a second, kept for the next run.

The meters are those of the run, its weather year too: only what a sweep draws around them is drawn. A key
that is settled step by step would take minutes: it is left to the sweep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from acc.keys import KeyContext
from acc.result.result import Drawn, Ranges
from scenarios.coefficient_files.write import with_coefficients
from scenarios.metering.cache import Cache
from scenarios.metering.meter import Metered
from scenarios.metering.notes import MadeNotes
from scenarios.operation.operation import Operation
from scenarios.sweeping.case import Case, case_of
from scenarios.sweeping.digest import sweep_digest
from scenarios.sweeping.indicators import INDICATORS
from scenarios.sweeping.ranges import Summary, chances, person_ranges, ranges
from scenarios.sweeping.settings import SweepChoice
from scenarios.sweeping.worker import NUMPY, DrawResults, SweepPlan, built_keys, work

QUICK_DRAWS = 100
"""Beyond, a range moves by less than a figure that is printed shows."""

DEVICE_DRAWS = 50
"""Of an operation whose battery or flexible loads are moved in each draw, step by step of the whole year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """The ranges of the group and of its members, those of persons, and what is told of the draws."""

    ranges: Ranges
    persons: Ranges
    draws: int
    drawn: Drawn


def quick_ranges(
    operation: Operation, metered: Metered, choice: SweepChoice, inputs: Mapping[str, str], cache: Cache
) -> Quick | None:
    """Return the ranges of an operation; None where its key is settled step by step.

    Args:
        inputs: sha256 of each file that the operation rests on.
    """
    scenario = operation.scenario
    has_devices = scenario.battery is not None or bool(scenario.flexible)
    draws = DEVICE_DRAWS if has_devices else QUICK_DRAWS
    choice = replace(choice, draws=draws, keys=(), variants=(), weather_years=1)
    case = case_of_run(operation, metered, reformed=choice.off_peak_reform_ratio > 0.0)
    if built_keys(case, None)[0][1] is None:
        return None
    unknowns = dict(case.unknowns)
    plan = SweepPlan(choice, (case,), (scenario.key.name,), case.ids, case.persons, unknowns, NUMPY)
    told = {
        "variant": scenario.variant,
        "asked": scenario.asked,
        "key": scenario.key.parameters,
        "period": scenario.steps,
    }
    digest = sweep_digest(choice, plan.keys, NUMPY, inputs, [operation.tariffs])
    found = _kept(plan, {"quick ranges": digest, **told}, cache)
    summary = Summary(plan, found)
    paid = chances(summary, scenario.key.name)
    return Quick(
        ranges=ranges(summary, scenario.key.name),
        persons=person_ranges(summary, scenario.key.name),
        draws=draws,
        drawn=Drawn(
            weather_years=1,
            model_yield_ratio=choice.spreads["model_yield"].middle if case.modelled.any() else None,
            paid_back_ratio=None if paid is None else paid.paid_back,
        ),
    )


def case_of_run(operation: Operation, metered: Metered, *, reformed: bool) -> Case:
    """Return a scenario ready for draws around the meters of its run, under its own key."""
    scenario = operation.scenario
    read = with_coefficients(
        scenario.key, operation.folder, scenario.steps, scenario.participants, scenario.plants
    )
    context: KeyContext = operation.context
    return case_of(
        scenario,
        [metered],
        context,
        operation.tariffs,
        [read],
        None,
        reformed=operation.reformed_clocks if reformed else (),
        battery_km=operation.battery_km,
    )


def _kept(plan: SweepPlan, key: Mapping[str, object], cache: Cache) -> DrawResults:
    """Return the results of the draws, from what an earlier run kept where there is something."""
    case, draws = plan.cases[0], plan.choice.draws
    shapes = ((1 + len(plan.members), len(INDICATORS)), (case.cash_years,), (len(plan.persons),))
    sizes = [draws * int(np.prod(shape)) for shape in shapes]
    kept = cache.get(key, (2, sum(sizes)))
    if kept is None:
        found = work(plan, 0, draws)
        flat = np.concatenate([part.ravel() for part in (found.values, found.cash_eur, found.gain_eur)])
        known = np.isfinite(flat)
        cache.put(key, np.stack([np.where(known, flat, 0.0), known]), MadeNotes())
        return found
    values, known = kept[0]
    parts = np.split(np.where(known > 0.0, values, np.nan), np.cumsum(sizes)[:-1])
    return DrawResults(
        *(part.reshape(draws, 1, 1, *shape) for part, shape in zip(parts, shapes, strict=True))
    )
