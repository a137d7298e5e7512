"""The names of the keys above the dot plot stay inside the figure."""

from itertools import pairwise

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reports.figures.keys import NOTE_MM, WIDTH_MM, ParticipantByKey, keys
from reports.figures.style import MM_PER_INCH

LONG = "un scénario au nom très long, avec l’usine et sans la cave coopérative"


def ends_mm(figure: Figure, names: list[str]) -> list[tuple[float, float]]:
    """Return where each text that begins like a name begins and ends."""
    starts = tuple(name[:6] for name in names)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [text for axes in figure.axes for text in axes.texts if text.get_text().startswith(starts)]
    boxes = [text.get_window_extent(renderer) for text in texts]
    return [(box.x0 / figure.dpi * MM_PER_INCH, box.x1 / figure.dpi * MM_PER_INCH) for box in boxes]


@pytest.mark.parametrize("note", ["", "of 12 MWh"])
@pytest.mark.parametrize(
    "names",
    [["Prorata", "Static"], ["Bergerac-Sud, trois toitures", LONG, "avec l'usine", "statique"], [LONG] * 6],
)
def test_names_of_keys_stay_inside_and_apart(names: list[str], note: str) -> None:
    figure = keys(
        names, [ParticipantByKey("Mairie", tuple(range(len(names))), note)], "€/an", "note" if note else ""
    )
    FigureCanvasAgg(figure)
    found = ends_mm(figure, names)
    assert len(found) == len(names)
    right_mm = WIDTH_MM - (NOTE_MM if note else 0.0)
    assert all(0.0 <= left < right <= right_mm + 0.5 for left, right in found)
    assert all(here[1] < there[0] for here, there in pairwise(found))
