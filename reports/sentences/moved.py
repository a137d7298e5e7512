"""What is said of moved data: in what others read, and to who keeps the folder."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.result.moved import MovedData
from acc.result.result import Result
from reports.format.numbers import listed, percent
from reports.format.unlawful import losers_text
from reports.format.wording import sentence
from reports.nodes.tree import Node, Paragraph
from reports.view.view import View

MOVED = (0.12, 0.25)
"""How far the kWh and kWc of who did not agree are moved; see `scenarios.entry.folder.mask`."""


def moved_text(view: View) -> str:
    """Return whose data are moved in a document, and how far its figures may be off; empty where none are."""
    moved, names = view.result.moved, view.names
    if moved is None:
        return _("Data of members who are not named are moved.") if view.result.scenario.moved_ids else ""
    true = _("On the true figures, {losers}.").format(losers=losers_text(moved.losers))
    words = [not_agreed_text(moved.holders), _gaps(moved), true]
    if moved.unsure_ids:
        unsure = listed(sorted(names.get(id_, id_) for id_ in moved.unsure_ids))
        words.append(_("Too near to nothing to be told either way: {names}.").format(names=unsure))
    return " ".join(words)


def moved_notes(result: Result) -> tuple[str, ...]:
    """Return the same for who keeps the folder, with the way out; nothing where all agreed."""
    if result.moved is None:
        return ()
    out = _("The true ones stay on your screen; their agreement (column publish) makes all of them exact.")
    return (" ".join((not_agreed_text(result.moved.holders), _gaps(result.moved), out)),)


def moved_nodes(result: Result) -> Iterator[Node]:
    """Yield the same for a screen."""
    yield from map(Paragraph, moved_notes(result))


def not_agreed_text(holders: int) -> str:
    """Return how many did not agree, and how far their data are moved."""
    low, high = map(percent, MOVED)
    return sentence("not-agreed-to-be-shown", holders, low=low, high=high)


def _gaps(moved: MovedData) -> str:
    totals, rows = _bound(moved.totals_ratio), _bound(moved.rows_ratio)
    text = sentence("moved-totals-within", totals=totals, rows=rows)
    if moved.keys_ratio is not None and moved.keys_ratio >= 1.0:
        text += _(" (by no useful bound under another key)")
    elif moved.keys_ratio is not None:
        text += _(" ({keys} under another key)").format(keys=_bound(moved.keys_ratio))
    if moved.plan_ratio is not None:
        words = _(", what is invested and values over the plan within {plan} of the investment")
        text += words.format(plan=_bound(moved.plan_ratio))
    return f"{text}."


def moved_line(view: View) -> str:
    """Return the same in a line of a first page; empty where nothing is moved."""
    moved = view.result.moved
    if moved is None:
        return ""
    most = max(moved.totals_ratio, moved.plan_ratio or 0.0)
    return sentence("data-of-members-moved", moved.holders, totals=_bound(most))


def _bound(gap_ratio: float) -> str:
    return percent(gap_ratio, 1 if gap_ratio < 0.01 else 0)
