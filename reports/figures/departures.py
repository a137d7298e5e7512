"""What the others gain or lose, and what is no longer shared, without each site."""

from gettext import gettext as _
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.figures.axes import lines_for
from reports.figures.style import BODY, SMALL, blank, canvas
from reports.format.labels import capital
from reports.format.money import eur
from reports.format.palette import INK, MUTED, SHARED, WORSE
from reports.view.selection import drawn_leavers
from reports.view.view import View

COMPACT_MM, COMPACT_NAME_MM, COMPACT_ROW_MM, COMPACT_HEAD_MM = 86.0, 42.0, 6.6, 9.0
KWH_MM, EUR_MM = 14.0, 14.0
"""Room at the right for the numbers."""


def leaving_figure(view: View) -> Figure:
    """Draw the effect on the others and on shared energy of each departure, for a page."""
    rows = drawn_leavers(view)
    with_euros = all(change.others_change_eur is not None for _name, change in rows)
    figure = blank(COMPACT_MM, COMPACT_HEAD_MM + COMPACT_ROW_MM * len(rows))
    words = canvas(figure)
    kwh_mm = COMPACT_MM - (EUR_MM if with_euros else 0.0)
    head: dict[str, Any] = {"size": SMALL, "color": MUTED, "ha": "right", "va": "center", "linespacing": 1.1}
    words.text(kwh_mm, 4.0, _("not shared\n{unit}").format(unit=view.unit), **head)
    if with_euros:
        words.text(COMPACT_MM, 4.0, _("the others\n{unit}").format(unit=view.eur_unit), **head)
    room_mm = kwh_mm - KWH_MM - COMPACT_NAME_MM
    most = max(-change.shared_change_kwh for _name, change in rows)
    for index, (name, change) in enumerate(rows):
        y = COMPACT_HEAD_MM + COMPACT_ROW_MM * (index + 0.5)
        style: dict[str, Any] = {"size": SMALL, "ha": "right", "va": "center", "linespacing": 0.95}
        lines = lines_for(capital(name), SMALL, COMPACT_NAME_MM - 2.0)
        words.text(COMPACT_NAME_MM - 2.0, y, "\n".join(lines), **style)
        lost = max(0.0, -change.shared_change_kwh)
        width = room_mm * lost / most if most > 0.0 else 0.0
        words.add_patch(Rectangle((COMPACT_NAME_MM, y - 1.5), width, 3.0, color=SHARED, linewidth=0))
        words.text(kwh_mm, y, view.scale.plain(lost), size=BODY, ha="right", va="center")
        total = change.others_change_eur
        if with_euros and total is not None:
            colour = WORSE if eur(total).startswith("\u2212") else INK
            words.text(COMPACT_MM, y, _signed_eur(total), size=BODY, color=colour, ha="right", va="center")
    return figure


def _signed_eur(total_eur: float) -> str:
    text = eur(total_eur)
    return f"+{text}" if total_eur > 0.0 and text != eur(0.0) else text
