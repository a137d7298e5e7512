"""Who loses, in the first year, over the plan, and only later: one sentence, on page 1 and on screens."""

from collections.abc import Callable, Sequence
from gettext import gettext as _

from acc.i18n import semicolons
from acc.result.outcomes import MemberOutcome, Outcomes
from reports.format.numbers import fr
from reports.format.wording import sentence
from reports.view import quantities

Naming = Callable[[Sequence[MemberOutcome]], str]
"""Names said after a count; empty where they are not."""


def who_loses(everybody: Outcomes, outcomes: Outcomes, naming: Naming = lambda _members: "") -> str:
    """Number of losers in the first year and over the plan; "nobody" only where both are zero."""
    losers, below, years = outcomes.losers, outcomes.losers_over_plan, fr(outcomes.plan_years or 0)
    counted = quantities.losers(everybody, outcomes.ids)
    if losers and {member.id for member in below} == {loser.id for loser in losers}:
        return sentence("lose-both", len(below), count=counted[1], years=years, names=naming(below))
    parts = []
    if losers:
        parts.append(sentence("lose-first-year", len(losers), count=counted[0], names=naming(losers)))
    if below:
        words = {"count": counted[1], "years": years, "names": naming(below)}
        parts.append(sentence("lose-over-plan", len(below), **words))
    late = late_text(outcomes, naming)
    nobody = _("nobody would lose the first year") if late else _("nobody would lose")
    return semicolons([*(parts or [nobody]), *late])


def late_text(outcomes: Outcomes, naming: Naming) -> list[str]:
    """Number of yearly losers at the end of the plan, and since when, where not all lose."""
    late = outcomes.losers_late
    if not late:
        return []
    return [sentence("lose-late", len(late), year=fr(late[0].loses_from_year or 0), names=naming(late))]
