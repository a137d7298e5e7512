"""PVGIS over a real HTTP server on loopback: good, slow, broken and refusing answers; offline afterwards."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from acc.problem import InputError
from acc.scenario import WeatherChoice
from acc.sites import Position
from acc.steps import Steps
from profiles.weather.hours import annual_ghi_kwh_per_m2
from profiles.weather.pvgis_client import EVERY_YEAR, TYPICAL_YEAR, PvgisService, pvgis_record
from profiles.weather.read import weather_for
from tests.profiles.weather_samples import PLACE, hourly_json, made_hours, tmy_csv, tmy_json

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
WAY_ON = ('source = "generated"', "re.jrc.ec.europa.eu/pvg_tools")


@contextmanager
def served(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """Serve `answer` on loopback; yields the address and the paths asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(
    body: str, status: int = 200, content_type: str = "application/json"
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = body.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def test_the_typical_year_is_asked_once_then_read_offline(tmp_path: Path) -> None:
    made = made_hours("2015-01-01", "2016-01-01")
    with served(reply(tmy_json(made))) as (url, asked):
        first = pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
        again = pvgis_record(TYPICAL_YEAR, Position(44.85004, 0.47996), tmp_path, url=url)
    assert len(asked) == 1
    query = parse_qs(urlsplit(asked[0]).query)
    assert urlsplit(asked[0]).path == "/api/tmy"
    assert (query["lat"], query["lon"]) == (["44.85"], ["0.48"])
    assert query.get("usehorizon", ["1"]) == ["1"]
    for record in (first, again):
        assert (record.ghi == made.ghi).all()
        assert record.light_minutes == pytest.approx(10.0)
        assert "PVGIS-SARAH3" in record.reference
        assert record.typical
    offline = pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)  # the server is gone
    assert (offline.temp_air_c == made.temp_air_c).all()


def test_all_years_are_asked_with_components_and_horizon(tmp_path: Path) -> None:
    made = made_hours("2019-01-01", "2021-01-01")
    with served(reply(hourly_json(made))) as (url, asked):
        record = pvgis_record(EVERY_YEAR, PLACE, tmp_path, url=url)
    query = parse_qs(urlsplit(asked[0]).query)
    assert urlsplit(asked[0]).path == "/api/seriescalc"
    assert (query["angle"], query["components"], query["usehorizon"]) == (["0"], ["1"], ["1"])
    assert "startyear" not in query
    assert record.ghi == pytest.approx(made.ghi, abs=0.01)  # beam + diffuse, each of two digits
    yearly = annual_ghi_kwh_per_m2(record)
    assert yearly[2019] == pytest.approx(made.ghi[: 365 * 24].sum() / 1000.0, rel=1e-4)
    assert list(yearly) == [2019, 2020]


def test_the_choice_of_an_operation_reaches_pvgis(tmp_path: Path) -> None:
    made = made_hours("2019-01-01", "2021-01-01")
    with served(reply(hourly_json(made))) as (url, _asked):
        choice = WeatherChoice(source="pvgis", year=2019)
        weather = weather_for(choice, YEAR, PLACE, tmp_path, tmp_path / "cache", pvgis_url=url)
    assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi[: 365 * 24].sum() / 1000.0, rel=1e-4)
    assert weather.source == "hourly series of PVGIS (PVGIS)"
    assert any("weather of 2019" in note for note in weather.notes)


@pytest.mark.parametrize("service", [TYPICAL_YEAR, EVERY_YEAR], ids=["tmy", "hourly"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(reply("Too Many Requests", 429, "text/plain"), "too many requests", id="rate_limited"),
        pytest.param(reply("<h1>oops</h1>", 500, "text/html"), "HTTP 500", id="server_error"),
        pytest.param(
            reply('{"status": 400, "message": "Location over the sea"}', 400), "over the sea", id="sea"
        ),
        pytest.param(reply('{"inputs": {"location": {"lat'), "not JSON", id="cut"),
        pytest.param(reply("<html>maintenance</html>", 200, "text/html"), "not JSON", id="html"),
        pytest.param(reply('{"outputs": {}}'), "unexpected shape", id="other_shape"),
        pytest.param(reply("[]"), "unexpected shape", id="a_list"),
    ],
)
def test_a_refusal_or_nonsense_gives_the_reason_and_the_way_on(
    answer: Callable[[BaseHTTPRequestHandler], None], words: str, service: PvgisService, tmp_path: Path
) -> None:
    with served(answer) as (url, _asked), pytest.raises(InputError, match=words) as caught:
        pvgis_record(service, PLACE, tmp_path, url=url)
    assert all(way in str(caught.value) for way in WAY_ON)
    assert list(tmp_path.iterdir()) == []


def test_a_slow_server_is_given_up(tmp_path: Path) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.6)

    with served(slow) as (url, _asked), pytest.raises(InputError, match=r"did not answer within 0\.2 s"):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url, timeout_s=0.2)


def test_a_body_cut_short_is_told(tmp_path: Path) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b'{"inputs"')
        handler.wfile.flush()
        handler.connection.close()

    with served(cut) as (url, _asked), pytest.raises(InputError, match="PVGIS") as caught:
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
    assert all(way in str(caught.value) for way in WAY_ON)


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with served(reply("")) as (url, _asked):
        pass
    with pytest.raises(InputError, match="cannot be reached"):
        pvgis_record(EVERY_YEAR, PLACE, tmp_path, url=url)


def test_hours_with_holes_are_not_kept(tmp_path: Path) -> None:
    document = json.loads(tmy_json(made_hours("2015-01-01", "2016-01-01")))
    document["outputs"]["tmy_hourly"][100]["G(h)"] = None
    with (
        served(reply(json.dumps(document))) as (url, _asked),
        pytest.raises(InputError, match="unexpected shape"),
    ):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_answer_is_asked_again(tmp_path: Path) -> None:
    made = made_hours("2015-01-01", "2016-01-01")
    with served(reply(tmy_json(made))) as (url, asked):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
        (kept,) = tmp_path.iterdir()
        whole = kept.read_bytes()
        for damaged in (b"", whole[: len(whole) // 2], whole[:2000] + bytes(500) + whole[2500:]):
            kept.write_bytes(damaged)
            assert (pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url).ghi == made.ghi).all()
    assert len(asked) == 4


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    made = made_hours("2015-01-01", "2016-01-01")
    with served(reply(tmy_json(made))) as (url, _asked), pytest.raises(InputError, match="cannot be kept"):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path / "file", url=url)


class TestChoice:
    """What `[weather]` of an operation may say, without network."""

    def test_generated_is_the_default(self, tmp_path: Path) -> None:
        weather = weather_for(WeatherChoice(), YEAR, None, tmp_path, tmp_path)
        assert weather.ghi_kwh_per_m2 == pytest.approx(1391.0, rel=0.01)  # the acceptance: 1 %
        lucky = weather_for(WeatherChoice(), YEAR, None, tmp_path, tmp_path, year_ratio=1.05)
        assert lucky.ghi_kwh_per_m2 == pytest.approx(1.05 * weather.ghi_kwh_per_m2, rel=1e-3)
        assert list(tmp_path.iterdir()) == []

    def test_the_position_of_the_choice_goes_first(self, tmp_path: Path) -> None:
        choice = WeatherChoice(position=Position(50.63, 3.06))
        assert weather_for(choice, YEAR, PLACE, tmp_path, tmp_path).position == Position(50.63, 3.06)

    def test_a_file_of_the_folder_of_curves(self, tmp_path: Path) -> None:
        made = made_hours("2015-01-01", "2016-01-01")
        (tmp_path / "tmy.csv").write_text(tmy_csv(made), encoding="utf-8")
        weather = weather_for(WeatherChoice(source="tmy.csv"), YEAR, PLACE, tmp_path, tmp_path)
        assert weather.ghi_kwh_per_m2 == pytest.approx(made.ghi.sum() / 1000.0, rel=1e-9)
        assert "tmy.csv" in weather.source
        with pytest.raises(InputError, match="file missing"):
            weather_for(WeatherChoice(source="other.csv"), YEAR, PLACE, tmp_path, tmp_path)

    def test_pvgis_needs_a_place(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="needs a place"):
            weather_for(WeatherChoice(source="pvgis"), YEAR, None, tmp_path, tmp_path)


def test_cached_hours_are_those_of_utc(tmp_path: Path) -> None:
    made = made_hours("2015-01-01", "2016-01-01")
    with served(reply(tmy_json(made))) as (url, _asked):
        pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
        kept = pvgis_record(TYPICAL_YEAR, PLACE, tmp_path, url=url)
    assert kept.starts_utc[0] == np.datetime64(datetime(2015, 1, 1), "m")
