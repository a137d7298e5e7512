"""Which dated changes an audience may know of: what a company plans is its own until it publishes."""

from acc.changes import DatedChange
from acc.household_privacy import HOMES
from acc.scenario import Scenario


def open_changes(scenario: Scenario, reader: str | None = None) -> tuple[DatedChange, ...]:
    """Return the changes of sites, and of plants of whose site and owner each, is open to an audience.

    A decision on all sites of a kind is known where each of them is open.

    Args:
        reader: the audience; None for what all members read.
    """
    closed = _closed(scenario, reader)
    every = (*scenario.changes, *scenario.other_changes)
    hidden = {dated.row for dated in every if dated.of_all is not None and dated.site in closed}
    return tuple(
        dated
        for dated in every
        if not _holders(scenario, dated) & closed and not (dated.of_all is not None and dated.row in hidden)
    )


def _closed(scenario: Scenario, reader: str | None) -> set[str]:
    """Return the sites that an audience may not know, and those who hold them."""
    sites = (*scenario.participants, *scenario.absent)
    closed = [site for site in sites if site.kind in HOMES or not (site.publish or reader in site.publish_to)]
    return {id_ for site in closed for id_ in (site.id, site.person) if id_}


def _holders(scenario: Scenario, change: DatedChange) -> set[str]:
    """Return the site that changes; of a plant the site that it stands behind, and who owns it."""
    for plant in scenario.plants:
        if plant.id == change.site:
            return {id_ for id_ in (plant.behind, plant.owner, plant.person) if id_}
    return {change.site}
