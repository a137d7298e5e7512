"""At which powers nearly nothing is left: the plants of the folder, in proportion, drawn as in a run.

What is used is own use and what is shared by a key that shares all it can: at each step, the lesser of what
is made and what is needed.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

import numpy as np

from acc.arrays import FloatArray, column_sums
from acc.quantiles import recentre_quantiles
from acc.size.result import PowerByUse
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import Draw, draw
from scenarios.operation.draws.loads import mapped
from scenarios.operation.draws.meters import output_ratios, used_by_sites
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest, source_of

USED_RATIOS = (0.70, 0.90, 0.95, 0.98)
"""A region helps from the first one on; above the last one nearly nothing is sold outside."""

DRAWS = 60

LEAST_TIMES, MOST_TIMES, HALVINGS = 1e-3, 100.0, 40
"""Powers tried, over those of the folder, and how often their span is halved, on logarithms."""


def powers_by_use(folder: Path, **request: Unpack[OperationRequest]) -> tuple[PowerByUse, ...]:
    """Return the power of all plants at which each part of what they make is used.

    Nothing where a battery or flexible loads move kWh, where nothing is shared, or without any plant.

    Raises:
        InputError: every fault of the folder.
    """
    operation, metered = open_operation(folder, **request)
    scenario = operation.scenario
    if scenario.has_devices or not scenario.sharing or not scenario.plants:
        return ()
    choice = read_sweep(source_of(folder, request)).for_single_weather_year
    case = case_of_run(operation, metered, reform=False)
    draws = [draw(choice, number, case.unknowns) for number in range(DRAWS)]
    (sure,) = _kwp_by_use(case, [draw(choice.without_uncertainty, 0, case.unknowns)])
    ends = recentre_quantiles(sure, _kwp_by_use(case, draws))
    return tuple(
        PowerByUse(used_ratio=ratio, kwp=kwp, low_kwp=low, high_kwp=high)
        for ratio, low, kwp, high in zip(USED_RATIOS, *ends.tolist(), strict=True)
        if np.isfinite(kwp) and kwp < MOST_TIMES * case.kwp.sum()
    )


def _kwp_by_use(case: Case, draws: Iterable[Draw]) -> FloatArray:
    """Power of all plants at which each of `USED_RATIOS` is used, (draws, ratios); nan where none is."""
    times = []
    for drawn in draws:
        weight = case.kwp * output_ratios(case, drawn)
        made = column_sums(mapped(case.stocks[drawn.weather].unit) * weight[:, None])
        need = used_by_sites(case, drawn)[0].total()
        times.append([_times(made, need, ratio) for ratio in USED_RATIOS])
    kwp: FloatArray = np.array(times) * case.kwp.sum()
    return kwp


def _times(made_kwh: FloatArray, need_kwh: FloatArray, used_ratio: float) -> float:
    """Return by what powers are multiplied for a part of what is made to be used; nan where none is so small.

    >>> made, need = np.array([1.0, 1.0]), np.array([1.0, 3.0])
    >>> round(_times(made, need, 0.75), 4)  # at 2, the first step uses 1 of 2, the other 2 of 2
    2.0
    """

    def used(times: float) -> float:
        return float(np.minimum(times * made_kwh, need_kwh).sum() / (times * made_kwh.sum()))

    low, high = LEAST_TIMES, MOST_TIMES
    if used(low) < used_ratio:
        return float("nan")
    for _halving in range(HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if used(middle) >= used_ratio else (low, middle)
    return low
