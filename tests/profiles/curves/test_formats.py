"""Every format: what is written is read back, days of 23 h and 25 h included, and each trap of real files."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from acc.problem import InputError
from acc.steps import paris_midnight_utc
from profiles.curves.facts import CRITERIA
from profiles.curves.formats import FORMATS, enedis_text, not_a_curve
from profiles.curves.formats.base import ReadOptions
from profiles.curves.formats.open_file import source_of
from profiles.curves.formats.times import read_moments
from profiles.curves.read import Curve, curves_of, read_curve, read_curves
from tests.effort import law
from tests.profiles.writers import ONLY_30_MIN, OPTIONS, PRM, R63_HEADER, WRITERS, Case, mon_compte, r63_csv

DAYS = (date(2025, 1, 15), date(2025, 3, 30), date(2025, 10, 26), date(2024, 2, 29), date(2024, 12, 31))
"""An ordinary day, those of 23 h and 25 h, the day of every four years, and the last of a leap year."""

FILES = sorted(WRITERS)


def day_case(day: date, minutes: int, days: int = 1) -> Case:
    start, stop = paris_midnight_utc(day), paris_midnight_utc(day + timedelta(days=days))
    count = (stop - start) // timedelta(minutes=minutes)
    return Case(start, minutes, tuple(float(100 * (i % 37) + i % 11) for i in range(count)))


def read_bytes(data: bytes, options: ReadOptions | None = None) -> dict[str, Curve]:
    return dict(curves_of(source_of("courbe", data, options or ReadOptions())))


def read_file(file: str, case: Case) -> Curve:
    options = ReadOptions(unit="kW") if file in OPTIONS else None
    return next(iter(read_bytes(WRITERS[file](case), options).values()))


def faults_of(data: bytes, options: ReadOptions | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_bytes(data, options)
    return str(caught.value)


def same(curve: Curve, case: Case) -> None:
    assert curve.starts_utc.tolist() == case.starts.tolist()
    assert curve.minutes.tolist() == [case.minutes] * len(case.watts)
    np.testing.assert_allclose(curve.energy_kwh, case.kwh, rtol=1e-12, atol=1e-12)


# Round trips


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_is_read_back_from_every_file(file: str, day: date) -> None:
    case = day_case(day, 30)
    curve = read_file(file, case)
    assert curve.format == file.split(",", maxsplit=1)[0]
    same(curve, case)
    assert np.nansum(curve.energy_kwh) == pytest.approx(np.nansum(case.kwh), rel=1e-9)


@pytest.mark.parametrize("file", FILES)
def test_the_meter_stays_text_and_is_never_shown_whole(file: str) -> None:
    curve = read_file(file, day_case(DAYS[0], 30))
    assert curve.prm in {None, PRM}
    assert not any(PRM in note for note in curve.notes)


watts = st.one_of(
    st.integers(0, 250_000).map(float), st.sampled_from([0.0, 1.0, 36_000.0, float("nan"), 999.0])
)


@st.composite
def cases(draw: st.DrawFn, only_30_min: bool) -> Case:
    minutes = 30 if only_30_min else draw(st.sampled_from([5, 10, 15, 30, 60]))
    values = draw(st.lists(watts, min_size=6, max_size=60))
    return Case(paris_midnight_utc(draw(st.sampled_from(DAYS))), minutes, tuple(values))


@pytest.mark.parametrize("file", FILES)
@law(20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_curve_is_read_back_from_every_file(file: str, data: st.DataObject) -> None:
    case = data.draw(cases(file.split(",", maxsplit=1)[0] in ONLY_30_MIN))
    same(read_file(file, case), case)


def test_the_table_names_each_format_once() -> None:
    names = [known.name for known in FORMATS]
    assert len(set(names)) == len(names)
    refused = {one.name for one in not_a_curve.FORMATS}
    assert {file.split(",", maxsplit=1)[0] for file in WRITERS} == set(names) - refused


# SGE R63


def test_r63_tells_the_double_hour_of_autumn_by_the_order_of_rows() -> None:
    labels = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30"]
    rows = [
        f"{PRM};;;PA;CONS;BRUT;W;2025-10-26 {label}:00;{100 + i};B;PT30M;0;0"
        for i, label in enumerate(labels)
    ]
    curve = read_bytes("\n".join([R63_HEADER, *rows]).encode())[PRM]
    assert [str(start)[11:16] for start in curve.starts_utc] == [
        "23:00", "23:30", "00:00", "00:30", "01:00", "01:30", "02:00",
    ]  # fmt: skip
    assert curve.energy_kwh.tolist() == pytest.approx([(100 + i) * 0.0005 for i in range(7)])
    assert any("told apart by the order" in note for note in curve.notes)


def test_rows_sorted_by_label_in_autumn_are_put_back_in_order() -> None:
    labels = ["01:30", "02:00", "02:00", "02:30", "02:30", "03:00", "03:30"]
    rows = [f"2025-10-26 {label};{i}" for i, label in enumerate(labels)]
    curve = read_bytes("\n".join(["time;a_w", *rows]).encode())["a_w"]
    assert curve.energy_kwh.tolist() == pytest.approx([i * 0.0005 for i in (0, 1, 3, 2, 4, 5, 6)])


def test_r63_with_several_steps_estimates_and_reactive_rows() -> None:
    about = f"{PRM};;;PA;CONS;BRUT;W"
    rows = [
        f"{about};2024-07-18 23:30:00;100;B;PT30M;0;0",
        f"{about};2024-07-19 00:00:00;200;B;PT30M;2;11",
        f"{PRM};;;ERI;CONS;BRUT;VAr;2024-07-19 00:00:00;999;B;PT30M;0;0",
        f"{about};2024-07-19 01:00:00;300;B;PT60M;0;0",
    ]
    curve = read_bytes("\n".join([R63_HEADER, *rows]).encode())[PRM]
    assert curve.minutes.tolist() == [30, 30, 60]
    assert curve.energy_kwh.tolist() == pytest.approx([0.05, 0.1, 0.3])
    assert curve.estimated.tolist() == [False, True, False]
    assert any("several steps in one file: 30, 60 min" in note for note in curve.notes)
    assert any("reactive" in note and note.endswith("1") for note in curve.notes)


def test_r63_of_two_meters_gives_two_curves_and_asks_which_one(tmp_path: Path) -> None:
    other = "00000000000017"
    case = day_case(DAYS[0], 30)
    path = tmp_path / "r63.csv"
    path.write_bytes(r63_csv(case) + r63_csv(case, other, header=False))
    assert list(read_curves(path)) == [PRM, other]
    assert read_curve("r63.csv#0017", tmp_path).prm == other  # leading zeros are kept
    with pytest.raises(InputError, match=r"2 series in this file \(•••• 4800, •••• 0017\)"):
        read_curve("r63.csv", tmp_path)


def test_r63_of_a_site_that_consumes_and_produces() -> None:
    case = day_case(DAYS[0], 30)
    curves = read_bytes(r63_csv(case) + r63_csv(case, way="PROD", header=False))
    assert {name: curve.kind for name, curve in curves.items()} == {
        f"{PRM}/CONS": "consumption", f"{PRM}/PROD": "production",
    }  # fmt: skip


def test_a_proxy_that_stamps_the_start_of_steps_is_read_with_the_option() -> None:
    case = day_case(DAYS[0], 30)
    late = read_bytes(r63_csv(case), ReadOptions(stamp="start"))[PRM]
    assert late.starts_utc.tolist() == case.ends.tolist()


def test_r63_without_active_rows_says_what_to_ask_for() -> None:
    data = r63_csv(day_case(DAYS[0], 30)).replace(b";PA;", b";ERI;")
    assert "ask for active power (PA) or energy (EA)" in faults_of(data)


def test_r63_steps_that_overlap_are_faults_with_their_line() -> None:
    data = r63_csv(day_case(DAYS[0], 30)).replace(b"PT30M", b"PT60M")
    assert "courbe, line 3: the step of 2025-01-15 01:00" in faults_of(data)


def test_r63_with_a_step_that_is_no_duration() -> None:
    assert "'30' is not a duration like PT30M" in faults_of(
        r63_csv(day_case(DAYS[0], 30)).replace(b"PT30M", b"30", 1)
    )


# Mon compte


def test_mon_compte_keeps_blanks_as_missing_and_finds_a_change_of_step() -> None:
    head = mon_compte(Case(paris_midnight_utc(DAYS[0]), 30, ())).decode("utf-8-sig").strip()
    halves = [
        f"2025-07-01T{h:02d}:{m:02d}:00+02:00;{'' if (h, m) == (1, 0) else 500}"
        for h in range(6)
        for m in (0, 30)
    ]
    hours = [f"2025-07-01T{h:02d}:00:00+02:00;1000" for h in range(7, 14)]
    # 05:30 is the last half-hour; then 06:00 closes it, and hours follow.
    rows = [*halves, "2025-07-01T06:00:00+02:00;500", *hours]
    curve = read_bytes("\n".join([head, *rows]).encode())[PRM]
    assert curve.minutes.tolist() == [30] * 13 + [60] * 7
    assert np.isnan(curve.energy_kwh).sum() == 1
    assert np.nansum(curve.energy_kwh) == pytest.approx(12 * 0.25 + 7 * 1.0, rel=1e-9)
    assert curve.hole_minutes == 30


def test_a_hole_is_not_taken_for_a_longer_step() -> None:
    case = day_case(DAYS[0], 30)
    lines = mon_compte(case).decode("utf-8-sig").splitlines()
    del lines[20:22], lines[30]
    curve = read_bytes("\n".join(lines).encode())[PRM]
    assert set(curve.minutes.tolist()) == {30}
    assert curve.hole_minutes == 90


# Doubles, order


def test_rows_given_twice_with_one_value_count_once() -> None:
    lines = mon_compte(day_case(DAYS[0], 30)).decode("utf-8-sig").splitlines()
    lines.insert(11, lines[10])
    curve = read_bytes("\n".join(lines).encode())[PRM]
    same(curve, day_case(DAYS[0], 30))
    assert curve.doubles == 1
    assert "rows that repeat a step already given, counted once: 1" in curve.notes


def test_of_a_blank_and_a_value_for_one_step_the_value_is_kept() -> None:
    rows = ["2025-01-01 00:00;", "2025-01-01 00:00;3", "2025-01-01 00:15;4", "2025-01-01 00:15;"]
    curve = read_bytes("\n".join(["time;a_kwh", *rows, "2025-01-01 00:30;5"]).encode())["a_kwh"]
    assert curve.energy_kwh.tolist() == [3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:15;2", "2025-01-01 00:15;3", "2025-01-01 00:30;4"],
            "courbe, line 4: 2025-01-01 00:15 is given twice with two values: keep the right one",
            id="two values",
        ),
        pytest.param(
            ["2025-01-01 00:30;1", "2025-01-01 00:15;2", "2025-01-01 00:00;3"],
            "courbe, line 3: the stamps go back in time from 2025-01-01 00:15: sort the file",
            id="descending",
        ),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:15;2", "2025-01-01 00:30;3", "2025-01-01 00:15;2"],
            "courbe, line 5: 2025-01-01 00:15 comes after a later time: the rows overlap",
            id="overlap",
        ),
        pytest.param(
            ["2025-03-30 01:45;1", "2025-03-30 02:00;2", "2025-03-30 02:15;3"],
            "courbe, line 3: 2025-03-30 02:00 does not exist in Paris",
            id="an hour that does not exist",
        ),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:07;2", "2025-01-01 00:15;3", "2025-01-01 00:30;3"],
            "is none of 5, 10, 15, 30, 60 min",
            id="no step",
        ),
        pytest.param(
            ["2025-01-01;1", "2025-01-02;2", "2025-01-03;2"], "this is not a load curve", id="daily values"
        ),
        pytest.param(["2025-01-01 00:00;1"], "a single row: the step cannot be found", id="one row"),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:15;douze", "2025-01-01 00:30;1e999"],
            "courbe, line 3: 'douze' is not a number in column 'a_kwh'",
            id="text in it",
        ),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:15;-2", "2025-01-01 00:30;1"],
            "courbe, line 3: -2.0 is negative",
            id="negative",
        ),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-02-30 00:15;2"],
            "courbe, line 3: '2025-02-30 00:15' is not a time",
            id="a day that does not exist",
        ),
        pytest.param(
            ["2025-01-01T00:00:00+01:00;1", "2025-01-01T00:15:00;2"],
            "courbe, line 3: '2025-01-01T00:15:00' is not",
            id="offset on some rows only",
        ),
        pytest.param(
            ["2025-01-01 00:00;1", "2025-01-01 00:15;2", "2025-01-01 00:30;3", "2100-01-01 00:45;4"],
            "courbe, line 5: 2100-01-01 00:45 is 75 years away from the other rows: correct its year",
            id="a stray year at the end",
        ),
        pytest.param(
            ["1990-01-01 00:00;1", "2025-01-01 00:00;1", "2025-01-01 00:15;2", "2025-01-01 00:30;3"],
            "courbe, line 2: 1990-01-01 00:00 is 35 years away from the other rows: correct its year",
            id="a stray year at the start",
        ),
        pytest.param(
            ["2025-01-01 00:00;1;7", "2025-01-01 00:15;2"], "3 cells where the header has 2", id="ragged"
        ),
    ],
)
def test_a_fault_names_its_line_the_value_and_the_way_out(rows: list[str], said: str) -> None:
    assert said in faults_of("\n".join(["time;a_kwh", *rows]).encode())


def test_all_faults_are_told_at_once_and_many_are_counted() -> None:
    rows = [f"2025-01-01 {h:02d}:00;texte" for h in range(20)]
    with pytest.raises(InputError) as caught:
        read_bytes("\n".join(["time;a_kwh;b_kwh", *(f"{row};x" for row in rows)]).encode())
    problems = caught.value.problems
    assert len(problems) == 22  # ten lines and a count, for each column
    assert str(problems[10]) == "courbe: the same fault on other lines: 10"


# Files that are not curves


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b" \n\n", "the file is empty", id="blank"),
        pytest.param(b"\x7fELF\x00\x01", "neither text nor a workbook", id="binary"),
        pytest.param(b"%PDF-1.7 bonjour", "no load curve is recognised here", id="PDF"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(60), "an old Excel file (.xls)", id="old Excel"),
        pytest.param(b"PK\x03\x04 broken", "the archive is damaged", id="broken archive"),
        pytest.param(b"time;a_kwh\n", "the file has a header and nothing below it", id="header only"),
        pytest.param(b"time;ecole\n2025-01-01;1\n", "no column says its unit ('ecole')", id="no unit"),
        pytest.param(b"time;q_kvarh\n2025-01-01;1\n", "no column says its unit", id="reactive"),
        pytest.param(
            b"Date;Valeur (en Wh)\n01/01/2025;12\n", "one value a day, not a load curve", id="daily Wh"
        ),
        pytest.param(b"Date;Consommation (en kWh)\n01/01/2025;12\n", "one value a day", id="daily kWh"),
        pytest.param(
            b"Identifiant PRM;Type de donnees;Date de debut;Date de fin\nX;Index;01/01/2025;01/02/2025\n"
            b"Horodate;Type de releve;EAS F1;EAS T\n2025-01-01T00:00:00+01:00;Index;1;1\n",
            "Ask Enedis for the load curve",
            id="Mon compte indexes",
        ),
        pytest.param(
            "Identifiant PRM;Date de début;Unité;Horodate;Valeur;Cadran\n".encode(), "indexes", id="R64 CSV"
        ),
        pytest.param(
            b'{"mesures":[{"pas":"P1D","grandeur":[]}]}'.replace(b":", b": "), "one value a day", id="R65"
        ),
        pytest.param(b"<ns2:R171 xmlns:ns2='x'/>", "indexes", id="R171"),
        pytest.param(
            b"PRM;date de debut de la situation contractuelle;Segment\n1;01-04-2022;C4\n",
            "contract data",
            id="C68",
        ),
        pytest.param(b"HORODATE;SOUS_PROFIL;CATEGORIE\n2025;RES1;X\n", "reference shapes", id="coefficients"),
        pytest.param(b'{"meter_reading": {"interval_reading": [', "damaged JSON", id="broken JSON"),
        pytest.param(b'{"interval_reading": []}', "has no point", id="no point"),
        pytest.param(b"<Courbe><Donnees_Courbe></Courbe>", "damaged XML", id="broken XML"),
        pytest.param(
            b"<!DOCTYPE x [<!ENTITY a 'aa'>]><R50><PRM>&a;</PRM></R50>", "damaged XML", id="XML entities"
        ),
        pytest.param(
            b"Horodate;1;2\n01/11/2024 00:15;1;2\n", "this file does not say its unit", id="wide, no unit"
        ),
        pytest.param(
            b"Horodate;PRM1;PRM2\n01/11/2024 00:15;50,81;49,19\n01/11/2024 00:30;50,00;50,00\n",
            "coefficients of a key",
            id="coefficients of a key",
        ),
    ],
)
def test_what_is_not_a_curve_is_refused_with_the_way_out(data: bytes, said: str) -> None:
    assert said in faults_of(data)


def test_deeply_nested_json_is_a_fault_not_a_crash() -> None:
    assert "damaged JSON" in faults_of(b'{"interval_reading": ' + b"[" * 200_000)


# EDF


def test_edf_midnight_closes_its_day_and_stray_rows_are_left_out() -> None:
    data = (
        "\nRécapitulatif de mes puissances atteintes en W\n\n"
        "Date et heure de relève par le distributeur;Puissance atteinte (W);Nature de la donnée\n"
        "30/01/2026;;\n00:00:00;3916;Réelle\n23:30:00;4522;Réelle\n23:30:00;4522;Réelle\n23:15:00;1;Réelle\n"
        "23:00:00;7446;Estimée\n"
    ).encode("latin-1")
    (curve,) = read_bytes(data).values()
    # 31/01 00:00 local is 30/01 23:00 UTC; the step that ends there starts at 22:30.
    assert [str(start) for start in curve.starts_utc] == [
        "2026-01-30T21:30:00", "2026-01-30T22:00:00", "2026-01-30T22:30:00",
    ]  # fmt: skip
    assert curve.energy_kwh.tolist() == [3.723, 2.261, 1.958]
    assert curve.estimated.tolist() == [True, False, False]
    assert "rows between the half-hours, left out: 1" in curve.notes


# Generic


def test_generic_reads_each_column_in_its_own_unit() -> None:
    data = (
        b"# made by hand\ntime;ecole_kwh;hall_kw;pompe [Wh];production_pv_mw;temperature\n"
        b"2025-01-01 00:00;1;4;500;0,001;3\n2025-01-01 00:15;2;8;1 000;0,002;4\n"
    )
    curves = read_bytes(data)
    assert {name: curve.energy_kwh.tolist() for name, curve in curves.items()} == {
        "ecole_kwh": [1.0, 2.0],
        "hall_kw": [1.0, 2.0],
        "pompe [Wh]": [0.5, 1.0],
        "production_pv_mw": [0.25, 0.5],
    }
    assert curves["production_pv_mw"].kind == "production"
    assert "columns without a unit of a load curve, left out: temperature" in curves["hall_kw"].notes


@pytest.mark.parametrize("unit", ["kWh", "Wh", "kW", " kWh "])
def test_a_column_named_by_its_unit_alone_is_in_that_unit(unit: str) -> None:
    (curve,) = read_bytes(
        f"Date;{unit};kVA\n01/01/2025 00:00;4,5;9\n01/01/2025 01:00;5;9\n".encode()
    ).values()
    assert curve.unit == unit.strip()


@pytest.mark.parametrize("head", ["Horodate;Valeur (kW)", "Horodate;Valeur (W)"])
def test_a_decimal_comma_does_not_change_the_clock_of_a_file(head: str) -> None:
    starts = {
        mark: next(
            iter(
                read_bytes(
                    f"{head}\n2025-01-01T00:30:00+01:00;1{mark}\n2025-01-01T01:00:00+01:00;2{mark}\n".encode()
                ).values()
            )
        ).starts_utc[0]
        for mark in ("", ",5", ".5")
    }
    assert len(set(starts.values())) == 1, starts


def test_what_never_goes_down_is_the_index_of_a_meter() -> None:
    hours = np.datetime64("2025-01-01T00:00") + np.arange(100) * np.timedelta64(1, "h")
    rows = [f"{hour}Z;{12345 + 7 * n}" for n, hour in enumerate(hours)]
    assert "the index of a meter" in faults_of("\n".join(["time;a_kwh", *rows]).encode())
    assert read_bytes("\n".join(["time;a_kwh", *rows[:60]]).encode())["a_kwh"].energy_kwh.size == 60


def test_generic_reads_quoted_cells_and_a_date_and_an_hour_apart() -> None:
    data = b'Date;Heure;"Conso (kWh)"\n"01/01/2025";"00:00";"1,5"\n01/01/2025;00:30;2\n'
    (curve,) = read_bytes(data).values()
    assert curve.energy_kwh.tolist() == [1.5, 2.0]
    assert curve.minutes.tolist() == [30, 30]


def test_a_normalised_column_stays_a_shape_and_says_so() -> None:
    data = "datetime,LP_Ö_Büro_m [W/MWh]\n2015-01-01 00:00:00+01:00,80\n2015-01-01 00:15:00+01:00,120\n"
    (curve,) = read_bytes(data.encode()).values()
    assert curve.is_normalised
    assert curve.energy_kwh.tolist() == [0.02, 0.03]
    assert any("scale it with annual_kwh" in note for note in curve.notes)


def test_a_file_on_a_fixed_clock_is_read_with_the_option() -> None:
    rows = [f"2025-03-30 {h:02d}:00;{h}" for h in range(5)]
    data = "\n".join(["time;a_kwh", *rows]).encode()
    assert "?clock=winter" in faults_of(data)
    winter = read_bytes(data, ReadOptions(clock="winter"))["a_kwh"]
    assert str(winter.starts_utc[0]) == "2025-03-29T23:00:00"
    assert str(read_bytes(data, ReadOptions(clock="utc"))["a_kwh"].starts_utc[0]) == "2025-03-30T00:00:00"


def test_a_column_that_ends_its_steps_says_so_by_its_name() -> None:
    for head in ("fin de pas", "Date de fin"):
        data = f"{head};a_kwh\n2025-01-01 00:15;1\n2025-01-01 00:30;2\n".encode()
        assert str(read_bytes(data)["a_kwh"].starts_utc[0]) == "2024-12-31T23:00:00"


def test_r50_stamps_that_open_the_day_are_starts() -> None:
    data = WRITERS["enedis-r50"](day_case(DAYS[0], 30)).replace(b"1999-01-01", b"2025-01-15")
    data = data.replace(b"2025-01-15T00:30", b"2025-01-15T00:00", 1).replace(
        b"2025-01-15T01:00", b"2025-01-15T00:30", 1
    )
    (curve,) = read_bytes(
        data[: data.index(b"<PDC><H>2025-01-15T01:30")] + b"</Donnees_Releve></PRM></R50>"
    ).values()
    assert str(curve.starts_utc[0]) == "2025-01-14T23:00:00"


def test_the_hour_given_once_in_autumn_is_told() -> None:
    rows = [f"2025-10-26 {h:02d}:{m:02d};1" for h in range(1, 4) for m in (0, 15, 30, 45)]
    curve = read_bytes("\n".join(["time;a_kwh", *rows]).encode())["a_kwh"]
    assert curve.hole_minutes == 60
    assert any("given once, read as summer time" in note for note in curve.notes)


def test_the_page_for_the_working_group_names_every_format_and_limit() -> None:
    page = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")
    assert [known.name for known in FORMATS if f"`{known.name}`" not in page] == []
    for criterion in CRITERIA.values():
        for limit in criterion.limits:
            shown = f"{limit:g}".replace(".", ",")
            assert shown in page or f"{limit * 100:g}".replace(".", ",") + " %" in page


@pytest.mark.parametrize(("margin", "seen"), [(0, True), (5, True), (6, False)])
def test_the_table_of_the_portal_stands_after_five_empty_columns_at_most(margin: int, seen: bool) -> None:
    source = source_of("x.csv", (";" * margin + "Début;Fin;Valeur (en kW)\n").encode(), ReadOptions())
    assert enedis_text.detect_portal(source) is seen


@pytest.mark.parametrize(
    "stamp",
    [
        *("2025-01-00T00:30", "2025-00-10T00:30", "2025-01-32T00:30", "2025-02-29T00:30", "2025-13-01T00:30"),
        *("00/01/2025 00:30", "10/00/2025 00:30", "29/02/2025 00:30", "01/01/2025 24:30", "01/01/2025 00:60"),
    ],
)
def test_a_day_that_no_calendar_has_is_no_stamp(stamp: str) -> None:
    right = "01/01/2025 00:30" if "/" in stamp else "2025-01-01T00:30"
    assert read_moments([right, stamp])[1].tolist() == [False, True]


def test_a_row_of_the_portal_lasts_from_its_start_to_its_end_whatever_is_missing_between_rows() -> None:
    rows = ("01/01/2026 00:00:00;01/01/2026 00:30:00;10", "01/01/2026 01:00:00;01/01/2026 01:30:00;12")
    text = "\n".join(("Début;Fin;Valeur (en kW)", *rows))
    (reading,) = enedis_text.read_portal(source_of("x.csv", text.encode(), ReadOptions()))
    assert reading.minutes is not None
    assert reading.minutes.tolist() == [30, 30]
