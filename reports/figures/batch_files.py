"""The pictures of a sizing and of a sweep as PNG files."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import PurePath

import numpy as np

from acc.arrays import FloatArray
from acc.result.sweep import SweepReport
from acc.scenario import Scenario
from acc.size.result import Sizing
from reports.figures.batch import bands, battery_curve, frontier
from reports.figures.mailed import mailed, told
from reports.figures.style import SLIDE_DPI
from reports.format.labels import key_title, lowered
from reports.format.money import thousands
from reports.format.numbers import fr
from reports.view.groups import picture_groups
from reports.view.privacy import ShownGroup


def size_pictures(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation, and what each battery adds, where there is one.

    One point makes no line, and no picture.
    """
    return _frontier_picture(sizing, name) | _battery_picture(sizing, name)


def _frontier_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    points = [
        (powers.used_ratio, sizing.told(powers.value), powers.kwp)
        for powers in sorted(sizing.frontier, key=lambda powers: powers.used_ratio)
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - sizing.best.kwp))
    title = _("Value against what is used on site or shared")
    cost_eur = points[chosen][1] - points[-1][1]
    if cost_eur > 0.0:
        title = _("Using all of it would cost {amount}").format(amount=thousands(cost_eur))
    above = told(sizing.scenario, sizing.status, title)
    return {f"{PurePath(name).stem}-frontier.png": mailed(frontier(points, chosen), above, SLIDE_DPI)}


def _battery_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    battery = sizing.battery
    if (
        battery is None
        or battery.without is None
        or battery.pays_below_eur_per_kwh is None
        or len(battery.curve) < 2
    ):
        return {}
    points = [(powers.battery_kwh, powers.value - battery.without.value) for powers in battery.curve]
    chosen = min(range(len(points)), key=lambda n: abs(points[n][0] - sizing.best.battery_kwh))
    above = told(sizing.scenario, sizing.status, _("What the battery adds"))
    return {f"{PurePath(name).stem}-battery.png": mailed(battery_curve(points, chosen), above, SLIDE_DPI)}


def _alone(scenario: Scenario, groups: Sequence[ShownGroup]) -> dict[str, str]:
    return {scenario.participants[one.members[0]].id: one.name for one in groups if one.is_named}


KEYS = "keys-"
"""Begins the name of the picture of totals."""

MOST_MEMBERS, MOST_LOSERS = 20, 10
"""Drawn one by one in a picture."""


def _most_telling(rows: Sequence[tuple[str, float, float, float]]) -> list[tuple[str, float, float, float]]:
    """Return who loses at the middle, worst first, then those with most."""
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
    received = [drawn[one.id][1] if one.id in drawn else 0.0 for one in scenario.participants]
    return picture_groups(scenario, need_kwh, np.array(received))


def sweep_pictures(report: SweepReport, scenario: Scenario, groups: Sequence[ShownGroup]) -> dict[str, bytes]:
    """Return the ranges of the group under each key, and of each member under the first one.

    Args:
        scenario: what was drawn.
        groups: its rows; the range of several together was not drawn, and has no bar.
    """
    variant, draws = report.variants[0], report.draws
    assert report.status is not None  # a file keeps draws alone; what is drawn was looked at
    key, keys, names = lowered(key_title(variant.own)), variant.keys, _alone(scenario, groups)
    first = keys[variant.own].ranges
    has_euros = "saving_eur_ht" in first
    name = "saving_eur_ht" if has_euros else "received_kwh"
    pictures = {}
    of_all = {other: draws.ranges.get(name, {}).get("") for other, draws in keys.items()}
    by_key = [(key_title(other), *values) for other, values in of_all.items() if values is not None]
    by_member = [(names[who], *values) for who, values in first.get(name, {}).items() if who in names]
    title = (
        _("Saving of all participants, k€, 8 draws out of 10, the middle in figures")
        if has_euros
        else _("Shared MWh, 8 draws out of 10, the middle in figures")
    )
    if len(keys) > 1 and len(by_key) == len(keys):
        by_key = sorted(by_key, key=lambda row: -row[2])
        rows = [(who, low / 1000.0, middle / 1000.0, high / 1000.0) for who, low, middle, high in by_key]
        pictures[f"{KEYS}{name}.png"] = mailed(
            bands(rows, title, compares=report.status.is_unlawful),
            told(scenario, report.status, _("Keys, draw by draw"), draws=draws),
            SLIDE_DPI,
        )
    if by_member:
        title = _("Saving of each participant, €, under {key}, 8 draws out of 10, the middle in figures")
        if not has_euros:
            title = _(
                "kWh received by each participant under {key}, 8 draws out of 10, the middle in figures"
            )
        drawn = _most_telling(by_member)
        title = title.format(key=key)
        if len(drawn) < len(by_member):
            more = _("{title}; {drawn} of {count}: losers, then the largest")
            title = more.format(title=title, drawn=fr(len(drawn)), count=fr(len(by_member)))
        pictures[f"members-{name}.png"] = mailed(
            bands(drawn, title, compares=report.status.is_unlawful),
            told(scenario, report.status, _("Members, draw by draw"), draws=draws, key=variant.own),
            SLIDE_DPI,
        )
    return pictures
