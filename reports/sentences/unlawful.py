"""The band that opens every document of an unlawful operation: what fails, by whom, what would hold."""

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext

from acc.rules.check import Check
from acc.sites import told_apart
from reports.format.labels import capital
from reports.format.numbers import fr, listed, unit
from reports.format.unlawful import decision_text, way_text
from reports.nodes.tree import Callout
from reports.view.privacy import redacted
from reports.view.view import View

MOST_NAMED = 4


def band(view: View) -> Callout | None:
    """Return the words of the band; None where every rule holds, may hold, or is to verify."""
    broken = [check for check in view.result.checks if check.forbids]
    if not broken:
        return None
    # A title may end with a full stop or not; the band gives each its own.
    failures = [capital(rule_title(view, check).rstrip(".")) for check in broken]
    return Callout(
        _("Not lawful"),
        " ".join([*(f"{failure}." for failure in failures), _("These figures only compare.")]),
        look="band",
        lines=tuple(filter(None, [_in_the_way(view, broken)])),
        strong=way_text(view.result.way),
        tone="worse",
    )


def one_line(view: View) -> str:
    """Return the band as one paragraph; empty where nothing forbids."""
    told = band(view)
    if told is None:
        return ""
    text = _("{title}: {rest}")
    return text.format(title=told.title, rest=" ".join([told.text, *told.lines, told.strong]))


def decision_instead(view: View) -> str:
    """Return what is asked instead of what the folder asks; empty where nothing forbids."""
    return decision_text(view.result.way) if not view.result.is_lawful else ""


def rule_title(view: View, check: Check) -> str:
    """Return the title of a rule without the names of those who are not shown."""
    names = [view.names.get(id_, id_) for id_ in check.between]
    if check.forbids and len(names) == 2 and names[0] == names[1] and check.measured and check.limit:
        text = _("Two sites are {distance} apart, {limit} at most")
        return text.format(distance=unit(check.measured, "km", 1), limit=fr(check.limit))
    return capital(redacted(check.title, view.result.scenario, view.groups))


def _in_the_way(view: View, broken: Sequence[Check]) -> str:
    ids = list(dict.fromkeys(id_ for check in broken for id_ in check.culprits))
    return _("In the way: {names}.").format(names=named_sites(view, ids)) if ids else ""


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
        return ngettext("{count} site", "{count} sites", left).format(count=fr(left))
    return listed(
        [*names, ngettext("{count} other site", "{count} other sites", left).format(count=fr(left))]
    )


def site_name(view: View, id_: str) -> str:
    """Return the name of a site, told apart from the plant of the same name."""
    scenario = view.result.scenario
    name = view.names.get(id_, id_)
    own = next((plant for plant in scenario.plants if plant.id == id_ and plant.name == name), None)
    return name if own is None else told_apart(own, scenario.participants)
