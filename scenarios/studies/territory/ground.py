"""A territory as its searches see it: units over classes of hours that some groups of them see alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory.classes import coarse_classes, seen_classes
from scenarios.studies.territory.law_tables import TerritoryLaw
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.plan import units_of
from scenarios.studies.territory.problem import Territory


class SeenUnits(NamedTuple):
    """Units over classes of hours, the class of each hour of the year, (H,), and the same units over it."""

    units: Units
    of_hour: IntArray
    year: Units


@dataclass(frozen=True, slots=True, eq=False)
class SearchGround:
    """A territory, its law as tables, where units stand in a plane, (S, 2), and the units over the year."""

    territory: Territory
    law: TerritoryLaw
    places_km: FloatArray
    year: Units

    @classmethod
    def of(cls, territory: Territory, law: TerritoryLaw, places_km: FloatArray) -> "SearchGround":
        """Return a territory with its units over the year."""
        return cls(territory, law, places_km, units_of(territory, law, places_km))

    def coarse(self, count: int) -> Units:
        """Return units over so many classes of hours, before any group is known."""
        return self._over(coarse_classes(self.territory, count))

    def seen(self, groups: Sequence[IntArray], count: int) -> SeenUnits:
        """Return units over about so many classes of hours, those that groups see alike."""
        of_hour = seen_classes(self.territory, groups, count)
        return SeenUnits(self._over(of_hour), of_hour, self.year)

    def _over(self, of_hour: IntArray) -> Units:
        return units_of(self.territory.in_classes(of_hour), self.law, self.places_km)
