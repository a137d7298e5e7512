"""What the figures of a bill say of each other, at the limits, by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from acc.kept_bill import KeptBill
from scenarios.entry.columns.bill_columns import energy_faults

YEAR = {"start": date(2024, 1, 1), "end": date(2024, 12, 31)}


def blamed(bill: KeptBill, annual_kwh: float | None = None) -> list[str]:
    row = SimpleNamespace(annual_kwh=annual_kwh)
    return [column for column, _message in energy_faults(row, bill)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("annual_kwh", "days", "peak_kw", "is_wrong"),
    [
        (8760.0, {}, 1.0, False),
        (8760.0, {}, 0.999, True),
        (8784.0, YEAR, 1.0, False),
        (8784.0, YEAR, 0.999, True),
        (None, {}, 0.001, False),
    ],
)
def test_the_highest_power_is_at_least_the_mean_one_of_the_days_of_the_bill(
    annual_kwh: float | None, days: dict[str, date], peak_kw: float, is_wrong: bool
) -> None:
    """1 kW makes 8,760 kWh in 365 days, 8,784 in 2024."""
    assert blamed(KeptBill(peak_kw=peak_kw, **days), annual_kwh) == ["peak_kw"] * is_wrong


@pytest.mark.parametrize(
    ("annual_kwh", "is_wrong"), [(1000.0, False), (1001.0, False), (998.0, True), (1002.0, True)]
)
def test_the_year_is_the_sum_of_its_postes_but_for_rounding(annual_kwh: float, is_wrong: bool) -> None:
    """Three rounded figures differ by 1.5 kWh at most."""
    bill = KeptBill(kwh_by_slot={"hp": 600.0, "hc": 400.0})
    assert blamed(bill, annual_kwh) == ["annual_kwh"] * is_wrong


def test_a_part_of_the_months_may_be_less_than_the_year_and_not_more() -> None:
    slots = {"hp": 600.0, "hc": 400.0}
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month={1: 500.0, 2: 400.0})) == []
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month={1: 600.0, 2: 500.0})) == ["hp_kwh"]
    months = dict.fromkeys(range(1, 13), 80.0)  # 960 kWh in all twelve
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month=months)) == ["hp_kwh"]
    assert blamed(KeptBill(kwh_by_month={1: 500.0}), 1000.0) == []
    assert blamed(KeptBill(kwh_by_month=months), 1000.0) == ["annual_kwh"]


def test_the_months_of_a_season_are_its_postes() -> None:
    slots = {"hph": 300.0, "hch": 200.0, "hpb": 280.0, "hcb": 210.0}
    winter, summer = dict.fromkeys((11, 12, 1, 2, 3), 100.0), dict.fromkeys(range(4, 11), 70.0)
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month=winter | summer)) == []
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month=winter | summer | {3: 120.0})) == ["hph_kwh"]
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month=winter | summer | {4: 50.0})) == ["hpb_kwh"]
    assert blamed(KeptBill(kwh_by_slot=slots, kwh_by_month={1: 400.0})) == []


def test_a_bill_of_zero_is_no_bill() -> None:
    assert blamed(KeptBill(kwh_by_slot={"hp": 0.0, "hc": 0.0})) == ["hp_kwh"]
    assert energy_faults(SimpleNamespace(annual_kwh=3.0), None) == []  # type: ignore[arg-type]
