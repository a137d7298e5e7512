"""Where the value of a cell may be, by what it measures: the word that a column has as its type.

A column narrows the domain of its type where it says so: `energy >0`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from acc.keys.weighted import MAX_WEIGHT
from acc.steps import FIRST_YEAR, LAST_YEAR

Bound = float | dt.date


@dataclass(frozen=True, slots=True)
class Domain:
    """What a type of cell may hold.

    Attributes:
        reader: how a cell of it is read, a word of `schema.TYPES`.
        low, high: the least and the greatest value, both of them allowed.
    """

    reader: str
    low: Bound
    high: Bound


DAYS = (dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))

DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "day": Domain("day", *DAYS),
        "since": Domain("since", *DAYS),
        "year": Domain("whole", 1980, LAST_YEAR),
        "years": Domain("whole", 0, 60),
        "count": Domain("whole", 0, 1_000_000_000),
        "latitude": Domain("number", -90, 90),
        "longitude": Domain("number", -180, 180),
        "tilt": Domain("number", 0, 90),
        "azimuth": Domain("azimuth", 0, 360),
        "price": Domain("number", 0, 2000),  # EUR/MWh
        "euros": Domain("amount", 0, 1e9),
        "energy": Domain("amount", 0, 1e9),  # kWh
        "power": Domain("amount", 0, 1e5),  # kW, kVA, kWp
        "amount": Domain("amount", 0, 1e9),
        "ratio": Domain("number", 0, 1),
        "rate": Domain("number", -0.1, 0.5),  # by year
        "factor": Domain("number", 0, 1000),
        "growth": Domain("number", -1, 1000),  # -1 takes all away, 1000 adds a thousand times as much
        "balance": Domain("number", -1e9, 1e9),  # EUR, a loss below 0
        "weight": Domain("number", 0, MAX_WEIGHT),
    }
)
"""By type; a type of texts or of words of a list has none. What the sections of studies hold has them too:
the figures of `columns.schema` are made of them."""


def within(name: str, own: Mapping[str, float]) -> Mapping[str, Bound]:
    """Return the bounds of a type, by their names of pydantic, each side narrowed by the column's `own`.

    >>> within("energy", {"gt": 0})
    {'gt': 0, 'le': 1000000000.0}
    """
    domain = DOMAINS.get(name)
    if domain is None:
        return own
    low = {} if own.keys() & {"gt", "ge"} else {"ge": domain.low}
    high = {} if own.keys() & {"lt", "le"} else {"le": domain.high}
    return {**low, **own, **high}
