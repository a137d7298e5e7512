"""The control between euros and equality, under the key `optimal` of the screen "Séance"."""

from collections.abc import Mapping

from acc.arrays import CellValue
from acc.keys.optimal import OPTIMAL
from acc.result.outcomes import years_of
from acc.result.result import Result
from reports.studies.front.page import FairChoice, fairness_of
from scenarios.entry.folder.question import read_question
from scenarios.operation.coefficient_files.write import orders_text
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front.run import (
    FLOOR,
    FrontRequest,
    floor_of,
    front_of_page,
    keep_variant,
    point_of_page,
    without_floor,
)
from web.page_study import KeyControl, PageStudy


def _choice(hand: AtHand, question: PageQuestion, result: Result) -> FairChoice | None:
    floor = floor_of(read_question(question.sets), question.key)
    if floor is None:
        return None
    kept = front_of_page(hand, question, anew=False)
    return fairness_of(kept.front, floor, period_years=years_of(result), is_stale=kept.is_stale)


def _form_value(hand: AtHand, question: PageQuestion, fields: Mapping[str, str]) -> str:
    """Read the floor of a step, by its rank on the front of the page."""
    rank = fields.get("equite", "")
    if not rank.isdecimal():
        return "0.0"
    kept = front_of_page(hand, question, anew=False)
    steps = fairness_of(kept.front, None, period_years=1.0, is_stale=kept.is_stale).steps
    return steps[min(int(rank), len(steps) - 1)].floor


def _keep(hand: AtHand, question: PageQuestion, name: str, about: Mapping[str, CellValue]) -> bool:
    """Keep a state of the front by the orders of its point.

    Raises:
        InputError: what the front cannot compute; a folder that cannot be written to.
    """
    point = point_of_page(hand, question, anew=True)
    if point is None:
        return False
    settings = without_floor(read_question(question.sets, question.without, question.powers))
    over = FrontRequest(variant=question.variant, settings=settings, about=about)
    with hand.writing:
        keep_variant(hand.folder, name, point.floor_ratio, orders_text(point.orders), over)
    return True


PAGE = PageStudy(
    control=KeyControl(
        name="fair",
        template="front/_fair.html",
        key=OPTIMAL.name,
        path=FLOOR,
        choice=_choice,
        form_value=_form_value,
        keep=_keep,
    ),
)
