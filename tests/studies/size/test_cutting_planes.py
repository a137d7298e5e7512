"""Cutting planes against the full linear programme, and against every choice tried one by one."""

import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from scenarios.studies.size.planes.cutting_planes import maximise
from scenarios.studies.size.planes.terms import (
    Choice,
    ConvexProblem,
    Floor,
    Gains,
    InfeasibleError,
    KeptTerms,
    Linear,
    LoneLoops,
    Loop,
    unique_rows,
)
from tests.effort import few

DAYS_STEPS = 96


def roofs(seed: int, count: int, steps: int = 35_040) -> tuple[Loop, np.ndarray, np.ndarray]:
    """Return a year at 15 min, daylight only: a loop of one gain, the slope and the upper bounds."""
    generator = np.random.default_rng(seed)
    hour = np.arange(steps) % DAYS_STEPS / 4.0
    sun = np.maximum(0.0, np.sin((hour - 6.0) / 12.0 * np.pi)) * (hour > 6.0) * (hour < 18.0) * 0.25
    lit = sun > 0.0
    cloud = generator.beta(2.0, 1.2, (count, steps)) * generator.uniform(0.7, 1.1, (count, 1))
    unit = np.ascontiguousarray((sun * cloud)[:, lit])
    need = (
        (generator.gamma(3.0, 1.0, steps) * (3.0 + 4.0 * ((hour > 8.0) & (hour < 18.0))))[lit] * count * 0.3
    )
    worth = 0.095 * generator.choice([0.9, 1.1], lit.sum()) * 12.0
    slope = -generator.uniform(0.5, 1.0, count) * (unit @ worth) + unit.sum(axis=1) * 0.13
    return Loop(unit, need, worth[None]), slope[None], generator.uniform(9.0, 100.0, count)


def full_programme(loop: Loop, slope: np.ndarray, high: np.ndarray) -> float:
    """Return the optimum of the whole linear programme: one variable a step."""
    steps = loop.unit_kwh.shape[1]
    rows = sp.hstack([sp.csr_matrix(-loop.unit_kwh.T), sp.identity(steps)]).tocsc()
    cost = -np.concatenate([slope[0], loop.worth[0]])
    bounds = [(0.0, h) for h in high] + [(0.0, n) for n in loop.need_kwh]
    return -float(linprog(cost, A_ub=rows, b_ub=np.zeros(steps), bounds=bounds, method="highs").fun)


@pytest.mark.parametrize("seed", few(5, range(30)))
def test_the_value_is_that_of_the_full_programme_with_a_proof(seed: int) -> None:
    count = 1 + seed % 10
    loop, slope, high = roofs(seed, count, 35_040 if seed % 10 == 9 else 8_760)
    found = maximise(ConvexProblem(Gains((loop,), slope, np.zeros(1)), np.zeros(count), high))
    assert found.gap_ratio <= 1e-9
    assert found.value <= found.bound
    assert found.value == pytest.approx(full_programme(loop, slope, high), rel=1e-9)
    assert np.all((found.x >= 0.0) & (found.x <= high))


def gains_of(seed: int, count: int) -> tuple[Gains, np.ndarray]:
    loop, slope, high = roofs(seed, count, 960)
    return Gains((loop,), slope, np.zeros(1)), high


def test_one_roof_by_hand() -> None:
    # min(x, 2) + 3 min(x, 1) - 2.5 x: 1.5 at x = 1, then it falls by 1.5 a unit.
    loop = Loop(np.array([[1.0, 1.0]]), np.array([2.0, 1.0]), np.array([[1.0, 3.0]]))
    found = maximise(
        ConvexProblem(Gains((loop,), np.array([[-2.5]]), np.zeros(1)), np.zeros(1), np.array([10.0]))
    )
    assert found.x[0] == pytest.approx(1.0)
    assert found.value == pytest.approx(1.5)


def test_a_loop_of_some_columns_is_that_of_all_where_the_others_make_nothing() -> None:
    loop, _slope, high = roofs(4, 5, 960)
    columns = np.array([1, 3])
    made = np.zeros_like(loop.unit_kwh)
    made[columns] = loop.unit_kwh[columns]
    part = Loop(loop.unit_kwh[columns], loop.need_kwh, loop.worth, columns)
    whole = Loop(made, loop.need_kwh, loop.worth).at(0.7 * high)
    for found, expected in zip(part.at(0.7 * high), whole, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_each_makes_alone_beside_a_need_and_a_limit() -> None:
    generator = np.random.default_rng(3)
    unit, need = (
        generator.uniform(0.0, 2.0, (3, 40)) * (np.arange(40) % 4 > 0),
        generator.uniform(0.5, 4.0, 40),
    )
    columns, limits = np.array([0, 2]), np.array([0.25, 0.0])
    worths = list(generator.uniform(0.0, 3.0, (2, 40)))
    term, x = LoneLoops(columns, unit, need, worths, limits), np.array([1.5, 9.0, 2.5, 4.0])

    def value(x: np.ndarray) -> float:
        total = 0.0
        for n, worth, limit in zip(columns, worths, limits, strict=True):
            served = np.minimum(unit[n] * x[n] - limit * x[3], need) + limit * x[3]
            total += float(served @ (worth * (unit[n] > 0.0)))
        return total

    (found,), (slope,) = term.at(x)
    assert found == pytest.approx(value(x), rel=1e-12)
    for other in generator.uniform(0.0, 6.0, (50, 4)):
        assert value(other) <= found + slope @ (other - x) + 1e-9
    nothing = np.array([0.0, 9.0, 0.0, 4.0])
    assert term.at(nothing)[0][0] == 0.0
    assert value(x) <= term.at(nothing)[1][0] @ (x - nothing) + 1e-9


def test_terms_that_are_kept_answer_the_same_and_give_their_lowest_plane() -> None:
    loop, _slope, high = roofs(4, 5, 960)
    which = np.array([0, 1, 1, 2, 4])
    same = Loop(loop.unit_kwh[which], loop.need_kwh, loop.worth)
    unit, rows = unique_rows(same.unit_kwh)
    assert len(unit) == 4
    kept = KeptTerms((Loop(unit, loop.need_kwh, loop.worth, rows=rows),))
    points = [part * high for part in (0.2, 0.5, 0.9)]
    for point in (*points, *points):
        for found, expected in zip(kept.at(point), same.at(point), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert len(kept.points) == 3
    x = 0.3 * high
    heights = [same.at(p)[0][0] + same.at(p)[1][0] @ (x - p) for p in points]
    height, point = kept.lowest(x, 0)
    assert height == pytest.approx(min(heights), rel=1e-12)
    assert np.array_equal(point, points[int(np.argmin(heights))])


def test_a_linear_limit_holds() -> None:
    gains, high = gains_of(1, 3)
    free = maximise(ConvexProblem(gains, np.zeros(3), high))
    cap = Linear("cap", np.ones(3), 0.5 * free.x.sum())
    found = maximise(ConvexProblem(gains, np.zeros(3), high, limits=(cap,)))
    assert found.x.sum() <= cap.limit * (1.0 + 1e-9)
    assert found.value < free.value
    assert found.gap_ratio <= 1e-9


def test_a_concave_floor_holds_and_what_it_excludes_is_said() -> None:
    loop, _slope, high = roofs(4, 2, 960)
    used = np.ones((1, len(loop.need_kwh)))
    made = loop.unit_kwh.sum(axis=1)

    def problem(ratio: float) -> ConvexProblem:
        both = Loop(loop.unit_kwh, loop.need_kwh, np.concatenate([loop.worth, used]))
        gains = Gains((both,), np.stack([np.array([0.0, 0.0]), -ratio * made]), np.zeros(2))
        return ConvexProblem(gains, np.full(2, 5.0), high, floors=(Floor(1, float(made @ high)),))

    found = maximise(problem(0.9))
    shared = np.minimum(found.x @ loop.unit_kwh, loop.need_kwh).sum()
    assert shared / (made @ found.x) == pytest.approx(0.9, abs=1e-6)
    assert found.gap_ratio <= 1e-9
    with pytest.raises(InfeasibleError):
        maximise(problem(1.01))


def test_the_least_of_several_gains_is_raised() -> None:
    generator = np.random.default_rng(2)
    loop, _slope, high = roofs(2, 2, 960)
    worth = generator.uniform(0.0, 1.0, (3, len(loop.need_kwh)))
    slope = -0.6 * (worth @ loop.unit_kwh.T)
    gains = Gains((Loop(loop.unit_kwh, loop.need_kwh, worth),), slope, np.zeros(3))
    found = maximise(ConvexProblem(gains, np.zeros(2), high, aims=(0, 1, 2)))
    grid = [
        gains.at(np.array(x))[0].min() for x in itertools.product(*(np.linspace(0.0, h, 40) for h in high))
    ]
    assert found.gap_ratio <= 1e-9
    assert max(grid) <= found.value
    assert max(grid) == pytest.approx(found.value, rel=0.05)


def test_classes_are_chosen_as_if_each_were_tried() -> None:
    # Two roofs with two classes each: cheap small, or dear large with an entry cost.
    loop, _slope, _high = roofs(5, 2, 960)
    unit = loop.unit_kwh[[0, 0, 1, 1]]
    cost = np.array([0.9, 0.6, 0.8, 0.65]) * (unit @ loop.worth[0])
    entry = np.array([0.0, 30.0, 0.0, 60.0])
    low, high = np.array([0.001, 9.0, 0.001, 9.0]), np.array([9.0, 60.0, 9.0, 60.0])
    gains = Gains((Loop(unit, loop.need_kwh, loop.worth),), -cost[None], np.zeros(1))
    choice = Choice(np.array([0, 0, 1, 1]), np.array([False, True]), entry)
    found = maximise(ConvexProblem(gains, low, high, choice=choice))
    tried = []
    for first, second in itertools.product((None, 0, 1), (2, 3)):
        taken = [n for n in (first, second) if n is not None]
        lower, upper = np.zeros(4), np.zeros(4)
        lower[taken], upper[taken] = low[taken], high[taken]
        tried.append(maximise(ConvexProblem(gains, lower, upper)).value - entry[taken].sum())
    assert found.value == pytest.approx(max(tried), rel=1e-8)
    assert found.gap_ratio <= 1e-8


def test_whole_modules_are_as_good_as_the_best_of_the_grid() -> None:
    gains, _high = gains_of(6, 2)
    step, high = np.array([2.5, 3.0]), np.array([20.0, 21.5])
    found = maximise(ConvexProblem(gains, np.zeros(2), high, step=step))
    grid = itertools.product(np.arange(0.0, 20.1, 2.5), np.arange(0.0, 21.1, 3.0))
    best = max(gains.at(np.array(x))[0][0] for x in grid)
    assert found.value == pytest.approx(best, rel=1e-9)
    np.testing.assert_allclose(found.x % step % step, 0.0, atol=1e-9)


def test_an_upper_bound_that_is_not_the_value_leaves_an_honest_gap() -> None:
    gains, high = gains_of(7, 2)
    found = maximise(ConvexProblem(gains, np.zeros(2), high, exact=lambda x: 0.9 * gains.at(x)[0][0]))
    assert found.gap_ratio == pytest.approx(0.1 / 0.9, rel=1e-3)


def test_planes_of_one_search_start_the_next() -> None:
    gains, high = gains_of(8, 4)
    first = maximise(ConvexProblem(gains, np.zeros(4), high))
    again = maximise(ConvexProblem(gains, np.zeros(4), high), first.planes)
    assert again.value == pytest.approx(first.value, rel=1e-9)
    assert len(again.planes) <= len(first.planes) + 2


@pytest.mark.parametrize("seed", range(8))
def test_any_choice_is_that_of_all_tried_one_by_one_under_limits(seed: int) -> None:
    # Three roofs of three classes, entry costs, a cap that binds, a roof that must be built, a floor.
    generator = np.random.default_rng(seed)
    loop, _slope, _high = roofs(seed, 3, 480)
    sets = np.repeat(np.arange(3), 3)
    unit = loop.unit_kwh[sets]
    cost = np.tile([0.95, 0.8, 0.7], 3) * generator.uniform(0.8, 1.1, 9) * (unit @ loop.worth[0])
    low, high = np.tile([0.001, 9.0, 36.0], 3), np.tile([9.0, 36.0, 60.0], 3)
    entry = generator.choice([0.0, 2.0, 20.0], 9)
    worths = np.concatenate([loop.worth, np.ones_like(loop.worth)])
    gains = Gains(
        (Loop(unit, loop.need_kwh, worths),), np.stack([-cost, -0.6 * unit.sum(axis=1)]), np.zeros(2)
    )
    cap = Linear("cap", np.ones(9), 70.0)
    floor = Floor(1, float(unit.sum(axis=1) @ high))
    must = np.array([False, True, False])
    found = maximise(
        ConvexProblem(gains, low, high, choice=Choice(sets, must, entry), limits=(cap,), floors=(floor,))
    )
    tried = [_held(gains, low, high, taken, entry, cap, floor) for taken in _choices(must)]
    assert found.value == pytest.approx(max(tried), rel=1e-8)
    assert found.gap_ratio <= 1e-8
    assert found.bound >= max(tried) - 1e-8 * max(1.0, abs(max(tried)))


def _choices(must: np.ndarray) -> list[list[int]]:
    """Return every choice of at most one of the three variables of each set."""
    of_each = [[*([] if needed else [None]), *range(3 * n, 3 * n + 3)] for n, needed in enumerate(must)]
    return [[n for n in taken if n is not None] for taken in itertools.product(*of_each)]


def _held(
    gains: Gains,
    low: np.ndarray,
    high: np.ndarray,
    taken: list[int],
    entry: np.ndarray,
    cap: Linear,
    floor: Floor,
) -> float:
    """Return the best value with these variables alone, without any choice left."""
    lower, upper = np.zeros(len(low)), np.zeros(len(low))
    lower[taken], upper[taken] = low[taken], high[taken]
    try:
        value = maximise(ConvexProblem(gains, lower, upper, limits=(cap,), floors=(floor,))).value
    except InfeasibleError:
        return -np.inf
    return value - float(entry[taken].sum())
