"""Weather texts of other services, known by name and not read: what they are, and what to take instead."""

from collections.abc import Callable
from gettext import gettext as _

from acc.i18n import N_
from profiles.weather.formats.base import WeatherFormat, WeatherRecord, WeatherText

WAY_OUT = N_(
    "Take the typical year of PVGIS (csv) or an EPW of the same place: both are read; such a file can be "
    "saved as EPW by usual tools"
)


def _refused(name: str, is_its_top: Callable[[str], bool], message: str) -> WeatherFormat:
    """Format that is only known; `is_its_top` is given the lines near the top, in lower case."""

    def recognises(source: WeatherText) -> bool:
        lines = source.head[:6000].lstrip("\ufeff").lower().splitlines()
        return is_its_top("\n".join(line.strip() for line in lines))

    def read(source: WeatherText) -> WeatherRecord:
        raise source.fault(f"{_(message)}. {_(WAY_OUT)}")

    return WeatherFormat(name, recognises, read)


FORMATS = (
    _refused(
        "dwd-try",
        lambda top: "art des try" in top or ("bezugszeitraum" in top and "datenbasis" in top),
        N_("a test reference year (TRY) of the German weather service (DWD), which is not read here"),
    ),
    _refused(
        "dwd",  # as it gives them, or as a table made of them
        lambda top: top.startswith("stations_id;mess_datum") or "diffuse_irradiance,global_irradiance" in top,
        N_("measurements of the German weather service (DWD), which are not read here"),
    ),
    _refused(
        "nsrdb",
        lambda top: top.startswith("source,location id,") or "\nnsrdb," in top,
        N_("a weather file of the NSRDB (satellite, NREL), which is not read here"),
    ),
)
