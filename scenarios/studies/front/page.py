"""The front of the working page: made once, its points chosen while prices move."""

from acc.front.result import Front, FrontPoint
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.settings import Setting
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KeptKind
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front.floor_choice import CachedFront, floor_of, with_point, without_floor
from scenarios.studies.front.run import front_of

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
