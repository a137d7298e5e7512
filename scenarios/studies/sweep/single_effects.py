"""One hypothesis at a time: what each does to the operation while all the others keep their middle value.

A tornado of effects answers another question than the shares of a variance: "and if panels cost more?".
Each hypothesis is tried at the ends of the range that holds 8 draws out of 10.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.result.result import Alone, Effect
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import SweepPlan, draws_of, engine_of, results_of, shared_of
from scenarios.operation.draws.cost_hypotheses import cost_trials
from scenarios.operation.draws.draws import Draw, draw, factor_table
from scenarios.operation.draws.results import GROUP, INDICATORS
from scenarios.operation.draws.settings import SPREADS, Spread

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
    change: tuple[float, ...]
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
            if trial.change or trial.who or len(values) == 1
            else np.array([values.min(), values.max()])
        )
        effects.append(
            Effect(factor=trial.factor, change=trial.change, found=tuple(ends.tolist()), who=trial.who)
        )
    strongest = sorted(effects, key=lambda effect: -max(abs(value - middle) for value in effect.found))
    return Alone(reference=middle, effects=tuple(strongest))


def _trials(plan: SweepPlan, variant: int, usual: Draw, reference: FloatArray) -> Iterator[_Trial]:
    """Yield each hypothesis that is uncertain, and the departure of the largest receiver.

    Args:
        reference: results of the middle draw under the folder's own key, (1 + N, indicators).
    """
    for name in SPREADS:
        spread = plan.choice.spreads[name]
        tried = [spread.quantile(part) for part in TESTED]
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
        yield _Trial(cost.factor, cost.change, (usual,) * len(cost.cases), cases=cost.cases)
    received = reference[1:, INDICATORS.index("received_kwh")]
    if len(received) > 1:
        who = plan.cases[variant].ids[int(np.nanargmax(received))]
        yield _Trial("withdrawal", (), (replace(usual, leaver=who),), who)


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
        name: sum(other.load[name] * grown for other, grown in zip(others, growth, strict=True)) / len(others)
        for name in usual.load
    }
    shape = {name: np.mean([other.shape[name] for other in others], axis=0) for name in others[0].shape}
    daytime = {name: float(np.mean([other.daytime[name] for other in others])) for name in others[0].daytime}
    return replace(usual, load=load, shape=shape, daytime=daytime)


def _change(name: str, spread: Spread, value: float) -> float:
    return value - spread.middle if name == "load_growth" else value / spread.middle - 1.0


def _with_value(usual: Draw, name: str, value: float) -> Draw:
    values = dict(usual.values) | {name: value}
    if name != "load_growth":
        return replace(usual, values=values)
    factor = (1.0 + value) / (1.0 + usual.values[name])
    return replace(usual, values=values, load={who: load * factor for who, load in usual.load.items()})
