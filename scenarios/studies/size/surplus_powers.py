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
        if np.isfinite(kwp)
    )


def _kwp_by_use(case: Case, draws: Iterable[Draw]) -> FloatArray:
    """Power of all plants at which each of `USED_RATIOS` is used, (draws, ratios); nan where none is."""
    times = []
    for drawn in draws:
        weight = case.kwp * output_ratios(case, drawn)
        made = column_sums(mapped(case.stocks[drawn.weather].unit) * weight[:, None])
        need = used_by_sites(case, drawn)[0].total()
        times.append(_times(made, need, np.array(USED_RATIOS)))
    kwp: FloatArray = np.array(times) * case.kwp.sum()
    return kwp


def _times(made_kwh: FloatArray, need_kwh: FloatArray, used_ratios: FloatArray) -> FloatArray:
    """Return by what powers are multiplied for parts of what is made to be used, (R,); nan where none is.

    Between two powers at which the need of a step is just filled, what is used is linear in the power.

    Args:
        made_kwh, need_kwh: at each step, (T,).
        used_ratios: parts of what is made, (R,), 0 to 1.

    >>> made, need = np.array([1.0, 1.0]), np.array([1.0, 3.0])
    >>> _times(made, need, np.array([0.75]))  # at 2, the first step uses 1 of 2, the other 2 of 2
    array([2.])
    """
    order = np.argsort(
        np.divide(need_kwh, made_kwh, out=np.full_like(made_kwh, np.inf), where=made_kwh > 0.0)
    )
    made, need = (kwh[order][: np.count_nonzero(made_kwh)] for kwh in (made_kwh, need_kwh))
    # At each power that just fills the need of a step: what the steps filled by then need, what others make.
    filled, left = need.cumsum(), made.sum() - made.cumsum()
    used = (left + np.divide(filled * made, need, out=np.zeros_like(need), where=need > 0.0)) / made.sum()
    last = np.searchsorted(-used, -used_ratios, side="right") - 1
    times: FloatArray = filled[last] / (used_ratios * made.sum() - left[last])
    return np.where((last < 0) | (filled[last] <= 0.0), np.nan, times)  # no need at too many sunny steps
