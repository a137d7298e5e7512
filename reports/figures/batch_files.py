"""The pictures of a sizing and of a sweep as PNG files."""

from gettext import gettext as _
from pathlib import PurePath

from acc.result.sizing import Sizing
from acc.result.sweep import SweepReport, VariantDraws
from acc.scenario import Scenario
from reports.figures.batch import bands, battery_curve, frontier, tornado
from reports.figures.mailed import mailed, told
from reports.figures.style import SLIDE_DPI
from reports.format.labels import key_title, lowered
from reports.format.sweep_labels import INDICATOR_WORDS
from reports.view.privacy import drawn_names


def size_pictures(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation, and what each battery adds, where there is one.

    One point makes no line, and no picture.
    """
    return _frontier_picture(sizing, name) | _battery_picture(sizing, name)


def _frontier_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    points = [
        (powers.used_ratio, powers.value, powers.kwp)
        for powers in sorted(sizing.frontier, key=lambda powers: powers.used_ratio)
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - sizing.best.kwp))
    above = told(sizing.scenario, _("Value against what is used on the spot"))
    return {f"{PurePath(name).stem}-frontier.png": mailed(frontier(points, chosen), above, SLIDE_DPI)}


def _battery_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    found = sizing.battery
    if found is None or found.without is None or found.pays_below_eur_per_kwh is None or len(found.curve) < 2:
        return {}
    points = [(powers.battery_kwh, powers.value - found.without.value) for powers in found.curve]
    chosen = min(range(len(points)), key=lambda n: abs(points[n][0] - sizing.best.battery_kwh))
    above = told(sizing.scenario, _("What the battery adds"))
    return {f"{PurePath(name).stem}-battery.png": mailed(battery_curve(points, chosen), above, SLIDE_DPI)}


def sweep_pictures(report: SweepReport, scenario: Scenario) -> dict[str, bytes]:
    """Return, for the folder itself, where each spread comes from, and what each key and member has of it.

    Args:
        scenario: what was drawn; only who may have a row of its own has one (`privacy.drawn_names`).
    """
    own = report.variants[0]
    title = _("Where the spread comes from: {indicator}, part of the variance")
    pictures = {
        f"tornado-{name}.png": mailed(
            tornado(parts, title.format(indicator=_(INDICATOR_WORDS[name]))),
            told(scenario, _("Where the spread comes from"), draws=report.draws),
            SLIDE_DPI,
        )
        for name, parts in own.variance_shares.items()
        if name in INDICATOR_WORDS
    }
    return pictures | _range_pictures(own, scenario, report.draws)


def _range_pictures(variant: VariantDraws, scenario: Scenario, draws: int) -> dict[str, bytes]:
    """Return the ranges of the group under each key, and of each member under the first one."""
    key, found, names = lowered(key_title(variant.own)), variant.keys, drawn_names(scenario)
    first = found[variant.own].ranges
    has_euros = "saving_eur_ht" in first
    name = "saving_eur_ht" if has_euros else "received_kwh"
    pictures = {}
    of_all = {other: draws.ranges.get(name, {}).get("") for other, draws in found.items()}
    by_key = [(key_title(other), *values) for other, values in of_all.items() if values is not None]
    by_member = [(names[who], *values) for who, values in first.get(name, {}).items() if who in names]
    title = (
        _("Saving of all participants, k€, 8 draws out of 10, the middle in figures")
        if has_euros
        else _("Shared MWh, 8 draws out of 10, the middle in figures")
    )
    if len(found) > 1 and len(by_key) == len(found):
        rows = [(who, low / 1000.0, middle / 1000.0, high / 1000.0) for who, low, middle, high in by_key]
        pictures[f"keys-{name}.png"] = mailed(
            bands(rows, title), told(scenario, _("Keys, draw by draw"), draws=draws), SLIDE_DPI
        )
    if by_member:
        title = _("Saving of each participant, €, under {key}, 8 draws out of 10, the middle in figures")
        if not has_euros:
            title = _(
                "kWh received by each participant under {key}, 8 draws out of 10, the middle in figures"
            )
        pictures[f"members-{name}.png"] = mailed(
            bands(by_member, title.format(key=key)),
            told(scenario, _("Members, draw by draw"), draws=draws, key=variant.own),
            SLIDE_DPI,
        )
    return pictures
