"""Who adds what, for the working page: made on demand, kept."""

from functools import partial

from acc.members.report import MembersReport
from scenarios.operation.metering.meter import Progress
from scenarios.operation.store.store import KeptKind
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.members.run import members

MEMBERS: KeptKind[MembersReport] = KeptKind("who adds what", 2)


def members_of_page(hand: AtHand, question: PageQuestion, progress: Progress) -> MembersReport:
    """Report of `acc members` for a question: it takes seconds.

    Raises:
        InputError: every fault of the folder and of the question; nobody who takes part.
    """
    request = hand.request(question, anew=True)
    request["progress"] = progress
    make = partial(members, hand.folder, over_plan=False, **request)
    return hand.store().get(MEMBERS, (question,), make)


def knows_members(hand: AtHand, question: PageQuestion) -> bool:
    """Return whether `members_of_page` answers at once."""
    return hand.store().known(MEMBERS, (question,)) is not None
