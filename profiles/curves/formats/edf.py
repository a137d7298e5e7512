"""EDF's `mes-puissances-atteintes-30min`: days newest first, `00:00:00` standing for the end of the day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from gettext import gettext as _

import numpy as np

from acc.problem import refuse
from profiles.curves.formats.base import CurveFile, Reading, Series, fault_list
from profiles.curves.formats.delimited import plain, read_series, shown
from profiles.curves.formats.times import paris_to_utc, read_moments
from profiles.text.delimited import text_lines

STEP_MINUTES = 30


def detect(source: CurveFile) -> bool:
    """Return whether the columns of this export stand near the top (the accents do not matter)."""
    return _header(source.head) is not None


def read(source: CurveFile) -> Sequence[Reading]:
    """Return the one series of the file, in W.

    Raises:
        InputError: a time without a day above it, cells that cannot be read.
    """
    rows = list(_rows(source))
    on_mark = [row for row in rows if row[1][-5:] in {"00:00", "30:00"} or ":" not in row[1]]
    kept = _once(on_mark)
    notes = []
    if len(rows) > len(on_mark):
        notes.append(_("rows between the half-hours, left out: {n}").format(n=len(rows) - len(on_mark)))
    if len(on_mark) > len(kept):
        notes.append(
            _("rows that repeat a step already given, counted once: {n}").format(n=len(on_mark) - len(kept))
        )
    if not kept:
        raise source.fault(_("the file has a header and nothing below it: export it again"))
    series = Series(
        column=_("curve"),
        unit="W",
        notes=tuple(notes),
        newest_first=True,
        minutes=np.full(len(kept), STEP_MINUTES),
        estimated=np.array([plain(nature).startswith("estim") for *_row, nature in kept], dtype=np.bool_),
    )
    lines = np.array([row[0] for row in kept], dtype=np.int64)
    stamps, values = [row[1] for row in kept], [row[2] for row in kept]
    return read_series(source, lines, stamps, {_("value"): (values, series)})


def _header(text: str) -> int | None:
    for index, line in enumerate(text_lines(text)[:10]):
        cells = line.lower().split(";")
        if len(cells) >= 2 and cells[0].startswith("date et heure de rel") and "(w)" in cells[1]:
            return index
    return None


def _rows(source: CurveFile) -> Iterator[tuple[int, str, str, str]]:
    """Yield the line, stamp, value and nature of each row, the day of a stamp read above it."""
    lines = text_lines(source.text or "")
    header = _header(source.text or "")
    assert header is not None  # `detect` saw it
    day, orphans = "", []
    for number, line in enumerate(lines[header + 1 :], start=header + 2):
        first, value, nature = ([cell.strip() for cell in line.split(";")] + ["", ""])[:3]
        if "/" in first:
            day = first
        elif first and not day:
            orphans.append(number)
        elif first:
            # The midnight that closes a day stands under that day.
            yield number, f"{day} {'24:00:00' if first == '00:00:00' else first}", value, nature
    message = _("{time} has no day above it: a line like 18/01/2025;; is expected")
    refuse(fault_list(source, orphans, lambda i: message.format(time=shown(lines[orphans[i] - 1]))))


def _once(rows: Sequence[tuple[int, str, str, str]]) -> list[tuple[int, str, str, str]]:
    """Drop the later ones of rows that have one stamp; the hour that comes twice in autumn may have two."""
    stamps = [row[1] for row in rows]
    moments, bad = read_moments(stamps)
    readable = ~bad
    shown_times = np.ones(len(rows), dtype=np.int64)
    if readable.any():
        shown_times[readable] = np.maximum(paris_to_utc(moments.clock[readable])[1], 1)
    seen: Counter[str] = Counter()
    kept = []
    for row, stamp, times in zip(rows, stamps, shown_times, strict=True):
        seen[stamp] += 1
        if seen[stamp] <= times:
            kept.append(row)
    return kept
