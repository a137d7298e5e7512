"""The local prices that suit each member, drawn from a view."""

from gettext import gettext as _

from matplotlib.figure import Figure

from acc.units import eur_per_mwh
from reports.figures.money import CorridorEnds, corridor
from reports.format.local_prices import band_ends, band_text
from reports.view.selection import corridor_bounds, corridor_shown
from reports.view.view import View


def corridor_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the local prices that suit each one; asked for where `has_corridor`."""
    given, money = corridor_shown(view), view.result.money
    assert given is not None
    assert money is not None
    price = None if money.local_eur_per_kwh is None else eur_per_mwh(money.local_eur_per_kwh)
    ends = CorridorEnds(None, None, price)
    if given.is_open:
        today = view.result.scenario.prices.local_eur_per_kwh
        text = _("the others: {prices}") if given.never_ids else _("everyone: {prices}")
        low, high, _decimals = band_ends(given, today)
        ends = CorridorEnds(low, high, price, text.format(prices=band_text(given, today)))
    return corridor(corridor_bounds(view), ends, size_mm)
