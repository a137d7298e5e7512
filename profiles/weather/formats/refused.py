"""Weather texts of other services, known by name and not read: what they are, and what to take instead."""

from collections.abc import Callable
from gettext import gettext as _

from acc.i18n import N_
from profiles.weather.formats.base import WeatherFormat, WeatherRecord, WeatherText

WAY_OUT = N_(
    "Take the typical year of PVGIS (csv) or an EPW of the same place: both are read; such a file can be "
    "saved as EPW by usual tools"
)


def is_nsrdb(source: WeatherText) -> bool:
    """Return whether the file comes from the National Solar Radiation Database."""
    top = _top(source)
    return top.startswith("source,location id,") or "\nnsrdb," in top


def is_dwd_reference_year(source: WeatherText) -> bool:
    """Return whether the file is a test reference year (TRY) of the DWD."""
    top = _top(source)
    return "art des try" in top or ("bezugszeitraum" in top and "datenbasis" in top)


def is_dwd_measurement(source: WeatherText) -> bool:
    """Return whether the file holds measurements of the DWD, as it gives them or as a table made of them."""
    top = _top(source)
    return top.startswith("stations_id;mess_datum") or "diffuse_irradiance,global_irradiance" in top


def _top(source: WeatherText) -> str:
    return "\n".join(line.strip() for line in source.head[:6000].lstrip("\ufeff").lower().splitlines())


def _refusing(message: str) -> Callable[[WeatherText], WeatherRecord]:
    def read(source: WeatherText) -> WeatherRecord:
        raise source.fault(f"{_(message)}. {_(WAY_OUT)}")

    return read


NSRDB = WeatherFormat(
    "nsrdb", is_nsrdb, _refusing(N_("a weather file of the NSRDB (satellite, NREL), which is not read here"))
)
DWD_REFERENCE_YEAR = WeatherFormat(
    "dwd-try",
    is_dwd_reference_year,
    _refusing(N_("a test reference year (TRY) of the German weather service (DWD), which is not read here")),
)
DWD_MEASUREMENT = WeatherFormat(
    "dwd",
    is_dwd_measurement,
    _refusing(N_("measurements of the German weather service (DWD), which are not read here")),
)
