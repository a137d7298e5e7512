"""Weather files: what a file is, its weather on the steps of an operation, which weather is asked for."""

import gzip
import zlib
from dataclasses import dataclass
from gettext import gettext as _
from io import BytesIO
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import decimal, reason_of
from acc.problem import InputError, Problem
from acc.scenario import WeatherChoice
from acc.sites import Position
from acc.steps import Steps
from profiles.data.sourced_figures import read_figures
from profiles.files.open_file import UNPACKED_BYTES, check_memory, read_unpacked, read_within
from profiles.text.delimited import decode, decoded_bytes
from profiles.weather.formats import FORMATS
from profiles.weather.formats.base import WeatherFormat, WeatherRecord, WeatherText, way_out
from profiles.weather.hours import Hours, air_on_steps, annual_ghi_kwh_per_m2, hours_of_period, light_on_steps
from profiles.weather.pvgis_client import EVERY_YEAR, TYPICAL_YEAR, URL, pvgis_record
from profiles.weather.sun import SHARED_WITHIN_KM, distance_km, zenith_at
from profiles.weather.synthetic_year import generated_weather, months_of_record
from profiles.weather.values import Weather

SHIFTED_BEYOND_H = 0.75
"""A best fit of the light with the sun further off than this is told: the hours of the file look shifted."""

DAYS_PER_SAMPLE = 5
"""One day in five is enough to see a shift, and five times faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherSummary:
    """What a weather file is, for a person.

    Attributes:
        name, title: of the format: a fixed word, and a line already translated.
        first, last: first and last hour, ISO text in UTC; None for a typical year.
        ghi_kwh_per_m2: irradiation of a year, the mean of the whole years; of the file when it has none.
        years: whole calendar years of the file, empty for a typical year.
    """

    name: str
    title: str
    position: Position | None
    first: str | None
    last: str | None
    step_minutes: int
    hours: int
    years: tuple[int, ...]
    ghi_kwh_per_m2: float
    mean_temp_air_c: float
    reference: str
    notes: tuple[str, ...]


def describe_weather(path: Path) -> WeatherSummary | None:
    """Return the format and content of the weather file, None when it is no weather file.

    Raises:
        InputError: a weather file that cannot be read: each fault with its line.
    """
    weather_format = _recognised(path)
    if weather_format is None:
        return None
    kind, source = weather_format
    record = kind.read(source)
    dark = int(np.isnan(record.ghi).sum())
    holes = [_("hours without irradiance: {n}").format(n=dark)] if dark else []
    annual = {} if record.typical else annual_ghi_kwh_per_m2(record)
    ghi = sum(annual.values()) / len(annual) if annual else float(np.nansum(record.ghi)) / 1000.0
    return WeatherSummary(
        name=kind.name,
        title=record.title,
        position=record.position,
        first=None if record.typical else str(record.starts_utc[0]),
        last=None if record.typical else str(record.starts_utc[-1]),
        step_minutes=60,
        hours=len(record.starts_utc),
        years=tuple(annual),
        ghi_kwh_per_m2=ghi,
        mean_temp_air_c=float(np.nanmean(record.temp_air_c)),
        reference=record.reference,
        notes=(*record.notes, *_shift_notes(record), *holes),
    )


def read_weather_file(path: Path, station: str | None = None) -> WeatherRecord:
    """Return the hours of a weather file; `station` chooses in a file of several.

    Raises:
        InputError: a file that is missing, no weather file, or broken: each fault with its line.
    """
    weather_format = _recognised(path, station)
    if weather_format is None:
        message = _(
            "not a weather file known here: PVGIS typical year (csv, json, epw), PVGIS hourly series (csv, "
            "json), EPW, or hourly observations of Météo-France are expected"
        )
        raise InputError([Problem(path.name, message)])
    kind, source = weather_format
    return kind.read(source)


def file_weather(
    path: Path, steps: Steps, position: Position | None, year: int | None = None, station: str | None = None
) -> Weather:
    """Return the weather of a file on `steps`.

    Args:
        position: where the operation stands; used when the file does not say its own place.
        year: which calendar year of a file of real years, None for the dates of the operation themselves.

    Raises:
        InputError: a file that is missing, unknown, broken, or does not serve the period.
    """
    return record_weather(read_weather_file(path, station), path.name, steps, position, year)


def record_weather(
    record: WeatherRecord, name: str, steps: Steps, position: Position | None, year: int | None
) -> Weather:
    """Return the weather of `record` on `steps`; `name` tells a person where it comes from."""
    place = record.place(name, position)
    hours = hours_of_period(record, steps, year, name)
    ghi, dni, dhi = light_on_steps(hours, record.light_minutes, steps, place)
    wind, wind_notes = _wind(record, hours, steps)
    return Weather(
        steps=steps,
        position=place,
        ghi=ghi,
        dni=dni,
        dhi=dhi,
        temp_air_c=air_on_steps(hours.temp_air_c, record.air_minutes, hours, steps),
        wind_speed_m_s=wind,
        source=f"{record.title} ({name})",
        reference=record.reference,
        notes=(
            *record.notes,
            *hours.notes,
            *_step_notes(steps, record),
            *wind_notes,
            *_distance_notes(place, position),
            *_shift_notes(record),
        ),
    )


def shift_h(record: WeatherRecord) -> float | None:
    """Shift of the best fit of light to the sun, h; None without a place or a year.

    Half an hour is common (clouds of the afternoon, fog of the morning); an hour is a wrong zone.
    """
    if record.position is None or len(record.starts_utc) < 300 * 24:
        return None
    some = np.flatnonzero(np.arange(len(record.starts_utc)) // 24 % DAYS_PER_SAMPLE == 0)
    ghi = np.nan_to_num(record.ghi[some])
    if ghi.max() <= ghi.min():
        return None
    shifts = np.arange(-3.0, 3.01, 0.25)
    starts = record.starts_utc[some].astype("datetime64[s]").astype(np.int64)
    seconds = starts + round(record.light_minutes * 60.0)
    moments = seconds + np.round(shifts * 3600.0).astype(np.int64)[:, None]
    zenith = zenith_at(moments.ravel().astype("datetime64[s]"), record.position).reshape(moments.shape)
    heights = np.maximum(np.cos(np.radians(zenith)), 0.0)
    fits = [np.corrcoef(ghi, height)[0, 1] for height in heights]
    return float(shifts[int(np.argmax(fits))])


def _recognised(path: Path, station: str | None = None) -> tuple[WeatherFormat, WeatherText] | None:
    """Format of a file and its text, unpacked if need be; None for what is not text, or not known."""
    try:
        data = read_within(path, UNPACKED_BYTES, way=way_out())
        if data[:2] == b"\x1f\x8b":
            with gzip.open(BytesIO(data)) as file:
                data = read_unpacked(file, path.name, way_out())
    except (OSError, EOFError, zlib.error) as fault:
        message = _("cannot be read: {fault}").format(
            fault=reason_of(fault) if isinstance(fault, OSError) else fault
        )
        raise InputError([Problem(path.name, message)]) from None
    check_memory(path.name, len(data), decoded_bytes(data), way_out())
    text = decode(data)
    source = WeatherText(path.name, text or "", station)
    kind = next((kind for kind in FORMATS if kind.recognises(source)), None)
    return None if text is None or kind is None else (kind, source)


def _wind(record: WeatherRecord, hours: Hours, steps: Steps) -> tuple[FloatArray, tuple[str, ...]]:
    if hours.wind_speed_m_s is not None:
        return air_on_steps(hours.wind_speed_m_s, record.air_minutes, hours, steps), ()
    value = read_figures("weather.csv")["wind_speed"].value
    note = _("no wind in the weather file: {value:g} m/s everywhere").format(value=value)
    return np.full(steps.count, value), (note,)


def _step_notes(steps: Steps, record: WeatherRecord) -> tuple[str, ...]:
    hourly = _(
        "hourly weather on steps of {minutes} min: the light follows the sun inside each hour, whose "
        "energy is kept; passing clouds are missing, so shared energy is a little overestimated"
    )
    notes = [hourly.format(minutes=steps.step_minutes)] if steps.step_minutes < 60 else []
    estimated = _("the file has no diffuse irradiance: it is estimated (Erbs-Driesse)")
    return (*notes, *([estimated] if record.dhi is None else []))


def _distance_notes(place: Position, position: Position | None) -> tuple[str, ...]:
    if position is None or distance_km(place, position) <= SHARED_WITHIN_KM:
        return ()
    early_minutes = (place.longitude_deg - position.longitude_deg) * 4.0
    message = _(
        "the weather is that of a place {km:.0f} km away ({latitude} N, {longitude} E): another "
        "climate, and a sun {minutes:.0f} min {side}"
    )
    side = _("earlier") if early_minutes >= 0.0 else _("later")
    north, east = decimal(place.latitude_deg, 2), decimal(place.longitude_deg, 2)
    words = {"km": distance_km(place, position), "minutes": abs(early_minutes)}
    return (message.format(**words, latitude=north, longitude=east, side=side),)


def _shift_notes(record: WeatherRecord) -> tuple[str, ...]:
    shift = shift_h(record)
    if shift is None or abs(shift) < SHIFTED_BEYOND_H:
        return ()
    return (
        _(
            "the light of the file fits the sun best when moved by {hours:+.2g} h: check its time zone and "
            "its place"
        ).format(hours=shift),
    )


def weather_for(
    choice: WeatherChoice,
    steps: Steps,
    position: Position | None,
    curves_folder: Path,
    cache_folder: Path,
    *,
    year_ratio: float = 1.0,
    pvgis_url: str = URL,
) -> Weather:
    """Return the weather of `choice` on `steps`.

    `generated`: no file unless it takes the months of one, no network. `pvgis`: the typical year of the
    place, or the year asked; asked once, then read from `cache_folder`. Anything else is a file of
    `curves_folder`, optionally `file.csv#station`.

    Args:
        position: where the operation stands; the one of `choice` goes first.
        year_ratio: annual irradiation of a generated sky against the published mean.

    Raises:
        InputError: no answer of PVGIS, a file that is missing, unknown, broken, or does not serve the period.
    """
    place = choice.position or position
    if choice.source == "generated":
        months = None
        if choice.months is not None:
            path, station = _file(choice.months, curves_folder)
            months = months_of_record(read_weather_file(path, station), path.name, place)
        return generated_weather(steps, place, choice.seed, months=months, year_ratio=year_ratio)
    if choice.months is not None:
        message = _(
            'only a generated sky takes the months of a file: write source = "generated", or no months'
        )
        raise InputError([Problem("[weather] months", message)])
    if choice.source == "pvgis":
        if place is None:
            message = _("PVGIS needs a place: give latitude and longitude to a site, or in [weather]")
            raise InputError([Problem("[weather]", message)])
        service = TYPICAL_YEAR if choice.year is None else EVERY_YEAR
        record = pvgis_record(service, place, cache_folder, url=pvgis_url)
        return record_weather(record, "PVGIS", steps, place, choice.year)
    path, station = _file(choice.source, curves_folder)
    return file_weather(path, steps, place, choice.year, station)


def _file(reference: str, curves_folder: Path) -> tuple[Path, str | None]:
    """Return the file and the station that `file.csv#station` names."""
    name, _sign, station = reference.partition("#")
    return curves_folder / name, station or None
