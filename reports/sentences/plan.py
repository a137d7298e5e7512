"""Which figures of money a brief shows, and under which titles."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import N_
from reports.sentences import local_price, tornado
from reports.view import selection
from reports.view.view import View

MONEY_FIGURES: Mapping[str, Callable[[View], bool]] = MappingProxyType(
    {
        "cash": selection.has_plan,
        "tornado": tornado.has_tornado,
        "corridor": selection.has_corridor,
        "leaving": selection.has_leavers,
    }
)
"""When each figure exists; the most telling first."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "cash": N_("Cash of the producers"),
        "tornado": N_("One hypothesis at a time"),
        "leaving": N_("If one of them leaves"),
    }
)


def plan_figures(view: View, names: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """Return the figures of money that exist, each with its title; of `names` alone where given."""
    shown = [name for name in names or MONEY_FIGURES if MONEY_FIGURES[name](view)]
    return [(name, _title(view, name)) for name in shown]


def _title(view: View, name: str) -> str:
    if name == "cash" and selection.sole_value(view) is not None:
        return _("Cash of plants and bills")
    return _(TITLES[name]) if name in TITLES else local_price.corridor_heading(view)
