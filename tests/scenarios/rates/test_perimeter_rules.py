"""The limits of each date, as the texts publish them."""

from datetime import date

import pytest

from acc.problem import InputError
from acc.scenario import Regime
from scenarios.rates.table import perimeter_rules, read_rates


def test_today_the_cap_is_five_megawatts_and_ten_in_the_epci_case():
    rules = perimeter_rules(read_rates(), date(2026, 11, 25))
    assert {regime: figure.value for regime, figure in rules.distance_km.items()} == {
        Regime.KM_2: 2,
        Regime.KM_10: 10,
        Regime.KM_20: 20,
    }
    assert (rules.power_mw.value, rules.power_zni_mw.value) == (5, 0.5)
    assert rules.power_epci_mw is not None
    assert rules.power_epci_mw.value == 10
    assert {regime: figure.value for regime, figure in rules.class_min.items()} == {
        Regime.KM_10: 3,
        Regime.KM_20: 5,
    }


@pytest.mark.parametrize(("on", "cap"), [(date(2025, 3, 5), 3), (date(2025, 3, 6), 5)])
def test_the_cap_rose_on_the_6th_of_march_2025(on, cap):
    rules = perimeter_rules(read_rates(), on)
    assert rules.power_mw.value == cap
    assert (rules.power_epci_mw is None) == (cap == 3)


def test_the_ten_kilometres_came_in_october_2023_and_the_twenty_before_them():
    rules = perimeter_rules(read_rates(), date(2023, 10, 7))
    assert set(rules.distance_km) == {Regime.KM_2, Regime.KM_20}
    assert not rules.class_min
    assert set(perimeter_rules(read_rates(), date(2023, 10, 8)).distance_km) == {
        Regime.KM_2,
        Regime.KM_10,
        Regime.KM_20,
    }


def test_before_the_first_text_there_is_no_rule():
    with pytest.raises(InputError, match="2019-11-25"):
        perimeter_rules(read_rates(), date(2019, 1, 1))


def test_conventions_of_the_program_are_marked_as_such():
    rules = perimeter_rules(read_rates(), date(2026, 1, 1))
    assert rules.margin_ratio.confidence == rules.same_place_km.confidence == "L"
    assert rules.power_mw.confidence == "H"
