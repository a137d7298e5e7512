"""A member's own page as one file: it needs no network and holds nothing of the others."""

from gettext import gettext as _
from math import floor

import numpy as np

from acc.arrays import FloatArray
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
    return filled("own.html", part=part, **given)


def _bills(view: View) -> list[dict[str, object]]:
    """Bills without and with the sharing: total, and where the parts end, from 0 to 1 of the larger one.

    `supplied_eur` moves with the supplier's price, `fixed_eur` is all the rest, `local_eur` among it.
    """
    both = own_bill(view)
    if both is None:
        return []
    most = max(bill.total_eur for bill in both) or 1.0
    return [
        {
            "words": words,
            "total": to_the_euro(bill.total_eur),
            "supplied": (bill.supplier_eur + bill.network_eur) / most,
            "local": bill.total_eur / most,
            "supplied_eur": bill.supplier_eur,
            "fixed_eur": bill.total_eur - bill.supplier_eur,
            "local_eur": bill.local_eur,
        }
        for words, bill in zip((_("Without sharing"), _("With sharing")), both, strict=True)
    ]


def _price(view: View) -> dict[str, object] | None:
    """Slider of the holder's own price, in its unit; None where that price replaces nothing, or is unknown.

    `gain_eur` is at `value`; it moves by `spared_eur` as the price doubles.
    """
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
    return {
        "lowest": value - below,
        "highest": value + above,
        "step": step,
        "value": value,
        "words": own_price(view, price),
        "unit": unit,
        "gain_eur": gain,
        "spared_eur": spared_eur * ratio,
        "period": view.period,
    }


def _days(view: View) -> list[dict[str, object]]:
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
    return [
        {
            "title": season_names()[season],
            "is_first": season == first,
            "marks": drawn,
            **_day(np.nan_to_num(days[season]), top),
        }
        for season in seasons
    ]


def _day(kw: FloatArray, top_kw: float) -> dict[str, object]:
    """Mean day of a season, (steps a day, 3), kW: its areas as paths of SIZE, its powers by hour."""
    need, received, own = kw.T
    nothing, used = np.zeros_like(need), own + received
    each = max(len(need) // 24, 1)
    means = [np.add.reduceat(line, range(0, len(line), each)) / each for line in (need + own, received, own)]
    columns = means[: 3 if own.any() else 2]
    rows = [(fr(hour), *(fr(float(line[hour]), 1) for line in columns)) for hour in range(len(means[0]))]
    return {
        "need": line_path(need + own, top_kw, SIZE),
        "supplied": area_path(used, need + own, top_kw, SIZE),
        "received": area_path(own, used, top_kw, SIZE),
        "own": area_path(nothing, own, top_kw, SIZE) if own.any() else "",
        "hours": rows,
    }
