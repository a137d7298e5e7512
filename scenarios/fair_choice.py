"""The front of fairness at hand: its points chosen one after the other, while prices move around it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from acc.keys.optimal import OPTIMAL
from acc.result.front import Front, FrontPoint
from scenarios.folder.settings import Setting

FLOOR = "key.floor_ratio"
ORDERS = "key.orders"


@dataclass(frozen=True, slots=True)
class HeldFront:
    """A front, and whether it was made for other prices or other members than those asked for."""

    front: Front
    is_stale: bool

    def nearest(self, floor_ratio: float) -> FrontPoint:
        """Return the point whose floor is the nearest."""
        return min(self.front.points, key=lambda point: abs(point.floor_ratio - floor_ratio))


class FrontAtHand:
    """The last front made; another state is answered from it, said stale, until it is made anew."""

    def __init__(self) -> None:
        self._name: Hashable = None
        self._front: Front | None = None
        self._lock = Lock()

    def get(
        self, name: Hashable, who: Callable[[], Sequence[str]], make: Callable[[], Front], *, anew: bool
    ) -> HeldFront:
        """Return the front of a state.

        Args:
            name: what it depends on.
            who: ids of who takes part: a front of others says nothing of them.
            anew: make it where another one is held.

        Raises:
            InputError: what the front cannot say something of.
        """
        with self._lock:
            held = self._front
            if held is not None and self._name == name:
                return HeldFront(held, is_stale=False)
            if held is not None and not anew and [p.id for p in held.scenario.participants] == list(who()):
                return HeldFront(held, is_stale=True)
            self._front, self._name = make(), name
            return HeldFront(self._front, is_stale=False)


def floor_of(settings: Sequence[Setting], key: str | None) -> float | None:
    """Return the floor that is asked of the key `optimal` without a file of orders, None otherwise."""
    asked = {one.path: one.value for one in settings}
    value = asked.get(FLOOR)
    alone = not {"key.file", "key.monthly", ORDERS} & set(asked)
    if key != OPTIMAL.name or not alone or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def without_floor(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Return the settings that a front is made for."""
    return tuple(one for one in settings if one.path != FLOOR)


def with_point(settings: Sequence[Setting], point: FrontPoint) -> tuple[Setting, ...]:
    """Return the settings by which `run` shares as a point does."""
    place = "key.floor_ratio"
    kept = (replace(one, value=point.floor_ratio) if one.path == FLOOR else one for one in settings)
    return (*kept, Setting(ORDERS, point.orders, place))
