"""Who receives what is shared, by family: public bodies, companies, households; nobody told apart."""

from collections.abc import Mapping
from gettext import ngettext
from types import MappingProxyType

from acc.household_privacy import HOMES, homes
from acc.sites import Kind
from reports.view.groups import shown_groups
from reports.view.privacy import PUBLIC_BODIES, ShownGroup
from reports.view.view import View

BUSINESSES = frozenset({Kind.COMPANY, Kind.ASSOCIATION})
FAMILIES = (PUBLIC_BODIES, BUSINESSES, HOMES)


def receiving(view: View) -> list[tuple[str, float]]:
    """Return the name of each family with its count, and the kWh it receives; rows of two families apart."""
    people = view.result.scenario.participants
    received = view.result.energy.received_kwh
    rows = shown_groups(view.result, compared=view.compared)
    members_of: dict[int, list[int]] = {}
    for row in rows:
        members_of.setdefault(_family(view, row), []).extend(row.members)
    counts = {
        family: sum(homes(people[i]) for i in members) if family == FAMILIES.index(HOMES) else len(members)
        for family, members in members_of.items()
    }
    return [
        (_name(family, counts[family]), float(received[members_of[family]].sum()))
        for family in sorted(members_of)
    ]


def _family(view: View, row: ShownGroup) -> int:
    kinds = {view.result.scenario.participants[i].kind for i in row.members}
    return next((place for place, family in enumerate(FAMILIES) if kinds <= family), len(FAMILIES))


def _name(family: int, count: int) -> str:
    names: Mapping[int, str] = MappingProxyType(
        {
            0: ngettext("{count} public site", "{count} public sites", count),
            1: ngettext("{count} company or association", "{count} companies and associations", count),
            2: ngettext("{count} household", "{count} households", count),
        }
    )
    others = ngettext("{count} other site", "{count} other sites", count)
    return names.get(family, others).format(count=count)
