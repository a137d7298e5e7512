"""How evenly, and how deservedly, the kWh are shared. Coverage is what one received over what one needed.

Six measures, because "fair" has several meanings: the floor (`min_ratio`), evenness (`gini`, `jain`,
`egalitarian`), the distance between the best and the least served (`min_max`), and reward for those who use
energy when there is some (`merit`). Who cannot receive (`can_receive`: street lighting) is left out.
The last three answer the three meanings told apart by Couraud et al., "Fairness of Energy Distribution
Mechanisms in Collective Self-Consumption Schemes", arXiv 2508.16819 (2025); the formulas here are this
program's own, since those of the paper could not be read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from acc.arrays import BoolArray, FloatArray, column_sums, let_go, row_sums
from acc.exchange import Exchange
from acc.i18n import N_
from acc.indicators import ratio

LEAST_USE_RATIO = 0.05
"""Who could not cover this part of its need, alone with all the plants, cannot receive.

More than street lamps get anywhere in France: lit from sunset to sunrise but off from 23 h to 5 h, read by
the hour (the coarsest there is), beside plants that make ten times their need, they would get 3.8 %. Seven
times less than who never stops, ten times less than a shop open by day."""

VALUES_AT_ONCE = 1 << 18
"""Needs looked at together (2 MB), however many members there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of fairness, as it is shown.

    Attributes:
        title, formula, sentence: English, translated where shown; the sentence is for anyone.
        best: the value of a perfectly fair sharing in this sense.
        confidence: H for a definition found everywhere, L for one of this program.
    """

    title: str
    formula: str
    sentence: str
    best: float
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """The measures of one allocation; nan where nothing is shared or needed.

    `min_ratio`, `jain`, `egalitarian`, `min_max` and `merit` are best at 1, `gini` at 0.
    """

    min_ratio: float
    gini: float
    jain: float
    egalitarian: float
    min_max: float
    merit: float


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "min_ratio": Measure(
            title=N_("Least served"),
            formula=N_("min of x; x = received / consumption of each participant"),
            sentence=N_(
                "The part of its need that the least served participant covers with local energy, of those "
                "who can receive."
            ),
            best=1.0,
            confidence="H",
        ),
        "gini": Measure(
            title=N_("Gini index"),
            formula=N_("mean of |x_i - x_j| over all pairs / (2 x mean of x)"),
            sentence=N_("0 when everyone covers the same part of its needs; near 1 when one takes it all."),
            best=0.0,
            confidence="H",
        ),
        "jain": Measure(
            title=N_("Jain index"),
            formula=N_("(sum of x)² / (N x sum of x²)"),
            sentence=N_(
                "The part of the group that is really served: 1 for all, 0.5 as if half had nothing."
            ),
            best=1.0,
            confidence="H",
        ),
        "egalitarian": Measure(
            title=N_("Equality"),
            formula=N_("1 - 2 x standard deviation of x"),
            sentence=N_(
                "1 when everyone covers the same part of its needs, 0 when half cover all, half none."
            ),
            best=1.0,
            confidence="L",
        ),
        "min_max": Measure(
            title=N_("Least over best served"),
            formula=N_("min of x / max of x"),
            sentence=N_("What the least served covers, for 1 kWh covered by the best served."),
            best=1.0,
            confidence="L",
        ),
        "merit": Measure(
            title=N_("Merit"),
            formula=N_(
                "1 - 1/2 sum of |received_i / sum of received - m_i / sum of m|; m = sum of min(C, P)"
            ),
            sentence=N_(
                "1 when each receives according to what it needs at the hours when local energy exists."
            ),
            best=1.0,
            confidence="L",
        ),
    }
)
"""The measures in the order in which they are shown; names are the fields of `Fairness`."""


def fairness(exchange: Exchange, received_kwh: FloatArray) -> Fairness:
    """Return every measure of what each participant receives, (N,); those who cannot receive are left out.

    >>> from datetime import date
    >>> from acc.steps import Steps
    >>> steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15).part(0, 1)
    >>> exchange = Exchange(steps, np.array([[1.0, 1.0]]), np.array([[1.0]]), np.zeros((1, 1)))
    >>> ratios = fairness(exchange, np.array([0.25, 0.75]))
    >>> ratios.min_ratio, ratios.gini, ratios.jain, ratios.egalitarian
    (0.25, 0.25, 0.8, 0.5)
    """
    return fairness_of_each(exchange, [received_kwh])[0]


def fairness_of_each(exchange: Exchange, received_kwh: Iterable[FloatArray]) -> list[Fairness]:
    """Return the measures of several ways to share one exchange, whose steps are read once."""
    need, pool = exchange.consumption_kwh, row_sums(exchange.production_kwh)
    let_go(exchange.production_kwh)  # as the needs, below
    able, useful, demand = can_receive(need, pool), _alone_kwh(need, pool), need.sum(axis=0)
    return [_measured(received, useful, received[able] / demand[able]) for received in received_kwh]


def _measured(received_kwh: FloatArray, useful_kwh: FloatArray, coverage: FloatArray) -> Fairness:
    return Fairness(
        min_ratio=float(coverage.min()) if coverage.size else float("nan"),
        gini=gini(coverage),
        jain=jain(coverage),
        egalitarian=float(1.0 - 2.0 * coverage.std()) if coverage.size else float("nan"),
        min_max=ratio(coverage.min(initial=np.inf), coverage.max(initial=0.0)),
        merit=merit(received_kwh, useful_kwh),
    )


def gini(coverage: FloatArray) -> float:
    """Return the mean difference between two members over twice the mean, in [0, 1); nan without energy.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]))
    0.75
    """
    ordered = np.sort(coverage)
    count = len(ordered)
    rank = 2.0 * np.arange(1, count + 1) - count - 1.0
    return ratio(float(rank @ ordered), count * float(ordered.sum()))


def jain(coverage: FloatArray) -> float:
    """Return `(sum x)² / (N sum x²)`, from 1/N to 1 (Jain, Chiu and Hawe, 1984); nan without energy.

    >>> jain(np.array([1.0, 1.0, 0.0, 0.0]))
    0.5
    """
    return ratio(float(coverage.sum()) ** 2, len(coverage) * float(coverage @ coverage))


def merit(received_kwh: FloatArray, useful_kwh: FloatArray) -> float:
    """Return the overlap between the parts received and the parts of `useful_kwh`, in [0, 1].

    >>> merit(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    0.75
    """
    received, useful = float(received_kwh.sum()), float(useful_kwh.sum())
    if received <= 0.0 or useful <= 0.0:
        return float("nan")
    return float(1.0 - 0.5 * np.abs(received_kwh / received - useful_kwh / useful).sum())


def can_receive(need_kwh: FloatArray, pool_kwh: FloatArray) -> BoolArray:
    """Participants able to cover `LEAST_USE_RATIO` of their need, alone with all the plants, (N,).

    The plants are taken as large as they are; where they make less than one needs, as large as its need: its
    hours decide, not its size beside a small roof.

    Args:
        need_kwh: at each step, (T, N); `pool_kwh` what the plants inject together, (T,).

    >>> can_receive(np.array([[5.0, 0.0, 0.0], [5.0, 9.0, 0.0]]), np.array([0.1, 0.0])).tolist()
    [True, False, False]
    """
    demand, output = need_kwh.sum(axis=0), float(pool_kwh.sum())
    if output <= 0.0:
        return np.zeros(len(demand), dtype=np.bool_)
    alone = _alone_kwh(need_kwh, pool_kwh, np.maximum(1.0, demand / output))
    able: BoolArray = (demand > 0.0) & (alone >= LEAST_USE_RATIO * demand)
    return able


def _alone_kwh(
    need_kwh: FloatArray, pool_kwh: FloatArray, scale_ratio: FloatArray | float = 1.0
) -> FloatArray:
    """Usable energy of each participant alone with the plants, scaled by `scale_ratio`, (N,), kWh."""
    lit, used = np.flatnonzero(pool_kwh), np.zeros(need_kwh.shape[1])
    height = max(1, VALUES_AT_ONCE // max(1, len(used)))
    for first in range(0, len(lit), height):
        rows = lit[first : first + height]
        used += column_sums(np.minimum(need_kwh[rows], pool_kwh[rows, None] * scale_ratio))
    let_go(need_kwh)  # of a comparison of many scenarios it lies in a file
    return used
