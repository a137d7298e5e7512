"""What the documents of a territory may tell: public bodies alone are named."""

from collections import Counter

from acc.sites import Site
from acc.territory.result import TerritoryOperation, TerritoryReport
from reports.view.privacy import LEAST_CLOSED, PUBLIC_BODIES


def may_be_named(site: Site) -> bool:
    """Return whether a site stands under its name in what is made of a territory: public bodies alone."""
    return getattr(site, "kind", None) in PUBLIC_BODIES


def displayed_need_kwh(report: TerritoryReport, operation: TerritoryOperation) -> float | None:
    """Need of its sites, kWh; None where it would disclose that of one or two unnamed ones."""
    inside = set(operation.planned.participant_ids)
    closed = {
        site.person or site.id
        for site in report.scenario.participants
        if site.id in inside and not may_be_named(site)
    }
    return None if 0 < len(closed) < LEAST_CLOSED else operation.needed_kwh


def main_commune(report: TerritoryReport, operation: TerritoryOperation) -> str:
    """Return the commune where most of its sites are."""
    inside = set(operation.planned.participant_ids)
    counter = Counter(
        site.commune for site in report.scenario.participants if site.id in inside and site.commune
    )
    return counter.most_common(1)[0][0] if counter else ""
