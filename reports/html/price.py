"""The slider of the local price: savings move along a line, no engine needed; all else stays, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import floor

from acc.units import eur_per_mwh
from reports.format.money import per_mwh
from reports.view.selection import why_fixed
from reports.view.view import View

HIGHEST_EUR_PER_MWH = 300
"""End of the slider; its steps are whole euros from the price of the folder."""


@dataclass(frozen=True, slots=True)
class Slider:
    """The slider, hidden where no script runs: its ends and the price in EUR/MWh as written, its words."""

    lowest: str
    highest: str
    value: str
    told: str
    label: str
    unit: str
    back: str
    note: str


def price_slider(views: Sequence[View]) -> Slider | None:
    """Return the slider; None where nothing can move, which `why_fixed` explains.

    Args:
        views: the folder under its key first, then all that the page shows beside it.
    """
    price = views[0].result.scenario.prices.local_eur_per_kwh
    if price is None or all(why_fixed(shown) for shown in views):
        return None
    value, text = eur_per_mwh(price), per_mwh(price)
    start = value - floor(value)
    note = _(
        "Only the savings of the tables move with the price, to the cent. The top of the page and the "
        "figures stay at {price}; totals of the key and ranges hide until you come back."
    ).format(price=text)
    return Slider(
        lowest=f"{start:.6g}",
        highest=f"{start + HIGHEST_EUR_PER_MWH:.6g}",
        value=f"{value:.6g}",
        told=text,
        label=_("Local price, without tax"),
        unit=_("€/MWh"),
        back=_("Back to {price}").format(price=text),
        note=note,
    )
