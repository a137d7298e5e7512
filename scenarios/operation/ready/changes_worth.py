"""What each dated change of an operation is worth in ten years, under its key."""

from dataclasses import replace

from acc.changes import DatedChange
from acc.household_privacy import HOMES
from acc.keys import KEYS
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from acc.years.plan_years import told_year
from acc.years.row_values import RowValues, row_values
from acc.years.states import PlanBase
from scenarios.operation.ready.operation import Operation


def changes_worth(operation: Operation, chosen: KeyOutcome) -> RowValues | None:
    """Return what each change is worth; None where nothing of it is told, see `acc.result.result.Result`."""
    rule, scenario, base = KEYS.get(chosen.name), operation.scenario, operation.base
    if chosen.years is None or base is None or scenario.battery is not None or not scenario.sharing:
        return None
    if rule is None or not rule.wastes_nothing:
        return None
    worth = row_values(base, scenario.changes, told_year(len(chosen.years.energies)))
    return replace(worth, told=_told(scenario, base, worth))


def _told(scenario: Scenario, base: PlanBase, worth: RowValues) -> dict[str | None, RowValues]:
    """Return what the changes that each audience may know of are worth, as if there were no others.

    What all are worth, less what those that it knows are, would tell what a company keeps to itself.
    """
    found: dict[str | None, RowValues] = {}
    every = [row.change for row in worth.rows]
    for reader in (None, *sorted({name for one in scenario.participants for name in one.publish_to})):
        closed = _closed(scenario, reader)
        known = [change for change in every if not _holders(scenario, change) & closed]
        if known:
            found[reader] = worth if known == every else row_values(base, known, worth.year)
    return found


def _closed(scenario: Scenario, reader: str | None) -> set[str]:
    """Return the sites that an audience may not know, and those who hold them."""
    sites = (*scenario.participants, *scenario.absent)
    closed = [one for one in sites if one.kind in HOMES or not (one.publish or reader in one.publish_to)]
    return {id_ for one in closed for id_ in (one.id, one.person) if id_}


def _holders(scenario: Scenario, change: DatedChange) -> set[str]:
    """Return the site that changes; of a plant the site that it stands behind, and who owns it."""
    for plant in scenario.plants:
        if plant.id == change.site:
            return {id_ for id_ in (plant.behind, plant.owner, plant.person) if id_}
    return {change.site}
