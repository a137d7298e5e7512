"""What each change is worth: sums, orders and nothing for nothing, against exchanges made whole."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from acc.changes import DatedChange, What, at_midday
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.settle import settle
from acc.years.meter_sums import YearMeters
from acc.years.plan_years import YearKwh, curve_weights, filled, plan_years
from acc.years.row_values import row_values
from acc.years.states import anchors, exchange_in
from tests.acc.years.test_states import STEPS, base, change

ROWS = [
    change("a", What.SCALE, date(2027, 3, 1), None, 2.0),
    change("b", What.CLOSES, date(2028, 1, 1), None, 0.2),
    change("q", What.CLOSES, date(2029, 6, 1)),
    change("p", What.STARTS, date(2027, 1, 1)),
    change("c", What.SCALE, date(2050, 1, 1), None, 0.0),
]


def shared(rows: list[DatedChange], year: int) -> float:
    exchange = exchange_in(base(), rows, year)
    return float(np.minimum(exchange.consumption_kwh.sum(axis=1), exchange.production_kwh.sum(axis=1)).sum())


def test_values_are_differences_of_whole_exchanges_and_sum_to_all() -> None:
    found = row_values(YearMeters.of(base(), 10), ROWS)
    assert found.exact
    never = change("p", What.CLOSES, date(2026, 1, 1))  # without its row the plant is not built
    assert found.with_kwh == pytest.approx(shared(ROWS, 10), rel=1e-9)
    assert found.without_kwh == pytest.approx(shared([never], 10), rel=1e-9)
    by_row = {row.change: row for row in found.rows}
    assert by_row[ROWS[1]].last_kwh == pytest.approx(
        found.with_kwh - shared([ROWS[0], *ROWS[2:]], 10), rel=1e-9
    )
    assert by_row[ROWS[3]].last_kwh == pytest.approx(
        found.with_kwh - shared([*ROWS[:3], ROWS[4], never], 10), rel=1e-9
    )
    assert by_row[ROWS[0]].alone_kwh == pytest.approx(
        shared([ROWS[0], never], 10) - found.without_kwh, rel=1e-9
    )
    whole = found.with_kwh - found.without_kwh
    assert sum(row.shapley_kwh for row in found.rows) == pytest.approx(whole, abs=1e-6)
    nothing = by_row[ROWS[4]]  # after the plan's tenth year
    assert (nothing.alone_kwh, nothing.last_kwh, nothing.shapley_kwh) == pytest.approx(
        (0.0, 0.0, 0.0), abs=1e-6
    )


def test_a_use_at_midday_is_the_row_written_so_and_what_ones_own_roof_feeds_is_local() -> None:
    random = np.random.default_rng(7)
    fleet, heater = (
        change("a", What.EV_FLEET, date(2027, 3, 1)),
        change("c", What.WATER_HEATER, date(2028, 1, 1)),
    )
    roofed, pump = change("b", What.EV_FLEET, date(2027, 1, 1)), change("a", What.HEAT_PUMP, date(2027, 1, 1))
    uses = [fleet, heater, roofed, pump]
    uses += [moved for moved in map(at_midday, uses) if moved is not None]
    assert len(uses) == 7
    ground = replace(base(), added_kwh={one: random.uniform(0.0, 2.0, STEPS.count) for one in uses})
    rows = [fleet, heater, roofed, pump]
    found = {row.change: row for row in row_values(YearMeters.of(ground, 10), rows).rows}
    for one in (fleet, heater, roofed):
        typed = [at_midday(row) if row == one else row for row in rows]
        same = row_values(YearMeters.of(ground, 10), [row for row in typed if row is not None])
        (alone,) = [row for row in same.rows if row.change == at_midday(one)]
        assert found[one].midday_ratio == pytest.approx(alone.local_ratio, rel=1e-9)
        assert alone.midday_ratio is None
    assert found[pump].midday_ratio is None
    # Of who has a roof behind its meter: what is used there and what is received, over all that is used more.
    with_it, without = (exchange_in(ground, some, 10) for some in (rows, [fleet, heater, pump]))
    local, used = (
        sum(sign * kwh(one) for sign, one in ((1.0, with_it), (-1.0, without))) for kwh in (_local, _used)
    )
    assert abs(float(with_it.own_use_kwh.sum() - without.own_use_kwh.sum())) > 1.0
    assert found[roofed].local_ratio == pytest.approx(local / used, rel=1e-9)


def _local(exchange: Exchange) -> float:
    received = np.minimum(exchange.consumption_kwh.sum(axis=1), exchange.production_kwh.sum(axis=1)).sum()
    return float(received + exchange.own_use_kwh.sum())


def _used(exchange: Exchange) -> float:
    return float(exchange.consumption_kwh.sum() + exchange.own_use_kwh.sum())


def test_beyond_eight_rows_orders_are_drawn_and_still_sum() -> None:
    rows = [change("a", What.SCALE, date(2027, month, 1), None, 1.1) for month in range(1, 10)]
    found = row_values(YearMeters.of(base(), 5), rows)
    assert not found.exact
    assert sum(row.shapley_kwh for row in found.rows) == pytest.approx(
        found.with_kwh - found.without_kwh, abs=1e-6
    )


def test_a_curve_between_changes_errs_by_less_than_a_ten_thousandth() -> None:
    rows, horizon = ROWS[:2], 20
    years = anchors(rows, STEPS, horizon)
    assert years == [1, 2, 3, 4, 20]
    years = filled({*years})

    def year(number: int) -> YearKwh:
        exchange = exchange_in(base(), rows, number)
        return YearKwh(energy=energy(exchange, settle(exchange, Prorata())))

    weights = curve_weights(years, horizon, 0.01, anchors(rows, STEPS, horizon))
    lined = plan_years(date(2026, 1, 1), {number: year(number) for number in years}, weights)
    for number in (2, 7, 12, 17):
        exact = year(number).energy.received_kwh.sum()
        assert lined.energies[number - 1].received_kwh.sum() == pytest.approx(exact, rel=1e-4)


def test_an_audience_that_knows_of_fewer_changes_has_no_meter_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []

    def counted(*given: Any) -> Exchange:
        made.append(given[1])
        return exchange_in(*given)

    monkeypatch.setattr("acc.years.meter_sums.exchange_in", counted)
    meters = YearMeters.of(base(), 10)
    every = row_values(meters, ROWS)
    parts = len(made)
    # Three meters with a row, one with two, and what no row moves: each part of their rows once.
    assert parts == 3 * 2 + 4 + 1
    known = [ROWS[0], *ROWS[2:]]
    told = row_values(meters, known, ROWS)
    assert len(made) == parts
    apart = row_values(YearMeters.of(base(), 10), known)
    for one, other in zip(told.rows, apart.rows, strict=True):
        assert one.last_kwh == pytest.approx(other.last_kwh, rel=1e-9, abs=1e-9)
        assert one.shapley_kwh == pytest.approx(other.shapley_kwh, rel=1e-9, abs=1e-9)
    assert told.with_kwh != every.with_kwh
