"""A member's own page as one file: it needs no network and holds nothing of the others."""

from dataclasses import dataclass
from gettext import gettext as _
from math import floor

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import N_
from acc.result.result import Result
from acc.units import LEAST_KWH, eur_per_mwh
from reports.documents.sheet import BILLS, DAYS, PRICE, own_document, own_view
from reports.figures.from_view import member_days_kw
from reports.figures.time import season_names
from reports.files import template
from reports.format.axis import area_path, line_path, ticks
from reports.format.money import to_the_euro
from reports.format.numbers import fr
from reports.html.page import page_file
from reports.html.writer import filled, set_document
from reports.sentences.holdings import own_price
from reports.view.own_bill import (
    OWN,
    BillParts,
    own_bill,
    own_columns,
    own_homes,
    own_person,
    own_sites,
    own_spared_eur,
)
from reports.view.view import View

SIZE = (340.0, 150.0)
"""Of the drawing of a day, in the units of its paths."""
CENTS_PER_KWH_STEP, EUR_PER_MWH_STEP = 0.1, 1.0
SPRING = 1
WORDS = {
    "network": N_("supplier and network"),
    "producers": N_("local producers"),
    "price": N_("My energy price"),
    "alone": N_("This slider changes nothing for the others."),
    "season": N_("Season"),
    "day": N_("A mean day, kW"),
    "supplier": N_("supplier"),
    "received": N_("received"),
    "own": N_("used on site"),
    "by_hour": N_("Hour by hour, kW"),
    "hour": N_("Hour"),
    "need": N_("Need"),
    "head_received": N_("Received"),
    "print": N_("Print, or keep as a PDF"),
    "gains": N_("At this price you would gain {amount} {period}."),
    "loses": N_("At this price you would lose {amount} {period}."),
}
"""What stands beside the drawings."""


def own_page(result: Result, person_id: str) -> bytes:
    """Return the page of one person, to be opened anywhere.

    Nothing of the others is in it, nor a sum that one could subtract from: the test replaces all that is not
    the holder's, and wants the same bytes.
    """
    view = own_view(result, person_id)
    document = own_document(view)
    places = {
        BILLS: _drawn("bills", bills=_bills(view)),
        PRICE: _drawn("price", price=_price(view)),
        DAYS: _drawn("days", days=_days(view), size=SIZE),
    }
    body = set_document(document, {}, places, _("Go to the content"))
    body += _drawn("print")
    return page_file(document.frame.title, body, template("own.css"), template("own.js"))


def _drawn(part: str, **given: object) -> str:
    return filled("own.html", {"part": part, "w": {name: _(text) for name, text in WORDS.items()}, **given})


@dataclass(frozen=True, slots=True)
class BillBar:
    """A bill: its total in words, and where its parts end, from 0 to 1 of the larger one.

    Attributes:
        supplied_eur: what moves with the supplier's price; `fixed_eur` all the rest, `local_eur` among it.
    """

    words: str
    total: str
    supplied: float
    local: float
    supplied_eur: float
    fixed_eur: float
    local_eur: float


def _bills(view: View) -> tuple[BillBar, ...]:
    """Return the bills without and with the sharing, on one scale."""
    both = own_bill(view)
    if both is None:
        return ()
    most = max(bill.total_eur for bill in both) or 1.0
    return tuple(_bar(words, bill, most) for words, bill in zip(_bill_words(), both, strict=True))


def _bill_words() -> tuple[str, str]:
    return _("Without sharing"), _("With sharing")


def _bar(words: str, bill: BillParts, most: float) -> BillBar:
    network = bill.supplier_eur + bill.network_eur
    return BillBar(
        words,
        to_the_euro(bill.total_eur),
        network / most,
        bill.total_eur / most,
        bill.supplier_eur,
        bill.total_eur - bill.supplier_eur,
        bill.local_eur,
    )


@dataclass(frozen=True, slots=True)
class OwnSlider:
    """The slider of the holder's own price, in the unit in which it reads prices; what a script moves.

    Attributes:
        gain_eur: at `value`; it moves by `spared_eur` as the price doubles.
    """

    lowest: float
    highest: float
    step: float
    value: float
    told: str
    unit: str
    gain_eur: float
    spared_eur: float
    period: str


def _price(view: View) -> OwnSlider | None:
    """Return the slider; None where the holder's price replaces nothing, or is unknown."""
    mine, sites, at_home = own_person(view), own_sites(view), own_homes(view)
    priced = [(site.received_kwh, site.supply_eur_per_kwh) for site in sites if site.supply_eur_per_kwh]
    received_kwh, spared_eur = sum(kwh for kwh, _eur in priced), own_spared_eur(view)
    if mine is None or received_kwh < LEAST_KWH or spared_eur <= 0.0:
        return None
    price = sum(kwh * (eur or 0.0) for kwh, eur in priced) / received_kwh
    value, step, unit, ratio, gain = eur_per_mwh(price), EUR_PER_MWH_STEP, _("€/MWh"), 1.0, mine.gain_eur_ht
    if at_home is not None:
        value, step, unit = price * (1.0 + at_home.vat_ratio) * 100.0, CENTS_PER_KWH_STEP, _("c€/kWh")
        ratio, gain = (1.0 + at_home.vat_ratio) / at_home.count, mine.gain_eur / at_home.count
    below, above = (step * floor(value * part / step) for part in (0.5, 0.75))
    now, period = own_price(view, price), view.period
    return OwnSlider(value - below, value + above, step, value, now, unit, gain, spared_eur * ratio, period)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """The mean day of a season: its areas as paths of SIZE, the marks of its axis, its powers by hour."""

    title: str
    is_first: bool
    need: str
    supplied: str
    received: str
    own: str
    marks: tuple[tuple[float, str], ...]
    hours: tuple[tuple[str, ...], ...]


def _days(view: View) -> list[OwnDay]:
    """Return the mean day of each season of the period, on one scale, spring first where it is held."""
    if not own_columns(view):
        return []
    days = member_days_kw(view, OWN)
    seasons = [season for season in range(4) if not np.isnan(days[season]).all()]
    highest = float(np.nanmax(days[:, :, 0] + days[:, :, 2], initial=0.0)) or 1.0
    marks = ticks(0.0, highest, 3)
    top = max(highest, marks[-1])
    drawn = tuple((round(SIZE[1] * (1.0 - mark / top), 1), fr(mark, 1 if top < 5.0 else 0)) for mark in marks)
    first = SPRING if SPRING in seasons else next(iter(seasons), 0)
    return [_day(days[season], season, top, drawn, is_first=season == first) for season in seasons]


def _day(
    kw: FloatArray, season: int, top: float, marks: tuple[tuple[float, str], ...], *, is_first: bool
) -> OwnDay:
    need, received, own = np.nan_to_num(kw).T
    nothing, used = np.zeros_like(need), own + received
    each = max(len(need) // 24, 1)
    means = [np.add.reduceat(line, range(0, len(line), each)) / each for line in (need + own, received, own)]
    return OwnDay(
        season_names()[season],
        is_first,
        line_path(need + own, top, SIZE),
        area_path(used, need + own, top, SIZE),
        area_path(own, used, top, SIZE),
        area_path(nothing, own, top, SIZE) if own.any() else "",
        marks,
        tuple(
            (fr(hour), *(fr(float(line[hour]), 1) for line in means[: 3 if own.any() else 2]))
            for hour in range(len(means[0]))
        ),
    )
