"""The files of a sweep beside its draws: its figures."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.result.sweep import SweepReport
from acc.scenario import Scenario
from reports.figures.axes import lines_for, tick_texts, ticks, width_mm
from reports.figures.mailed import caption, mailed
from reports.figures.style import BODY, SLIDE_DPI, SMALL, blank, box, canvas
from reports.files import write_files
from reports.format.labels import key_title, lowered
from reports.format.numbers import fr
from reports.format.palette import GRID, INK, MUTED, RULE, SHARED, SHARED_DARK
from reports.format.wording import sentence, text_of
from reports.view.privacy import ShownGroup, picture_groups

WIDTH_MM = 120.0
NAME_MM, ROW_MM = 46.0, 6.2
TITLE_LINE_MM, MOST_TITLE_LINES = 3.4, 3


def _alone(scenario: Scenario, groups: Sequence[ShownGroup]) -> dict[str, str]:
    return {scenario.participants[group.members[0]].id: group.name for group in groups if group.is_named}


KEYS = "keys-"
"""Begins the name of the picture of totals."""

MOST_MEMBERS, MOST_LOSERS = 20, 10
"""Drawn one by one in a picture."""


def _most_telling(rows: Sequence[tuple[str, float, float, float]]) -> list[tuple[str, float, float, float]]:
    """Losers at the median, worst first, then the largest gainers."""
    losers = sorted((row for row in rows if row[2] < 0.0), key=lambda row: row[2])[:MOST_LOSERS]
    others = sorted((row for row in rows if row[2] >= 0.0), key=lambda row: -row[2])
    return [*losers, *others[: MOST_MEMBERS - len(losers)]]


def sweep_groups(report: SweepReport, scenario: Scenario, need_kwh: FloatArray) -> tuple[ShownGroup, ...]:
    """Return the rows of the brief, by what is received in the middle of the draws under the first key.

    Args:
        need_kwh: of each participant, (N,).

    Raises:
        InputError: households that may not be shown.
    """
    variant = report.variants[0]
    drawn = variant.keys[variant.own].ranges.get("received_kwh", {})
    received = [drawn[site.id][1] if site.id in drawn else 0.0 for site in scenario.participants]
    return picture_groups(scenario, need_kwh, np.array(received))


def sweep_pictures(report: SweepReport, scenario: Scenario, groups: Sequence[ShownGroup]) -> dict[str, bytes]:
    """Return the ranges of the group under each key, and of each member under the first one.

    Args:
        scenario: what was drawn.
        groups: its rows; the range of several together was not drawn, and has no bar.
    """
    variant, draws, status = report.variants[0], report.draws, report.status
    assert status is not None  # a file keeps draws alone; what is drawn was looked at
    key, keys, names = lowered(key_title(variant.own)), variant.keys, _alone(scenario, groups)
    first = keys[variant.own].ranges
    has_euros = "saving_eur_ht" in first
    name = "saving_eur_ht" if has_euros else "received_kwh"
    pictures = {}

    def picture(rows: Sequence[tuple[str, float, float, float]], title: str, what: str, own: str) -> bytes:
        above = caption(scenario, status, what, draws=draws, key=own)
        return mailed(bands(rows, title, compares=status.is_unlawful), above, SLIDE_DPI)

    of_all = {other: draws.ranges.get(name, {}).get("") for other, draws in keys.items()}
    by_key = [(key_title(other), *values) for other, values in of_all.items() if values is not None]
    by_member = [(names[who], *values) for who, values in first.get(name, {}).items() if who in names]
    title = _("Saving of all participants, k€, 8 draws out of 10, the middle in figures")
    if not has_euros:
        title = _("Shared MWh, 8 draws out of 10, the middle in figures")
    if len(keys) > 1 and len(by_key) == len(keys):
        by_key = sorted(by_key, key=lambda row: -row[2])
        rows = [(who, low / 1000.0, middle / 1000.0, high / 1000.0) for who, low, middle, high in by_key]
        pictures[f"{KEYS}{name}.png"] = picture(rows, title, _("Keys, draw by draw"), "")
    if by_member:
        title = _("Saving of each participant, €, under {key}, 8 draws out of 10, the middle in figures")
        if not has_euros:
            title = text_of("kwh-received-by-each")
        drawn = _most_telling(by_member)
        title = title.format(key=key)
        if len(drawn) < len(by_member):
            title = sentence("of-losers-then", title=title, drawn=fr(len(drawn)), count=fr(len(by_member)))
        pictures[f"members-{name}.png"] = picture(drawn, title, _("Members, draw by draw"), variant.own)
    return pictures


def bands(rows: Sequence[tuple[str, float, float, float]], title: str, *, compares: bool = False) -> Figure:
    """Return a bar from low to high a row, with its middle marked and written, zero always in sight.

    Args:
        rows: (name, low, middle, high), in the unit of the title, in the order drawn.
        compares: the operation is not lawful: its figures only compare, and none is tinted as a gain.
    """
    title_lines = lines_for(title, SMALL, WIDTH_MM, MOST_TITLE_LINES)
    top_mm, body_mm = 6.0 + TITLE_LINE_MM * (len(title_lines) - 1), 2.0 + ROW_MM * len(rows)
    figure = blank(WIDTH_MM, top_mm + body_mm + 8.0)
    axes = box(figure, NAME_MM, top_mm, WIDTH_MM - NAME_MM - 14.0, body_mm)
    words = canvas(figure)
    for place, line in enumerate(title_lines):
        words.text(0.0, 3.0 + TITLE_LINE_MM * place, line, size=SMALL, color=MUTED, va="center")
    fill, mark = (MUTED, INK) if compares else (SHARED, SHARED_DARK)
    ends = [0.0, *(value for _name, low, _middle, high in rows for value in (low, high))]
    decimals = 0 if max(map(abs, ends)) >= 20.0 else 1
    for index, (name, low, middle, high) in enumerate(rows):
        axes.barh(index, high - low, left=low, height=0.5, color=fill, alpha=0.45)
        axes.plot([middle, middle], [index - 0.25, index + 0.25], color=mark, linewidth=1.8)
        y = top_mm + body_mm * (index + 0.5) / len(rows)
        size = BODY if width_mm(name, BODY) <= NAME_MM - 3.0 else SMALL
        shown = "\n".join(lines_for(name, size, NAME_MM - 3.0))
        words.text(NAME_MM - 2.0, y, shown, size=size, ha="right", va="center", linespacing=0.95)
        end, shift = (max(high, 0.0), index), (3.0, 0.0)
        axes.annotate(fr(middle, decimals), end, shift, textcoords="offset points", size=SMALL, va="center")
    axes.axvline(0.0, color=RULE, linewidth=0.9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    span = max(ends) - min(ends) or 1.0
    axes.set_xlim(min(ends) - 0.02 * span, max(ends))
    marks = [mark for mark in ticks(min(ends), max(ends), 4) if mark >= min(ends)]
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    return figure


def write_sweep(report: SweepReport, scenario: Scenario, need_kwh: FloatArray, folder: Path) -> list[Path]:
    """Write the pictures of a sweep into its folder; return their paths.

    Args:
        need_kwh: of each participant, (N,).
        folder: in that of the results.
    """
    files = sweep_pictures(report, scenario, sweep_groups(report, scenario, need_kwh))
    return write_files(folder, files, force=True)
