"""The alternatives of sharing, for the working page."""

from functools import partial

from acc.worth.result import Worth
from scenarios.entry.folder.question import read_question
from scenarios.operation.store.store import KeptKind
from scenarios.session import MOST_ANSWERS, AtHand, PageQuestion
from scenarios.studies.worth.run import worth_folder

WORTHS: KeptKind[Worth] = KeptKind("worths", MOST_ANSWERS)


def worth_of_page(hand: AtHand, question: PageQuestion, draws: int) -> Worth:
    """Result of `acc worth` for a question; 0 draws is quick, without chances.

    Raises:
        InputError: every fault of the folder and of the question; no price; no plant.
    """
    store, settings = hand.store(), read_question(question.sets, question.without, question.powers)
    make = partial(worth_folder, variant=question.variant, key=question.key, settings=settings, cache=store)
    return store.get(WORTHS, (question, draws), lambda: make(hand.folder, draws=draws))
