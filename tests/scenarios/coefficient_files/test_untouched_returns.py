"""A month as the grid operator returns it, untouched, then with one thing changed: that alone is told."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.exchange import Exchange
from acc.grid_operator.coefficients import coefficients_of
from acc.grid_operator.reconciliation import (
    Meter,
    OperatorEnergy,
    Reconciliation,
    Returned,
    meters_of,
    reconcile,
    silent_meters,
)
from acc.keys.custom import Custom
from acc.keys.prorata import Prorata
from acc.settle import Allocation, Key, settle
from acc.steps import Steps, local_calendar
from scenarios.operation.coefficient_files.operator_returns import read_returned

DAYS = 31
FIRST = date(2025, 3, 1)
STEPS = Steps.between(FIRST, FIRST + timedelta(days=DAYS), 60)
SITES = [("mairie", "30000000000001"), ("ecole", "30000000000002"), ("gite", "30000000000003")]
PLANTS = [("toit", "30000000000009")]
HEAD = "prm;jour;" + ";".join(OperatorEnergy)


def month() -> Exchange:
    rng = np.random.default_rng(8)
    need = 3.0 * rng.random((STEPS.count, 3))
    made = 6.0 * rng.random((STEPS.count, 1)) * (rng.random((STEPS.count, 1)) > 0.5)
    return Exchange(STEPS, need, made, np.zeros_like(made))


def simulated(key: Key | None = None, decimals: int | None = None) -> dict[str, Meter]:
    exchange = month()
    return meters_of(exchange, settle(exchange, key or Prorata()), SITES, PLANTS, None, decimals)


def daily(series_kwh: FloatArray) -> list[float]:
    day = local_calendar(STEPS).day
    return [float(series_kwh[day == one].sum()) for one in np.unique(day)]


def file_of(
    folder: Path, meters: Mapping[str, Meter], decimals: int, change: Callable[[str, int], bool] | None = None
) -> Path:
    """Write one line a meter and day, French decimals; lines that `change` refuses are left out."""
    lines = [HEAD]
    for prm, meter in meters.items():
        days = {energy: daily(kwh) for energy, kwh in meter.series_kwh.items()}
        for number in range(DAYS):
            cells = [f"{days[e][number]:.{decimals}f}" if e in days else "" for e in OperatorEnergy]
            if change is None or change(prm, number):
                lines.append(";".join([prm, f"{FIRST + timedelta(days=number)}", *cells]).replace(".", ","))
    path = folder / "retours.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def found(path: Path, meters: Mapping[str, Meter]) -> Reconciliation:
    return reconcile(read_returned(path), meters, STEPS)


@pytest.mark.parametrize("decimals", [3, 2, 1, 0])
def test_an_untouched_month_has_no_gap_whatever_its_decimals(tmp_path: Path, decimals: int) -> None:
    meters = simulated()
    outcome = found(file_of(tmp_path, meters, decimals), meters)
    assert len(outcome.gaps) == (3 * 3 + 3) * DAYS
    assert outcome.real_gaps == ()
    assert outcome.silent == ()
    assert outcome.problems == ()


@pytest.mark.parametrize("decimals", [3, 2, 1, 0])
def test_one_value_moved_by_more_than_its_rounding_is_the_only_gap(tmp_path: Path, decimals: int) -> None:
    meters = simulated()
    path = file_of(tmp_path, meters, decimals)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[40].split(";")  # the school, 9 March
    cells[2] = f"{float(cells[2].replace(',', '.')) + 2 * 10.0**-decimals:.{decimals}f}".replace(".", ",")
    path.write_text("\n".join([*lines[:40], ";".join(cells), *lines[41:]]), encoding="utf-8")
    (gap,) = found(path, meters).real_gaps
    assert (gap.id, gap.returned.quantity) == ("ecole", OperatorEnergy.CONS)
    assert gap.returned.first_day == date(2025, 3, 9)
    assert gap.gap_kwh == pytest.approx(2 * 10.0**-decimals, abs=0.5 * 10.0**-decimals)


def test_a_difference_of_rounded_values_is_no_gap(tmp_path: Path) -> None:
    """20.4 kWh less 10.6 are 9.8, rounded 10; the rounded 20 less the rounded 11 are 9."""
    steps = Steps.between(FIRST, FIRST + timedelta(days=1), 60)
    need, made = np.full((24, 1), 20.4 / 24), np.full((24, 1), 10.6 / 24)
    exchange = Exchange(steps, need, made, np.zeros((24, 1)))
    meters = meters_of(exchange, settle(exchange, Prorata()), SITES[:1], [])
    path = tmp_path / "retours.csv"
    for complement, gaps in (("10", 0), ("9", 0), ("8", 1)):
        path.write_text(
            f"prm;jour;cons;autocons;complement\n{SITES[0][1]};2025-03-01;20;11;{complement}\n",
            encoding="utf-8",
        )
        outcome = reconcile(read_returned(path), meters, steps)
        assert len(outcome.real_gaps) == gaps, complement


def test_the_digits_of_a_column_are_the_most_that_one_of_its_values_has(tmp_path: Path) -> None:
    path = tmp_path / "retours.csv"
    path.write_text("prm;jour;cons;autocons\nA;2025-03-01;2;0,405\nA;2025-03-02;1,5;1\n", encoding="utf-8")
    assert [value.resolution_kwh for value in read_returned(path)] == pytest.approx([0.1, 1e-3, 0.1, 1e-3])


def test_steps_added_up_carry_the_rounding_of_each(tmp_path: Path) -> None:
    path = tmp_path / "retours.csv"
    lines = [f"A;2025-03-02T{hour:02}:00:00Z;1,23" for hour in range(1, 23)]
    path.write_text("\n".join(["prm;horodate_fin_utc;cons", *lines]), encoding="utf-8")
    (value,) = read_returned(path)
    assert value.energy_kwh == pytest.approx(22 * 1.23)
    assert value.resolution_kwh == pytest.approx(0.22)


def test_coefficients_sent_with_few_decimals_explain_what_they_move(tmp_path: Path) -> None:
    """The operator multiplies the production by what was sent: 1/3 becomes 0.33, or 0.34 for one of them."""
    exchange = month()
    ids = [name for name, _prm in SITES]
    exact = coefficients_of(exchange, Prorata(), ids, ["toit"])
    sent = exact.rounded(2, exchange)
    shared: Allocation = settle(exchange, Custom(STEPS, sent.share))
    operator = meters_of(exchange, shared, SITES, PLANTS)
    path = file_of(tmp_path, operator, 3)
    assert found(path, simulated(decimals=2)).real_gaps == ()
    assert found(path, simulated(decimals=None)).real_gaps != ()


def test_a_meter_that_is_not_in_the_file_is_named(tmp_path: Path) -> None:
    meters = simulated()
    outcome = found(file_of(tmp_path, meters, 3, lambda prm, _day: prm != "30000000000002"), meters)
    (silence,) = outcome.silent
    assert (silence.id, silence.masked_prm, silence.is_absent) == ("ecole", "•••• 0002", True)
    assert (silence.missing_days, silence.days) == (DAYS, DAYS)
    assert outcome.real_gaps == ()


def test_a_meter_that_falls_silent_is_named_with_its_day(tmp_path: Path) -> None:
    meters = simulated()
    path = file_of(tmp_path, meters, 3, lambda prm, day: prm != "30000000000009" or day < 20)
    (silence,) = found(path, meters).silent
    assert (silence.id, silence.first_day, silence.missing_days) == ("toit", date(2025, 3, 21), 11)
    assert silence.to_the_end
    assert not silence.is_absent


def test_a_day_amid_the_month_is_missed_too(tmp_path: Path) -> None:
    meters = simulated()
    path = file_of(tmp_path, meters, 3, lambda prm, day: prm != "30000000000003" or day not in {4, 7})
    (silence,) = found(path, meters).silent
    assert (silence.id, silence.first_day, silence.missing_days) == ("gite", date(2025, 3, 5), 2)
    assert not silence.to_the_end


def test_an_energy_left_blank_is_a_day_missed(tmp_path: Path) -> None:
    meters = simulated()
    path = file_of(tmp_path, meters, 3)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[31].split(";")  # the town hall, 31 March
    cells[4] = ""
    path.write_text("\n".join([*lines[:31], ";".join(cells), *lines[32:]]), encoding="utf-8")
    (silence,) = found(path, meters).silent
    assert (silence.id, silence.first_day, silence.missing_days) == ("mairie", date(2025, 3, 31), 1)


def test_monthly_readings_on_different_days_are_no_silence() -> None:
    def spans(*days: int) -> dict[str, list[tuple[date, date]]]:
        ends = [FIRST + timedelta(days=day) for day in days]
        return {"cons": list(pairwise(ends))}

    ids = {"A": "mairie", "B": "ecole", "C": "gite"}
    silent = silent_meters({"A": spans(0, 30, 60, 90), "B": spans(9, 39, 69, 99), "C": spans(0, 30, 60)}, ids)
    assert [(one.id, one.first_day, one.missing_days) for one in silent] == [
        ("gite", FIRST + timedelta(days=60), 39)
    ]


def test_a_value_of_a_meter_that_is_unknown_silences_nobody() -> None:
    meters = simulated()
    value = Returned(
        prm="X",
        quantity=OperatorEnergy.CONS,
        first_day=FIRST,
        end_day=FIRST + timedelta(days=1),
        energy_kwh=1.0,
    )
    outcome = reconcile([value], meters, STEPS)
    assert outcome.silent == ()
    assert len(outcome.problems) == 1
