"""Uses that a site may add, by the rows of `data/added_uses.csv`: what is asked for, and sourced figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from acc.sites import Position
from profiles.reference.tables import ElectricityUse, read_rows, uses_of


@dataclass(frozen=True, slots=True)
class AddedUse:
    """A use that a site has not yet, for 1 kWh in twelve months; or a part of what it uses.

    Attributes:
        kind: of `data/added_uses.csv`.
        hours: local windows as minutes of the day, in place of the usual ones; empty for these.
        profile: of the site: a heat pump heats at the hours of its kind.
        position: where it stands; None for Bergerac.
    """

    kind: str
    hours: tuple[tuple[int, int], ...] = ()
    profile: str | None = None
    position: Position | None = None

    @property
    def is_part(self) -> bool:
        """Whether it is a part of what the site uses, not a use beside."""
        return "uses" in added_rows()[self.kind]


@lru_cache(maxsize=1)
def added_rows() -> Mapping[str, Mapping[str, str]]:
    """Return the rows of each new use, by property."""
    kinds: dict[str, dict[str, str]] = {}
    for row in read_rows("added_uses.csv"):
        kinds.setdefault(row.kind, {})[row.parameter] = row.value
    return kinds


def usual_figure(kind: str, name: str) -> float:
    """Return a sourced figure of a new use.

    >>> usual_figure("heat-pump", "scop"), usual_figure("ev-home", "kwh_per_year")
    (2.9, 2600.0)
    """
    return float(added_rows()[kind][name])


def uses_within(kind: str, profile: str) -> tuple[ElectricityUse, ...]:
    """Return the uses of a profile that a change of a part of the need bears on; none where it has none.

    >>> [use.name for use in uses_within("renovation", "office")], uses_within("led", "water-pumping")
    (['heating', 'cooling'], ())
    """
    names = added_rows()[kind]["uses"].split()
    return tuple(use for use in uses_of(profile) if use.name in names)


@lru_cache(maxsize=1)
def usual_doubts() -> Mapping[str, Mapping[str, float]]:
    """Usual deviation of each kind of change from its statement, by the name of its figure.

    >>> usual_doubts()["heat-pump"]["high_ratio"], usual_doubts()["starts"]["delay_years"]
    (1.4, 1.5)
    """
    kinds: dict[str, dict[str, float]] = {}
    for row in read_rows("change_doubts.csv"):
        kinds.setdefault(row.kind, {})[row.parameter] = float(row.value)
    return kinds
