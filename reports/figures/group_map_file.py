"""The map of a split as a PNG."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.result.groups import LawfulGroup, SplitReport
from acc.rules.status import status_of
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from reports.figures.group_map import GroupLine, Spot, group_map
from reports.figures.mailed import mailed, told
from reports.figures.style import SLIDE_DPI
from reports.format.labels import regime_word
from reports.format.numbers import unit
from reports.view.privacy import drawn_names, is_at_home


def split_png(report: SplitReport) -> bytes:
    """Return the map of the groups; sites without position are not drawn.

    The names are those that a picture may show: neither a home nor a company that did not agree.
    """
    scenario, groups = report.scenario, report.split.groups
    group_of = {
        name: number
        for number, group in enumerate(groups)
        for name in (*group.participant_ids, *group.plant_ids)
    }
    sites: list[Participant | Plant] = [*scenario.participants, *scenario.plants]
    placed = [site for site in sites if site.position is not None]
    names = drawn_names(scenario)
    spots = [
        Spot(
            _drawn_name(site, scenario, names),
            site.position,
            group_of.get(site.id),
            isinstance(site, Plant),
            site.commune or "",
        )
        for site in placed
        if site.position is not None
    ]
    index = {site.id: place for place, site in enumerate(placed)}
    lines = [_line(group, index) for group in groups]
    titles = [f"{regime_word(group.regime)}, {unit(group.shared_kwh / 1000.0, 'MWh')}" for group in groups]
    lawful = status_of(
        (), fictitious=scenario.fictitious
    )  # the groups drawn, not what they take the place of
    above = told(scenario, lawful, _("Lawful operations"), key=report.worth.key)
    return mailed(group_map(spots, lines, titles), above, SLIDE_DPI)


def _drawn_name(site: Participant | Plant, scenario: Scenario, names: Mapping[str, str]) -> str:
    if isinstance(site, Plant):
        return "" if is_at_home(site, scenario) else site.name
    return names.get(site.id, "")


def _line(group: LawfulGroup, index: Mapping[str, int]) -> GroupLine | None:
    ends = [index[name] for name in group.longest_ids if name in index]
    if group.longest_km is None or len(ends) < 2:
        return None
    return GroupLine(ends[0], ends[1], group.longest_km)
