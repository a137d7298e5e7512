"""Dated changes as a draw has them: whether each happens, how late, how large.

How large has a part that all changes of a kind share (where heat pumps do badly, all do) and one of the row
alone. Each is named by its site, what changes and when: every key and variant sees the same futures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from acc.changes import ADDED, LATE, DatedChange
from acc.result.result import NINE_IN_TEN
from acc.steps import Steps
from acc.years.states import never
from scenarios.operation.draws.settings import cut_normal

OF_KIND = 0.5**0.5
"""Part of the doubt about a size that all changes of a kind share, as much as is of the row alone."""

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class DrawnChange:
    """A change that was said, and what a draw makes of it: None where nothing of it happens."""

    said: DatedChange
    drawn: DatedChange | None


def drawn_changes(
    changes: Sequence[DatedChange], steps: Steps, part_of: Callable[[str], float]
) -> tuple[DrawnChange, ...]:
    """Return each change as one draw has it.

    Args:
        part_of: from the name of what is drawn to which part of its law, 0 to 1.
    """
    return tuple(DrawnChange(change, _drawn(change, steps, part_of)) for change in changes)


def _drawn(change: DatedChange, steps: Steps, part_of: Callable[[str], float]) -> DatedChange | None:
    name = f"change:{change.site}:{change.what}:{change.since}"
    # What one decision does at all sites of a kind happens at all of them, on the same day.
    decided = f"change:{change.of_all or change.site}:{change.what}:{change.since}"
    if change.chance_ratio < 1.0 and part_of(f"{decided}:chance") >= change.chance_ratio:
        return never(change, steps) if change.what in LATE else None
    drawn = change
    if change.delay_years:
        late = timedelta(days=int(DAYS_A_YEAR * change.delay_years * part_of(f"{decided}:delay")))
        drawn = replace(drawn, since=change.since + late, until=change.until and change.until + late)
    if change.low is None or change.high is None:
        return drawn
    own, common = cut_normal(part_of(f"{name}:size")), cut_normal(part_of(f"changes:{change.what}:size"))
    size = drawn_size(change, OF_KIND * (own + common))
    return replace(drawn, kwh=size) if change.what in ADDED else replace(drawn, ratio=size)


def drawn_size(change: DatedChange, strays: float) -> float:
    """Return the size of a change that strays so many standard deviations from what was said.

    >>> from datetime import date
    >>> from acc.changes import What
    >>> one = DatedChange(site="a", what=What.SCALE, since=date(2030, 1, 1), ratio=2.0, low=1.7, high=2.6)
    >>> round(drawn_size(one, -NINE_IN_TEN), 9), round(drawn_size(one, NINE_IN_TEN), 9)
    (1.7, 2.6)
    """
    assert change.low is not None
    assert change.high is not None
    end = change.high if strays > 0.0 else change.low
    return max(0.0, change.size + abs(strays) / NINE_IN_TEN * (end - change.size))
