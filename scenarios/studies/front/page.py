"""The front of the working page: made once, its points chosen while prices move.

The front of fairness at hand: its points chosen one after the other, while prices move around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.front.result import Front, FrontPoint
from acc.keys.optimal import OPTIMAL
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.settings import Setting
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KeptKind
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front.run import front_of

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


FRONT: KeptKind[Front] = KeptKind("front", 1)
FLOORS = 20
"""Points of a front beside the named ones."""


def front_of_page(hand: AtHand, question: PageQuestion, *, anew: bool) -> CachedFront:
    """Return the front of fairness of a question, its key and its floor left out.

    Args:
        anew: make it where the one kept is of other prices; without it that one is given, said stale.

    Raises:
        InputError: what the front cannot say something of: a battery, a price that is missing.
    """
    settings = without_floor(read_question(question.sets, question.without, question.powers))
    store = hand.store()
    parts = (question.variant, tuple((setting.path, str(setting.value)) for setting in settings))
    last = None if anew or store.known(FRONT, parts) is not None else store.last(FRONT)
    if last is not None:
        sites = load(hand.folder, variant=question.variant, settings=settings).participants
        if [site.id for site in last.scenario.participants] == [site.id for site in sites]:
            return CachedFront(last, is_stale=True)

    def make() -> Front:
        operation, _metered = open_operation(
            hand.folder, variant=question.variant, settings=settings, cache=store
        )
        return front_of(operation, points=FLOORS)

    return CachedFront(store.get(FRONT, parts, make), is_stale=False)


def point_of_page(hand: AtHand, question: PageQuestion, *, anew: bool) -> FrontPoint | None:
    """Return the point of the front that a question asks for by its floor; None where it asks for none.

    Raises:
        InputError: what the front cannot say something of.
    """
    floor = floor_of(read_question(question.sets, question.without, question.powers), question.key)
    return None if floor is None else front_of_page(hand, question, anew=anew).nearest(floor)


def settings_of_page(
    hand: AtHand, question: PageQuestion, settings: tuple[Setting, ...], *, anew: bool
) -> tuple[Setting, ...]:
    """Return the settings by which `run` shares as the point that a question asks for.

    Raises:
        InputError: what the front cannot say something of.
    """
    point = point_of_page(hand, question, anew=anew)
    return settings if point is None else with_point(settings, point)
