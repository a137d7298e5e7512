"""The pictures of a sizing and of a sweep as PNG files, from the documents that `--json` prints."""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import PurePath
from typing import Any

from reports.batch_words import INDICATOR_WORDS
from reports.figures_batch import battery_curve, frontier, tornado
from reports.style import png

DPI = 200
"""Of a figure shown on a slide."""


def size_pictures(document: Mapping[str, Any], name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation, and what each battery adds, where there is one.

    One point makes no line, and no picture.
    """
    return _frontier_picture(document, name) | _battery_picture(document, name)


def _frontier_picture(document: Mapping[str, Any], name: str) -> dict[str, bytes]:
    points = [
        (row["autoconsommation_ratio"], row["npv_eur_ht"], row["kwp"])
        for row in sorted(document["frontier"], key=lambda row: float(row["autoconsommation_ratio"]))
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - document["best"]["kwp"]))
    return {f"{PurePath(name).stem}-frontier.png": png(frontier(points, chosen), DPI)}


def _battery_picture(document: Mapping[str, Any], name: str) -> dict[str, bytes]:
    found = document["battery"]
    if found is None or found["pays_below_eur_per_kwh"] is None or len(found["curve"]) < 2:
        return {}
    none, best = found["without"]["value"], document["best"]["battery"]["kwh"]
    points = [(row["battery"]["kwh"], row["value"] - none) for row in found["curve"]]
    chosen = min(range(len(points)), key=lambda n: abs(points[n][0] - best))
    return {f"{PurePath(name).stem}-battery.png": png(battery_curve(points, chosen), DPI)}


def sweep_pictures(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return where the spread of each indicator comes from, for the folder itself."""
    shares = document["variants"][0]["variance_shares"]
    return {
        f"tornado-{name}.png": png(tornado(parts, _(INDICATOR_WORDS[name])), DPI)
        for name, parts in shares.items()
        if name in INDICATOR_WORDS
    }
