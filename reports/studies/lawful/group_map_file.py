"""The map of a lawful plan as a PNG."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.accounts.persons import holdings
from acc.result.lawful_plan import LawfulPlansReport, PlannedOperation
from acc.rules.status import status_of
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from reports.figures.mailed import caption, mailed
from reports.figures.style import SLIDE_DPI
from reports.format.labels import regime_word
from reports.format.numbers import unit
from reports.studies.lawful.group_map import GroupLine, OwnerLine, Spot, group_map
from reports.view.privacy import drawn_names, is_at_home


def split_png(report: LawfulPlansReport) -> bytes:
    """Return the map of the operations of the best plan; sites without position are not drawn.

    The names are those that a picture may show: neither a home nor a company that did not agree.
    """
    scenario, groups = report.scenario, report.best.operations
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
    titles = [f"{regime_word(group.regime)}, {unit(group.received_kwh / 1000.0, 'MWh')}" for group in groups]
    # The operations drawn are lawful, not what they take the place of.
    above = caption(scenario, status_of((), fictitious=scenario.fictitious), _("Lawful operations"))
    return mailed(group_map(spots, lines, titles, _owners(report, index)), above, SLIDE_DPI)


def _drawn_name(site: Participant | Plant, scenario: Scenario, names: Mapping[str, str]) -> str:
    if isinstance(site, Plant):
        return "" if is_at_home(site, scenario) else site.name
    return names.get(site.id, "")


def _line(group: PlannedOperation, index: Mapping[str, int]) -> GroupLine | None:
    ends = [index[name] for name in group.longest_ids if name in index]
    if group.longest_km is None or len(ends) < 2:
        return None
    left_km = None if group.limit_km is None else group.limit_km - group.longest_km
    return GroupLine(ends[0], ends[1], group.longest_km, left_km)


def _owners(report: LawfulPlansReport, index: Mapping[str, int]) -> list[OwnerLine]:
    """Return each roof whose owner stands elsewhere, with the first of the owner's sites that is placed."""
    scenario = report.scenario
    elsewhere = {roof.id for roof in report.best.roofs if roof.owner_elsewhere}
    lines = []
    for holding in holdings(scenario):
        sites = [index[id_] for n in holding.sites if (id_ := scenario.participants[n].id) in index]
        roofs = [scenario.plants[m].id for m in holding.plants if scenario.plants[m].id in elsewhere]
        lines += [OwnerLine(index[roof], sites[0]) for roof in roofs if sites and roof in index]
    return lines
