"""The meters of each year of a plan, against pooled sums written apart."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.changes import OF_A_PART, DatedChange, What
from acc.keys.prorata import Prorata
from acc.settle import settle
from acc.steps import Steps, local_calendar
from acc.years.states import PlanBase, away_in, exchange_in, year_of, years_of_plant
from tests.effort import law

STEPS = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)
DAY = local_calendar(STEPS).day
SITES, PLANTS, BEHIND = ("a", "b", "c"), ("p", "q"), (None, 1)


def base(seed: int = 24) -> PlanBase:
    random = np.random.default_rng(seed)
    load = random.uniform(0.0, 3.0, (STEPS.count, 3))
    output = random.uniform(0.0, 4.0, (STEPS.count, 2)) * (random.uniform(size=(STEPS.count, 1)) < 0.5)
    return PlanBase(STEPS, load, output, BEHIND, SITES, PLANTS, np.array([0.005, 0.01]))


def change(site: str, what: What, since: date, until: date | None = None, ratio: float = 0.0) -> DatedChange:
    return DatedChange(site=site, what=what, since=since, until=until, ratio=ratio)


def holds(one: DatedChange, year: int) -> FloatArray:
    """1 on each step of a year of the plan on which a change holds, day by day, without any search."""
    days = np.array([np.datetime64(f"{2025 + year}{str(day)[4:]}") for day in np.unique(DAY)])
    inside = (days >= np.datetime64(one.since)) & (one.until is None or days < np.datetime64(one.until or 0))
    return inside[np.searchsorted(np.unique(DAY), DAY)].astype(float)


def pooled(ground: PlanBase, changes: list[DatedChange], year: int) -> tuple[float, float, float]:
    """Need, injected and shared kWh of a year, site by site and by hand."""
    load, away = ground.load_kwh.copy(), np.ones_like(ground.load_kwh)
    fade, on = (1.0 - ground.wear_ratio) ** (year - 1), np.ones((STEPS.count, 2))
    for one in changes:
        held = holds(one, year)
        if one.site in SITES:
            column = SITES.index(one.site)
            if one.what in {What.SCALE, What.CLOSES}:
                load[:, column] *= 1.0 + held * (one.ratio - 1.0)
            else:
                away[:, column] *= held if one.what is What.JOINS else 1.0 - held
        else:
            column = PLANTS.index(one.site)
            on[:, column] *= held if one.what is What.STARTS else 1.0 + held * (one.ratio - 1.0)
            if one.what is What.STARTS:
                fade[column] = (1.0 - ground.wear_ratio[column]) ** max(0, year - (one.since.year - 2025))
    output = ground.output_kwh * fade * on
    own = np.minimum(load[:, 1], output[:, 1])
    load[:, 1] -= own
    load *= away
    injected = output[:, 0] + output[:, 1] - own
    return load.sum(), injected.sum(), np.minimum(load.sum(axis=1), injected).sum()


DATES = st.dates(date(2026, 1, 1), date(2033, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29))


def ratios(most: float) -> st.SearchStrategy[float]:
    """Parts of a need, none of a thousandth of a kWh a year."""
    return st.just(0.0) | st.floats(0.01, most)


ROWS = st.one_of(
    st.builds(change, st.sampled_from(SITES), st.just(What.SCALE), DATES, st.none(), ratios(3.0)),
    st.builds(change, st.sampled_from(SITES), st.just(What.CLOSES), DATES, st.none(), ratios(0.5)),
    st.builds(change, st.sampled_from("ac"), st.sampled_from([What.LEAVES, What.JOINS]), DATES),
    st.builds(change, st.sampled_from(PLANTS), st.just(What.CLOSES), DATES),
    st.builds(change, st.just("p"), st.just(What.STARTS), DATES),
)
FILES = st.lists(ROWS, max_size=6, unique_by=lambda row: (row.site, row.what))


@law(15)
@given(FILES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_each_year_is_what_pooled_sums_say_and_the_order_of_rows_does_not_matter(
    rows: list[DatedChange], year: int, random: object
) -> None:
    ground = base()
    exchange = exchange_in(ground, rows, year)
    shared = settle(exchange, Prorata())
    found = exchange.consumption_kwh.sum(), exchange.production_kwh.sum(), shared.received_kwh.sum()
    assert found == pytest.approx(pooled(ground, rows, year), rel=1e-9, abs=1e-6)
    assert shared.surplus_kwh.sum() + found[2] == pytest.approx(found[1], rel=1e-9, abs=1e-6)
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert exchange_in(ground, mixed, year).consumption_kwh.tobytes() == exchange.consumption_kwh.tobytes()


def test_two_half_rows_are_one_whole_and_a_row_after_the_plan_changes_nothing() -> None:
    ground, whole = base(), [change("a", What.SCALE, date(2028, 5, 1), None, 0.25)]
    halves = [change("a", What.SCALE, date(2028, 5, 1), None, 0.5)] * 2
    one, two = exchange_in(ground, whole, 3), exchange_in(ground, halves, 3)
    np.testing.assert_allclose(one.consumption_kwh, two.consumption_kwh, rtol=1e-12)
    later = [change("a", What.CLOSES, date(2060, 1, 1)), change("q", What.CLOSES, date(2060, 1, 1))]
    np.testing.assert_array_equal(
        exchange_in(ground, later, 20).consumption_kwh, exchange_in(ground, [], 20).consumption_kwh
    )


def with_parts(ground: PlanBase, *rows: DatedChange) -> PlanBase:
    """The same with a part of the need for rows of a part, kWh of the night and of noon for the others."""
    hour = local_calendar(STEPS).minute // 60
    moved = 1.0 * (hour == 12) - 1.0 * (hour == 2)
    added = {
        one: ground.load_kwh[:, SITES.index(one.site)] * (hour > 17) if one.what in OF_A_PART else moved
        for one in rows
    }
    return replace(ground, added_kwh=added)


def test_a_renovation_takes_its_part_of_the_use_as_earlier_changes_left_it() -> None:
    first, second = (change("a", What.RENOVATION, date(2027 + n, 1, 1), None, 0.6) for n in (0, 2))
    half, pump = (
        change("a", What.SCALE, date(2026, 6, 1), None, 0.5),
        change("a", What.HEAT_PUMP, first.since),
    )
    lamps = change("a", What.LED, date(2028, 1, 1), None, 0.0)
    ground = with_parts(base(), first, second, lamps)
    heat = np.full(STEPS.count, 0.25)
    ground = replace(ground, added_kwh={**ground.added_kwh, pump: heat})
    need, part = ground.load_kwh[:, 0], ground.added_kwh[first]

    def found(rows: list[DatedChange], year: int) -> FloatArray:
        seen: FloatArray = exchange_in(ground, rows, year).consumption_kwh[:, 0]
        return seen

    np.testing.assert_allclose(found([first], 2), need - 0.4 * part, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found([first, half], 2), 0.5 * (need - 0.4 * part), rtol=1e-12, atol=1e-12)
    both = found([second, first], 4)
    np.testing.assert_allclose(both, need - (1.0 - 0.36) * part, rtol=1e-12, atol=1e-12)
    # The heat pump was there before the walls were insulated: it heats them less; lamps are another use.
    np.testing.assert_allclose(
        found([pump, second], 4), need - 0.4 * part + 0.6 * heat, rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(found([pump, lamps], 3), need - part + heat, rtol=1e-12, atol=1e-12)


def test_what_moves_to_other_hours_is_as_much_as_left_and_no_more_than_was_there() -> None:
    moves = change("a", What.HOURS, date(2027, 1, 1))
    for scale in (1.0, 0.1, 0.0):
        ground = with_parts(replace(base(), load_kwh=scale * base().load_kwh), moves)
        before, after = (exchange_in(ground, rows, 2).consumption_kwh[:, 0] for rows in ([], [moves]))
        assert after.min() >= 0.0
        assert after.sum() == pytest.approx(before.sum(), rel=1e-12)
        at_noon = (after - before)[local_calendar(STEPS).minute == 12 * 60].sum()
        assert at_noon == pytest.approx(
            np.minimum(before, 1.0)[local_calendar(STEPS).minute == 2 * 60].sum(), rel=1e-12
        )


def test_who_leaves_is_out_of_the_year_after_and_counts_for_no_law() -> None:
    ground, rows = (
        base(),
        [change("a", What.LEAVES, date(2028, 7, 1)), change("c", What.JOINS, date(2027, 1, 1))],
    )
    assert [sorted(away_in(STEPS, rows, year)) for year in (1, 2, 3, 4)] == [["c"], [], [], ["a"]]
    nothing = [change("a", What.SCALE, date(2028, 7, 1)), change("c", What.CLOSES, date(2026, 1, 1))]
    assert away_in(STEPS, nothing, 4) == frozenset()
    kwh = [exchange_in(ground, own, 4).consumption_kwh[:, 0].sum() for own in (rows, nothing)]
    assert kwh == [0.0, 0.0]  # the same kWh, though one is a member still


def test_a_year_of_the_plan_begins_with_the_period() -> None:
    from_july = Steps.between(date(2026, 7, 1), date(2027, 7, 1), 60)
    days = (date(2026, 7, 1), date(2027, 6, 30), date(2027, 7, 1), date(2026, 6, 30))
    assert [year_of(day, from_july) for day in days] == [1, 1, 2, 0]
    rows = [change("p", What.STARTS, date(2028, 4, 1)), change("p", What.CLOSES, date(2040, 1, 1))]
    assert years_of_plant("p", rows, STEPS) == (3, 14)  # closed on the first day of year 15
    assert years_of_plant("q", rows, STEPS) == (1, None)
