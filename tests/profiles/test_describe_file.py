"""`look`: what a person reads of a file that they were just sent, in ten lines at most."""

from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.describe_file import look
from tests.profiles.curves.test_formats import FILES, day_case
from tests.profiles.writers import PRM, WRITERS, mon_compte, r63_csv


def test_a_year_of_an_enedis_file_in_ten_lines(tmp_path: Path) -> None:
    path = tmp_path / "mairie.csv"
    path.write_bytes(mon_compte(day_case(date(2025, 1, 1), 30, days=365)))
    (found,) = look(path).curves
    total = f"{found.energy_kwh:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    assert found.lines == (
        "Enedis client area, CSV, consumption, values in W",
        "Meter: •••• 4800",
        "From 2025-01-01 00:00 to 2026-01-01 00:00, 17520 rows",
        "Step: 30 min",
        f"Sum of the file: {total}\N{NO-BREAK SPACE}kWh; a year: {total}\N{NO-BREAK SPACE}kWh",
        "Highest power: 3.6 kW",
        "Holes: 0.0 h, 0 blank rows; doubles: 0; estimated: 0",
        "Grade B. steps of 30 min, sharing is settled each 15 min",
        "Done: stamps mark the end of a step: moved to its start",
        "For participants.csv, id;curve: mairie;mairie.csv",
    )
    assert found.proposal == ("id;curve", "mairie;mairie.csv")


@pytest.mark.parametrize("file", [name for name in FILES if name != "acc-wide"])
def test_no_file_is_told_in_more_than_ten_lines_nor_shows_a_meter(tmp_path: Path, file: str) -> None:
    path = tmp_path / f"{PRM}.dat"
    path.write_bytes(WRITERS[file](day_case(date(2025, 1, 15), 30)))
    for found in look(path).curves:
        assert 5 <= len(found.lines) <= 10
        assert PRM not in "".join(found.lines)


def test_a_file_of_two_meters_proposes_two_lines_that_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "r63.csv"
    case = day_case(date(2025, 1, 15), 30)
    path.write_bytes(r63_csv(case) + r63_csv(case, "30000012344917", header=False))
    assert [found.proposal[1] for found in look(path).curves if found.proposal] == [
        "r63;r63.csv#4800",
        "r63;r63.csv#4917",
    ]


def test_a_production_proposes_no_participant(tmp_path: Path) -> None:
    path = tmp_path / "pv.csv"
    path.write_bytes(b"time;production_kwh\n2025-01-01 00:00;1\n2025-01-01 00:15;1\n")
    (found,) = look(path).curves
    assert found.kind == "production"
    assert found.proposal is None


def test_a_shape_proposes_to_be_scaled(tmp_path: Path) -> None:
    path = tmp_path / "forme.csv"
    path.write_bytes(b"time;forme [W/MWh]\n2025-01-01 00:00;100\n2025-01-01 00:15;120\n")
    (found,) = look(path).curves
    assert found.proposal == ("id;curve;annual_kwh", "forme;forme.csv;100000")


def test_what_is_neither_a_curve_nor_weather_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lettre.txt"
    path.write_text("Madame, Monsieur,\n", encoding="utf-8")
    with pytest.raises(InputError, match="no load curve is recognised here"):
        look(path)
    with pytest.raises(InputError, match="no such file"):
        look(tmp_path / "absent.csv")


@pytest.mark.shared
def test_a_weather_file_is_told_as_such(shared_data: Path) -> None:
    found = look(shared_data / "weather" / "tmy_45.000_8.000_2005_2023.csv")
    assert found.curves == ()
    assert found.weather is not None
