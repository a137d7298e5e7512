"""PVGIS over the network, once: the answer is kept in a cache folder, everything is offline afterwards.

Two services of the European Commission's PVGIS 5.3, through pvlib's own client: the typical year, and the
hourly series of every year it has, both with the horizon of the relief.
"""

import hashlib
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import Any

import numpy as np

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from acc.sites import Position
from profiles.weather.formats import WeatherRecord
from profiles.weather.formats.pvgis import REFERENCE

URL = "https://re.jrc.ec.europa.eu/api/v5_3/"
PAGE = "https://re.jrc.ec.europa.eu/pvg_tools/en/"
TIMEOUT_S = 60.0
"""The series of all years is about 10 MB."""

PLACES_OF_DEGREES = 3
"""Coordinates are asked to 100 m, so that the same operation always finds its answer in the cache."""

CACHE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of PVGIS; its hash names the answer in the cache."""

    service: str
    latitude_deg: float
    longitude_deg: float
    url: str = URL

    @property
    def key(self) -> str:
        """Return the name of the answer in the cache."""
        asked = [CACHE_VERSION, self.service, self.latitude_deg, self.longitude_deg, self.url]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:24]


def pvgis_typical_year(
    position: Position, cache_folder: Path, *, url: str = URL, timeout_s: float = TIMEOUT_S
) -> WeatherRecord:
    """Return the typical year of PVGIS at `position`, from the cache or the network.

    Raises:
        InputError: PVGIS cannot be reached, refuses or answers nonsense; the message gives the ways on.
    """
    return _cached(_request("tmy", position, url), cache_folder, _fetch_typical_year, timeout_s)


def pvgis_years(
    position: Position, cache_folder: Path, *, url: str = URL, timeout_s: float = TIMEOUT_S
) -> WeatherRecord:
    """Return the hours of every year that PVGIS has at `position`, from the cache or the network.

    Raises:
        InputError: PVGIS cannot be reached, refuses or answers nonsense; the message gives the ways on.
    """
    return _cached(_request("hourly", position, url), cache_folder, _fetch_years, timeout_s)


def _request(service: str, position: Position, url: str) -> Request:
    latitude = round(position.latitude_deg, PLACES_OF_DEGREES)
    return Request(service, latitude, round(position.longitude_deg, PLACES_OF_DEGREES), url)


def _cached(
    request: Request, folder: Path, fetch: Callable[[Request, float], WeatherRecord], timeout_s: float
) -> WeatherRecord:
    path = folder / f"pvgis-{request.service}-{request.key}.npz"
    kept = _load(path)
    if kept is not None:
        return kept
    record = fetch(request, timeout_s)
    _save(record, path)
    return record


def _fetch_typical_year(request: Request, timeout_s: float) -> WeatherRecord:
    from pvlib.iotools import get_pvgis_tmy  # noqa: PLC0415 - pvlib, 0.9 s: not for what the cache holds

    def ask() -> tuple[Any, Mapping[str, Any]]:
        answer: tuple[Any, Mapping[str, Any]] = get_pvgis_tmy(
            request.latitude_deg,
            request.longitude_deg,
            outputformat="json",
            usehorizon=True,
            coerce_year=None,
            url=request.url,
            timeout=timeout_s,
        )
        return answer

    def record() -> WeatherRecord:
        data, meta = _asked(ask, timeout_s)
        offset_h = meta["inputs"]["location"].get("irradiance_time_offset")
        return _record(request, data, meta, typical=True, offset_h=offset_h)

    return _understood(record)


def _fetch_years(request: Request, timeout_s: float) -> WeatherRecord:
    from pvlib.iotools import get_pvgis_hourly  # noqa: PLC0415 - pvlib, 0.9 s: not for what the cache holds

    def ask() -> tuple[Any, Mapping[str, Any]]:
        answer: tuple[Any, Mapping[str, Any]] = get_pvgis_hourly(
            request.latitude_deg,
            request.longitude_deg,
            components=True,
            surface_tilt=0,
            surface_azimuth=180,
            outputformat="json",
            usehorizon=True,
            url=request.url,
            timeout=timeout_s,
        )
        return answer

    def record() -> WeatherRecord:
        data, meta = _asked(ask, timeout_s)
        data = data.assign(ghi=data["poa_direct"] + data["poa_sky_diffuse"], dhi=data["poa_sky_diffuse"])
        return _record(request, data, meta, typical=False, offset_h=None)

    return _understood(record)


def _record(
    request: Request, data: Any, meta: Mapping[str, Any], *, typical: bool, offset_h: float | None
) -> WeatherRecord:
    stamps = data.index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[m]")
    hours = stamps.astype("datetime64[h]").astype("datetime64[m]")
    columns = {
        name: data[name].to_numpy(dtype=np.float64) for name in ("ghi", "dhi", "temp_air", "wind_speed")
    }
    if not len(stamps) or any(np.isnan(values).any() for values in columns.values()):
        raise ValueError("hours without a value")
    minutes = float(np.median((stamps - hours).astype(np.int64)))
    sources = meta["inputs"]["meteo_data"]
    return WeatherRecord(
        title=_title(typical=typical),
        position=Position(request.latitude_deg, request.longitude_deg),
        typical=typical,
        starts_utc=hours,
        light_minutes=minutes if offset_h is None else offset_h * 60.0,
        air_minutes=0.0,
        ghi=columns["ghi"],
        dhi=columns["dhi"],
        temp_air_c=columns["temp_air"],
        wind_speed_m_s=columns["wind_speed"],
        reference=f"{REFERENCE}; {sources['radiation_db']}, {sources['meteo_db']}, "
        f"{sources['year_min']}-{sources['year_max']}",
    )


def _title(*, typical: bool) -> str:
    return _("typical year of PVGIS") if typical else _("hourly series of PVGIS")


def _asked(
    ask: Callable[[], tuple[Any, Mapping[str, Any]]], timeout_s: float
) -> tuple[Any, Mapping[str, Any]]:
    """Return the answer, or the reason why there is none as an InputError."""
    import requests  # noqa: PLC0415 - 0.1 s: not for what the cache holds

    try:
        return ask()
    except json.JSONDecodeError:
        raise _unanswered(_("PVGIS answered with something that is not JSON")) from None
    except requests.Timeout:
        message = _("PVGIS did not answer within {seconds:g} s").format(seconds=timeout_s)
        raise _unanswered(message) from None
    except requests.ConnectionError:
        raise _unanswered(_("PVGIS cannot be reached: no network, or the service is down")) from None
    except requests.HTTPError as fault:
        raise _unanswered(_refusal(fault)) from None
    except requests.RequestException:
        raise _unanswered(_("the answer of PVGIS was cut short")) from None


def _refusal(fault: Exception) -> str:
    """Return the reason of a refusal: the words of PVGIS when it gives some, else the status."""
    status = getattr(getattr(fault, "response", None), "status_code", None)
    if status == 429:
        return _("PVGIS refuses for now: too many requests (HTTP 429)")
    if status is not None:
        return _("PVGIS refuses: HTTP {status}").format(status=status)
    return _("PVGIS refuses: {answer}").format(answer=str(fault)[:200])


def _understood(record: Callable[[], WeatherRecord]) -> WeatherRecord:
    """Return the record, or say that the answer does not have the expected shape."""
    try:
        return record()
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        message = _("PVGIS answered in an unexpected shape ({fault})").format(fault=str(fault)[:80])
        raise _unanswered(message) from None


def _unanswered(reason: str) -> InputError:
    way_on = _(
        'Run again later; or write `source = "generated"` in [weather]; or download the typical year (TMY, '
        "csv) on {page}, put it into curves/ and write its name as `source`"
    ).format(page=PAGE)
    return InputError([Problem("[weather] source = pvgis", f"{reason}. {way_on}")])


def _save(record: WeatherRecord, path: Path) -> None:
    """Write the answer whole or not at all."""
    texts = {"reference": record.reference, "typical": record.typical}
    place = record.position
    assert place is not None  # asked for a place
    moments = {"light_minutes": record.light_minutes, "air_minutes": record.air_minutes}
    about = json.dumps(texts | moments | {"latitude": place.latitude_deg, "longitude": place.longitude_deg})
    dhi, wind = record.dhi, record.wind_speed_m_s
    assert dhi is not None  # PVGIS always has both
    assert wind is not None
    arrays = {"ghi": record.ghi, "dhi": dhi, "temp_air_c": record.temp_air_c, "wind_speed_m_s": wind}
    with io.BytesIO() as packed:
        starts = record.starts_utc.astype(np.int64)
        np.savez_compressed(packed, about=np.array(about), starts_utc=starts, **arrays)  # type: ignore[arg-type]
        body = packed.getvalue()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the loads of members are kept there too
        # The name of a temporary file goes with its folder: nothing half-written stays, whatever happens.
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".tmp") as folder:
            half = Path(folder) / path.name
            half.write_bytes(body)
            half.chmod(0o600)
            half.replace(path)
    except OSError as fault:
        message = _("the answer of PVGIS cannot be kept in {folder}: {fault}")
        text = message.format(folder=path.parent, fault=reason_of(fault))
        raise InputError([Problem("[weather] source = pvgis", text)]) from None


def _load(path: Path) -> WeatherRecord | None:
    """Return a kept answer; None when there is none, or when it is damaged and has to be asked again."""
    try:
        # Read whole first: numpy does not close a file that it cannot understand.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            about = json.loads(str(kept["about"]))
            arrays = {
                name: kept[name] for name in ("starts_utc", "ghi", "dhi", "temp_air_c", "wind_speed_m_s")
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return WeatherRecord(
        title=_title(typical=about["typical"]),
        position=Position(about["latitude"], about["longitude"]),
        typical=about["typical"],
        starts_utc=arrays["starts_utc"].astype("datetime64[m]"),
        light_minutes=about["light_minutes"],
        air_minutes=about["air_minutes"],
        ghi=arrays["ghi"],
        dhi=arrays["dhi"],
        temp_air_c=arrays["temp_air_c"],
        wind_speed_m_s=arrays["wind_speed_m_s"],
        reference=about["reference"],
    )
