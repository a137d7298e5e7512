"""A figure alone, as it is mailed: what it is of, which scenario, when, from how many draws, with margins."""

from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from io import BytesIO

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from acc.rules.check import OperationStatus
from acc.scenario import Scenario
from reports.figures.axes import lines_for
from reports.figures.style import MM_PER_INCH, SEMIBOLD, blank, canvas, drawable, size_mm
from reports.format.labels import capital, key_title, scenario_label
from reports.format.numbers import FIXED, fr, long_date
from reports.format.palette import INK, MUTED, SUN_TEXT, WORSE
from reports.format.unlawful import caveats, compares_text

MARGIN_MM, GAP_MM = 6.0, 3.0
TITLE, LINE = 11.0, 8.5
TITLE_MM, LINE_MM = 5.2, 4.2
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a figure: title, scenario and date on a line, what forbids, what is to know first."""

    title: str
    line: str
    label: str
    warning: str


def caption(
    scenario: Scenario,
    operation_status: OperationStatus,
    title: str,
    *,
    ran_on: str = "",
    draws: int | None = None,
    key: str = "",
) -> Caption:
    """Heading above a figure of a scenario, with the status of the operation.

    Args:
        ran_on: date of the run as printed; without it, that of the rates: the same figure keeps its bytes.
        key: name of the key, the scenario's own where none is given.
    """
    day = ran_on or _("rates of {day}").format(day=long_date(scenario.on))
    drawn = "" if draws is None else ngettext("{count} draw", "{count} draws", draws).format(count=fr(draws))
    drawn = drawn.replace(" ", FIXED)  # a count stays on the line of what it counts
    words = [scenario.name, scenario_label(scenario), key_title(key or scenario.key.name), day, drawn]
    line = " · ".join(word for word in words if word)
    labels = caveats(operation_status)
    if scenario.has_closed and not scenario.moved_ids:
        labels.insert(0, _("for who keeps the folder, not to be handed round: true figures"))
    return Caption(title, line, " · ".join(map(capital, labels)), compares_text(operation_status))


def mailed(figure: Figure, above: Caption, dpi: int, *below: Figure) -> bytes:
    """Return figures, one below the other, as a PNG on white, under their words, with margins all around."""
    parts = [_pixels(part, dpi) for part in (_head(above, size_mm(figure)[0]), figure, *below)]
    top, gap = (round(mm / MM_PER_INCH * dpi) for mm in (MARGIN_MM, GAP_MM))
    height = sum(part.shape[0] + gap for part in parts) - gap + 2 * top
    page = np.full((height, max(part.shape[1] for part in parts) + 2 * top, 3), 255, dtype=np.uint8)
    margin = top
    for part in parts:
        page[top : top + part.shape[0], margin : margin + part.shape[1]] = part
        top += part.shape[0] + gap
    out = BytesIO()
    Image.fromarray(page).save(out, "png", dpi=(dpi, dpi))
    return out.getvalue()


def dpi_for(figure: Figure, width_px: int) -> int:
    """Return the dots per inch that make the mailed figure so wide, margins included."""
    return round(width_px / (float(figure.get_size_inches()[0]) + 2.0 * MARGIN_MM / MM_PER_INCH))


def _head(above: Caption, width_mm: float) -> Figure:
    rows = [
        (line, size, step, colour, weight)
        for text, size, step, colour, weight in (
            (above.title, TITLE, TITLE_MM, INK, SEMIBOLD),
            (above.warning, LINE, LINE_MM, WORSE, SEMIBOLD),
            (above.line, LINE, LINE_MM, MUTED, "normal"),
            (above.label, LINE, LINE_MM, SUN_TEXT, SEMIBOLD),
        )
        # Bold letters are wider than those that are measured.
        for line in lines_for(text, size if weight == "normal" else size * 1.06, width_mm, MOST_LINES)
        if line
    ]
    figure = blank(width_mm, sum(step for _line, _size, step, *_look in rows))
    axes, y_mm = canvas(figure), 0.0
    for line, size, step, colour, weight in rows:
        axes.text(0.0, y_mm + step / 2.0, line, size=size, color=colour, weight=weight, va="center")
        y_mm += step
    return figure


def _pixels(figure: Figure, dpi: int) -> npt.NDArray[np.uint8]:
    figure.set_dpi(dpi)
    figure.set_facecolor("white")
    drawn = FigureCanvasAgg(drawable(figure))
    drawn.draw()
    return np.asarray(drawn.buffer_rgba(), dtype=np.uint8)[:, :, :3]
