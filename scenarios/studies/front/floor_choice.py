"""The front of fairness at hand: its points chosen one after the other, while prices move around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.front.result import Front, FrontPoint
from acc.keys.optimal import OPTIMAL
from scenarios.entry.folder.settings import Setting

FLOOR = "key.floor_ratio"
ORDERS = "key.orders"


@dataclass(frozen=True, slots=True)
class CachedFront:
    """A front, and whether it was made for other prices or other members than those asked for."""

    front: Front
    is_stale: bool

    def nearest(self, floor_ratio: float) -> FrontPoint:
        """Return the point whose floor is the nearest."""
        return min(self.front.points, key=lambda point: abs(point.floor_ratio - floor_ratio))


def floor_of(settings: Sequence[Setting], key: str | None) -> float | None:
    """Return the floor that is asked of the key `optimal` without a file of orders, None otherwise."""
    values = {setting.path: setting.value for setting in settings}
    value = values.get(FLOOR)
    alone = not {"key.file", "key.monthly", ORDERS} & set(values)
    if key != OPTIMAL.name or not alone or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def without_floor(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Return the settings that a front is made for."""
    return tuple(setting for setting in settings if setting.path != FLOOR)


def with_point(settings: Sequence[Setting], point: FrontPoint) -> tuple[Setting, ...]:
    """Return the settings by which `run` shares as a point does."""
    place = "key.floor_ratio"
    kept = (
        replace(setting, value=point.floor_ratio) if setting.path == FLOOR else setting
        for setting in settings
    )
    return (*kept, Setting(ORDERS, point.orders, place))
