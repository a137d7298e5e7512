"""The pictures of a sizing and of a sweep as PNG files."""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import PurePath
from typing import Any

from acc.result.sizing import Sizing
from reports.figures.batch import bands, battery_curve, frontier, tornado
from reports.figures.style import SLIDE_DPI, png
from reports.format.sweep_labels import INDICATOR_WORDS

RANGE_CELLS = 4
"""A name, then low, middle and high."""


def size_pictures(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation, and what each battery adds, where there is one.

    One point makes no line, and no picture.
    """
    return _frontier_picture(sizing, name) | _battery_picture(sizing, name)


def _frontier_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    points = [
        (powers.autoconsommation_ratio, powers.value, powers.kwp)
        for powers in sorted(sizing.frontier, key=lambda powers: powers.autoconsommation_ratio)
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - sizing.best.kwp))
    return {f"{PurePath(name).stem}-frontier.png": png(frontier(points, chosen), SLIDE_DPI)}


def _battery_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    found = sizing.battery
    if found is None or found.without is None or found.pays_below_eur_per_kwh is None or len(found.curve) < 2:
        return {}
    points = [(powers.battery_kwh, powers.value - found.without.value) for powers in found.curve]
    chosen = min(range(len(points)), key=lambda n: abs(points[n][0] - sizing.best.battery_kwh))
    return {f"{PurePath(name).stem}-battery.png": png(battery_curve(points, chosen), SLIDE_DPI)}


def sweep_pictures(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, bytes]:
    """Return, for the folder itself, where each spread comes from, and what each key and member has of it.

    Args:
        names: of the participants who may have a row of their own, by id (`privacy.drawn_names`).
    """
    own = document["variants"][0]
    title = _("Where the spread comes from: {indicator}, part of the variance")
    pictures = {
        f"tornado-{name}.png": png(
            tornado(parts, title.format(indicator=_(INDICATOR_WORDS[name]))), SLIDE_DPI
        )
        for name, parts in own["variance_shares"].items()
        if name in INDICATOR_WORDS
    }
    return pictures | _range_pictures(own, names)


def _range_pictures(variant: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, bytes]:
    """Return the ranges of the group under each key, and of each member under the first one."""
    key, first = next(iter(variant["keys"].items()))
    has_euros = "saving_eur_ht" in first["ranges"]
    name = "saving_eur_ht" if has_euros else "received_kwh"
    pictures = {}
    by_key = [(other, *found["ranges"].get(name, {}).get("", ())) for other, found in variant["keys"].items()]
    by_member = [
        (names[who], *values) for who, values in first["ranges"].get(name, {}).items() if who in names
    ]
    title = (
        _("Saving of all participants, k€, 8 draws out of 10, the middle in figures")
        if has_euros
        else _("Shared MWh, 8 draws out of 10, the middle in figures")
    )
    if len(by_key) > 1 and all(len(row) == RANGE_CELLS for row in by_key):
        rows = [(who, *(value / 1000.0 for value in values)) for who, *values in by_key]
        pictures[f"keys-{name}.png"] = png(bands(rows, title), SLIDE_DPI)
    if by_member:
        title = _("Saving of each participant, €, under {key}, 8 draws out of 10, the middle in figures")
        if not has_euros:
            title = _(
                "kWh received by each participant under {key}, 8 draws out of 10, the middle in figures"
            )
        pictures[f"members-{name}.png"] = png(bands(by_member, title.format(key=key)), SLIDE_DPI)
    return pictures
