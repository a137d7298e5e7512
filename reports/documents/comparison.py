"""The comparison brief: keys or scenarios side by side on two pages, recommended by stated criteria."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from acc.result.result import Result
from reports.documents.brief import FORMATS
from reports.documents.typeset import Document, pages, pdf, picture
from reports.figures.keys import ParticipantByKey, keys
from reports.figures.multiples import BarPanel, multiples
from reports.files import write_files
from reports.view.comparison import ComparedScenario, Comparison, compared
from reports.words.comparison import FEW_CASES, compare_words, gains_caption, gains_unit, levels_caption

MOST_PANELS, MOST_ROWS, MOST_LEVELS = 9, 16, 4
ROOM_MM, FIRST_ROOM_MM = 225.0, 128.0
"""What page 2 leaves for the small multiples, and page 1 for one line of them."""
LEVELS_MM = 130.0


def write_comparison(
    results: Result | Sequence[Result],
    folder: Path,
    *,
    formats: Collection[str] = FORMATS,
    force: bool = False,
) -> list[Path]:
    """Write the comparison of the keys of one result, or of several results as scenarios.

    Raises:
        InputError: households that may not be shown, alone or by difference between scenarios.
    """
    document = comparison_document([results] if isinstance(results, Result) else results)
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files["comparison.pdf"] = pdf(document)
    if "png" in formats:
        files |= {f"comparison-page-{n}.png": page for n, page in enumerate(pages(document), start=1)}
    return write_files(folder, files, force=force)


def comparison_document(results: Sequence[Result]) -> Document:
    """Return the comparison brief, ready to compose."""
    made = compared(results)
    drawn = {}
    if len(made.cases) > 1:
        drawn["gains"] = picture(gains_figure(made), gains_caption(made))
        drawn["levels"] = picture(levels_figure(made), levels_caption(made))
    ran_on = max(result.provenance.ran_on for result in results)
    return Document("compare.typ", compare_words(made), drawn, ran_on)


def gains_figure(made: Comparison) -> Figure:
    """Return the gain of each participant in each case, drawn; beyond 16 rows, those it changes most."""
    others = made.cases[1 : MOST_PANELS + 1]
    gains = np.stack([made.gains(case) for case in others])
    rows = rows_shown(made)
    scale = 1.0 if made.in_euros else made.view.scale.kwh
    best = made.recommendation.index
    panels = [
        BarPanel(case.title, gains[index, rows] / scale, is_recommended=index + 1 == best)
        for index, case in enumerate(others)
    ]
    across = 2 if len(panels) in {2, 4} else 3
    lines = -(-len(panels) // across)
    room_mm = FIRST_ROOM_MM - 6.0 * len(made.cases) if len(made.cases) <= FEW_CASES else ROOM_MM
    row_mm = min(6.5, max(3.6, (room_mm / lines - 15.5) / len(rows)))
    return multiples([made.rows[row] for row in rows], panels, gains_unit(made), row_mm, across)


def levels_figure(made: Comparison) -> Figure:
    """Return the saving of each participant, or the energy received, in each of the first cases, drawn."""
    cases = made.cases[:MOST_LEVELS]
    rows = [
        ParticipantByKey(made.rows[row], tuple(_level(made, case, row) for case in cases))
        for row in rows_shown(made)
    ]
    unit = made.view.eur_unit if made.in_euros else made.view.unit
    return keys([case.title for case in cases], rows, unit, row_mm=min(11.0, LEVELS_MM / len(rows)))


def _level(made: Comparison, case: ComparedScenario, row: int) -> float:
    if made.in_euros:
        return float(case.saving_eur_ht[row])
    return float(case.received_kwh[row]) / made.view.scale.kwh


def rows_shown(made: Comparison) -> list[int]:
    """Return the rows of the figures, most served first; beyond 16, those that the cases change most."""
    gains = np.stack([made.gains(case) for case in made.cases[1:]])
    widest = np.argsort(-np.nan_to_num(np.abs(gains)).max(axis=0), kind="stable")[:MOST_ROWS]
    return sorted(widest.tolist(), key=lambda row: -float(np.nan_to_num(made.cases[0].received_kwh[row])))
