"""Cells that hold several values: powers by slot, off-peak windows, planes, losses and shading of a roof."""

import re
from collections.abc import Callable, Mapping
from gettext import gettext as _

from acc.plant_model import Plane
from acc.sites import ContractCode, FixedPrice, MarketFile, PlantKind, SurplusChoice
from acc.units import eur_per_kwh
from scenarios.entry.columns.row_models import PlantRow

DEFAULT_TILT_DEG, DEFAULT_AZIMUTH_DEG = 30.0, 180.0
CANOPY_TILT_DEG = 10.0
"""Of the modules above a car park; laid at 30, six published canopies would yield 9 % more than they do."""


def read_powers(text: str | None) -> tuple[float, ...]:
    """Return subscribed powers: one, or one a slot ("180/240/240/240").

    >>> read_powers("36"), read_powers("90/90/120/120")
    ((36.0,), (90.0, 90.0, 120.0, 120.0))
    """
    if text is None:
        return ()
    parts = re.split(r"[/|+ ]+", str(text).strip().replace(",", "."))
    try:
        powers = tuple(float(part) for part in parts)
    except ValueError:
        powers = ()
    if not powers or not all(0.0 < power <= 50_000.0 for power in powers) or len(powers) > 5:
        raise ValueError(
            _("{value} is not a subscribed power: 36, or 90/90/120/120 by slot").format(value=text)
        )
    return powers


def read_windows(text: str | None) -> tuple[tuple[int, int], ...]:
    """Return off-peak windows as minutes of the day, cut at midnight.

    >>> read_windows("22:00-06:00"), read_windows("de 22 h à 6 h")
    (((1320, 1440), (0, 360)), ((1320, 1440), (0, 360)))
    """
    windows: list[tuple[int, int]] = []
    spelt = re.sub(r"\bde\b|\bet\b|(?<=\d) (?=h)|(?<=h) (?=\d\d\b)", " ", (text or "").lower())
    spelt = re.sub(r"\s*(?:\bà\b|-|–)\s*", "-", re.sub(r"(?<=\d)\s+(?=h)", "", spelt))
    for part in re.split(r"[,;+ ]+", spelt.strip()) if text else []:
        match = re.fullmatch(r"(\d{1,2})[:h](\d{2})?-(\d{1,2})[:h](\d{2})?", part)
        hours = [int(g or 0) for g in match.groups()] if match else []
        if not hours or max(hours[0], hours[2]) > 24 or max(hours[1], hours[3]) > 59:
            raise ValueError(
                _("{value} is not a window of hours: 22:00-06:00 is expected").format(value=text)
            )
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        windows += [(start, end)] if start < end else [(start, 1440), (0, end)]
    return tuple(window for window in windows if window[0] < window[1])


def read_planes(row: PlantRow) -> tuple[Plane, ...]:
    """Return the planes of a plant: one tilt and azimuth, or `planes` as "10/90/0.5 10/270/0.5"."""
    if not row.planes:
        usual = CANOPY_TILT_DEG if row.kind is PlantKind.CANOPY else DEFAULT_TILT_DEG
        tilt = usual if row.surface_tilt is None else row.surface_tilt
        azimuth = DEFAULT_AZIMUTH_DEG if row.surface_azimuth is None else row.surface_azimuth
        return (Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth),)
    expected = _("{value} is not a list of planes: tilt/azimuth/share, as in `10/90/0.5 10/270/0.5`")
    try:
        cells = [[float(x) for x in part.replace(",", ".").split("/")] for part in row.planes.split()]
        planes = tuple(Plane(surface_tilt_deg=t, surface_azimuth_deg=a, share=s) for t, a, s in cells)
    except ValueError:
        raise ValueError(expected.format(value=row.planes)) from None
    if not all(0 <= p.surface_tilt_deg <= 90 and 0 <= p.surface_azimuth_deg < 360 for p in planes):
        raise ValueError(expected.format(value=row.planes))
    total = sum(p.share for p in planes)
    if not all(p.share > 0 for p in planes) or abs(total - 1.0) > 1e-6:
        raise ValueError(_("the shares of the planes sum to {total:g}: 1 is expected").format(total=total))
    return planes


def read_losses(text: str | None) -> dict[str, float]:
    """Return losses named one by one, as ratios.

    >>> read_losses("soiling=0.02 inverter=0,03")
    {'soiling': 0.02, 'inverter': 0.03}
    """
    losses: dict[str, float] = {}
    for part in text.split() if text else []:
        name, _sign, value = part.partition("=")
        ratio = _number(value)
        if not name or ratio is None or not 0.0 <= ratio < 1.0 or name in losses:
            message = _("{value} is not a loss: a name once and a ratio are expected, as in soiling=0.02")
            raise ValueError(message.format(value=part))
        losses[name] = ratio
    return losses


def read_horizon(text: str | None) -> tuple[float, ...]:
    """Return the heights of the far horizon, degrees, at equal steps of azimuth from north, clockwise.

    >>> read_horizon("0 5 12,5 3")
    (0.0, 5.0, 12.5, 3.0)
    """
    heights = _numbers(text)
    if any(height is None or not 0.0 <= height < 90.0 for height in heights):
        message = _("{value} is not a horizon: heights in degrees from north, clockwise, as in `0 5 12 3`")
        raise ValueError(message.format(value=text))
    return tuple(height for height in heights if height is not None)


def read_shading(text: str | None) -> tuple[float, ...]:
    """Return the part of the output lost to near shading in each month, as ratios.

    >>> len(read_shading("0.1 0.05 0 0 0 0 0 0 0 0 0.05 0.1"))
    12
    """
    ratios = _numbers(text)
    if len(ratios) not in {0, 12} or any(r is None or not 0.0 <= r <= 1.0 for r in ratios):
        message = _("{value} is not a shading table: twelve ratios from 0 to 1, January to December")
        raise ValueError(message.format(value=text))
    return tuple(ratio for ratio in ratios if ratio is not None)


def _numbers(text: str | None) -> list[float | None]:
    return [_number(part) for part in text.split()] if text else []


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def curve_file(curve: str) -> str:
    """Return the file of a curve, without the options and the column that may follow its name.

    >>> curve_file("usine.csv?clock=winter#total"), curve_file("usine.csv")
    ('usine.csv', 'usine.csv')
    """
    return curve.partition("#")[0].partition("?")[0]


def read_surplus(text: str) -> SurplusChoice:
    """Read a surplus cell: the code of a contract, a file of hourly prices, or EUR/MWh.

    >>> read_surplus("oa-2026-06"), read_surplus("62,5")
    (ContractCode(code='oa-2026-06'), FixedPrice(eur_per_kwh=0.0625))
    """
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?", text):
        return FixedPrice(eur_per_kwh(float(text.replace(",", "."))))
    return code_or_file(text)


def code_or_file(text: str) -> SurplusChoice:
    """Return the code of a contract; a name with a suffix is a file of `curves/`.

    >>> code_or_file("spot-2025.csv#Prix"), code_or_file("oa-2026-06")
    (MarketFile(file='spot-2025.csv#Prix'), ContractCode(code='oa-2026-06'))
    """
    return MarketFile(text) if "." in text else ContractCode(text)


COMPOUND: Mapping[str, Callable[[str | None], object]] = {
    "kva": read_powers,
    **dict.fromkeys(("off_peak", "off_peak_winter", "off_peak_summer", "peak"), read_windows),
    "losses": read_losses,
    "horizon_deg": read_horizon,
    "shading_ratio": read_shading,
}
"""By column, how a cell of several values is read; a ValueError says what is wrong in it."""
