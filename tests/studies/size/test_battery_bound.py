"""The best use of a battery, with the future known."""

import numpy as np
import pytest

from acc.devices.battery import with_battery
from acc.scenario import Battery
from tests.community import community
from tests.studies.size.battery_bound import best_battery

EXCHANGE = community(2, members=5, plants=1, days=40)
BATTERY = Battery(energy_kwh=25.0, power_kw=8.0, round_trip_ratio=0.85, initial_ratio=0.3)


def test_in_kwh_nothing_beats_taking_and_giving_as_soon_as_possible() -> None:
    greedy, best = with_battery(EXCHANGE, BATTERY), best_battery(EXCHANGE, BATTERY)
    assert best.discharge_kwh.sum() == pytest.approx(greedy.discharge_kwh.sum(), rel=1e-7)


def test_in_euros_the_future_is_worth_something_and_the_bound_holds() -> None:
    hour = np.arange(EXCHANGE.steps.count) % 24
    price = np.where((hour >= 18) & (hour < 21), 0.25, 0.10)

    def worth_eur(discharge: np.ndarray, charge: np.ndarray) -> float:
        return float(discharge @ price - 0.011 * charge.sum())

    greedy = with_battery(EXCHANGE, BATTERY)
    best = best_battery(EXCHANGE, BATTERY, price, 0.011)
    assert worth_eur(best.discharge_kwh, best.charge_kwh) > worth_eur(greedy.discharge_kwh, greedy.charge_kwh)
    # Energy is balanced, and the limits hold to the tolerance of the solver.
    assert best.level_kwh.min() >= -1e-6
    assert best.level_kwh.max() <= BATTERY.energy_kwh + 1e-6
    balance = best.initial_kwh + (best.charge_kwh - best.discharge_kwh - best.lost_kwh).sum()
    assert balance == pytest.approx(best.level_kwh[-1], abs=1e-9)


def test_by_hand_one_kwh_waits_for_the_dear_hour() -> None:
    # 1 kWh left at noon, lacks of 1 at 18 h (0.10 EUR) and at 20 h (0.30 EUR): it is kept for 20 h.
    part = EXCHANGE.part(0, 3)
    need, made = np.array([[1.0], [1.0], [1.0]]), np.array([[2.0], [0.0], [0.0]])
    exchange = type(part)(part.steps, need, made, np.zeros_like(made))
    battery = Battery(energy_kwh=5.0, power_kw=5.0, round_trip_ratio=1.0)
    assert with_battery(exchange, battery).discharge_kwh.tolist() == [0.0, 1.0, 0.0]
    best = best_battery(exchange, battery, np.array([0.0, 0.1, 0.3]))
    assert best.discharge_kwh == pytest.approx(np.array([0.0, 0.0, 1.0]))
