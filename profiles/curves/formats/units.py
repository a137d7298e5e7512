"""Units of load curves: what one of each is in kW or kWh, and how headers write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _
from types import MappingProxyType

from acc.arrays import FloatArray, IntArray
from profiles.curves.formats.base import CurveFile


@dataclass(frozen=True, slots=True)
class CurveUnit:
    """A unit of mean power over the step (`is_power`), or of energy of the step; `scale` in kW or kWh."""

    name: str
    scale: float
    is_power: bool

    def energy_kwh(self, values: FloatArray, minutes: IntArray) -> FloatArray:
        """Return the kWh of intervals of `minutes`, arrays of shape (R,).

        >>> import numpy as np
        >>> UNITS["w"].energy_kwh(np.array([1200.0]), np.array([30])).item()
        0.6
        """
        if self.is_power:
            return values * self.scale * (minutes / 60.0)
        return values * self.scale


NORMALISED = "W/MWh"
"""Mean W for 1 MWh a year: a shape, to be scaled to a yearly energy."""

UNITS: Mapping[str, CurveUnit] = MappingProxyType(
    {
        "w": CurveUnit("W", 1e-3, is_power=True),
        "kw": CurveUnit("kW", 1.0, is_power=True),
        "mw": CurveUnit("MW", 1e3, is_power=True),
        "wh": CurveUnit("Wh", 1e-3, is_power=False),
        "kwh": CurveUnit("kWh", 1.0, is_power=False),
        "mwh": CurveUnit("MWh", 1e3, is_power=False),
        "w/mwh": CurveUnit(NORMALISED, 1e-3, is_power=True),
    }
)

_IN_BRACKETS = re.compile(r"\s*[\[(]\s*(?:en\s+)?([^\[\]()]{1,12}?)\s*[\])]\s*$", re.IGNORECASE)
_AT_END = re.compile(r"[ _](w|kw|mw|wh|kwh|mwh)$", re.IGNORECASE)


def find_unit(text: str) -> CurveUnit | None:
    """Return the unit written `text`, None when it is not one of a load curve.

    >>> find_unit(" kWh ").name
    'kWh'
    >>> find_unit("kVAr") is None
    True
    """
    return UNITS.get(text.strip().lower())


def split_header(header: str) -> tuple[str, str | None]:
    """Return the name and the unit of a header, the unit as written, None when it has none.

    >>> split_header("ecole_kwh"), split_header("Valeur (en kW)"), split_header("load [W/MWh]")
    (('ecole', 'kwh'), ('Valeur', 'kW'), ('load', 'W/MWh'))
    >>> split_header("kWh")  # the unit alone is both
    ('kWh', 'kWh')
    """
    if find_unit(header):
        return header.strip(), header.strip()
    for pattern in (_IN_BRACKETS, _AT_END):
        match = pattern.search(header)
        if match and match.start() > 0:
            return header[: match.start()].strip(), match[1]
    return header.strip(), None


def file_unit(source: CurveFile, *written: str, line: int | None = None) -> str:
    """Return the unit of the values of a file: the one that a person gives, else the one it writes.

    Args:
        written: what it writes; several, where it contradicts itself, are refused.
        line: where it writes it.

    Raises:
        InputError: not a unit of active power or energy.
    """
    texts = sorted(set(written))
    text = source.options.unit or texts[0] if len(texts) == 1 else ", ".join(texts)
    unit = find_unit(text)
    if unit is None:
        raise source.fault(unknown_unit(text), line)
    return unit.name


def known_units() -> str:
    """Return the units that a curve may be in, for messages."""
    return ", ".join(unit.name for unit in UNITS.values() if unit.name != NORMALISED)


def unknown_unit(text: str) -> str:
    """Return the message for a unit that is not one of a load curve."""
    message = _("{unit} is not a unit of active power or energy: {known} are expected")
    return message.format(unit=repr(text), known=known_units())
