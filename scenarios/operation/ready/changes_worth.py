"""What each dated change of an operation is worth in ten years, under its key."""

from dataclasses import replace

from acc.keys import KEYS
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from acc.years.announced import open_changes
from acc.years.meter_sums import YearMeters
from acc.years.plan_years import reference_year
from acc.years.row_values import RowValues, row_values
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.year_prices import prices_in


def changes_worth(operation: Operation, chosen: KeyOutcome) -> RowValues | None:
    """Value of each change; None where none is shown, see `acc.result.result.Result`."""
    rule, scenario, base = KEYS.get(chosen.name), operation.scenario, operation.base
    if (
        chosen.years is None
        or base is None
        or scenario.battery is not None
        or scenario.later_battery is not None
        or not scenario.sharing
    ):
        return None
    if rule is None or not rule.wastes_nothing:
        return None
    year = reference_year(len(chosen.years.energies))
    over = {} if operation.ground is None else operation.ground.ends
    if ended := [m for m, last in over.items() if last < year]:
        output = base.output_kwh.copy()
        output[:, ended] = 0.0
        base = replace(base, output_kwh=output)
    prices = prices_in(operation, chosen, year)
    meters = YearMeters.of(base, year, prices)
    worth = row_values(meters, scenario.changes)
    return replace(worth, by_audience=_values_by_audience(scenario, meters, worth))


def _values_by_audience(
    scenario: Scenario, meters: YearMeters, worth: RowValues
) -> dict[str | None, RowValues]:
    """Value of the changes known to each audience, as if there were no others.

    What all are worth, less what those that it knows are, would reveal what a company keeps to itself.
    """
    by_reader: dict[str | None, RowValues] = {}
    every = tuple(row.change for row in worth.rows)
    by_rows = {every: worth}
    for reader in (
        None,
        *sorted({name for participant in scenario.participants for name in participant.publish_to}),
    ):
        open_ = set(open_changes(scenario, reader))
        known = tuple(change for change in every if change in open_)
        if known and known not in by_rows:
            by_rows[known] = row_values(meters, known, every)
        if known:
            by_reader[reader] = by_rows[known]
    return by_reader
