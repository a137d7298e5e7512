"""PVGIS over the network, once: the answer is kept in a cache folder, everything is offline afterwards.

Two services of the European Commission's PVGIS 5.3: the typical year, and the hourly series of every year
it has, both with the horizon of the relief. Their answers are read as the files that a person downloads.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from acc.arrays import JsonValue
from acc.problem import InputError, Problem
from acc.sites import Position
from profiles.files.atomic_write import PartError, write_atomic
from profiles.weather.formats.base import WeatherRecord, WeatherText
from profiles.weather.formats.pvgis import pvgis_title, read_hourly, read_tmy

if TYPE_CHECKING:
    import requests

URL = "https://re.jrc.ec.europa.eu/api/v5_3/"
PAGE = "https://re.jrc.ec.europa.eu/pvg_tools/en/"
TIMEOUT_S = 60.0
"""The series of all years is about 10 MB."""

PLACES_OF_DEGREES = 3
"""Coordinates are asked to 100 m, so that the same operation always finds its answer in the cache."""

CACHE_VERSION = 1
FACTS = ("reference", "typical", "light_minutes", "air_minutes")
ARRAYS = ("starts_utc", "ghi", "dhi", "temp_air_c", "wind_speed_m_s")
"""What is kept of an answer, besides its place."""


@dataclass(frozen=True, slots=True)
class PvgisService:
    """What PVGIS can be asked.

    Attributes:
        name: names the answer in the cache.
        path: under the address of PVGIS.
        parameters: asked besides the place.
        read: the record of an answer that is parsed.
    """

    name: str
    path: str
    parameters: Mapping[str, int]
    read: Callable[[WeatherText, Mapping[str, JsonValue]], WeatherRecord]


TYPICAL_YEAR = PvgisService("tmy", "tmy", {}, read_tmy)
EVERY_YEAR = PvgisService("hourly", "seriescalc", {"angle": 0, "aspect": 0, "components": 1}, read_hourly)


def pvgis_record(
    service: PvgisService,
    position: Position,
    cache_folder: Path,
    *,
    url: str = URL,
    timeout_s: float = TIMEOUT_S,
) -> WeatherRecord:
    """Read the PVGIS record at `position`, from the cache or the network.

    Raises:
        InputError: PVGIS cannot be reached, refuses or answers nonsense; the message gives the ways on.
    """
    latitude_deg, longitude_deg = position.latitude_deg, position.longitude_deg
    place = Position(round(latitude_deg, PLACES_OF_DEGREES), round(longitude_deg, PLACES_OF_DEGREES))
    request = [CACHE_VERSION, service.name, place.latitude_deg, place.longitude_deg, url]
    key = hashlib.sha256(json.dumps(request).encode()).hexdigest()[:24]
    path = cache_folder / f"pvgis-{service.name}-{key}.npz"
    kept = _load(path)
    if kept is not None:
        return kept
    record = _record(service, place, _answer(service, place, url, timeout_s))
    _save(record, place, path)
    return record


def _answer(service: PvgisService, place: Position, url: str, timeout_s: float) -> object:
    """Return the answer, or the reason why there is none as an InputError."""
    try:
        import requests  # noqa: PLC0415 - 0.1 s: not for what the cache holds
    except ImportError:
        raise _unanswered(_("PVGIS needs the extra: pip install autoconso[pvgis]")) from None
    where: dict[str, str | float] = {
        "lat": place.latitude_deg,
        "lon": place.longitude_deg,
        "outputformat": "json",
        "usehorizon": 1,
    }
    try:
        response = requests.get(url + service.path, params={**where, **service.parameters}, timeout=timeout_s)
        if response.ok:
            return response.json()
    except requests.JSONDecodeError:
        reason = _("PVGIS answered with something that is not JSON")
    except requests.Timeout:
        reason = _("PVGIS did not answer within {seconds:g} s").format(seconds=timeout_s)
    except requests.ConnectionError:
        reason = _("PVGIS cannot be reached: no network, or the service is down")
    except requests.RequestException:
        reason = _("the answer of PVGIS was cut short")
    else:
        reason = _refusal(response)
    raise _unanswered(reason)


def _refusal(response: "requests.Response") -> str:
    """Return the reason of a refusal: the words of PVGIS when it gives some, else the status."""
    if response.status_code == 429:
        return _("PVGIS refuses for now: too many requests (HTTP 429)")
    try:
        message = str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return _("PVGIS refuses: HTTP {status}").format(status=response.status_code)
    return _("PVGIS refuses: {answer}").format(answer=message[:200])


def _record(service: PvgisService, place: Position, answer: Any) -> WeatherRecord:
    """Return the hours of an answer, or say that it does not have the expected shape."""
    try:
        record = service.read(WeatherText("PVGIS", ""), answer)
        words = "{radiation_db}, {meteo_db}, {year_min}-{year_max}".format_map(answer["inputs"]["meteo_data"])
        unknown = [
            name for name, values in _arrays(record).items() if values is None or np.isnan(values).any()
        ]
    except (InputError, ValueError, KeyError, TypeError) as fault:
        raise _misshapen(str(fault)) from None
    if unknown:
        raise _misshapen("hours without a value")
    return replace(record, position=place, reference=f"{record.reference}; {words}")


def _misshapen(fault: str) -> InputError:
    return _unanswered(_("PVGIS answered in an unexpected shape ({fault})").format(fault=fault[:80]))


def _unanswered(reason: str) -> InputError:
    way_on = _(
        'Run again later; or write `source = "generated"` in [weather]; or download the typical year (TMY, '
        "csv) on {page}, put it into curves/ and write its name as `source`"
    ).format(page=PAGE)
    return InputError([Problem("[weather] source = pvgis", f"{reason}. {way_on}")])


def _arrays(record: WeatherRecord) -> dict[str, Any]:
    """Return the arrays of a record, moments as minutes since 1970."""
    arrays = {name: getattr(record, name) for name in ARRAYS}
    return arrays | {"starts_utc": record.starts_utc.astype(np.int64)}


def _save(record: WeatherRecord, place: Position, path: Path) -> None:
    """Write the answer whole or not at all."""
    about = {name: getattr(record, name) for name in FACTS}
    about |= {"latitude": place.latitude_deg, "longitude": place.longitude_deg}
    arrays = {"about": np.array(json.dumps(about)), **_arrays(record)}
    try:
        write_atomic(path, lambda file: np.savez_compressed(file, **arrays))
    except PartError as fault:
        message = _("the answer of PVGIS cannot be kept in {folder}: {fault}")
        text = message.format(folder=path.parent, fault=fault.reason)
        raise InputError([Problem("[weather] source = pvgis", text)]) from None


def _load(path: Path) -> WeatherRecord | None:
    """Return a kept answer; None when there is none, or when it is damaged and has to be asked again."""
    try:
        # Read whole first: numpy does not close a file that it cannot understand.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            about = json.loads(str(kept["about"]))
            arrays = {name: kept[name] for name in ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    arrays["starts_utc"] = arrays["starts_utc"].astype("datetime64[m]")
    return WeatherRecord(
        title=pvgis_title(typical=about["typical"]),
        position=Position(about["latitude"], about["longitude"]),
        **{name: about[name] for name in FACTS},
        **arrays,
    )
