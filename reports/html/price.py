"""The slider of the local price: savings move along a line, no engine needed; all else stays, and says so."""

from collections.abc import Sequence
from gettext import gettext as _
from math import floor

from acc.units import eur_per_mwh
from reports.format.money import per_mwh
from reports.html.markup import Html, tag
from reports.html.parts import paragraph
from reports.view.moved_price import why_fixed
from reports.view.view import View

HIGHEST_EUR_PER_MWH = 300
"""End of the slider; its steps are whole euros from the price of the folder."""


def price_slider(views: Sequence[View]) -> Html:
    """Return the slider, hidden where no script runs; the sentence that says why where nothing can move.

    Args:
        views: the folder under its key first, then all that the page shows beside it.
    """
    view = views[0]
    price = view.result.scenario.prices.local_eur_per_kwh
    if price is None or all(why_fixed(shown) for shown in views):
        return paragraph(why_fixed(view), "note")
    value = eur_per_mwh(price)
    start = value - floor(value)
    told = tag("output", per_mwh(price), for_="price", id="price-now")
    bar = tag(
        "input",
        type="range",
        id="price",
        min=f"{start:.6g}",
        max=f"{start + HIGHEST_EUR_PER_MWH:.6g}",
        step="1",
        value=f"{value:.6g}",
        data_unit=_("€/MWh"),
    )
    back = tag("button", _("Back to {price}").format(price=per_mwh(price)), type="button", id="price-back")
    note = _(
        "Only the savings of the tables move with the price, to the cent. The top of the page and the "
        "figures stay at {price}; totals of the key and ranges hide until you come back."
    ).format(price=per_mwh(price))
    label = tag("label", _("Local price, without tax"), for_="price")
    said = tag("p", note, class_="note", id="price-note", hidden=True)
    return tag("div", label, bar, told, back, said, class_="price", id="price-block", hidden=True)


def find_member() -> Html:
    """Return the box that finds a member by its name, hidden where no script runs."""
    label = tag("label", _("Find a site or a member"), for_="find")
    box = tag("input", type="search", id="find", autocomplete="off", spellcheck="false")
    found = tag("p", class_="note", id="found", role="status", data_none=_("Nobody has this name."))
    return tag("div", label, box, found, class_="find", id="find-block", hidden=True)
