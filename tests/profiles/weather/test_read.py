"""Weather files: each format by its content, the hours where they belong, the energy of each hour kept."""

import gzip
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.problem import InputError
from acc.sites import Plant, PlantKind, Position
from acc.steps import Steps
from profiles.files import open_file as opening
from profiles.pv.plant_output import plant_output_kwh
from profiles.weather.formats.base import WeatherText
from profiles.weather.formats.pvgis import read_csv_columns
from profiles.weather.formats.stations import ROW_BYTES
from profiles.weather.hours import annual_ghi_kwh_per_m2, spread_hours
from profiles.weather.read import describe_weather, file_weather, read_weather_file, shift_h
from tests.effort import law
from tests.profiles.weather_samples import (
    PLACE,
    Made,
    epw,
    hourly_csv,
    hourly_json,
    made_hours,
    meteo_france,
    tmy_csv,
    tmy_json,
)

UTC_2025 = Steps(datetime(2025, 1, 1), 15, 365 * 96)
YEARS = tuple(2005 + month for month in range(12))


@pytest.fixture(scope="module")
def year() -> Made:
    """A year of hours whose light is that of ten past, as PVGIS has it."""
    return made_hours("2015-01-01", "2016-01-01")


@pytest.fixture(scope="module")
def means() -> Made:
    """A year of hours whose light is that of their middle, as EPW and observations have it."""
    return made_hours("2015-01-01", "2016-01-01", light_minutes=30.0)


def written(folder: Path, text: str, name: str = "weather.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def by_hour(values: FloatArray) -> FloatArray:
    return values.reshape(-1, 4).mean(axis=1)


@pytest.mark.parametrize(
    ("write", "name", "title"),
    [
        pytest.param(tmy_csv, "pvgis-tmy", "typical year of PVGIS", id="tmy_csv"),
        pytest.param(tmy_json, "pvgis-tmy", "typical year of PVGIS", id="tmy_json"),
        pytest.param(hourly_csv, "pvgis-hourly", "hourly series of PVGIS", id="hourly_csv"),
        pytest.param(hourly_json, "pvgis-hourly", "hourly series of PVGIS", id="hourly_json"),
    ],
)
def test_pvgis_files_are_known_by_content_and_keep_the_energy_of_the_year(
    write: Callable[[Made], str], name: str, title: str, year: Made, tmp_path: Path
) -> None:
    path = written(tmp_path, write(year))
    summary = describe_weather(path)
    assert summary is not None
    assert (summary.name, summary.title, summary.position) == (name, title, PLACE)
    assert summary.ghi_kwh_per_m2 == pytest.approx(year.ghi.sum() / 1000.0, rel=1e-9)
    assert summary.mean_temp_air_c == pytest.approx(year.temp_air_c.mean())
    assert not any("moved" in note for note in summary.notes)
    weather = file_weather(path, UTC_2025, PLACE)
    assert weather.ghi_kwh_per_m2 == pytest.approx(year.ghi.sum() / 1000.0, rel=1e-9)
    assert weather.dhi.sum() == pytest.approx(0.4 * weather.ghi.sum(), rel=0.02)  # beam under 3 degrees moved


@pytest.mark.parametrize(("zone_h", "fields"), [(0, 35), (1, 34), (-5, 35)])
def test_epw_hours_are_local_standard_time_and_start_at_hour_one(
    zone_h: int, fields: int, means: Made, tmp_path: Path
) -> None:
    # The same UTC hours written in another zone: the same weather must come back.
    path = written(tmp_path, epw(means, zone_h=zone_h, fields=fields))
    weather = file_weather(path, UTC_2025, PLACE)
    assert by_hour(weather.ghi) == pytest.approx(means.ghi, abs=1e-6)
    assert describe_weather(path) is not None


def test_epw_of_months_of_different_years_is_a_typical_year(means: Made, tmp_path: Path) -> None:
    # 2012 and 2016, years of 366 days, give March and July: no hour may fall on a 29 February.
    path = written(
        tmp_path, epw(means, years=(2009, 2010, 2012, 2011, 2013, 2014, 2016, 2015, 2009, 2010, 2011, 2005))
    )
    assert file_weather(path, UTC_2025, PLACE).ghi_kwh_per_m2 == pytest.approx(
        means.ghi.sum() / 1000.0, rel=1e-9
    )


def test_epw_may_start_in_july(tmp_path: Path) -> None:
    made = made_hours("2021-07-01", "2022-07-01", light_minutes=30.0)
    weather = file_weather(written(tmp_path, epw(made, zone_h=1)), UTC_2025, PLACE)
    assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi.sum() / 1000.0, rel=1e-9)
    july_first_noon = made.ghi[12]
    assert by_hour(weather.ghi)[181 * 24 + 12] == pytest.approx(july_first_noon, abs=1e-6)


def test_epw_of_the_wrong_zone_is_told(means: Made, tmp_path: Path) -> None:
    shifted = written(tmp_path, epw(means, zone_h=3, header_zone="1"))
    notes = file_weather(shifted, UTC_2025, PLACE).notes
    assert any("moved by -2 h" in note for note in notes)
    assert shift_h(read_weather_file(written(tmp_path, epw(means, zone_h=1), "right.epw"))) == pytest.approx(
        0.0, abs=0.3
    )


def test_epw_missing_markers_are_missing_not_light(means: Made, tmp_path: Path) -> None:
    lines = epw(means, zone_h=0).splitlines()
    noon = 8 + 24 * 100 + 12
    cells = lines[noon].split(",")
    cells[6], cells[13], cells[15], cells[21] = "99.9", "9999", "9999", "999"
    lines[noon] = ",".join(cells)
    weather = file_weather(written(tmp_path, "\n".join(lines)), UTC_2025, PLACE)
    assert weather.ghi.max() < 1100.0
    assert weather.temp_air_c.max() < 25.0
    assert any("interpolated: 1" in note for note in weather.notes)


def test_meteo_france_is_in_joules_at_the_end_of_the_hour(means: Made, tmp_path: Path) -> None:
    path = written(tmp_path, meteo_france(means))
    summary = describe_weather(path)
    assert summary is not None
    assert "BERGERAC" in summary.title
    assert summary.years == (2015,)
    assert summary.ghi_kwh_per_m2 == pytest.approx(means.ghi.sum() / 1000.0, rel=1e-6)
    own_dates = Steps(datetime(2015, 3, 1), 15, 31 * 96)
    weather = file_weather(path, own_dates, None)
    first = (31 + 28) * 24
    assert by_hour(weather.ghi) == pytest.approx(means.ghi[first : first + 31 * 24], abs=1e-3)
    assert 0.1 < weather.dhi.sum() / weather.ghi.sum() < 0.9
    assert any("estimated" in note for note in weather.notes)


def test_meteo_france_of_several_stations_takes_the_one_asked(means: Made, tmp_path: Path) -> None:
    other = Made(means.starts_utc, means.ghi / 2.0, means.dhi, means.temp_air_c, means.wind_speed_m_s)
    blind = meteo_france(means, station="24000001", name="SANS SOLEIL", with_glo=False)
    text = blind + "".join(
        meteo_france(made, station=station, name=station).split("\r\n", 1)[1]
        for made, station in ((means, "24037005"), (other, "24322002"))
    )
    path = tmp_path / "H_24_2010-2019.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    full = read_weather_file(path)
    half = read_weather_file(path, "24322002")
    assert half.ghi.sum() == pytest.approx(full.ghi.sum() / 2.0, rel=1e-6)
    with pytest.raises(InputError, match="24037005, 24322002"):
        read_weather_file(path, "24000001")


def test_real_years_serve_their_own_dates(tmp_path: Path) -> None:
    made = made_hours("2019-01-01", "2021-01-01")
    path = written(tmp_path, hourly_csv(made))
    leap = Steps(datetime(2020, 1, 1), 60, 366 * 24)
    weather = file_weather(path, leap, PLACE)
    assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi[365 * 24 :].sum() / 1000.0, rel=1e-9)
    assert not any("29 February" in note for note in weather.notes)
    assert annual_ghi_kwh_per_m2(read_weather_file(path)).keys() == {2019, 2020}


def test_another_period_reuses_the_last_whole_year_and_says_it(tmp_path: Path) -> None:
    made = made_hours("2019-01-01", "2020-03-01")
    path = written(tmp_path, hourly_json(made))
    weather = file_weather(path, UTC_2025, PLACE)
    assert any("weather of 2019" in note for note in weather.notes)
    assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi[: 365 * 24].sum() / 1000.0, rel=1e-9)


def test_a_named_year_is_the_one_asked(tmp_path: Path) -> None:
    made = made_hours("2018-01-01", "2020-01-01")
    path = written(tmp_path, hourly_csv(made, components=False))
    weather = file_weather(path, UTC_2025, PLACE, 2018)
    assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi[: 365 * 24].sum() / 1000.0, rel=1e-9)
    with pytest.raises(InputError, match=r"no whole year 2003.*2018, 2019"):
        file_weather(path, UTC_2025, PLACE, 2003)


def test_29_february_repeats_the_28th_when_the_file_has_none(year: Made, tmp_path: Path) -> None:
    path = written(tmp_path, tmp_text := tmy_csv(year))
    assert "0229" not in tmp_text
    leap = Steps(datetime(2024, 1, 1), 60, 366 * 24)
    weather = file_weather(path, leap, PLACE)
    day = 31 + 28
    assert weather.ghi.sum() == pytest.approx(
        year.ghi.sum() + year.ghi[(day - 1) * 24 : day * 24].sum(), rel=1e-9
    )
    assert any("29 February repeats" in note for note in weather.notes)


def test_a_local_year_rolls_over_the_end_of_the_typical_year(year: Made, tmp_path: Path) -> None:
    local = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)  # starts on 31 December, 23:00 UTC
    weather = file_weather(written(tmp_path, tmy_csv(year)), local, PLACE)
    assert weather.ghi_kwh_per_m2 == pytest.approx(year.ghi.sum() / 1000.0, rel=1e-9)
    # 23:00 UTC of 31 December is the last hour of the file, interpolated towards its first.
    assert weather.temp_air_c[0] == pytest.approx(year.temp_air_c[-1], abs=0.5)


def test_summer_noon_falls_where_the_sun_is(year: Made, tmp_path: Path) -> None:
    """A typical year in UTC relabelled as local time would be two hours off in summer."""
    local = Steps.between(date(2025, 7, 1), date(2025, 8, 1), 15)
    weather = file_weather(written(tmp_path, tmy_csv(year)), local, PLACE)
    quarter = weather.ghi.reshape(-1, 96).mean(axis=0)
    centre_h = float(np.dot(np.arange(96) / 4.0 + 0.125, quarter) / quarter.sum())
    assert centre_h == pytest.approx(14.05, abs=0.1)  # noon + 2 h of summer time - 2 min of longitude + 6 min


@given(data=st.data())
@law(25)
def test_spreading_keeps_every_hour(data: st.DataObject) -> None:
    hours = 48
    hourly = np.array(data.draw(st.lists(st.floats(0.0, 1000.0), min_size=hours, max_size=hours)))
    fine = np.arange(hours * 12)
    moments = (fine + 0.5) / 12.0
    sine = np.maximum(np.sin((moments - data.draw(st.floats(5.0, 8.0))) / 24.0 * 2.0 * np.pi), 0.0)
    values = spread_hours(hourly, sine, fine // 12, np.arange(hours) + 0.5, moments)
    assert values.reshape(hours, 12).mean(axis=1) == pytest.approx(hourly, rel=1e-9, abs=1e-9)
    assert (values >= 0.0).all()


def test_steps_of_an_hour_are_those_of_a_quarter_averaged(year: Made, tmp_path: Path) -> None:
    path = written(tmp_path, tmy_csv(year))
    quarters = file_weather(path, UTC_2025, PLACE)
    hours = file_weather(path, Steps(UTC_2025.start_utc, 60, 365 * 24), PLACE)
    for name in ("ghi", "dni", "dhi"):
        assert getattr(hours, name) == pytest.approx(by_hour(getattr(quarters, name)), abs=1e-9)


def test_a_far_place_is_told_with_its_sun(year: Made, tmp_path: Path) -> None:
    weather = file_weather(written(tmp_path, tmy_csv(year)), UTC_2025, Position(48.0, -2.0))
    assert weather.position == PLACE
    note = next(note for note in weather.notes if "km away" in note)
    assert "10 min earlier" in note  # 2.48 degrees of longitude, 4 min each


def test_hours_without_sun_for_long_are_refused(year: Made, tmp_path: Path) -> None:
    lines = tmy_csv(year).split("\r\n")
    for n in range(18 + 2000, 18 + 2006):
        cells = lines[n].split(",")
        cells[3] = ""
        lines[n] = ",".join(cells)
    path = written(tmp_path, "\r\n".join(lines))
    with pytest.raises(InputError, match="of which 6 in a row"):
        file_weather(path, UTC_2025, PLACE)
    assert any("without irradiance: 6" in note for note in describe_weather(path).notes)  # type: ignore[union-attr]


def broken_tmy(year: Made, change: Callable[[list[str]], list[str]]) -> str:
    return "\r\n".join(change(tmy_csv(year).split("\r\n")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda t: [*t[:500], t[500][:30]], r"line 501: .* expected: .*cut short", id="cut"),
        pytest.param(
            lambda t: [*t[:30], t[30].replace(",80.0,", ",80.0,sun"), *t[31:]], "line 31: G", id="text"
        ),
        pytest.param(
            lambda t: [*t[:30], t[30].replace(":", "-"), *t[31:]], "line 31: .* not a time", id="stamp"
        ),
        pytest.param(lambda t: [*t[:30], t[29], *t[31:]], "come.? twice|twice, or out of order", id="double"),
        pytest.param(lambda t: t[:18], "no hourly values", id="empty"),
        pytest.param(lambda t: [*t[:400], *t[700:]], "hours without a value", id="hole"),
        pytest.param(
            lambda t: [line.replace("Gd(h)", "Gx") for line in t], "column Gd.h. missing", id="column"
        ),
    ],
)
def test_a_broken_file_says_where_and_what(
    change: Callable[[list[str]], list[str]], words: str, year: Made, tmp_path: Path
) -> None:
    path = written(tmp_path, broken_tmy(year, change))
    with pytest.raises(InputError, match=words):
        file_weather(path, UTC_2025, PLACE)


def test_a_cut_json_says_where(year: Made, tmp_path: Path) -> None:
    path = written(tmp_path, tmy_json(year)[:60_000])
    with pytest.raises(InputError, match="not valid JSON"):
        describe_weather(path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda made: hourly_csv(made, slope="30"), id="csv"),
        pytest.param(lambda made: hourly_json(made, slope=30), id="json"),
    ],
)
def test_an_inclined_plane_is_refused_with_the_way_on(text: Callable[[Made], str], tmp_path: Path) -> None:
    made = made_hours("2019-01-01", "2019-01-03")
    with pytest.raises(InputError, match=r"a slope of 30 degrees.*slope 0"):
        describe_weather(written(tmp_path, text(made)))


@pytest.mark.parametrize(
    "text",
    ["", "time;kwh\n2025-01-01;3\n", "{}", '{"a": 1}', "Horodate;Valeur\n2022-07-29T00:30:00+02:00;330\n"],
)
def test_what_is_no_weather_file_is_none(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    assert describe_weather(path) is None
    with pytest.raises(InputError, match="not a weather file"):
        read_weather_file(path)


def test_a_missing_file_and_a_binary_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file missing in"):
        describe_weather(tmp_path / "nothing.csv")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\0\0")
    assert describe_weather(tmp_path / "image.png") is None
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"NUM_POSTE;" * 100)[:20])
    with pytest.raises(InputError, match="cannot be read"):
        describe_weather(tmp_path / "cut.gz")


@given(data=st.data())
@law(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_files_give_an_error_or_a_weather_never_a_crash(data: st.DataObject, tmp_path: Path) -> None:
    made = made_hours("2019-06-01", "2019-06-04")
    write = data.draw(st.sampled_from([tmy_csv, tmy_json, hourly_csv, hourly_json, epw, meteo_france]))
    text = bytearray(write(made).encode())
    for _change in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        if data.draw(st.booleans()):
            text[place] = data.draw(st.integers(0, 255))
        else:
            del text[place : place + data.draw(st.integers(1, 200))]
    path = tmp_path / "mutated"
    path.write_bytes(bytes(text))
    three_days = Steps(datetime(2019, 6, 1), 60, 72)
    for ask in (lambda: describe_weather(path), lambda: file_weather(path, three_days, PLACE)):
        with suppress(InputError):
            ask()


class TestRealFiles:
    """The files of PVGIS kept beside the repository."""

    @pytest.mark.parametrize("ending", ["csv", "json", "epw"])
    def test_the_three_forms_of_the_typical_year_are_one_weather(
        self, ending: str, shared_data: Path
    ) -> None:
        path = shared_data / "weather" / f"tmy_45.000_8.000_2005_2023.{ending}"
        summary = describe_weather(path)
        assert summary is not None
        assert summary.position == Position(45.0, 8.0)
        assert summary.ghi_kwh_per_m2 == pytest.approx(1435.861, abs=0.001)
        assert abs(shift_h(read_weather_file(path)) or 0.0) < 0.5
        weather = file_weather(path, UTC_2025, Position(45.0, 8.0))
        assert weather.ghi_kwh_per_m2 == pytest.approx(1435.861, abs=0.001)
        assert weather.mean_temp_air_c == pytest.approx(13.564, abs=0.01)
        yields = plant_output_kwh(Plant(id="p", name="p", kwp=1.0, kind=PlantKind.ROOF), weather).sum()
        assert yields == pytest.approx(
            1324.0, abs=2.0
        )  # the chain on the hourly instants themselves: 1,324.4

    def test_pvlib_reads_the_same_numbers(self, shared_data: Path) -> None:
        from pvlib.iotools import read_pvgis_tmy  # noqa: PLC0415 - the oracle

        path = shared_data / "weather" / "tmy_45.000_8.000_2005_2023.csv"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pvlib 0.16 on pandas 3.1
            data, _meta = read_pvgis_tmy(path)
        record = read_weather_file(path)
        for ours, theirs in (
            ("ghi", "ghi"),
            ("dhi", "dhi"),
            ("temp_air_c", "temp_air"),
            ("wind_speed_m_s", "wind_speed"),
        ):
            assert getattr(record, ours) == pytest.approx(data[theirs].to_numpy(), abs=1e-12)

    def test_inclined_extracts_are_refused(self, shared_data: Path) -> None:
        paths = sorted((shared_data / "weather").glob("pvgis_hourly_*"))
        assert len(paths) == 2
        for path in paths:
            with pytest.raises(InputError, match="horizontal plane"):
                describe_weather(path)


def test_columns_are_under_the_first_header_and_end_with_its_table() -> None:
    source = WeatherText("w.csv", "Latitude: 44.85\ntime,G\n1,20\n2,30\n\ntime,T\n1,9\n")
    assert read_csv_columns(source, "time") == ({"time": ("1", "2"), "G": ("20", "30")}, 3)


def test_a_file_that_unpacks_or_is_parsed_to_too_much_is_refused_with_the_way_out(
    means: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, text = tmp_path / "H_24_2010-2019.csv.gz", meteo_france(means)
    path.write_bytes(gzip.compress(text.encode()))
    needed = sys.getsizeof(text) + ROW_BYTES * (text.count("\n") - 1)
    monkeypatch.setattr(opening, "MEMORY_BYTES", needed)
    assert read_weather_file(path).ghi.size == means.ghi.size
    monkeypatch.setattr(opening, "MEMORY_BYTES", needed - 1)
    with pytest.raises(InputError, match=r"of memory; .*: keep the years that are needed, or one station"):
        read_weather_file(path)
    monkeypatch.setattr(opening, "UNPACKED_BYTES", len(text) // 2)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_weather_file(path)
    monkeypatch.setattr(opening, "MEMORY_BYTES", 100_000)
    for form in (hourly_csv(means), epw(means)):
        with pytest.raises(InputError, match="of memory"):
            read_weather_file(written(tmp_path, form))
