"""Keys, powers and prices crossed: the table of all the scenarios, as the comparison prints it."""

from collections.abc import Sequence

from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.nodes.tree import TextTable
from reports.sentences.comparison import table
from reports.sentences.paired import MOST_COLUMNS, scenarios_table
from reports.view.comparison import compared

MOST_CROSSED = MOST_COLUMNS


def crossing_table(results: Sequence[Result], drawn: PairedDraws | None) -> TextTable:
    """Return the scenarios side by side.

    Raises:
        InputError: homes that may not be shown, alone or by difference between scenarios.
    """
    comparison = compared(results, drawn)
    return scenarios_table(comparison) if comparison.ranking is not None else table(comparison)
