"""The band that opens every document of an unlawful operation: what fails, by whom, what would hold."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.rules.check import Check
from reports.format.labels import capital
from reports.format.numbers import fr, unit
from reports.format.unlawful import decision_text, way_text
from reports.nodes.tree import Callout
from reports.sentences.lawful_plan import plan_lines
from reports.sentences.named_sites import named_sites
from reports.view.privacy import redacted
from reports.view.view import View


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
        lines=tuple(filter(None, [_in_the_way(view, broken), *plan_lines(view)])),
        strong=way_text(view.result.way),
        tone="worse",
    )


def band_paragraph(view: View) -> str:
    """Return the band as one paragraph; empty where nothing forbids."""
    lines = band(view)
    if lines is None:
        return ""
    text = _("{title}: {rest}")
    return text.format(title=lines.title, rest=" ".join([lines.text, *lines.lines, lines.strong]))


def decision_instead(view: View) -> str:
    """Decision in place of that of the folder; empty where nothing forbids."""
    return decision_text(view.result.way) if not view.result.is_lawful else ""


def rule_title(view: View, check: Check) -> str:
    """Return the title of a rule without the names of those who are not shown."""
    names = [view.names.get(id_, id_) for id_ in check.between]
    if check.forbids and len(names) == 2 and names[0] == names[1] and check.measured and check.limit:
        text = _("Two sites are {distance} apart, {limit} at most")
        return text.format(distance=unit(check.measured, "km", 1), limit=fr(check.limit))
    return capital(redacted(check.title, view.result.scenario, view.groups))


def _in_the_way(view: View, broken: Sequence[Check]) -> str:
    if view.holder is not None:
        return ""  # a sheet tells which operation would be that of its holder
    ids = list(dict.fromkeys(id_ for check in broken for id_ in check.culprits))
    return _("In the way: {names}.").format(names=named_sites(view, ids)) if ids else ""
