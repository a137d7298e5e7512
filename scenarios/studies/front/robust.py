"""A floor chosen on some weather years, judged on others: does it hold, and if not, who falls short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.front.result import FrontPoint, Judged, Robust
from scenarios.operation.fair_front.passes import stacked
from scenarios.operation.fair_front.search import FrontSearch, MeteredYear, monthly_orders, under_orders
from scenarios.studies.front.points import orders_of

SHORT_RATIO = 0.0005
"""Who misses its floor by less than a twentieth of a point has what was promised."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnYear:
    """A weather year: its steps, and the euros of today's key in it."""

    year: MeteredYear
    today_eur: float


def robust_points(
    points: Sequence[FrontPoint],
    drawn: Sequence[DrawnYear],
    ids: tuple[str, ...],
    able: BoolArray,
    *,
    monthly: bool = False,
) -> tuple[Robust, ...]:
    """Robustness of each floor: chosen on the first half of the years, judged on the second.

    Args:
        monthly: solved anew each month too, a search a month: nine tenths of the time.
    """
    half = len(drawn) // 2
    training, tests = [draw.year for draw in drawn[:half]], drawn[half:]
    mean = stacked([year.exchange for year in training], [1.0 / half] * half)
    search = FrontSearch(replace(mean, can_receive=able))
    judged = []
    for point in points:
        promised = search.need_ratio(point.floor_ratio)
        kept = orders_of(search.split(promised), ids)
        judged.append(
            Robust(
                kind=point.kind,
                floor_ratio=point.floor_ratio,
                trained=half,
                judged=len(tests),
                kept=_judged([(test, under_orders(test.year, kept)) for test in tests], promised, ids, able),
                monthly=_judged(
                    [
                        (test, under_orders(test.year, monthly_orders(test.year, training, promised, ids)))
                        for test in tests
                    ],
                    promised,
                    ids,
                    able,
                )
                if monthly
                else None,
            )
        )
    return tuple(judged)


def _judged(
    results: Sequence[tuple[DrawnYear, tuple[FloatArray, float]]],
    promised: FloatArray,
    ids: tuple[str, ...],
    able: BoolArray,
) -> Judged:
    missing = [np.where(able, promised - coverage, 0.0) for _year, (coverage, _eur) in results]
    short: FloatArray = np.stack(missing).max(axis=0)
    order = [int(n) for n in np.argsort(-short, kind="stable") if short[n] > SHORT_RATIO]
    return Judged(
        gain_eur_ht=float(np.mean([eur - result.today_eur for result, (_coverage, eur) in results])),
        short_ratio=max(0.0, float(short.max(initial=0.0))),
        short_ids=tuple(ids[n] for n in order),
    )
