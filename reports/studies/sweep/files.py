"""The files of a sweep beside its draws: its figures."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.result.sweep import SweepReport
from acc.scenario import Scenario
from reports.figures.mailed import caption, mailed
from reports.figures.scenarios import ScenarioRow, scenarios
from reports.figures.style import SLIDE_DPI
from reports.files import write_files
from reports.format.labels import key_title, lowered
from reports.format.numbers import fr
from reports.format.wording import sentence, text_of
from reports.view.privacy import ShownGroup, picture_groups


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

    def picture(rows: Sequence[tuple[str, float, float, float]], title: str, own: str) -> bytes:
        above = caption(scenario, status, title, draws=draws, key=own)
        return mailed(bands(rows, compares=status.is_unlawful), above, SLIDE_DPI)

    of_all = {other: draws.ranges.get(name, {}).get("") for other, draws in keys.items()}
    by_key = [(key_title(other), *values) for other, values in of_all.items() if values is not None]
    by_member = [(names[who], *values) for who, values in first.get(name, {}).items() if who in names]
    title = _("Saving of all participants, k€, 8 draws out of 10, the middle in figures")
    if not has_euros:
        title = _("Shared MWh, 8 draws out of 10, the middle in figures")
    if len(keys) > 1 and len(by_key) == len(keys):
        by_key = sorted(by_key, key=lambda row: -row[2])
        rows = [(who, low / 1000.0, middle / 1000.0, high / 1000.0) for who, low, middle, high in by_key]
        pictures[f"{KEYS}{name}.png"] = picture(rows, title, "")
    if by_member:
        title = _("Saving of each participant, €, under {key}, 8 draws out of 10, the middle in figures")
        if not has_euros:
            title = text_of("kwh-received-by-each")
        drawn = _most_telling(by_member)
        title = title.format(key=key)
        if len(drawn) < len(by_member):
            title = sentence("of-losers-then", title=title, drawn=fr(len(drawn)), count=fr(len(by_member)))
        pictures[f"members-{name}.png"] = picture(drawn, title, variant.own)
    return pictures


def bands(rows: Sequence[tuple[str, float, float, float]], *, compares: bool = False) -> Figure:
    """Return a line from low to high a row, with its middle marked and written.

    Args:
        rows: (name, low, middle, high), in the unit of the title, in the order drawn.
        compares: the operation is not lawful: its figures only compare, and none is tinted as a gain.
    """
    decimals = 0 if max(abs(end) for _name, *ends in rows for end in ends) >= 20.0 else 1
    drawn = [
        ScenarioRow(name, middle, low, high, note=fr(middle, decimals), may_be=not compares)
        for name, low, middle, high in rows
    ]
    return scenarios(drawn, "", ("", ""))


def write_sweep(report: SweepReport, scenario: Scenario, need_kwh: FloatArray, folder: Path) -> list[Path]:
    """Write the pictures of a sweep into its folder; return their paths.

    Args:
        need_kwh: of each participant, (N,).
        folder: in that of the results.
    """
    files = sweep_pictures(report, scenario, sweep_groups(report, scenario, need_kwh))
    return write_files(folder, files, force=True)
