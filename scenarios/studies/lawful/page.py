"""The search of lawful operations, for the working page."""

from acc.result.lawful_plan import LawfulPlan
from scenarios.operation.metering.meter import Progress
from scenarios.operation.ready.operation import open_operation
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.lawful.run import searched


def search_of_page(
    hand: AtHand, question: PageQuestion, progress: Progress = lambda _text: None
) -> LawfulPlan:
    """Find the lawful operations of a state, and keep them: `acc members --split` without its folders.

    Args:
        progress: called at each step; what it raises ends the search.

    Raises:
        InputError: every fault of the folder and of the question.
    """
    operation, metered = open_operation(hand.folder, **hand.request(question, anew=True))
    plan = searched(operation, metered, progress)
    hand.searches += 1
    return plan
