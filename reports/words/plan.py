"""Which figures of money a brief shows, and where."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reports.format.labels import Words
from reports.view import selection
from reports.view.view import View
from reports.words import limits, money_page, tornado

MONEY_FIGURES: Mapping[str, Callable[[View], bool]] = MappingProxyType(
    {"cash": selection.has_plan, "tornado": tornado.has_tornado, "corridor": selection.has_corridor}
)
"""When each figure exists; the most telling first."""

SIDE_BY_SIDE = 2


def plan_words(view: View, names: tuple[str, ...] = tuple(MONEY_FIGURES)) -> Words | None:
    """Return the words of the two first figures of money that exist; None where there is none."""
    existing = _existing(view, names)
    if not existing:
        return None
    said = "corridor" in existing[SIDE_BY_SIDE:] and beside_the_euros(view) != "corridor"
    return {
        "heading": money_page.plan_heading(view),
        "figures": existing[:SIDE_BY_SIDE],
        "note": f"{money_page.corridor_heading(view)}." if said else "",
    }


def beside_the_euros(view: View) -> str | None:
    """Return the figure that stands beside where each euro goes: who leaves, else prices without a place."""
    if not limits.has_annex(view):
        return None
    if selection.has_leavers(view):
        return "leaving"
    return "corridor" if "corridor" in _existing(view, tuple(MONEY_FIGURES))[SIDE_BY_SIDE:] else None


def corridor_words(view: View) -> Words | None:
    """Return the words of the corridor of prices where it stands beside the euros."""
    if beside_the_euros(view) != "corridor":
        return None
    return {
        "heading": money_page.corridor_heading(view),
        "caption": money_page.corridor_reading(view),
    }


def _existing(view: View, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if MONEY_FIGURES[name](view)]
