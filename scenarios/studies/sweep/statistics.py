"""What the draws say: ranges, which key beats which and for whom, regret, and what the spread comes from."""

from collections.abc import Mapping, Sequence

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.result.result import Alone
from acc.result.sweep import Ahead, ByMember, KeyDraws, Pairs, SweepReport, VariantDraws
from acc.version import VERSION
from scenarios.operation.draws.compute import draws_of
from scenarios.operation.draws.draws import FACTORS, factor_table
from scenarios.operation.draws.ranges import (
    COMPARED,
    EVERYBODY,
    OF_SITES,
    Summary,
    chances,
    narrowing,
    person_ranges,
    ranges,
)
from scenarios.operation.draws.results import GROUP, MEMBER_INDICATORS
from scenarios.operation.draws.settings import drawn_spread
from scenarios.operation.draws.unknowns import UNSAID, is_said
from scenarios.studies.sweep.single_effects import alone

SAME_RATIO = 1e-9
"""Two results nearer than this are a tie: rounding, not a difference."""

FEWEST_FOR_SHARES = 20
"""Draws below which the shares of the variance say nothing."""

EXPLAINED = (*OF_SITES, EVERYBODY, "everybody_npv_eur_ht", "npv_eur_ht")
"""Of what the spread is told by factor."""

CATEGORIES = ("weather", "withdrawal")


def beats_ratio(values: FloatArray) -> FloatArray:
    """Return in which part of the draws key A gives more than key B, shape (keys A, keys B, ...).

    Args:
        values: (draws, keys, ...); draws are paired. A tie is no win; a draw where either is unknown is
            left out; nan where none is known.
    """
    known_of_each = np.isfinite(values)
    wins = _wins(values).sum(axis=0)
    known = (known_of_each[:, :, None] & known_of_each[:, None, :]).sum(axis=0)
    ratio: FloatArray = np.divide(wins, known, out=np.full(known.shape, np.nan), where=known > 0)
    return ratio


def regret(values: FloatArray) -> FloatArray:
    """Regret of each key against the best one of the same draw, mean over draws, (keys, ...)."""
    known = np.isfinite(values).any(axis=1, keepdims=True)
    best = np.where(known, values, 0.0)
    best = np.where(known, np.nanmax(best, axis=1, keepdims=True), np.nan)
    return _mean(best - values)


def variance_shares(values: FloatArray, factors: Mapping[str, FloatArray]) -> dict[str, float]:
    """Return the part of the variance that each factor explains alone, by name, largest first.

    Straight for numbers (squared correlation), by means for categories (weather, withdrawal), both less
    what chance explains. What they do not explain together, interactions and curvature, is "rest".

    Args:
        values: (draws,); draws where it is unknown are left out.
    """
    known = np.isfinite(values)
    seen = values[known]
    if len(seen) < FEWEST_FOR_SHARES or seen.std() <= SAME_RATIO * max(1.0, float(np.abs(seen).max())):
        return {}
    shares = {
        name: _category_share(seen, column[known])
        if name in CATEGORIES
        else _number_share(seen, column[known])
        for name, column in factors.items()
    }
    explained = sum(shares.values())
    if explained > 1.0:
        shares = {name: share / explained for name, share in shares.items()}
    shares["rest"] = max(0.0, 1.0 - explained)
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def ahead(values: FloatArray) -> FloatArray:
    """Return for how many members key A gives more than key B in each draw, (draws, keys A, keys B).

    Args:
        values: of the members only, (draws, keys, members); ties and the unknown are no win.
    """
    count: FloatArray = _wins(values).sum(axis=-1).astype(float)
    return count


def _wins(values: FloatArray) -> BoolArray:
    """Return whether key A gives more than key B in each draw, (draws, keys A, keys B, ...)."""
    first, second = values[:, :, None], values[:, None, :]
    size = np.maximum(np.abs(first), np.abs(second))
    more: BoolArray = first - second > SAME_RATIO * np.maximum(size, 1.0)
    return more


def best_ratio(values: FloatArray) -> FloatArray:
    """Return in which part of the draws each key gives the most, ties counted for each, (keys, ...).

    >>> best_ratio(np.array([[1.0, 2.0], [3.0, 2.0], [2.0, 2.0]])).round(2).tolist()
    [0.67, 0.67]
    """
    known = np.isfinite(values).all(axis=1, keepdims=True)
    top = np.where(known, values, 0.0).max(axis=1, keepdims=True)
    is_best = (top - values <= SAME_RATIO * np.maximum(np.abs(top), 1.0)) & known
    count = known.sum(axis=0)
    ratio: FloatArray = np.divide(
        is_best.sum(axis=0), count, out=np.full(values.shape[1:], np.nan), where=count > 0
    )
    return ratio


def tornado(
    summary: Summary, key: str, indicator: str, variant: int = 0, alone: Alone | None = None
) -> dict[str, float]:
    """Contribution of each factor to the spread of one indicator of the operation.

    Args:
        alone: what each factor does by itself: one that does nothing explains nothing, whatever chance says.
    """
    plan = summary.plan
    case = plan.cases[variant]
    kwh = dict(zip(case.ids, case.load_by_group_kwh.mean(axis=0).sum(axis=1).tolist(), strict=True))
    yearly = {name: kwh.get(name, 0.0) for name in plan.members}
    factors = factor_table(draws_of(plan, summary.draws), yearly)
    assert set(factors) == set(FACTORS)
    if all(is_said(plant) for plant in case.scenario.plants):
        del factors["plane"]
    if alone is not None:
        acting = {effect.factor for effect in alone.effects} | {*CATEGORIES, *UNSAID}
        factors = {name: column for name, column in factors.items() if name in acting}
    return variance_shares(summary.of(indicator, variant)[:, plan.keys.index(key), GROUP], factors)


def sweep_report(
    summary: Summary, inputs: Mapping[str, str] | None = None, notes: Sequence[str] = ()
) -> SweepReport:
    """Return the summary in the figures that are printed and kept; what is unknown is left out.

    Args:
        inputs: sha256 of each file that the sweep rests on, by path relative to the operation folder.
        notes: what was left out or taken by default.
    """
    plan = summary.plan
    taken = {name for name, _value, _why in plan.choice.assumptions}
    return SweepReport(
        version=VERSION,
        inputs=dict(inputs or {}),
        notes=tuple(notes),
        draws=summary.draws,
        seed=plan.choice.seed,
        engine=plan.engine,
        weather_years=plan.choice.weather_years,
        spreads={name: drawn_spread(s, default=name in taken) for name, s in plan.choice.spreads.items()},
        variants=tuple(_variant(summary, v) for v in range(len(plan.cases))),
    )


def _variant(summary: Summary, variant: int) -> VariantDraws:
    plan = summary.plan
    own, effects = plan.keys[0], alone(plan, variant)
    rows = {name: summary.rows(name, variant) for name in COMPARED}
    shares = {name: tornado(summary, own, name, variant, effects[own].get(name)) for name in EXPLAINED}
    return VariantDraws(
        name=plan.cases[variant].variant,
        keys={
            key: KeyDraws(
                ranges=ranges(summary, key, variant),
                chances=chances(summary, key, variant),
                alone=effects[key],
                persons=person_ranges(summary, key, variant),
                narrowing=narrowing(summary, key, variant) if key == own else {},
            )
            for key in plan.keys
        },
        beats={name: _beats(summary, name, variant) for name in (*MEMBER_INDICATORS[1:], EVERYBODY)},
        ahead={name: _ahead(summary, name, variant) for name in COMPARED},
        best={name: _by_key(summary, who, best_ratio(of)) for name, (who, of) in rows.items()},
        regret={name: _by_key(summary, who, regret(of)) for name, (who, of) in rows.items()},
        variance_shares={name: share for name, share in shares.items() if share},
    )


def _beats(summary: Summary, indicator: str, variant: int) -> Pairs:
    who, values = summary.rows(indicator, variant)
    ratio, keys = beats_ratio(values), summary.plan.keys
    return {
        first: {second: _by_name(who, ratio[a, b]) for b, second in enumerate(keys) if second != first}
        for a, first in enumerate(keys)
    }


def _ahead(summary: Summary, indicator: str, variant: int) -> dict[str, dict[str, Ahead]]:
    """Return for how many members each key beats each other one, at least, 9 times out of 10; the median.

    Members are participants; for what everybody gains, persons.
    """
    values = summary.rows(indicator, variant)[1][:, :, GROUP + 1 :]
    if not np.isfinite(values).any():
        return {}
    counts, keys = ahead(values), summary.plan.keys
    members = int(np.isfinite(values).any(axis=(0, 1)).sum())
    return {
        first: {
            second: Ahead(
                members=members,
                at_least=int(np.quantile(counts[:, a, b], 0.1, method="lower")),
                median=float(np.median(counts[:, a, b])),
            )
            for b, second in enumerate(keys)
            if second != first
        }
        for a, first in enumerate(keys)
    }


def _by_key(summary: Summary, who: Sequence[str], values: FloatArray) -> dict[str, ByMember]:
    return {key: _by_name(who, values[k]) for k, key in enumerate(summary.plan.keys)}


def _by_name(who: Sequence[str], values: FloatArray) -> ByMember:
    return {name: float(value) for name, value in zip(who, values, strict=True) if np.isfinite(value)}


def _mean(values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: FloatArray = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def _number_share(values: FloatArray, factor: FloatArray) -> float:
    if factor.std() <= SAME_RATIO * max(1.0, float(np.abs(factor).max())):
        return 0.0
    share = float(np.corrcoef(values, factor)[0, 1] ** 2)
    chance = 1.0 / (len(values) - 1)
    return max(0.0, (share - chance) / (1.0 - chance))


def _category_share(values: FloatArray, factor: FloatArray) -> float:
    """Return the part of the variance between categories, less what as many random ones would explain."""
    names, index = np.unique(factor, return_inverse=True)
    if len(names) < 2 or len(names) >= len(values) - 1:
        return 0.0
    counts = np.bincount(index)
    means = np.bincount(index, values) / counts
    between = float((counts * (means - values.mean()) ** 2).sum()) / float(
        ((values - values.mean()) ** 2).sum()
    )
    chance = (len(names) - 1) / (len(values) - 1)
    return max(0.0, (between - chance) / (1.0 - chance))
