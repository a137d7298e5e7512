"""A member's own page, and the file of any page: self-contained, no network, the same bytes each time."""

import base64
import hashlib
from functools import lru_cache
from gettext import gettext as _
from html import unescape
from io import BytesIO
from math import floor
from pathlib import Path

import numpy as np
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from acc.arrays import FloatArray
from acc.result.result import Result
from acc.units import LEAST_KWH, eur_per_mwh
from reports.documents.sheet import BILLS, DAYS, PRICE, own_document, own_view
from reports.figures.from_view import member_days_kw
from reports.figures.style import FALLBACK_FILES, FONT_FILES
from reports.figures.time import season_names
from reports.files import template
from reports.format.axis import area_path, line_path, ticks
from reports.format.language import current
from reports.format.money import to_the_euro
from reports.format.numbers import fr
from reports.format.palette import COLOURS
from reports.html.writer import filled, set_document
from reports.sentences.holdings import own_price
from reports.view.selection import (
    OWN,
    own_bill,
    own_columns,
    own_homes,
    own_person,
    own_sites,
    own_spared_eur,
)
from reports.view.view import View

PAGE_FAMILY = "acc"
"""Not the name of the font: its licence (OFL 1.1) keeps that name for the whole, unchanged font."""

WEIGHTS = {400: (FONT_FILES[0], FALLBACK_FILES[0]), 600: (FONT_FILES[2], FALLBACK_FILES[1])}
COPYRIGHT_AND_LICENCE = (0, 13, 14)


def font_faces(text: str) -> str:
    """Return the style rules that hold the regular and semibold letters of `text`.

    Characters that neither font has are left to the reader's own fonts.
    """
    used = set(text)
    return "\n".join(face for weight in WEIGHTS for face in _faces(weight, frozenset(used)))


def _faces(weight: int, used: frozenset[str]) -> list[str]:
    """Return the rule of our font, and that of the other one for the letters it alone has."""
    ours, other = WEIGHTS[weight]
    lacking = frozenset(c for c in used - _letters(ours) if c in _letters(other))
    faces = [_face(weight, ours, "".join(sorted(used)), "")]
    if lacking:
        codes = ",".join(f"U+{ord(c):X}" for c in sorted(lacking))
        faces.append(_face(weight, other, "".join(sorted(lacking)), f"unicode-range:{codes};"))
    return faces


@lru_cache(maxsize=4)
def _letters(path: Path) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=16)
def _face(weight: int, path: Path, used: str, kept_for: str) -> str:
    data = base64.b64encode(_subset(path, used)).decode()
    source = f"src:url(data:font/woff;base64,{data}) format('woff')"
    look = f"font-family:'{PAGE_FAMILY}';font-weight:{weight};font-display:swap;{kept_for}"
    return f"@font-face{{{look}{source}}}"


def _subset(path: Path, used: str) -> bytes:
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = list(COPYRIGHT_AND_LICENCE)
    options.hinting = False
    options.notdef_outline = True
    # No date of today in the file: the same letters are the same bytes.
    with TTFont(path, recalcTimestamp=False, lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=used)
        subsetter.subset(font)
        font.flavor = "woff"
        out = BytesIO()
        font.save(out)
    return out.getvalue()


def page_file(title: str, body: str, rules: str, script: str) -> bytes:
    """Return the file of a page: its content, the look of every page and its own rules, its script."""
    style = "\n".join((font_faces(unescape(body) + title + LETTERS), _colours(), template("page.css"), rules))
    frame = {"lang": current(), "policy": _policy(style, script), "title": title}
    frame |= {"style": style, "body": body, "script": script}
    return filled("page.html", **frame).encode()


LETTERS = "0123456789+\u2212\u202f\u00a0.,€/MWh"
"""What the script may write, which the page does not hold yet."""


def _policy(style: str, script: str) -> str:
    """Return the policy of the page: nothing from anywhere, this style and this script only."""
    rules = (
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "font-src data:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _colours() -> str:
    values = "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in COLOURS.items())
    return f":root{{{values}}}"


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
    names, own = season_names(), {season: _day(np.nan_to_num(days[season]), top) for season in seasons}
    return [{"title": names[n], "is_first": n == first, "marks": drawn, **day} for n, day in own.items()]


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
