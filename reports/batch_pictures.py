"""The pictures of a sizing and of a sweep as PNG files, from the documents that `--json` prints."""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import PurePath
from typing import Any

from reports.batch_words import INDICATOR_WORDS
from reports.figures_batch import frontier, tornado
from reports.style import png

DPI = 200
"""Of a figure shown on a slide."""


def size_pictures(document: Mapping[str, Any], name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation; nothing where one point makes no line."""
    points = [
        (row["autoconsommation_ratio"], row["npv_eur_ht"], row["kwp"])
        for row in sorted(document["frontier"], key=lambda row: float(row["autoconsommation_ratio"]))
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - document["best"]["kwp"]))
    return {f"{PurePath(name).stem}-frontier.png": png(frontier(points, chosen), DPI)}


def sweep_pictures(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return where the spread of each indicator comes from, for the folder itself."""
    shares = document["variants"][0]["variance_shares"]
    return {
        f"tornado-{name}.png": png(tornado(parts, _(INDICATOR_WORDS[name])), DPI)
        for name, parts in shares.items()
        if name in INDICATOR_WORDS
    }
