"""`look`: what a person reads of a file that they were just sent, in ten lines at most."""

from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.describe_file import look, look_at_all
from tests.profiles.curves.test_formats import FILES, day_case
from tests.profiles.writers import PRM, WRITERS, generic_french, mon_compte, portal_daily_xlsx, r63_csv


def test_a_year_of_an_enedis_file_in_ten_lines(tmp_path: Path) -> None:
    path = tmp_path / "mairie.csv"
    path.write_bytes(mon_compte(day_case(date(2025, 1, 1), 30, days=365)))
    (found,) = look(path).curves
    total = f"{found.energy_kwh:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    assert found.lines == (
        "Enedis client area, CSV, consumption, values in W",
        "Meter: •••• 4800",
        "From 1 January 2025 to 1 January 2026, 17,520 rows: one value each half hour",
        f"{total}\N{NO-BREAK SPACE}kWh in a year",
        "Highest power: 3.6 kW",
        "Complete: no hole, no double, no estimated value.",
        "Grade B: one value each half hour, Enedis counts by the quarter of an hour.",
        "Done: stamps mark the end of a step: moved to its start",
        "In the table of the sites, “curve”: mairie.csv",
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
    with pytest.raises(InputError, match="file missing"):
        look(tmp_path / "absent.csv")


@pytest.mark.shared
def test_a_weather_file_is_told_as_such(shared_data: Path) -> None:
    found = look(shared_data / "weather" / "tmy_45.000_8.000_2005_2023.csv")
    assert found.curves == ()
    assert found.weather is not None


def test_the_daily_export_of_the_portal_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(portal_daily_xlsx())
    with pytest.raises(InputError, match=r"Export Consommation Quotidienne.*Consommation Horaire"):
        look(path)


def test_what_a_file_does_not_say_may_stand_after_its_name(tmp_path: Path) -> None:
    (tmp_path / "mairie.csv").write_bytes(generic_french(day_case(date(2025, 1, 15), 30)))
    plain, moved = (look(tmp_path / name).curves[0] for name in ("mairie.csv", "mairie.csv?clock=utc"))
    assert plain.energy_kwh == pytest.approx(moved.energy_kwh)
    assert (plain.first[11:], moved.first[11:]) == ("00:00", "01:00")
    assert moved.proposal == ("id;curve", "mairie;mairie.csv?clock=utc")  # the line gives this very curve
    (tmp_path / "brut.csv").write_text("date;valeur\n01/01/2025 00:00;2000\n01/01/2025 00:30;1000\n")
    with pytest.raises(InputError, match=r"\?unit=kW"):
        look(tmp_path / "brut.csv")
    (told,) = look(tmp_path / "brut.csv?unit=W&clock=winter").curves
    assert (told.energy_kwh, told.proposal) == (1.5, ("id;curve", "brut;brut.csv?unit=W&clock=winter"))
    found, problems = look_at_all([tmp_path / "mairie.csv?clock=lune"])
    assert not found
    assert "lune" in str(problems[0])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Source,Location ID,City,State\nNSRDB,1,-,-\nYear,Month,Day,Hour,Minute,GHI\n", "NSRDB"),
        ("Ort : Ville\nArt des TMY : mittleres Jahr\n\nNSRDB,2,-\nYear,MM,DD,HH,Minute,GHI\n", "NSRDB"),
        ("Koordinatensystem : Lambert\nArt des TRY : mittleres Jahr\nBezugszeitraum : 1995-2012\n", "TRY"),
        ("STATIONS_ID;MESS_DATUM;QN;DS_10;GS_10;SD_10;LS_10;eor\n3;202101010000;3;0;0;0;0;eor\n", "DWD"),
        ("location,longitude\nVILLE,6.1\nyear,month,diffuse_irradiance,global_irradiance\n", "DWD"),
    ],
)  # fmt: skip
def test_weather_texts_of_other_services_are_refused_by_their_name(
    tmp_path: Path, text: str, name: str
) -> None:
    path = tmp_path / "meteo.dat"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"{name}.*PVGIS"):
        look(path)
