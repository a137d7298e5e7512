"""A battery that comes later: the kWh of folders with and without it, its euros by hand, what is refused."""

from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from acc.result.result import Result
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_question
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation
from tests.scenarios.ready.test_plan_years import ON

BATTERY = """
[battery]
energy_kwh = 80
power_kw = 40
round_trip_ratio = 0.9
capex_eur = 30000
opex_eur_per_year = 500
"""
STILL = ("finance.degradation_ratio=0", "finance.indexation_ratio=0.02")
ROW = "operation;battery;2030;\n"


def folder_of(where: Path, rows: str = "", battery: str = BATTERY) -> Path:
    write_operation(where)
    settings = where / "operation.toml"
    settings.write_text(settings.read_text("utf-8").replace("\n[weather]", battery + "\n[weather]"), "utf-8")
    plants = where / "plants.csv"
    # Enough panels to leave something by day.
    plants.write_text(plants.read_text("utf-8").replace(";90;12;", ";300;12;"), encoding="utf-8")
    if rows:
        (where / "changes.csv").write_text(f"id;what;since;ratio\n{rows}", encoding="utf-8")
    return where


def result_of(folder: Path, *sets: str) -> Result:
    return run(folder, ran_on=ON, settings=read_question((*STILL, *sets)), parts=RunParts(advice=False))


def test_years_are_those_of_a_folder_without_it_then_with_it(tmp_path: Path) -> None:
    later = result_of(folder_of(tmp_path / "later", ROW))
    without = result_of(folder_of(tmp_path / "without", battery=""))
    there = result_of(folder_of(tmp_path / "there"))
    assert later.years is not None
    assert later.storage is None
    shared = later.years.total("received_kwh")
    assert shared[:4] == pytest.approx(without.energy.received_kwh.sum(), rel=1e-9)
    assert shared[4:] == pytest.approx(there.energy.received_kwh.sum(), rel=1e-9)
    assert shared[4] > shared[3] * 1.02
    np.testing.assert_allclose(
        later.years.energies[7].surplus_kwh, there.energy.surplus_kwh, rtol=1e-9, atol=1e-9
    )
    # The bills of a year are those of the folder that has it from the start.
    assert later.money is not None
    assert there.money is not None
    for mine, other in zip(later.money.participants, there.money.participants, strict=True):
        if mine.by_year_eur_ht:
            assert mine.by_year_eur_ht[9] == pytest.approx(other.by_year_eur_ht[9], abs=0.005)  # the cent


def test_it_is_paid_the_year_before_and_kept_up_from_its_own_by_hand(tmp_path: Path) -> None:
    dear = result_of(folder_of(tmp_path / "dear", ROW))
    free = BATTERY.replace("30000", "0").replace("500", "0")
    bare = result_of(folder_of(tmp_path / "bare", ROW, free))
    assert dear.money is not None
    assert bare.money is not None
    mine, other = dear.money.plan, bare.money.plan
    assert mine is not None
    assert other is not None
    paid = mine.flows.investment_eur_ht - other.flows.investment_eur_ht
    assert paid.tolist() == pytest.approx([-30_000.0 if year == 4 else 0.0 for year in range(21)])
    kept = mine.flows.opex_eur_ht - other.flows.opex_eur_ht
    by_hand = [-500.0 * 1.02 ** (year - 1) if year >= 5 else 0.0 for year in range(21)]
    assert kept.tolist() == pytest.approx(by_hand, abs=0.005)  # the cent


def test_the_line_left_out_a_day_after_the_plan_and_no_changes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "later", ROW)
    never = result_of(folder, "changes.operation-battery-2030.active=non")
    without = result_of(folder_of(tmp_path / "without", battery=""))
    after = result_of(folder_of(tmp_path / "after", "operation;battery;2060;\n"))
    assert never.money is not None
    assert without.money is not None
    assert after.money is not None
    for one in (never, after):
        assert one.money is not None
        for mine, other in zip(one.money.persons, without.money.persons, strict=True):
            assert mine.gain_eur_ht == pytest.approx(other.gain_eur_ht, abs=1e-6)
    there = result_of(folder, "changements=non")
    assert there.storage is not None


def test_ranges_of_the_plan_are_not_drawn_with_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "later", ROW)
    drawn = run(folder, ran_on=ON, parts=RunParts(ranges_folder=folder / "out", advice=False))
    assert drawn.ranges is not None
    assert "gain_eur_ht" in drawn.ranges
    for name in ("npv_eur_ht", "everybody_npv_eur_ht", "later_received_kwh", "later_gain_eur_ht"):
        assert name not in drawn.ranges


@pytest.mark.parametrize(
    ("row", "battery", "column", "words"),
    [
        ("operation;battery;2030-05-01;", BATTERY, "since", "2031-01-01"),
        ("operation;battery;2026;", BATTERY, "since", "from the start"),
        ("cave;battery;2030;", BATTERY, "id", "operation"),
        ("operation;battery;2030;", "", "what", "[battery]"),
        ("operation;battery;2030;2", BATTERY, "ratio", "no ratio"),
        ("operation;battery;2030;\noperation;battery;2032;", BATTERY, "since", "line 2"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    tmp_path: Path, row: str, battery: str, column: str, words: str
) -> None:
    with pytest.raises(InputError) as fault:
        load(folder_of(tmp_path, f"{row}\n", battery))
    told = [f"{one.path} {one.message}" for one in fault.value.problems]
    assert any(f", {column} " in one and words in one for one in told), told
