"""Which dated changes a room may be told of."""

from acc.changes import DatedChange
from acc.scenario import Scenario
from acc.years.row_values import open_changes


def announced(everyone: Scenario) -> tuple[list[DatedChange], list[DatedChange]]:
    """Return the dated changes that a room may know of, and those that it may not.

    Args:
        everyone: the folder with everyone in, those that are not counted too.
    """
    changes = open_changes(everyone)
    open_rows = {change.row for change in changes}
    every = (*everyone.changes, *everyone.other_changes)
    return list(changes), [change for change in every if change.row not in open_rows]
