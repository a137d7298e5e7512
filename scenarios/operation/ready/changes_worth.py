"""What each dated change of an operation is worth in ten years, under its key."""

from acc.keys import KEYS
from acc.result.result import KeyOutcome
from acc.years.row_values import RowValues, row_values
from scenarios.operation.ready.operation import Operation

IN_YEARS = 10
"""The year of the plan that is told: what people ask in a meeting."""


def changes_worth(operation: Operation, chosen: KeyOutcome) -> RowValues | None:
    """Return what each change is worth; None where nothing of it is told, see `acc.result.result.Result`."""
    rule, scenario, base = KEYS.get(chosen.name), operation.scenario, operation.base
    if chosen.years is None or base is None or scenario.battery is not None or not scenario.sharing:
        return None
    if rule is None or not rule.wastes_nothing:
        return None
    return row_values(base, scenario.changes, min(IN_YEARS, len(chosen.years.energies)))
