"""What the draws say: ranges, which key beats which and for whom, regret, and what the spread comes from.

One hypothesis at a time: what each does to the operation while all the others keep their middle value.

A tornado of effects answers another question than the shares of a variance: "and if panels cost more?".
Each hypothesis is tried at the ends of the range that holds 8 draws out of 10.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.result.result import Alone, Effect
from acc.result.sweep import Ahead, ByMember, KeyDraws, Pairs, SweepReport, VariantDraws
from acc.version import VERSION
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import SweepPlan, draws_of, engine_of, results_of, shared_of
from scenarios.operation.draws.cost_hypotheses import cost_trials
from scenarios.operation.draws.draws import FACTORS, PLANE, Draw, draw, drawn_outputs, factor_table
from scenarios.operation.draws.questions import narrowing
from scenarios.operation.draws.ranges import (
    COMPARED,
    EVERYBODY,
    OF_SITES,
    Summary,
    chances,
    person_ranges,
    ranges,
)
from scenarios.operation.draws.results import GROUP, INDICATORS, MEMBER_INDICATORS
from scenarios.operation.draws.settings import MODEL, SPREADS, Spread, drawn_spread
from scenarios.operation.draws.unknowns import UNSAID

TESTED = (0.1, 0.9)
"""Parts of the draws below the values tried."""

INDICATORS_ALONE = ("received_kwh", "saving_eur_ht", "gain_eur_ht", "everybody_npv_eur_ht", "npv_eur_ht")

EUROS_ALONE = frozenset({"supply_price", "local_price", "capex", "off_peak_reform"})
"""Hypotheses that move no kWh: the reform moves hours, of which the groups of steps keep account."""

NO_EFFECT_RATIO = 1e-9

DRAWS_LOOKED_AT = 60
"""Among which curves of few and of many kWh by day are chosen."""

NEIGHBOURS = 2
"""Draws on each side of the one that stands at 1 or 9 in 10, whose mean is taken with it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """One hypothesis: the values tried as changes of the usual one, and the draws to compute.

    Attributes:
        cases: the case under each value, where it is no draw that changes.
    """

    factor: str
    change_ratio: tuple[float, ...]
    draws: tuple[Draw, ...]
    who: str | None = None
    cases: tuple[Case, ...] = ()

    @property
    def same_kwh(self) -> bool:
        """Whether it changes euros alone: the kWh of the usual draw are then not drawn again."""
        return bool(self.cases) or self.factor in EUROS_ALONE


def alone(plan: SweepPlan, variant: int = 0) -> dict[str, dict[str, Alone]]:
    """Effect of each hypothesis alone, by key, then by indicator of the operation.

    Indicators that are not known (no price, no plan) are left out, and hypotheses without any effect.
    """
    case, sums = plan.cases[variant], engine_of(plan.engine)

    usual = middle_draw(plan)
    shared = shared_of(case, usual, sums)
    reference = results_of(case, usual, shared).values

    def results(varied: Case, drawn: Draw, *, same_kwh: bool) -> FloatArray:
        if same_kwh and varied.by_plant == case.by_plant:
            return results_of(varied, drawn, shared).values
        outcomes = results_of(varied, drawn, shared_of(varied, drawn, sums)).values
        varied.stocks[drawn.weather].let_go()
        return outcomes

    def of_group(trial: _Trial) -> FloatArray:
        cases = trial.cases or (case,) * len(trial.draws)
        tried = zip(cases, trial.draws, strict=True)
        outcomes = [results(varied, drawn, same_kwh=trial.same_kwh) for varied, drawn in tried]
        return np.stack([values[:, GROUP] for values in outcomes])

    outcomes = [(trial, of_group(trial)) for trial in _trials(plan, variant, usual, reference[0])]
    return {
        key: {
            name: _alone(outcomes, reference[:, GROUP], k, INDICATORS.index(name))
            for name in INDICATORS_ALONE
            if np.isfinite(reference[k, GROUP, INDICATORS.index(name)])
        }
        for k, key in enumerate(plan.keys)
    }


def middle_draw(plan: SweepPlan) -> Draw:
    """Return the draw where nothing is uncertain: middle values, curves as they stand, nobody leaves."""
    values = {name: spread.middle for name, spread in plan.choice.spreads.items()}
    growth = 1.0 + values["load_growth"]
    return Draw(0, 0, values, dict.fromkeys(plan.members, growth), None)


def _alone(trials: list[tuple[_Trial, FloatArray]], reference: FloatArray, k: int, column: int) -> Alone:
    middle = float(reference[k, column])
    least = NO_EFFECT_RATIO * max(1.0, abs(middle))
    effects = []
    for trial, results in trials:
        values = results[:, k, column]
        if not np.isfinite(values).all() or np.abs(values - middle).max() <= least:
            continue
        ends = (
            values
            if trial.change_ratio or trial.who or len(values) == 1
            else np.array([values.min(), values.max()])
        )
        effects.append(
            Effect(factor=trial.factor, change=trial.change_ratio, values=tuple(ends.tolist()), who=trial.who)
        )
    strongest = sorted(effects, key=lambda effect: -max(abs(value - middle) for value in effect.values))
    return Alone(reference=middle, effects=tuple(strongest))


def _trials(plan: SweepPlan, variant: int, usual: Draw, reference: FloatArray) -> Iterator[_Trial]:
    """Yield each hypothesis that is uncertain, and the departure of the largest receiver.

    Args:
        reference: results of the middle draw under the folder's own key, (1 + N, indicators).
    """
    for name in SPREADS:
        spread = plan.choice.spreads[name]
        tried = [spread.quantile(part) for part in TESTED]
        if name == MODEL:
            tried = _of_all_plants(plan, plan.cases[variant])
        if tried[0] < tried[1]:
            change = tuple(_change(name, spread, value) for value in tried)
            yield _Trial(name, change, tuple(_with_value(usual, name, value) for value in tried))
    yield from _curves(plan, variant, usual)
    if plan.choice.weather_years > 1:
        years = range(plan.choice.weather_years)
        yield _Trial("weather", (), tuple(replace(usual, weather=year) for year in years))
    if plan.cases[variant].reformed_slots is not None and plan.choice.off_peak_reform_ratio:
        yield _Trial("off_peak_reform", (), (usual, replace(usual, reformed=True)))
    for cost in cost_trials(plan.cases[variant]):
        yield _Trial(cost.factor, cost.change_ratio, (usual,) * len(cost.cases), cases=cost.cases)
    received = reference[1:, INDICATORS.index("received_kwh")]
    if len(received) > 1:
        who = plan.cases[variant].ids[int(np.nanargmax(received))]
        yield _Trial("withdrawal", (), (replace(usual, leaver=who),), who)


def _of_all_plants(plan: SweepPlan, case: Case) -> list[float]:
    """Return by what the output of all modelled plants is multiplied at the ends of 8 draws in 10, by kWp."""
    middle, kwp = plan.choice.spreads[MODEL].quantile(0.5), case.kwp * case.modelled
    if not kwp.any():
        return [middle, middle]
    law, seed = plan.choice.spreads[MODEL], plan.choice.seed
    outputs = [drawn_outputs(law, seed, number) for number in range(DRAWS_LOOKED_AT)]
    ratios = np.array([[each.of_model(plant) for plant in case.scenario.plants] for each in outputs])
    return [middle * float(end) for end in np.quantile(ratios @ kwp / kwp.sum(), TESTED)]


def _curves(plan: SweepPlan, variant: int, usual: Draw) -> Iterator[_Trial]:
    """Yield curves of few kWh in the middle of the day, then of many, as 8 draws in 10 have them.

    Each is the mean of some draws that use about as much there: one alone may use it in winter. The middle of
    the day is what a shape changes for an operation; the level of an estimate is in it too.
    """
    if not plan.choice.load_noise:
        return
    case = plan.cases[variant]
    kwh = dict(zip(case.ids, case.load_by_group_kwh.mean(axis=0).sum(axis=1).tolist(), strict=True))
    noise = factor_table(draws_of(plan, DRAWS_LOOKED_AT), kwh)["load_noise"]
    order = np.argsort(noise, kind="stable")
    places = [round(part * (len(order) - 1)) for part in TESTED]
    ends = [order[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1] for place in places]
    change = tuple(float(noise[near].mean()) - 1.0 for near in ends)
    yield _Trial("load_noise", change, tuple(_with_curves(plan, usual, near.tolist()) for near in ends))


def _with_curves(plan: SweepPlan, usual: Draw, numbers: Sequence[int]) -> Draw:
    """Return the usual draw with the mean of the curves of some others."""
    others = [draw(plan.choice, number, plan.unknowns) for number in numbers]
    growth = [(1.0 + usual.values["load_growth"]) / (1.0 + other.values["load_growth"]) for other in others]

    load = {
        name: sum(d.load_ratio[name] * rise for d, rise in zip(others, growth, strict=True)) / len(others)
        for name in usual.load_ratio
    }
    shape = {name: np.mean([other.shape[name] for other in others], axis=0) for name in others[0].shape}
    daytime = {name: float(np.mean([other.daytime[name] for other in others])) for name in others[0].daytime}
    return replace(usual, load_ratio=load, shape=shape, daytime=daytime)


def _change(name: str, spread: Spread, tried_ratio: float) -> float:
    return tried_ratio - spread.middle if name == "load_growth" else tried_ratio / spread.middle - 1.0


def _with_value(usual: Draw, name: str, tried_ratio: float) -> Draw:
    values = dict(usual.values) | {name: tried_ratio}
    if name != "load_growth":
        return replace(usual, values=values)
    factor = (1.0 + tried_ratio) / (1.0 + usual.values[name])
    load_ratio = {who: load * factor for who, load in usual.load_ratio.items()}
    return replace(usual, values=values, load_ratio=load_ratio)


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
    return first - second > SAME_RATIO * np.maximum(size, 1.0)


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
    factors = factor_table(draws_of(plan, summary.draws), yearly, case.scenario.plants)
    assert set(factors) == set(FACTORS)
    if alone is not None:
        acting = {effect.factor for effect in alone.effects} | {*CATEGORIES, PLANE, *UNSAID}
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
