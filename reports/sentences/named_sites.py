"""Sites under the names that may be shown."""

from collections.abc import Sequence
from gettext import ngettext

from acc.sites import unique_plant_name
from reports.format.numbers import fr, listed, sites_count
from reports.view.view import View

MOST_NAMED = 4


def named_sites(view: View, ids: Sequence[str], most: int = MOST_NAMED) -> str:
    """Return the first of some sites under the names that may be shown, and how many others there are.

    Who has no name of its own is among the others, so that nobody is told apart and the count is right.
    """
    sites = {
        site.id: site.name for site in (*view.result.scenario.participants, *view.result.scenario.plants)
    }
    own = [id_ for id_ in ids if id_ in sites and view.names.get(id_) == sites[id_]]
    names = [site_name(view, id_) for id_ in own[:most]]
    left = len(ids) - len(names)
    if not left:
        return listed(names)
    if not names:
        return sites_count(left)
    return listed(
        [*names, ngettext("{count} other site", "{count} other sites", left).format(count=fr(left))]
    )


def site_name(view: View, id_: str) -> str:
    """Return the name of a site, told apart from the plant of the same name."""
    scenario = view.result.scenario
    name = view.names.get(id_, id_)
    own = next((plant for plant in scenario.plants if plant.id == id_ and plant.name == name), None)
    return name if own is None else unique_plant_name(own, scenario.participants)
